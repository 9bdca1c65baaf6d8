//! What became of a payment, as the host reports it: budgets are settled or given back, habits learned or unlearned, and what was paid is
//! held against what was approved.

use assent_habits::Vouched;
use assent_policy::{Charge, Request};
use assent_store::Writing;
use assent_types::{Id, Moment, Money, PastPayment};
use serde::Serialize;
use serde_json::json;

use crate::clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::history;
use crate::leaning;
use crate::ledger::{self, Kept, Outcome, Paid, State};
use crate::replies::{intent, note};
use crate::{mandates, session, windows};

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
        self.close(intent_id, outcome, None)
    }

    /// Closes an intent that was paid, with what was really paid. Where that is more than was approved, another payee or another currency,
    /// nobody's yes covers it: the intent is [`State::Void`], and the budgets count the money that left.
    pub fn settled(&self, intent_id: &Id, paid: &Paid) -> Result<Closed, EngineError> {
        self.close(intent_id, Outcome::Settled, Some(paid))
    }

    fn close(&self, id: &Id, outcome: Outcome, paid: Option<&Paid>) -> Result<Closed, EngineError> {
        self.store.write(|book| {
            let Some(found) = ledger::entry(book, id)? else {
                let micro = session::of(book, id)?.ok_or(EngineError::UnknownIntent)?;
                let time = clock::time(book, &self.clock, micro.at, &self.zone)?;
                let state = session::close(book, micro, outcome, time.now)?;
                return Ok(Closed { intent_id: id.clone(), state });
            };
            let made = found.kept.as_ref().ok_or(EngineError::WrongState)?.created_at;
            let time = clock::time(book, &self.clock, made, &self.zone)?;
            if !time.unsure {
                windows::close(book, time.now)?;
            }
            let mut entry = ledger::entry(book, id)?.ok_or(EngineError::UnknownIntent)?;
            let before = entry.state;
            let Some(kept) = entry.kept.as_mut() else { return Err(EngineError::WrongState) };
            let after = before.after(outcome).ok_or(EngineError::WrongState)?;
            let void = outcome == Outcome::Settled && paid.is_some_and(|paid| !kept.covers(paid));
            let after = if void && after == State::Settled { State::Void } else { after };
            let news = paid.filter(|paid| entry.more.0.paid.as_ref() != Some(*paid));
            let closed = Closed { intent_id: id.clone(), state: after };
            if after == before && news.is_none() {
                return Ok(closed);
            }
            match (before.is_booked(), after.is_booked()) {
                (true, true) => ledger::release_all(book, &kept.charges)?,
                (true, false) => ledger::release(book, kept)?,
                (false, _) => {}
            }
            if let Some(paid) = news {
                entry.more.0.paid = Some(paid.clone());
            }
            entry.more.0.late |= before == State::Lapsed && outcome == Outcome::Settled;
            match after {
                State::Settled => kept.charges = of_amount(&kept.charges, amount(kept, &entry.more.0.paid)),
                State::Void => kept.charges = self.charges_of_what_left(book, kept, &entry.more.0.paid, time.now)?,
                _ => {}
            }
            if after.is_booked() {
                ledger::book_all(book, &kept.charges)?;
            }
            match after {
                // What was paid when nothing covered it any more is no habit of the user's.
                State::Settled if entry.more.0.late => {}
                State::Settled => {
                    let by = if before == State::Confirmed { Vouched::Yes } else { Vouched::No };
                    history::learn_settled(book, id, &settled(kept, &entry.more.0.paid)?, by)?;
                }
                State::Disputed | State::Refunded | State::Void => history::unlearn(book, id)?,
                _ => {}
            }
            if after == State::Disputed && ledger::was_unasked(kept) {
                leaning::heard(book, false)?;
            }
            entry.state = after;
            let now = self.now_of(kept);
            let body = json!({
                "kind": "outcome", "at": now, "intent_id": id, "outcome": outcome, "state": after, "paid": entry.more.0.paid,
                "late": entry.more.0.late,
            });
            note(book, id, entry, &body)?;
            Ok(closed)
        })
    }

    /// The budgets that the money which really left draws on; those of the approval, where no mandate speaks of what was really paid.
    fn charges_of_what_left(
        &self,
        book: &Writing<'_>,
        kept: &Kept,
        paid: &Option<Paid>,
        now: Moment,
    ) -> Result<Vec<Charge>, EngineError> {
        let payee = paid.as_ref().and_then(|paid| paid.payee.as_ref()).unwrap_or(&kept.payee);
        let amount = amount(kept, paid);
        let category = history::category(book, payee)?;
        let request = Request { agent: &kept.agent, payee, category, amount, at: now, zone: &self.zone };
        let charges = assent_policy::charges(&mandates::all(book)?, &request);
        Ok(match charges.is_empty() {
            true if amount.currency() == kept.most.currency() => of_amount(&kept.charges, amount),
            true => kept.charges.clone(),
            false => charges,
        })
    }
}

fn amount(kept: &Kept, paid: &Option<Paid>) -> Money {
    paid.as_ref().and_then(|paid| paid.amount).unwrap_or(kept.price)
}

/// The same budgets, charged with another amount: what was reserved for a negotiation and not spent is free again.
fn of_amount(charges: &[Charge], amount: Money) -> Vec<Charge> {
    charges.iter().map(|charge| Charge { key: charge.key.clone(), amount }).collect()
}

/// The payment as it is learned: at the time when it was wanted, which is what habits are made of, not when its settlement was reported.
fn settled(kept: &Kept, paid: &Option<Paid>) -> Result<PastPayment, EngineError> {
    let mut payment = PastPayment::of_intent(&intent(kept)?, kept.at, kept.channel, kept.place);
    payment.price = amount(kept, paid);
    Ok(payment)
}
