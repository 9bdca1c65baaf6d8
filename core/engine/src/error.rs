//! What can go wrong at the engine's edge: a few public errors with stable codes. An error is never an approval.

use assent_store::StoreError;
use assent_types::Malformed;

use crate::ledger::State;

/// Why the engine gave no answer. No answer means no payment.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The store could not be opened, read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An input was refused.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A stored record does not read as what it should be, although its seal is whole: a newer version wrote it.
    #[error("a stored {0} cannot be read by this version; use the version that wrote it")]
    Unreadable(&'static str),
    /// No intent of this id was ever judged.
    #[error("no intent of this id was judged here")]
    UnknownIntent,
    /// The whisper is not open: there was none, or it was answered, or it lapsed.
    #[error("there is no open whisper for this intent; an unanswered one lapses and means no")]
    NoOpenWhisper,
    /// The whisper was answered already, perhaps on another device.
    #[error("this whisper was answered already: {}", .0.as_str())]
    Answered(State),
    /// The intent was never approved or confirmed, so it has no such outcome.
    #[error("this intent cannot have that outcome in its present state")]
    WrongState,
    /// No agent of this id was ever registered.
    #[error("no agent of this id is registered; add it first")]
    UnknownAgent,
    /// The agent was revoked, which is final.
    #[error("the agent was revoked, which is final; register it under a new id")]
    AgentRevoked,
    /// The agent is known by another key.
    #[error(
        "the agent is registered with another key; if you changed it yourself, say so with `--replace-key`, and otherwise suspend the agent"
    )]
    AgentKeyDiffers,
    /// A registered agent's id looks the same as this one.
    #[error("an agent whose id looks the same is registered already; choose an id that nobody takes for it")]
    AgentLooksAlike,
    /// The store was put back or lost its key, and the user has not decided what holds.
    #[error(
        "the store is not as it was left; look at `assent recover` and decide what holds before anything is paid or changed"
    )]
    StateUnsure,
    /// There is nothing to recover from.
    #[error("the store and the clocks are as they should be; there is nothing to decide")]
    NothingToRecover,
    /// What the decision was made from was not kept.
    #[error("what this decision was made from is not kept; it was forgotten, or an older version made it")]
    NotKept,
    /// The time zone has no name by which it could be kept.
    #[error("this time zone cannot be kept; give an IANA name such as `Asia/Shanghai`")]
    UnknownZone,
    /// The system gave no random bytes.
    #[error("the system gave no random bytes for a token; try again")]
    NoRandomness,
    /// No proposal of this id waits for an answer.
    #[error("no proposal of this id waits for an answer; propose it again")]
    UnknownProposal,
    /// No mandate of this id exists.
    #[error("no mandate of this id exists")]
    UnknownMandate,
    /// A mandate of this id exists already.
    #[error("a mandate of this id exists already; remove it first, its budgets stay counted")]
    MandateExists,
}

impl EngineError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(_) => "store_unavailable",
            Self::Malformed(malformed) => malformed.code.as_str(),
            Self::Unreadable(_) => "unreadable_record",
            Self::UnknownIntent => "unknown_intent",
            Self::NoOpenWhisper | Self::Answered(_) => "no_open_whisper",
            Self::WrongState => "wrong_state",
            Self::UnknownAgent => "unknown_agent",
            Self::AgentRevoked => "agent_revoked",
            Self::AgentKeyDiffers => "agent_key_differs",
            Self::AgentLooksAlike => "agent_look_alike",
            Self::StateUnsure => "state_unsure",
            Self::NothingToRecover => "nothing_to_recover",
            Self::NotKept => "not_kept",
            Self::UnknownZone => "unknown_zone",
            Self::NoRandomness => "no_randomness",
            Self::UnknownProposal => "unknown_proposal",
            Self::UnknownMandate => "unknown_mandate",
            Self::MandateExists => "mandate_exists",
        }
    }
}
