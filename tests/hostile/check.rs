//! The hostile corpus against a person with a hundred habits: nothing of it is approved, and memory stays bounded.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]

use std::collections::BTreeMap;

use assent::{Context, Decision, Intent, Malformed, Verdict, json};
use assent_tests::hostile::{self, world};
use assent_tests::{Desk, codes};

/// So much memory may be in use at most while the corpus is judged, the model and the test's own copy of the corpus included.
const MOST_KIB: u64 = 512 * 1024;

fn desk() -> Desk {
    let desk = Desk::new();
    desk.engine.import(&world::history()).unwrap();
    desk
}

/// Judges a line as the command line does, without keeping it, so that one case cannot change the next.
fn judge(desk: &Desk, line: &str) -> Result<Verdict, Malformed> {
    let members = json::split(line, &["intent", "context"])?;
    let intent = Intent::from_json(json::member(&members, "intent")?)?;
    let context = match members.iter().find(|(key, _)| key == "context") {
        Some((_, raw)) => Context::from_json(raw)?,
        None => Context::default(),
    };
    Ok(desk.engine.rehearse(&intent, &context).unwrap())
}

#[test]
fn the_usual_payments_are_approved_or_the_corpus_proves_nothing() {
    let desk = desk();
    let usual = world::payees().into_iter().map(|payee| payee.usual("usual"));
    let verdicts: Vec<Verdict> = usual
        .map(|intent| judge(&desk, &serde_json::json!({ "intent": intent }).to_string()).unwrap())
        .collect();
    let approved = verdicts.iter().filter(|verdict| verdict.decision == Decision::Approve).count();
    let asked: Vec<_> = verdicts.iter().filter(|v| v.decision != Decision::Approve).map(codes).collect();
    assert_eq!((verdicts.len(), approved), (100, 100), "{asked:?}");
}

#[test]
fn the_corpus_is_what_its_generator_makes_and_no_name_stands_twice() {
    let kept = hostile::kept().unwrap();
    assert!(kept.len() >= 10_000, "{}", kept.len());
    assert!(kept == hostile::corpus(), "write it again: cargo run -p assent-tests --bin hostile");
    let names: std::collections::BTreeSet<_> = kept.iter().map(|case| &case.name).collect();
    assert_eq!(names.len(), kept.len());
}

#[test]
fn nothing_hostile_is_approved_and_memory_stays_bounded() {
    let desk = desk();
    let mut tally: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let mut approved = Vec::new();
    let mut unnamed = Vec::new();
    for case in hostile::kept().unwrap() {
        let family = case.name.split('/').next().unwrap_or_default().to_owned();
        let counts = tally.entry(family.clone()).or_default();
        match judge(&desk, &case.line) {
            Err(_) => counts[0] += 1,
            Ok(verdict) if verdict.decision == Decision::Approve => approved.push(case.name),
            Ok(verdict) => {
                counts[if verdict.decision == Decision::Decline { 1 } else { 2 }] += 1;
                let deceit = ["look_alike", "same_name_other_account"];
                if family == "confusable" && !codes(&verdict).iter().any(|code| deceit.contains(code)) {
                    unnamed.push(case.name);
                }
            }
        }
    }
    for (family, [malformed, declined, escalated]) in &tally {
        println!("{family:>16}: {malformed} malformed, {declined} declined, {escalated} escalated");
    }
    assert!(approved.is_empty(), "{} approved: {:?}", approved.len(), &approved[..approved.len().min(20)]);
    assert!(
        unnamed.is_empty(),
        "{} look-alikes not called out: {:?}",
        unnamed.len(),
        &unnamed[..unnamed.len().min(20)]
    );
    if let Some(peak) = peak_kib() {
        println!("peak memory: {peak} KiB");
        assert!(peak < MOST_KIB, "{peak} KiB");
    }
}

/// The most memory that this process ever had, in KiB; `None` where the system does not tell.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
