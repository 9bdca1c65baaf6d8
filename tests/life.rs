//! The whole way of a payment, across restarts: asked, answered, paid, contested, forgotten.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]

use std::collections::BTreeMap;

use assent::{Decision, FileVault, Forget, Mandate, Model, Outcome, ReplyNeeded, State};
use assent_store::{Store, Table};
use assent_tests::{Desk, codes, id, lunch, lunch_at, lunches, with};
use proptest::prelude::*;
use serde_json::{Value, json};

fn strange(intent_id: &str) -> Value {
    with(&lunch(intent_id), json!({"service": {"id": "new-1", "name": "New Shop"}}))
}

#[test]
fn the_same_verdict_is_answered_across_restarts() {
    let desk = Desk::with_habits();
    let (approved, asked) = (desk.judge(&lunch("a")), desk.judge(&strange("b")));
    let desk = desk.reopened(Some(Model::embedded().unwrap()));
    assert_eq!(desk.judge(&lunch("a")), approved);
    assert_eq!(desk.judge(&strange("b")), asked);
    assert!(approved.receipt.is_some() && approved.whisper.is_none() && asked.whisper.is_some());
}

/// The texts whose vectors the store keeps, on shelves.
fn kept_texts(home: &std::path::Path) -> Vec<[u8; 32]> {
    let store = Store::open(home, &FileVault::new(home)).unwrap();
    let shelves: Vec<Vec<([u8; 32], Vec<f32>)>> = store.read(|book| book.scan(Table::Texts)).unwrap();
    shelves.into_iter().flatten().map(|(text, _)| text).collect()
}

#[test]
fn texts_once_seen_are_kept_for_other_days_give_the_same_score_and_go_with_what_is_forgotten() {
    let desk = Desk::with_habits();
    let first = desk.judge(&strange("a"));
    let Desk { engine, home } = desk;
    drop(engine);
    assert!(!kept_texts(home.path()).is_empty());
    let desk = Desk::over(home);
    let again = desk.judge(&strange("b"));
    assert_eq!((again.score.to_bits(), again.evidence), (first.score.to_bits(), first.evidence));
    desk.engine.forget(&Forget::Payee(id("new-1"))).unwrap();
    let Desk { engine, home } = desk;
    drop(engine);
    assert_eq!(kept_texts(home.path()).len(), 0);
}

#[test]
fn a_dry_run_keeps_no_texts() {
    let desk = Desk::with_habits();
    let intent = assent::Intent::from_json(&strange("dry").to_string()).unwrap();
    desk.engine.rehearse(&intent, &assent::Context::default()).unwrap();
    let Desk { engine, home } = desk;
    drop(engine);
    assert_eq!(kept_texts(home.path()).len(), 0);
}

#[test]
fn a_dry_run_writes_nothing() {
    let desk = Desk::with_habits();
    let intent = assent::Intent::from_json(&lunch("dry").to_string()).unwrap();
    let before = desk.engine.verify_journal().unwrap().entries;
    let verdict = desk.engine.rehearse(&intent, &assent::Context::default()).unwrap();
    assert_eq!((verdict.decision, verdict.receipt), (Decision::Approve, None));
    assert_eq!(desk.engine.verify_journal().unwrap().entries, before);
    assert!(desk.engine.wallet().unwrap().lines.is_empty());
}

#[test]
fn a_yes_confirms_once_and_a_new_shop_becomes_a_known_one() {
    let desk = Desk::with_habits();
    desk.judge(&strange("n"));
    assert_eq!(desk.engine.reply(&id("n"), "yes please", ReplyNeeded::Tap).unwrap().state, State::Confirmed);
    assert_eq!(desk.engine.reply(&id("n"), "yes", ReplyNeeded::Tap).unwrap_err().code(), "no_open_whisper");
    assert_eq!(desk.engine.outcome(&id("n"), Outcome::Settled).unwrap().state, State::Settled);
    assert_eq!(
        desk.engine.outcome(&id("n"), Outcome::Settled).unwrap().state,
        State::Settled,
        "told twice, counted once"
    );
    assert!(!codes(&desk.judge(&strange("n2"))).contains(&"payee_new"));
}

