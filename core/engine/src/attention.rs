//! The user's attention: how often they were asked, how they answered, and what follows from both.
//!
//! Nothing here can approve anything. A question over the day's or the week's budget waits quietly instead of interrupting; an agent
//! that floods is no longer passed on, and then suspended; a user who says yes to everything, or faster than anybody reads, is asked
//! for more than a reflex.

use assent_store::{Reading, Table, Writing};
use assent_types::{Id, Moment};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::agents::{self, AgentStanding};
use crate::clock::Clock;
use crate::error::EngineError;
use crate::preferences::{self, Preferences};
use crate::token;

/// Unanswered questions of one agent within an hour after which its further ones are declined. A person is asked by one agent some
/// dozens of times a *week*; twenty in an hour is no shopping.
pub const MOST_ASKED_AN_HOUR: usize = 20;
/// Questions of one agent within an hour, declined ones included, after which it is suspended.
pub const MOST_TRIED_AN_HOUR: usize = 40;
const HOUR: i64 = 3600;

/// How many of the latest replies are remembered, and how many there have to be before a rate says anything.
const REMEMBERED: usize = 50;
const ENOUGH: usize = 20;
/// A higher share of yes than this raises care, in percent. Permission prompts that nobody reads are approved at 93 %.
const HIGH_APPROVAL: usize = 95;
/// A reply sooner than this is no reading, in milliseconds; a fifth of the timed replies raises care.
pub const FASTEST_READING_MS: u32 = 1000;
const ENOUGH_TIMED: usize = 10;
const QUICK_SHARE: usize = 5;

/// So many replies in a row that failed lock replies that are weaker than a touch on an unlocked device.
pub(crate) const MOST_FAILURES: u8 = 5;
/// So many notices are kept.
const MOST_NOTICES: usize = 20;

/// What is remembered of the user's attention.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Attention {
    /// The calendar day and the Monday that the counts below belong to.
    day: String,
    week: String,
    asked_today: u16,
    asked_this_week: u16,
    later_today: u16,
    /// The latest replies, oldest first.
    replies: Vec<Answered>,
    /// Replies in all.
    answered: u32,
    /// Replies that failed since the last good one.
    failures: u8,
    /// The checks whether the user reads.
    pub checks: Checks,
    notices: Vec<Notice>,
}

/// One reply: was it a yes, and how long did it take from being shown, where the device told.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Answered {
    yes: bool,
    took_ms: Option<u32>,
}

/// The checks whether the user still reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    /// How many were answered.
    pub given: u32,
    /// How many of them were read: the user said no, as it asked.
    pub read: u32,
    /// When the latest was given, in seconds since 1970.
    #[serde(rename = "last_at")]
    pub last: Option<i64>,
    /// Whether the latest was read.
    pub last_read: Option<bool>,
    /// Replies in all when the latest was given.
    #[serde(rename = "replies_then")]
    pub at_reply: u32,
}

/// Something that the user should know of, told once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What happened: `agent_flooding` or `agent_suspended`.
    pub kind: String,
    /// The agent.
    pub agent: Id,
    /// How many questions it asked within the hour.
    pub asked: u32,
    /// When it was last seen.
    pub at: Moment,
}

/// What the wallet shows of it all.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttentionReport {
    /// Whispers that interrupted today.
    pub asked_today: u16,
    /// How many may.
    pub whispers_a_day: u16,
    /// Whispers that interrupted this week.
    pub asked_this_week: u16,
    /// How many may.
    pub whispers_a_week: u16,
    /// Whispers that were put off quietly today.
    pub put_off_today: u16,
    /// Replies in all.
    pub replies: u32,
    /// The share of yes among the latest replies, 0 to 1; `None` before there are enough.
    pub approval_rate: Option<f64>,
    /// The median time of the latest replies in milliseconds, where devices told.
    pub median_reply_ms: Option<u32>,
    /// How many of the latest replies took less than a second.
    pub under_a_second: u32,
    /// Whether more than a reflex is asked for.
    pub careful: bool,
    /// Whether weak replies are locked after too many failures.
    pub locked: bool,
    /// The checks whether the user reads.
    pub checks: Checks,
    /// What the user should know of.
    pub notices: Vec<Notice>,
}

const KEY: &str = "attention";

fn asks_key(agent: &Id) -> String {
    format!("asks\n{}", agent.as_str())
}

pub(crate) fn of(book: &Reading<'_>) -> Result<Attention, EngineError> {
    Ok(book.get(Table::Settings, KEY)?.unwrap_or_default())
}

