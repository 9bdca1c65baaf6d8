//! The engine: the way of one payment, from an agent's word to a recorded verdict.

use std::path::Path;
use std::sync::Arc;

use assent_model::{Model, Trust};
use assent_policy::Ruling;
use assent_store::{KeyVault, Reading, Store, Table};
use assent_types::{Context, Decision, Evidence, Intent, Verdict};
use jiff::tz::TimeZone;

use crate::agents;
use crate::allowed::{request, what_is_allowed};
use crate::clock::{Clock, Timing};
use crate::decide::{Answer, Question, decide};
use crate::error::EngineError;
use crate::leaning;
use crate::ledger::{self, Earlier};
use crate::mandates;
use crate::record::record;
use crate::seen::{Asking, Seen};
use crate::texts::{self, Fresh, Shelves};
use crate::words::verdict;

/// How an engine is set up.
#[derive(Debug)]
pub struct Options {
    /// Where the time comes from.
    pub clock: Clock,
    /// Where the user counts days.
    pub zone: TimeZone,
    /// The model; `None` where there is none that works, and then nothing is approved.
    pub model: Option<Arc<Model>>,
}

impl Default for Options {
    /// The system's clock and time zone, and the model that is built in.
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

impl Engine {
    /// Opens the store under `home`, or begins one with the default mandates.
    pub fn open(home: &Path, vault: &dyn KeyVault, options: Options) -> Result<Self, EngineError> {
        let store = Store::open(home, vault)?;
        let engine = Self { store, clock: options.clock, zone: options.zone, model: options.model };
        engine.store.write(mandates::begin)?;
        Ok(engine)
    }

    /// Judges one intent: approves what is familiar, escalates what is new, declines what is forbidden, and records it.
    ///
    /// The verdict is durable before it is returned, and the same intent gets the same verdict ever after. An error is no verdict,
    /// and without a verdict nothing may be paid.
    pub fn validate(&self, intent: &Intent, context: &Context) -> Result<Verdict, EngineError> {
        let asked = self.asking(intent, context);
        if let Earlier::Same(verdict) = self.store.read(|book| ledger::answered(book, intent))? {
            return Ok(*verdict);
        }
        let (seen, fresh) = self.is_it_familiar(&asked)?;
        self.store.write(|book| match self.judge(book, &asked, &seen)? {
            Judged::Before(verdict) => Ok(*verdict),
            Judged::Now { verdict, allowed } => {
                texts::keep(book, &fresh)?;
                record(book, &asked, &allowed, *verdict)
            }
        })
    }

    /// Judges one intent against the store as it stands and writes nothing.
    pub fn rehearse(&self, intent: &Intent, context: &Context) -> Result<Verdict, EngineError> {
        let asked = self.asking(intent, context);
        let (seen, _) = self.is_it_familiar(&asked)?;
        self.store.read(|book| match self.judge(book, &asked, &seen)? {
            Judged::Before(verdict) | Judged::Now { verdict, .. } => Ok(*verdict),
        })
    }

    /// The way of one payment: what was answered before, who is asking, what is allowed, is it familiar, decide.
    fn judge(&self, book: &Reading<'_>, asked: &Asking<'_>, seen: &Seen) -> Result<Judged, EngineError> {
        let earlier = ledger::answered(book, asked.intent)?;
        let asker = agents::standing(book, &asked.intent.agent)?;
        let request = request(asked.intent, asked.now, seen.category, &self.zone);
        let (allowed, mandates) = what_is_allowed(book, asked.intent, &request)?;
        let too_soon = ledger::too_soon(book, &asked.intent.service.id, asked.now, seen.rhythm.as_ref())?;
        let observations = seen.observations_and(too_soon, seen.looks_forbidden(&mandates, &request));
        let answer = match earlier {
            Earlier::Same(verdict) => return Ok(Judged::Before(verdict)),
            Earlier::Spoiled(reason) => Answer { decision: Decision::Decline, reasons: vec![reason] },
            Earlier::None => decide(&Question {
                asker,
                ruling: &allowed,
                timing: Timing::of(asked.intent, asked.now),
                observations: &observations,
                familiar: seen.familiar(),
            }),
        };
        let mut verdict = Box::new(verdict(asked, &answer, seen));
        if verdict.decision == Decision::Decline {
            // Whoever is declined learns nothing of the user's habits by trying amounts and names.
            (verdict.score, verdict.evidence) = (0.0, Evidence::default());
        }
        Ok(Judged::Now { verdict, allowed })
    }

    /// The answer, and the vectors of texts that were seen for the first time.
    fn is_it_familiar(&self, asked: &Asking<'_>) -> Result<(Seen, Fresh), EngineError> {
        let service = &asked.intent.service;
        self.store.read(|book| {
            let known = assent_habits::recall(book, service, &asked.intent.agent, asked.has_words())?;
            let trust: Trust = book.get(Table::Trust, service.id.as_str())?.unwrap_or_default();
            let leaning = leaning::of(book)?.position();
            let shelves = Shelves::of(book);
            let seen = Seen::of(self.model.as_deref(), Some(&shelves), asked, trust, known, leaning);
            Ok((seen, shelves.into_fresh()))
        })
    }

    fn asking<'a>(&self, intent: &'a Intent, context: &'a Context) -> Asking<'a> {
        Asking::new(intent, context, self.clock.now(intent.created_at, &self.zone))
    }
}

/// What judging came to.
enum Judged {
    /// The same intent was answered before.
    Before(Box<Verdict>),
    /// A new verdict, and what the user allows.
    Now { verdict: Box<Verdict>, allowed: Ruling },
}
