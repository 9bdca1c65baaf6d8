//! Whose fault it is, where a payment is contested: read off the records, by fixed rules, with the grounds for it.

use assent_protocols::Proof;
use assent_types::Reason;
use serde::Serialize;

use crate::decide::Question;
use crate::ledger::{Entry, Kept, Paid};
use crate::state::State;

/// Who answers for a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// It was paid otherwise than it was approved.
    Merchant,
    /// The agent asked for what the user did not say, or in somebody's name.
    Agent,
    /// The user confirmed this very prompt, or a mandate of the user's covered it.
    User,
    /// It was approved by habit alone, without the user's explicit word.
    Model,
}

/// What the judgement rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// More was paid than was approved, or in another currency.
    PaidAnotherAmount,
    /// Another payee was paid.
    PaidAnotherPayee,
    /// It was reported as paid after its window had ended.
    PaidAfterTheWindow,
    /// The intent carried no signature, or not the agent's.
    NotSignedByTheAgent,
    /// What the agent asked for is not what the user had said.
    NotAsSaid,
    /// Under the same id the agent asked for something else as well.
    AskedTwice,
    /// The user confirmed the whisper.
    PromptConfirmed,
    /// A mandate of the user's names the payee, or gave the agent a card or a session.
    MandateCovered,
    /// It was approved because it looked like the user's habit.
    ApprovedByHabit,
    /// It was not paid, as far as anybody said.
    NotPaid,
}

/// Who answers for a payment, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Nobody, where nothing was paid and nothing was wrong.
    pub party: Option<Party>,
    /// Everything that the records say, the deciding ground first.
    pub grounds: Vec<Ground>,
}

/// The rules, in their order: what was paid otherwise is the merchant's; what was asked against the user's words and never confirmed, or in
/// another's name, is the agent's; what the user confirmed or allowed is the user's; what is left was approved by habit, which is the model's.
pub(crate) fn of(entry: &Entry, kept: &Kept, question: Option<&Question>, confirmed: bool) -> Fault {
    let mut grounds = Vec::new();
    if let Some(paid) = &entry.more.0.paid {
        grounds.extend(paid_otherwise(kept, paid));
    }
    let merchant = !grounds.is_empty();
    let asker = question.map(|question| question.asker.proof);
    let forged = matches!(asker, Some(Proof::Unsigned | Proof::Bad));
    let not_as_said = question.is_some_and(|question| {
        question.observations.iter().any(|reason| matches!(reason, Reason::NotAsSaid(_)))
    });
    let explicit = question.is_some_and(|question| {
        let covers = [Reason::MandateNames, Reason::CardCovers, Reason::SessionCovers];
        question.ruling.reasons.iter().any(|reason| covers.contains(reason))
    });
    let approved = matches!(
        entry.state,
        State::Approved | State::Settled | State::Refunded | State::Disputed | State::Void
    );
    let by_itself = approved && !confirmed;
    let found = [
        (forged, Ground::NotSignedByTheAgent),
        (not_as_said, Ground::NotAsSaid),
        (!entry.spoiled.is_empty(), Ground::AskedTwice),
        (confirmed, Ground::PromptConfirmed),
        (explicit && by_itself, Ground::MandateCovered),
        (!explicit && by_itself, Ground::ApprovedByHabit),
        (entry.more.0.late, Ground::PaidAfterTheWindow),
    ];
    grounds.extend(found.into_iter().filter(|(holds, _)| *holds).map(|(_, ground)| ground));
    let party = if merchant {
        Some(Party::Merchant)
    } else if forged || (not_as_said && !confirmed) {
        Some(Party::Agent)
    } else if confirmed || (explicit && by_itself) {
        Some(Party::User)
    } else if by_itself {
        Some(Party::Model)
    } else {
        None
    };
    if !entry.state.is_booked() && entry.state != State::Refunded {
        grounds.push(Ground::NotPaid);
    }
    Fault { party, grounds }
}

fn paid_otherwise(kept: &Kept, paid: &Paid) -> Vec<Ground> {
    let payee = paid.payee.as_ref().is_some_and(|payee| *payee != kept.payee);
    let amount = paid.amount.is_some_and(|amount| kept.most.checked_sub(amount).is_err());
    let found = [(amount, Ground::PaidAnotherAmount), (payee, Ground::PaidAnotherPayee)];
    found.into_iter().filter(|(holds, _)| *holds).map(|(_, ground)| ground).collect()
}
