//! The life of a whisper between the question and its answer: kept before it is told, shown again on another device, held for a call,
//! and gone when it lapses. What is kept here is whatever a restarted process or a second device needs to ask the same question.

use assent_store::{Reading, Table, Writing};
use assent_types::{Assurance, Challenge, Id, Language, Look, Moment, Money, Reason, Text, Wait, Whisper};
use assent_whisper::{Device, Locale, compose};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::assurance::{self, Weighed};
use crate::attention;
use crate::engine::{Engine, New};
use crate::error::EngineError;
use crate::ledger::{self, Entry, State};
use crate::preferences;
use crate::replies::note;
use crate::seen::Asking;
use crate::token::{self, Nonce};

/// A whisper that waits for its reply.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Open {
    /// What is asked, whatever the device.
    pub asking: assent_whisper::Asking,
    /// What it needs.
    pub needed: Assurance,
    /// The same for a spoken reply.
    pub needed_spoken: Assurance,
    pub waits_for: Option<Wait>,
    pub challenge: Option<Challenge>,
    /// Whether care was raised when it was first asked.
    pub careful: bool,
    /// What its token is bound to beside the payment.
    pub nonce: Nonce,
    pub bound_until: Moment,
    /// What the device was to speak.
    pub spoken: String,
    /// Replies that failed, questions asked back, and holds.
    pub failures: u8,
    pub questions: u8,
    pub holds: u8,
}

/// A whisper that waits for its reply, as the user sees it in a list.
#[derive(Clone, PartialEq, Serialize)]
pub struct Waiting {
    /// The intent.
    pub intent_id: Id,
    /// The agent that asks.
    pub agent: Id,
    /// The payee's name as the agent gives it.
    pub payee_name: Text,
    /// The most that a yes pays.
    pub amount: Money,
    /// What it looks like.
    pub look: Look,
    /// The assurance that it needs.
    pub assurance: Assurance,
    /// Why it is not asked right now, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<Wait>,
    /// Until when a reply counts.
    pub lapses_at: Moment,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Waiting({:?}, …)", self.assurance)
    }
}

/// So often a whisper can be held while a call comes in.
const MOST_HOLDS: u8 = 2;

fn key(id: &Id) -> String {
    format!("whisper\n{}", id.as_str())
}

/// The open whisper of this intent.
pub(crate) fn of(book: &Reading<'_>, id: &Id) -> Result<Option<Open>, EngineError> {
    Ok(book.get(Table::Settings, &key(id))?)
}

/// Keeps an open whisper.
pub(crate) fn keep(book: &mut Writing<'_>, id: &Id, open: &Open) -> Result<(), EngineError> {
    Ok(book.put(Table::Settings, &key(id), open)?)
}

/// Ends a whisper: it was answered, it lapsed, or its intent was forgotten.
pub(crate) fn close(book: &mut Writing<'_>, id: &Id) -> Result<(), EngineError> {
    Ok(book.delete(Table::Settings, &key(id))?)
}

/// What is asked and what it demands, before anything is written.
pub(crate) struct Question {
    pub asking: assent_whisper::Asking,
    pub weighed: Weighed,
    /// The word to ask for.
    pub word: Option<String>,
    pub seconds: i64,
}

impl Question {
    /// The whisper for the device at hand.
    pub fn whisper(&self, now: Moment) -> Whisper {
        let demand = self.weighed.needs().demand(self.word.clone(), self.seconds);
        compose(&self.asking, &self.weighed.device, &demand, now)
    }
}

/// Keeps a question with its token before it is told to anybody, and counts it.
pub(crate) fn open(
    book: &mut Writing<'_>,
    asked: &Asking<'_>,
    question: Question,
    whisper: &mut Whisper,
) -> Result<(), EngineError> {
    token::begin(book)?;
    let nonce = Nonce::draw()?;
    let digest = asked.intent.digest().0;
    whisper.token = token::of(book, &token::bound_to(asked.intent, &digest, whisper.lapses_at, &nonce))?;
    let open = Open {
        needed: whisper.assurance,
        needed_spoken: question.weighed.needs().spoken,
        waits_for: whisper.waits_for,
        challenge: whisper.challenge.clone(),
        careful: question.weighed.careful,
        nonce,
        bound_until: whisper.lapses_at,
        spoken: whisper.speak.clone(),
        asking: question.asking,
        failures: 0,
        questions: 0,
        holds: 0,
    };
    keep(book, &asked.intent.id, &open)
}

