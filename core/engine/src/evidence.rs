//! The journal's face: check it, show it, and hand out the evidence for one payment. `docs/evidence.md` describes the form.

use assent_protocols::{AgentKey, DOMAIN};
use assent_store::{Reading, Verified};
use assent_types::{Id, Money};
use serde::Serialize;
use serde_json::{Value, json};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::facts::{self, Facts};
use crate::fault::{self, Fault};
use crate::ledger::{self, Entry, Kept};
use crate::session::{self, hex};
use crate::state::{Stage, State};

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

/// What became of the money.
#[derive(Clone, PartialEq, Serialize)]
pub struct Settlement {
    /// Where it stands in the ledger.
    pub stage: Stage,
    /// The most that the answer covers.
    pub approved: Money,
    /// To whom.
    pub approved_payee: Id,
    /// What was really paid, where the host said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid: Option<ledger::Paid>,
    /// Whether it was reported as paid after its window had ended.
    pub late: bool,
}

/// The user's answer to the whisper.
#[derive(Clone, PartialEq, Serialize)]
pub struct Reply {
    /// The whisper exactly as it was shown and spoken.
    pub whisper: Value,
    /// Where the user was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<assent_types::Channel>,
    /// The language.
    pub language: assent_types::Tongue,
    /// The last reply, as it was journaled; `None` where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<Value>,
    /// From the verdict to that reply, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<i64>,
}

/// Everything that is kept about one payment.
#[derive(Clone, PartialEq, Serialize)]
pub struct PaymentEvidence {
    /// The version of this form.
    pub version: u32,
    /// The intent.
    pub intent_id: Id,
    /// Its state now.
    pub state: State,
    /// The intent in its canonical form.
    pub intent: Value,
    /// The canonical form as text, to the byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent_canonical: Option<String>,
    /// SHA-256 of the canonical form, in hexadecimal.
    pub intent_digest: String,
    /// The agent's key, its signature, and the bytes that it signed.
    pub agent: Value,
    /// The verdict as it was answered.
    pub verdict: Value,
    /// All that the verdict was made from: who asked, the ruling and the mandates behind it, what was unusual, what the model looked at and
    /// said, which model, and who stands behind each field.
    pub made_from: Value,
    /// The whisper and the reply; `None` where nobody was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whisper: Option<Reply>,
    /// What became of the money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settlement: Option<Settlement>,
    /// Who answers for it.
    pub fault: Fault,
    /// Every journal entry about it, in order: verdict, reply, outcome.
    pub journal: Vec<JournalEntry>,
    /// That each of these entries stands in the journal, and the journal's signed head.
    pub proof: Value,
}

macro_rules! hides_its_content {
    ($($name:ident),*) => { $(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )* };
}

hides_its_content!(JournalEntry, Settlement, Reply, PaymentEvidence);

/// The version of [`PaymentEvidence`].
const VERSION: u32 = 1;

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
        self.store.read(|book| match ledger::find(book, intent_id)? {
            Some((slot, found)) => {
                let kept = found.kept.as_ref().ok_or(EngineError::UnknownIntent)?;
                of_entry(book, &slot, &found, kept)
            }
            None => of_session(book, intent_id),
        })
    }
}

fn of_entry(
    book: &Reading<'_>,
    slot: &str,
    found: &Entry,
    kept: &Kept,
) -> Result<PaymentEvidence, EngineError> {
    let value = |json: &str| serde_json::from_str(json).map_err(|_| EngineError::Unreadable("intent"));
    let journal = found.journal.iter().map(|index| entry(book, *index)).collect::<Result<Vec<_>, _>>()?;
    let facts = facts::of(book, slot)?;
    let (agent, made_from) = match &facts {
        Some((facts, json)) => (signer(facts), serde_json::from_str(json).unwrap_or(Value::Null)),
        None => (Value::Null, Value::Null),
    };
    let verdict: Value = value(&kept.verdict)?;
    let whisper = whisper(kept, &verdict, &journal);
    let confirmed = journal
        .iter()
        .any(|entry| said(entry, "kind") == Some("reply") && said(entry, "state") == Some("confirmed"));
    let question = facts.as_ref().map(|(facts, _)| &facts.question);
    Ok(PaymentEvidence {
        version: VERSION,
        intent_id: kept.id.clone(),
        state: found.state,
        intent: value(&kept.intent)?,
        intent_canonical: Some(kept.intent.clone()),
        intent_digest: hex(&found.digest),
        agent,
        whisper,
        verdict,
        made_from,
        settlement: Some(Settlement {
            stage: found.state.stage(),
            approved: kept.most,
            approved_payee: kept.payee.clone(),
            paid: found.more.0.paid.clone(),
            late: found.more.0.late,
        }),
        fault: fault::of(found, kept, question, confirmed),
        proof: proof(book, &found.journal)?,
        journal,
    })
}

