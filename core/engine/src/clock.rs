//! What time it is: the device's own clocks, held against each other, or the intent's where the past is judged again.

use std::fmt;
use std::sync::Arc;

use assent_store::{LastSeen, Reading as Book, Table, Writing};
use assent_types::{Intent, Moment};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::error::EngineError;

/// The clocks of a device. The system's are built in; a host gives its own where it knows better ones.
pub trait HostClock: fmt::Debug + Send + Sync {
    /// The clock on the wall, which anybody who holds the device can set.
    fn wall(&self) -> Timestamp;

    /// The clock that runs from boot on, sleep included, and that nobody can set; `None` where the device tells none.
    fn boot(&self) -> Option<Boot>;
}

/// A reading of the clock that runs from boot on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boot {
    /// Tells one boot from another.
    pub id: [u8; 16],
    /// Seconds since that boot.
    pub seconds: i64,
}

/// Where the engine takes the time from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The system's clocks.
    #[default]
    System,
    /// Each intent's own `created_at`: for replays and evaluation, never for live payments, because the agent would choose the time.
    Intent,
    /// The host's clocks.
    Host(Arc<dyn HostClock>),
}

impl Clock {
    /// The moment at which an intent that was made at `created_at` is judged, answered or closed, by the clock on the wall.
    pub fn now(&self, created_at: Moment, zone: &TimeZone) -> Moment {
        match self {
            Self::System => Self::system(zone),
            Self::Intent => created_at,
            Self::Host(host) => seen_in(zone, host.wall()),
        }
    }

    /// The system's time, as the user's clock on the wall shows it.
    pub fn system(zone: &TimeZone) -> Moment {
        seen_in(zone, Timestamp::now())
    }

    /// Both clocks, read now; `None` where the intent's own time is taken.
    fn read(&self) -> Option<Reading> {
        match self {
            Self::System => {
                let wall = Timestamp::now().as_second();
                Some(Reading { wall, boot: system_boot(wall) })
            }
            Self::Intent => None,
            Self::Host(host) => Some(Reading { wall: host.wall().as_second(), boot: host.boot() }),
        }
    }
}

fn seen_in(zone: &TimeZone, at: Timestamp) -> Moment {
    Moment::new(at, zone.to_offset(at))
}

/// The system's clock from boot on, where it tells one; elsewhere the host has to.
fn system_boot(wall: i64) -> Option<Boot> {
    let LastSeen { boot_id, boot_seconds, .. } = LastSeen::now(wall);
    boot_id.zip(boot_seconds).map(|(id, seconds)| Boot { id, seconds })
}

/// Both clocks at one instant.
#[derive(Clone, Copy, Debug)]
struct Reading {
    wall: i64,
    boot: Option<Boot>,
}

/// What is kept of the clocks: where they stood together when they last agreed anew, and the latest time that was believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Anchor {
    wall: i64,
    boot: Option<Boot>,
    latest: i64,
}

/// The time that budgets go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Time {
    /// Never earlier than what was believed before.
    pub now: Moment,
    /// The two clocks disagree, or the one on the wall went back.
    pub unsure: bool,
}

/// How far the two clocks may be apart: what Kerberos made customary for clocks that should agree (RFC 4120, section 10) …
const APART_SECONDS: i64 = 300;
/// … and one second more for every thousand that have passed: ten times what a cheap crystal loses.
const DRIFT: i64 = 1000;

const KEY: &str = "clock";

impl Anchor {
    fn new(reading: Reading) -> Self {
        Self { wall: reading.wall, boot: reading.boot, latest: reading.wall }
    }

    /// What time to believe, in seconds, and whether the clocks agree. The clock from boot on decides where it can: whoever sets the one on
    /// the wall, forward or back, moves no budget. Over a boot only a step back can be seen.
    fn believe(&self, reading: Reading) -> (i64, bool) {
        let since_boot = self.boot.zip(reading.boot).filter(|(then, now)| then.id == now.id);
        match since_boot.map(|(then, now)| now.seconds.saturating_sub(then.seconds)) {
            Some(elapsed) if elapsed >= 0 => {
                let expected = self.wall.saturating_add(elapsed);
                let apart = i64::try_from(reading.wall.abs_diff(expected)).unwrap_or(i64::MAX);
                if apart <= APART_SECONDS.saturating_add(elapsed / DRIFT) {
                    (reading.wall.max(self.latest), true)
                } else {
                    (expected.max(self.latest), false)
                }
            }
            _ => {
                let back = self.latest.saturating_sub(reading.wall);
                (reading.wall.max(self.latest), back <= APART_SECONDS)
            }
        }
    }

