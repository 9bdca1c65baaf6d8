//! What became of a payment, as the host reports it: budgets are settled or given back, habits learned or unlearned.

use assent_habits::Vouched;
use assent_types::{Id, PastPayment};
use serde::Serialize;
use serde_json::json;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::history;
use crate::leaning;
use crate::ledger::{self, Kept, Outcome, State};
use crate::replies::{intent, note};

/// What an outcome came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Closed {
    /// The intent that was closed.
    pub intent_id: Id,
    /// Its state now.
    pub state: State,
}

impl Engine {
    /// Closes an intent. A settled payment is learned from; a disputed or refunded one is unlearned; one that was refunded or never paid
    /// gives its budgets back. The same outcome again changes nothing.
    pub fn outcome(&self, intent_id: &Id, outcome: Outcome) -> Result<Closed, EngineError> {
        self.store.write(|book| {
            let mut entry = ledger::entry(book, intent_id)?.ok_or(EngineError::UnknownIntent)?;
            let (before, Some(after)) = (entry.state, entry.state.after(outcome)) else {
                return Err(EngineError::WrongState);
            };
            let closed = Closed { intent_id: intent_id.clone(), state: after };
            let Some(kept) = entry.kept.as_mut() else { return Err(EngineError::WrongState) };
            if after == before {
                return Ok(closed);
            }
            let now = self.now_of(kept);
            if before.is_booked() {
                ledger::release_all(book, &kept.charges)?;
            }
            if after == State::Settled {
                // What was reserved for a negotiation and not spent is free again.
                kept.charges.iter_mut().for_each(|charge| charge.amount = kept.price);
            }
            if after.is_booked() {
                ledger::book_all(book, &kept.charges)?;
            }
            match after {
                State::Settled => {
                    let by = if before == State::Confirmed { Vouched::Yes } else { Vouched::No };
                    history::learn_settled(book, intent_id, &settled(kept)?, by)?;
                }
                State::Disputed | State::Refunded => history::unlearn(book, intent_id)?,
                _ => {}
            }
            if after == State::Disputed && ledger::was_unasked(kept) {
                leaning::heard(book, false)?;
            }
            entry.state = after;
            let body = json!({"kind": "outcome", "at": now, "intent_id": intent_id, "outcome": outcome});
            note(book, intent_id, entry, &body)?;
            Ok(closed)
        })
    }
}

/// The payment as it is learned: at the time when it was wanted, which is what habits are made of, not when its settlement was reported.
fn settled(kept: &Kept) -> Result<PastPayment, EngineError> {
    Ok(PastPayment::of_intent(&intent(kept)?, kept.at, kept.channel, kept.place))
}