/// A payment in a session is a line in a counter: its digest, its amount and the session are all there is.
fn of_session(book: &Reading<'_>, intent_id: &Id) -> Result<PaymentEvidence, EngineError> {
    let micro = session::of(book, intent_id)?.ok_or(EngineError::UnknownIntent)?;
    let mandate = crate::mandates::all(book)?.into_iter().find(|mandate| mandate.id == micro.session);
    let verdict =
        serde_json::to_value(session::answer(&micro, 0)).map_err(|_| EngineError::Unreadable("verdict"))?;
    Ok(PaymentEvidence {
        version: VERSION,
        intent_id: micro.id.clone(),
        state: micro.state,
        intent: Value::Null,
        intent_canonical: None,
        intent_digest: hex(&micro.digest),
        agent: json!({"id": micro.agent}),
        verdict,
        made_from: json!({"session": micro.session, "mandates": mandate.into_iter().collect::<Vec<_>>()}),
        whisper: None,
        settlement: Some(Settlement {
            stage: micro.state.stage(),
            approved: micro.amount,
            approved_payee: micro.payee.clone(),
            paid: None,
            late: false,
        }),
        fault: Fault { party: Some(fault::Party::User), grounds: vec![fault::Ground::MandateCovered] },
        proof: proof(book, &[micro.receipt.index])?,
        journal: vec![entry(book, micro.receipt.index)?],
    })
}

/// Who signed, with what, and over which bytes: the domain in front, then `intent_bytes` as UTF-8.
fn signer(facts: &Facts) -> Value {
    json!({
        "proof": facts.question.asker.proof,
        "key": facts.key,
        "key_sha256": facts.key.as_ref().map(AgentKey::thumbprint),
        "signature": facts.signature,
        "domain": String::from_utf8_lossy(DOMAIN),
        "intent_bytes": facts.raw,
    })
}

fn whisper(kept: &Kept, verdict: &Value, journal: &[JournalEntry]) -> Option<Reply> {
    let whisper = verdict.get("whisper")?.clone();
    let reply = journal.iter().rev().find(|entry| said(entry, "kind") == Some("reply"));
    let at = reply.and_then(|reply| assent_types::Moment::parse(said(reply, "at")?).ok());
    let latency_ms =
        at.map(|at| at.timestamp().as_millisecond().saturating_sub(kept.at.timestamp().as_millisecond()));
    let reply = reply.and_then(|reply| reply.body.clone());
    Some(Reply { whisper, channel: kept.channel, language: kept.tongue, reply, latency_ms })
}

fn said<'a>(entry: &'a JournalEntry, key: &str) -> Option<&'a str> {
    entry.body.as_ref()?.get(key)?.as_str()
}

/// That these entries stand in the journal: each with its path to the root, and the root in the signed head.
fn proof(book: &Reading<'_>, entries: &[u64]) -> Result<Value, EngineError> {
    let found = entries.iter().map(|index| book.proof(*index)).collect::<Result<Vec<_>, _>>()?;
    let entries: Vec<_> = found.into_iter().flatten().collect();
    Ok(json!({"entries": entries, "checkpoint": book.checkpoint()?}))
}

fn entry(book: &Reading<'_>, index: u64) -> Result<JournalEntry, EngineError> {
    let found = book.entry(index)?.ok_or(EngineError::Unreadable("journal entry"))?;
    let body = found.body.map(|body| serde_json::from_str(&body)).transpose();
    Ok(JournalEntry {
        index: found.index,
        hash: found.hash,
        prev: found.prev,
        body: body.map_err(|_| EngineError::Unreadable("journal entry"))?,
    })
}
