//! A short list of the things that occur most, with how often: it never grows, and what occurs rarely makes room first.

use std::borrow::Borrow;

use serde::{Deserialize, Serialize};

/// At most `N` things with their counts, in no particular order.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally<T, const N: usize> {
    counts: Vec<(T, u32)>,
    total: u32,
}

impl<T, const N: usize> Default for Tally<T, N> {
    fn default() -> Self {
        Self { counts: Vec::new(), total: 0 }
    }
}

impl<T: Clone + Eq, const N: usize> Tally<T, N> {
    /// Counts one occurrence. A newcomer to a full list takes the place of the rarest, the one longest on the list among equals.
    pub fn add(&mut self, thing: &T) {
        self.total = self.total.saturating_add(1);
        if let Some((_, count)) = self.counts.iter_mut().find(|(known, _)| known == thing) {
            *count = count.saturating_add(1);
            return;
        }
        if self.counts.len() >= N {
            let rarest =
                self.counts.iter().enumerate().min_by_key(|(_, (_, count))| *count).map(|(at, _)| at);
            rarest.map(|at| self.counts.remove(at));
        }
        self.counts.push((thing.clone(), 1));
    }

    /// How often it occurred, as far as the list remembers.
    pub fn count<Q: Eq + ?Sized>(&self, thing: &Q) -> u32
    where
        T: Borrow<Q>,
    {
        self.counts.iter().find(|(known, _)| known.borrow() == thing).map_or(0, |(_, count)| *count)
    }

    /// Its share of all occurrences, 0 to 1.
    pub fn share<Q: Eq + ?Sized>(&self, thing: &Q) -> f64
    where
        T: Borrow<Q>,
    {
        if self.total == 0 { 0.0 } else { f64::from(self.count(thing)) / f64::from(self.total) }
    }

    /// The things and their counts.
    pub fn iter(&self) -> impl Iterator<Item = (&T, u32)> {
        self.counts.iter().map(|(thing, count)| (thing, *count))
    }

    /// What occurs most; the latest among equals.
    pub fn most(&self) -> Option<&T> {
        self.counts.iter().max_by_key(|(_, count)| *count).map(|(thing, _)| thing)
    }

    /// Occurrences in all, those of forgotten things included.
    pub fn total(&self) -> u32 {
        self.total
    }

    /// Whether nothing was counted yet.
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }
}

impl<T, const N: usize> std::fmt::Debug for Tally<T, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tally({} kinds, {} in all)", self.counts.len(), self.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_never_grows_and_keeps_what_is_common(things in prop::collection::vec(0u8..20, 0..200)) {
            let mut tally = Tally::<u8, 4>::default();
            for thing in &things {
                tally.add(thing);
                prop_assert!(tally.count(thing) >= 1);
            }
            prop_assert!(tally.iter().count() <= 4);
            prop_assert_eq!(tally.total() as usize, things.len());
            prop_assert!((0u8..20).map(|t| tally.share(&t)).sum::<f64>() <= 1.0 + 1e-9);
        }
    }

    #[test]
    fn a_flood_of_strangers_does_not_push_out_a_habit() {
        let mut tally = Tally::<u32, 4>::default();
        (0..50).for_each(|_| tally.add(&7));
        (100..1000).for_each(|stranger| tally.add(&stranger));
        assert_eq!(tally.count(&7), 50);
        assert_eq!(tally.most(), Some(&7));
    }
}
