//! The habit features: how one intent looks beside what the user has paid before.

use assent_habits::{Amounts, Gaps, Near, PayeeHabit, Recollection, Tally, UserHabit};
use assent_types::{Money, Text};

use crate::asked::Asked;
use crate::embedder::Embedder;
use crate::encoder::cosine;
use crate::error::ModelError;
use crate::features::{HabitRow, flag, log1p};
use crate::look;
use crate::observe::{AGAIN_DAYS, EARLY};

/// Two payments closer than this belong together, in days; the same six hours in which habits are learned.
const TOGETHER_DAYS: f64 = 0.25;
/// Seconds.
const DAY: f64 = 86_400.0;
/// How many items are encoded, the first.
const ENCODED_ITEMS: usize = 16;

pub(crate) fn row(
    asked: &Asked<'_>,
    known: &Recollection,
    embedder: &Embedder,
) -> Result<HabitRow, ModelError> {
    let mut row = HabitRow::default();
    amount(&mut row, asked.intent.most(), known);
    if let Some(user) = &known.user {
        of_user(&mut row, asked, user);
    }
    if let Some(payee) = &known.payee {
        of_payee(&mut row, asked, payee, known.user.as_ref());
        row.name_same = flag(payee.name == asked.intent.service.name);
        row.name_near = if row.name_same > 0.0 {
            1.0
        } else {
            cosine(
                &embedder.embed(payee.name.as_str())?,
                &embedder.embed(asked.intent.service.name.as_str())?,
            )
        };
    }
    kind(&mut row, asked, known);
    if let Some(near) = &known.near {
        of_nearest(&mut row, asked, near);
    }
    if let Some(agent) = &known.agent {
        row.agent_known = 1.0;
        row.agent_count = log1p(f64::from(agent.count));
    }
    items(&mut row, asked, known, embedder)?;
    row.same_name_elsewhere = flag(look::same_look(&asked.intent.service, known).next().is_some());
    row.look_alike = flag(look::near_miss(&asked.intent.service, known).is_some());
    row.trust_contact = flag(asked.trust.in_contacts);
    row.trust_friends = log1p(f64::from(asked.trust.friends_paid));
    Ok(row)
}

fn share(part: u32, whole: Option<u32>) -> f32 {
    whole.filter(|w| *w > 0).map_or(0.0, |whole| (f64::from(part) / f64::from(whole)).min(1.0) as f32)
}

fn of_user(row: &mut HabitRow, asked: &Asked<'_>, user: &UserHabit) {
    let hour = asked.now.hour_of_week();
    let since = user.rhythm.days_since_last(asked.now);
    row.user_known = 1.0;
    row.user_count = log1p(f64::from(user.count));
    row.user_payees = log1p(f64::from(user.payees));
    row.user_novelty = share(user.novelty.count_ones(), Some(user.count.min(32)));
    row.user_days_since_last = log1p(since);
    row.user_hour = user.hours.share_near_hour(hour) as f32;
    row.user_day = user.hours.share_same_day(hour) as f32;
    if let Some(km) = asked.context.place.and_then(|place| user.places.nearest_km(place)) {
        row.user_place_known = 1.0;
        row.user_km = log1p(km);
    }
    if since <= TOGETHER_DAYS {
        row.follows_known = 1.0;
        row.follows_itself = flag(user.latest == asked.intent.service.id);
    }
}

