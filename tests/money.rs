//! The ledger and the limits under attack: windows, raised prices, slices, searches, sessions, clocks, zones, and whose fault it was.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use assent::{
    Bill, Boot, Clock, Decision, Engine, FileVault, Forget, Ground, HostClock, Mandate, Model, Options,
    Outcome, Paid, Party, Period, Scoring, Stage, State,
};
use assent_tests::{Desk, codes, id, lunch, lunch_at, lunches, with};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

fn mandate(desk: &Desk, text: &str) {
    desk.engine.add_mandate(&Mandate::from_json(text).unwrap()).unwrap();
}

fn spent(engine: &Engine, mandate: &str, period: Period) -> String {
    let allowances = engine.wallet().unwrap().allowances;
    let found = allowances.into_iter().find(|allowance| allowance.mandate.as_str() == mandate).unwrap();
    found.rooms.into_iter().find(|room| room.budget.period == period).unwrap().spent.to_string()
}

fn paid(amount: Option<&str>, payee: Option<&str>) -> Paid {
    Paid { amount: amount.map(|amount| amount.parse().unwrap()), payee: payee.map(id) }
}

const NOON: &str = r#"{"id":"noon","payees":{"allow":["noodle-1"]},"currency":"CNY","per_payment":"100","limits":[{"per":"day","amount":"150"}]}"#;

fn in_window(name: &str, time: &str, ends: &str) -> Value {
    with(
        &lunch_at(name, time),
        json!({"negotiation": {"max_amount": "90.00", "expires_at": format!("2026-06-01T{ends}:00+08:00")}}),
    )
}

#[test]
fn a_reservation_lapses_with_its_window_and_money_that_left_all_the_same_counts() {
    let desk = Desk::with_habits();
    mandate(&desk, NOON);
    assert_eq!(desk.judge(&in_window("n", "11:00", "11:10")).decision, Decision::Approve);
    assert_eq!(spent(&desk.engine, "noon", Period::Day), "90.00 CNY");
    desk.judge(&lunch_at("later", "11:30"));
    assert_eq!(spent(&desk.engine, "noon", Period::Day), "38.00 CNY", "what lapsed is free again");
    assert_eq!(desk.engine.evidence(&id("n")).unwrap().settlement.unwrap().stage, Stage::Released);

    assert_eq!(desk.engine.settled(&id("n"), &paid(Some("60 CNY"), None)).unwrap().state, State::Settled);
    assert_eq!(spent(&desk.engine, "noon", Period::Day), "98.00 CNY");
    let evidence = desk.engine.evidence(&id("n")).unwrap();
    assert!(
        evidence.settlement.unwrap().late && evidence.fault.grounds.contains(&Ground::PaidAfterTheWindow)
    );
}

#[test]
fn an_unknown_outcome_keeps_the_reservation() {
    let desk = Desk::with_habits();
    mandate(&desk, NOON);
    desk.judge(&lunch_at("open", "11:00"));
    desk.judge(&with(&lunch("much later"), json!({"created_at": "2026-06-01T23:00:00+08:00"})));
    assert_eq!(spent(&desk.engine, "noon", Period::Day), "76.00 CNY");
}

#[test]
fn what_was_paid_otherwise_voids_the_approval_and_counts_as_it_left() {
    for (what, state, day, ground) in [
        (paid(Some("38.00 CNY"), None), State::Settled, "38.00 CNY", None),
        (paid(Some("30.00 CNY"), Some("noodle-1")), State::Settled, "30.00 CNY", None),
        (paid(Some("38.01 CNY"), None), State::Void, "38.01 CNY", Some(Ground::PaidAnotherAmount)),
        (paid(Some("38.00 USD"), None), State::Void, "38.00 CNY", Some(Ground::PaidAnotherAmount)),
        (paid(Some("38.00 CNY"), Some("thief-1")), State::Void, "0.00 CNY", Some(Ground::PaidAnotherPayee)),
    ] {
        let desk = Desk::with_habits();
        mandate(&desk, NOON);
        assert_eq!(desk.judge(&lunch("one")).decision, Decision::Approve);
        assert_eq!(desk.engine.settled(&id("one"), &what).unwrap().state, state);
        assert_eq!(desk.engine.settled(&id("one"), &what).unwrap().state, state, "told twice, counted once");
        assert_eq!(
            spent(&desk.engine, "noon", Period::Day),
            if what.amount.unwrap().currency().code() == "USD" { "0.00 CNY" } else { day }
        );
        let fault = desk.engine.evidence(&id("one")).unwrap().fault;
        match ground {
            Some(ground) => assert_eq!((fault.party, fault.grounds[0]), (Some(Party::Merchant), ground)),
            None => assert_eq!(fault.party, Some(Party::User), "a mandate of the user's named the payee"),
        }
    }
}