#[test]
fn a_no_a_change_and_two_unclear_replies_refuse() {
    let desk = Desk::with_habits();
    for (n, replies, state) in [
        (0, vec!["no"], State::Refused),
        (1, vec!["make it two"], State::Refused),
        (2, vec!["hmm", "banana"], State::Refused),
        (3, vec!["how much is it?"], State::Asked),
        (4, vec!["banana", "yes"], State::Confirmed),
        (5, vec!["不要"], State::Refused),
        (6, vec!["好的"], State::Confirmed),
    ] {
        let name = format!("r{n}");
        desk.judge(&strange(&name));
        let last = replies
            .iter()
            .map(|words| desk.engine.reply(&id(&name), words, ReplyNeeded::Tap).unwrap().state)
            .last();
        assert_eq!(last, Some(state), "{replies:?}");
        if state == State::Refused {
            assert_eq!(desk.engine.outcome(&id(&name), Outcome::Settled).unwrap_err().code(), "wrong_state");
        }
    }
    assert_eq!(
        desk.engine.reply(&id("nobody"), "yes", ReplyNeeded::Tap).unwrap_err().code(),
        "unknown_intent"
    );
}

#[test]
fn abandoned_payments_give_their_budget_back_and_settled_ones_do_not() {
    let desk = Desk::with_habits();
    let mandate = r#"{"id":"noon","payees":{"allow":["noodle-1"]},"currency":"CNY","per_payment":"50","limits":[{"per":"day","amount":"80","count":2}]}"#;
    desk.engine.add_mandate(&Mandate::from_json(mandate).unwrap()).unwrap();
    let spent = |desk: &Desk| {
        let wallet = desk.engine.wallet().unwrap();
        let noon =
            wallet.allowances.into_iter().find(|allowance| allowance.mandate.as_str() == "noon").unwrap();
        let day = noon.rooms.into_iter().find(|room| room.count_cap.is_some()).unwrap();
        (day.spent.to_string(), day.count)
    };
    for (name, time) in [("a", "11:30"), ("b", "12:04")] {
        assert_eq!(desk.judge(&lunch_at(name, time)).decision, Decision::Approve);
    }
    assert_eq!(spent(&desk), ("76.00 CNY".to_owned(), 2));
    let third = desk.judge(&lunch_at("c", "12:30"));
    assert_eq!(third.decision, Decision::Escalate);
    desk.engine.outcome(&id("a"), Outcome::Abandoned).unwrap();
    desk.engine.outcome(&id("b"), Outcome::Settled).unwrap();
    assert_eq!(spent(&desk), ("38.00 CNY".to_owned(), 1));
    assert_eq!(desk.judge(&lunch_at("c", "12:30")), third, "an answered intent keeps its answer");
    assert_eq!(desk.judge(&lunch_at("d", "12:50")).decision, Decision::Approve);
}

#[test]
fn what_a_negotiation_did_not_need_is_free_again_and_a_late_settlement_counts() {
    let desk = Desk::with_habits();
    let mandate = r#"{"id":"noon","payees":{"allow":["noodle-1"]},"currency":"CNY","per_payment":"100","limits":[{"per":"day","amount":"150"}]}"#;
    desk.engine.add_mandate(&Mandate::from_json(mandate).unwrap()).unwrap();
    let spent = |desk: &Desk| {
        let allowances = desk.engine.wallet().unwrap().allowances;
        let noon = allowances.into_iter().find(|allowance| allowance.mandate.as_str() == "noon").unwrap();
        noon.rooms
            .into_iter()
            .find(|room| room.budget.period == assent::Period::Day)
            .unwrap()
            .spent
            .to_string()
    };
    let open = json!({"negotiation": {"max_amount": "90.00", "expires_at": "2026-06-01T13:00:00+08:00"}});
    assert_eq!(desk.judge(&with(&lunch("n"), open)).decision, Decision::Approve);
    assert_eq!(spent(&desk), "90.00 CNY");
    desk.engine.outcome(&id("n"), Outcome::Settled).unwrap();
    assert_eq!(spent(&desk), "38.00 CNY");

    desk.judge(&lunch_at("late", "12:40"));
    desk.engine.outcome(&id("late"), Outcome::Abandoned).unwrap();
    assert_eq!(spent(&desk), "38.00 CNY");
    assert_eq!(desk.engine.outcome(&id("late"), Outcome::Settled).unwrap().state, State::Settled);
    assert_eq!(spent(&desk), "76.00 CNY");
}

