//! Poisoning by patience: an agent that raises its amounts a little each day, or pays small ones for weeks and then strikes. What it
//! settles without asking teaches the habit, so the habit must not let itself be stretched by it; nor may a person's own yeses take
//! the threshold out of its band.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]

use assent::{BillEntry, Context, Decision, Intent, Mandate, Model, Outcome, Profile, ReplyNeeded, Rules};
use assent_tests::{Desk, codes, id, lunch, with};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A mandate that lets everything be asked for and names nobody: only the habit stands between an agent and the money.
const ANYTHING: &str = r#"{"id":"all","currency":"CNY","per_payment":"1000000","limits":[{"per":"total","amount":"100000000"}]}"#;
/// What an approval may come to, in what the user vouched for at that payee.
const MOST_TIMES: i64 = 2;

fn open_handed() -> Desk {
    let desk = Desk::with_habits();
    desk.engine.add_mandate(&Mandate::from_json(ANYTHING).unwrap()).unwrap();
    desk
}

fn yuan(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// Lunch on the day so many days after 2026-06-01, for so much.
fn lunch_on(day: i64, minor: i64) -> Value {
    let date = Date::constant(2026, 6, 1).checked_add(day.days()).unwrap();
    with(
        &lunch(&format!("d{day}-{minor}")),
        json!({"price": {"amount": yuan(minor)}, "created_at": format!("{date}T12:04:00+08:00")}),
    )
}

/// Lets the agent ask, and settles what is approved. Nobody answers a whisper.
fn let_it_pay(desk: &Desk, intent: &Value) -> bool {
    let approved = desk.judge(intent).decision == Decision::Approve;
    if approved {
        desk.engine.outcome(&id(intent["id"].as_str().unwrap()), Outcome::Settled).unwrap();
    }
    approved
}

#[test]
fn a_climb_of_one_percent_a_day_ends_at_twice_what_the_user_paid() {
    let desk = open_handed();
    let (mut asked, mut most, mut amount) = (0, 0, 3800.0f64);
    for day in 0..300 {
        let minor = amount.round() as i64;
        if let_it_pay(&desk, &lunch_on(day, minor)) {
            most = most.max(minor);
        } else {
            asked += 1;
        }
        amount *= 1.01;
    }
    assert!((3800..=MOST_TIMES * 3800).contains(&most), "{most} approved in a climb to {amount}");
    assert!(asked >= 200, "only {asked} of 300 asked about");
}

#[test]
fn an_agent_that_climbs_only_as_far_as_it_got_gets_no_farther() {
    // A patient one: one percent above what passed last, and back where it was asked about.
    let desk = open_handed();
    let mut level = 3800i64;
    for day in 0..300 {
        let next = level + level / 100;
        if let_it_pay(&desk, &lunch_on(day, next)) {
            level = next;
        } else {
            let_it_pay(&desk, &lunch_on(1000 + day, level));
        }
    }
    assert!(level <= MOST_TIMES * 3800, "{level}");
}

#[test]
fn what_the_user_confirms_moves_the_end_of_the_climb() {
    let desk = open_handed();
    let strike = lunch_on(0, 9900);
    assert_eq!(desk.judge(&strike).decision, Decision::Escalate);
    desk.engine.reply(&id(strike["id"].as_str().unwrap()), "yes", ReplyNeeded::Biometric).unwrap();
    desk.engine.outcome(&id(strike["id"].as_str().unwrap()), Outcome::Settled).unwrap();
    for day in 1..60 {
        assert!(!let_it_pay(&desk, &lunch_on(day, 99 * 100 * MOST_TIMES + 100)));
    }
}

#[test]
fn a_warm_up_of_small_payments_buys_no_strike() {
    let desk = open_handed();
    let kiosk = |name: &str, day: i64, minor: i64| {
        with(&lunch_on(day, minor), json!({"id": name, "service": {"id": "kiosk-1", "name": "Corner Kiosk"}}))
    };
    let mut confirmed = 0;
    for day in 0..60 {
        let small = kiosk(&format!("w{day}"), day, 100 + 50 * (day % 9));
        if let_it_pay(&desk, &small) {
            continue;
        }
        // The user goes along with the first few, as one would with a bottle of water.
        if confirmed < 6 && desk.engine.reply(&id(&format!("w{day}")), "yes", ReplyNeeded::Biometric).is_ok()
        {
            desk.engine.outcome(&id(&format!("w{day}")), Outcome::Settled).unwrap();
            confirmed += 1;
        }
    }
    for (n, minor) in [1_100, 5_000, 50_000, 500_000, 5_000_000].into_iter().enumerate() {
        let strike = desk.judge(&kiosk(&format!("strike{n}"), 61, minor));
        assert_eq!(strike.decision, Decision::Escalate, "{minor}");
        assert!(codes(&strike).contains(&"amount_unusual"), "{minor}");
    }
}

#[test]
fn a_persons_answers_move_the_threshold_inside_its_band_and_no_farther() {
    let desk = open_handed();
    let thresholds = Model::embedded().unwrap().info().thresholds.clone().unwrap();
    let least = thresholds.approve_least.unwrap();
    let most = thresholds.approve_most.unwrap();
    let from = || desk.engine.wallet().unwrap().approves_from.unwrap();
    assert!(least < thresholds.approve && thresholds.approve < most);
    assert_eq!(from(), thresholds.approve);

    // Payees known well enough that nothing but the score is in doubt, at amounts that it does not like.
    let doubtful = |n: i64| {
        let strange =
            [json!([]), json!([{"name": "gift card"}]), json!([{"name": "bicycle"}, {"name": "helmet"}])];
        let mut asked = strange.iter().flat_map(|items| {
            (10..57).rev().map(move |yuan| with(&lunch_on(2 * n, 100 * yuan), json!({"items": items})))
        });
        let found = asked.find(|intent| {
            let asked = Intent::from_json(&intent.to_string()).unwrap();
            codes(&desk.engine.rehearse(&asked, &Context::default()).unwrap()).first()
                == Some(&"not_familiar")
        });
        let intent = found.expect("an amount that only the score asks about");
        desk.judge(&intent);
        id(intent["id"].as_str().unwrap())
    };
    for n in 0..20 {
        desk.engine.reply(&doubtful(n), "yes", ReplyNeeded::Biometric).unwrap();
    }
    assert_eq!(from(), least, "yes upon yes ends at the floor");
    for n in 20..40 {
        desk.engine.reply(&doubtful(n), "no", ReplyNeeded::Tap).unwrap();
    }
    assert_eq!(from(), most, "no upon no ends at the top");
}

#[test]
fn where_on_what_and_through_whom_never_raises_a_score() {
    // The cards that taught the head tell neither place nor agent nor device: these are for rules, which only ask.
    let (rules, mut profile) = (rules(), Profile::default());
    for row in assent_tests::lunches(40).rows {
        if let BillEntry::Payment(payment) = row.entry {
            profile.learn(&payment);
        }
    }
    let score = |intent: &Value, context: &str| {
        let intent = Intent::from_json(&intent.to_string()).unwrap();
        rules.judge(&profile, &intent, &Context::from_json(context).unwrap()).score
    };
    let plain = score(&lunch("a"), "{}");
    for context in [
        r#"{"place":{"lat":31.2,"lon":121.5}}"#,
        r#"{"place":{"lat":-33.9,"lon":151.2}}"#,
        r#"{"channel":"watch"}"#,
        r#"{"channel":"cockpit","moving":true}"#,
    ] {
        assert_eq!(score(&lunch("a"), context), plain, "{context}");
    }
    assert_eq!(score(&with(&lunch("a"), json!({"agent": "stranger"})), "{}"), plain);
}

fn rules() -> Rules {
    let model = Model::embedded().unwrap();
    Rules { model: Some(model), mandates: vec![Mandate::from_json(ANYTHING).unwrap()], zone: TimeZone::UTC }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Whatever an agent asks for in whatever order, and however much of it is approved and settles: nothing above twice what the user paid.
    #[test]
    fn no_walk_of_amounts_gets_beyond_the_bound(steps in prop::collection::vec(0.7f64..1.5, 40)) {
        let desk = open_handed();
        let mut level = 3800i64;
        for (day, step) in steps.iter().enumerate() {
            let next = ((level as f64 * step) as i64).max(1);
            if let_it_pay(&desk, &lunch_on(day as i64, next)) {
                prop_assert!(next <= MOST_TIMES * 3800, "{next}");
                level = next;
            }
        }
    }

    /// Taking payments back leaves the habits as if they had never been: the same scores, evidence and reasons for whatever is asked next.
    #[test]
    fn what_is_disputed_was_never_learned(amounts in prop::collection::vec(3_000i64..5_000, 1..6), kept in 0usize..6) {
        let (with_dispute, without) = (open_handed(), open_handed());
        for (day, minor) in amounts.iter().enumerate() {
            let intent = lunch_on(day as i64, *minor);
            let name = id(intent["id"].as_str().unwrap());
            let settle = |desk: &Desk| {
                if desk.judge(&intent).decision != Decision::Approve {
                    desk.engine.reply(&name, "yes", ReplyNeeded::Biometric).unwrap();
                }
                desk.engine.outcome(&name, Outcome::Settled).unwrap();
            };
            if day == kept {
                settle(&without);
            }
            settle(&with_dispute);
        }
        for (day, minor) in amounts.iter().enumerate().filter(|(day, _)| *day != kept) {
            let name = lunch_on(day as i64, *minor)["id"].as_str().unwrap().to_owned();
            with_dispute.engine.outcome(&id(&name), Outcome::Disputed).unwrap();
        }
        for minor in [3_000, 3_800, 4_400, 9_000] {
            let probe = Intent::from_json(&lunch_on(30, minor).to_string()).unwrap();
            let look = |desk: &Desk| {
                let verdict = desk.engine.rehearse(&probe, &Context::default()).unwrap();
                (verdict.score.to_bits(), verdict.evidence)
            };
            prop_assert_eq!(look(&with_dispute), look(&without));
        }
    }
}
