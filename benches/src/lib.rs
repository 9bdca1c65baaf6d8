//! The steps of one decision, each ready to be run again and again: the same steps are timed and counted.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench that cannot be set up has nothing to measure"
)]

use std::collections::HashMap;

use assent::{
    AgentStanding, Asker, Bill, BillEntry, BillFormat, BillRow, Clock, Context, Doubts, Engine, FileVault,
    Id, Intent, Mandate, Model, Options, PastPayment, Provenance, Question, Ruling, Sources, Standing,
    Timing, Trust, decide,
};
use assent_habits::{Memory, Recollection, learn, recall};
use assent_model::Asked;
use assent_policy::{Request, judge};
use assent_store::{Store, Table};
use jiff::tz::TimeZone;
use serde_json::json;
use tempfile::TempDir;

/// A user with a year of lunches, and everything that a step needs.
pub struct Bench {
    json: String,
    intent: Intent,
    context: Context,
    known: Recollection,
    model: Model,
    engine: Engine,
    store: Store,
    question: Question,
    mandates: Vec<Mandate>,
    count: u64,
    _homes: [TempDir; 2],
}

/// The steps, in the order of the way.
pub const STEPS: [&str; 10] = [
    "parse", "encode", "features", "score", "policy", "decide", "commit", "rehearse", "newcomer", "decision",
];

impl Default for Bench {
    fn default() -> Self {
        Self::new()
    }
}

impl Bench {
    /// Sets everything up.
    pub fn new() -> Self {
        let homes = [folder(), folder()];
        let [home, store_home] = &homes;
        let options =
            Options { clock: Clock::Intent, zone: TimeZone::UTC, model: Some(std::sync::Arc::new(model())) };
        let engine =
            Engine::open(home.path(), &FileVault::new(home.path()), options).expect("a new store opens");
        let bill = history();
        engine.import(&bill).expect("the history imports");
        engine.add_agent(&Id::new("chef").expect("an id")).expect("the agent registers");
        let mut memory = Memory::default();
        for row in &bill.rows {
            if let BillEntry::Payment(payment) = &row.entry {
                let Ok(()) = learn(&mut memory, payment);
            }
        }
        let json = lunch("bench").to_string();
        let intent = Intent::from_json(&json).expect("the intent is sound");
        let Ok(known) = recall(&memory, &intent.service, &intent.agent, false);
        let store =
            Store::open(store_home.path(), &FileVault::new(store_home.path())).expect("a new store opens");
        let sources = Sources { history: true, ..Sources::default() };
        let question = Question {
            asker: Asker::plain(AgentStanding::Active),
            ruling: Ruling {
                standing: Standing::Allowed { by: Vec::new(), explicit: false },
                reasons: Vec::new(),
                charges: Vec::new(),
            },
            timing: Timing::default(),
            doubts: Doubts::default(),
            observations: Vec::new(),
            familiar: Some(true),
            provenance: Provenance { payee: sources, amount: sources, currency: sources },
        };
        Self {
            json,
            intent,
            context: Context::default(),
            known,
            model: model(),
            engine,
            store,
            question,
            mandates: Mandate::default_set(),
            count: 0,
            _homes: homes,
        }
    }

