//! What can become of an intent, and where its money stands meanwhile.

use assent_types::Decision;
use serde::{Deserialize, Serialize};

/// What became of an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Approved; its budgets are booked, its settlement is awaited.
    Approved,
    /// The user was asked and has not answered.
    Asked,
    /// The user said yes; its budgets are booked, its settlement is awaited.
    Confirmed,
    /// The user said no, or said nothing in time.
    Refused,
    /// Declined.
    Declined,
    /// Paid, and learned from.
    Settled,
    /// Paid back: its budgets are free again, its habit is unlearned.
    Refunded,
    /// Contested: its budgets stay spent, its habit is unlearned.
    Disputed,
    /// Approved or confirmed and never paid: its budgets are free again.
    Abandoned,
    /// Approved or confirmed, and the window in which it could be paid has ended: its budgets are free again, and nothing may be paid.
    Lapsed,
    /// What was paid is not what was approved or confirmed, so nobody's yes covers it. The money that left stays counted.
    Void,
}

/// How a payment ended, as the host reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was paid.
    Settled,
    /// It was paid back.
    Refunded,
    /// The user contests it.
    Disputed,
    /// It was never paid.
    Abandoned,
}

/// Where an intent's money stands in the one ledger. Every state is at exactly one stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// No money was ever set aside.
    Nothing,
    /// Set aside by an approval.
    Reserved,
    /// Set aside by the user's own yes.
    Confirmed,
    /// Paid.
    Settled,
    /// Given back to its budgets.
    Released,
    /// Paid, and contested or covered by nobody.
    Disputed,
}

impl State {
    /// Its stage in the ledger.
    pub fn stage(self) -> Stage {
        match self {
            Self::Asked | Self::Refused | Self::Declined => Stage::Nothing,
            Self::Approved => Stage::Reserved,
            Self::Confirmed => Stage::Confirmed,
            Self::Settled => Stage::Settled,
            Self::Refunded | Self::Abandoned | Self::Lapsed => Stage::Released,
            Self::Disputed | Self::Void => Stage::Disputed,
        }
    }

    /// The state after an outcome; `None` where the outcome cannot happen from here. The same outcome again changes nothing.
    pub fn after(self, outcome: Outcome) -> Option<Self> {
        use State::{Abandoned, Approved, Confirmed, Disputed, Lapsed, Refunded, Settled, Void};
        match (self, outcome) {
            // A late word that it was paid after all is believed: money that left counts.
            (Approved | Confirmed | Settled | Abandoned | Lapsed, Outcome::Settled) => Some(Settled),
            (Void, Outcome::Settled) => Some(Void),
            // Words may come in the wrong order: what was paid back was paid before.
            (Refunded, Outcome::Settled | Outcome::Refunded) => Some(Refunded),
            (Approved | Confirmed | Abandoned | Lapsed, Outcome::Abandoned) => Some(Abandoned),
            (Approved | Confirmed | Lapsed | Settled | Disputed | Void, Outcome::Refunded) => Some(Refunded),
            (Approved | Confirmed | Lapsed | Settled | Disputed | Void, Outcome::Disputed) => Some(Disputed),
            _ => None,
        }
    }

    /// The word for it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Asked => "asked",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Declined => "declined",
            Self::Settled => "settled",
            Self::Refunded => "refunded",
            Self::Disputed => "disputed",
            Self::Abandoned => "abandoned",
            Self::Lapsed => "lapsed",
            Self::Void => "void",
        }
    }

    /// Whether the payment's budgets are booked in this state.
    pub fn is_booked(self) -> bool {
        !matches!(self.stage(), Stage::Nothing | Stage::Released)
    }
}

impl From<Decision> for State {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Approve => Self::Approved,
            Decision::Escalate => Self::Asked,
            Decision::Decline => Self::Declined,
        }
    }
}