#[test]
fn every_verdict_has_a_reason() {
    let desk = Desk::with_habits();
    for n in 0..12 {
        let intent = lunch_at(&format!("r{n}"), &format!("{:02}:04", 8 + n));
        let verdict = desk.judge(&with(&intent, json!({"price": {"amount": format!("{}.00", 20 + 3 * n)}})));
        assert!(!verdict.reasons.is_empty(), "{:?}", verdict.decision);
    }
}

#[test]
fn an_isolated_card_spends_its_quota_and_nothing_else() {
    let desk = Desk::with_habits();
    desk.engine.add_agent(&id("game")).unwrap();
    let card = r#"{"id":"card","agents":["game"],"currency":"CNY","per_payment":"30","limits":[{"per":"total","amount":"50"}],"card":true}"#;
    desk.engine.add_mandate(&Mandate::from_json(card).unwrap()).unwrap();
    let gems = |name: &str, amount: &str| {
        with(
            &lunch(name),
            json!({"agent": "game", "service": {"id": "arcade", "name": "Arcade"}, "price": {"amount": amount}}),
        )
    };
    assert_eq!(desk.judge(&gems("g1", "30.00")).decision, Decision::Approve);
    for (name, amount) in [("g2", "20.01"), ("g3", "31.00")] {
        let verdict = desk.judge(&gems(name, amount));
        assert_eq!((verdict.decision, codes(&verdict)[0]), (Decision::Decline, "beyond_card"));
    }
    assert_eq!(desk.judge(&gems("g4", "20.00")).decision, Decision::Approve);
    assert_eq!(
        desk.judge(&with(&lunch("g5"), json!({"agent": "game"}))).decision,
        Decision::Decline,
        "not even the user's lunch"
    );
}

#[test]
fn importing_twice_changes_nothing_and_order_does_not_matter() {
    let desk = Desk::new();
    let bill = lunches(40);
    assert_eq!(desk.engine.import(&bill).unwrap().added, 80);
    let again = desk.engine.import(&bill).unwrap();
    assert_eq!((again.added, again.known), (0, 80));
    let first = desk.judge(&lunch("x"));

    let late = Desk::new();
    let mut halves = lunches(40);
    let newer = halves.rows.split_off(40);
    let older = assent::Bill { format: bill.format, rows: halves.rows };
    late.engine.import(&assent::Bill { format: bill.format, rows: newer }).unwrap();
    late.engine.import(&older).unwrap();
    let second = late.judge(&lunch("x"));
    assert_eq!((first.decision, first.score), (second.decision, second.score));
}

#[test]
fn a_refund_takes_back_its_part_and_only_once() {
    let refunded = |parts: &[&str]| {
        let desk = Desk::new();
        let mut bill = lunches(1);
        let of = Some(id("2026-05-29-noodle-1"));
        for (n, part) in parts.iter().enumerate() {
            let at = assent::Moment::parse(&format!("2026-05-30T10:0{n}:00+08:00")).unwrap();
            let amount = part.parse().unwrap();
            let entry = assent::BillEntry::Refund { of: of.clone(), payee: id("noodle-1"), amount, at };
            bill.rows.push(assent::BillRow { line: 3 + n, entry });
        }
        let done = desk.engine.import(&bill).unwrap();
        assert_eq!((done.added, done.refunded), (2, parts.len()));
        let again = desk.engine.import(&bill).unwrap();
        assert_eq!((again.added, again.refunded), (0, 0));
        desk.judge(&lunch("x"))
    };
    assert!(codes(&refunded(&["38.00 CNY"])).contains(&"payee_new"), "a refunded payment is no habit");
    assert!(codes(&refunded(&["8.00 CNY", "30.00 CNY"])).contains(&"payee_new"));
    assert!(!codes(&refunded(&["8.00 CNY"])).contains(&"payee_new"), "what is left of it is one");
    assert!(codes(&refunded(&["30.00 CNY"])).contains(&"amount_unusual"), "8 yuan were paid, 38 are asked");
}

