//! The user's reply to a whisper: read, weighed, held against the rules as they stand now, and kept.

use assent_policy::Standing;
use assent_store::Writing;
use assent_types::{
    Assurance, Channel, Id, Intent, Look, Moment, Presence, Reason, ReplyNeeded, Void, Wait, WrittenReason,
};
use assent_whisper::{Device, Hearing, Meaning, ReplyEvent, Understood, Word, understand};
use serde::Serialize;
use serde_json::json;

use crate::agents::{self, AgentStanding};
use crate::allowed::{request, what_is_allowed};
use crate::assurance::strength;
use crate::attention::{self, Attention, FASTEST_READING_MS};
use crate::clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::history;
use crate::leaning;
use crate::ledger::{self, Entry, Kept, State};
use crate::recover::insist_on_sound_state;
use crate::token;
use crate::whispers::{self, Found, Open};
use crate::wishes::{self, Proposal};
use crate::words::written;

/// A reply as it reached the device: what the user did, where, and what the device knows about that moment.
#[derive(Clone, Debug)]
pub struct Given {
    /// What the user said or did.
    pub event: ReplyEvent,
    /// The device that took it, and whether its user is driving.
    pub device: Device,
    /// How sure that device was of its owner at that moment.
    pub presence: Presence,
    /// The token of the whisper that was shown, where the host carries it; a wrong one is a failure.
    pub token: Option<String>,
    /// Milliseconds from when it was shown to the reply, where the device measured them.
    pub took_ms: Option<u32>,
    /// Whether the device itself was speaking while this was heard: then it is void.
    pub while_speaking: bool,
}

impl Given {
    /// Words typed on an unlocked desktop: a touch.
    pub fn typed(words: &str) -> Self {
        let event = ReplyEvent::Typed { words: words.to_owned() };
        Self::on(Channel::Desktop, event, Presence::Unlocked)
    }

    /// Words spoken to a device.
    pub fn spoken(words: &str, channel: Channel) -> Self {
        Self::on(channel, ReplyEvent::Spoken { words: words.to_owned() }, Presence::Unknown)
    }

    /// A tap on the button that names the payment, on an unlocked device.
    pub fn tapped(channel: Channel) -> Self {
        Self::on(channel, ReplyEvent::Tap, Presence::Unlocked)
    }

    /// The same yes or no as a touch, for one of several questions that it answered: an amount in its words was that of all together.
    pub(crate) fn without_words(&self, yes: bool) -> Self {
        let event = if yes { ReplyEvent::Tap } else { ReplyEvent::Refuse };
        Self { event, token: None, took_ms: None, ..self.clone() }
    }

    /// An event on a device that stands still.
    pub fn on(channel: Channel, event: ReplyEvent, presence: Presence) -> Self {
        let device = Device { channel, moving: false };
        Self { event, device, presence, token: None, took_ms: None, while_speaking: false }
    }
}

/// What a reply came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// The assurance that is needed, where a yes came in a way that is not enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assurance: Option<Assurance>,
    /// What the whisper waits for now, where it cannot be answered here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<Wait>,
    /// Why a yes could not be followed, or why a reply does not count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<WrittenReason>,
    /// The answer to a question, to show and to speak before the whisper is asked again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// A mandate that would spare the user this question from now on, to be accepted or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggests: Option<Proposal>,
}

/// A reply that could not be understood twice is a no; while driving the first one puts the whisper off until the car is parked.
const MOST_UNCLEAR: u8 = 2;
/// So many questions are answered before the whisper is left to lapse.
const MOST_QUESTIONS: u8 = 3;

/// What a reply does to the whisper.
enum Effect {
    /// Pay it.
    Pay,
    /// Do not pay it.
    Refuse,
    /// It does not count, and why; the whisper stays open. A failure is counted, noise is not.
    Void { why: Void, fails: bool },
    /// It was not understood.
    Unclear,
    /// The user asked something back.
    Answer(String),
}

