//! Where payments happen: a few centres, each with the number of payments around it.

use assent_types::Place;
use serde::{Deserialize, Serialize};

/// Payments closer than this to a centre belong to it, in kilometres.
const REACH_KM: f64 = 1.0;
/// How many centres are kept.
const CENTRES: usize = 6;

/// Centres of payments.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Places(Vec<(Place, u32)>);

impl Places {
    /// Counts a payment here; a new centre takes the place of the least used where the list is full.
    pub fn add(&mut self, place: Place) {
        if let Some((_, count)) =
            self.0.iter_mut().find(|(centre, _)| centre.kilometres_to(place) <= REACH_KM)
        {
            *count = count.saturating_add(1);
            return;
        }
        if self.0.len() >= CENTRES {
            let rarest = self.0.iter().enumerate().min_by_key(|(_, (_, count))| *count).map(|(at, _)| at);
            rarest.map(|at| self.0.remove(at));
        }
        self.0.push((place, 1));
    }

    /// Kilometres to the nearest centre; `None` without any.
    pub fn nearest_km(&self, place: Place) -> Option<f64> {
        self.0.iter().map(|(centre, _)| centre.kilometres_to(place)).min_by(f64::total_cmp)
    }
}

impl std::fmt::Debug for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Places({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_and_work_are_two_centres() {
        let mut places = Places::default();
        let (home, work) = (Place { lat: 31.23, lon: 121.47 }, Place { lat: 31.20, lon: 121.60 });
        assert_eq!(places.nearest_km(home), None);
        for _ in 0..10 {
            places.add(home);
            places.add(work);
        }
        (0..20).for_each(|i| places.add(Place { lat: 40.0 + f64::from(i), lon: 116.0 }));
        assert!(places.0.len() <= CENTRES);
        assert!(places.nearest_km(home).unwrap() < 0.1 && places.nearest_km(work).unwrap() < 0.1);
        assert!(places.nearest_km(Place { lat: 0.0, lon: 0.0 }).unwrap() > 1000.0);
    }
}