#[test]
fn another_payee_is_charged_to_the_budget_that_speaks_of_it() {
    let desk = Desk::with_habits();
    desk.judge(&lunch("one"));
    desk.engine.settled(&id("one"), &paid(Some("150.00 CNY"), Some("thief-1"))).unwrap();
    assert_eq!(spent(&desk.engine, "default-cny", Period::Day), "150.00 CNY");
    let line = &desk.engine.wallet().unwrap().lines[0];
    assert_eq!((line.payee.as_str(), line.settled.to_string().as_str()), ("thief-1", "150.00 CNY"));
    desk.engine.outcome(&id("one"), Outcome::Disputed).unwrap();
    assert_eq!(spent(&desk.engine, "default-cny", Period::Day), "150.00 CNY");
    assert_eq!(desk.engine.outcome(&id("one"), Outcome::Refunded).unwrap().state, State::Refunded);
    assert_eq!(spent(&desk.engine, "default-cny", Period::Day), "0.00 CNY");
}

#[test]
fn a_refund_that_is_told_before_the_payment_still_takes_it_back() {
    let desk = Desk::with_habits();
    desk.judge(&lunch("one"));
    assert_eq!(desk.engine.outcome(&id("one"), Outcome::Refunded).unwrap().state, State::Refunded);
    assert_eq!(desk.engine.outcome(&id("one"), Outcome::Settled).unwrap().state, State::Refunded);
    assert_eq!(spent(&desk.engine, "default-cny", Period::Day), "0.00 CNY");

    let fresh = || Desk::new();
    let bill = lunches(1);
    let at = assent::Moment::parse("2026-05-30T10:00:00+08:00").unwrap();
    let entry = assent::BillEntry::Refund {
        of: Some(id("2026-05-29-noodle-1")),
        payee: id("noodle-1"),
        amount: "38.00 CNY".parse().unwrap(),
        at,
    };
    let refund = Bill { format: bill.format, rows: vec![assent::BillRow { line: 1, entry }] };
    let desk = fresh();
    assert_eq!(desk.engine.import(&refund).unwrap().unmatched_refunds, 1);
    assert_eq!(desk.engine.import(&bill).unwrap().added, 2);
    assert_eq!(desk.engine.import(&bill).unwrap().known, 2);
    assert!(
        codes(&desk.judge(&lunch("x"))).contains(&"payee_new"),
        "the payment came later and was paid back before"
    );
}

#[test]
fn payments_that_nobody_has_made_yet_are_not_learned() {
    let home = tempfile::tempdir().unwrap();
    let options = Options { clock: Clock::System, zone: TimeZone::UTC, model: None };
    let engine = Engine::open(home.path(), &FileVault::new(home.path()), options).unwrap();
    let mut bill = lunches(3);
    if let assent::BillEntry::Payment(payment) = &mut bill.rows[5].entry {
        payment.at = assent::Moment::parse("2999-01-01T00:00:00Z").unwrap();
    }
    let done = engine.import(&bill).unwrap();
    assert_eq!((done.added, done.from_the_future), (5, 1));
}

