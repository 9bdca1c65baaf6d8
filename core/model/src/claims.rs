//! Where the words that count say otherwise than the order: amount, payee, item, quantity, date. Plain rules, no model.
//!
//! Each question is answered only where the words are plain. What they leave open is the scoring head's affair.

use assent_habits::Recollection;
use assent_types::numerals::{Found, Number};
use assent_types::{Money, Slot};

use crate::asked::Asked;
use crate::dates;
use crate::heard::{Heard, Turn, meaningful};

/// How an amount that was said stands to the price.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct SaidAmount {
    /// An amount was said.
    pub said: bool,
    /// Exactly the price, or the most that may be paid.
    pub equal: bool,
    /// One that allows it: a ceiling, about so much, an item's price, so much for each.
    pub fits: bool,
    /// The log distance from the price to the nearest amount in its currency.
    pub far: f64,
}

impl SaidAmount {
    /// An amount was said, and none that allows this price.
    pub fn differs(self) -> bool {
        self.said && !self.fits
    }
}

/// How the words about days stand to the order's date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SaidDate {
    /// The order has a date.
    pub given: bool,
    /// Days were said.
    pub said: bool,
    /// All the order's dates are among them.
    pub equal: bool,
    /// None of the order's dates is among them.
    pub differs: bool,
}

/// Where the words contradict the order, the weightiest first.
pub(crate) fn contradictions(asked: &Asked<'_>, heard: &Heard, known: &Recollection) -> Vec<Slot> {
    [
        (amount(asked, heard).differs(), Slot::Amount),
        (other_payee(asked, heard, known), Slot::Payee),
        (other_item(asked, heard, known), Slot::Item),
        (other_quantity(asked, heard), Slot::Quantity),
        (said_date(asked, heard).differs, Slot::Date),
    ]
    .into_iter()
    .filter_map(|(contradicted, slot)| contradicted.then_some(slot))
    .collect()
}

/// Words before a number that make it an amount even without a currency.
const PAY: &[&str] = &[
    "pay", "transfer", "send", "spend", "tip", "donate", "deposit", "转", "转账", "付", "花", "捐", "充",
    "打",
];
const CEILING: &[&str] = &[
    "under",
    "below",
    "less than",
    "at most",
    "up to",
    "max",
    "maximum",
    "budget",
    "no more than",
    "within",
    "不超过",
    "最多",
    "低于",
    "少于",
    "预算",
];
const CEILING_AFTER: &[&str] = &["以内", "以下", "之内", "or less", "max", "tops", "at most"];
const FLOOR: &[&str] = &["at least", "over", "more than", "above", "至少", "超过", "起码"];
const FLOOR_AFTER: &[&str] = &["以上", "or more", "多"];
const ABOUT: &[&str] =
    &["about", "around", "roughly", "approximately", "some", "大概", "大约", "差不多", "约"];
const ABOUT_AFTER: &[&str] = &["左右", "or so", "上下"];

/// "About" allows a fifth more or less.
const ABOUT_SHARE: f64 = 0.2;
/// "So much each" is tried with counts up to this.
const MOST_EACH: i64 = 100;

/// How the amounts that were said stand to what would be paid.
pub(crate) fn amount(asked: &Asked<'_>, heard: &Heard) -> SaidAmount {
    let (price, most) = (asked.intent.price, asked.intent.most());
    let mut answer = SaidAmount { far: f64::INFINITY, ..SaidAmount::default() };
    let last_agreed = heard.turns.iter().rfind(|turn| turn.agreed).map(std::ptr::from_ref);
    for (turn, found) in heard.numbers() {
        let is_amount =
            !found.currencies.is_empty() || (is_paid(turn, found) && !in_order(asked, found.value));
        if !is_amount {
            // A bare number that is the price all the same is one that allows it.
            if found.may_be(price) {
                (answer.said, answer.equal, answer.fits, answer.far) = (true, true, true, 0.0);
            }
            continue;
        }
        // What the user took earlier in a long talk may have been another thing; it may support this price, but not contradict it.
        answer.said |= !turn.agreed || last_agreed == Some(std::ptr::from_ref(turn));
        let other_currency = !found.currencies.is_empty() && !found.currencies.contains(&price.currency());
        let Some(said) = found.value.in_currency(price.currency()).filter(|_| !other_currency) else {
            continue;
        };
        let far = ((most.minor().max(1) as f64) / (said.minor().max(1) as f64)).ln();
        if far.abs() < answer.far.abs() {
            answer.far = far;
        }
        answer.equal |= said == price || said == most;
        answer.fits |= allows(turn, found, said, price, most) || is_part(asked, heard, said, price);
    }
    answer.fits |= answer.equal;
    answer.said |= answer.fits;
    if !answer.far.is_finite() {
        answer.far = 0.0;
    }
    answer
}

/// Whether a said amount, as it was put, allows this price.
fn allows(turn: &Turn, found: &Found, said: Money, price: Money, most: Money) -> bool {
    let before = before(turn, found, 16);
    let after = after(turn, found, 8);
    let about = ends_with_any(&before, ABOUT) || starts_with_any(&after, ABOUT_AFTER);
    let ceiling = ends_with_any(&before, CEILING) || starts_with_any(&after, CEILING_AFTER);
    // "No more than" holds "more than".
    let floor = !ceiling && (ends_with_any(&before, FLOOR) || starts_with_any(&after, FLOOR_AFTER));
    let (said, price, most) = (said.minor() as f64, price.minor() as f64, most.minor() as f64);
    (about && (most - said).abs() <= said * ABOUT_SHARE)
        || (ceiling && most <= said)
        || (floor && price >= said)
        || (said - price).abs() < 0.5
        || (said - most).abs() < 0.5
}

