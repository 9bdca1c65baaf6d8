//! The engine: the way of one payment, from an agent's word to a recorded verdict.

use std::path::Path;
use std::sync::Arc;

use assent_model::{Model, Trust};
use assent_policy::Mandate;
use assent_protocols::Presented;
use assent_store::{Anchor, KeyVault, Reading, Store, Table};
use assent_types::{Context, Decision, Evidence, Intent, Verdict};
use jiff::tz::TimeZone;

use crate::allowed::{request, what_is_allowed};
use crate::attention::strain;
use crate::clock::{self, Clock, Time, Timing};
use crate::decide::{Answer, Doubts, Question, decide};
use crate::error::EngineError;
use crate::facts::ModelStamp;
use crate::leaning;
use crate::ledger::{self, Earlier};
use crate::record::record;
use crate::seen::{Asking, Seen};
use crate::texts::{self, Fresh, Shelves};
use crate::whispers;
use crate::words::verdict;
use crate::{agents, aliases, knowledge, mandates, provenance, windows, zone};

/// How an engine is set up.
#[derive(Debug)]
pub struct Options {
    /// Where the time comes from.
    pub clock: Clock,
    /// Where the user counts days, until the first verdict; from then on it is where that one was given.
    pub zone: TimeZone,
    /// The model; `None` where there is none that works, and then nothing is approved.
    pub model: Option<Arc<Model>>,
}

impl Default for Options {
    /// The system's clocks and time zone, and the model that is built in.
    fn default() -> Self {
        Self { clock: Clock::System, zone: TimeZone::system(), model: Model::embedded().ok().map(Arc::new) }
    }
}

/// Says yes for one user, on one device. It owns the store under its home: one engine at a time.
#[derive(Debug)]
pub struct Engine {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) zone: TimeZone,
    pub(crate) model: Option<Arc<Model>>,
}

/// So often an intent is scored again where what is known of the user changed meanwhile; then the user is asked.
const MOST_TRIES: u32 = 3;

impl Engine {
    /// Opens the store under `home`, or begins one with the default mandates.
    pub fn open(home: &Path, vault: &dyn KeyVault, options: Options) -> Result<Self, EngineError> {
        Self::begin(Store::open(home, vault)?, options)
    }

    /// The same with an anchor outside the store, by which a store that was put back to an older state is noticed; see
    /// [`Engine::attention`].
    pub fn open_anchored(
        home: &Path,
        vault: &dyn KeyVault,
        anchor: Arc<dyn Anchor>,
        options: Options,
    ) -> Result<Self, EngineError> {
        Self::begin(Store::open_anchored(home, vault, anchor)?, options)
    }

    fn begin(store: Store, options: Options) -> Result<Self, EngineError> {
        store.write(mandates::begin)?;
        let zone = store.read(zone::kept)?.unwrap_or(options.zone);
        Ok(Self { store, clock: options.clock, zone, model: options.model })
    }

    /// Judges one intent that came without a signature; see [`Engine::validate_presented`].
    pub fn validate(&self, intent: &Intent, context: &Context) -> Result<Verdict, EngineError> {
        self.validate_presented(&Presented::unsigned(intent.clone()), context)
    }

    /// Judges one intent: approves what is familiar, escalates what is new, declines what is forbidden, and records it.
    ///
    /// The verdict is durable before it is returned, and the same intent gets the same verdict ever after. An error is no verdict,
    /// and without a verdict nothing may be paid.
    pub fn validate_presented(
        &self,
        presented: &Presented,
        context: &Context,
    ) -> Result<Verdict, EngineError> {
        let asked = self.asking(&presented.intent, context);
        let mut tries = 0u32;
        loop {
            tries = tries.saturating_add(1);
            let (seen, fresh) = match self.store.read(|book| self.look(book, presented, &asked))? {
                Look::Answered(verdict) => return Ok(*verdict),
                Look::Seen(seen, fresh) => (*seen, fresh),
            };
            let recorded = self.store.write(|book| {
                self.keep_time(book, &asked)?;
                match self.judge(book, presented, &asked, &seen, tries >= MOST_TRIES)? {
                    Judged::Before(verdict) => Ok(Some(*verdict)),
                    Judged::Outdated => Ok(None),
                    Judged::Now(mut new) => {
                        texts::keep(book, &fresh)?;
                        self.ask(book, &asked, &mut new)?;
                        record(book, presented, &asked, &seen, *new).map(Some)
                    }
                }
            })?;
            if let Some(verdict) = recorded {
                return Ok(verdict);
            }
        }
    }

