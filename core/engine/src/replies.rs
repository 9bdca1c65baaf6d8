//! What comes after a verdict: the user's reply to a whisper, and what became of the payment.

use assent_store::Writing;
use assent_types::{Id, Intent, Moment, PastPayment};
use assent_whisper::Meaning;
use serde::Serialize;
use serde_json::json;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::history;
use crate::ledger::{self, Entry, Kept, Outcome, State};

/// What a reply came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Replied {
    /// The intent whose whisper was answered.
    pub intent_id: Id,
    /// How the words were understood.
    pub meaning: Meaning,
    /// What became of the intent: confirmed, refused, or still asked.
    pub state: State,
}

/// What an outcome came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Closed {
    /// The intent that was closed.
    pub intent_id: Id,
    /// Its state now.
    pub state: State,
}

/// A reply that could not be understood twice is a no.
const MOST_UNCLEAR: u8 = 2;

impl Engine {
    /// Takes the user's words as the reply to an open whisper. Only a clear yes in time confirms; silence, doubt and a change mean no
    /// payment, and a whisper is answered once.
    pub fn reply(&self, intent_id: &Id, words: &str) -> Result<Replied, EngineError> {
        self.store.write(|book| {
            let mut entry = ledger::entry(book, intent_id)?.ok_or(EngineError::UnknownIntent)?;
            let (State::Asked, Some(kept)) = (entry.state, entry.kept.as_mut()) else {
                return Err(EngineError::NoOpenWhisper);
            };
            let now = self.now_of(kept)?;
            if kept.lapses_at.is_none_or(|lapses| lapses.timestamp() < now.timestamp()) {
                // Silence meant no. It is written down, and the late reply is refused.
                entry.state = State::Refused;
                note(book, &mut entry, &json!({"kind": "lapse", "at": now, "intent_id": intent_id}))?;
                ledger::keep(book, intent_id, &entry)?;
                return Ok(None);
            }
            let payee = kept.payee.clone();
            let meaning = assent_whisper::read(words, Some(kept.tongue), Some(kept.most));
            let state = match meaning {
                Meaning::Yes => State::Confirmed,
                Meaning::No | Meaning::Change => State::Refused,
                Meaning::Question => State::Asked,
                Meaning::Unclear => {
                    kept.unclear = kept.unclear.saturating_add(1);
                    if kept.unclear >= MOST_UNCLEAR { State::Refused } else { State::Asked }
                }
            };
            if state == State::Confirmed {
                let charges = kept.charges.clone();
                ledger::book_all(book, &charges)?;
                ledger::note_payee(book, &payee, now)?;
            }
            entry.state = state;
            let body = json!({"kind": "reply", "at": now, "intent_id": intent_id, "words": words, "meaning": meaning, "state": state});
            note(book, &mut entry, &body)?;
            ledger::keep(book, intent_id, &entry)?;
            Ok(Some(Replied { intent_id: intent_id.clone(), meaning, state }))
        })?
        .ok_or(EngineError::NoOpenWhisper)
    }

    /// Closes an intent. A settled payment is learned from; a disputed or refunded one is unlearned; one that was refunded or never paid
    /// gives its budgets back. The same outcome again changes nothing.
    pub fn outcome(&self, intent_id: &Id, outcome: Outcome) -> Result<Closed, EngineError> {
        self.store.write(|book| {
            let mut entry = ledger::entry(book, intent_id)?.ok_or(EngineError::UnknownIntent)?;
            let before = entry.state;
            let after = before.after(outcome).ok_or(EngineError::WrongState)?;
            let Some(kept) = entry.kept.clone() else { return Err(EngineError::WrongState) };
            if after == before {
                return Ok(Closed { intent_id: intent_id.clone(), state: after });
            }
            let now = self.now_of(&kept)?;
            if before.is_booked() && !after.is_booked() {
                ledger::release_all(book, &kept.charges)?;
            }
            match after {
                State::Settled => history::learn_settled(book, intent_id, &settled(&kept, now)?)?,
                State::Disputed | State::Refunded => history::unlearn(book, intent_id)?,
                _ => {}
            }
            entry.state = after;
            note(
                book,
                &mut entry,
                &json!({"kind": "outcome", "at": now, "intent_id": intent_id, "outcome": outcome}),
            )?;
            ledger::keep(book, intent_id, &entry)?;
            Ok(Closed { intent_id: intent_id.clone(), state: after })
        })
    }

    fn now_of(&self, kept: &Kept) -> Result<Moment, EngineError> {
        Ok(self.clock.now(&intent(kept)?))
    }
}

fn intent(kept: &Kept) -> Result<Intent, EngineError> {
    history::stored_intent(&kept.intent)
}

fn settled(kept: &Kept, now: Moment) -> Result<PastPayment, EngineError> {
    Ok(PastPayment::of_intent(&intent(kept)?, now, kept.channel, kept.place))
}

fn note(book: &mut Writing<'_>, entry: &mut Entry, body: &serde_json::Value) -> Result<(), EngineError> {
    let receipt = book.append(&body.to_string())?;
    entry.journal.push(receipt.index);
    Ok(())
}
