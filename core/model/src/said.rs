//! The features of what was said: how far the words that count support the order, slot by slot.

use std::collections::HashSet;

use assent_habits::Recollection;
use assent_types::numerals;

use crate::asked::Asked;
use crate::claims;
use crate::dates;
use crate::embedder::Embedder;
use crate::encoder::{Vector, cosine};
use crate::error::ModelError;
use crate::features::{SaidRow, flag, log1p};
use crate::heard::{Heard, meaningful};
use crate::said_amount::{self, Ordered};

/// How many turns are encoded, the latest: orders are settled at the end of a conversation.
const ENCODED_TURNS: usize = 24;
/// How many items and details are encoded, the first: the others count by their words alone. Encoding is what takes time.
const ENCODED_ITEMS: usize = 16;
const ENCODED_DETAILS: usize = 32;
/// A slot with less of its words said counts as unmatched.
const MATCHED: f32 = 0.5;
/// Values that say yes, no or anything: no words stand for them.
const NO_VALUE: &[&str] = &["true", "false", "dontcare", "yes", "no", "any", "none", "是", "否", "", "null"];

/// How far one slot is supported.
#[derive(Clone, Copy)]
struct Support {
    overlap: f32,
    near: f32,
}

pub(crate) fn row(
    asked: &Asked<'_>,
    heard: &Heard,
    known: &Recollection,
    embedder: &Embedder,
) -> Result<SaidRow, ModelError> {
    let intent = asked.intent;
    let first = heard.turns.len().saturating_sub(ENCODED_TURNS);
    let turns = heard
        .turns
        .iter()
        .skip(first)
        .map(|turn| embedder.embed(&turn.text))
        .collect::<Result<Vec<_>, _>>()?;
    let support = |text: &str, overlap: f32, encoded: bool| -> Result<Support, ModelError> {
        if !encoded {
            return Ok(Support { overlap, near: overlap });
        }
        let vector = embedder.embed(text)?;
        Ok(Support { overlap, near: turns.iter().map(|turn| cosine(turn, &vector)).fold(0.0, f32::max) })
    };

    let mut row = SaidRow {
        turns: log1p(heard.turns.len() as f64),
        agreed_turns: log1p(heard.turns.iter().filter(|turn| turn.agreed).count() as f64),
        words: log1p(heard.words.len() as f64),
        ..SaidRow::default()
    };
    let name = intent.service.name.as_str();
    let payee = support(name, heard.overlap(name), true)?;
    (row.payee_overlap, row.payee_near) = (payee.overlap, payee.near);

    let items = intent
        .items
        .iter()
        .enumerate()
        .map(|(at, item)| support(item.name.as_str(), heard.overlap(item.name.as_str()), at < ENCODED_ITEMS))
        .collect::<Result<Vec<_>, _>>()?;
    let details = intent
        .details
        .values()
        .filter_map(|value| detail_overlap(asked, heard, value.as_str()).map(|overlap| (value, overlap)))
        .enumerate()
        .map(|(at, (value, overlap))| support(value.as_str(), overlap, at < ENCODED_DETAILS))
        .collect::<Result<Vec<_>, _>>()?;
    row.items_given = log1p(items.len() as f64);
    (row.item_overlap_min, row.item_overlap_mean) = low_and_mean(&items, |s| s.overlap);
    (row.item_near_min, row.item_near_mean) = low_and_mean(&items, |s| s.near);
    row.details_given = log1p(details.len() as f64);
    (row.detail_overlap_min, row.detail_overlap_mean) = low_and_mean(&details, |s| s.overlap);
    (row.detail_near_min, row.detail_near_mean) = low_and_mean(&details, |s| s.near);
    let unmatched = details.iter().filter(|s| s.overlap < MATCHED).count();
    row.details_unmatched = log1p(unmatched as f64);
    row.details_unmatched_share =
        if details.is_empty() { 0.0 } else { unmatched as f32 / details.len() as f32 };
    let ordered: Vec<Support> = items.into_iter().chain(details).collect();
    row.unmatched_near_min =
        ordered.iter().filter(|s| s.overlap < MATCHED).map(|s| s.near).fold(1.0, f32::min);
    let all: Vec<Support> = ordered.into_iter().chain([payee]).collect();
    (row.support_min, row.support_mean) = low_and_mean(&all, |s| s.overlap.max(s.near));

    numbers(&mut row, asked, heard);
    rules(&mut row, asked, heard, known);
    let order = whole_order(asked);
    row.all_overlap = heard.overlap(&order);
    row.all_near = middle(&turns)
        .map_or(Ok(0.0), |middle| embedder.embed(&order).map(|order| cosine(&order, &middle)))?;
    Ok(row)
}

/// The lowest and the mean; 0 for an empty list, which has an indicator of its own.
fn low_and_mean(list: &[Support], of: impl Fn(&Support) -> f32) -> (f32, f32) {
    if list.is_empty() {
        return (0.0, 0.0);
    }
    let low = list.iter().map(&of).fold(f32::INFINITY, f32::min);
    (low, list.iter().map(&of).sum::<f32>() / list.len() as f32)
}

