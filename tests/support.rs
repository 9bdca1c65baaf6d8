//! What several tests need: a person with a lunch habit, an engine in a folder of its own, intents in one line.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "tests may fail loudly"
)]

pub mod fuzzed;
pub mod hostile;

use assent::{
    Bill, BillEntry, BillFormat, BillRow, Clock, Context, Engine, FileVault, Id, Intent, Model, Options,
    PastPayment, Verdict,
};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tempfile::TempDir;

/// An engine in a folder that goes away with it.
pub struct Desk {
    /// The engine.
    pub engine: Engine,
    /// Its folder.
    pub home: TempDir,
}

impl Desk {
    /// A new store with the built-in model, the story's clock and days counted in Shanghai; the agent `chef` is registered.
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let engine = open(&home, Some(Model::embedded().unwrap()));
        engine.add_agent(&id("chef")).unwrap();
        Self { engine, home }
    }

    /// The same, with ninety workdays of lunch at `noodle-1` and coffee at `cafe-1` behind it.
    pub fn with_habits() -> Self {
        let desk = Self::new();
        desk.engine.import(&lunches(90)).unwrap();
        desk
    }

    /// The store that is in a folder, with the built-in model loaded anew.
    pub fn over(home: TempDir) -> Self {
        let engine = open(&home, Some(Model::embedded().unwrap()));
        Self { engine, home }
    }

    /// Closes the engine and opens the store again.
    pub fn reopened(self, model: Option<Model>) -> Self {
        let Self { engine, home } = self;
        drop(engine);
        let engine = open(&home, model);
        Self { engine, home }
    }

    /// Judges an intent without context.
    pub fn judge(&self, intent: &Value) -> Verdict {
        self.judge_in(intent, &json!({}))
    }

    /// Judges an intent in a context.
    pub fn judge_in(&self, intent: &Value, context: &Value) -> Verdict {
        let intent = Intent::from_json(&intent.to_string()).unwrap();
        let context = Context::from_json(&context.to_string()).unwrap();
        self.engine.validate(&intent, &context).unwrap()
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}

fn open(home: &TempDir, model: Option<Model>) -> Engine {
    let model = model.map(std::sync::Arc::new);
    let options = Options { clock: Clock::Intent, zone: TimeZone::fixed(jiff::tz::offset(8)), model };
    Engine::open(home.path(), &FileVault::new(home.path()), options).unwrap()
}

/// An id.
pub fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

/// So many days of lunch and coffee, the last on 2026-05-29.
pub fn lunches(days: i64) -> Bill {
    let last = jiff::civil::date(2026, 5, 29);
    let mut rows = Vec::new();
    for back in (0..days).rev() {
        let day = last.checked_sub(jiff::Span::new().days(back)).unwrap();
        for (service, name, hour, amount) in [
            ("cafe-1", "Starbucks 星巴克", "08:3", "21.00"),
            ("noodle-1", "Noodle House 面馆", "12:0", "38.00"),
        ] {
            let payment = json!({
                "id": format!("{day}-{service}"), "at": format!("{day}T{hour}{}:00+08:00", back % 10),
                "service": {"id": service, "name": name, "category": "dining"},
                "price": {"amount": amount, "currency": "CNY"},
                "items": [{"name": if service == "cafe-1" { "latte" } else { "beef noodles" }}],
            });
            let payment = PastPayment::from_json(&payment.to_string()).unwrap();
            rows.push(BillRow { line: rows.len() + 1, entry: BillEntry::Payment(payment) });
        }
    }
    Bill { format: BillFormat::Jsonl, rows }
}

/// The usual lunch on 2026-06-01 (a Monday) under this id.
pub fn lunch(intent_id: &str) -> Value {
    json!({
        "id": intent_id, "agent": "chef",
        "service": {"id": "noodle-1", "name": "Noodle House 面馆", "category": "dining"},
        "price": {"amount": "38.00", "currency": "CNY"},
        "items": [{"name": "beef noodles"}],
        "created_at": "2026-06-01T12:04:00+08:00",
    })
}

/// The usual lunch at another time of that day, `12:40`.
pub fn lunch_at(intent_id: &str, time: &str) -> Value {
    with(&lunch(intent_id), json!({"created_at": format!("2026-06-01T{time}:00+08:00")}))
}

/// The same intent with other members.
pub fn with(intent: &Value, changes: Value) -> Value {
    let mut changed = intent.clone();
    merge(&mut changed, changes);
    changed
}

fn merge(into: &mut Value, changes: Value) {
    match (into, changes) {
        (Value::Object(fields), Value::Object(changes)) => {
            for (key, change) in changes {
                merge(fields.entry(key).or_insert(Value::Null), change);
            }
        }
        (into, change) => *into = change,
    }
}

/// The codes of a verdict's reasons.
pub fn codes(verdict: &Verdict) -> Vec<&str> {
    verdict.reasons.iter().map(|reason| reason.code.as_str()).collect()
}
