//! The golden vectors: what every language has to answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]

use assent::{BillFormat, Context, Intent, Malformed, Mandate, Verdict, json, read_bill};
use assent_tests::{Desk, codes, id};
use serde_json::Value;

const HISTORY: &str = include_str!("golden/history.jsonl");
const MANDATES: &str = include_str!("golden/mandates.jsonl");
const AGENTS: &str = include_str!("golden/agents.json");
const VECTORS: &str = include_str!("golden/vectors.jsonl");

fn judge(desk: &Desk, line: &str) -> Result<Verdict, Malformed> {
    let members = json::split(line, &["intent", "context"])?;
    let intent =
        Intent::from_json(json::member(&members, "intent")?).map_err(|refused| refused.within("intent"))?;
    let context = match json::member(&members, "context") {
        Ok(context) => Context::from_json(context).map_err(|refused| refused.within("context"))?,
        Err(_) => Context::default(),
    };
    Ok(desk.engine.validate(&intent, &context).unwrap())
}

#[test]
fn every_vector_is_answered_as_written() {
    let desk = Desk::new();
    for agent in serde_json::from_str::<Vec<String>>(AGENTS).unwrap() {
        desk.engine.add_agent(&id(&agent)).unwrap();
    }
    MANDATES.lines().for_each(|line| desk.engine.add_mandate(&Mandate::from_json(line).unwrap()).unwrap());
    let learned =
        desk.engine.import(&read_bill(Some(BillFormat::Jsonl), HISTORY.as_bytes()).unwrap()).unwrap();
    assert_eq!(learned.added, HISTORY.lines().count());

    let mut wrong = Vec::new();
    for line in VECTORS.lines() {
        let vector: Value = serde_json::from_str(line).unwrap();
        let found = match judge(&desk, vector["line"].as_str().unwrap()) {
            Ok(verdict) => (
                Value::from(format!("{:?}", verdict.decision).to_lowercase()),
                Value::from(codes(&verdict)[0]),
            ),
            Err(refused) => (Value::from(refused.code.as_str()), Value::from(refused.path)),
        };
        let expected = match vector.get("error") {
            Some(code) => (code.clone(), vector["path"].clone()),
            None => (vector["decision"].clone(), vector["reason"].clone()),
        };
        if found != expected {
            wrong.push(format!("{}: {found:?} instead of {expected:?}", vector["name"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
