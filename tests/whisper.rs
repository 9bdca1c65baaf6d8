//! The whisper by name: who may answer what, how long, how often, and what no answer can ever do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]

use assent::{
    Assurance, Channel, Clock, Context, Decision, Device, Engine, FileVault, Forget, Given, Intent, Mandate,
    Model, Options, Outcome, Presence, Replied, ReplyEvent, ReplyNeeded, State, Tongue, Verdict, Wait,
};
use assent_tests::{Desk, codes, id, lunch, lunch_at, lunches, with};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A payment to a shop nobody knows: low and strange.
fn strange(name: &str) -> Value {
    with(&lunch(name), json!({"service": {"id": format!("shop-{name}"), "name": "New Shop"}}))
}

/// The usual lunch, asked about because the user's ceiling for it is low: low and familiar.
fn familiar(desk: &Desk, name: &str) -> Value {
    let mandate = json!({"id": format!("tight-{name}"), "payees": {"allow": ["noodle-1"]}, "currency": "CNY", "per_payment": "30.00"});
    desk.engine.add_mandate(&Mandate::from_json(&mandate.to_string()).unwrap()).unwrap();
    lunch(name)
}

/// A known name on another account: alarming.
fn alarming(name: &str, amount: &str) -> Value {
    with(
        &lunch(name),
        json!({"service": {"id": format!("thief-{name}"), "name": "Noodle House 面馆"}, "price": {"amount": amount}}),
    )
}

fn at(channel: &str) -> Value {
    json!({"channel": channel})
}

fn standing(channel: Channel) -> Device {
    Device { channel, moving: false }
}

fn driving() -> Device {
    Device { channel: Channel::Cockpit, moving: true }
}

fn reply_codes(replied: &Replied) -> Vec<&str> {
    replied.reasons.iter().map(|reason| reason.code.as_str()).collect()
}

fn answer(desk: &Desk, name: &str, given: &Given) -> Replied {
    desk.engine.answer(&id(name), given).unwrap()
}

fn word_of(verdict: &Verdict) -> String {
    verdict.whisper.as_ref().unwrap().challenge.as_ref().unwrap().word.clone()
}

// Assurance.

#[test]
fn a_typed_yes_is_a_touch_on_an_unlocked_desktop_and_confirms_an_ordinary_question() {
    for channel in ["phone", "glasses", "cockpit", "watch", "desktop"] {
        let desk = Desk::with_habits();
        desk.judge_in(&strange("s"), &at(channel));
        assert_eq!(answer(&desk, "s", &Given::typed("yes")).state, State::Confirmed, "{channel}");
    }
}

#[test]
fn a_televisions_yes_lacks_the_word_and_another_word_of_the_list_is_none() {
    let desk = Desk::with_habits();
    let asked = desk.judge_in(&strange("s"), &at("glasses"));
    let word = word_of(&asked);
    let spoken = |words: &str| Given::spoken(words, Channel::Glasses);
    assert_eq!(reply_codes(&answer(&desk, "s", &spoken("yes"))), ["word_missing"]);
    let wrong = if word == "tiger" { "yes, sunflower" } else { "yes, tiger" };
    assert_eq!(reply_codes(&answer(&desk, "s", &spoken(wrong))), ["word_missing"]);
    assert_eq!(answer(&desk, "s", &spoken(&format!("yes, {word}"))).state, State::Confirmed);
}

#[test]
fn no_voice_alone_authorises_what_is_high_or_alarming_word_or_not() {
    let high = with(&strange("h"), json!({"price": {"amount": "5000.00"}}));
    for (name, intent) in [("h", high), ("a", alarming("a", "38.00")), ("m", alarming("m", "500.00"))] {
        let desk = Desk::with_habits();
        let asked = desk.judge_in(&intent, &at("glasses")).whisper.unwrap();
        assert_eq!(
            (asked.waits_for, asked.challenge.is_none()),
            (Some(Wait::StrongerDevice), true),
            "{name}"
        );
        for given in [
            Given::spoken("yes", Channel::Glasses),
            Given::on(Channel::Glasses, ReplyEvent::Nod, Presence::Unlocked),
        ] {
            let replied = answer(&desk, name, &given);
            assert_eq!(
                (replied.state, reply_codes(&replied)[0]),
                (State::Asked, "reply_not_enough"),
                "{name}"
            );
        }
    }
}

#[test]
fn what_is_above_a_channels_ceiling_is_handed_to_a_stronger_device() {
    let desk = Desk::with_habits();
    let asked = desk.judge_in(&alarming("a", "500.00"), &at("watch")).whisper.unwrap();
    assert_eq!((asked.assurance, asked.waits_for), (Assurance::Biometric, Some(Wait::StrongerDevice)));
    let tapped = answer(&desk, "a", &Given::tapped(Channel::Watch));
    assert_eq!((tapped.state, tapped.needs), (State::Asked, Some(ReplyNeeded::Biometric)));
    let on_phone = desk.engine.show(&id("a"), standing(Channel::Phone)).unwrap();
    assert_eq!((on_phone.waits_for, on_phone.channel), (None, Channel::Phone));
    let recognised =
        Given { presence: Presence::Biometric, token: on_phone.token, ..Given::tapped(Channel::Phone) };
    assert_eq!(answer(&desk, "a", &recognised).state, State::Confirmed);
}

