//! Where the words that count say otherwise than the order: amount, payee, item, quantity, date. Plain rules, no model.
//!
//! Each question is answered only where the words are plain. What they leave open is the scoring head's affair.

use assent_habits::Recollection;
use assent_types::Slot;
use assent_types::numerals::{Found, Number};

use crate::asked::Asked;
use crate::dates;
use crate::heard::{Heard, Turn};
use crate::said_amount;

/// How many items are held against every number that was said: the work grows with both.
pub(crate) const LOOKED_AT: usize = 16;

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
        (said_amount::amount(asked, heard).differs(), Slot::Amount),
        (other_payee(asked, heard, known), Slot::Payee),
        (other_item(asked, heard, known), Slot::Item),
        (any_other_quantity(asked, heard), Slot::Quantity),
        (said_date(asked, heard).differs, Slot::Date),
    ]
    .into_iter()
    .filter_map(|(contradicted, slot)| contradicted.then_some(slot))
    .collect()
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

/// Of some item another number was said than is ordered.
pub(crate) fn any_other_quantity(asked: &Asked<'_>, heard: &Heard) -> bool {
    asked.intent.items.iter().take(LOOKED_AT).any(|item| {
        let thousandths = item.quantity.map_or(Some(1000), |q| i64::try_from(q.thousandths()).ok());
        let ordered = thousandths.and_then(|thousandths| Number::new(thousandths, 3));
        ordered.is_none_or(|ordered| other_quantity(heard, item.name.as_str(), ordered))
    })
}

/// A number was said right before an item's name, and it is not how many are ordered.
pub(crate) fn other_quantity(heard: &Heard, name: &str, ordered: Number) -> bool {
    let name = name.trim().to_lowercase();
    let said: Vec<Number> = heard
        .numbers()
        .filter(|(turn, found)| found.currencies.is_empty() && counts(turn, found, &name))
        .map(|(_, found)| found.value)
        .collect();
    !name.is_empty() && !said.is_empty() && !said.contains(&ordered)
}

/// More than this between a number and a name is no measure word, in bytes.
const BETWEEN_BYTES: usize = 64;

/// Whether the number stands before the name with nothing between but a measure word: `2 beef noodles`, `两碗牛肉面`, `3 bowls of noodles`.
fn counts(turn: &Turn, found: &Found, name: &str) -> bool {
    let Some(rest) = turn.text.get(found.end..) else { return false };
    let far = name.len().saturating_add(BETWEEN_BYTES);
    let rest = rest.get(..rest.floor_char_boundary(far)).unwrap_or(rest);
    let Some(between) = rest.find(name).and_then(|at| rest.get(..at)) else { return false };
    let between = between.trim();
    let measure = between.strip_suffix("of").map(str::trim).unwrap_or(between);
    between.chars().count() <= 10
        // "287的水费" and "花20买面" tell a price, not a count.
        && !between.contains(['的', '买', '買'])
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
    let said = || heard.turns.iter().map(|turn| &turn.mentions.days);
    let any = said().any(|days| !days.is_empty());
    let matched = ordered.iter().filter(|date| said().any(|days| days.may_be(**date, today))).count();
    SaidDate { given: true, said: any, equal: matched == ordered.len(), differs: any && matched == 0 }
}
