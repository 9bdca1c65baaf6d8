//! The parts of an order that words can support or contradict, each with its kind: the price, the payee, items and how many of them, and
//! every detail as what its value is, a day, a time, a number, a yes or no, or a text.

use assent_types::Intent;
use assent_types::numerals::{self, Number};
use jiff::civil::Date;

use crate::clock;
use crate::dates::{self, Day, Week};
use crate::mentions::{Counted, counted};
use crate::tokens::tokens;

/// What a slot says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    /// The most that may be paid.
    Price,
    /// The payee's name.
    Payee(&'a str),
    /// An item's name.
    Item(&'a str),
    /// How many of the item of that name.
    Quantity(&'a str, Number),
    /// An amount among the details.
    Money(Number),
    /// A number, and what it counts where its key says so.
    Count(Number, Option<Counted>),
    /// A day.
    Day(Date),
    /// A time of day, in minutes since midnight.
    Time(i64),
    /// Yes or no.
    Flag(bool),
    /// Anything else.
    Text(&'a str),
}

impl Value<'_> {
    /// Whether two values are of one kind, so that a word for one may be meant for the other.
    pub fn is_like(self, other: Value<'_>) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// Which end of a way or a span a slot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Where from, since when; who gives.
    From,
    /// Where to, until when; who gets.
    To,
}

/// A slot with less support than this counts as not said.
pub(crate) const SUPPORTED: f32 = 0.5;

/// One part of an order.
#[derive(Clone, Debug)]
pub(crate) struct Slot<'a> {
    /// Where it stands in the intent: `price`, `payee`, `items.0`, `details.date`.
    pub path: String,
    /// The words of a detail's key, in lower case.
    pub key: Vec<String>,
    /// What it says.
    pub value: Value<'a>,
    /// Which end it is, where its key says so and the order has the other end too.
    pub end: Option<End>,
}

/// Values that leave something open: no words stand for them.
const OPEN: &[&str] = &["dontcare", "don't care", "any", "none", "", "null", "随意", "不限", "无"];
const YES: &[&str] = &["true", "yes", "是", "要"];
const NO: &[&str] = &["false", "no", "否", "不要"];
/// Words of a key that make a number an amount.
const MONEY: &[&str] = &[
    "amount", "price", "cost", "fare", "fee", "budget", "total", "tip", "sum", "payment", "金额", "价格",
    "费用",
];
/// A larger number counts nothing: it names something.
const MOST_COUNTED: i64 = 60;
const FROM: &[&str] = &[
    "from",
    "origin",
    "departure",
    "departing",
    "leaving",
    "leave",
    "pickup",
    "pick",
    "checkin",
    "in",
    "outbound",
    "start",
    "source",
    "begin",
    "出发",
    "出发地",
    "起点",
    "入住",
    "入住日期",
];
const TO: &[&str] = &[
    "to",
    "destination",
    "return",
    "returning",
    "dropoff",
    "drop",
    "checkout",
    "out",
    "inbound",
    "end",
    "arrival",
    "recipient",
    "target",
    "目的地",
    "终点",
    "退房",
    "返程",
    "离店",
];

/// The slots of an order; items beyond the first hundred and details beyond the first 32 do not exist.
pub(crate) fn slots<'a>(intent: &'a Intent, today: Date) -> Vec<Slot<'a>> {
    let plain = |path: String, value: Value<'a>| Slot { path, key: Vec::new(), value, end: None };
    let mut out = vec![
        plain("price".to_owned(), Value::Price),
        plain("payee".to_owned(), Value::Payee(intent.service.name.as_str())),
    ];
    for (at, item) in intent.items.iter().enumerate() {
        let name = item.name.as_str();
        out.push(plain(format!("items.{at}"), Value::Item(name)));
        let many = item.quantity.map_or(Number::whole(1), |q| {
            i64::try_from(q.thousandths()).ok().and_then(|thousandths| Number::new(thousandths, 3))
        });
        out.extend(many.map(|many| plain(format!("items.{at}.quantity"), Value::Quantity(name, many))));
    }
    for (name, value) in &intent.details {
        let key = key_words(name.as_ref());
        for value in values(&key, value.as_str(), today) {
            let path = format!("details.{}", name.as_ref() as &str);
            out.push(Slot { path, key: key.clone(), value, end: None });
        }
    }
    with_ends(&mut out);
    out
}