    /// What is kept after a reading. A reading over another boot becomes the new anchor once it is believed.
    fn after(self, reading: Reading, believed: i64, sure: bool) -> Self {
        let same_boot = self.boot.map(|boot| boot.id) == reading.boot.map(|boot| boot.id);
        let anchor = if sure && !same_boot { Self::new(reading) } else { self };
        Self { latest: believed, ..anchor }
    }
}

/// The time that budgets go by, for an intent that was made at `created_at`.
pub(crate) fn time(
    book: &Book<'_>,
    clock: &Clock,
    created_at: Moment,
    zone: &TimeZone,
) -> Result<Time, EngineError> {
    let Some(reading) = clock.read() else { return Ok(Time { now: created_at, unsure: false }) };
    let anchor = book.get::<Anchor>(Table::Settings, KEY)?.unwrap_or(Anchor::new(reading));
    let (believed, sure) = anchor.believe(reading);
    let at = Timestamp::from_second(believed).unwrap_or_default();
    Ok(Time { now: seen_in(zone, at), unsure: !sure })
}

/// Keeps what the clocks show now, in the same transaction as what was done by them.
pub(crate) fn keep(book: &mut Writing<'_>, clock: &Clock) -> Result<(), EngineError> {
    let Some(reading) = clock.read() else { return Ok(()) };
    let kept = book.get::<Anchor>(Table::Settings, KEY)?;
    let anchor = kept.unwrap_or(Anchor::new(reading));
    let (believed, sure) = anchor.believe(reading);
    let after = anchor.after(reading, believed, sure);
    if kept == Some(after) { Ok(()) } else { Ok(book.put(Table::Settings, KEY, &after)?) }
}

/// Believes the clock on the wall as it stands: the user says that it is right.
pub(crate) fn accept(book: &mut Writing<'_>, clock: &Clock) -> Result<(), EngineError> {
    let Some(reading) = clock.read() else { return Ok(()) };
    Ok(book.put(Table::Settings, KEY, &Anchor::new(reading))?)
}

/// Whether the clocks agree now.
pub(crate) fn is_sure(book: &Book<'_>, clock: &Clock) -> Result<bool, EngineError> {
    let Some(reading) = clock.read() else { return Ok(true) };
    let kept = book.get::<Anchor>(Table::Settings, KEY)?;
    Ok(kept.is_none_or(|anchor| anchor.believe(reading).1))
}

/// How an intent's own times stand to the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

    fn reading(wall: i64, boot: u8, seconds: i64) -> Reading {
        Reading { wall, boot: Some(Boot { id: [boot; 16], seconds }) }
    }

    #[test]
    fn a_clock_that_is_set_forward_or_back_moves_no_budget() {
        let anchor = Anchor::new(reading(1_000_000, 1, 500));
        assert_eq!(anchor.believe(reading(1_000_060, 1, 560)), (1_000_060, true));
        assert_eq!(anchor.believe(reading(1_086_400, 1, 560)), (1_000_060, false), "a day forward");
        assert_eq!(anchor.believe(reading(913_600, 1, 560)), (1_000_060, false), "a day back");
        assert_eq!(
            anchor.believe(reading(1_000_000 + 86_400, 1, 500 + 86_300)),
            (1_086_400, true),
            "a day that passed"
        );
    }

    #[test]
    fn small_steps_do_not_add_up_to_a_day() {
        let mut anchor = Anchor::new(reading(0, 1, 0));
        let mut refused = false;
        for step in 1..400i64 {
            let now = reading(step * 250, 1, step);
            let (believed, sure) = anchor.believe(now);
            anchor = anchor.after(now, believed, sure);
            refused |= !sure;
        }
        assert!(refused && anchor.latest <= 400 + APART_SECONDS);
    }

    #[test]
    fn over_a_boot_a_step_back_is_seen_and_the_right_time_is_believed_again() {
        let anchor = Anchor::new(reading(1_000_000, 1, 500));
        let wrong = reading(0, 2, 10);
        let (believed, sure) = anchor.believe(wrong);
        assert_eq!((believed, sure), (1_000_000, false));
        let anchor = anchor.after(wrong, believed, sure);
        let right = reading(1_003_600, 2, 40);
        assert_eq!(anchor.believe(right), (1_003_600, true));
        let anchor = anchor.after(right, 1_003_600, true);
        assert_eq!(
            anchor.believe(reading(1_090_000, 2, 50)),
            (1_003_610, false),
            "from then on the new boot counts"
        );
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