pub(crate) fn keep(book: &mut Writing<'_>, attention: &Attention) -> Result<(), EngineError> {
    Ok(book.put(Table::Settings, KEY, attention)?)
}

impl Attention {
    /// The counts as of this moment: a new day and a new week begin at zero.
    fn turned_to(mut self, now: Moment, zone: &TimeZone) -> Self {
        let today = now.date_in(zone);
        let since_monday = i64::from(today.weekday().to_monday_zero_offset());
        let monday =
            today.checked_sub(jiff::Span::new().days(since_monday)).unwrap_or(jiff::civil::Date::MIN);
        let (day, week) = (today.to_string(), monday.to_string());
        if self.day != day {
            (self.day, self.asked_today, self.later_today) = (day, 0, 0);
        }
        if self.week != week {
            (self.week, self.asked_this_week) = (week, 0);
        }
        self
    }

    fn is_over_budget(&self, preferences: &Preferences) -> bool {
        self.asked_today >= preferences.whispers_a_day || self.asked_this_week >= preferences.whispers_a_week
    }

    /// Whether the user answers as nobody does who reads: yes to nearly everything, faster than reading, or yes to a check that asked
    /// for a no.
    pub fn is_careless(&self) -> bool {
        let yes = self.replies.iter().filter(|reply| reply.yes).count();
        let always = self.replies.len() >= ENOUGH
            && yes.saturating_mul(100) > self.replies.len().saturating_mul(HIGH_APPROVAL);
        let timed = self.times();
        let quick = timed.iter().filter(|took| **took < FASTEST_READING_MS).count();
        let hasty = timed.len() >= ENOUGH_TIMED && quick.saturating_mul(QUICK_SHARE) >= timed.len();
        always || hasty || self.checks.last_read == Some(false)
    }

    fn times(&self) -> Vec<u32> {
        self.replies.iter().filter_map(|reply| reply.took_ms).collect()
    }

    /// Whether weak replies are locked.
    pub fn is_locked(&self) -> bool {
        self.failures >= MOST_FAILURES
    }

    /// Remembers a reply that was understood and counted. `owners` is one strong enough to be nobody else's: only such a one unlocks.
    pub fn answered(&mut self, yes: bool, took_ms: Option<u32>, owners: bool) {
        if self.replies.len() >= REMEMBERED {
            self.replies.remove(0);
        }
        self.replies.push(Answered { yes, took_ms });
        self.answered = self.answered.saturating_add(1);
        if owners || !self.is_locked() {
            self.failures = 0;
        }
    }

    /// Remembers a reply that failed.
    pub fn failed(&mut self) {
        self.failures = self.failures.saturating_add(1);
    }

    /// Remembers how a check was answered.
    pub fn checked(&mut self, read: bool, now: Moment) {
        let Checks { given, read: before, .. } = self.checks;
        self.checks = Checks {
            given: given.saturating_add(1),
            read: before.saturating_add(u32::from(read)),
            last: Some(now.seconds()),
            last_read: Some(read),
            at_reply: self.answered,
        };
    }

    /// Whether a check is due: after so many replies, sooner where the user seems not to read, and never twice within a week.
    pub fn check_is_due(&self, now: Moment) -> bool {
        let since = self.answered.saturating_sub(self.checks.at_reply);
        let rested = self.checks.last.is_none_or(|last| now.seconds().saturating_sub(last) >= CHECK_REST);
        rested && since >= if self.is_careless() { CHECK_EVERY_CARELESS } else { CHECK_EVERY }
    }

    fn notice(&mut self, kind: &str, agent: &Id, asked: usize, now: Moment) {
        let asked = u32::try_from(asked).unwrap_or(u32::MAX);
        // One notice per agent and kind, however much it asks.
        self.notices.retain(|notice| !(notice.kind == kind && notice.agent == *agent));
        if self.notices.len() >= MOST_NOTICES {
            self.notices.remove(0);
        }
        self.notices.push(Notice { kind: kind.to_owned(), agent: agent.clone(), asked, at: now });
    }

    /// What the wallet shows.
    pub fn report(&self, preferences: &Preferences, now: Moment, zone: &TimeZone) -> AttentionReport {
        let turned = self.clone().turned_to(now, zone);
        let yes = self.replies.iter().filter(|reply| reply.yes).count();
        let mut times = self.times();
        times.sort_unstable();
        let quick = times.iter().filter(|took| **took < FASTEST_READING_MS).count();
        AttentionReport {
            asked_today: turned.asked_today,
            whispers_a_day: preferences.whispers_a_day,
            asked_this_week: turned.asked_this_week,
            whispers_a_week: preferences.whispers_a_week,
            put_off_today: turned.later_today,
            replies: self.answered,
            approval_rate: (self.replies.len() >= ENOUGH).then(|| yes as f64 / self.replies.len() as f64),
            median_reply_ms: times.get(times.len() / 2).copied(),
            under_a_second: u32::try_from(quick).unwrap_or(u32::MAX),
            careful: self.is_careless(),
            locked: self.is_locked(),
            checks: self.checks,
            notices: self.notices.clone(),
        }
    }
}

