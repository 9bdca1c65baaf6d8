//! How large an amount is: low, middle or high, in round figures per currency. One table, which the user may change.
//!
//! *Low* is up to about 30 EUR, the low-value exemption for remote payments, *high* is over about 150 EUR, the cumulative limit of
//! contactless ones (Commission Delegated Regulation (EU) 2018/389, Articles 16 and 11). The other currencies have round figures of the
//! same order, our own. A currency without a figure has no low and no middle amount.

use assent_types::{Currency, Money};
use serde::{Deserialize, Serialize};

/// The size of an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// What people pay without a thought.
    Low,
    /// In between.
    Middle,
    /// What hurts, or nobody knows.
    High,
}

/// The bounds of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// Amounts up to this are low.
    pub low: Money,
    /// Amounts over this are high.
    pub high: Money,
}

/// The table: one pair of bounds per currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tiers(Vec<Bounds>);

/// Up to where an amount is low, and over what it is high, in major units.
const FIGURES: [(&str, i64, i64); 7] = [
    ("EUR", 30, 150),
    ("USD", 30, 150),
    ("GBP", 25, 130),
    ("CNY", 200, 1_000),
    ("JPY", 5_000, 25_000),
    ("HKD", 250, 1_200),
    ("KWD", 10, 50),
];

impl Default for Tiers {
    fn default() -> Self {
        let bounds = |(code, low, high): &(&str, i64, i64)| {
            let currency = Currency::from_code(code)?;
            let unit = 10i64.checked_pow(currency.exponent())?;
            let money = |major: i64| Money::from_minor(major.checked_mul(unit)?, currency);
            Some(Bounds { low: money(*low)?, high: money(*high)? })
        };
        Self(FIGURES.iter().filter_map(bounds).collect())
    }
}

impl Tiers {
    /// The size of this amount.
    pub fn of(&self, money: Money) -> Tier {
        match self.bounds(money.currency()) {
            Some(bounds) if money.minor() <= bounds.low.minor() => Tier::Low,
            Some(bounds) if money.minor() <= bounds.high.minor() => Tier::Middle,
            _ => Tier::High,
        }
    }

    /// The bounds of this currency, where it has any.
    pub fn bounds(&self, currency: Currency) -> Option<Bounds> {
        self.0.iter().find(|bounds| bounds.low.currency() == currency).copied()
    }

    /// Every currency's bounds.
    pub fn all(&self) -> &[Bounds] {
        &self.0
    }

    /// Puts the user's own bounds in place of a currency's; `false`, and nothing changed, where they are of two currencies or the
    /// low one is above the high one.
    pub fn set(&mut self, low: Money, high: Money) -> bool {
        if low.currency() != high.currency() || low.minor() > high.minor() {
            return false;
        }
        self.0.retain(|bounds| bounds.low.currency() != low.currency());
        self.0.push(Bounds { low, high });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    #[test]
    fn every_figure_stands_in_the_table_and_bounds_belong_to_the_smaller_size() {
        let tiers = Tiers::default();
        assert_eq!(tiers.all().len(), FIGURES.len());
        for (amount, tier) in [
            ("200.00 CNY", Tier::Low),
            ("200.01 CNY", Tier::Middle),
            ("1000.00 CNY", Tier::Middle),
            ("1000.01 CNY", Tier::High),
            ("5000 JPY", Tier::Low),
            ("10.001 KWD", Tier::Middle),
            ("0.01 SEK", Tier::High),
        ] {
            assert_eq!(tiers.of(money(amount)), tier, "{amount}");
        }
    }

    #[test]
    fn the_user_sets_bounds_and_nonsense_changes_nothing() {
        let mut tiers = Tiers::default();
        assert!(!tiers.set(money("100.00 CNY"), money("50.00 CNY")));
        assert!(!tiers.set(money("100.00 CNY"), money("500.00 EUR")));
        assert_eq!(tiers, Tiers::default());
        assert!(tiers.set(money("50.00 CNY"), money("100.00 CNY")));
        assert_eq!(tiers.of(money("60.00 CNY")), Tier::Middle);
        assert_eq!(tiers.all().len(), FIGURES.len());
    }

    proptest! {
        #[test]
        fn more_is_never_smaller(minor in 0i64..100_000_000, more in 0i64..100_000_000, code in prop::sample::select(vec!["CNY", "EUR", "JPY", "SEK"])) {
            let currency = Currency::from_code(code).unwrap();
            let of = |minor| Tiers::default().of(Money::from_minor(minor, currency).unwrap());
            prop_assert!(of(minor) <= of(minor + more));
        }
    }
}