#[test]
fn a_tap_on_a_locked_phone_is_anybodys() {
    let desk = Desk::with_habits();
    desk.judge_in(&with(&strange("m"), json!({"price": {"amount": "70.00"}})), &at("phone"));
    desk.judge_in(&alarming("a", "38.00"), &at("phone"));
    let locked = Given { presence: Presence::Unknown, ..Given::tapped(Channel::Phone) };
    assert_eq!(answer(&desk, "a", &locked).state, State::Asked);
    assert_eq!(answer(&desk, "a", &Given::tapped(Channel::Phone)).state, State::Confirmed);
}

#[test]
fn five_failures_end_a_whisper_and_lock_weak_replies_until_the_owner_comes() {
    let desk = Desk::with_habits();
    desk.judge_in(&strange("s"), &at("glasses"));
    let yes = Given::spoken("yes", Channel::Glasses);
    let states: Vec<State> = (0..5).map(|_| answer(&desk, "s", &yes).state).collect();
    assert_eq!(states, [State::Asked, State::Asked, State::Asked, State::Asked, State::Refused]);
    assert!(desk.engine.outcome(&id("s"), Outcome::Settled).is_err());

    let next = desk
        .judge_in(&with(&strange("n"), json!({"created_at": "2026-06-01T12:20:00+08:00"})), &at("glasses"));
    let right = Given::spoken(&format!("yes, {}", word_of(&next)), Channel::Glasses);
    let locked = answer(&desk, "n", &right);
    assert_eq!((locked.state, reply_codes(&locked)[0]), (State::Asked, "replies_locked"));
    assert!(desk.engine.wallet().unwrap().attention.locked);
    assert_eq!(answer(&desk, "n", &Given::typed("yes")).state, State::Confirmed);
    assert!(!desk.engine.wallet().unwrap().attention.locked, "a touch on an unlocked device unlocks");
}

#[test]
fn a_no_always_counts_even_when_replies_are_locked_and_without_the_word() {
    let desk = Desk::with_habits();
    desk.judge_in(&strange("s"), &at("glasses"));
    (0..5).for_each(|_| drop(answer(&desk, "s", &Given::spoken("yes", Channel::Glasses))));
    desk.judge_in(&strange("n"), &at("glasses"));
    assert_eq!(answer(&desk, "n", &Given::spoken("no", Channel::Glasses)).state, State::Refused);
    assert!(desk.engine.wallet().unwrap().attention.locked, "a stranger's no unlocks nothing");
}

#[test]
fn the_devices_own_speech_is_never_heard_as_the_reply() {
    let desk = Desk::with_habits();
    let asked = desk.judge_in(&familiar(&desk, "f"), &at("glasses")).whisper.unwrap();
    for given in [
        Given { while_speaking: true, ..Given::spoken("yes", Channel::Glasses) },
        Given::spoken(&asked.speak, Channel::Glasses),
    ] {
        let replied = answer(&desk, "f", &given);
        assert_eq!((replied.state, reply_codes(&replied)[0]), (State::Asked, "heard_itself"));
    }
    // Heard itself as often as it likes: noise is no failure.
    for _ in 0..10 {
        answer(&desk, "f", &Given { while_speaking: true, ..Given::spoken("yes", Channel::Glasses) });
    }
    assert!(!desk.engine.wallet().unwrap().attention.locked);
    assert_eq!(answer(&desk, "f", &Given::typed("yes")).state, State::Confirmed);
}

#[test]
fn at_the_wheel_what_is_strange_waits_until_the_car_is_parked() {
    let desk = Desk::with_habits();
    let asked = desk.judge_in(&strange("s"), &json!({"channel": "cockpit", "moving": true})).whisper.unwrap();
    assert_eq!((asked.waits_for, asked.show.as_str(), asked.views.len()), (Some(Wait::Parked), "", 0));
    for given in [
        Given { device: driving(), ..Given::spoken("yes", Channel::Cockpit) },
        Given { device: driving(), presence: Presence::Biometric, ..Given::tapped(Channel::Phone) },
    ] {
        let replied = answer(&desk, "s", &given);
        assert_eq!((replied.state, reply_codes(&replied)[0]), (State::Asked, "not_while_moving"));
    }
    let parked = desk.engine.show(&id("s"), standing(Channel::Cockpit)).unwrap();
    assert_eq!(parked.waits_for, None);
    let tap = Given { token: parked.token, ..Given::tapped(Channel::Cockpit) };
    assert_eq!(answer(&desk, "s", &tap).state, State::Confirmed);
}

#[test]
fn at_the_wheel_there_is_one_short_exchange_and_the_rest_waits() {
    let desk = Desk::with_habits();
    let asked = desk.judge_in(&familiar(&desk, "f"), &json!({"channel": "cockpit", "moving": true}));
    let whisper = asked.whisper.unwrap();
    assert_eq!((whisper.waits_for, whisper.assurance), (None, Assurance::Voice));
    let replied =
        answer(&desk, "f", &Given { device: driving(), ..Given::spoken("hmm banana", Channel::Cockpit) });
    assert_eq!((replied.state, replied.waits_for), (State::Asked, Some(Wait::Parked)));
    let late = answer(&desk, "f", &Given { device: driving(), ..Given::spoken("yes", Channel::Cockpit) });
    assert_eq!(reply_codes(&late), ["not_while_moving"]);
}