fn of_payee(row: &mut HabitRow, asked: &Asked<'_>, payee: &PayeeHabit, user: Option<&UserHabit>) {
    let (now, rhythm) = (asked.now, &payee.rhythm);
    let since = rhythm.days_since_last(now).max(0.0);
    row.payee_known = 1.0;
    row.payee_count = log1p(f64::from(payee.count));
    row.payee_share = share(payee.count, user.map(|u| u.count));
    row.payee_days_since_last = log1p(since);
    row.payee_days_since_first = log1p(rhythm.days_since_first(now));
    row.payee_due = flag(rhythm.due(now).is_some());
    row.payee_regular = flag(rhythm.regular_days().is_some());
    row.payee_early = flag(rhythm.regular_days().is_some_and(|days| since < days * EARLY));
    row.payee_again = flag(since <= AGAIN_DAYS);
    if let Some(usual) = rhythm.usual_days() {
        row.payee_interval_known = 1.0;
        // A quarter of an hour keeps the quotient sane where intervals are short.
        row.payee_elapsed = ((since + 0.01) / (usual + 0.01)).ln().clamp(-4.0, 4.0) as f32;
    }
    let hour = now.hour_of_week();
    row.payee_hour = payee.hours.share_near_hour(hour) as f32;
    row.payee_day = payee.hours.share_same_day(hour) as f32;
    row.agent_here = flag(payee.agents.count(asked.intent.agent.as_str()) > 0);
    row.agent_here_share = payee.agents.share(asked.intent.agent.as_str()) as f32;
    if let Some(channel) = asked.context.channel {
        row.channel_given = 1.0;
        row.channel_here_share = payee.channels.share(&channel) as f32;
    }
    if let Some(km) = asked.context.place.and_then(|place| payee.places.nearest_km(place)) {
        row.payee_place_known = 1.0;
        row.payee_km = log1p(km);
    }
    if let Some(user) = user.filter(|u| u.rhythm.days_since_last(now) <= TOGETHER_DAYS) {
        row.follows_share = payee.after.share(user.latest.as_str()) as f32;
    }
}

/// How wide the kernel of a density is, in natural logarithms: amounts a fifth apart are neighbours, at one payee a seventh.
const WIDE: f64 = 0.2;
const NARROW: f64 = 0.15;
/// How much less an amount weighs than the next one where the latest count above all: after eight, half.
const FADE: f64 = 0.917;

/// The same questions at each level.
struct Beside {
    far: f32,
    odd: f32,
    spread: f32,
    at_least: f32,
    equal: f32,
    to_largest: f32,
    cents: f32,
    gaps: Gaps,
    dense: f32,
    dense_latest: f32,
}

fn beside(amounts: Option<&Amounts>, money: Money) -> Option<Beside> {
    let amounts = amounts?;
    let (far, spread) = amounts.distance(money)?;
    let largest = amounts.largest()?.minor().max(1) as f64;
    Some(Beside {
        far: far as f32,
        odd: (far.abs() / (spread + 0.1)) as f32,
        spread: spread as f32,
        at_least: amounts.share_at_least(money) as f32,
        equal: amounts.share_equal(money) as f32,
        to_largest: (money.minor().max(1) as f64 / largest).ln().clamp(-5.0, 5.0) as f32,
        cents: amounts.share_same_cents(money) as f32,
        gaps: amounts.gaps(money)?,
        dense: amounts.density(money, WIDE, 1.0)? as f32,
        dense_latest: amounts.density(money, NARROW, FADE)? as f32,
    })
}

fn amount(row: &mut HabitRow, money: Money, known: &Recollection) {
    if let Some(b) = beside(known.payee.as_ref().and_then(|p| p.amounts_like(money)), money) {
        (row.payee_amount_known, row.payee_amount_far, row.payee_amount_odd) = (1.0, b.far, b.odd);
        (row.payee_amount_at_least, row.payee_amount_equal) = (b.at_least, b.equal);
        (row.payee_amount_to_largest, row.currency_here) = (b.to_largest, 1.0);
        (row.payee_amount_spread, row.payee_cents) = (b.spread, b.cents);
        (row.payee_amount_near, row.payee_amount_last) = (b.gaps.nearest as f32, b.gaps.above_last as f32);
        row.payee_amount_above = b.gaps.above_highest as f32;
        row.payee_amount_over_lowest = b.gaps.above_lowest as f32;
        (row.payee_amount_dense, row.payee_amount_dense_latest) = (b.dense, b.dense_latest);
    }
    if let Some(b) = beside(known.user.as_ref().and_then(|u| u.amounts_like(money)), money) {
        (row.user_amount_known, row.user_amount_far, row.user_amount_odd) = (1.0, b.far, b.odd);
        (row.user_amount_at_least, row.user_amount_equal) = (b.at_least, b.equal);
        (row.user_amount_to_largest, row.currency_known) = (b.to_largest, 1.0);
        (row.user_amount_near, row.user_cents) = (b.gaps.nearest as f32, b.cents);
        (row.user_amount_dense, row.user_amount_dense_latest) = (b.dense, b.dense_latest);
    }
    let unit = 10i64.checked_pow(money.currency().exponent()).unwrap_or(i64::MAX);
    row.amount_size = log1p(money.approximate()) / 2.0;
    row.amount_whole = flag(money.minor() % unit == 0);
    row.amount_tens = flag(unit.checked_mul(10).is_some_and(|tens| money.minor() % tens == 0));
}

