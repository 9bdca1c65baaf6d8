//! Writing down what was answered: the entry, what it books and the journal's entry, all in the one transaction that is open.

use assent_policy::Ruling;
use assent_store::Writing;
use assent_types::{Intent, Moment, Receipt, ReplyNeeded, Verdict};
use serde_json::json;

use crate::error::EngineError;
use crate::ledger::{self, Entry, Kept};
use crate::seen::Asking;

/// Records a verdict that was not given before.
pub(crate) fn record(
    book: &mut Writing<'_>,
    asked: &Asking<'_>,
    allowed: &Ruling,
    mut verdict: Verdict,
) -> Result<Verdict, EngineError> {
    let Asking { intent, context, now, .. } = *asked;
    if let Some(earlier) = ledger::entry(book, &intent.id)? {
        return record_spoiled(book, intent, now, earlier, verdict);
    }
    let receipt = journal_verdict(book, intent, now, &verdict)?;
    let index = receipt.index;
    verdict.receipt = Some(receipt);
    let state = ledger::state_of(verdict.decision);
    if state.is_booked() {
        ledger::book_all(book, &allowed.charges)?;
        ledger::note_payee(book, &intent.service.id, now)?;
    }
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
        charges: allowed.charges.clone(),
        channel: context.channel,
        place: context.place,
        tongue: context.tongue(),
    };
    let entry = Entry {
        digest: intent.digest().0,
        state,
        kept: Some(kept),
        journal: vec![index],
        spoiled: Vec::new(),
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
    });
    Ok(book.append(&body.to_string())?)
}
