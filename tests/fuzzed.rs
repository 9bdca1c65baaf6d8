//! What the fuzzer runs, as plain functions of bytes: every parser and the state machine. A panic is a finding.
//!
//! `fuzz/` feeds them with libFuzzer; `fuzz_seeds.rs` runs the committed seeds, and what is easily made of them, in every test run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use assent::{
    Clock, Context, Decision, Engine, FileVault, Id, Intent, Language, Mandate, Model, Options, Outcome,
    PastPayment, ReplyNeeded, State, Text, json, numerals, read_bill, read_reply,
};
use jiff::tz::TimeZone;

/// A target: its name and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("line", line),
    ("intent", intent),
    ("context", context),
    ("payment", payment),
    ("mandate", mandate),
    ("bill", bill),
    ("reply", reply),
    ("numerals", numbers),
    ("text", text),
    ("life", life),
];

fn utf8(bytes: &[u8]) -> Option<&str> {
    json::text(bytes).ok()
}

/// A line of `assent validate`.
pub fn line(bytes: &[u8]) {
    let Some(text) = utf8(bytes) else { return };
    let Ok(members) = json::split(text, &["intent", "context"]) else { return };
    for (_, raw) in members {
        assert!(text.contains(raw), "a member's bytes are the line's own");
    }
}

/// An intent: what is accepted is written canonically, and read again it is the same.
pub fn intent(bytes: &[u8]) {
    let Some(text) = utf8(bytes) else { return };
    let Ok(intent) = Intent::from_json(text) else { return };
    let canonical = intent.to_canonical_json();
    let again = Intent::from_stored_json(&canonical).expect("the canonical form is read again");
    // Of the user's token the canonical form holds a hash alone; read again, that is hashed once more.
    if intent.user_token.is_none() {
        assert_eq!(again.to_canonical_json(), canonical);
        assert_eq!(again.digest().0, intent.digest().0);
    }
    assert!(intent.most().minor() >= intent.price.minor());
}

/// A context.
pub fn context(bytes: &[u8]) {
    let Some(text) = utf8(bytes) else { return };
    if let Ok(context) = Context::from_json(text) {
        let _ = context.tongue();
    }
}

/// A past payment.
pub fn payment(bytes: &[u8]) {
    let Some(text) = utf8(bytes) else { return };
    let _ = PastPayment::from_json(text);
}

/// A mandate.
pub fn mandate(bytes: &[u8]) {
    let Some(text) = utf8(bytes) else { return };
    if let Ok(mandate) = Mandate::from_json(text) {
        let kept = serde_json::to_string(&mandate).expect("a mandate is written");
        Mandate::from_record(&kept).expect("and read again");
    }
}

/// A bill of any app.
pub fn bill(bytes: &[u8]) {
    let _ = read_bill(None, bytes);
}

/// A reply: the first byte chooses the language.
pub fn reply(bytes: &[u8]) {
    let (tag, words) = match bytes.split_first() {
        Some((first, rest)) => (if first % 2 == 0 { "en" } else { "zh" }, rest),
        None => return,
    };
    let (Some(words), Ok(language)) = (utf8(words), Language::parse(tag)) else { return };
    let once = read_reply(words, Some(language.tongue()), None);
    assert_eq!(once, read_reply(words, Some(language.tongue()), None));
}

/// Numbers as people say them.
pub fn numbers(bytes: &[u8]) {
    let Some(text) = utf8(bytes) else { return };
    for found in numerals::find(text) {
        let _ = found.value.scaled(2);
    }
}

/// Names and ids.
pub fn text(bytes: &[u8]) {
    let Some(text) = utf8(bytes) else { return };
    if let Ok(line) = Text::line(text, 256) {
        assert_eq!(line.as_str(), text);
    }
    if let Ok(id) = Id::new(text) {
        assert_eq!(id.as_str(), text);
    }
}

/// What the life of payments may spend in all, in yuan.
const CAP: usize = 5;

/// The state machine: each byte is a step in the life of a few payments out of one card, held against a record of our own.
pub fn life(bytes: &[u8]) {
    let home = tempfile::tempdir().expect("a folder");
    let open = || {
        static MODEL: OnceLock<Option<Arc<Model>>> = OnceLock::new();
        let model = MODEL.get_or_init(|| Model::embedded().ok().map(Arc::new)).clone();
        let options = Options { clock: Clock::Intent, zone: TimeZone::UTC, model };
        Engine::open(home.path(), &FileVault::new(home.path()), options).expect("the store opens")
    };
    let mut engine = open();
    engine.add_agent(&Id::new("runner").expect("an id")).expect("an agent");
    let card = format!(
        r#"{{"id":"card","agents":["runner"],"card":true,"currency":"CNY","per_payment":"1.00","limits":[{{"per":"total","amount":"{CAP}.00"}}]}}"#
    );
    engine.add_mandate(&Mandate::from_json(&card).expect("a card")).expect("it is added");
    let mut answers: BTreeMap<u8, Decision> = BTreeMap::new();
    let mut booked: BTreeSet<u8> = BTreeSet::new();
    for step in bytes.iter().take(48) {
        let (what, which) = (step >> 4, step & 0x0f);
        let id = Id::new(&format!("i-{which}")).expect("an id");
        match what {
            0..=5 => {
                let intent = format!(
                    r#"{{"id":"i-{which}","agent":"runner","service":{{"id":"shop","name":"Shop"}},"price":{{"amount":"1.00","currency":"CNY"}},"created_at":"2026-06-01T12:{:02}:00Z"}}"#,
                    which * 3
                );
                let intent = Intent::from_json(&intent).expect("an intent");
                let verdict = engine.validate(&intent, &Context::default()).expect("a verdict");
                match answers.get(&which) {
                    Some(before) => {
                        assert_eq!(*before, verdict.decision, "the answer to an intent never changes")
                    }
                    None if verdict.decision == Decision::Approve => {
                        assert!(booked.len() < CAP, "approved beyond the cap");
                        booked.insert(which);
                    }
                    None => {}
                }
                answers.insert(which, verdict.decision);
            }
            6 | 7 => {
                let words = if what == 6 { "yes" } else { "no" };
                if let Ok(replied) = engine.reply(&id, words, ReplyNeeded::Biometric) {
                    note(&mut booked, which, replied.state);
                }
            }
            8..=12 => {
                let outcome = match what {
                    10 => Outcome::Abandoned,
                    11 => Outcome::Refunded,
                    12 => Outcome::Disputed,
                    _ => Outcome::Settled,
                };
                if let Ok(closed) = engine.outcome(&id, outcome) {
                    note(&mut booked, which, closed.state);
                }
            }
            13 => {
                drop(engine);
                engine = open();
            }
            _ => drop(engine.verify_journal().expect("the journal holds")),
        }
    }
    let wallet = engine.wallet().expect("a wallet");
    assert_eq!(
        wallet.lines.iter().map(|line| line.count as usize).sum::<usize>(),
        booked.len(),
        "what is booked is what was said"
    );
    engine.verify_journal().expect("the journal holds");
}

fn note(booked: &mut BTreeSet<u8>, which: u8, state: State) {
    if state.is_booked() {
        booked.insert(which);
    } else {
        booked.remove(&which);
    }
}
