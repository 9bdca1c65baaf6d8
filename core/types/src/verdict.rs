//! The engine's answer to an intent.

use serde::{Deserialize, Serialize};

use crate::text::Id;
use crate::whisper::Whisper;

/// What becomes of an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It may be paid without asking.
    Approve,
    /// The user is asked.
    Escalate,
    /// It may not be paid.
    Decline,
}

/// What speaks for the intent, each 0 to 1, or `None` where there is nothing to judge from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Does it match what the user asked for?
    pub said: Option<f64>,
    /// Does it match what the user does?
    pub habit: Option<f64>,
}

/// A reason as it is answered: its code and a sentence in the user's language.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenReason {
    /// The stable code.
    pub code: String,
    /// The sentence.
    pub text: String,
}

impl std::fmt::Debug for WrittenReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WrittenReason({}, …)", self.code)
    }
}

/// Where the journal keeps this verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The entry's number, from 0.
    pub index: u64,
    /// The entry's hash, in lower-case hexadecimal.
    pub hash: String,
}

/// The answer to an intent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The intent that was judged.
    pub intent_id: Id,
    /// What becomes of it.
    pub decision: Decision,
    /// The calibrated probability that the user would confirm this intent as it stands; 0 where there is no model.
    pub score: f64,
    /// What speaks for it.
    pub evidence: Evidence,
    /// Why, the deciding reason first.
    pub reasons: Vec<WrittenReason>,
    /// How to ask the user; with [`Decision::Escalate`] only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub whisper: Option<Whisper>,
    /// The journal's entry; `None` for a dry run or a replay, which write nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub receipt: Option<Receipt>,
    /// Time inside the engine, in microseconds.
    pub elapsed_us: u64,
}
