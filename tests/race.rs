//! Sixty-four threads for one budget: exactly the cap is approved, and every thread's answer is in the journal.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]

use std::sync::Barrier;

use assent::{Context, Decision, Intent, Mandate};
use assent_tests::{Desk, id, lunch, with};
use serde_json::json;

const THREADS: usize = 64;
const CAP: usize = 100;

#[test]
fn sixty_four_threads_meet_the_cap_exactly() {
    let desk = Desk::new();
    desk.engine.add_agent(&id("runner")).unwrap();
    let card = json!({
        "id": "card", "agents": ["runner"], "card": true, "currency": "CNY", "per_payment": "1.00",
        "limits": [{"per": "total", "amount": format!("{CAP}.00")}],
    });
    desk.engine.add_mandate(&Mandate::from_json(&card.to_string()).unwrap()).unwrap();
    let start = Barrier::new(THREADS);
    let approved: usize = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (desk, start) = (&desk, &start);
                scope.spawn(move || {
                    start.wait();
                    (0..3)
                        .filter(|n| {
                            let intent = with(
                                &lunch(&format!("race-{thread}-{n}")),
                                json!({"agent": "runner", "price": {"amount": "1.00"}}),
                            );
                            let intent = Intent::from_json(&intent.to_string()).unwrap();
                            let verdict = desk.engine.validate(&intent, &Context::default()).unwrap();
                            verdict.decision == Decision::Approve
                        })
                        .count()
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).sum()
    });
    assert_eq!(approved, CAP);
    let wallet = desk.engine.wallet().unwrap();
    assert_eq!(wallet.lines.iter().map(|line| line.count as usize).sum::<usize>(), CAP);
    assert!(desk.engine.verify_journal().unwrap().entries >= (THREADS * 3) as u64);
}
