//! The engine: the way of one payment, from an agent's word to a recorded verdict.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use assent_model::{Asked, Familiarity, Model, Trust, observe};
use assent_policy::{BudgetKey, Mandate, Request, Ruling, Spent};
use assent_store::{KeyVault, Reading, Store, Table, Writing};
use assent_types::{
    Category, Channel, Context, Decision, Evidence, Intent, Moment, Reason, Receipt, Tongue, Verdict,
    Whisper, WrittenReason,
};
use jiff::tz::TimeZone;
use serde_json::json;

use crate::agents;
use crate::clock::{Clock, Timing};
use crate::decide::{Answer, Question, decide};
use crate::error::EngineError;
use crate::ledger::{self, Earlier, Entry, Kept};
use crate::mandates;

/// How an engine is set up.
#[derive(Debug)]
pub struct Options {
    /// Where the time comes from.
    pub clock: Clock,
    /// Where the user counts days.
    pub zone: TimeZone,
    /// The model; `None` where there is none that works, and then nothing is approved.
    pub model: Option<Model>,
}

impl Default for Options {
    /// The system's clock and time zone, and the model that is built in.
    fn default() -> Self {
        Self { clock: Clock::System, zone: TimeZone::system(), model: Model::embedded().ok() }
    }
}

/// Says yes for one user, on one device. It owns the store under its home: one engine at a time.
#[derive(Debug)]
pub struct Engine {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) zone: TimeZone,
    pub(crate) model: Option<Model>,
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
        let asked = Asking::of(self, intent, context);
        if let Earlier::Same(verdict) = self.store.read(|book| ledger::answered(book, intent))? {
            return Ok(*verdict);
        }
        let seen = self.is_it_familiar(&asked)?;
        self.store.write(|book| match self.judge(book, &asked, &seen)? {
            Judged::Before(verdict) => Ok(*verdict),
            Judged::Now { verdict, allowed } => record(book, &asked, &allowed, *verdict),
        })
    }

    /// Judges one intent against the store as it stands and writes nothing.
    pub fn rehearse(&self, intent: &Intent, context: &Context) -> Result<Verdict, EngineError> {
        let asked = Asking::of(self, intent, context);
        let seen = self.is_it_familiar(&asked)?;
        self.store.read(|book| match self.judge(book, &asked, &seen)? {
            Judged::Before(verdict) | Judged::Now { verdict, .. } => Ok(*verdict),
        })
    }

    /// The way of one payment: what was answered before, who is asking, what is allowed, is it familiar, decide.
    fn judge(&self, book: &Reading<'_>, asked: &Asking<'_>, seen: &Seen) -> Result<Judged, EngineError> {
        let earlier = ledger::answered(book, asked.intent)?;
        let asker = agents::standing(book, &asked.intent.agent)?;
        let allowed = self.what_is_allowed(book, asked, seen)?;
        let too_soon = ledger::too_soon(book, &asked.intent.service.id, asked.now, seen.closest_days)?;
        let observations = seen.observations_and(too_soon);
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
        let verdict = Box::new(verdict(asked, &answer, seen));
        Ok(Judged::Now { verdict, allowed })
    }

    fn is_it_familiar(&self, asked: &Asking<'_>) -> Result<Seen, EngineError> {
        let service = &asked.intent.service;
        let (known, trust) = self.store.read(|book| {
            let known = assent_habits::recall(book, service, &asked.intent.agent)?;
            let trust: Option<Trust> = book.get(Table::Trust, service.id.as_str())?;
            Ok::<_, EngineError>((known, trust.unwrap_or_default()))
        })?;
        Ok(Seen::of(self.model.as_ref(), asked, trust, &known))
    }

    fn what_is_allowed(
        &self,
        book: &Reading<'_>,
        asked: &Asking<'_>,
        seen: &Seen,
    ) -> Result<Ruling, EngineError> {
        let mandates = mandates::all(book)?;
        let request = request(asked, seen, &self.zone);
        let spent = ledger::spent(book, &assent_policy::charges(&mandates, &request))?;
        Ok(ruling(&mandates, &request, asked, &spent))
    }
}

/// What the mandates say. Where the history and the agent call the payee's business differently, the history's word counts for what is
/// allowed, and either is enough for what is forbidden.
pub(crate) fn ruling(
    mandates: &[Mandate],
    request: &Request<'_>,
    asked: &Asking<'_>,
    spent: &HashMap<BudgetKey, Spent>,
) -> Ruling {
    let agents_word = Request { category: asked.intent.service.category, ..*request };
    let forbidden = assent_policy::judge(mandates, &agents_word, spent);
    if forbidden.reasons.iter().any(|reason| matches!(reason, Reason::CategoryForbidden(_))) {
        return forbidden;
    }
    assent_policy::judge(mandates, request, spent)
}