    /// Judges one intent against the store as it stands and writes nothing.
    pub fn rehearse(&self, intent: &Intent, context: &Context) -> Result<Verdict, EngineError> {
        self.rehearse_presented(&Presented::unsigned(intent.clone()), context)
    }

    /// The same for an intent that may be signed.
    pub fn rehearse_presented(
        &self,
        presented: &Presented,
        context: &Context,
    ) -> Result<Verdict, EngineError> {
        let asked = self.asking(&presented.intent, context);
        self.store.read(|book| {
            let seen = match self.look(book, presented, &asked)? {
                Look::Answered(verdict) => return Ok(*verdict),
                Look::Seen(seen, _) => seen,
            };
            match self.judge(book, presented, &asked, &seen, true)? {
                Judged::Before(verdict) => Ok(*verdict),
                Judged::Now(new) => Ok(new.verdict),
                Judged::Outdated => Err(EngineError::Unreadable("state")),
            }
        })
    }

    /// What is seen before the rules are asked: the earlier answer, or how familiar the payment is. A payment that a session covers is not
    /// looked at, because nothing is compared.
    fn look(
        &self,
        book: &Reading<'_>,
        presented: &Presented,
        asked: &Asking<'_>,
    ) -> Result<Look, EngineError> {
        let Asking { intent, .. } = *asked;
        if let Earlier::Same(verdict) = ledger::answered(book, intent, agents::proof(book, presented)?)? {
            return Ok(Look::Answered(verdict));
        }
        let state = knowledge::state(book)?;
        let time = clock::time(book, &self.clock, intent.created_at, &self.zone)?;
        let request = request(intent, time.now, None, &self.zone);
        if what_is_allowed(book, intent, &request)?.0.session().is_some() {
            return Ok(Look::Seen(Box::new(Seen { state, ..Seen::unseen() }), Fresh::new()));
        }
        let known = assent_habits::recall(book, &intent.service, &intent.agent, asked.has_words())?;
        let trust: Trust = book.get(Table::Trust, intent.service.id.as_str())?.unwrap_or_default();
        let alias = aliases::of(book, &intent.service.id)?;
        let leaning = leaning::of(book)?.position();
        let shelves = Shelves::of(book);
        let seen = Seen::of(self.model.as_deref(), Some(&shelves), asked, trust, known, leaning);
        Ok(Look::Seen(Box::new(Seen { state, alias, ..seen }), shelves.into_fresh()))
    }

    /// The way of one payment: what was answered before, who is asking, what is allowed, is it familiar, who says so, decide.
    fn judge(
        &self,
        book: &Reading<'_>,
        presented: &Presented,
        asked: &Asking<'_>,
        seen: &Seen,
        last_try: bool,
    ) -> Result<Judged, EngineError> {
        let Asking { intent, context, .. } = *asked;
        let time = clock::time(book, &self.clock, intent.created_at, &self.zone)?;
        let asker = agents::asker(book, presented, time.now)?;
        let earlier = ledger::answered(book, intent, asker.proof)?;
        let request = request(intent, time.now, seen.category, &self.zone);
        let (allowed, mandates) = what_is_allowed(book, intent, &request)?;
        let in_session = allowed.session().is_some();
        let outdated = knowledge::state(book)? != seen.state || (seen.is_unseen() && !in_session);
        if outdated && !last_try {
            return Ok(Judged::Outdated);
        }
        let too_soon =
            !in_session && ledger::too_soon(book, &intent.service.id, time.now, seen.rhythm.as_ref())?;
        let strain = strain(book, &intent.agent, time.now, &self.zone, &self.clock)?;
        let provenance = provenance::of(intent, context, seen.known, &mandates, &allowed);
        let question = Question {
            asker,
            timing: Timing::of(intent, time.now),
            doubts: Doubts {
                clock: time.unsure,
                state: self.is_state_unsure(book)?,
                changed_meanwhile: outdated,
                flooded: strain.flooded,
            },
            observations: seen.observations_and(too_soon, seen.looks_forbidden(&mandates, &request)),
            familiar: if in_session { self.model.as_ref().map(|_| false) } else { seen.familiar() },
            ruling: allowed,
            provenance,
        };
        let answer = match earlier {
            Earlier::Same(verdict) => return Ok(Judged::Before(verdict)),
            Earlier::Spoiled(reason) => Answer { decision: Decision::Decline, reasons: vec![reason] },
            Earlier::None => decide(&question),
        };
        let (mut verdict, ask) = verdict(asked, &answer, seen, &strain);
        if verdict.decision == Decision::Decline {
            // Whoever is declined learns nothing of the user's habits by trying amounts and names.
            (verdict.score, verdict.evidence) = (0.0, Evidence::default());
        }
        let model = self.model.as_deref().map(ModelStamp::of);
        let zone = self.zone.clone();
        Ok(Judged::Now(Box::new(New { verdict, ask, question, mandates, model, time, zone })))
    }

