//! A window of the week: the days and hours in which a grant holds, on the user's own clock.

use assent_types::json::Reader;
use assent_types::{Code, Malformed, Moment};
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use serde::Serialize;

/// On which days and between which hours a grant covers a payment. Outside it the grant says nothing: it does not forbid.
///
/// A window that ends before it begins goes over midnight, and belongs to the day on which it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The days, in the order of the week; all seven where the user named none.
    days: Vec<Weekday>,
    /// The first minute of the day, 0 to 1439.
    from: u16,
    /// The first minute that lies outside again, 1 to 1440.
    until: u16,
}

const MINUTES_A_DAY: u16 = 24 * 60;

/// The days as JSON writes them, from Monday.
const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

impl Window {
    /// A window on these days (none for all) from one minute of the day until another; `None` where it has no length or the
    /// minutes are none of a day's.
    pub fn new(days: &[Weekday], from: u16, until: u16) -> Option<Self> {
        let in_a_day = from < MINUTES_A_DAY && (1..=MINUTES_A_DAY).contains(&until);
        (in_a_day && from != until).then_some(())?;
        let chosen = |day: &Weekday| days.is_empty() || days.contains(day);
        Some(Self { days: DAYS.iter().map(|(_, day)| *day).filter(chosen).collect(), from, until })
    }

    /// Whether this moment lies in the window, where the user's clock shows the time of `zone`.
    pub fn holds_at(&self, at: Moment, zone: &TimeZone) -> bool {
        let local = zone.to_datetime(at.timestamp());
        let minute = minute_of(local.time());
        let today = local.date().weekday();
        let on = |day: Weekday| self.days.contains(&day);
        if self.from < self.until {
            on(today) && (self.from..self.until).contains(&minute)
        } else {
            on(today) && minute >= self.from || on(today.previous()) && minute < self.until
        }
    }

    /// The days, in the order of the week.
    pub fn days(&self) -> &[Weekday] {
        &self.days
    }

    /// Whether it holds on every day.
    pub fn is_daily(&self) -> bool {
        self.days.len() == DAYS.len()
    }

    /// From when, `06:00`.
    pub fn from(&self) -> String {
        written(self.from)
    }

    /// Until when, `10:00`; the end of the day is `24:00`.
    pub fn until(&self) -> String {
        written(self.until)
    }

    /// Reads `{"days"?: ["mon", …], "from"?: "06:00", "until"?: "10:00"}`.
    pub(crate) fn take(reader: &Reader<'_>) -> Result<Self, Malformed> {
        let mut fields = reader.object()?;
        let days = fields.optional("days").map(|r| take_days(&r)).transpose()?;
        let from = fields.optional("from").map(|r| take_minute(&r)).transpose()?.unwrap_or(0);
        let until = fields.optional("until").map(|r| take_minute(&r)).transpose()?.unwrap_or(MINUTES_A_DAY);
        fields.finish()?;
        let days = days.unwrap_or_default();
        Self::new(&days, from, until).ok_or_else(|| {
            reader.refuse(
                Code::Contradiction,
                "the window has no length; let it end at another time than it begins",
            )
        })
    }
}

fn minute_of(time: Time) -> u16 {
    let hour = u16::from(time.hour().unsigned_abs());
    hour.saturating_mul(60).saturating_add(u16::from(time.minute().unsigned_abs()))
}

fn written(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn take_days(reader: &Reader<'_>) -> Result<Vec<Weekday>, Malformed> {
    let days = reader.array(DAYS.len())?;
    if days.is_empty() {
        return Err(
            reader.refuse(Code::Contradiction, "the list names no day; name one, or leave it out for all")
        );
    }
    days.iter()
        .map(|day| {
            let name = day.string()?;
            let found = DAYS.iter().find(|(known, _)| *known == name).map(|(_, day)| *day);
            found.ok_or_else(|| day.refuse(Code::UnknownValue, "write days as `mon`, `tue`, … `sun`"))
        })
        .collect()
}

fn take_minute(reader: &Reader<'_>) -> Result<u16, Malformed> {
    let text = reader.string()?;
    let bad = || reader.refuse(Code::UnknownValue, "write a time of the day as `06:30`");
    let (hour, minute) = text.split_once(':').filter(|_| text.len() == 5).ok_or_else(bad)?;
    let number = |digits: &str| {
        digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| digits.parse::<u16>().ok())
            .flatten()
            .ok_or_else(bad)
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let all = hour.saturating_mul(60).saturating_add(minute);
    if minute > 59 || all > MINUTES_A_DAY { Err(bad()) } else { Ok(all) }
}

#[derive(Serialize)]
struct Written {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    days: Vec<&'static str>,
    from: String,
    until: String,
}

impl Serialize for Window {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let named = DAYS.iter().filter(|(_, day)| !self.is_daily() && self.days.contains(day));
        Written { days: named.map(|(name, _)| *name).collect(), from: self.from(), until: self.until() }
            .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    #[test]
    fn hours_are_the_users_own_and_the_end_lies_outside() {
        let morning = Window::new(&[], 6 * 60, 10 * 60).unwrap();
        let shanghai = TimeZone::fixed(jiff::tz::offset(8));
        for (time, inside) in [
            ("2026-06-01T05:59:59+08:00", false),
            ("2026-06-01T06:00:00+08:00", true),
            ("2026-06-01T09:59:59+08:00", true),
            ("2026-06-01T10:00:00+08:00", false),
            ("2026-05-31T23:00:00Z", true),
        ] {
            assert_eq!(morning.holds_at(at(time), &shanghai), inside, "{time}");
        }
        assert!(!morning.holds_at(at("2026-05-31T23:00:00Z"), &TimeZone::UTC));
    }

    #[test]
    fn a_window_over_midnight_belongs_to_the_day_on_which_it_began() {
        let friday_night = Window::new(&[Weekday::Friday], 22 * 60, 2 * 60).unwrap();
        for (time, inside) in [
            ("2026-06-05T21:59:00Z", false),
            ("2026-06-05T22:00:00Z", true), // a Friday
            ("2026-06-06T01:59:00Z", true),
            ("2026-06-06T02:00:00Z", false),
            ("2026-06-06T22:00:00Z", false),
            ("2026-06-05T01:00:00Z", false),
        ] {
            assert_eq!(friday_night.holds_at(at(time), &TimeZone::UTC), inside, "{time}");
        }
    }

    #[test]
    fn what_has_no_length_is_no_window() {
        assert_eq!(Window::new(&[], 60, 60), None);
        assert_eq!(Window::new(&[], 0, 0), None);
        assert_eq!(Window::new(&[], MINUTES_A_DAY, 60), None);
        assert!(Window::new(&[], 0, MINUTES_A_DAY).is_some());
    }

    proptest! {
        /// A window and the one from its end to its beginning share no minute and leave none out.
        #[test]
        fn a_window_and_its_complement_make_the_week(from in 0u16..1440, until in 1u16..1440, seconds in 0i64..10_000_000) {
            prop_assume!(from != until && from > 0);
            let moment = at("2026-01-01T00:00:00Z").plus_seconds(seconds);
            let one = Window::new(&[], from, until).unwrap().holds_at(moment, &TimeZone::UTC);
            let other = Window::new(&[], until, from).unwrap().holds_at(moment, &TimeZone::UTC);
            prop_assert_ne!(one, other);
        }
    }
}