impl Engine {
    /// Takes the user's words as the reply to an open whisper, given in this way: spoken ([`ReplyNeeded::Any`]), touched on an unlocked
    /// desktop, or with a biometric. [`Engine::answer`] takes everything that a device knows.
    pub fn reply(&self, intent_id: &Id, words: &str, given: ReplyNeeded) -> Result<Replied, EngineError> {
        self.answer(
            intent_id,
            &match given {
                ReplyNeeded::Any => Given::spoken(words, Channel::Glasses),
                ReplyNeeded::Tap => Given::typed(words),
                ReplyNeeded::Biometric => Given {
                    presence: Presence::Biometric,
                    device: Device { channel: Channel::Phone, moving: false },
                    ..Given::typed(words)
                },
            },
        )
    }

    /// Takes the reply to an open whisper.
    ///
    /// Only a clear yes, in time, to this very question and in a way that is enough, confirms; silence, doubt and a change mean no
    /// payment, and a whisper is answered once. A no always counts. A yes is held against what the user allows *now*: an agent that was
    /// revoked since, or a payee that was forbidden, is not paid. Five failures end the whisper; five in a row, whatever the whisper,
    /// lock replies that are weaker than a touch on an unlocked device.
    ///
    /// # Errors
    /// [`EngineError::Answered`] where another device was first, [`EngineError::NoOpenWhisper`] where it lapsed.
    pub fn answer(&self, intent_id: &Id, given: &Given) -> Result<Replied, EngineError> {
        self.store
            .write(|book| {
                insist_on_sound_state(book)?;
                match self.find_open(book, intent_id)? {
                    Found::Open { entry, open, now } => {
                        self.take_reply(book, intent_id, *entry, *open, given, now).map(Some)
                    }
                    Found::Lapsed => Ok(None),
                }
            })?
            .ok_or(EngineError::NoOpenWhisper)
    }