    /// Keeps what the clocks show, and ends what has lapsed by them.
    fn keep_time(&self, book: &mut assent_store::Writing<'_>, asked: &Asking<'_>) -> Result<(), EngineError> {
        let time = clock::time(book, &self.clock, asked.intent.created_at, &self.zone)?;
        clock::keep(book, &self.clock)?;
        zone::keep(book, &self.zone)?;
        if time.unsure { Ok(()) } else { windows::close(book, time.now) }
    }

    fn asking<'a>(&self, intent: &'a Intent, context: &'a Context) -> Asking<'a> {
        Asking::new(intent, context, self.clock.now(intent.created_at, &self.zone))
    }
}

/// What is found before anything is scored.
enum Look {
    /// The same intent was answered before.
    Answered(Box<Verdict>),
    /// How familiar it is, and the vectors of texts that were seen for the first time.
    Seen(Box<Seen>, Fresh),
}

/// What judging came to.
enum Judged {
    /// The same intent was answered before.
    Before(Box<Verdict>),
    /// What the score was made from has changed since.
    Outdated,
    /// A new verdict.
    Now(Box<New>),
}

/// A verdict that is to be recorded, and what it was made from.
pub(crate) struct New {
    pub verdict: Verdict,
    /// What the user is asked, where they are.
    pub ask: Option<Box<whispers::Question>>,
    pub question: Question,
    pub mandates: Vec<Mandate>,
    pub model: Option<ModelStamp>,
    pub time: Time,
    pub zone: TimeZone,
}

#[cfg(test)]
mod tests {
    use assent_store::FileVault;
    use assent_types::Id;

    use super::*;

    #[test]
    fn a_score_from_an_older_state_is_made_again_and_at_last_the_user_is_asked() {
        let home = tempfile::tempdir().unwrap();
        let options = Options { clock: Clock::Intent, zone: TimeZone::UTC, model: None };
        let engine = Engine::open(home.path(), &FileVault::new(home.path()), options).unwrap();
        let intent = Intent::from_json(
            r#"{"id":"i","agent":"chef","service":{"id":"s","name":"S"},"price":{"amount":"1","currency":"CNY"},
                "created_at":"2026-06-01T12:00:00+08:00"}"#,
        )
        .unwrap();
        let (presented, context) = (Presented::unsigned(intent), Context::default());
        let asked = engine.asking(&presented.intent, &context);
        let look = engine.store.read(|book| engine.look(book, &presented, &asked)).unwrap();
        let Look::Seen(seen, _) = look else { panic!("nothing was answered before") };
        let judge =
            |last| engine.store.read(|book| engine.judge(book, &presented, &asked, &seen, last)).unwrap();
        let Judged::Now(before) = judge(false) else { panic!("nothing has changed") };
        assert!(!before.question.doubts.changed_meanwhile);
        engine.import_trust(&[(Id::new("s").unwrap(), Trust::default())]).unwrap();
        assert!(matches!(judge(false), Judged::Outdated));
        let Judged::Now(last) = judge(true) else { panic!("the last try answers") };
        assert_eq!(last.verdict.decision, Decision::Escalate);
        assert!(last.question.doubts.changed_meanwhile);
    }
}