#[test]
fn slices_of_one_payment_are_asked_about_across_agents_and_aliases() {
    let desk = Desk::with_habits();
    let mut many = lunches(60);
    many.rows.iter_mut().for_each(|row| {
        if let assent::BillEntry::Payment(payment) = &mut row.entry {
            payment.id = id(&format!("alias-{}", payment.id.as_str()));
            if payment.service.id.as_str() == "noodle-1" {
                payment.service.id = id("noodle-2");
                payment.price = "50 CNY".parse().unwrap();
            }
        }
    });
    desk.engine.import(&many).unwrap();
    desk.engine.add_agent(&id("second")).unwrap();
    let mut total = 0;
    let mut seen = Vec::new();
    for n in 0..12 {
        let agent = ["chef", "second"][n % 2];
        let payee = ["noodle-1", "noodle-2"][n % 2];
        let intent = with(
            &lunch_at(&format!("slice-{n}"), &format!("{:02}:{:02}", 11 + n / 4, 15 * (n % 4))),
            json!({"agent": agent, "service": {"id": payee}, "price": {"amount": "45.00"}}),
        );
        let verdict = desk.judge(&intent);
        total += if verdict.decision == Decision::Approve { 45 } else { 0 };
        seen.extend(codes(&verdict).iter().map(|code| (*code).to_owned()));
    }
    assert!(
        total > 0 && total <= 200,
        "one payment of more than 200 would have been asked about, {total} went in slices"
    );
    assert!(seen.iter().any(|code| code == "sliced"), "{seen:?}");
}

#[test]
fn a_search_for_the_ceiling_is_noticed_slowed_and_shown() {
    let desk = Desk::with_habits();
    let ask = |n: usize, minor: i64, agent: &str| {
        let changes = json!({
            "agent": agent, "service": {"id": "new-1", "name": "New Shop"},
            "price": {"amount": format!("{}.{:02}", minor / 100, minor % 100)},
        });
        desk.judge(&with(&lunch_at(&format!("{agent}-{n}"), &format!("11:{n:02}")), changes))
    };
    let (mut low, mut high, mut found) = (0i64, 80_000i64, None);
    for n in 0..40 {
        let middle = (low + high) / 2;
        let told = ask(n, middle, "chef");
        if codes(&told).contains(&"limits_probed") {
            found = Some((n, high - low));
            break;
        }
        if codes(&told).contains(&"over_payment_limit") { high = middle } else { low = middle }
    }
    let (steps, gap) = found.expect("the search is noticed");
    assert!(gap >= 1_000, "after {steps} steps the ceiling is known to {gap} fen");
    for (n, minor) in [100, 19_999, 20_001, 30_000].into_iter().enumerate() {
        let slowed = ask(steps + 1 + n, minor, "chef");
        assert_eq!(codes(&slowed)[0], "limits_probed");
        assert!(
            !codes(&slowed).iter().any(|code| code.starts_with("over_")),
            "it does not hear on which side it is"
        );
    }
    assert_ne!(desk.judge(&lunch_at("lunch", &format!("11:{:02}", steps + 8))).decision, Decision::Approve);
    let wallet = desk.engine.wallet().unwrap();
    assert_eq!(wallet.probing[0].agent.as_ref().unwrap().as_str(), "chef");
    assert!(wallet.probing[0].seen.slowed_until.is_some());
    assert_eq!(desk.judge(&lunch_at("evening", "18:04")).decision, Decision::Approve, "the slowing ends");
}

#[test]
fn a_search_under_many_new_names_is_one_search() {
    let desk = Desk::with_habits();
    let (mut low, mut high) = (0i64, 80_000i64);
    let noticed = (0..40).any(|n| {
        let middle = (low + high) / 2;
        let changes = json!({
            "agent": format!("agent number {n}"), "service": {"id": "new-1", "name": "New Shop"},
            "price": {"amount": format!("{}.{:02}", middle / 100, middle % 100)},
        });
        let told = desk.judge(&with(&lunch_at(&format!("s{n}"), &format!("11:{n:02}")), changes));
        if codes(&told).contains(&"over_payment_limit") {
            high = middle
        } else {
            low = middle
        }
        codes(&told).contains(&"limits_probed")
    });
    assert!(noticed);
    assert!(desk.engine.wallet().unwrap().probing[0].agent.is_none());
}

const STREAM: &str = r#"{"id":"stream","agents":["chef"],"payees":{"allow":["video-1"]},"currency":"CNY","per_payment":"0.01","limits":[{"per":"total","amount":"2.00"}],"valid_until":"2026-06-02T00:00:00+08:00","session":{"per_minute":150}}"#;