    fn take_reply(
        &self,
        book: &mut Writing<'_>,
        id: &Id,
        mut entry: Entry,
        mut open: Open,
        given: &Given,
        now: Moment,
    ) -> Result<Replied, EngineError> {
        let mut attention = attention::of(book)?;
        let right_token = match (&given.token, token::bound(&entry, open.bound_until, &open.nonce)) {
            (Some(given), Some(bound)) => token::is(book, &bound, given)?,
            (given, _) => given.is_none(),
        };
        let Some(mut kept) = entry.kept.take() else { return Err(EngineError::NoOpenWhisper) };
        let understood = understood(given, &kept, &open);
        let owners = strength_of(given, &understood) >= Assurance::Unlocked;
        let effect = weigh(given, &kept, &open, &attention, right_token, &understood);
        let mut replied = Replied {
            intent_id: id.clone(),
            meaning: understood.meaning,
            state: State::Asked,
            needs: None,
            assurance: None,
            waits_for: open.waits_for,
            reasons: Vec::new(),
            answer: None,
            suggests: None,
        };
        let tongue = kept.tongue;
        let say = |reason: Reason| written(&reason, tongue);
        match effect {
            Effect::Pay => {
                attention.answered(true, given.took_ms, owners);
                match self.may_still_be_paid(book, &mut kept, now)? {
                    Ok(explicit) => {
                        ledger::reserve(book, &kept, now, true)?;
                        agents::confirmed(book, &kept.agent)?;
                        attention::note_answered(book, &kept.agent)?;
                        replied.state = State::Confirmed;
                        let usual = !explicit && assent_whisper::look(&open.asking) != Look::Alarming;
                        replied.suggests =
                            if usual { wishes::confirmed(book, &kept, &self.zone)? } else { None };
                    }
                    Err(reasons) => {
                        replied.reasons = reasons.into_iter().map(say).collect();
                        replied.state = State::Refused;
                    }
                }
            }
            Effect::Refuse => {
                attention.answered(false, given.took_ms, owners);
                attention::note_answered(book, &kept.agent)?;
                replied.state = State::Refused;
            }
            Effect::Void { why, fails } => {
                replied.reasons.push(say(Reason::ReplyVoid(why)));
                if why == Void::NotEnough {
                    let needed = needed_for(given, &open);
                    (replied.needs, replied.assurance) = (Some(needed.reply()), Some(needed));
                }
                if fails {
                    attention.failed();
                    open.failures = open.failures.saturating_add(1);
                }
            }
            Effect::Unclear => {
                attention.failed();
                kept.unclear = kept.unclear.saturating_add(1);
                open.failures = open.failures.saturating_add(1);
                if given.device.moving {
                    // One short exchange at the wheel; the rest has time until the car stands.
                    open.waits_for = Some(Wait::Parked);
                } else if kept.unclear >= MOST_UNCLEAR {
                    replied.state = State::Refused;
                }
            }
            Effect::Answer(answer) => {
                replied.answer = Some(answer);
                self.ask_again(&mut kept, &mut open, given, now, &crate::preferences::of(book)?);
            }
        }
        if replied.state == State::Asked && open.failures >= attention::MOST_FAILURES {
            replied.state = State::Refused;
            replied.reasons.push(say(Reason::ReplyVoid(Void::Failures)));
        }
        if open.waits_for == Some(Wait::Parked) && replied.state == State::Asked {
            let left = crate::assurance::WAITS_ELSEWHERE;
            let until = kept.created_at.plus_seconds(left);
            kept.lapses_at = Some(open.asking.offer_ends.map_or(until, |ends| ends.min(until)).max(now));
        }
        replied.waits_for = open.waits_for.filter(|_| replied.state == State::Asked);
        attention::keep(book, &attention)?;
        // An answer by the user, and not one that the rules overruled.
        let answered = match understood.meaning {
            Meaning::Yes if replied.state == State::Confirmed => Some(true),
            Meaning::No => Some(false),
            _ => None,
        };
        if let Some(yes) = answered.filter(|_| ledger::was_asked_for_score(&kept)) {
            leaning::heard(book, yes)?;
        }
        if replied.state == State::Asked {
            whispers::keep(book, id, &open)?;
        } else {
            whispers::close(book, id)?;
        }
        (entry.state, entry.kept) = (replied.state, Some(kept));
        let codes: Vec<&str> = replied.reasons.iter().map(|reason| reason.code.as_str()).collect();
        let body = json!({
            "kind": "reply", "at": now, "intent_id": id, "event": given.event, "words": words_of(&given.event), "given": strength_of(given, &understood),
            "channel": given.device.channel, "took_ms": given.took_ms, "meaning": replied.meaning, "state": replied.state,
            "needs": replied.needs, "reasons": codes,
        });
        note(book, id, entry, &body)?;
        Ok(replied)
    }

    /// A question that was answered is asked again: it gets its time anew, so often and not more.
    fn ask_again(
        &self,
        kept: &mut Kept,
        open: &mut Open,
        given: &Given,
        now: Moment,
        preferences: &crate::preferences::Preferences,
    ) {
        open.questions = open.questions.saturating_add(1);
        if given.device.moving {
            open.waits_for = Some(Wait::Parked);
        } else if open.questions <= MOST_QUESTIONS && open.waits_for.is_none() {
            let wait = now.plus_seconds(preferences.wait().unwrap_or(crate::assurance::WAITS));
            let until = open.asking.offer_ends.map_or(wait, |ends| ends.min(wait));
            kept.lapses_at = kept.lapses_at.map(|lapses| lapses.max(until));
        }
    }

    /// Holds a yes against the rules as they stand now: what it has to book, or why it cannot be followed. Tells whether the user's own
    /// mandate names the payee already.
    fn may_still_be_paid(
        &self,
        book: &Writing<'_>,
        kept: &mut Kept,
        now: Moment,
    ) -> Result<Result<bool, Vec<Reason>>, EngineError> {
        match agents::standing(book, &kept.agent)? {
            AgentStanding::Revoked => return Ok(Err(vec![Reason::AgentRevoked])),
            AgentStanding::Suspended => return Ok(Err(vec![Reason::AgentSuspended])),
            AgentStanding::Active | AgentStanding::Unknown => {}
        }
        let intent = intent(kept)?;
        let category = history::category(book, &kept.payee)?;
        // Budgets go by the time that both clocks agree on, whatever the one on the wall shows.
        let now = clock::time(book, &self.clock, now, &self.zone)?.now;
        let (ruling, mandates) =
            what_is_allowed(book, &intent, &request(&intent, now, category, &self.zone))?;
        if ruling.standing == Standing::Forbidden {
            return Ok(Err(ruling.reasons));
        }
        kept.charges = ruling.charges;
        let names = |mandate: &assent_policy::Mandate| {
            mandate.grant.as_ref().is_some_and(|grant| grant.names(&kept.payee))
        };
        Ok(Ok(mandates.iter().any(names)))
    }