#[test]
fn a_familiar_low_payment_is_confirmed_by_voice_at_the_wheel() {
    let desk = Desk::with_habits();
    desk.judge_in(&familiar(&desk, "f"), &json!({"channel": "cockpit", "moving": true}));
    let yes = Given { device: driving(), ..Given::spoken("yes", Channel::Cockpit) };
    assert_eq!(answer(&desk, "f", &yes).state, State::Confirmed);
}

// Labels.

#[test]
fn only_a_known_name_or_the_users_own_is_read_out_never_the_agents() {
    let desk = Desk::with_habits();
    let spoken = |intent: &Value| desk.judge_in(intent, &at("cockpit")).whisper.unwrap().speak;
    assert!(!spoken(&strange("claimed")).contains("New Shop"));
    assert!(spoken(&familiar(&desk, "known")).contains("Noodle House"));
    let alias = assent::Text::line("Auntie Wang", 40).unwrap();
    desk.engine.set_alias(&id("shop-own"), Some(&alias)).unwrap();
    assert!(spoken(&strange("own")).contains("Auntie Wang"));
    desk.engine.forget(&Forget::Payee(id("shop-own"))).unwrap();
    desk.engine.set_alias(&id("shop-gone"), Some(&alias)).unwrap();
    desk.engine.set_alias(&id("shop-gone"), None).unwrap();
    assert!(!spoken(&strange("gone")).contains("Auntie Wang"));
}

// The token.

#[test]
fn a_token_of_another_whisper_or_of_no_whisper_is_a_failure() {
    let desk = Desk::with_habits();
    let first = desk.judge(&strange("a")).whisper.unwrap();
    let second = desk.judge(&strange("b")).whisper.unwrap();
    assert_ne!(first.token, second.token);
    for token in [second.token.clone().unwrap(), String::new(), "00".repeat(32), "not hexadecimal".to_owned()]
    {
        let replied = answer(&desk, "a", &Given { token: Some(token), ..Given::typed("yes") });
        assert_eq!((replied.state, reply_codes(&replied)[0]), (State::Asked, "token_wrong"));
    }
    assert_eq!(
        answer(&desk, "a", &Given { token: first.token.clone(), ..Given::typed("yes") }).state,
        State::Confirmed
    );
    let used = desk.engine.answer(&id("a"), &Given { token: first.token, ..Given::typed("yes") });
    assert_eq!(used.unwrap_err().code(), "no_open_whisper", "a token is good for one reply");
}

#[test]
fn the_token_is_in_the_verdict_across_restarts_and_in_no_dry_run() {
    let desk = Desk::with_habits();
    let asked = desk.judge(&strange("a"));
    let desk = desk.reopened(Some(Model::embedded().unwrap()));
    assert_eq!(desk.judge(&strange("a")).whisper, asked.whisper);
    let intent = Intent::from_json(&strange("dry").to_string()).unwrap();
    assert_eq!(desk.engine.rehearse(&intent, &Context::default()).unwrap().whisper.unwrap().token, None);
    let given = Given { token: asked.whisper.unwrap().token, ..Given::typed("yes") };
    assert_eq!(answer(&desk, "a", &given).state, State::Confirmed);
}

// The life of a whisper.

#[test]
fn a_whisper_survives_the_death_of_its_process() {
    let desk = Desk::with_habits();
    desk.judge_in(&strange("s"), &at("watch"));
    let desk = desk.reopened(Some(Model::embedded().unwrap()));
    let waiting = desk.engine.open_whispers().unwrap();
    assert_eq!((waiting.len(), waiting[0].intent_id.as_str()), (1, "s"));
    let shown = desk.engine.show(&id("s"), standing(Channel::Watch)).unwrap();
    assert!(shown.button.contains("38"));
    assert_eq!(
        answer(&desk, "s", &Given { token: shown.token, ..Given::tapped(Channel::Watch) }).state,
        State::Confirmed
    );
    assert!(desk.engine.open_whispers().unwrap().is_empty());
}

#[test]
fn of_two_devices_the_first_wins_and_the_second_is_told() {
    let desk = Desk::with_habits();
    let on_phone = desk.judge_in(&strange("s"), &at("phone")).whisper.unwrap();
    let on_watch = desk.engine.show(&id("s"), standing(Channel::Watch)).unwrap();
    assert_eq!(
        (&on_watch.token, on_watch.lapses_at),
        (&on_phone.token, on_phone.lapses_at),
        "both ask the same question"
    );
    assert_eq!(
        answer(&desk, "s", &Given { token: on_watch.token, ..Given::tapped(Channel::Watch) }).state,
        State::Confirmed
    );
    let second = desk.engine.answer(
        &id("s"),
        &Given { token: on_phone.token, ..Given::on(Channel::Phone, ReplyEvent::Refuse, Presence::Unlocked) },
    );
    let told = second.unwrap_err();
    assert_eq!(told.code(), "no_open_whisper");
    assert!(told.to_string().contains("confirmed"), "{told}");
}