fn drop_of(n: usize, second: usize) -> Value {
    with(
        &lunch(&format!("drop-{n}")),
        json!({
            "service": {"id": "video-1", "name": "Video", "category": "entertainment"}, "price": {"amount": "0.01"},
            "created_at": format!("2026-06-01T12:{:02}:{:02}+08:00", second / 60, second % 60),
        }),
    )
}

#[test]
fn a_session_pays_hundreds_of_tiny_amounts_on_a_counter_and_no_more_than_was_granted() {
    let desk = Desk::with_habits();
    mandate(&desk, STREAM);
    let verdicts: Vec<_> = (0..150).map(|n| desk.judge(&drop_of(n, n / 3))).collect();
    assert!(verdicts.iter().all(|verdict| verdict.decision == Decision::Approve));
    assert_eq!(codes(&verdicts[0]), ["session_covers"]);
    let faster = desk.judge(&drop_of(150, 59));
    assert_eq!(
        (faster.decision, codes(&faster)),
        (Decision::Decline, vec!["beyond_session"]),
        "too many a minute"
    );
    let rest: Vec<_> = (200..260).map(|n| desk.judge(&drop_of(n, 60 + n / 10)).decision).collect();
    assert_eq!(rest.iter().filter(|decision| **decision == Decision::Approve).count(), 50, "the total holds");
    let same =
        |desk: &Desk| assent::Verdict { elapsed_us: verdicts[7].elapsed_us, ..desk.judge(&drop_of(7, 2)) };
    assert_eq!(same(&desk), verdicts[7], "the same intent gets the same verdict");
    let other = with(&drop_of(7, 2), json!({"items": [{"name": "another"}]}));
    assert_eq!(
        (desk.judge(&other).decision, codes(&desk.judge(&other))[0].to_owned()),
        (Decision::Decline, "id_reused".to_owned())
    );

    let wallet = desk.engine.wallet().unwrap();
    assert_eq!(
        (wallet.sessions.len(), wallet.sessions[0].count, wallet.sessions[0].sum.to_string().as_str()),
        (1, 200, "2.00 CNY")
    );
    assert_eq!(spent(&desk.engine, "stream", Period::Total), "2.00 CNY");
    assert_eq!(spent(&desk.engine, "default-cny", Period::Day), "0.00 CNY");
    desk.engine.outcome(&id("drop-3"), Outcome::Abandoned).unwrap();
    assert_eq!(spent(&desk.engine, "stream", Period::Total), "1.99 CNY");
    assert_eq!(desk.engine.wallet().unwrap().sessions[0].count, 199);
    assert_eq!(desk.engine.evidence(&id("drop-4")).unwrap().fault.party, Some(Party::User));

    let large = desk.judge(&with(&drop_of(900, 300), json!({"price": {"amount": "5.00"}})));
    assert_ne!(large.decision, Decision::Approve, "a larger amount is no session");
    let desk = desk.reopened(Some(Model::embedded().unwrap()));
    assert_eq!(same(&desk), verdicts[7]);
    desk.engine.forget(&Forget::Payee(id("video-1"))).unwrap();
    assert!(desk.engine.wallet().unwrap().sessions.is_empty());
    assert_eq!(codes(&desk.judge(&drop_of(7, 2))), ["forgotten"], "a used id stays used");
    desk.engine.verify_journal().unwrap();
}

