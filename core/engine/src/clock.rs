//! What time it is: the device's own clock, or the intent's where the past is judged again.

use assent_types::{Intent, Moment};
use jiff::Zoned;
use jiff::tz::TimeZone;

/// Where the engine takes the time from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// The system's clock and time zone.
    #[default]
    System,
    /// Each intent's own `created_at`: for replays and evaluation, never for live payments, because the agent would choose the time.
    Intent,
}

impl Clock {
    /// The moment at which an intent that was made at `created_at` is judged, answered or closed.
    pub fn now(self, created_at: Moment, zone: &TimeZone) -> Moment {
        match self {
            Self::System => Self::system(zone),
            Self::Intent => created_at,
        }
    }

    /// The system's time, as the user's clock on the wall shows it.
    pub fn system(zone: &TimeZone) -> Moment {
        Moment::of(&Zoned::now().with_time_zone(zone.clone()))
    }
}

/// How an intent's own times stand to the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// The offer ended before it was judged.
    pub expired: bool,
    /// The agent made the intent more than [`STALE_SECONDS`] ago, or [`LONGEST_WINDOW_SECONDS`] where its offer still stands.
    pub stale: bool,
    /// The intent comes from more than [`AHEAD_SECONDS`] in the future, so one of the two clocks is wrong.
    pub ahead: bool,
}

/// An intent older than this is asked about: what the user wanted an hour ago may be eaten by now. Our own choice; agents answer in
/// seconds, and an offer that is meant to live longer says so in its negotiation window.
pub const STALE_SECONDS: i64 = 3600;
/// However long an agent keeps its offer open, after a day the user is asked.
pub const LONGEST_WINDOW_SECONDS: i64 = 86_400;
/// Clocks of phones and servers differ by seconds; five minutes is the tolerance that Kerberos made customary (RFC 4120, section 10).
pub const AHEAD_SECONDS: i64 = 300;

impl Timing {
    /// Compares an intent's times with the clock.
    pub fn of(intent: &Intent, now: Moment) -> Self {
        let ends = intent.negotiation.as_ref().map(|negotiation| negotiation.expires_at);
        let age = now.seconds().saturating_sub(intent.created_at.seconds());
        Self {
            expired: ends.is_some_and(|ends| ends.timestamp() <= now.timestamp()),
            stale: age > if ends.is_some() { LONGEST_WINDOW_SECONDS } else { STALE_SECONDS },
            ahead: age < AHEAD_SECONDS.saturating_neg(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timing(negotiation: &str, age_seconds: i64) -> Timing {
        let intent = Intent::from_json(&format!(
            r#"{{"id":"i","agent":"a","service":{{"id":"s","name":"S"}},"price":{{"amount":"1","currency":"CNY"}},
                "created_at":"2026-06-01T12:00:00+08:00"{negotiation}}}"#
        ))
        .unwrap();
        Timing::of(&intent, intent.created_at.plus_seconds(age_seconds))
    }

    #[test]
    fn old_intents_and_intents_from_the_future_are_told() {
        let sound = Timing::default();
        assert_eq!(timing("", STALE_SECONDS), sound);
        assert_eq!(timing("", STALE_SECONDS + 1), Timing { stale: true, ..sound });
        assert_eq!(timing("", -AHEAD_SECONDS), sound);
        assert_eq!(timing("", -AHEAD_SECONDS - 1), Timing { ahead: true, ..sound });
    }

    #[test]
    fn an_offer_holds_until_its_end_and_never_longer_than_a_day_unasked() {
        let open = r#","negotiation":{"expires_at":"2036-06-01T12:00:00+08:00"}"#;
        assert_eq!(timing(open, STALE_SECONDS + 1), Timing::default());
        assert!(timing(open, LONGEST_WINDOW_SECONDS + 1).stale);
        let short = r#","negotiation":{"expires_at":"2026-06-01T12:10:00+08:00"}"#;
        assert!(!timing(short, 599).expired && timing(short, 600).expired);
    }
}