/// The entry of an intent that is still asked, its whisper, and the time now; what lapsed meanwhile is written down and refused.
pub(crate) enum Found {
    /// It can be answered.
    Open { entry: Box<Entry>, open: Box<Open>, now: Moment },
    /// It lapsed: silence meant no.
    Lapsed,
}

impl Engine {
    /// Puts the question, where there is one: it is kept with its token and counted, before anybody is told. A flooding agent's question is
    /// only counted.
    pub(crate) fn ask(
        &self,
        book: &mut Writing<'_>,
        asked: &Asking<'_>,
        new: &mut New,
    ) -> Result<(), EngineError> {
        let New { verdict, ask, .. } = new;
        let agent = &asked.intent.agent;
        if let (Some(question), Some(whisper)) = (ask.take(), verdict.whisper.as_mut()) {
            open(book, asked, *question, whisper)?;
            let quiet = whisper.waits_for == Some(Wait::Later);
            attention::note_asked(book, agent, asked.now, &self.zone, quiet)?;
        }
        if verdict.reasons.iter().any(|reason| reason.code == Reason::TooManyQuestions.code()) {
            attention::note_flood(book, agent, asked.now)?;
        }
        Ok(())
    }

    /// Finds the open whisper of an intent.
    pub(crate) fn find_open(&self, book: &mut Writing<'_>, id: &Id) -> Result<Found, EngineError> {
        let mut entry = ledger::entry(book, id)?.ok_or(EngineError::UnknownIntent)?;
        let Some(kept) = entry.kept.as_ref().filter(|_| entry.state == State::Asked) else {
            return Err(EngineError::Answered(entry.state));
        };
        let now = self.now_of(kept);
        let lapsed = kept.lapses_at.is_none_or(|lapses| lapses.timestamp() < now.timestamp());
        match of(book, id)?.filter(|_| !lapsed) {
            Some(open) => Ok(Found::Open { entry: Box::new(entry), open: Box::new(open), now }),
            None => {
                entry.state = State::Refused;
                note(book, id, entry, &json!({"kind": "lapse", "at": now, "intent_id": id}))?;
                close(book, id)?;
                Ok(Found::Lapsed)
            }
        }
    }

    /// Every whisper that waits for its reply, the one that lapses first in front: what a host shows after a restart, and what was put
    /// off to be asked together.
    pub fn open_whispers(&self) -> Result<Vec<Waiting>, EngineError> {
        self.store.read(|book| {
            let mut found = Vec::new();
            for entry in
                book.scan::<Entry>(Table::Intents)?.iter().filter(|entry| entry.state == State::Asked)
            {
                let Some(kept) = &entry.kept else { continue };
                let (Some(open), Some(lapses_at)) = (of(book, &kept.id)?, kept.lapses_at) else { continue };
                if lapses_at.timestamp() < self.now_of(kept).timestamp() {
                    continue;
                }
                found.push(Waiting {
                    intent_id: kept.id.clone(),
                    agent: kept.agent.clone(),
                    payee_name: kept.payee_name.clone(),
                    amount: kept.most,
                    look: assent_whisper::look(&open.asking),
                    assurance: open.needed,
                    waits_for: open.waits_for,
                    lapses_at,
                });
            }
            found.sort_by(|a, b| a.lapses_at.cmp(&b.lapses_at).then_with(|| a.intent_id.cmp(&b.intent_id)));
            Ok(found)
        })
    }

    /// The open whisper of an intent as this device shows and speaks it. On a device that can take the reply a whisper that had to wait
    /// begins its time anew and gets a new token; one that is being asked already keeps both, so that two devices may show it at once.
    ///
    /// # Errors
    /// [`EngineError::NoOpenWhisper`] where it lapsed, [`EngineError::Answered`] where it was answered.
    pub fn show(&self, id: &Id, device: Device) -> Result<Whisper, EngineError> {
        self.show_in_language(id, device, None)
    }