#[test]
fn evidence_tells_the_whole_story_of_one_payment() {
    let desk = Desk::with_habits();
    desk.judge(&strange("story"));
    desk.engine.reply(&id("story"), "yes", ReplyNeeded::Tap).unwrap();
    desk.engine.outcome(&id("story"), Outcome::Settled).unwrap();
    let evidence = desk.engine.evidence(&id("story")).unwrap();
    let kinds: Vec<_> = evidence
        .journal
        .iter()
        .map(|entry| entry.body.as_ref().unwrap()["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["verdict", "reply", "outcome"]);
    assert_eq!(evidence.intent["service"]["name"], "New Shop");
    assert_eq!(
        evidence.journal[0].body.as_ref().unwrap()["whisper"]["button"],
        evidence.verdict["whisper"]["button"]
    );
}

#[test]
fn forgetting_everything_leaves_a_chain_and_nothing_else() {
    let desk = Desk::with_habits();
    desk.judge(&lunch("a"));
    desk.judge(&strange("b"));
    let entries = desk.engine.verify_journal().unwrap().entries;
    desk.engine.forget(&Forget::Everything).unwrap();
    let after = desk.engine.verify_journal().unwrap();
    assert_eq!((after.entries, after.erased), (entries + 1, entries));
    assert!(desk.engine.agents().unwrap().is_empty());
    assert_eq!(desk.judge(&lunch("a")).decision, Decision::Decline);
    assert!(codes(&desk.judge(&lunch("c"))).contains(&"agent_unknown"));
}

/// What may happen to one of three intents.
#[derive(Clone, Debug)]
enum Step {
    Judge(usize),
    Reply(usize, &'static str),
    Outcome(usize, Outcome),
}

fn step() -> impl Strategy<Value = Step> {
    let which = 0usize..3;
    prop_oneof![
        which.clone().prop_map(Step::Judge),
        (which.clone(), prop::sample::select(vec!["yes", "no", "banana", "why?"]))
            .prop_map(|(n, words)| Step::Reply(n, words)),
        (
            which,
            prop::sample::select(vec![
                Outcome::Settled,
                Outcome::Refunded,
                Outcome::Disputed,
                Outcome::Abandoned
            ])
        )
            .prop_map(|(n, outcome)| Step::Outcome(n, outcome)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever happens in whatever order: what is booked is exactly what is approved or confirmed and not given back.
    #[test]
    fn what_is_booked_is_what_may_be_paid(steps in prop::collection::vec(step(), 1..25)) {
        let desk = Desk::new();
        desk.engine.import(&lunches(30)).unwrap();
        let mandate = r#"{"id":"all","currency":"CNY","per_payment":"1000","limits":[{"per":"total","amount":"100000"}]}"#;
        desk.engine.add_mandate(&Mandate::from_json(mandate).unwrap()).unwrap();
        let intents = [lunch("s0"), strange("s1"), strange("s2")];
        let mut states: BTreeMap<usize, State> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Judge(n) => {
                    let verdict = desk.judge(&intents[n]);
                    states.entry(n).or_insert(match verdict.decision {
                        Decision::Approve => State::Approved,
                        Decision::Escalate => State::Asked,
                        Decision::Decline => State::Declined,
                    });
                }
                Step::Reply(n, words) => {
                    let replied = desk.engine.reply(&id(&format!("s{n}")), words, ReplyNeeded::Tap);
                    prop_assert_eq!(replied.is_ok(), states.get(&n) == Some(&State::Asked));
                    if let Ok(replied) = replied {
                        states.insert(n, replied.state);
                    }
                }
                Step::Outcome(n, outcome) => {
                    let closed = desk.engine.outcome(&id(&format!("s{n}")), outcome);
                    let expected = states.get(&n).and_then(|state| state.after(outcome));
                    prop_assert_eq!(closed.as_ref().ok().map(|closed| closed.state), expected);
                    if let Some(state) = expected {
                        states.insert(n, state);
                    }
                }
            }
            let wallet = desk.engine.wallet().unwrap();
            let all = wallet.allowances.iter().find(|allowance| allowance.mandate.as_str() == "all").unwrap();
            let total = all.rooms.iter().find(|room| room.budget.period == assent::Period::Total).unwrap();
            let booked = states.values().filter(|state| state.is_booked()).count();
            prop_assert_eq!((total.count as usize, total.spent.minor()), (booked, booked as i64 * 3800));
        }
        desk.engine.verify_journal().unwrap();
    }
}
