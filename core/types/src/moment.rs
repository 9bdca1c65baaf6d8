//! A point in time together with the offset at which somebody lived it: hours of the day and days of the month depend on it.

use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::malformed::{Code, Malformed};

/// An instant and its offset from UTC, as RFC 3339 writes it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    timestamp: Timestamp,
    offset: Offset,
}

/// The widest offset in use on Earth, in hours (Kiribati).
const WIDEST_OFFSET: i32 = 14;

impl Moment {
    /// An instant seen at an offset.
    pub fn new(timestamp: Timestamp, offset: Offset) -> Self {
        Self { timestamp, offset }
    }

    /// The instant of `zoned`, seen where it was.
    pub fn of(zoned: &Zoned) -> Self {
        Self { timestamp: zoned.timestamp(), offset: zoned.offset() }
    }

    /// Reads an RFC 3339 date and time with its offset. Leap seconds, lower-case letters and unknown offsets (`-00:00`) are refused,
    /// because reading them would mean to repair them.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let bad = || {
            Malformed::new(
                Code::BadTimestamp,
                "",
                "write an RFC 3339 date and time with offset, such as `2026-05-04T12:30:00+08:00`",
            )
        };
        let no_offset = || {
            Malformed::new(
                Code::BadOffset,
                "",
                "end the time with `Z` or an offset that exists, such as `+08:00`",
            )
        };
        let (civil, offset) = text.split_at_checked(19).ok_or_else(bad)?;
        if !matches_pattern(civil, "dddd-dd-ddTdd:dd:dd") {
            return Err(bad());
        }
        let (fraction, offset) = match offset.strip_prefix('.') {
            Some(rest) => {
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                if !(1..=9).contains(&digits) {
                    return Err(bad());
                }
                rest.split_at_checked(digits).ok_or_else(bad)?
            }
            None => ("", offset),
        };
        let offset = read_offset(offset).ok_or_else(no_offset)?;
        if civil.ends_with(":60") {
            return Err(bad());
        }
        let written = if fraction.is_empty() { civil.to_owned() } else { format!("{civil}.{fraction}") };
        let civil: DateTime = written.parse().map_err(|_| bad())?;
        let timestamp = offset.to_timestamp(civil).map_err(|_| bad())?;
        Ok(Self { timestamp, offset })
    }

    /// The instant.
    pub fn timestamp(self) -> Timestamp {
        self.timestamp
    }

    /// Seconds since 1970-01-01 00:00 UTC.
    pub fn seconds(self) -> i64 {
        self.timestamp.as_second()
    }

    /// The local date and time at the moment's own offset.
    pub fn civil(self) -> DateTime {
        self.offset.to_datetime(self.timestamp)
    }

    /// The hour of the local week, 0 (Monday, midnight to one) to 167.
    pub fn hour_of_week(self) -> u8 {
        let civil = self.civil();
        let day = civil.date().weekday().to_monday_zero_offset();
        day.unsigned_abs().saturating_mul(24).saturating_add(civil.hour().unsigned_abs())
    }

    /// The calendar day in the time zone in which the user counts days.
    pub fn date_in(self, zone: &TimeZone) -> Date {
        zone.to_datetime(self.timestamp).date()
    }

    /// Whole and part days from `earlier` to this moment; negative when it lies after.
    pub fn days_since(self, earlier: Self) -> f64 {
        (self.timestamp.as_millisecond().saturating_sub(earlier.timestamp.as_millisecond())) as f64
            / 86_400_000.0
    }

    /// The moment this many seconds later (earlier when negative), clamped to what a date can hold.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        let timestamp =
            self.timestamp.saturating_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(self.timestamp);
        Self { timestamp, ..self }
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.timestamp.cmp(&other.timestamp).then(self.offset.cmp(&other.offset))
    }
}

/// Whether `text` has a digit where the pattern has `d`, and the pattern's own character elsewhere.
fn matches_pattern(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(t, p)| if p == b'd' { t.is_ascii_digit() } else { t == p })
}

fn read_offset(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    if text == "-00:00" || !(matches_pattern(text, "+dd:dd") || matches_pattern(text, "-dd:dd")) {
        return None;
    }
    let hours: i32 = text.get(1..3)?.parse().ok()?;
    let minutes: i32 = text.get(4..6)?.parse().ok()?;
    if hours > WIDEST_OFFSET || minutes > 59 || (hours == WIDEST_OFFSET && minutes > 0) {
        return None;
    }
    let seconds = hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?;
    Offset::from_seconds(if text.starts_with('-') { seconds.checked_neg()? } else { seconds }).ok()
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.offset.seconds();
        let civil = self.civil();
        if seconds == 0 {
            return write!(f, "{civil}Z");
        }
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.unsigned_abs() / 60;
        write!(f, "{civil}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Moment(…)")
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(|e| serde::de::Error::custom(e.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_offset_is_kept_and_counts() {
        let noon = Moment::parse("2026-05-04T12:30:00+08:00").unwrap();
        assert_eq!(noon.to_string(), "2026-05-04T12:30:00+08:00");
        assert_eq!(noon.hour_of_week(), 12);
        assert_eq!(noon.timestamp(), Moment::parse("2026-05-04T04:30:00Z").unwrap().timestamp());
        assert_eq!(Moment::parse("2026-05-10T23:59:59.25-03:30").unwrap().hour_of_week(), 167);
    }

    #[test]
    fn what_is_not_rfc_3339_is_refused() {
        for bad in [
            "",
            "2026-05-04",
            "2026-05-04 12:30:00Z",
            "2026-05-04t12:30:00Z",
            "2026-02-29T12:30:00Z",
            "2026-05-04T24:00:00Z",
            "2026-05-04T12:30:60Z",
            "2026-05-04T12:30Z",
            "2026-05-04T12:30:00.Z",
            "2026-05-04T12:30:00.1234567890Z",
            "+002026-05-04T12:30:00Z",
            "２026-05-04T12:30:00Z",
        ] {
            assert_eq!(Moment::parse(bad).unwrap_err().code, Code::BadTimestamp, "{bad}");
        }
        for bad in [
            "",
            "z",
            "+8",
            "+0800",
            "+08",
            "-00:00",
            "+14:01",
            "+24:00",
            "+08:60",
            "+08:00[Asia/Shanghai]",
            " Z",
        ] {
            assert_eq!(
                Moment::parse(&format!("2026-05-04T12:30:00{bad}")).unwrap_err().code,
                Code::BadOffset,
                "{bad}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(seconds in 0i64..4_102_444_800, minutes in -14 * 60i32..=14 * 60) {
            let moment = Moment::new(Timestamp::from_second(seconds).unwrap(), Offset::from_seconds(minutes * 60).unwrap());
            prop_assert_eq!(Moment::parse(&moment.to_string()).unwrap(), moment);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            let _ = Moment::parse(&text);
        }
    }
}
