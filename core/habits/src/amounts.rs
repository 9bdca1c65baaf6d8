//! Robust statistics of amounts: the last few of one currency, their median and their spread.

use assent_types::{Currency, Money};
use serde::{Deserialize, Serialize};

/// How many amounts are remembered: enough for a median that a few odd ones cannot move, few enough to follow a price rise.
const REMEMBERED: usize = 32;

/// A factor that makes the median absolute deviation estimate a standard deviation where the data are normal.
const MAD_TO_SIGMA: f64 = 1.4826;

/// Amounts of one currency.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    /// The currency of all of them.
    pub currency: Currency,
    /// How many there were in all.
    pub count: u32,
    /// The last ones in minor units, oldest first.
    recent: Vec<i64>,
    /// The largest ever, in minor units.
    largest: i64,
}

impl Amounts {
    /// No amount yet.
    pub fn new(currency: Currency) -> Self {
        Self { currency, count: 0, recent: Vec::new(), largest: 0 }
    }

    /// Adds one; another currency is left out.
    pub fn add(&mut self, money: Money) {
        if money.currency() != self.currency {
            return;
        }
        self.count = self.count.saturating_add(1);
        self.largest = self.largest.max(money.minor());
        if self.recent.len() >= REMEMBERED {
            self.recent.remove(0);
        }
        self.recent.push(money.minor());
    }

    /// The usual amount: the median of the remembered ones, the lower of the two middle ones.
    pub fn usual(&self) -> Option<Money> {
        let mut sorted = self.recent.clone();
        sorted.sort_unstable();
        let middle = sorted.len().checked_sub(1)? / 2;
        Money::from_minor(*sorted.get(middle)?, self.currency)
    }

    /// The largest amount ever.
    pub fn largest(&self) -> Option<Money> {
        (self.count > 0).then(|| Money::from_minor(self.largest, self.currency)).flatten()
    }

    /// How far `money` lies from the usual in natural logarithms, above it positive, and how far amounts usually lie, as a robust
    /// standard deviation of the logarithms; `None` without history or in another currency.
    pub fn distance(&self, money: Money) -> Option<(f64, f64)> {
        if money.currency() != self.currency || self.recent.is_empty() {
            return None;
        }
        let mut logs: Vec<f64> = self.recent.iter().map(|minor| log(*minor)).collect();
        let middle = median(&mut logs)?;
        let mut off: Vec<f64> = logs.iter().map(|l| (l - middle).abs()).collect();
        let spread = median(&mut off)? * MAD_TO_SIGMA;
        Some((log(money.minor()) - middle, spread))
    }

    /// The share of remembered amounts that are at least `money`, with half of the exact repeats: 0 for far above, 1 for far below.
    pub fn share_at_least(&self, money: Money) -> f64 {
        self.share(|minor| match minor.cmp(&money.minor()) {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        })
    }

    /// The share of remembered amounts that are exactly `money`.
    pub fn share_equal(&self, money: Money) -> f64 {
        self.share(|minor| f64::from(u8::from(minor == money.minor())))
    }

    fn share(&self, weight: impl Fn(i64) -> f64) -> f64 {
        if self.recent.is_empty() {
            return 0.0;
        }
        self.recent.iter().map(|minor| weight(*minor)).sum::<f64>() / self.recent.len() as f64
    }
}

impl std::fmt::Debug for Amounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Amounts(… {})", self.currency)
    }
}

fn log(minor: i64) -> f64 {
    (minor.max(1) as f64).ln()
}

/// The median of values, which are left sorted.
fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let high = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(high);
    }
    Some((values.get((values.len() / 2).checked_sub(1)?)? + high) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::from_code("EUR").unwrap()).unwrap()
    }

    fn amounts(minor: &[i64]) -> Amounts {
        let mut amounts = Amounts::new(Currency::from_code("EUR").unwrap());
        minor.iter().for_each(|m| amounts.add(euro(*m)));
        amounts
    }

    #[test]
    fn one_wild_amount_does_not_move_the_usual() {
        let lunch = amounts(&[3800, 3600, 4000, 3800, 3_800_000]);
        assert_eq!(lunch.usual(), Some(euro(3800)));
        let (far, spread) = lunch.distance(euro(3_800_000)).unwrap();
        assert!(far > 6.9 && spread < 0.1, "{far} {spread}");
    }

    #[test]
    fn another_currency_is_no_neighbour() {
        let lunch = amounts(&[3800]);
        let yen = Money::parse("3800", Currency::from_code("JPY").unwrap()).unwrap();
        assert_eq!(lunch.distance(yen), None);
    }

    proptest! {
        #[test]
        fn it_stays_small_and_between_its_bounds(minor in prop::collection::vec(1i64..1_000_000, 1..100), probe in 1i64..1_000_000) {
            let amounts = amounts(&minor);
            let last: Vec<i64> = minor.iter().rev().take(REMEMBERED).copied().collect();
            prop_assert_eq!(amounts.recent.len(), last.len());
            let usual = amounts.usual().unwrap().minor();
            prop_assert!(last.contains(&usual));
            prop_assert!(last.iter().filter(|m| **m <= usual).count() * 2 >= last.len());
            prop_assert!((0.0..=1.0).contains(&amounts.share_at_least(euro(probe))));
            prop_assert_eq!(amounts.largest().unwrap().minor(), *minor.iter().max().unwrap());
        }
    }
}
