//! Writing down what was answered: the entry, what it books, what it was made from and the journal's entry, all in the one transaction that is
//! open.

use assent_protocols::{Presented, Proof};
use assent_store::Writing;
use assent_types::{Decision, Intent, Moment, Receipt, ReplyNeeded, Verdict};
use serde_json::json;

use crate::agents;
use crate::engine::New;
use crate::error::EngineError;
use crate::facts::{self, Facts};
use crate::ledger::{self, Entry, Kept, Later, More, State};
use crate::probing;
use crate::seen::{Asking, Seen};
use crate::session;

/// Records a verdict that was not given before.
pub(crate) fn record(
    book: &mut Writing<'_>,
    presented: &Presented,
    asked: &Asking<'_>,
    seen: &Seen,
    new: New,
) -> Result<Verdict, EngineError> {
    let Asking { intent, context, now, .. } = *asked;
    let New { mut verdict, question, mandates, model, time, zone, .. } = new;
    let proof = question.asker.proof;
    let slot = ledger::slot(&intent.id, proof);
    if let Some(earlier) = ledger::entry_at(book, &slot)? {
        return record_spoiled(book, intent, now, earlier, verdict);
    }
    if session::of(book, &intent.id)?.is_some() {
        // A payment in a session has the id already; what is tried under it afterwards leaves no trace of its own.
        return Ok(verdict);
    }
    if verdict.decision == Decision::Approve && question.ruling.session().is_some() {
        let tongue = context.tongue();
        session::record(book, intent, &question.ruling, time.now, &zone, &mut verdict, tongue)?;
        return Ok(verdict);
    }
    let standing = question.asker.standing;
    if probing::note(book, &intent.agent, standing, &question.ruling, intent.most(), time.now)? {
        let body = json!({"kind": "limits_probed", "at": now, "agent": intent.agent});
        book.append(&body.to_string())?;
    }
    let key = agents::key(book, &intent.agent)?;
    let facts = Facts::of(presented, key, &question, seen, model, &mandates, context.tongue());
    let kept_facts = facts.to_json()?;
    let receipt = journal_verdict(book, intent, now, &verdict, facts.stamp(&kept_facts))?;
    let index = receipt.index;
    verdict.receipt = Some(receipt);
    facts::keep(book, &slot, &kept_facts)?;
    let state = State::from(verdict.decision);
    let kept = Kept {
        id: intent.id.clone(),
        created_at: intent.created_at,
        agent: intent.agent.clone(),
        payee: intent.service.id.clone(),
        payee_name: intent.service.name.clone(),
        price: intent.price,
        most: intent.most(),
        intent: intent.to_canonical_json(),
        verdict: in_json(&verdict)?,
        at: now,
        lapses_at: verdict.whisper.as_ref().map(|whisper| whisper.lapses_at),
        needed: verdict.whisper.as_ref().map_or(ReplyNeeded::Any, |whisper| whisper.reply),
        presence: context.presence.unwrap_or_default(),
        unclear: 0,
        charges: question.ruling.charges,
        channel: context.channel,
        place: context.place,
        tongue: context.tongue(),
    };
    if state.is_booked() {
        ledger::reserve(book, &kept, time.now, false)?;
    }
    let forged = matches!(proof, Proof::Unsigned | Proof::Bad);
    let entry = Entry {
        digest: intent.digest().0,
        state,
        kept: Some(kept),
        journal: vec![index],
        spoiled: Vec::new(),
        more: Later(More { forged, ..More::default() }),
    };
    ledger::keep(book, &intent.id, &entry)?;
    Ok(verdict)
}

/// Records that an id was used again for something else, without saying for what: the first answer stands, and what was tried may name
/// a payee that the user will want forgotten.
fn record_spoiled(
    book: &mut Writing<'_>,
    intent: &Intent,
    now: Moment,
    mut earlier: Entry,
    mut verdict: Verdict,
) -> Result<Verdict, EngineError> {
    if earlier.spoiled.len() >= ledger::MOST_SPOILED {
        return Ok(verdict);
    }
    let codes: Vec<&str> = verdict.reasons.iter().map(|reason| reason.code.as_str()).collect();
    let body = json!({"kind": "verdict", "at": now, "decision": verdict.decision, "reasons": codes});
    let receipt = book.append(&body.to_string())?;
    earlier.journal.push(receipt.index);
    verdict.receipt = Some(receipt);
    earlier.spoiled.push((intent.digest().0, in_json(&verdict)?));
    ledger::keep(book, &intent.id, &earlier)?;
    Ok(verdict)
}

fn in_json(verdict: &Verdict) -> Result<String, EngineError> {
    serde_json::to_string(verdict).map_err(|_| EngineError::Unreadable("verdict"))
}

fn journal_verdict(
    book: &mut Writing<'_>,
    intent: &Intent,
    now: Moment,
    verdict: &Verdict,
    made_from: serde_json::Value,
) -> Result<Receipt, EngineError> {
    let codes: Vec<&str> = verdict.reasons.iter().map(|reason| reason.code.as_str()).collect();
    let body = json!({
        "kind": "verdict",
        "at": now,
        "intent_id": intent.id,
        "intent": intent,
        "decision": verdict.decision,
        "score": verdict.score,
        "evidence": verdict.evidence,
        "reasons": codes,
        "whisper": verdict.whisper,
        "made_from": made_from,
    });
    Ok(book.append(&body.to_string())?)
}
