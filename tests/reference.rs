//! The whole state machine of money against a slow and obvious reference, which keeps nothing but the list of what happened and looks
//! through all of it every time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]

use assent::{Decision, Mandate, Outcome, Paid, Period, ReplyNeeded, State};
use assent_tests::{Desk, id, lunch, with};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A card: 30 yuan a payment, 4 payments and 80 yuan a day, 200 in all; 0.01 yuan at a time in a session, 30 in a minute, 0.40 in all.
const CARD: &str = r#"{"id":"card","agents":["game"],"currency":"CNY","per_payment":"30","limits":[{"per":"day","amount":"80","count":4},{"per":"total","amount":"200"}],"card":true}"#;
const STREAM: &str = r#"{"id":"stream","agents":["tv"],"payees":{"allow":["video"]},"currency":"CNY","per_payment":"0.02","limits":[{"per":"total","amount":"0.40"}],"valid_until":"2027-01-01T00:00:00Z","session":{"per_minute":5}}"#;

/// What may happen. Times only go forward, in minutes from midnight of the first of June.
#[derive(Clone, Debug)]
enum Step {
    /// An agent asks for an amount in fen; with a window of so many minutes, or without one.
    Ask { agent: bool, fen: i64, later: i64, window: Option<i64> },
    /// One of the intents so far comes again.
    Again(usize),
    /// One of the intents so far is closed.
    Close(usize, Outcome),
    /// It was paid, so many fen.
    Paid(usize, i64),
    /// It was paid to somebody else.
    Elsewhere(usize),
    /// The user suspends the agent, or lets it act again.
    Suspend(bool, bool),
}

fn step() -> impl Strategy<Value = Step> {
    let outcome = prop::sample::select(vec![
        Outcome::Settled,
        Outcome::Refunded,
        Outcome::Disputed,
        Outcome::Abandoned,
    ]);
    prop_oneof![
        6 => (any::<bool>(), 1i64..4_000, 0i64..200, prop::option::weighted(0.3, 1i64..120))
            .prop_map(|(agent, fen, later, window)| Step::Ask { agent, fen: if agent { fen } else { fen % 3 + 1 }, later: if agent { later } else { later / 150 }, window }),
        1 => (0usize..40).prop_map(Step::Again),
        3 => (0usize..40, outcome).prop_map(|(n, outcome)| Step::Close(n, outcome)),
        2 => (0usize..40, 1i64..5_000).prop_map(|(n, fen)| Step::Paid(n, fen)),
        1 => (0usize..40).prop_map(Step::Elsewhere),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(agent, on)| Step::Suspend(agent, on)),
    ]
}

/// One intent as the reference remembers it.
#[derive(Clone, Debug)]
struct Known {
    card: bool,
    minute: i64,
    /// What an approval covers, and when its window ends.
    fen: i64,
    ends: Option<i64>,
    decision: Decision,
    state: State,
    /// What is counted now, where anything is: fen, and whether its payee is the one that was approved.
    counted: i64,
}

impl Known {
    fn counts(&self) -> bool {
        self.state.is_booked()
    }
}

#[derive(Default)]
struct Reference {
    intents: Vec<Known>,
    clock: i64,
    suspended: [bool; 2],
}

impl Reference {
    fn lapse(&mut self, now: i64) {
        for known in &mut self.intents {
            let open = matches!(known.state, State::Approved | State::Confirmed);
            if known.card && open && known.ends.is_some_and(|ends| ends <= now) {
                known.state = State::Lapsed;
            }
        }
    }

    fn decide(&self, card: bool, fen: i64, now: i64) -> Decision {
        let same = || self.intents.iter().filter(move |known| known.card == card && known.counts());
        let total: i64 = same().map(|known| known.counted).sum();
        let fits = if card {
            let today = || same().filter(move |known| known.minute / 1440 == now / 1440);
            let day: i64 = today().map(|known| known.counted).sum();
            fen <= 3_000 && day + fen <= 8_000 && today().count() < 4 && total + fen <= 20_000
        } else {
            // The rate counts what was approved, whatever became of it.
            let minute = self
                .intents
                .iter()
                .filter(|known| !known.card && known.minute == now && known.decision == Decision::Approve);
            fen <= 2 && total + fen <= 40 && minute.count() < 5
        };
        if self.suspended[usize::from(card)] || (!fits && (card || fen <= 2)) {
            Decision::Decline
        } else if fits {
            Decision::Approve
        } else {
            Decision::Escalate
        }
    }
}

fn moment(minute: i64) -> String {
    format!("2026-06-{:02}T{:02}:{:02}:00+08:00", 1 + minute / 1440, minute % 1440 / 60, minute % 60)
}

