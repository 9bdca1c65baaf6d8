//! When payments happen: hours of the week, and the distances between one payment and the next.

use assent_types::Moment;
use serde::{Deserialize, Serialize};

/// Payments counted by the hour of the local week, 0 (Monday, midnight) to 167; only hours that occur are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekHours(Vec<(u8, u16)>);

impl WeekHours {
    /// Counts one payment.
    pub fn add(&mut self, hour_of_week: u8) {
        match self.0.binary_search_by_key(&hour_of_week, |(hour, _)| *hour) {
            Ok(at) => {
                if let Some((_, count)) = self.0.get_mut(at) {
                    *count = count.saturating_add(1);
                }
            }
            Err(at) => self.0.insert(at, (hour_of_week, 1)),
        }
    }

    /// The share of payments at most two hours of the day away from this one, on any day.
    pub fn share_near_hour(&self, hour_of_week: u8) -> f64 {
        self.share(|hour| {
            let apart = (hour % 24).abs_diff(hour_of_week % 24);
            apart.min(24u8.saturating_sub(apart)) <= 2
        })
    }

    /// The share of payments on this day of the week.
    pub fn share_same_day(&self, hour_of_week: u8) -> f64 {
        self.share(|hour| hour / 24 == hour_of_week / 24)
    }

    fn share(&self, counts: impl Fn(u8) -> bool) -> f64 {
        let sum = |list: &mut dyn Iterator<Item = &(u8, u16)>| {
            list.map(|(_, count)| f64::from(*count)).sum::<f64>()
        };
        let all = sum(&mut self.0.iter());
        if all == 0.0 { 0.0 } else { sum(&mut self.0.iter().filter(|(hour, _)| counts(*hour))) / all }
    }
}

/// How many intervals are remembered: a year of monthly bills.
const REMEMBERED: usize = 12;

/// The last payment and the intervals before it, in minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rhythm {
    /// Seconds since 1970 of the first payment.
    pub first: i64,
    /// Seconds since 1970 of the last payment.
    pub last: i64,
    /// The last intervals in minutes, oldest first.
    minutes: Vec<u32>,
}

const MINUTES_A_DAY: f64 = 1440.0;

impl Rhythm {
    /// Begins with one payment.
    pub fn new(at: Moment) -> Self {
        Self { first: at.seconds(), last: at.seconds(), minutes: Vec::new() }
    }

    /// Adds the next payment; one from before the last adds no interval.
    pub fn add(&mut self, at: Moment) {
        let Ok(gap) = u32::try_from(at.seconds().saturating_sub(self.last) / 60) else { return };
        if self.minutes.len() >= REMEMBERED {
            self.minutes.remove(0);
        }
        self.minutes.push(gap);
        self.last = at.seconds();
    }

    /// Days since the last payment.
    pub fn days_since_last(&self, now: Moment) -> f64 {
        (now.seconds().saturating_sub(self.last)) as f64 / 86_400.0
    }

    /// Days since the first payment.
    pub fn days_since_first(&self, now: Moment) -> f64 {
        (now.seconds().saturating_sub(self.first)) as f64 / 86_400.0
    }

    /// The median interval in days.
    pub fn usual_days(&self) -> Option<f64> {
        let mut sorted = self.minutes.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).map(|minutes| f64::from(*minutes) / MINUTES_A_DAY)
    }

    /// The shortest remembered interval in days.
    pub fn shortest_days(&self) -> Option<f64> {
        self.minutes.iter().min().map(|minutes| f64::from(*minutes) / MINUTES_A_DAY)
    }

    /// How many of the remembered intervals (at most twelve, the latest) are at most this long, in days.
    pub fn comes_within(&self, days: f64) -> usize {
        self.minutes.iter().filter(|minutes| f64::from(**minutes) / MINUTES_A_DAY <= days).count()
    }

    /// The interval in days where payments come regularly: at least two intervals of five days or more, each within a quarter of the
    /// median, which lets a month have 28 to 31 days and a bill come a week late.
    pub fn regular_days(&self) -> Option<f64> {
        let usual = self.usual_days().filter(|days| *days >= 5.0)?;
        let steady = |minutes: &u32| (f64::from(*minutes) / MINUTES_A_DAY - usual).abs() <= usual / 4.0;
        (self.minutes.len() >= 2 && self.minutes.iter().all(steady)).then_some(usual)
    }

    /// Whether a regular payment is due: the usual interval has passed, give or take a quarter of it.
    pub fn due(&self, now: Moment) -> Option<f64> {
        let usual = self.regular_days()?;
        let since = self.days_since_last(now);
        (usual * 0.75..=usual * 1.5).contains(&since).then_some(usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    fn rhythm(dates: &[&str]) -> Rhythm {
        let mut rhythm = Rhythm::new(at(&format!("{}T09:00:00Z", dates[0])));
        dates[1..].iter().for_each(|d| rhythm.add(at(&format!("{d}T09:00:00Z"))));
        rhythm
    }

    #[test]
    fn a_monthly_bill_is_due_after_a_month_and_not_before() {
        let bill = rhythm(&["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]);
        assert!(bill.due(at("2026-05-30T09:00:00Z")).is_some());
        assert!(bill.due(at("2026-06-05T09:00:00Z")).is_some(), "a bill may come late");
        assert!(bill.due(at("2026-05-10T09:00:00Z")).is_none(), "a second bill in a month is not due");
        assert!(bill.due(at("2027-05-10T09:00:00Z")).is_none(), "a year later it is no rhythm any more");
    }

    #[test]
    fn lunches_have_no_due_date() {
        assert!(
            rhythm(&["2026-05-04", "2026-05-05", "2026-05-06", "2026-05-07"])
                .due(at("2026-05-08T09:00:00Z"))
                .is_none()
        );
        assert!(
            rhythm(&["2026-01-01", "2026-02-01"]).due(at("2026-03-01T09:00:00Z")).is_none(),
            "one interval is no rhythm"
        );
        assert!(
            rhythm(&["2026-01-01", "2026-02-01", "2026-02-10"]).due(at("2026-03-01T09:00:00Z")).is_none()
        );
    }

    #[test]
    fn short_intervals_are_counted_among_those_remembered() {
        let mut trips = Rhythm::new(at("2026-05-04T09:00:00Z"));
        for time in ["2026-05-04T09:08:00Z", "2026-05-05T09:00:00Z", "2026-05-05T09:05:30Z"] {
            trips.add(at(time));
        }
        let within = |minutes: f64| trips.comes_within(minutes / 1440.0);
        assert_eq!((within(1.0), within(5.0), within(8.0), within(10.0)), (0, 1, 2, 2));
        assert_eq!((trips.comes_within(30.0), trips.comes_within(f64::NAN)), (3, 0));
        assert_eq!(Rhythm::new(at("2026-05-04T09:00:00Z")).comes_within(30.0), 0);
        for day in 6..26 {
            trips.add(at(&format!("2026-05-{day:02}T09:00:00Z")));
        }
        assert_eq!(trips.comes_within(10.0 / 1440.0), 0, "what was long ago is forgotten");
    }

    #[test]
    fn hours_wrap_around_midnight() {
        let mut hours = WeekHours::default();
        hours.add(23);
        assert_eq!(hours.share_near_hour(24), 1.0);
        assert_eq!(hours.share_near_hour(12), 0.0);
        assert_eq!((hours.share_same_day(0), hours.share_same_day(24)), (1.0, 0.0));
        assert_eq!(WeekHours::default().share_near_hour(0), 0.0);
    }
}
