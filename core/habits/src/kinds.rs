//! What the user usually pays for a kind of purchase: the latest amounts of each item that was bought alone, whoever sold it.

use assent_types::{Moment, Money, Text};
use serde::{Deserialize, Serialize};

use crate::amounts::Amounts;

/// How many kinds are kept.
const KINDS: usize = 16;
/// How many amounts of each.
const REMEMBERED: usize = 16;

/// One kind of purchase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kind {
    /// The item's name.
    pub item: Text,
    /// Seconds since 1970 of the last payment for it.
    pub last: i64,
    /// Amounts in the currency used last.
    pub amounts: Amounts,
}

/// The kinds that occur most and latest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kinds(Vec<Kind>);

impl Kinds {
    /// Adds a payment for one item. A newcomer to a full list takes the place of the kind paid longest ago.
    pub fn add(&mut self, item: &Text, money: Money, at: Moment, vouched: bool) {
        let known = self.0.iter().position(|kind| kind.item == *item);
        let mut kind = match known {
            Some(at) => self.0.remove(at),
            None => Kind { item: item.clone(), last: at.seconds(), amounts: Amounts::new(money.currency()) },
        };
        if kind.amounts.currency != money.currency() {
            kind.amounts = Amounts::new(money.currency());
        }
        kind.last = at.seconds();
        kind.amounts.add_as(money, vouched, REMEMBERED);
        if self.0.len() >= KINDS {
            let oldest = self.0.iter().enumerate().min_by_key(|(_, kind)| kind.last).map(|(at, _)| at);
            oldest.map(|at| self.0.remove(at));
        }
        self.0.push(kind);
    }

    /// What is known of this item.
    pub fn of(&self, item: &Text) -> Option<&Kind> {
        self.0.iter().find(|kind| kind.item == *item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assent_types::Currency;

    #[test]
    fn a_kind_is_kept_while_it_is_used_and_in_one_currency() {
        let (at, euro) =
            (Moment::parse("2026-05-04T12:00:00Z").unwrap(), Currency::from_code("EUR").unwrap());
        let text = |n: usize| Text::line(&format!("item {n}"), 64).unwrap();
        let money = |minor| Money::from_minor(minor, euro).unwrap();
        let mut kinds = Kinds::default();
        for n in 0..100 {
            kinds.add(&text(0), money(500), at.plus_seconds(n * 60), true);
            kinds.add(&text(n as usize + 1), money(900), at.plus_seconds(n * 60 + 1), true);
        }
        assert_eq!(kinds.0.len(), KINDS);
        assert_eq!(kinds.of(&text(0)).unwrap().amounts.count, 100);
        assert!(kinds.of(&text(3)).is_none() && kinds.of(&text(100)).is_some());
        kinds.add(&text(0), Money::parse("38", Currency::from_code("JPY").unwrap()).unwrap(), at, true);
        assert_eq!(kinds.of(&text(0)).unwrap().amounts.count, 1);
    }
}
