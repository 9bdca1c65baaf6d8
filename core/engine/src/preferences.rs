//! How the user wants to be asked: how often, how long a whisper waits, and which amounts are small. Set by the user's hand alone.

use assent_policy::Tiers;
use assent_store::{Reading, Table, Writing};
use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::error::EngineError;

/// How the user wants to be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// Whispers that may interrupt in a calendar day, 0 to 200; what comes after waits quietly.
    pub whispers_a_day: u16,
    /// The same for a calendar week, 0 to 1000.
    pub whispers_a_week: u16,
    /// How long a whisper waits for its reply, in seconds, 15 to 300; `None` for half a minute, and half of it while driving. The most
    /// is ten times the usual, as WCAG 2.2 (success criterion 2.2.1) asks of time limits that people have to be able to extend.
    pub wait_seconds: Option<u16>,
    /// Up to where an amount is low and over what it is high.
    pub tiers: Tiers,
}

impl Default for Preferences {
    /// Twelve whispers a day and fifty a week are our own choice: nobody has measured how many questions about money a day stay read.
    fn default() -> Self {
        Self { whispers_a_day: 12, whispers_a_week: 50, wait_seconds: None, tiers: Tiers::default() }
    }
}

const KEY: &str = "preferences";
const MOST_A_DAY: u16 = 200;
const MOST_A_WEEK: u16 = 1000;
const SHORTEST_WAIT: u16 = 15;
const LONGEST_WAIT: u16 = 300;

impl Preferences {
    /// The nearest preferences that are allowed.
    fn within_bounds(mut self) -> Self {
        self.whispers_a_day = self.whispers_a_day.min(MOST_A_DAY);
        self.whispers_a_week = self.whispers_a_week.min(MOST_A_WEEK);
        self.wait_seconds = self.wait_seconds.map(|seconds| seconds.clamp(SHORTEST_WAIT, LONGEST_WAIT));
        self
    }

    /// How long a whisper waits, in seconds, where the user set it.
    pub(crate) fn wait(&self) -> Option<i64> {
        self.wait_seconds.map(i64::from)
    }
}

/// The preferences in force.
pub(crate) fn of(book: &Reading<'_>) -> Result<Preferences, EngineError> {
    Ok(book.get(Table::Settings, KEY)?.unwrap_or_default())
}

/// Whether the user has set them.
pub(crate) fn are_set(book: &Reading<'_>) -> Result<bool, EngineError> {
    Ok(book.get::<Preferences>(Table::Settings, KEY)?.is_some())
}

fn put(book: &mut Writing<'_>, preferences: &Preferences) -> Result<(), EngineError> {
    Ok(book.put(Table::Settings, KEY, preferences)?)
}

impl Engine {
    /// How the user wants to be asked.
    pub fn preferences(&self) -> Result<Preferences, EngineError> {
        self.store.read(of)
    }

    /// Sets how the user wants to be asked, and answers what holds: figures out of bounds are taken to the nearest bound.
    pub fn prefer(&self, wanted: Preferences) -> Result<Preferences, EngineError> {
        let preferences = wanted.within_bounds();
        self.store.write(|book| {
            put(book, &preferences)?;
            let body = serde_json::json!({"kind": "preferences", "at": crate::clock::Clock::system(&self.zone), "preferences": preferences});
            book.append(&body.to_string())?;
            Ok(preferences.clone())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_can_be_extended_ten_times_and_never_ended_at_once() {
        let with =
            |seconds| Preferences { wait_seconds: Some(seconds), ..Preferences::default() }.within_bounds();
        assert_eq!(with(0).wait(), Some(15));
        assert_eq!(with(120).wait(), Some(120));
        assert_eq!(with(u16::MAX).wait(), Some(300));
        assert_eq!(Preferences::default().wait(), None);
    }
}