fn amount(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

fn intent(n: usize, known: &Known) -> Value {
    let (agent, payee) = if known.card { ("game", "arcade") } else { ("tv", "video") };
    let mut intent = with(
        &lunch(&format!("i{n}")),
        json!({
            "agent": agent, "service": {"id": payee, "name": if known.card { "Arcade" } else { "Video" }, "category": "games"},
            "price": {"amount": amount(known.fen)}, "items": [], "created_at": moment(known.minute),
        }),
    );
    if let Some(ends) = known.ends {
        intent["negotiation"] = json!({"expires_at": moment(ends)});
    }
    intent
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn money_is_where_a_slow_reference_says_it_is(steps in prop::collection::vec(step(), 1..50)) {
        let desk = Desk::new();
        for agent in ["game", "tv"] {
            desk.engine.add_agent(&id(agent)).unwrap();
        }
        for text in [CARD, STREAM] {
            desk.engine.add_mandate(&Mandate::from_json(text).unwrap()).unwrap();
        }
        let mut reference = Reference::default();
        for step in steps {
            match step {
                Step::Ask { agent: card, fen, later, window } => {
                    reference.clock += later;
                    let now = reference.clock;
                    if now >= 28 * 1440 {
                        break;
                    }
                    reference.lapse(now);
                    let ends = window.filter(|_| card).map(|minutes| now + minutes);
                    let decision = reference.decide(card, fen, now);
                    let state = State::from(decision);
                    let known = Known { card, minute: now, fen, ends, decision, state, counted: fen };
                    let verdict = desk.judge(&intent(reference.intents.len(), &known));
                    prop_assert_eq!(verdict.decision, decision, "{:?} {:?}", known, assent_tests::codes(&verdict));
                    reference.intents.push(known);
                }
                Step::Again(n) => {
                    if let Some(known) = reference.intents.get(n) {
                        prop_assert_eq!(desk.judge(&intent(n, known)).decision, known.decision);
                    }
                }
                Step::Close(n, outcome) => {
                    let Some(minute) = reference.intents.get(n).map(|known| known.minute) else { continue };
                    reference.lapse(minute);
                    let known = &mut reference.intents[n];
                    let closed = desk.engine.outcome(&id(&format!("i{n}")), outcome);
                    let expected = known.state.after(outcome);
                    prop_assert_eq!(closed.as_ref().ok().map(|closed| closed.state), expected);
                    known.state = expected.unwrap_or(known.state);
                }
                Step::Paid(n, fen) => {
                    let Some(minute) = reference.intents.get(n).filter(|known| known.card).map(|known| known.minute) else { continue };
                    reference.lapse(minute);
                    let known = &mut reference.intents[n];
                    let money = format!("{} CNY", amount(fen)).parse().unwrap();
                    let closed = desk.engine.settled(&id(&format!("i{n}")), &Paid { amount: Some(money), payee: None });
                    let mut expected = known.state.after(Outcome::Settled);
                    if expected == Some(State::Settled) && fen > known.fen {
                        expected = Some(State::Void);
                    }
                    prop_assert_eq!(closed.as_ref().ok().map(|closed| closed.state), expected);
                    if let Some(state) = expected {
                        known.state = state;
                        known.counted = fen;
                    }
                }
                Step::Elsewhere(n) => {
                    let Some(minute) = reference.intents.get(n).filter(|known| known.card).map(|known| known.minute) else { continue };
                    reference.lapse(minute);
                    let known = &mut reference.intents[n];
                    let paid = Paid { amount: Some(format!("{} CNY", amount(known.fen)).parse().unwrap()), payee: Some(id("thief")) };
                    let closed = desk.engine.settled(&id(&format!("i{n}")), &paid);
                    let expected = known.state.after(Outcome::Settled).map(|state| if state == State::Settled { State::Void } else { state });
                    prop_assert_eq!(closed.as_ref().ok().map(|closed| closed.state), expected);
                    if let Some(state) = expected {
                        known.state = state;
                        known.counted = known.fen;
                    }
                }
                Step::Suspend(card, on) => {
                    let agent = id(if card { "game" } else { "tv" });
                    reference.suspended[usize::from(card)] = on;
                    if on { desk.engine.suspend_agent(&agent).unwrap() } else { desk.engine.add_agent(&agent).unwrap() };
                }
            }
            let allowances = desk.engine.wallet().unwrap().allowances;
            for (mandate, card) in [("card", true), ("stream", false)] {
                let found = allowances.iter().find(|allowance| allowance.mandate.as_str() == mandate).unwrap();
                let total = found.rooms.iter().find(|room| room.budget.period == Period::Total).unwrap();
                let counted = || reference.intents.iter().filter(|known| known.card == card && known.counts());
                let sum: i64 = counted().map(|known| known.counted).sum();
                prop_assert_eq!((total.spent.minor(), total.count as usize), (sum, counted().count()), "{}", mandate);
            }
        }
        desk.engine.verify_journal().unwrap();
    }
}

#[test]
fn an_escalated_intent_is_answered_once_and_counts_from_then_on() {
    let desk = Desk::new();
    desk.judge(&lunch("a"));
    assert_eq!(desk.engine.reply(&id("a"), "yes", ReplyNeeded::Tap).unwrap().state, State::Confirmed);
    assert!(desk.engine.reply(&id("a"), "yes", ReplyNeeded::Tap).is_err());
}