#[test]
fn switching_the_app_away_changes_nothing() {
    let desk = Desk::with_habits();
    let first = desk.judge_in(&strange("s"), &at("phone")).whisper.unwrap();
    let again = desk.engine.show(&id("s"), standing(Channel::Phone)).unwrap();
    assert_eq!((again.token, again.lapses_at, again.show), (first.token, first.lapses_at, first.show));
}

#[test]
fn a_question_is_answered_and_asked_again() {
    let desk = Desk::with_habits();
    desk.judge(&strange("s"));
    for question in ["how much is it?", "who gets it?", "why?"] {
        let replied = answer(&desk, "s", &Given::typed(question));
        assert_eq!(replied.state, State::Asked, "{question}");
        assert!(replied.answer.is_some_and(|answer| !answer.is_empty()), "{question}");
    }
    assert_eq!(answer(&desk, "s", &Given::typed("yes")).state, State::Confirmed);
}

/// A desk whose clock is the system's, for what depends on time that passes.
fn live() -> (Engine, tempfile::TempDir) {
    let home = tempfile::tempdir().unwrap();
    let options = Options { clock: Clock::System, zone: jiff::tz::TimeZone::UTC, model: None };
    let engine = Engine::open(home.path(), &FileVault::new(home.path()), options).unwrap();
    engine.add_agent(&id("chef")).unwrap();
    (engine, home)
}

/// An intent made so many seconds ago.
fn made_ago(name: &str, seconds: i64, changes: Value) -> Intent {
    let made = jiff::Timestamp::now().as_second() - seconds;
    let made = jiff::Timestamp::from_second(made).unwrap().to_string();
    Intent::from_json(&with(&with(&strange(name), json!({"created_at": made})), changes).to_string()).unwrap()
}

fn ends_in(seconds: i64) -> Value {
    let ends =
        jiff::Timestamp::from_second(jiff::Timestamp::now().as_second() + seconds).unwrap().to_string();
    json!({"negotiation": {"expires_at": ends}})
}

#[test]
fn a_whisper_waits_half_a_minute_longer_for_who_needs_it_and_never_beyond_the_offer() {
    let desk = Desk::with_habits();
    let waits = |name: &str, context: &Value, changes: Value| {
        let verdict = desk.judge_in(&with(&familiar(&desk, name), changes), context);
        verdict.whisper.unwrap().lapses_at.seconds()
            - assent::Moment::parse("2026-06-01T12:04:00+08:00").unwrap().seconds()
    };
    let (phone, wheel) = (at("phone"), json!({"channel": "cockpit", "moving": true}));
    assert_eq!(waits("usual", &phone, json!({})), 30);
    assert_eq!(waits("wheel", &wheel, json!({})), 15);
    assert_eq!(
        waits("offer", &phone, json!({"negotiation": {"expires_at": "2026-06-01T12:04:09+08:00"}})),
        9
    );
    desk.engine
        .prefer(assent::Preferences { wait_seconds: Some(240), ..assent::Preferences::default() })
        .unwrap();
    assert_eq!(waits("longer", &phone, json!({})), 240);
    assert_eq!(waits("longer-wheel", &wheel, json!({})), 240);
}

#[test]
fn what_waits_lapses_when_its_intent_is_an_hour_old() {
    let desk = Desk::with_habits();
    let asked = desk.judge_in(&strange("s"), &json!({"channel": "cockpit", "moving": true})).whisper.unwrap();
    assert_eq!(asked.lapses_at.to_string(), "2026-06-01T13:04:00+08:00");
}

#[test]
fn a_call_holds_a_whisper_twice_and_never_beyond_the_offer() {
    let (engine, _home) = live();
    let asked = engine.validate(&made_ago("a", 0, json!({})), &Context::default()).unwrap().whisper.unwrap();
    let (first, second) = (engine.hold(&id("a")).unwrap(), engine.hold(&id("a")).unwrap());
    assert!(first >= asked.lapses_at && second >= first);
    assert_eq!(engine.hold(&id("a")).unwrap(), second, "a third hold changes nothing");
    let given = Given { token: asked.token, ..Given::tapped(Channel::Phone) };
    assert_eq!(
        engine.answer(&id("a"), &Given { presence: Presence::Biometric, ..given }).unwrap().state,
        State::Confirmed
    );
    let offer =
        engine.validate(&made_ago("b", 0, ends_in(20)), &Context::default()).unwrap().whisper.unwrap();
    assert_eq!(engine.hold(&id("b")).unwrap().seconds(), offer.lapses_at.seconds());
}

#[test]
fn a_late_reply_is_void_and_silence_is_written_down_as_a_no() {
    let desk = Desk::with_habits();
    desk.judge(&strange("a"));
    // The same store by the system's clock: the half minute of June is long over.
    let Desk { engine, home } = desk;
    drop(engine);
    let options = Options { clock: Clock::System, zone: jiff::tz::TimeZone::UTC, model: None };
    let engine = Engine::open(home.path(), &FileVault::new(home.path()), options).unwrap();
    assert!(engine.open_whispers().unwrap().is_empty());
    assert_eq!(engine.answer(&id("a"), &Given::typed("yes")).unwrap_err().code(), "no_open_whisper");
    assert_eq!(engine.evidence(&id("a")).unwrap().state, State::Refused);
    assert!(engine.show(&id("a"), standing(Channel::Phone)).is_err());
}

