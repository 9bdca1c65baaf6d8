//! Assent says yes for the user, on the user's own device, to payments that AI agents want to make; it asks when in doubt.
//!
//! ```
//! use assent::{Clock, Context, Decision, Engine, FileVault, Id, Intent, Options, ReplyNeeded};
//!
//! let home = tempfile::tempdir()?;
//! let engine = Engine::open(home.path(), &FileVault::new(home.path()), Options { clock: Clock::Intent, ..Options::default() })?;
//! engine.add_agent(&Id::new("chef")?)?;
//!
//! let intent = Intent::from_json(
//!     r#"{"id":"i-1","agent":"chef","service":{"id":"noodle-1","name":"Noodle House","category":"dining"},
//!         "price":{"amount":"38.00","currency":"CNY"},"created_at":"2026-05-04T12:01:00+08:00"}"#,
//! )?;
//! let verdict = engine.validate(&intent, &Context::default())?;
//! assert_eq!(verdict.decision, Decision::Escalate); // nobody has paid there before: the whisper asks
//! assert_eq!(verdict.reasons[0].code, "payee_new");
//!
//! engine.reply(&intent.id, "yes, pay it", ReplyNeeded::Tap)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Engine::validate`] is the main function: parse (by [`Intent::from_json`]), who is asking, what is allowed, is it familiar, decide,
//! record. Around it stand what the user does ([`Engine::add_mandate`], [`Engine::reply`], [`Engine::forget`] …) and what the host
//! reports ([`Engine::outcome`], [`Engine::import`]). An error is never an approval.
//!
//! What Assent does not do: it moves no money, speaks to no network, and knows no more of an agent than its id; the host has to know
//! who is on the other end of the line.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod again;
mod agents;
mod aliases;
mod allowed;
mod assurance;
mod attention;
mod batch;
mod budgets;
mod check;
mod clock;
mod decide;
mod engine;
mod error;
mod evidence;
mod facts;
mod fault;
mod history;
mod knowledge;
mod leaning;
mod ledger;
mod mandates;
mod outcomes;
mod preferences;
mod probing;
mod provenance;
mod recent;
mod record;
mod recover;
mod replay;
mod replies;
mod seen;
mod session;
mod state;
mod texts;
mod token;
mod user;
mod wallet;
mod whispers;
mod windows;
mod wish_words;
mod wishes;
mod words;
mod zone;

pub use again::{Again, Came, Scoring};
pub use agents::{Agent, AgentStanding};
pub use assent_model::{
    FEATURES_VERSION, Features, HABIT_FEATURES, Model, ModelError, SAID_FEATURES, SaidSlot, Trust,
};
pub use assent_policy::{BudgetKey, Mandate, Room, Ruling, Standing};
pub use assent_protocols::{
    AgentKey, Algorithm, Bill, BillError, Entry as BillEntry, Format as BillFormat, Presented, Proof,
    Row as BillRow, Signature, read_bill, signed_bytes,
};
pub use assent_store::{
    Anchor, AnchorError, Anchored, Checkpoint, Condition, FileAnchor, FileVault, KeyError, KeyLoss, KeyVault,
    LastSeen, Mark, MasterKey, RolledBack, StoreError, Tampered, Verified,
};
pub use assent_types::*;
pub use assent_whisper::{Device, Meaning, Question as AskedBack, ReplyEvent, read as read_reply};
pub use attention::{AttentionReport, Checks, Notice};
pub use batch::Batch;
pub use check::Checked;
pub use clock::{Boot, Clock, HostClock, Timing};
pub use decide::{Answer, Asker, Doubts, Question, decide};
pub use engine::{Engine, Options};
pub use error::EngineError;
pub use evidence::{JournalEntry, PaymentEvidence, Reply, Settlement};
pub use facts::{ModelStamp, Numbers, Scored};
pub use fault::{Fault, Ground, Party};
pub use history::Imported;
pub use ledger::Paid;
pub use outcomes::Closed;
pub use preferences::Preferences;
pub use probing::Probed;
pub use provenance::{Provenance, Sources};
pub use recover::{Budgets, ToDecide};
pub use replay::{Profile, Rules};
pub use replies::{Given, Replied};
pub use session::SessionSum;
pub use state::{Outcome, Stage, State};
pub use user::{Forget, Forgotten};
pub use wallet::{Allowance, Line, Prober, Wallet};
pub use whispers::Waiting;
pub use wishes::{Accepted, Missing, Proposal, Proposed};

/// The README's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