/// What is bought, from whomever: the one item that is named, or else the payee's kind of business.
fn kind(row: &mut HabitRow, asked: &Asked<'_>, known: &Recollection) {
    let (intent, money) = (asked.intent, asked.intent.most());
    let (count, last, amounts) = match (intent.items.as_slice(), &known.user) {
        ([item], user) => {
            row.kind_given = 1.0;
            let Some(kind) = user.as_ref().and_then(|user| user.kinds.of(&item.name)) else { return };
            (kind.amounts.count, kind.last, Some(&kind.amounts))
        }
        _ => {
            row.kind_given = flag(intent.service.category.is_some() || known.category.is_some());
            let Some(category) = &known.category else { return };
            (category.count, category.rhythm.last, category.amounts_like(money))
        }
    };
    row.kind_known = 1.0;
    row.kind_count = log1p(f64::from(count));
    row.kind_share = share(count, known.user.as_ref().map(|user| user.count));
    row.kind_days_since = log1p(asked.now.seconds().saturating_sub(last) as f64 / DAY);
    if let Some(b) = beside(amounts, money) {
        (row.kind_amount_known, row.kind_amount_far) = (1.0, b.far);
        (row.kind_amount_at_least, row.kind_amount_equal) = (b.at_least, b.equal);
        (row.kind_amount_near, row.kind_amount_above) = (b.gaps.nearest as f32, b.gaps.above_highest as f32);
        row.kind_amount_dense = b.dense;
    }
}

/// The known payee whose name is nearest to a new one's.
fn of_nearest(row: &mut HabitRow, asked: &Asked<'_>, near: &Near) {
    let (payee, money) = (&near.payee, asked.intent.most());
    row.near_known = 1.0;
    (row.near_likeness, row.near_word) = (near.likeness as f32, near.word_share as f32);
    row.near_count = log1p(f64::from(payee.count));
    row.near_days_since = log1p(payee.rhythm.days_since_last(asked.now));
    if let Some(amounts) = payee.amounts_like(money) {
        row.near_amount_far = amounts.distance(money).map_or(0.0, |(far, _)| far as f32);
        row.near_amount_dense = amounts.density(money, WIDE, 1.0).unwrap_or_default() as f32;
    }
}

fn items(
    row: &mut HabitRow,
    asked: &Asked<'_>,
    known: &Recollection,
    embedder: &Embedder,
) -> Result<(), ModelError> {
    let named = &asked.intent.items;
    let here = known.payee.as_ref().map(|p| &p.items);
    row.payee_items_known = flag(here.is_some_and(|tally| !tally.is_empty()));
    if named.is_empty() {
        return Ok(());
    }
    let many = named.len() as f32;
    row.items_given = log1p(named.len() as f64);
    for (at, item) in named.iter().enumerate() {
        let encoded = at < ENCODED_ITEMS;
        if let Some(tally) = here {
            row.item_payee_share += tally.share(item.name.as_str()) as f32 / many;
            row.item_payee_near += nearest(&item.name, tally, embedder, encoded)? / many;
        }
        if let Some(user) = &known.user {
            row.item_user_share += user.items.share(item.name.as_str()) as f32 / many;
            row.item_user_near += nearest(&item.name, &user.items, embedder, encoded)? / many;
        }
    }
    Ok(())
}

/// The best cosine of an item to those known; 1 for one of them, without asking the encoder, and 0 for another that is not to be encoded.
fn nearest<const N: usize>(
    name: &Text,
    tally: &Tally<Text, N>,
    embedder: &Embedder,
    encoded: bool,
) -> Result<f32, ModelError> {
    if tally.count(name.as_str()) > 0 {
        return Ok(1.0);
    }
    if !encoded {
        return Ok(0.0);
    }
    let vector = embedder.embed(name.as_str())?;
    let mut best = 0.0f32;
    for (other, _) in tally.iter() {
        best = best.max(cosine(&vector, &embedder.embed(other.as_str())?));
    }
    Ok(best)
}