// Attention.

#[test]
fn over_the_days_budget_questions_wait_quietly_and_none_becomes_an_approval() {
    let desk = Desk::with_habits();
    desk.engine.prefer(assent::Preferences { whispers_a_day: 3, ..assent::Preferences::default() }).unwrap();
    for n in 0..30 {
        let verdict = desk.judge(&strange(&format!("s{n}")));
        assert_eq!(verdict.decision, Decision::Escalate);
        let whisper = verdict.whisper.unwrap();
        assert_eq!(whisper.waits_for == Some(Wait::Later), n >= 3, "{n}");
        assert_eq!(whisper.haptic.pulses_ms.is_empty() && whisper.speak.is_empty(), n >= 3);
    }
    assert_eq!(
        desk.judge(&lunch_at("usual", "12:30")).decision,
        Decision::Approve,
        "what is familiar is never held up"
    );
    let attention = desk.engine.wallet().unwrap().attention;
    assert_eq!((attention.asked_today, attention.put_off_today), (3, 27));
    let next_day = with(&strange("next"), json!({"created_at": "2026-06-02T12:00:00+08:00"}));
    assert_eq!(desk.judge(&next_day).whisper.unwrap().waits_for, None);
}

#[test]
fn one_agents_questions_leave_room_for_anothers() {
    let desk = Desk::with_habits();
    desk.engine.add_agent(&id("butler")).unwrap();
    desk.engine.prefer(assent::Preferences::default()).unwrap();
    let waits = |intent: &Value| desk.judge(intent).whisper.unwrap().waits_for;
    for n in 0..8 {
        assert_eq!(waits(&strange(&format!("s{n}"))), (n >= 6).then_some(Wait::Later), "{n}");
    }
    assert_eq!(waits(&with(&strange("b"), json!({"agent": "butler"}))), None);
}

#[test]
fn who_has_just_spoken_is_asked_at_once_whatever_the_budget() {
    let desk = Desk::with_habits();
    desk.engine.prefer(assent::Preferences { whispers_a_day: 0, ..assent::Preferences::default() }).unwrap();
    let asked = desk.judge_in(&strange("s"), &json!({"said": "order something at the New Shop"}));
    assert_eq!(asked.whisper.unwrap().waits_for, None);
    assert_eq!(desk.judge(&strange("t")).whisper.unwrap().waits_for, Some(Wait::Later));
}

#[test]
fn what_was_put_off_can_still_be_answered_alone() {
    let desk = Desk::with_habits();
    desk.engine.prefer(assent::Preferences { whispers_a_day: 0, ..assent::Preferences::default() }).unwrap();
    desk.judge(&strange("s"));
    assert_eq!(answer(&desk, "s", &Given::typed("yes")).state, State::Confirmed);
}

fn put_off(desk: &Desk, count: usize, amount: &str) {
    desk.engine.prefer(assent::Preferences { whispers_a_day: 0, ..assent::Preferences::default() }).unwrap();
    for n in 0..count {
        desk.judge(&with(&strange(&format!("s{n}")), json!({"price": {"amount": amount}})));
    }
}

#[test]
fn small_questions_of_one_agent_are_asked_together_and_each_is_paid_by_itself() {
    let desk = Desk::with_habits();
    put_off(&desk, 3, "20.00");
    let batch = desk.engine.batch(&id("chef"), Tongue::English).unwrap().unwrap();
    assert_eq!((batch.intents.len(), batch.amount.to_string()), (3, "60.00 CNY".to_owned()));
    assert!(batch.button.contains("60") && batch.button.contains('3'), "{}", batch.button);
    assert!(
        desk.engine.answer_batch(&Given::spoken("yes", Channel::Glasses)).unwrap().is_empty(),
        "a voice is not enough"
    );
    let replied = desk.engine.answer_batch(&Given::typed("yes, 60 yuan")).unwrap();
    assert_eq!(replied.iter().filter(|replied| replied.state == State::Confirmed).count(), 3);
    assert_eq!(desk.engine.answer_batch(&Given::typed("yes")).unwrap_err().code(), "no_open_whisper", "once");
}

#[test]
fn a_batch_holds_nothing_alarming_and_never_more_than_one_low_amount() {
    let desk = Desk::with_habits();
    put_off(&desk, 4, "90.00");
    desk.judge(&alarming("thief", "10.00"));
    let batch = desk.engine.batch(&id("chef"), Tongue::Chinese).unwrap().unwrap();
    assert_eq!(batch.intents.len(), 2, "180 of 200 yuan");
    assert!(!batch.intents.contains(&id("thief")));
}

#[test]
fn a_batch_that_was_refused_pays_nothing() {
    let desk = Desk::with_habits();
    put_off(&desk, 2, "20.00");
    desk.engine.batch(&id("chef"), Tongue::English).unwrap().unwrap();
    let replied = desk.engine.answer_batch(&Given::typed("no")).unwrap();
    assert!(replied.iter().all(|replied| replied.state == State::Refused) && replied.len() == 2);
    assert!(desk.engine.wallet().unwrap().lines.is_empty());
}

