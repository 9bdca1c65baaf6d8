//! The user's reply to a whisper: read, held against the rules as they stand now, and kept.

use assent_policy::Standing;
use assent_store::Writing;
use assent_types::{Id, Intent, Moment, Presence, Reason, ReplyNeeded, WrittenReason};
use assent_whisper::Meaning;
use serde::Serialize;
use serde_json::json;

use crate::agents::{self, AgentStanding};
use crate::allowed::{request, what_is_allowed};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::history;
use crate::leaning;
use crate::ledger::{self, Entry, Kept, State};
use crate::words::written;

/// What a reply came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Replied {
    /// The intent whose whisper was answered.
    pub intent_id: Id,
    /// How the words were understood.
    pub meaning: Meaning,
    /// What became of the intent: confirmed, refused, or still asked.
    pub state: State,
    /// The reply that is needed, where a yes came in a way that is not enough; the whisper stays open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<ReplyNeeded>,
    /// Why a yes could not be followed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<WrittenReason>,
}

/// A reply that could not be understood twice is a no.
const MOST_UNCLEAR: u8 = 2;

impl Engine {
    /// Takes the user's words as the reply to an open whisper, given in this way: spoken ([`ReplyNeeded::Any`]), touched, or with a
    /// biometric. A biometric that the device saw when the intent was judged counts as well.
    ///
    /// Only a clear yes, in time and in a way that is enough, confirms; silence, doubt and a change mean no payment, and a whisper is
    /// answered once. A yes is held against what the user allows *now*: an agent that was revoked since, or a payee that was forbidden,
    /// is not paid.
    pub fn reply(&self, intent_id: &Id, words: &str, given: ReplyNeeded) -> Result<Replied, EngineError> {
        self.store.write(|book| {
            let mut entry = ledger::entry(book, intent_id)?.ok_or(EngineError::UnknownIntent)?;
            let (State::Asked, Some(mut kept)) = (entry.state, entry.kept.take()) else {
                return Err(EngineError::NoOpenWhisper);
            };
            let now = self.now_of(&kept);
            if kept.lapses_at.is_none_or(|lapses| lapses.timestamp() < now.timestamp()) {
                // Silence meant no. It is written down, and the late reply is refused.
                entry.state = State::Refused;
                entry.kept = Some(kept);
                note(book, intent_id, entry, &json!({"kind": "lapse", "at": now, "intent_id": intent_id}))?;
                return Ok(None);
            }
            let meaning = assent_whisper::read(words, Some(kept.tongue), Some(kept.most));
            let mut replied =
                Replied { intent_id: intent_id.clone(), meaning, state: State::Asked, needs: None, reasons: Vec::new() };
            match meaning {
                Meaning::Yes if kept.needed > strength(given, kept.presence) => replied.needs = Some(kept.needed),
                Meaning::Yes => match self.may_still_be_paid(book, &mut kept, now)? {
                    Ok(()) => {
                        ledger::book_all(book, &kept.charges)?;
                        ledger::note_payee(book, &kept.payee, now)?;
                        replied.state = State::Confirmed;
                    }
                    Err(reasons) => {
                        replied.reasons = reasons.iter().map(|reason| written(reason, kept.tongue)).collect();
                        replied.state = State::Refused;
                    }
                },
                Meaning::No | Meaning::Change => replied.state = State::Refused,
                Meaning::Question => {}
                Meaning::Unclear => {
                    kept.unclear = kept.unclear.saturating_add(1);
                    if kept.unclear >= MOST_UNCLEAR {
                        replied.state = State::Refused;
                    }
                }
            }
            // An answer by the user, and not one that the rules overruled.
            let answered = match meaning {
                Meaning::Yes if replied.state == State::Confirmed => Some(true),
                Meaning::No => Some(false),
                _ => None,
            };
            if let Some(yes) = answered.filter(|_| ledger::was_asked_for_score(&kept)) {
                leaning::heard(book, yes)?;
            }
            entry.state = replied.state;
            entry.kept = Some(kept);
            let body = json!({
                "kind": "reply", "at": now, "intent_id": intent_id, "words": words, "given": given, "meaning": meaning,
                "state": replied.state, "needs": replied.needs,
            });
            note(book, intent_id, entry, &body)?;
            Ok(Some(replied))
        })?
        .ok_or(EngineError::NoOpenWhisper)
    }

    /// Holds a yes against the rules as they stand now: what it has to book, or why it cannot be followed.
    fn may_still_be_paid(
        &self,
        book: &Writing<'_>,
        kept: &mut Kept,
        now: Moment,
    ) -> Result<Result<(), Vec<Reason>>, EngineError> {
        match agents::standing(book, &kept.agent)? {
            AgentStanding::Revoked => return Ok(Err(vec![Reason::AgentRevoked])),
            AgentStanding::Suspended => return Ok(Err(vec![Reason::AgentSuspended])),
            AgentStanding::Active | AgentStanding::Unknown => {}
        }
        let intent = intent(kept)?;
        let category = history::category(book, &kept.payee)?;
        let (ruling, _) = what_is_allowed(book, &intent, &request(&intent, now, category, &self.zone))?;
        if ruling.standing == Standing::Forbidden {
            return Ok(Err(ruling.reasons));
        }
        kept.charges = ruling.charges;
        Ok(Ok(()))
    }

    pub(crate) fn now_of(&self, kept: &Kept) -> Moment {
        self.clock.now(kept.created_at, &self.zone)
    }
}

/// How strong a reply is, given in this way on a device that knew so much of its owner.
fn strength(given: ReplyNeeded, presence: Presence) -> ReplyNeeded {
    if presence == Presence::Biometric { ReplyNeeded::Biometric } else { given }
}

pub(crate) fn intent(kept: &Kept) -> Result<Intent, EngineError> {
    Intent::from_stored_json(&kept.intent).map_err(|_| EngineError::Unreadable("intent"))
}

/// Journals something about an intent and keeps its entry.
pub(crate) fn note(
    book: &mut Writing<'_>,
    id: &Id,
    mut entry: Entry,
    body: &serde_json::Value,
) -> Result<(), EngineError> {
    entry.journal.push(book.append(&body.to_string())?.index);
    ledger::keep(book, id, &entry)
}
