//! The rare check whether the user still reads: a whisper that asks for a no. It is no intent, it is in no ledger, it names no payee and
//! no agent can make one, so that nothing can ever be paid by it; afterwards it is clearly marked as what it was.

use assent_store::Table;
use assent_types::{Assurance, Currency, Language, Moment, Money, Reason, Text, Whisper};
use assent_whisper::{Demand, Device, Hearing, LabelFrom, Meaning, Payee, compose, phrase, understand};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::assurance::WAITS;
use crate::attention;
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::replies::Given;

/// What the reply to a check came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// How the reply was understood.
    pub meaning: Meaning,
    /// Whether the user read it: anything but a yes.
    pub read: bool,
    /// What to tell the user now: that it was a check, and that nothing is paid.
    pub note: String,
}

/// The check that is out.
#[derive(Serialize, Deserialize)]
struct Out {
    language: String,
    at: Moment,
}

const KEY: &str = "check";

impl Engine {
    /// The check whether the user still reads, as this device shows it, where one is due: at most one a week, after a hundred replies, or
    /// after twenty where they look like a reflex. Never while the user drives.
    pub fn check(&self, device: Device, language: &Language) -> Result<Option<Whisper>, EngineError> {
        self.store.write(|book| {
            let now = Clock::system(&self.zone);
            if device.moving || !attention::of(book)?.check_is_due(now) {
                return Ok(None);
            }
            let (Ok(label), Some(amount)) = (Text::line("Assent", 16), smallest()) else { return Ok(None) };
            let asking = assent_whisper::Asking {
                payee: Payee { label, from: LabelFrom::Known },
                amount,
                reasons: vec![Reason::Practice],
                familiar: false,
                language: language.as_str().to_owned(),
                offer_ends: None,
            };
            let demand =
                Demand { assurance: Assurance::Voice, waits_for: None, challenge: None, seconds: WAITS };
            book.put(Table::Settings, KEY, &Out { language: asking.language.clone(), at: now })?;
            Ok(Some(compose(&asking, &device, &demand, now)))
        })
    }

    /// Takes the reply to the check that is out. A yes was not read; whatever it is, nothing is paid.
    ///
    /// # Errors
    /// [`EngineError::NoOpenWhisper`] where no check is out, or nobody answered it in time.
    pub fn answer_check(&self, given: &Given) -> Result<Checked, EngineError> {
        self.store
            .write(|book| {
                let now = Clock::system(&self.zone);
                let out: Out = book.get(Table::Settings, KEY)?.ok_or(EngineError::NoOpenWhisper)?;
                book.delete(Table::Settings, KEY)?;
                if now.seconds().saturating_sub(out.at.seconds()) > WAITS {
                    return Ok(None);
                }
                let tongue =
                    Language::parse(&out.language).map(|language| language.tongue()).unwrap_or_default();
                let hearing = Hearing {
                    event: &given.event,
                    tongue: Some(tongue),
                    asked: smallest(),
                    spoken: None,
                    challenge: None,
                };
                let meaning = understand(&hearing).meaning;
                let read = meaning != Meaning::Yes;
                let mut attention = attention::of(book)?;
                attention.checked(read, now);
                attention::keep(book, &attention)?;
                book.append(&json!({"kind": "check", "at": now, "read": read}).to_string())?;
                let note = phrase(tongue, if read { "check-note-read" } else { "check-note-missed" }, &[])
                    .unwrap_or_default();
                Ok::<_, EngineError>(Some(Checked { meaning, read, note }))
            })?
            .ok_or(EngineError::NoOpenWhisper)
    }
}

/// The amount that the check names: one cent of a euro, for a whisper has to name some.
fn smallest() -> Option<Money> {
    Money::from_minor(1, Currency::from_code("EUR")?)
}