/// Replies between two checks, and the same where the user seems not to read.
const CHECK_EVERY: u32 = 100;
const CHECK_EVERY_CARELESS: u32 = 20;
/// The shortest time between two checks, in seconds.
const CHECK_REST: i64 = 7 * 24 * HOUR;

/// How much one more question would ask of the user.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strain {
    /// The budget of the day or of the week is used up.
    pub over_budget: bool,
    /// Whether care is raised.
    pub careful: bool,
    /// The agent has asked too much within the hour.
    pub flooded: bool,
    /// How the user wants to be asked.
    pub preferences: Preferences,
    /// What picks the word to ask for.
    pub random: [u8; 8],
}

/// How much it would ask of the user to be asked by this agent now. With [`Clock::Intent`] no agent floods, because it is the agent that
/// chooses the time there and a rate would say nothing; and nobody is interrupted, so that only a budget that the user has set puts
/// anything off.
pub(crate) fn strain(
    book: &Reading<'_>,
    agent: &Id,
    now: Moment,
    zone: &TimeZone,
    clock: &Clock,
) -> Result<Strain, EngineError> {
    let attention = of(book)?.turned_to(now, zone);
    let preferences = preferences::of(book)?;
    let asked = recent(book, agent, now)?.len();
    Ok(Strain {
        over_budget: (!matches!(clock, Clock::Intent) || preferences::are_set(book)?)
            && (attention.is_over_budget(&preferences) || asked >= share(&preferences)),
        careful: attention.is_careless(),
        flooded: !matches!(clock, Clock::Intent) && asked >= MOST_ASKED_AN_HOUR,
        preferences,
        random: token::random()?,
    })
}

/// The most questions of one agent within an hour that may interrupt: half a day's budget, so that one agent's questions leave room for
/// another's.
fn share(preferences: &Preferences) -> usize {
    usize::from(preferences.whispers_a_day / 2).max(3)
}

/// The times of this agent's unanswered questions within the last hour, in seconds since 1970.
fn recent(book: &Reading<'_>, agent: &Id, now: Moment) -> Result<Vec<i64>, EngineError> {
    let asked: Vec<i64> = book.get(Table::Settings, &asks_key(agent))?.unwrap_or_default();
    Ok(asked.into_iter().filter(|at| now.seconds().abs_diff(*at) < HOUR.unsigned_abs()).collect())
}

/// Counts a question that was put to the user, or put off.
pub(crate) fn note_asked(
    book: &mut Writing<'_>,
    agent: &Id,
    now: Moment,
    zone: &TimeZone,
    quiet: bool,
) -> Result<(), EngineError> {
    let mut attention = of(book)?.turned_to(now, zone);
    if quiet {
        attention.later_today = attention.later_today.saturating_add(1);
    } else {
        attention.asked_today = attention.asked_today.saturating_add(1);
        attention.asked_this_week = attention.asked_this_week.saturating_add(1);
    }
    keep(book, &attention)?;
    note_try(book, agent, now).map(drop)
}

/// Counts a question that had been put off and interrupts now.
pub(crate) fn note_shown(book: &mut Writing<'_>, now: Moment, zone: &TimeZone) -> Result<(), EngineError> {
    let mut attention = of(book)?.turned_to(now, zone);
    attention.later_today = attention.later_today.saturating_sub(1);
    keep(book, &attention)
}

/// Counts a question that was not passed on; an agent that goes on is suspended, and the user is told once.
pub(crate) fn note_flood(book: &mut Writing<'_>, agent: &Id, now: Moment) -> Result<(), EngineError> {
    let tried = note_try(book, agent, now)?;
    let mut attention = of(book)?;
    attention.notice("agent_flooding", agent, tried, now);
    if tried > MOST_TRIED_AN_HOUR && agents::standing(book, agent)? == AgentStanding::Active {
        agents::set(book, agent, AgentStanding::Suspended, now)?;
        attention.notice("agent_suspended", agent, tried, now);
    }
    keep(book, &attention)
}

