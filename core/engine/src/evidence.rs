//! The journal's face: check it, show it, and hand out the evidence for one payment.

use assent_store::Verified;
use assent_types::Id;
use serde::Serialize;
use serde_json::Value;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ledger::{self, State};

/// One entry of the journal.
#[derive(Clone, PartialEq, Serialize)]
pub struct JournalEntry {
    /// Its number, from 0.
    pub index: u64,
    /// Its hash in hexadecimal.
    pub hash: String,
    /// The hash of the entry before it.
    pub prev: String,
    /// What it says; `None` where it was forgotten.
    pub body: Option<Value>,
}

/// Everything that is kept about one payment.
#[derive(Clone, PartialEq, Serialize)]
pub struct PaymentEvidence {
    /// The intent.
    pub intent_id: Id,
    /// Its state now.
    pub state: State,
    /// The intent in its canonical form.
    pub intent: Value,
    /// SHA-256 of the canonical form, in hexadecimal.
    pub intent_digest: String,
    /// The verdict as it was answered.
    pub verdict: Value,
    /// Every journal entry about it, in order: verdict, reply, outcome.
    pub journal: Vec<JournalEntry>,
}

impl std::fmt::Debug for JournalEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "JournalEntry({}, …)", self.index)
    }
}

impl std::fmt::Debug for PaymentEvidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PaymentEvidence({:?}, …)", self.state)
    }
}

impl Engine {
    /// Checks every entry, every link and the end of the journal.
    pub fn verify_journal(&self) -> Result<Verified, EngineError> {
        self.store.read(|book| Ok(book.verify()?))
    }

    /// The last `most` entries of the journal, oldest first.
    pub fn journal(&self, most: u64) -> Result<Vec<JournalEntry>, EngineError> {
        self.store.read(|book| {
            let len = book.journal_len()?;
            (len.saturating_sub(most)..len).map(|index| entry(book, index)).collect()
        })
    }

    /// The evidence for one payment.
    pub fn evidence(&self, intent_id: &Id) -> Result<PaymentEvidence, EngineError> {
        self.store.read(|book| {
            let found = ledger::entry(book, intent_id)?.ok_or(EngineError::UnknownIntent)?;
            let kept = found.kept.ok_or(EngineError::UnknownIntent)?;
            let value =
                |json: &str| serde_json::from_str(json).map_err(|_| EngineError::Unreadable("intent"));
            Ok(PaymentEvidence {
                intent_id: intent_id.clone(),
                state: found.state,
                intent: value(&kept.intent)?,
                intent_digest: found.digest.iter().map(|byte| format!("{byte:02x}")).collect(),
                verdict: value(&kept.verdict)?,
                journal: found.journal.iter().map(|index| entry(book, *index)).collect::<Result<_, _>>()?,
            })
        })
    }
}

fn entry(book: &assent_store::Reading<'_>, index: u64) -> Result<JournalEntry, EngineError> {
    let found = book.entry(index)?.ok_or(EngineError::Unreadable("journal entry"))?;
    let body = found.body.map(|body| serde_json::from_str(&body)).transpose();
    Ok(JournalEntry {
        index: found.index,
        hash: found.hash,
        prev: found.prev,
        body: body.map_err(|_| EngineError::Unreadable("journal entry"))?,
    })
}