#[test]
fn a_session_needs_a_working_model_and_a_known_agent_like_everything_else() {
    let desk = Desk::with_habits();
    mandate(&desk, &STREAM.replace(r#""agents":["chef"],"#, ""));
    let stranger = desk.judge(&with(&drop_of(1, 0), json!({"agent": "stranger"})));
    assert_eq!((stranger.decision, codes(&stranger)[0]), (Decision::Escalate, "agent_unknown"));
    desk.engine.suspend_agent(&id("chef")).unwrap();
    assert_eq!(desk.judge(&drop_of(2, 0)).decision, Decision::Decline);
    desk.engine.add_agent(&id("chef")).unwrap();
    let desk = desk.reopened(None);
    assert_eq!(desk.judge(&drop_of(3, 0)).decision, Decision::Escalate);
}

/// Clocks that the test sets.
#[derive(Debug, Default)]
struct Hands {
    wall: AtomicI64,
    boot: AtomicI64,
    boots: AtomicI64,
}

impl HostClock for Hands {
    fn wall(&self) -> Timestamp {
        Timestamp::from_second(self.wall.load(Ordering::SeqCst)).unwrap()
    }

    fn boot(&self) -> Option<Boot> {
        Some(Boot {
            id: [self.boots.load(Ordering::SeqCst) as u8; 16],
            seconds: self.boot.load(Ordering::SeqCst),
        })
    }
}

impl Hands {
    fn pass(&self, seconds: i64) {
        self.wall.fetch_add(seconds, Ordering::SeqCst);
        self.boot.fetch_add(seconds, Ordering::SeqCst);
    }
}

fn with_clock(hands: &Arc<Hands>) -> (tempfile::TempDir, Engine) {
    let home = tempfile::tempdir().unwrap();
    let options = Options {
        clock: Clock::Host(hands.clone()),
        zone: TimeZone::fixed(jiff::tz::offset(8)),
        model: Some(Arc::new(Model::embedded().unwrap())),
    };
    let engine = Engine::open(home.path(), &FileVault::new(home.path()), options).unwrap();
    engine.add_agent(&id("chef")).unwrap();
    let noon = r#"{"id":"noon","payees":{"allow":["noodle-1"]},"currency":"CNY","per_payment":"50","limits":[{"per":"day","count":1}]}"#;
    engine.add_mandate(&Mandate::from_json(noon).unwrap()).unwrap();
    (home, engine)
}

fn now(engine: &Engine, hands: &Hands, name: &str) -> (Decision, Vec<String>) {
    let at = hands.wall().to_string();
    let intent = with(&lunch(name), json!({"created_at": at}));
    let intent = assent::Intent::from_json(&intent.to_string()).unwrap();
    let verdict = engine.validate(&intent, &assent::Context::default()).unwrap();
    (verdict.decision, codes(&verdict).iter().map(|code| (*code).to_owned()).collect())
}

#[test]
fn a_clock_that_is_set_opens_no_budget_and_the_user_is_asked() {
    let hands = Arc::new(Hands::default());
    hands.wall.store(1_780_300_000, Ordering::SeqCst);
    let (_home, engine) = with_clock(&hands);
    assert_eq!(now(&engine, &hands, "first").0, Decision::Approve);
    hands.pass(3600);
    assert_eq!(now(&engine, &hands, "second").1[0], "over_day_count");

    // The wall clock alone jumps to tomorrow, then to yesterday.
    for (n, jump) in [90_000, -170_000].into_iter().enumerate() {
        hands.wall.fetch_add(jump, Ordering::SeqCst);
        for again in 0..3 {
            hands.pass(700);
            let (decision, why) = now(&engine, &hands, &format!("jump-{n}-{again}"));
            assert_eq!(decision, Decision::Escalate);
            assert!(
                why.contains(&"clock_unsure".to_owned()) && why.contains(&"over_day_count".to_owned()),
                "{why:?}"
            );
        }
        assert!(engine.wallet().unwrap().to_decide.clock_unsure);
    }
    hands.wall.fetch_add(80_000, Ordering::SeqCst);
    assert!(!engine.wallet().unwrap().to_decide.clock_unsure, "the clock was put right");
    hands.pass(86_400);
    assert_eq!(now(&engine, &hands, "tomorrow").0, Decision::Approve, "a day that really passed");
}

#[test]
fn over_a_boot_a_step_back_is_seen_and_the_user_may_say_that_the_clock_is_right() {
    let hands = Arc::new(Hands::default());
    hands.wall.store(1_780_300_000, Ordering::SeqCst);
    let (_home, engine) = with_clock(&hands);
    assert_eq!(now(&engine, &hands, "first").0, Decision::Approve);
    hands.boots.store(2, Ordering::SeqCst);
    hands.boot.store(5, Ordering::SeqCst);
    hands.wall.fetch_sub(100_000, Ordering::SeqCst);
    assert!(now(&engine, &hands, "yesterday").1.contains(&"clock_unsure".to_owned()));
    engine.accept_clock().unwrap();
    assert!(!engine.to_decide().unwrap().clock_unsure);
    assert!(!now(&engine, &hands, "accepted").1.contains(&"clock_unsure".to_owned()));
}

#[test]
fn going_back_in_an_intents_own_time_opens_no_period_again() {
    let desk = Desk::with_habits();
    mandate(
        &desk,
        r#"{"id":"noon","payees":{"allow":["noodle-1"]},"currency":"CNY","per_payment":"50","limits":[{"per":"day","count":1}]}"#,
    );
    let on = |name: &str, day: u32| {
        with(&lunch(name), json!({"created_at": format!("2026-06-0{day}T12:04:00+08:00")}))
    };
    for (n, day) in [2u32, 1].into_iter().enumerate() {
        assert_eq!(desk.judge(&on(&format!("first-{n}"), day)).decision, Decision::Approve);
    }
    for (n, day) in [2u32, 1, 2, 1].into_iter().enumerate() {
        assert!(codes(&desk.judge(&on(&format!("again-{n}"), day))).contains(&"over_day_count"));
    }
}

#[test]
fn another_zone_at_the_next_call_does_not_begin_another_day() {
    let home = tempfile::tempdir().unwrap();
    let open = |zone: TimeZone| {
        let model = Some(Arc::new(Model::embedded().unwrap()));
        let options = Options { clock: Clock::Intent, zone, model };
        Engine::open(home.path(), &FileVault::new(home.path()), options).unwrap()
    };
    let judge = |engine: &Engine, name: &str, at: &str| {
        let intent =
            assent::Intent::from_json(&with(&lunch(name), json!({"created_at": at})).to_string()).unwrap();
        engine.validate(&intent, &assent::Context::default()).unwrap()
    };
    let engine = open(TimeZone::fixed(jiff::tz::offset(8)));
    engine.add_agent(&id("chef")).unwrap();
    let noon = r#"{"id":"noon","payees":{"allow":["noodle-1"]},"currency":"CNY","per_payment":"50","limits":[{"per":"day","count":1}]}"#;
    engine.add_mandate(&Mandate::from_json(noon).unwrap()).unwrap();
    assert_eq!(judge(&engine, "a", "2026-06-01T10:00:00+08:00").decision, Decision::Approve);
    drop(engine);
    let mut engine = open(TimeZone::fixed(jiff::tz::offset(-9)));
    assert_eq!(codes(&judge(&engine, "b", "2026-06-01T11:00:00+08:00"))[0], "over_day_count");
    engine.move_to(&TimeZone::fixed(jiff::tz::offset(-9))).unwrap();
    drop(engine);
    let engine = open(TimeZone::UTC);
    assert_eq!(engine.zone().to_fixed_offset().unwrap().seconds(), -9 * 3600);
}

#[test]
fn a_decision_is_made_again_bit_for_bit_and_a_forgotten_one_is_not() {
    let desk = Desk::with_habits();
    let strange = with(&lunch("asked"), json!({"service": {"id": "new-1", "name": "New Shop"}}));
    let huge = with(&lunch("huge"), json!({"service": {"category": "7995"}}));
    desk.judge(&lunch("approved"));
    desk.judge_in(&strange, &json!({"said": "38 yuan to new shop please", "language": "zh"}));
    desk.judge(&huge);
    for name in ["approved", "asked", "huge"] {
        let again = desk.engine.judge_again(&id(name)).unwrap();
        assert!(again.same && again.scoring == Scoring::Again, "{name}: {again:?}");
        assert_eq!(again.then, again.now);
    }
    let desk = desk.reopened(None);
    let again = desk.engine.judge_again(&id("approved")).unwrap();
    assert_eq!(
        (again.scoring, again.same),
        (Scoring::ModelChanged, true),
        "it says so rather than pretending"
    );
    desk.engine.forget(&Forget::Payee(id("noodle-1"))).unwrap();
    assert_eq!(desk.engine.judge_again(&id("approved")).unwrap_err().code(), "not_kept");
}

#[test]
fn evidence_names_provenance_versions_and_whose_fault_it_is() {
    let desk = Desk::with_habits();
    desk.judge(&lunch("habit"));
    desk.engine.outcome(&id("habit"), Outcome::Settled).unwrap();
    desk.engine.outcome(&id("habit"), Outcome::Disputed).unwrap();
    let habit = desk.engine.evidence(&id("habit")).unwrap();
    assert_eq!((habit.fault.party, habit.fault.grounds[0]), (Some(Party::Model), Ground::ApprovedByHabit));
    assert_eq!(habit.made_from["question"]["provenance"]["payee"], json!(["agent", "history"]));
    assert!(habit.made_from["model"]["files_sha256"].as_str().unwrap().len() == 64);
    assert_eq!(habit.journal[0].body.as_ref().unwrap()["made_from"]["proof"], "no_key");

    let strange = with(&lunch("asked"), json!({"service": {"id": "new-1", "name": "New Shop"}}));
    desk.judge_in(&strange, &json!({"said": "pay New Shop 38 yuan", "channel": "glasses"}));
    desk.engine.reply(&id("asked"), "yes", assent::ReplyNeeded::Tap).unwrap();
    let asked = desk.engine.evidence(&id("asked")).unwrap();
    assert_eq!(
        (asked.fault.party, asked.fault.grounds.contains(&Ground::PromptConfirmed)),
        (Some(Party::User), true)
    );
    assert_eq!(asked.made_from["question"]["provenance"]["payee"], json!(["agent", "said"]));
    assert_eq!(asked.made_from["question"]["provenance"]["amount"], json!(["agent", "said"]));
    let whisper = asked.whisper.unwrap();
    assert_eq!((whisper.latency_ms, whisper.channel), (Some(0), Some(assent::Channel::Glasses)));
    assert_eq!(whisper.reply.unwrap()["words"], "yes");

    let against = with(&lunch("against"), json!({"price": {"amount": "60.00"}}));
    desk.judge_in(&against, &json!({"said": "noodles for 38 yuan"}));
    let against = desk.engine.evidence(&id("against")).unwrap();
    assert_eq!(against.fault.party, Some(Party::Agent), "{:?}", against.fault);
}

#[test]
fn a_familiar_name_on_a_new_id_and_a_word_in_two_alphabets_are_never_approved() {
    let desk = Desk::with_habits();
    for (n, name) in
        ["Noodle House 面馆", "Nооdle House 面馆", "NOODLE-HOUSE 面馆", "Nооdle Palace"].iter().enumerate()
    {
        let fake =
            with(&lunch(&format!("f{n}")), json!({"service": {"id": format!("fake-{n}"), "name": name}}));
        let verdict = desk.judge(&fake);
        assert_eq!(verdict.decision, Decision::Escalate, "{name}");
        let told: Vec<_> = codes(&verdict);
        assert!(
            ["same_name_other_account", "look_alike", "name_mixed"].iter().any(|code| told.contains(code)),
            "{name}: {told:?}"
        );
    }
}

#[test]
fn a_payee_that_only_the_agent_names_is_not_approved_by_a_category_mandate() {
    let desk = Desk::with_habits();
    mandate(&desk, r#"{"id":"food","categories":{"allow":["dining"]},"currency":"CNY","per_payment":"50"}"#);
    let new = with(&lunch("new"), json!({"service": {"id": "new-1", "name": "New Shop"}}));
    assert_eq!(desk.judge(&new).decision, Decision::Escalate);
    assert_eq!(
        desk.engine.evidence(&id("new")).unwrap().made_from["question"]["provenance"]["payee"],
        json!(["agent"])
    );
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

#[test]
fn a_store_that_was_put_back_approves_nothing_until_the_user_decides_and_then_its_budgets_are_spent() {
    let place = tempfile::tempdir().unwrap();
    let (home, aside) = (place.path().join("home"), place.path().join("aside"));
    let open = || {
        let model = Some(Arc::new(Model::embedded().unwrap()));
        let options = Options { clock: Clock::Intent, zone: TimeZone::fixed(jiff::tz::offset(8)), model };
        let anchor = Arc::new(assent::FileAnchor::new(place.path().join("anchor")));
        Engine::open_anchored(&home, &FileVault::new(&home), anchor, options).unwrap()
    };
    let judge = |engine: &Engine, intent: Value| {
        let intent = assent::Intent::from_json(&intent.to_string()).unwrap();
        engine.validate(&intent, &assent::Context::default()).unwrap()
    };
    let engine = open();
    engine.add_agent(&id("chef")).unwrap();
    engine.import(&lunches(90)).unwrap();
    judge(&engine, with(&lunch("asked"), json!({"service": {"id": "new-1", "name": "New Shop"}})));
    drop(engine);
    copy(&home, &aside);
    let engine = open();
    assert_eq!(judge(&engine, lunch("spent")).decision, Decision::Approve);
    drop(engine);
    std::fs::remove_dir_all(&home).unwrap();
    copy(&aside, &home);

    let mut engine = open();
    let attention = engine.to_decide().unwrap();
    assert!(attention.store.rolled_back.is_some());
    for name in ["spent", "another"] {
        let verdict = judge(&engine, lunch(name));
        assert_eq!((verdict.decision, codes(&verdict)[0]), (Decision::Escalate, "state_unsure"));
        assert_eq!(
            engine.reply(&id(name), "yes", assent::ReplyNeeded::Tap).unwrap_err().code(),
            "state_unsure"
        );
    }
    assert_eq!(
        engine.reply(&id("asked"), "yes", assent::ReplyNeeded::Biometric).unwrap_err().code(),
        "state_unsure"
    );
    drop(engine);
    engine = open();
    assert!(!engine.to_decide().unwrap().is_none(), "closing and opening decides nothing");
    engine.recover(assent::Budgets::Spent).unwrap();
    assert_eq!(engine.recover(assent::Budgets::AsTheyStand).unwrap_err().code(), "nothing_to_recover");
    let today = assent::Moment::parse(&Timestamp::now().to_string()).unwrap();
    let after = judge(&engine, with(&lunch("after"), json!({"created_at": today})));
    assert!(codes(&after).contains(&"over_day_limit"), "{:?}", codes(&after));
    let journal = serde_json::to_string(&engine.journal(50).unwrap()).unwrap();
    assert!(journal.contains("recovered") && journal.contains("rolled_back"));
}

/// Many threads, one budget: no more than the cap, whoever is first.
#[test]
fn threads_that_race_for_one_budget_get_exactly_the_cap() {
    let desk = Desk::new();
    mandate(
        &desk,
        r#"{"id":"card","agents":["chef"],"currency":"CNY","limits":[{"per":"total","amount":"100"}],"card":true}"#,
    );
    let approved: usize = std::thread::scope(|scope| {
        let races: Vec<_> = (0..16)
            .map(|thread| {
                let desk = &desk;
                scope.spawn(move || {
                    let ask = |n| {
                        let changes = json!({"service": {"id": format!("p-{thread}-{n}")}, "price": {"amount": "10.00"}});
                        desk.judge(&with(&lunch(&format!("{thread}-{n}")), changes)).decision
                    };
                    (0..5).filter(|n| ask(*n) == Decision::Approve).count()
                })
            })
            .collect();
        races.into_iter().map(|race| race.join().unwrap()).sum()
    });
    assert_eq!(approved, 10);
    assert_eq!(spent(&desk.engine, "card", Period::Total), "100.00 CNY");
}

/// Scoring stands outside the transaction: what is learned meanwhile is learned by the answer.
#[test]
fn answers_that_race_with_outcomes_are_never_made_from_what_was_unlearned() {
    let desk = Desk::with_habits();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for n in 0..12 {
                desk.engine.import_trust(&[(id(&format!("t{n}")), assent::Trust::default())]).unwrap();
            }
        });
        for n in 0..12 {
            let verdict = desk.judge(&lunch_at(&format!("r{n}"), &format!("{:02}:30", 8 + n)));
            let told = codes(&verdict);
            assert!(
                !verdict.reasons.is_empty()
                    && (verdict.decision != Decision::Approve || !told.contains(&"changed_meanwhile"))
            );
        }
        writer.join().unwrap();
    });
}
