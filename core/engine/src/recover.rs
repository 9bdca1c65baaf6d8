//! When the device is not as it was left: a store that was put back, a key that was lost, a clock that was set. Nothing is approved until the
//! user decides, and the decision is journaled.

use assent_policy::Spent;
use assent_store::{Condition, Reading, Writing};
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::json;

use crate::clock::{self, Clock};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::{budgets, mandates, zone};

/// What the user has to decide before anything is approved again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ToDecide {
    /// What happened to the store.
    pub store: Condition,
    /// The two clocks disagree, or the one on the wall went back.
    pub clock_unsure: bool,
}

impl ToDecide {
    /// Whether there is nothing to decide.
    pub fn is_none(&self) -> bool {
        self.store.is_sound() && !self.clock_unsure
    }
}

/// What is taken to be spent of the periods that are running, where nobody can know any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Budgets {
    /// All of it: agents wait for the next day, week and month, and for new mandates where a total is gone.
    Spent,
    /// What the store says: the user knows that nothing is missing.
    AsTheyStand,
}

impl Engine {
    /// What the user has to decide; nothing in a sound store under clocks that agree.
    pub fn to_decide(&self) -> Result<ToDecide, EngineError> {
        self.store.read(|book| self.to_decide_in(book))
    }

    /// A page of the store's file that was changed outside this program, in a place that holds nothing: what is kept was checked and is
    /// whole. The journal has an entry about it.
    pub fn changed_page(&self) -> Option<u64> {
        self.store.changed_page()
    }

    pub(crate) fn to_decide_in(&self, book: &Reading<'_>) -> Result<ToDecide, EngineError> {
        Ok(ToDecide { store: book.condition()?, clock_unsure: !clock::is_sure(book, &self.clock)? })
    }

    /// The user takes the store as it stands, and says what counts as spent.
    pub fn recover(&self, what_is_spent: Budgets) -> Result<ToDecide, EngineError> {
        self.store.write(|book| {
            if book.condition()?.is_sound() {
                return Err(EngineError::NothingToRecover);
            }
            let was = book.accept()?;
            let now = Clock::system(&self.zone);
            if what_is_spent == Budgets::Spent {
                for mandate in mandates::all(book)? {
                    let limits = mandate.grant.as_ref().map(|grant| (grant.currency, grant.limits.clone()));
                    let Some((currency, limits)) = limits else { continue };
                    for (key, limit) in mandate.budgets(now, &self.zone).iter().zip(&limits) {
                        let gone = budgets::spent_of(book, key)?.unwrap_or(Spent::nothing(currency));
                        let sum =
                            limit.amount.filter(|cap| cap.minor() > gone.sum.minor()).unwrap_or(gone.sum);
                        let count = gone.count.max(limit.count.unwrap_or_default());
                        budgets::set(book, key, Spent { sum, count })?;
                    }
                }
            }
            let body = json!({"kind": "recovered", "at": now, "store": was, "budgets": what_is_spent});
            book.append(&body.to_string())?;
            Ok(ToDecide { store: was, clock_unsure: false })
        })
    }

    /// The user says that the clock on the wall is right.
    pub fn accept_clock(&self) -> Result<(), EngineError> {
        self.store.write(|book| {
            clock::accept(book, &self.clock)?;
            let body = json!({"kind": "clock_accepted", "at": Clock::system(&self.zone)});
            book.append(&body.to_string())?;
            Ok(())
        })
    }

    /// Where days are counted.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Counts days elsewhere from now on. What is spent of the running periods stays spent.
    pub fn move_to(&mut self, to: &TimeZone) -> Result<(), EngineError> {
        self.store.write(|book| {
            let now = Clock::system(&self.zone);
            zone::change(book, &self.zone, to, now)?;
            let body = json!({"kind": "zone", "at": now, "zone": zone::name(to)});
            book.append(&body.to_string())?;
            Ok::<_, EngineError>(())
        })?;
        self.zone = to.clone();
        Ok(())
    }

    pub(crate) fn is_state_unsure(&self, book: &Reading<'_>) -> Result<bool, EngineError> {
        Ok(!book.condition()?.is_sound())
    }
}

/// Refuses what only a sound store may do.
pub(crate) fn insist_on_sound_state(book: &Writing<'_>) -> Result<(), EngineError> {
    if book.condition()?.is_sound() { Ok(()) } else { Err(EngineError::StateUnsure) }
}