fn note_try(book: &mut Writing<'_>, agent: &Id, now: Moment) -> Result<usize, EngineError> {
    let mut asked = recent(book, agent, now)?;
    asked.push(now.seconds());
    // One more than suspends is enough to know.
    let over = asked.len().saturating_sub(MOST_TRIED_AN_HOUR.saturating_add(1));
    asked.drain(..over);
    book.put(Table::Settings, &asks_key(agent), &asked)?;
    Ok(asked.len())
}

/// A question that the user answered is none that floods.
pub(crate) fn note_answered(book: &mut Writing<'_>, agent: &Id) -> Result<(), EngineError> {
    let key = asks_key(agent);
    let Some(mut asked) = book.get::<Vec<i64>>(Table::Settings, &key)? else { return Ok(()) };
    asked.pop();
    Ok(book.put(Table::Settings, &key, &asked)?)
}

/// Forgets what an agent asked.
pub(crate) fn forget_agent(book: &mut Writing<'_>, agent: &Id) -> Result<(), EngineError> {
    book.delete(Table::Settings, &asks_key(agent))?;
    let mut attention = of(book)?;
    attention.notices.retain(|notice| notice.agent != *agent);
    keep(book, &attention)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now() -> Moment {
        Moment::parse("2026-06-01T12:00:00Z").unwrap()
    }

    fn after(replies: &[(bool, Option<u32>)]) -> Attention {
        let mut attention = Attention::default();
        replies.iter().for_each(|(yes, took)| attention.answered(*yes, *took, true));
        attention
    }

    #[test]
    fn a_rate_over_95_percent_raises_care_and_one_no_in_twenty_does_not() {
        assert!(!after(&[(true, None); 19]).is_careless(), "too few to say anything");
        assert!(after(&[(true, None); 20]).is_careless());
        let mut mixed = vec![(true, None); 19];
        mixed.push((false, None));
        assert!(!after(&mixed).is_careless());
    }

    #[test]
    fn replies_faster_than_reading_raise_care() {
        let mut replies = vec![(false, Some(3000)); 8];
        assert!(!after(&replies).is_careless());
        replies.extend([(false, Some(999)); 2]);
        assert!(after(&replies).is_careless());
        assert!(!after(&[(false, Some(1000)); 10]).is_careless());
    }

    #[test]
    fn a_check_that_was_answered_yes_raises_care_until_one_is_read() {
        let mut attention = Attention::default();
        attention.checked(false, now());
        assert!(attention.is_careless());
        attention.checked(true, now());
        assert!(!attention.is_careless());
        assert_eq!((attention.checks.given, attention.checks.read), (2, 1));
    }

    #[test]
    fn checks_are_rare() {
        let mut attention = after(&[(true, None), (false, None)].repeat(49));
        assert!(!attention.check_is_due(now()));
        attention.answered(true, None, true);
        attention.answered(false, None, true);
        assert!(attention.check_is_due(now()));
        attention.checked(true, now());
        (0..200).for_each(|n| attention.answered(n % 2 == 0, None, true));
        assert!(!attention.check_is_due(now().plus_seconds(CHECK_REST - 1)));
        assert!(attention.check_is_due(now().plus_seconds(CHECK_REST)));
    }

    #[test]
    fn a_new_day_and_a_new_week_begin_at_zero() {
        let used = Attention {
            asked_today: 12,
            asked_this_week: 30,
            ..Attention::default().turned_to(now(), &TimeZone::UTC)
        };
        let preferences = Preferences::default();
        assert!(used.is_over_budget(&preferences));
        let tomorrow = used.clone().turned_to(now().plus_seconds(24 * HOUR), &TimeZone::UTC);
        assert_eq!((tomorrow.asked_today, tomorrow.asked_this_week), (0, 30));
        let next_week = used.turned_to(now().plus_seconds(7 * 24 * HOUR), &TimeZone::UTC);
        assert_eq!((next_week.asked_today, next_week.asked_this_week), (0, 0));
    }

    proptest! {
        /// Whatever is remembered stays small, whatever the user does.
        #[test]
        fn it_stays_small(replies in prop::collection::vec((any::<bool>(), prop::option::of(0u32..100_000)), 0..200)) {
            let attention = after(&replies);
            prop_assert!(attention.replies.len() <= REMEMBERED);
            let report = attention.report(&Preferences::default(), now(), &TimeZone::UTC);
            prop_assert!(report.approval_rate.is_none_or(|rate| (0.0..=1.0).contains(&rate)));
            prop_assert_eq!(report.replies as usize, replies.len());
        }
    }
}