    /// The same in another language, in which the reply is then read too.
    ///
    /// # Errors
    /// As [`Engine::show`].
    pub fn show_in_language(
        &self,
        id: &Id,
        device: Device,
        language: Option<&Language>,
    ) -> Result<Whisper, EngineError> {
        self.store.write(|book| self.show_in(book, id, device, language))?.ok_or(EngineError::NoOpenWhisper)
    }

    fn show_in(
        &self,
        book: &mut Writing<'_>,
        id: &Id,
        device: Device,
        language: Option<&Language>,
    ) -> Result<Option<Whisper>, EngineError> {
        let Found::Open { mut entry, mut open, now } = self.find_open(book, id)? else { return Ok(None) };
        let Some(kept) = entry.kept.as_mut() else { return Ok(None) };
        if let Some(language) = language {
            (open.asking.language, kept.tongue) = (language.as_str().to_owned(), language.tongue());
            open.challenge = None;
        }
        let preferences = preferences::of(book)?;
        let look = assent_whisper::look(&open.asking);
        let weighed =
            Weighed { careful: open.careful, ..Weighed::of(&preferences.tiers, kept.most, look, device) };
        let needs = weighed.needs();
        let word = match &open.challenge {
            _ if !needs.word => None,
            Some(known) => Some(known.word.clone()),
            None => word(&open.asking.language, token::random()?),
        };
        let seconds = assurance::seconds(needs, device, preferences.wait(), kept.created_at, now);
        let mut whisper = compose(&open.asking, &device, &needs.demand(word, seconds), now);
        // Where a device that can take the reply is asking already, a second one joins in: the time and the token stay.
        let joins = open.waits_for.is_none() && needs.waits_for != Some(Wait::Parked);
        if joins {
            whisper.lapses_at = kept.lapses_at.unwrap_or(whisper.lapses_at);
        } else {
            (open.nonce, open.bound_until) = (Nonce::draw()?, whisper.lapses_at);
            if open.waits_for == Some(Wait::Later) && needs.waits_for.is_none() {
                attention::note_shown(book, now, &self.zone)?;
            }
            open.waits_for = needs.waits_for;
        }
        kept.lapses_at = Some(whisper.lapses_at);
        (open.needed, open.needed_spoken) = (needs.assurance, needs.spoken);
        open.challenge = whisper.challenge.clone().or(open.challenge);
        open.spoken = whisper.speak.clone();
        whisper.token = match token::bound(&entry, open.bound_until, &open.nonce) {
            Some(bound) => token::of(book, &bound)?,
            None => None,
        };
        let body = json!({"kind": "shown", "at": now, "intent_id": id, "whisper": whisper});
        keep(book, id, &open)?;
        note(book, id, *entry, &body)?;
        Ok(Some(whisper))
    }

    /// Gives an open whisper its time again, because a call came in or the user asked for more: at most twice, and never beyond the
    /// offer's end. Tells until when a reply counts now.
    pub fn hold(&self, id: &Id) -> Result<Moment, EngineError> {
        self.store.write(|book| self.hold_in(book, id))?.ok_or(EngineError::NoOpenWhisper)
    }

    fn hold_in(&self, book: &mut Writing<'_>, id: &Id) -> Result<Option<Moment>, EngineError> {
        let Found::Open { mut entry, mut open, now } = self.find_open(book, id)? else { return Ok(None) };
        let Some(kept) = entry.kept.as_mut() else { return Ok(None) };
        let lapses = kept.lapses_at.unwrap_or(now);
        if open.holds >= MOST_HOLDS || open.waits_for.is_some() {
            return Ok(Some(lapses));
        }
        let wait = preferences::of(book)?.wait().unwrap_or(assurance::WAITS);
        let until =
            open.asking.offer_ends.map_or(now.plus_seconds(wait), |ends| ends.min(now.plus_seconds(wait)));
        let until = until.max(lapses);
        (kept.lapses_at, open.holds) = (Some(until), open.holds.saturating_add(1));
        keep(book, id, &open)?;
        note(book, id, *entry, &json!({"kind": "hold", "at": now, "intent_id": id, "until": until}))?;
        Ok(Some(until))
    }
}

/// The word that these random bytes pick in this language; `None` where the language has none, and then no voice is enough.
pub(crate) fn word(language: &str, random: [u8; 8]) -> Option<String> {
    assent_whisper::challenge(Locale::of(language), u64::from_le_bytes(random))
        .map(|challenge| challenge.word)
}