    /// Runs one step once. Never inlined: the counter of instructions finds it by its name.
    #[inline(never)]
    pub fn run(&mut self, step: &str) {
        self.count = self.count.saturating_add(1);
        match step {
            "parse" => drop(std::hint::black_box(Intent::from_json(&self.json))),
            // A text that was never seen, so that the cache does not answer.
            "encode" => drop(std::hint::black_box(
                self.model.embed(&format!("Noodle House 面馆 branch {:08}", self.count)),
            )),
            "features" => drop(std::hint::black_box(self.model.features(&self.asked(), &self.known))),
            "score" => drop(std::hint::black_box(self.model.judge(&self.asked(), &self.known))),
            "policy" => {
                let request = Request {
                    agent: &self.intent.agent,
                    payee: &self.intent.service.id,
                    category: self.intent.service.category,
                    amount: self.intent.most(),
                    at: self.intent.created_at,
                    zone: &TimeZone::UTC,
                };
                drop(std::hint::black_box(judge(&self.mandates, &request, &HashMap::new())));
            }
            "decide" => drop(std::hint::black_box(decide(&self.question))),
            "commit" => {
                let count = self.count;
                let written: Result<(), assent::StoreError> = self.store.write(|book| {
                    book.put(
                        Table::Intents,
                        &count.to_string(),
                        &"a verdict of the usual length, more or less".repeat(20),
                    )?;
                    book.append("a journal entry").map(drop)
                });
                written.expect("the store writes");
            }
            "rehearse" => {
                let intent = Intent::from_json(&self.json).expect("sound");
                drop(std::hint::black_box(self.engine.rehearse(&intent, &self.context)));
            }
            // Nothing of it was ever seen.
            "newcomer" => {
                let new = self.count;
                let json = self
                    .json
                    .replace("noodle-1", &format!("new-{new}"))
                    .replace("Noodle House 面馆", &format!("Dumpling Corner 饺子 {new:08}"))
                    .replace("beef noodles", &format!("steamed dumplings no. {new}"));
                let intent = Intent::from_json(&json).expect("sound");
                drop(std::hint::black_box(self.engine.rehearse(&intent, &self.context)));
            }
            "decision" => {
                let intent =
                    Intent::from_json(&lunch(&format!("i-{}", self.count)).to_string()).expect("sound");
                drop(std::hint::black_box(self.engine.validate(&intent, &self.context)));
            }
            other => eprintln!("no step is called {other}"),
        }
    }

    /// Where a user's store lies, for [`Bench::first_verdict`].
    pub fn home() -> TempDir {
        let home = folder();
        drop(opened(home.path(), None));
        home
    }

    /// A first verdict from the store in a folder, durable commit apart, as a fresh process that has loaded the model comes to it.
    pub fn first_verdict(model: Model, home: &std::path::Path) {
        let engine = opened(home, Some(std::sync::Arc::new(model)));
        let intent = Intent::from_json(&lunch("first").to_string()).expect("sound");
        drop(std::hint::black_box(engine.rehearse(&intent, &Context::default()).expect("a verdict")));
    }

    fn asked(&self) -> Asked<'_> {
        Asked {
            intent: &self.intent,
            context: &self.context,
            now: self.intent.created_at,
            trust: Trust::default(),
        }
    }
}

fn opened(home: &std::path::Path, model: Option<std::sync::Arc<Model>>) -> Engine {
    let options = Options { clock: Clock::Intent, zone: TimeZone::UTC, model };
    Engine::open(home, &FileVault::new(home), options).expect("the store opens")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn model() -> Model {
    Model::embedded().expect("the built-in model is sound")
}

fn lunch(id: &str) -> serde_json::Value {
    json!({
        "id": id, "agent": "chef",
        "service": {"id": "noodle-1", "name": "Noodle House 面馆", "category": "dining"},
        "price": {"amount": "38.00", "currency": "CNY"},
        "items": [{"name": "beef noodles"}],
        "created_at": "2026-06-01T12:04:00+08:00",
    })
}

fn history() -> Bill {
    let first = jiff::civil::date(2025, 6, 1);
    let mut rows = Vec::new();
    for (day, nth) in first.series(jiff::Span::new().days(1)).zip(0..360) {
        for shop in [0, nth % 40 + 1] {
            let payment = json!({
                "id": format!("{day}-{shop}"), "at": format!("{day}T12:0{}:00+08:00", nth % 10),
                "service": {"id": format!("noodle-{}", shop + 1), "name": if shop == 0 { "Noodle House 面馆".to_owned() } else { format!("Shop {shop}") }, "category": "dining"},
                "price": {"amount": "38.00", "currency": "CNY"},
                "items": [{"name": "beef noodles"}],
            });
            let payment = PastPayment::from_json(&payment.to_string()).expect("a sound payment");
            rows.push(BillRow { line: rows.len().saturating_add(1), entry: BillEntry::Payment(payment) });
        }
    }
    Bill { format: BillFormat::Jsonl, rows }
}