/// One intent on its way through the engine.
pub(crate) struct Asking<'a> {
    pub intent: &'a Intent,
    pub context: &'a Context,
    pub now: Moment,
    pub started: Instant,
}

impl<'a> Asking<'a> {
    fn of(engine: &Engine, intent: &'a Intent, context: &'a Context) -> Self {
        Self { intent, context, now: engine.clock.now(intent), started: Instant::now() }
    }
}

/// What judging came to.
enum Judged {
    /// The same intent was answered before.
    Before(Box<Verdict>),
    /// A new verdict, and what the user allows.
    Now { verdict: Box<Verdict>, allowed: Ruling },
}

/// Writes what was answered, what it books and the journal's entry, all in the transaction that is open.
fn record(
    book: &mut Writing<'_>,
    asked: &Asking<'_>,
    allowed: &Ruling,
    mut verdict: Verdict,
) -> Result<Verdict, EngineError> {
    let Asking { intent, context, now, .. } = *asked;
    let receipt = journal_verdict(book, intent, now, &verdict)?;
    let index = receipt.index;
    verdict.receipt = Some(receipt);
    if let Some(mut earlier) = ledger::entry(book, &intent.id)? {
        // The id was used before: its first answer stands, this one is in the journal alone.
        earlier.journal.push(index);
        ledger::keep(book, &intent.id, &earlier)?;
        return Ok(verdict);
    }
    let state = ledger::state_of(verdict.decision);
    if state.is_booked() {
        ledger::book_all(book, &allowed.charges)?;
        ledger::note_payee(book, &intent.service.id, now)?;
    }
    let kept = Kept {
        agent: intent.agent.clone(),
        payee: intent.service.id.clone(),
        payee_name: intent.service.name.as_str().to_owned(),
        price: intent.price,
        most: intent.most(),
        intent: intent.to_canonical_json(),
        verdict: serde_json::to_string(&verdict).map_err(|_| EngineError::Unreadable("verdict"))?,
        at: now,
        lapses_at: verdict.whisper.as_ref().map(|whisper| whisper.lapses_at),
        unclear: 0,
        charges: allowed.charges.clone(),
        channel: context.channel,
        place: context.place,
        tongue: context.tongue(),
    };
    let entry = Entry { digest: intent.digest().0, state, kept: Some(kept), journal: vec![index] };
    ledger::keep(book, &intent.id, &entry)?;
    Ok(verdict)
}

/// What the mandates are asked about an intent. What the user's own history says of the payee's category goes before the agent's word.
pub(crate) fn request<'a>(asked: &Asking<'a>, seen: &Seen, zone: &'a TimeZone) -> Request<'a> {
    Request {
        agent: &asked.intent.agent,
        payee: &asked.intent.service.id,
        category: seen.category.or(asked.intent.service.category),
        amount: asked.intent.most(),
        at: asked.now,
        zone,
    }
}

/// How an intent looks against the user's history: what is unusual by rule, and the model's judgement where there is a model.
pub(crate) struct Seen {
    pub observations: Vec<Reason>,
    pub judged: Option<Familiarity>,
    /// The closest that two payments to this payee ever were, in days.
    pub closest_days: Option<f64>,
    /// The payee's category as it stands in the user's own history.
    pub category: Option<Category>,
}

impl Seen {
    pub fn of(
        model: Option<&Model>,
        asked: &Asking<'_>,
        trust: Trust,
        known: &assent_habits::Recollection,
    ) -> Self {
        let asked = Asked { intent: asked.intent, context: asked.context, now: asked.now, trust };
        // A model that fails on an intent is no model for it: the intent is asked about.
        let judged = model.and_then(|model| model.judge(&asked, known).ok());
        let closest_days = known.payee.as_ref().and_then(|payee| payee.rhythm.shortest_days());
        let category = known.payee.as_ref().and_then(|payee| payee.category);
        Self { observations: observe(&asked, known), judged, closest_days, category }
    }

    /// The observations, with the one that only the ledger can make.
    fn observations_and(&self, too_soon: bool) -> Vec<Reason> {
        let new = too_soon && !self.observations.contains(&Reason::TooSoon);
        self.observations.iter().cloned().chain(new.then_some(Reason::TooSoon)).collect()
    }

    pub fn familiar(&self) -> Option<bool> {
        self.judged.as_ref().map(|judged| judged.familiar)
    }
}

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

fn written(reason: &Reason, tongue: Tongue) -> WrittenReason {
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