#[test]
fn a_flooding_agent_is_no_longer_passed_on_then_suspended_and_the_user_is_told_once() {
    let (engine, _home) = live();
    let judge =
        |n: usize| engine.validate(&made_ago(&format!("f{n}"), 0, json!({})), &Context::default()).unwrap();
    let verdicts: Vec<Verdict> = (0..60).map(judge).collect();
    let count = |code: &str| verdicts.iter().filter(|verdict| codes(verdict).contains(&code)).count();
    assert_eq!(verdicts.iter().filter(|verdict| verdict.decision == Decision::Escalate).count(), 20);
    assert_eq!((count("too_many_questions"), count("agent_suspended")), (21, 19));
    let notices = engine.wallet().unwrap().attention.notices;
    let kinds: Vec<&str> = notices.iter().map(|notice| notice.kind.as_str()).collect();
    assert_eq!(kinds, ["agent_flooding", "agent_suspended"]);
    assert_eq!(notices[1].asked, 41);
}

#[test]
fn questions_that_the_user_answers_are_no_flood() {
    let (engine, _home) = live();
    for n in 0..50 {
        let name = format!("f{n}");
        let verdict = engine.validate(&made_ago(&name, 0, json!({})), &Context::default()).unwrap();
        assert_eq!(verdict.decision, Decision::Escalate, "{n}");
        engine.answer(&id(&name), &Given::typed(if n % 2 == 0 { "no" } else { "yes" })).unwrap();
    }
}

#[test]
fn a_stream_of_thousands_under_the_intents_clock_suspends_nobody() {
    let desk = Desk::with_habits();
    for n in 0..120 {
        let verdict = desk.judge(&strange(&format!("s{n}")));
        assert_eq!((verdict.decision, verdict.whisper.unwrap().waits_for), (Decision::Escalate, None));
    }
    assert_eq!(desk.judge(&lunch("usual")).decision, Decision::Approve);
}

#[test]
fn a_yes_to_everything_raises_care_and_a_no_now_and_then_does_not() {
    for (refuses, careful) in [(false, true), (true, false)] {
        let desk = Desk::with_habits();
        for n in 0..20 {
            let name = format!("c{n}");
            desk.judge(&strange(&name));
            answer(&desk, &name, &Given::typed(if refuses && n % 4 == 0 { "no" } else { "yes" }));
        }
        let attention = desk.engine.wallet().unwrap().attention;
        assert_eq!(attention.careful, careful, "{:?}", attention.approval_rate);
        let asked = desk.judge_in(
            &with(&strange("next"), json!({"created_at": "2026-06-03T12:00:00+08:00"})),
            &at("watch"),
        );
        let needed = asked.whisper.unwrap().assurance;
        assert_eq!(needed, if careful { Assurance::Button } else { Assurance::Voice });
        assert_eq!(
            answer(&desk, "next", &Given { took_ms: Some(2500), ..Given::typed("yes") }).state,
            State::Confirmed
        );
    }
}

#[test]
fn a_reply_faster_than_reading_does_not_count_while_care_is_raised() {
    let desk = Desk::with_habits();
    for n in 0..10 {
        let name = format!("q{n}");
        desk.judge(&strange(&name));
        answer(&desk, &name, &Given { took_ms: Some(300), ..Given::typed("yes") });
    }
    let attention = desk.engine.wallet().unwrap().attention;
    assert_eq!(
        (attention.careful, attention.under_a_second, attention.median_reply_ms),
        (true, 10, Some(300))
    );
    desk.judge(&strange("next"));
    let hasty = answer(&desk, "next", &Given { took_ms: Some(999), ..Given::typed("yes") });
    assert_eq!((hasty.state, reply_codes(&hasty)[0]), (State::Asked, "reply_too_fast"));
    assert_eq!(
        answer(&desk, "next", &Given { took_ms: Some(1000), ..Given::typed("yes") }).state,
        State::Confirmed
    );
}

#[test]
fn the_check_whether_a_user_reads_is_rare_and_can_never_pay() {
    let desk = Desk::with_habits();
    let english = assent::Language::parse("en").unwrap();
    let check = || desk.engine.check(standing(Channel::Phone), &english).unwrap();
    assert!(check().is_none());
    assert_eq!(desk.engine.answer_check(&Given::typed("yes")).unwrap_err().code(), "no_open_whisper");
    for n in 0..20 {
        let name = format!("c{n}");
        desk.judge(&strange(&name));
        answer(&desk, &name, &Given::typed("yes"));
    }
    assert!(desk.engine.check(driving(), &english).unwrap().is_none(), "never at the wheel");
    let before = (desk.engine.wallet().unwrap().lines, desk.engine.open_whispers().unwrap());
    let shown = check().unwrap();
    assert!(shown.token.is_none() && shown.show.contains("say no"), "{}", shown.show);
    let checked = desk.engine.answer_check(&Given::tapped(Channel::Phone)).unwrap();
    assert!(!checked.read && checked.note.contains("only a check"), "{}", checked.note);
    assert_eq!((desk.engine.wallet().unwrap().lines, desk.engine.open_whispers().unwrap()), before);
    for name in ["check", "Assent", ""] {
        if let Ok(named) = assent::Id::new(name) {
            assert!(desk.engine.outcome(&named, Outcome::Settled).is_err());
        }
    }
    let checks = desk.engine.wallet().unwrap().attention.checks;
    assert_eq!((checks.given, checks.read, checks.last_read), (1, 0, Some(false)));
    assert!(check().is_none(), "not twice within a week");
}

