//! The engine: the way of one payment, from an agent's word to a recorded verdict.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use assent_habits::{Recollection, Rhythm};
use assent_model::{Asked, Familiarity, Model, Trust, observe};
use assent_policy::{BudgetKey, Mandate, Request, Ruling, Spent};
use assent_store::{KeyVault, Reading, Store, Table, Writing};
use assent_types::{
    Category, Channel, Context, Decision, Evidence, Intent, Moment, Reason, Receipt, ReplyNeeded, Slot,
    Speaker, Tongue, Verdict, Whisper, WrittenReason,
};
use assent_whisper::{Meaning, read};
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

    fn is_it_familiar(&self, asked: &Asking<'_>) -> Result<Seen, EngineError> {
        let service = &asked.intent.service;
        let (known, trust) = self.store.read(|book| {
            let known = assent_habits::recall(book, service, &asked.intent.agent, asked.has_words())?;
            let trust: Option<Trust> = book.get(Table::Trust, service.id.as_str())?;
            Ok::<_, EngineError>((known, trust.unwrap_or_default()))
        })?;
        Ok(Seen::of(self.model.as_deref(), asked, trust, known))
    }
}

/// What the user allows of an intent now, and the mandates that say so.
pub(crate) fn what_is_allowed(
    book: &Reading<'_>,
    intent: &Intent,
    request: &Request<'_>,
) -> Result<(Ruling, Vec<Mandate>), EngineError> {
    let mandates = mandates::all(book)?;
    let spent = ledger::spent(book, &assent_policy::charges(&mandates, request))?;
    Ok((ruling(&mandates, request, intent.service.category, &spent), mandates))
}

/// What the mandates say. Where the history and the agent call the payee's business differently, the history's word counts for what is
/// allowed, and either is enough for what is forbidden.
pub(crate) fn ruling(
    mandates: &[Mandate],
    request: &Request<'_>,
    agents_word: Option<Category>,
    spent: &HashMap<BudgetKey, Spent>,
) -> Ruling {
    let agents_word = Request { category: agents_word, ..*request };
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
        Self {
            intent,
            context,
            now: engine.clock.now(intent.created_at, &engine.zone),
            started: Instant::now(),
        }
    }
}

impl Asking<'_> {
    /// Whether the device heard anything.
    pub fn has_words(&self) -> bool {
        !self.context.heard.is_empty()
    }

    /// Whether the last thing that the user said is a plain no.
    fn was_refused(&self) -> bool {
        let last = self.context.heard.iter().rfind(|turn| turn.from == Speaker::User);
        let meaning = last.map(|turn| read(turn.text.as_str(), Some(self.context.tongue()), None));
        meaning == Some(Meaning::No)
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

/// What the mandates are asked about an intent. What the user's own history says of the payee's category goes before the agent's word.
pub(crate) fn request<'a>(
    intent: &'a Intent,
    now: Moment,
    history: Option<Category>,
    zone: &'a TimeZone,
) -> Request<'a> {
    Request {
        agent: &intent.agent,
        payee: &intent.service.id,
        category: history.or(intent.service.category),
        amount: intent.most(),
        at: now,
        zone,
    }
}

/// How an intent looks against the user's history: what is unusual by rule, and the model's judgement where there is a model.
pub(crate) struct Seen {
    pub observations: Vec<Reason>,
    pub judged: Option<Familiarity>,
    /// When payments to this payee happen.
    pub rhythm: Option<Rhythm>,
    /// The payee's category as it stands in the user's own history.
    pub category: Option<Category>,
    /// What kind of business the name of a new payee sounds like to the model, where it is more likely than not.
    pub sounds_like: Option<Category>,
}

impl Seen {
    pub fn of(model: Option<&Model>, asked: &Asking<'_>, trust: Trust, known: Recollection) -> Self {
        let looked = Asked { intent: asked.intent, context: asked.context, now: asked.now, trust };
        // A model that fails on an intent is no model for it: the intent is asked about.
        let judged = model.and_then(|model| model.judge(&looked, &known).ok());
        let mut observations = observe(&looked, &known);
        let said = judged.as_ref().and_then(|judged| judged.evidence.said);
        let against = said.zip(model).is_some_and(|(said, model)| model.is_against(said));
        if against || asked.was_refused() {
            observations.retain(|reason| *reason != Reason::AsSaid);
            observations.push(Reason::NotAsSaid(Slot::Order));
        }
        let sounds_like = match (&known.payee, model) {
            (None, Some(model)) => model.classify(asked.intent.service.name.as_str()).ok(),
            _ => None,
        };
        Self {
            observations,
            judged,
            category: known.payee.as_ref().and_then(|payee| payee.category),
            rhythm: known.payee.map(|payee| payee.rhythm),
            sounds_like: sounds_like.filter(|(_, p)| *p > 0.5).map(|(named, _)| Category::Named(named)),
        }
    }

    /// The observations, with those that only the ledger and the mandates can make.
    fn observations_and(&self, too_soon: bool, looks_forbidden: Option<Reason>) -> Vec<Reason> {
        let too_soon = (too_soon && !self.observations.contains(&Reason::TooSoon)).then_some(Reason::TooSoon);
        self.observations.iter().cloned().chain(too_soon).chain(looks_forbidden).collect()
    }

    /// Whether the user forbids the kind of business that a new payee's name sounds like, whatever the agent calls it.
    fn looks_forbidden(&self, mandates: &[Mandate], request: &Request<'_>) -> Option<Reason> {
        let as_it_sounds = Request { category: Some(self.sounds_like?), ..*request };
        let ruling = assent_policy::judge(mandates, &as_it_sounds, &HashMap::new());
        ruling.reasons.into_iter().find_map(|reason| match reason {
            Reason::CategoryForbidden(named) => Some(Reason::LooksForbidden(named)),
            _ => None,
        })
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