    pub(crate) fn now_of(&self, kept: &Kept) -> Moment {
        self.clock.now(kept.created_at, &self.zone)
    }
}

fn understood(given: &Given, kept: &Kept, open: &Open) -> Understood {
    let is_spoken = matches!(given.event, ReplyEvent::Spoken { .. });
    // A touch needs no word; neither does a nod say one.
    let needs_word = is_untouched(&given.event);
    understand(&Hearing {
        event: &given.event,
        tongue: Some(kept.tongue),
        asked: Some(kept.most),
        spoken: is_spoken.then_some(open.spoken.as_str()),
        challenge: open.challenge.as_ref().filter(|_| needs_word),
    })
}

/// What a reply of this kind needs.
fn needed_for(given: &Given, open: &Open) -> Assurance {
    if is_untouched(&given.event) { open.needed_spoken } else { open.needed }
}

/// Whether nobody touched anything: a voice or a nod.
fn is_untouched(event: &ReplyEvent) -> bool {
    matches!(event, ReplyEvent::Spoken { .. } | ReplyEvent::Nod)
}

fn words_of(event: &ReplyEvent) -> Option<&str> {
    match event {
        ReplyEvent::Spoken { words } | ReplyEvent::Typed { words } => Some(words),
        _ => None,
    }
}

fn strength_of(given: &Given, understood: &Understood) -> Assurance {
    strength(&given.event, given.device, given.presence, understood.word == Word::Right)
}

/// Weighs a reply. The order matters: what may be the device's own voice or belongs to another question is no reply at all, a no always
/// counts, and only then is a yes weighed.
fn weigh(
    given: &Given,
    kept: &Kept,
    open: &Open,
    attention: &Attention,
    right_token: bool,
    understood: &Understood,
) -> Effect {
    let strength = strength_of(given, understood);
    // A biometric that the device saw when the intent was judged counts as well, but not from behind the wheel.
    let seen = kept.presence == Presence::Biometric && !given.device.moving;
    let strength = if seen { Assurance::Biometric } else { strength };
    if given.while_speaking || understood.echo {
        return Effect::Void { why: Void::Echo, fails: false };
    }
    if !right_token {
        return Effect::Void { why: Void::Token, fails: true };
    }
    match understood.meaning {
        Meaning::No | Meaning::Change => return Effect::Refuse,
        _ if attention.is_locked() && strength < Assurance::Unlocked => {
            return Effect::Void { why: Void::Locked, fails: false };
        }
        Meaning::Question => {
            let answer = understood
                .question
                .map(|question| assent_whisper::answer(question, &open.asking, &given.device));
            return answer.map_or(Effect::Unclear, Effect::Answer);
        }
        Meaning::Unclear if matches!(understood.word, Word::Missing | Word::Wrong) => {
            return Effect::Void { why: Void::Word, fails: true };
        }
        Meaning::Unclear => return Effect::Unclear,
        Meaning::Yes => {}
    }
    let hasty = attention.is_careless() && given.took_ms.is_some_and(|took| took < FASTEST_READING_MS);
    let needed = needed_for(given, open);
    if open.waits_for == Some(Wait::Parked) && given.device.moving {
        Effect::Void { why: Void::Moving, fails: false }
    } else if strength < needed {
        Effect::Void { why: Void::NotEnough, fails: true }
    } else if hasty {
        Effect::Void { why: Void::TooFast, fails: false }
    } else {
        Effect::Pay
    }
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