// Standing wishes.

#[test]
fn after_three_yeses_at_one_shop_a_mandate_is_suggested_and_then_it_runs_quietly() {
    let desk = Desk::with_habits();
    let kiosk = |name: &str, day: usize| {
        with(
            &lunch(name),
            json!({"service": {"id": "kiosk", "name": "Kiosk"}, "created_at": format!("2026-06-0{day}T12:04:00+08:00")}),
        )
    };
    let mut suggested = None;
    for day in 1..=3 {
        let name = format!("k{day}");
        desk.judge(&kiosk(&name, day));
        suggested = answer(&desk, &name, &Given::typed("yes")).suggests;
        assert_eq!(suggested.is_some(), day == 3);
    }
    let proposal = suggested.unwrap();
    assert!(
        proposal.read_back.contains("Kiosk") && proposal.read_back.contains("40.00 CNY"),
        "{}",
        proposal.read_back
    );
    let grant = proposal.mandate.grant.as_ref().unwrap();
    assert!(grant.per_payment.is_some() && proposal.mandate.valid_until.is_some());
    assert!(
        !desk.engine.accept(&proposal.id, &Given::spoken("yes", Channel::Glasses)).unwrap().accepted,
        "not by voice"
    );
    assert!(desk.engine.accept(&proposal.id, &Given::typed("yes")).unwrap().accepted);
    assert_eq!(
        desk.engine.accept(&proposal.id, &Given::typed("yes")).unwrap_err().code(),
        "unknown_proposal"
    );
    assert_eq!(desk.judge(&kiosk("k4", 4)).decision, Decision::Approve);
    let dear = with(&kiosk("k5", 5), json!({"price": {"amount": "41.00"}}));
    assert_eq!(desk.judge(&dear).decision, Decision::Escalate, "what is beyond it whispers");
}

#[test]
fn a_wish_becomes_a_mandate_only_after_it_was_read_back_and_confirmed() {
    let desk = Desk::with_habits();
    let before = desk.engine.mandates().unwrap().len();
    let proposed = desk
        .engine
        .propose("Buy me a breakfast every morning, no more than 25 yuan", Tongue::English)
        .unwrap();
    let proposal = proposed.proposal.unwrap();
    assert_eq!(desk.engine.mandates().unwrap().len(), before, "a proposal holds nothing");
    for part in ["breakfast", "Starbucks", "25.00 CNY", "06:00", "10:00", "750.00 CNY"] {
        assert!(proposal.read_back.contains(part), "{part}: {}", proposal.read_back);
    }
    assert!(desk.engine.accept(&proposal.id, &Given::typed("yes")).unwrap().accepted);
    let coffee = |name: &str, time: &str| {
        with(
            &lunch_at(name, time),
            json!({"service": {"id": "cafe-1", "name": "Starbucks 星巴克"}, "price": {"amount": "24.00"}, "items": [{"name": "latte"}]}),
        )
    };
    assert_eq!(desk.judge(&coffee("c1", "08:33")).decision, Decision::Approve);
    let again = desk.judge(&coffee("c2", "09:40"));
    assert_eq!((again.decision, codes(&again).contains(&"over_day_count")), (Decision::Escalate, true));
}

#[test]
fn what_a_wish_does_not_say_is_asked_for_and_nothing_is_proposed() {
    let desk = Desk::with_habits();
    for (sentence, code) in [
        ("buy me a breakfast", "how_often"),
        ("do it every day", "what"),
        ("never buy me breakfast in the morning", "permission"),
        ("buy breakfast every morning whatever it costs", "ceiling"),
        ("每天买早餐，多少钱都行", "ceiling"),
        ("breakfast every day for 20 yuan or 40 yuan", "one_amount"),
        ("breakfast every day until I am rich", "until"),
        ("top up 20 dollars every week or 20 yuan", "one_amount"),
    ] {
        let proposed = desk.engine.propose(sentence, Tongue::English).unwrap();
        let missing: Vec<&str> = proposed.missing.iter().map(|missing| missing.code).collect();
        assert!(proposed.proposal.is_none() && missing.contains(&code), "{sentence}: {missing:?}");
        assert!(proposed.missing.iter().all(|missing| missing.text.contains(' ')), "{sentence}");
    }
    assert!(desk.engine.proposals().unwrap().is_empty());
}

#[test]
fn a_new_users_wish_gets_a_careful_guess_or_none() {
    let desk = Desk::new();
    let chinese = desk.engine.propose("每天早上给我买份早餐", Tongue::Chinese).unwrap().proposal.unwrap();
    assert!(
        chinese.read_back.contains("50.00 元") && chinese.read_back.contains("估计"),
        "{}",
        chinese.read_back
    );
    assert!(chinese.mandate.grant.unwrap().payees.is_none());
    let english = desk.engine.propose("Buy me a breakfast every morning", Tongue::English).unwrap();
    assert_eq!(english.missing.iter().map(|missing| missing.code).collect::<Vec<_>>(), ["currency"]);
    let dollars = desk
        .engine
        .propose("Buy me a breakfast every morning for up to 9 US dollars", Tongue::English)
        .unwrap();
    assert_eq!(dollars.proposal.unwrap().mandate.grant.unwrap().per_payment.unwrap().to_string(), "9.00 USD");
}

