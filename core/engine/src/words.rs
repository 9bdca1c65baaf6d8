//! An answer in the contract's words: the verdict, its reasons in the user's language, and the whisper that goes with a question.

use assent_types::{Channel, Decision, Evidence, Reason, Tongue, Verdict, Whisper, WrittenReason};

use crate::decide::Answer;
use crate::seen::{Asking, Seen};

/// Puts an answer into the contract's words.
pub(crate) fn verdict(asked: &Asking<'_>, answer: &Answer, seen: &Seen) -> Verdict {
    let tongue = asked.context.tongue();
    let whisper = (answer.decision == Decision::Escalate).then(|| whisper(asked, answer, seen));
    Verdict {
        intent_id: asked.intent.id.clone(),
        decision: answer.decision,
        score: seen.judged.as_ref().map_or(0.0, |judged| judged.score),
        evidence: seen.judged.as_ref().map_or(Evidence::default(), |judged| judged.evidence),
        reasons: answer.reasons.iter().map(|reason| written(reason, tongue)).collect(),
        whisper,
        receipt: None,
        elapsed_us: u64::try_from(asked.started.elapsed().as_micros()).unwrap_or(u64::MAX),
    }
}

pub(crate) fn written(reason: &Reason, tongue: Tongue) -> WrittenReason {
    WrittenReason { code: reason.code().to_owned(), text: assent_whisper::explain(reason, tongue) }
}

fn whisper(asked: &Asking<'_>, answer: &Answer, seen: &Seen) -> Whisper {
    let Asking { intent, context, now, .. } = *asked;
    assent_whisper::compose(&assent_whisper::Asking {
        payee_label: intent.service.name.as_str(),
        amount: intent.most(),
        reasons: &answer.reasons,
        channel: context.channel.unwrap_or(Channel::Phone),
        tongue: context.tongue(),
        moving: context.moving.unwrap_or(false),
        now,
        offer_ends: intent.negotiation.as_ref().map(|negotiation| negotiation.expires_at),
        familiar: seen.familiar().unwrap_or(false),
    })
}
