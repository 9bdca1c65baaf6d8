//! Robust statistics of amounts: the last few of one currency, their median and their spread.

use assent_types::{Currency, Money};
use serde::{Deserialize, Serialize};

/// How many amounts are remembered: enough for a median that a few odd ones cannot move, few enough to follow a price rise.
const REMEMBERED: usize = 32;

/// A factor that makes the median absolute deviation estimate a standard deviation where the data are normal.
const MAD_TO_SIGMA: f64 = 1.4826;

/// What keeps the logarithm of a density finite where no amount is near.
const NO_DENSITY: f64 = 1e-3;

/// How one amount lies to those remembered, in natural logarithms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaps {
    /// To the nearest, never negative.
    pub nearest: f64,
    /// Above the last.
    pub above_last: f64,
    /// Above the lowest.
    pub above_lowest: f64,
    /// Above the highest; negative within the range.
    pub above_highest: f64,
}

/// Amounts of one currency.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    /// The currency of all of them.
    pub currency: Currency,
    /// How many there were in all.
    pub count: u32,
    /// The last ones in minor units, oldest first.
    recent: Vec<i64>,
    /// The largest that the user vouched for, in minor units.
    largest: i64,
}

impl Amounts {
    /// No amount yet.
    pub fn new(currency: Currency) -> Self {
        Self { currency, count: 0, recent: Vec::new(), largest: 0 }
    }

    /// Adds one that the user vouches for; another currency is left out.
    pub fn add(&mut self, money: Money) {
        self.add_as(money, true, REMEMBERED);
    }

    /// Adds one that nobody but an agent and this device wanted. It counts for no more than the largest that the user vouched for, so
    /// that no chain of such payments, each a little above the one before, ever widens the range. The first of all sets it.
    pub fn add_unvouched(&mut self, money: Money) {
        self.add_as(money, false, REMEMBERED);
    }

    /// Adds one, remembering so many.
    pub(crate) fn add_as(&mut self, money: Money, vouched: bool, remembered: usize) {
        if money.currency() != self.currency {
            return;
        }
        let widens = vouched || self.count == 0;
        let minor = if widens { money.minor() } else { money.minor().min(self.largest) };
        self.count = self.count.saturating_add(1);
        self.largest = self.largest.max(minor);
        while self.recent.len() >= remembered.max(1) {
            self.recent.remove(0);
        }
        self.recent.push(minor);
    }

    /// The usual amount: the median of the remembered ones, the lower of the two middle ones.
    pub fn usual(&self) -> Option<Money> {
        let mut sorted = self.recent.clone();
        sorted.sort_unstable();
        let middle = sorted.len().checked_sub(1)? / 2;
        Money::from_minor(*sorted.get(middle)?, self.currency)
    }

    /// The largest amount ever that the user vouched for; see [`Amounts::add_unvouched`].
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

    /// The share of remembered amounts whose minor units (cents) end as those of `money` do.
    pub fn share_same_cents(&self, money: Money) -> f64 {
        let unit = 10i64.checked_pow(money.currency().exponent()).unwrap_or(i64::MAX);
        self.share(|minor| f64::from(u8::from(minor % unit == money.minor() % unit)))
    }

    /// How densely remembered amounts lie around `money`: the logarithm of the mean of normal kernels over the natural logarithms of
    /// amounts, `width` wide. The one added last weighs 1, each before it `fade` times the next. About -7 where none is near; `None`
    /// without history or in another currency.
    pub fn density(&self, money: Money, width: f64, fade: f64) -> Option<f64> {
        if money.currency() != self.currency || self.recent.is_empty() {
            return None;
        }
        let here = log(money.minor());
        let (mut sum, mut weights, mut weight) = (0.0, 0.0, 1.0);
        for minor in self.recent.iter().rev() {
            let off = (here - log(*minor)) / width;
            sum += weight * (-0.5 * off * off).exp();
            weights += weight;
            weight *= fade;
        }
        Some((sum / weights / width + NO_DENSITY).ln())
    }

    /// Distances in natural logarithms from `money` to remembered amounts; `None` without history or in another currency.
    pub fn gaps(&self, money: Money) -> Option<Gaps> {
        if money.currency() != self.currency {
            return None;
        }
        let here = log(money.minor());
        let logs = || self.recent.iter().map(|minor| log(*minor));
        Some(Gaps {
            nearest: logs().map(|l| (here - l).abs()).min_by(f64::total_cmp)?,
            above_last: here - logs().next_back()?,
            above_lowest: here - logs().min_by(f64::total_cmp)?,
            above_highest: here - logs().max_by(f64::total_cmp)?,
        })
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

    #[test]
    fn what_nobody_vouched_for_widens_nothing() {
        let mut lunch = amounts(&[3800, 4200, 4000]);
        for day in 1..300 {
            lunch.add_unvouched(euro(4200 + 42 * day));
        }
        assert_eq!((lunch.largest(), lunch.usual()), (Some(euro(4200)), Some(euro(4200))));
        assert_eq!(lunch.count, 302);
        let mut first = Amounts::new(Currency::from_code("EUR").unwrap());
        first.add_unvouched(euro(500));
        assert_eq!(first.largest(), Some(euro(500)));
    }

    #[test]
    fn density_is_high_among_neighbours_and_follows_the_latest() {
        let price_rise = amounts(&[1000, 1000, 1000, 2000, 2000]);
        let at = |minor, fade| price_rise.density(euro(minor), 0.1, fade).unwrap();
        assert!(at(1000, 1.0) > at(2000, 1.0) && at(2000, 0.5) > at(1000, 0.5));
        assert!(at(1500, 1.0) < 0.0 && at(100_000, 1.0) < -6.8);
        let gaps = price_rise.gaps(euro(4000)).unwrap();
        let two = std::f64::consts::LN_2;
        assert!((gaps.nearest - two).abs() < 1e-9 && (gaps.above_highest - two).abs() < 1e-9);
        assert!((gaps.above_lowest - 2.0 * two).abs() < 1e-9 && (gaps.above_last - two).abs() < 1e-9);
        assert_eq!(price_rise.share_same_cents(euro(99_900)), 1.0);
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