#[test]
fn forgetting_a_shop_forgets_what_was_proposed_about_it() {
    let desk = Desk::with_habits();
    desk.engine.propose("a coffee at Starbucks every morning", Tongue::English).unwrap().proposal.unwrap();
    desk.judge(&strange("s"));
    desk.engine.forget(&Forget::Payee(id("cafe-1"))).unwrap();
    assert!(desk.engine.proposals().unwrap().is_empty());
    desk.engine.forget(&Forget::Payee(id("shop-s"))).unwrap();
    assert!(desk.engine.open_whispers().unwrap().is_empty());
}

fn a_sentence() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "buy",
        "me",
        "a breakfast",
        "coffee",
        "every morning",
        "every day",
        "each week",
        "for up to",
        "30 yuan",
        "9 dollars",
        "in total",
        "500",
        "when under",
        "20",
        "at 8",
        "top up",
        "for two weeks",
        "no more than",
        "每天",
        "早餐",
        "不超过",
        "三十元",
        "充值",
        "低于20",
        "每月",
        "unlimited",
        "0",
        "99999999999999",
        "周一",
        "at Starbucks",
    ]);
    prop::collection::vec(part, 1..9).prop_map(|parts| parts.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a sentence says: no proposal is without a ceiling for one payment, a sum, an end, and payees or categories.
    #[test]
    fn no_wish_opens_without_bounds(sentence in a_sentence()) {
        let desk = Desk::new();
        desk.engine.import(&lunches(8)).unwrap();
        for tongue in [Tongue::English, Tongue::Chinese] {
            if let Some(proposal) = desk.engine.propose(&sentence, tongue).unwrap().proposal {
                let grant = proposal.mandate.grant.as_ref().unwrap();
                prop_assert!(grant.per_payment.is_some_and(|most| most.minor() > 0));
                prop_assert!(grant.limits.iter().any(|limit| limit.period == assent::Period::Total && limit.amount.is_some()));
                prop_assert!(proposal.mandate.valid_until.is_some());
                prop_assert!(grant.payees.is_some() || grant.categories.is_some());
                prop_assert!(!grant.card);
                let most = grant.per_payment.unwrap();
                prop_assert!(proposal.read_back.contains(&most.amount()) || most.minor() >= 100_000, "{}", proposal.read_back);
            }
        }
    }
}

// Whatever is replied.

fn a_reply() -> impl Strategy<Value = Given> {
    let event = prop_oneof![
        prop::sample::select(vec![
            "yes",
            "yes, tiger",
            "no",
            "maybe",
            "38",
            "how much?",
            "make it two",
            "是的",
            "不"
        ])
        .prop_map(|words| ReplyEvent::Spoken { words: words.to_owned() }),
        prop::sample::select(vec!["yes", "no", "banana"])
            .prop_map(|words| ReplyEvent::Typed { words: words.to_owned() }),
        prop::sample::select(vec![
            ReplyEvent::Nod,
            ReplyEvent::Tap,
            ReplyEvent::LongPress,
            ReplyEvent::Shake,
            ReplyEvent::Dismiss
        ]),
    ];
    (
        event,
        prop::sample::select(Channel::ALL.to_vec()),
        any::<bool>(),
        prop::sample::select(vec![Presence::Unknown, Presence::Unlocked, Presence::Biometric]),
        prop::option::of(Just("00".repeat(32))),
        prop::option::of(0u32..3000),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(event, channel, moving, presence, token, took_ms, while_speaking)| Given {
            event,
            device: Device { channel, moving },
            presence,
            token,
            took_ms,
            while_speaking,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// An alarming middle payment is confirmed by a biometric of somebody who stands still, heard by a silent device, or not at all; and
    /// five failures are the end.
    #[test]
    fn what_needs_a_biometric_gets_one_or_nothing(replies in prop::collection::vec(a_reply(), 1..12)) {
        let desk = Desk::new();
        desk.engine.import(&lunches(8)).unwrap();
        desk.judge_in(&alarming("a", "500.00"), &at("phone"));
        let mut failures = 0;
        for given in &replies {
            let Ok(replied) = desk.engine.answer(&id("a"), given) else { break };
            if replied.state == State::Confirmed {
                prop_assert_eq!(given.presence, Presence::Biometric);
                prop_assert!(!given.device.moving && given.token.is_none() && !given.while_speaking);
            }
            failures += usize::from(reply_codes(&replied).iter().any(|code| ["token_wrong", "reply_not_enough", "word_missing"].contains(code)));
            prop_assert!(failures <= 5);
            prop_assert!(failures < 5 || replied.state == State::Refused);
            if replied.state != State::Asked {
                prop_assert!(desk.engine.answer(&id("a"), given).is_err(), "answered once");
                break;
            }
        }
        desk.engine.verify_journal().unwrap();
    }
}