/// Whether a said amount is the price of an item, or so much for each of a number that was said or ordered.
fn is_part(asked: &Asked<'_>, heard: &Heard, said: Money, price: Money) -> bool {
    let items = asked.intent.items.iter().any(|item| item.amount == Some(said));
    let times = |count: i64| {
        said.minor().checked_mul(count) == Some(price.minor()) && (2..=MOST_EACH).contains(&count)
    };
    let ordered = asked
        .intent
        .items
        .iter()
        .filter_map(|item| item.quantity)
        .any(|q| i64::try_from(q.thousandths() / 1000).is_ok_and(times));
    items || ordered || heard.numbers().any(|(_, found)| found.value.scaled(0).is_some_and(times))
}

/// Whether a paying word stands right before the number.
fn is_paid(turn: &Turn, found: &Found) -> bool {
    ends_with_any(&before(turn, found, 12), PAY)
}

/// Whether the order has this number elsewhere: a quantity, a detail, a part of a name.
pub(crate) fn in_order(asked: &Asked<'_>, number: Number) -> bool {
    let intent = asked.intent;
    let wanted = number.to_string();
    let texts =
        intent.items.iter().map(|i| i.name.as_str()).chain(intent.details.values().map(AsRef::as_ref));
    intent.items.iter().filter_map(|item| item.quantity).any(|q| q.to_string() == wanted)
        || texts.chain([intent.service.name.as_str()]).any(|text| meaningful(text).contains(&wanted))
}

/// Another payee that the user knows was named, and this one was not.
pub(crate) fn other_payee(asked: &Asked<'_>, heard: &Heard, known: &Recollection) -> bool {
    let service = &asked.intent.service;
    heard.overlap(service.name.as_str()) == 0.0
        && !heard.names(service.name.as_str())
        && known.known.payees.iter().any(|(id, name)| *id != service.id && heard.names(name.as_str()))
}

/// Something the user usually buys was named, and nothing that the order has.
pub(crate) fn other_item(asked: &Asked<'_>, heard: &Heard, known: &Recollection) -> bool {
    let items = &asked.intent.items;
    if items.is_empty() || items.iter().any(|item| heard.overlap(item.name.as_str()) > 0.0) {
        return false;
    }
    let here = known.payee.iter().flat_map(|p| p.items.iter().map(|(name, _)| name));
    let usual = here.chain(known.user.iter().flat_map(|u| u.items.iter().map(|(name, _)| name)));
    usual.into_iter().any(|name| heard.names(name.as_str()))
}

/// A number was said right before an item's name, and it is not how many are ordered.
pub(crate) fn other_quantity(asked: &Asked<'_>, heard: &Heard) -> bool {
    asked.intent.items.iter().any(|item| {
        let name = item.name.as_str().trim().to_lowercase();
        let ordered = item.quantity.map_or_else(|| "1".to_owned(), |q| q.to_string());
        let said: Vec<String> = heard
            .numbers()
            .filter(|(turn, found)| found.currencies.is_empty() && counts(turn, found, &name))
            .map(|(_, found)| found.value.to_string())
            .collect();
        !name.is_empty() && !said.is_empty() && !said.contains(&ordered)
    })
}

/// Whether the number stands before the name with nothing between but a measure word: `2 beef noodles`, `两碗牛肉面`, `3 bowls of noodles`.
fn counts(turn: &Turn, found: &Found, name: &str) -> bool {
    let Some(rest) = turn.text.get(found.end..) else { return false };
    let Some(between) = rest.find(name).and_then(|at| rest.get(..at)) else { return false };
    let between = between.trim();
    let measure = between.strip_suffix("of").map(str::trim).unwrap_or(between);
    between.chars().count() <= 10
        && !measure.contains(|c: char| c.is_whitespace() || (!c.is_alphanumeric()) || c.is_ascii_digit())
}

/// How the days that were said stand to the dates in the order's details.
pub(crate) fn said_date(asked: &Asked<'_>, heard: &Heard) -> SaidDate {
    let ordered: Vec<_> =
        asked.intent.details.values().filter_map(|value| dates::iso(value.as_str())).collect();
    if ordered.is_empty() {
        return SaidDate::default();
    }
    let today = asked.now.civil().date();
    let mut said = dates::Days::default();
    heard.turns.iter().for_each(|turn| said.add(dates::days(&turn.text, today)));
    let matched = ordered.iter().filter(|date| said.may_be(**date)).count();
    SaidDate {
        given: true,
        said: !said.is_empty(),
        equal: matched == ordered.len(),
        differs: !said.is_empty() && matched == 0,
    }
}

/// At most `most` characters right before a number.
fn before(turn: &Turn, found: &Found, most: usize) -> String {
    let text = turn.text.get(..found.start).unwrap_or_default();
    let tail: Vec<char> = text.chars().rev().take(most).collect();
    tail.into_iter().rev().collect()
}

/// At most `most` characters right after a number.
fn after(turn: &Turn, found: &Found, most: usize) -> String {
    turn.text.get(found.end..).unwrap_or_default().trim_start().chars().take(most).collect()
}

fn ends_with_any(text: &str, phrases: &[&str]) -> bool {
    let text = text.trim_end_matches([' ', ':', '$', '¥', '￥', '£', '€']);
    // "Send her 200": one short word may stand between.
    let shorter = text.rsplit_once(' ').filter(|(_, last)| last.chars().count() <= 4).map(|(head, _)| head);
    let ends = |text: &str| {
        phrases.iter().any(|phrase| {
            text.strip_suffix(phrase).is_some_and(|head| {
                !phrase.is_ascii() || !head.ends_with(|c: char| c.is_ascii_alphanumeric())
            })
        })
    };
    ends(text) || shorter.is_some_and(ends)
}

fn starts_with_any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.starts_with(phrase))
}