/// The overlap of a detail's value: dates and times of day as such, anything else by its words; `None` for yes, no and any.
pub(crate) fn detail_overlap(asked: &Asked<'_>, heard: &Heard, value: &str) -> Option<f32> {
    if NO_VALUE.contains(&value.trim().to_lowercase().as_str()) {
        return None;
    }
    let today = asked.now.civil().date();
    if let Some(date) = dates::iso(value) {
        return Some(flag(heard.days(today).iter().any(|days| days.may_be(date))));
    }
    Some(match dates::time(value) {
        Some(time) => flag(says_time(heard, time)),
        None => heard.overlap(value),
    })
}

/// Whether a time of day was said, by either clock: the hour, and the minutes where there are any.
fn says_time(heard: &Heard, (hours, minutes): (i64, i64)) -> bool {
    let said = |number: i64| heard.numbers().any(|(_, found)| found.value.scaled(0) == Some(number));
    let spoken =
        |phrases: &[&str]| heard.turns.iter().any(|turn| phrases.iter().any(|p| turn.text.contains(p)));
    let twelve = match hours % 12 {
        0 => 12,
        hour => hour,
    };
    let hour = said(hours)
        || said(twelve)
        || (hours == 12 && spoken(&["noon", "中午"]))
        || (hours == 0 && spoken(&["midnight", "半夜"]));
    let part = match minutes {
        0 => true,
        30 => said(30) || spoken(&["half", "半"]),
        15 | 45 => said(minutes) || spoken(&["quarter", "刻"]),
        _ => said(minutes),
    };
    hour && part
}

fn numbers(row: &mut SaidRow, asked: &Asked<'_>, heard: &Heard) {
    let intent = asked.intent;
    let texts = intent.items.iter().map(|item| item.name.as_str());
    let texts = texts.chain(
        intent
            .details
            .values()
            .map(AsRef::as_ref)
            .filter(|v| dates::iso(v).is_none() && dates::time(v).is_none()),
    );
    let mut ordered: Vec<String> = texts
        .flat_map(|text| {
            numerals::find(&text.to_lowercase())
                .into_iter()
                .map(|found| found.value.to_string())
                .collect::<Vec<_>>()
        })
        .collect();
    ordered.extend(
        intent.items.iter().filter_map(|item| item.quantity).map(|q| q.to_string()).filter(|q| q != "1"),
    );
    let missing = ordered.iter().filter(|number| !heard.words.contains(*number)).count();
    row.numbers_given = log1p(ordered.len() as f64);
    row.numbers_missing = if ordered.is_empty() { 0.0 } else { missing as f32 / ordered.len() as f32 };
    let numbers: HashSet<&String> = ordered.iter().collect();
    let other = Ordered::of(asked);
    let spare = heard.numbers().filter(|(_, found)| {
        !found.may_be(intent.price) && !numbers.contains(&found.value.to_string()) && !other.has(found.value)
    });
    row.numbers_spare = log1p(spare.count() as f64);
}

fn rules(row: &mut SaidRow, asked: &Asked<'_>, heard: &Heard, known: &Recollection) {
    let amount = said_amount::amount(asked, heard);
    row.amount_said = flag(amount.said);
    row.amount_equal = flag(amount.equal);
    row.amount_fits = flag(amount.fits);
    row.amount_differs = flag(amount.differs());
    row.amount_far = amount.far.clamp(-5.0, 5.0) as f32;
    row.quantity_differs = flag(claims::other_quantity(asked, heard));
    let date = claims::said_date(asked, heard);
    row.date_given = flag(date.given);
    row.date_said = flag(date.said);
    row.date_equal = flag(date.equal);
    row.date_differs = flag(date.differs);
    let times: Vec<_> =
        asked.intent.details.values().filter_map(|value| dates::time(value.as_str())).collect();
    row.time_given = flag(!times.is_empty());
    row.time_equal = flag(!times.is_empty() && times.iter().all(|time| says_time(heard, *time)));
    row.payee_other = flag(claims::other_payee(asked, heard, known));
    row.item_other = flag(claims::other_item(asked, heard, known));
}

/// The order in one line: name, items, details.
fn whole_order(asked: &Asked<'_>) -> String {
    let intent = asked.intent;
    let items = intent.items.iter().map(|item| item.name.as_str());
    let details = intent.details.values().map(AsRef::as_ref).filter(|v: &&str| !meaningful(v).is_empty());
    [intent.service.name.as_str()].into_iter().chain(items).chain(details).collect::<Vec<_>>().join(", ")
}

/// The direction in the middle of several.
fn middle(vectors: &[Vector]) -> Option<Vector> {
    let first = vectors.first()?;
    let sums: Vec<f32> = (0..first.len()).map(|at| vectors.iter().filter_map(|v| v.get(at)).sum()).collect();
    let length = sums.iter().map(|x| x * x).sum::<f32>().sqrt();
    (length > f32::EPSILON).then(|| sums.iter().map(|x| x / length).collect())
}