/// The words of `pickupTime`, `pickup_time`, `pick-up time`.
fn key_words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for c in name.chars() {
        let breaks = !c.is_alphanumeric() || (small && c.is_uppercase());
        if breaks && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        small = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What a detail's value says: one thing, or the day and the time of both; nothing where it leaves all open.
fn values<'a>(key: &[String], text: &'a str, today: Date) -> Vec<Value<'a>> {
    let lower = text.trim().to_lowercase();
    if OPEN.contains(&lower.as_str()) {
        return Vec::new();
    }
    if YES.contains(&lower.as_str()) || NO.contains(&lower.as_str()) {
        return vec![Value::Flag(YES.contains(&lower.as_str()))];
    }
    if let Some(date) = dates::iso(&lower) {
        let time = lower.get(11..16).and_then(dates::time).map(|time| Value::Time(minute(time)));
        return std::iter::once(Value::Day(date)).chain(time).collect();
    }
    if let Some(time) = dates::time(&lower) {
        return vec![Value::Time(minute(time))];
    }
    spoken(&lower, today)
        .or_else(|| number(key, &lower))
        .map_or_else(|| vec![Value::Text(text)], |value| vec![value])
}

fn minute((hours, minutes): (i64, i64)) -> i64 {
    hours.saturating_mul(60).saturating_add(minutes)
}

/// A day or a time of day written as people say it, where that is all there is.
fn spoken(lower: &str, today: Date) -> Option<Value<'static>> {
    let tokens = tokens(lower);
    let whole = |start: usize, end: usize| start == 0 && end == lower.len();
    if let [said] = clock::times(&tokens).as_slice() {
        let first = tokens.iter().position(|t| t.start == said.start)?;
        // "下午3点": the part of the day stands before the time itself.
        let rest_is_part = tokens.get(..first)?.iter().all(|t| "上下中午早晚凌晨傍夜里at".contains(t.text));
        return (said.end == lower.len() && rest_is_part && !said.either_half)
            .then_some(Value::Time(said.minute));
    }
    let days = dates::days(&tokens);
    let [said] = days.0.as_slice() else { return None };
    whole(said.start, said.end).then_some(())?;
    let ahead = |days: i64| today.checked_add(jiff::Span::new().try_days(days).ok()?).ok();
    match said.day {
        Day::In(days) => ahead(days),
        Day::OfMonth(month, day) => [today.year(), today.year().saturating_add(1)]
            .into_iter()
            .filter_map(|year| Date::new(year, month, day).ok())
            .find(|date| *date >= today),
        Day::Weekday(day, Week::Coming) => (0..7).filter_map(ahead).find(|date| date.weekday() == day),
        Day::Weekday(..) | Day::Number(_) => None,
    }
    .map(Value::Day)
}

/// A number with nothing but its unit.
fn number(key: &[String], lower: &str) -> Option<Value<'static>> {
    let found = numerals::find(lower);
    let [found] = found.as_slice() else { return None };
    let rest = lower.get(found.end..)?.trim();
    (found.start == 0).then_some(())?;
    if !found.currencies.is_empty() || key.iter().any(|word| MONEY.contains(&word.as_str())) {
        return rest.is_empty().then_some(Value::Money(found.value));
    }
    let of = counted(rest).or_else(|| key.iter().find_map(|word| counted(word)));
    let small = found.value.scaled(0).is_some_and(|n| n <= MOST_COUNTED);
    (small && (rest.is_empty() || counted(rest).is_some())).then_some(Value::Count(found.value, of))
}

/// Which end a key names.
fn end_of(key: &[String]) -> Option<End> {
    let names = |words: &[&str]| key.iter().any(|word| words.contains(&word.as_str()));
    if names(TO) {
        Some(End::To)
    } else if names(FROM) {
        Some(End::From)
    } else {
        None
    }
}

/// Marks the two ends of ways and spans. A slot whose key is part of a longer one that names an end is the other end: `account_type` beside
/// `recipient_account_type`.
fn with_ends(slots: &mut [Slot<'_>]) {
    let named: Vec<(Vec<String>, Value<'_>, Option<End>)> =
        slots.iter().map(|slot| (slot.key.clone(), slot.value, end_of(&slot.key))).collect();
    for (at, slot) in slots.iter_mut().enumerate() {
        let Some((_, _, own)) = named.get(at) else { continue };
        let others =
            || named.iter().enumerate().filter(|(n, (_, value, _))| *n != at && value.is_like(slot.value));
        slot.end = match own {
            Some(end) => {
                let opposite = others().any(|(_, (key, _, other))| match other {
                    Some(other) => other != end,
                    None => !key.is_empty() && key.iter().all(|word| slot.key.contains(word)),
                });
                opposite.then_some(*end)
            }
            None => others()
                .find(|(_, (key, _, end))| {
                    end.is_some() && !slot.key.is_empty() && slot.key.iter().all(|word| key.contains(word))
                })
                .and_then(|(_, (_, _, end))| end.map(|end| if end == End::To { End::From } else { End::To })),
        };
    }
}
