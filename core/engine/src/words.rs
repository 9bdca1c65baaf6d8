//! An answer in the contract's words: the verdict, its reasons in the user's language, and the whisper that goes with a question.

use assent_types::{Channel, Decision, Evidence, Reason, Tongue, Verdict, WrittenReason};
use assent_whisper::{Device, LabelFrom, Payee};

use crate::assurance::{self, Weighed};
use crate::attention::Strain;
use crate::decide::Answer;
use crate::seen::{Asking, Seen};
use crate::whispers::{self, Question};

/// Puts an answer into the contract's words; with it the question, where the user is asked. `strain` is how much that asks of the user.
pub(crate) fn verdict(
    asked: &Asking<'_>,
    answer: &Answer,
    seen: &Seen,
    strain: &Strain,
) -> (Verdict, Option<Box<Question>>) {
    let tongue = asked.context.tongue();
    let question =
        (answer.decision == Decision::Escalate).then(|| Box::new(question(asked, answer, seen, strain)));
    let verdict = Verdict {
        intent_id: asked.intent.id.clone(),
        decision: answer.decision,
        score: seen.judged.as_ref().map_or(0.0, |judged| judged.score),
        evidence: seen.judged.as_ref().map_or(Evidence::default(), |judged| judged.evidence),
        reasons: answer.reasons.iter().map(|reason| written(reason, tongue)).collect(),
        whisper: question.as_ref().map(|question| question.whisper(asked.now)),
        receipt: None,
        elapsed_us: u64::try_from(asked.started.elapsed().as_micros()).unwrap_or(u64::MAX),
    };
    (verdict, question)
}

pub(crate) fn written(reason: &Reason, tongue: Tongue) -> WrittenReason {
    WrittenReason { code: reason.code().to_owned(), text: assent_whisper::explain(reason, tongue) }
}

/// What is asked, and how it is weighed on the device at hand.
fn question(asked: &Asking<'_>, answer: &Answer, seen: &Seen, strain: &Strain) -> Question {
    let Asking { intent, context, now, .. } = *asked;
    // The user's own name goes before the one under which the device knows the payee, and that before the one that the agent gives.
    let payee = match (&seen.alias, &seen.payee_name) {
        (Some(alias), _) => Payee { label: alias.clone(), from: LabelFrom::Alias },
        (None, Some(name)) => Payee { label: name.clone(), from: LabelFrom::Known },
        (None, None) => Payee { label: intent.service.name.clone(), from: LabelFrom::Claimed },
    };
    let language = context.language.as_ref().map_or_else(|| "en".to_owned(), |tag| tag.as_str().to_owned());
    let asking = assent_whisper::Asking {
        payee,
        amount: intent.most(),
        reasons: answer.reasons.clone(),
        familiar: seen.familiar().unwrap_or(false),
        language,
        offer_ends: intent.negotiation.as_ref().map(|negotiation| negotiation.expires_at),
    };
    let device = Device {
        channel: context.channel.unwrap_or(Channel::Phone),
        moving: context.moving.unwrap_or(false),
    };
    let weighed = Weighed {
        careful: strain.careful,
        // Who has just said something waits for the answer; whatever an agent thinks of by itself can wait for the summary.
        quiet: strain.over_budget && !asked.has_words(),
        ..Weighed::of(&strain.preferences.tiers, intent.most(), assent_whisper::look(&asking), device)
    };
    let needs = weighed.needs();
    let word = needs.word.then(|| whispers::word(&asking.language, strain.random)).flatten();
    let seconds = assurance::seconds(needs, device, strain.preferences.wait(), intent.created_at, now);
    Question { asking, weighed, word, seconds }
}
