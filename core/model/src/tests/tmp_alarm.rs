use crate::{Asked, Trust};
use assent_habits::{Memory, recall};
use assent_types::{Context, Intent};
use std::collections::BTreeMap;
#[test]
#[ignore]
fn alarms() {
    for file in std::env::var("ALARM").unwrap().split(' ') {
        let text = std::fs::read_to_string(file).unwrap();
        let mut counts: BTreeMap<(bool, String), usize> = BTreeMap::new();
        for line in text.lines() {
            let v: serde_json::Value = serde_json::from_str(line).unwrap();
            let Some(label) = v["label"].as_u64() else { continue };
            let intent = Intent::from_json(&v["intent"].to_string()).unwrap();
            let context = Context::from_json(&v["context"].to_string()).unwrap();
            let known = recall(&Memory::default(), &intent.service, &intent.agent, true).unwrap();
            let asked =
                Asked { intent: &intent, context: &context, now: intent.created_at, trust: Trust::default() };
            *counts.entry((label == 1, "all".into())).or_default() += 1;
            let codes: Vec<_> = crate::observe(&asked, &known).iter().map(|r| r.code()).collect();
            for c in &codes {
                if c.contains("said") {
                    *counts.entry((label == 1, (*c).into())).or_default() += 1;
                    if label == 1 && c.ends_with("not_as_said") && std::env::var("SHOW").is_ok() {
                        eprintln!("{c} {line}");
                    }
                }
            }
            if let Some(h) = crate::heard::Heard::of(&context.heard) {
                *counts.entry((label == 1, "agreed turns".into())).or_default() +=
                    h.turns.iter().filter(|t| t.agreed).count();
            }
        }
        eprintln!("{file} {counts:#?}");
    }
}
