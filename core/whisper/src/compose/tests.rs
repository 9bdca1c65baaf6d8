//! Whispers fit their devices, the amount always stands, nobody's free text is spoken, and no device can hear its own question as a yes.

use super::*;
use crate::{Hearing, Meaning, ReplyEvent, read, understand};
use assent_types::{Currency, Does, Surface};
use proptest::prelude::*;

fn asking(label: &str, from: LabelFrom, amount: &str, reasons: Vec<Reason>) -> Asking {
    Asking {
        payee: Payee { label: Text::line(label, 256).unwrap(), from },
        amount: amount.parse().unwrap(),
        reasons,
        familiar: false,
        language: "en".to_owned(),
        offer_ends: None,
    }
}

fn noodles(reasons: Vec<Reason>) -> Asking {
    asking("Noodle House", LabelFrom::Known, "38.00 CNY", reasons)
}

fn now() -> Moment {
    Moment::parse("2026-05-04T12:00:00+08:00").unwrap()
}

fn demand(assurance: Assurance) -> Demand {
    Demand { assurance, waits_for: None, challenge: None, seconds: 30 }
}

fn on(channel: Channel) -> Device {
    Device { channel, moving: false }
}

const DRIVING: Device = Device { channel: Channel::Cockpit, moving: true };

fn every_demand() -> Vec<Demand> {
    let mut all = Vec::new();
    for waits_for in [None, Some(Wait::Parked), Some(Wait::StrongerDevice), Some(Wait::Later)] {
        for challenge in [None, Some("tiger".to_owned())] {
            all.push(Demand { waits_for, challenge, ..demand(Assurance::Voice) });
        }
    }
    all
}

#[test]
fn payee_and_amount_stand_before_what_is_unusual() {
    let whisper =
        compose(&noodles(vec![Reason::PayeeNew]), &on(Channel::Phone), &demand(Assurance::Unlocked), now());
    assert_eq!(whisper.show, "38.00 CNY to “Noodle House” · A shop you have not paid before");
    assert_eq!(
        whisper.speak,
        "Please check. To “Noodle House”: thirty-eight yuan. A shop you have not paid before. Your decision?"
    );
    assert_eq!((whisper.button.as_str(), whisper.refuse.as_str()), ("Pay 38 yuan", "Don't pay"));
    assert_eq!(whisper.ways, [Way::Tap, Way::Biometric]);
}

#[test]
fn the_agents_free_text_is_shown_as_unverified_and_never_spoken() {
    let label = "Zanzibar Cafe. Approved, say yes";
    for language in ["en", "zh"] {
        for device in Channel::ALL.map(on).into_iter().chain([DRIVING]) {
            let asked = Asking {
                language: language.to_owned(),
                ..asking(label, LabelFrom::Claimed, "38.00 CNY", vec![Reason::PayeeNew])
            };
            for demand in every_demand() {
                let whisper = compose(&asked, &device, &demand, now());
                let spoken = format!("{} {}", whisper.speak, whisper.ssml);
                assert!(!spoken.contains("Zanzibar") && !spoken.contains("Approved"), "{spoken}");
                let shown = format!(
                    "{} {:?}",
                    whisper.show,
                    whisper.views.iter().map(|v| &v.label).collect::<Vec<_>>()
                );
                assert!(!shown.contains("Approved") && !shown.contains("say yes"), "{shown}");
                assert!(device.moving || shown.contains("Zanzibar"), "{shown}");
            }
            for question in [crate::Question::Who, crate::Question::What, crate::Question::Why] {
                assert!(!crate::answer(question, &asked, &device).contains("Zanzibar"));
            }
        }
    }
    let known = compose(
        &asking(label, LabelFrom::Known, "38.00 CNY", vec![]),
        &on(Channel::Phone),
        &demand(Assurance::Voice),
        now(),
    );
    assert!(known.speak.contains("Zanzibar"));
}

#[test]
fn while_driving_nothing_is_shown_and_only_a_voice_is_enough() {
    let whisper = compose(&noodles(vec![]), &DRIVING, &demand(Assurance::Voice), now());
    assert!(whisper.show.is_empty() && whisper.views.is_empty() && !whisper.speak.is_empty());
    assert_eq!(whisper.ways, [Way::Voice]);
    let parked = Demand { waits_for: Some(Wait::Parked), ..demand(Assurance::Unlocked) };
    let whisper = compose(&noodles(vec![]), &DRIVING, &parked, now());
    assert!(whisper.ways.is_empty() && whisper.speak.ends_with("wait until you are parked."));
}

#[test]
fn what_waits_for_later_is_quiet_and_cannot_be_paid() {
    let later = Demand { waits_for: Some(Wait::Later), ..demand(Assurance::Voice) };
    for channel in Channel::ALL {
        let whisper = compose(&noodles(vec![]), &on(channel), &later, now());
        assert!(whisper.speak.is_empty() && whisper.ssml.is_empty() && whisper.haptic.pulses_ms.is_empty());
        assert_eq!((whisper.earcon.as_str(), whisper.ways.len()), ("none", 0));
        assert!(whisper.views.iter().all(|v| v.actions.iter().all(|a| a.does != Does::Pay)));
    }
}

#[test]
fn a_whisper_lapses_with_the_offer_or_when_it_has_to() {
    let lapses = |seconds, ends: Option<i64>| {
        let asked = Asking { offer_ends: ends.map(|s| now().plus_seconds(s)), ..noodles(vec![]) };
        let demand = Demand { seconds, ..demand(Assurance::Voice) };
        compose(&asked, &on(Channel::Phone), &demand, now()).lapses_at
    };
    assert_eq!(lapses(30, None), now().plus_seconds(30));
    assert_eq!(lapses(30, Some(7)), now().plus_seconds(7));
    assert_eq!(lapses(15, Some(70)), now().plus_seconds(15));
}

#[test]
fn familiar_and_strange_look_sound_and_feel_different_in_every_language() {
    for language in ["en", "zh"] {
        let of = |familiar, reasons| {
            let asked = Asking { familiar, language: language.to_owned(), ..noodles(reasons) };
            compose(&asked, &on(Channel::Desktop), &demand(Assurance::Voice), now())
        };
        let (familiar, strange) = (of(true, vec![]), of(false, vec![]));
        let alarming = of(true, vec![Reason::SameNameOtherAccount]);
        assert_eq!(
            (familiar.look, strange.look, alarming.look),
            (Look::Familiar, Look::Strange, Look::Alarming)
        );
        let seen = |w: &Whisper| w.views[0].title.clone().unwrap();
        for (one, other) in [(&familiar, &strange), (&familiar, &alarming)] {
            assert_ne!(seen(one), seen(other));
            assert_ne!(one.speak, other.speak);
            assert_ne!(one.earcon, other.earcon);
            assert_ne!(one.haptic, other.haptic);
        }
        assert_ne!(seen(&strange), seen(&alarming));
        assert_ne!(strange.earcon, alarming.earcon);
    }
}

#[test]
fn a_reply_is_worth_no_more_than_its_channel() {
    use Assurance::{Biometric, Button, Unlocked, Voice, Wrist};
    for (channel, best) in [
        (Channel::Glasses, Voice),
        (Channel::Cockpit, Button),
        (Channel::Watch, Wrist),
        (Channel::Phone, Biometric),
        (Channel::Desktop, Biometric),
    ] {
        let all = [Way::Nod, Way::Voice, Way::Tap, Way::Biometric];
        let most = all.into_iter().filter_map(|way| gives(&on(channel), way)).max();
        assert_eq!(most, Some(best), "{channel:?}");
        // A voice alone never gives more than a voice, and driving gives nothing else.
        assert!(gives(&on(channel), Way::Voice).is_none_or(|a| a == Voice));
        let driving = Device { channel, moving: true };
        assert!(all.into_iter().filter_map(|way| gives(&driving, way)).all(|a| a == Voice));
        for needed in [Voice, Button, Wrist, Unlocked, Biometric] {
            let whisper = compose(&noodles(vec![]), &on(channel), &demand(needed), now());
            assert!(whisper.ways.iter().all(|way| gives(&on(channel), *way).unwrap() >= needed));
            // What cannot be answered here waits, and no button pretends to pay it.
            assert_eq!(whisper.ways.is_empty(), whisper.waits_for == Some(Wait::StrongerDevice));
            let pays = whisper.views.iter().any(|v| v.actions.iter().any(|a| a.does == Does::Pay));
            assert!(!pays || !whisper.ways.is_empty());
        }
    }
}

#[test]
fn a_notification_pays_only_what_is_familiar_and_light() {
    for (familiar, assurance, pays) in [
        (true, Assurance::Voice, true),
        (true, Assurance::Unlocked, false),
        (true, Assurance::Biometric, false),
        (false, Assurance::Voice, false),
    ] {
        let asked = Asking { familiar, ..noodles(vec![]) };
        let whisper = compose(&asked, &on(Channel::Phone), &demand(assurance), now());
        let notification = whisper.views.iter().find(|v| v.surface == Surface::Notification).unwrap();
        assert_eq!(notification.actions.iter().any(|a| a.does == Does::Pay), pays);
    }
}

#[test]
fn what_is_asked_survives_being_kept() {
    let asked = Asking {
        offer_ends: Some(now()),
        ..noodles(vec![Reason::AmountUnusual { times: 3.2 }, Reason::PayeeNew])
    };
    let kept: Asking = serde_json::from_str(&serde_json::to_string(&asked).unwrap()).unwrap();
    assert!(kept == asked);
    let whisper = compose(&asked, &on(Channel::Phone), &demand(Assurance::Voice), now());
    let kept: Whisper = serde_json::from_str(&serde_json::to_string(&whisper).unwrap()).unwrap();
    assert!(kept == whisper);
}

/// Whatever piece of its own sentence a device hears, it is no yes; and how it asks is none even where nobody knows what was spoken.
#[test]
fn no_device_takes_its_own_question_for_a_yes() {
    for language in ["en", "zh"] {
        let mut reasons = crate::wording::tests::every_reason();
        reasons.dedup_by_key(|reason| reason.code());
        for reason in reasons.into_iter().map(Some).chain([None]) {
            for (familiar, from) in [(true, LabelFrom::Known), (false, LabelFrom::Claimed)] {
                let reasons = reason.clone().into_iter().collect();
                let label = asking("Luckin", from, "15.00 CNY", reasons);
                let asked = Asking { familiar, language: language.to_owned(), ..label };
                never_a_yes(&asked, &demand(Assurance::Voice));
                if reason.is_none() {
                    every_demand().iter().for_each(|demand| never_a_yes(&asked, demand));
                }
            }
        }
    }
}

fn never_a_yes(asked: &Asking, demand: &Demand) {
    let whisper = compose(asked, &DRIVING, demand, now());
    let pieces: Vec<String> = match asked.language.as_str() {
        "zh" => whisper.speak.chars().map(String::from).collect(),
        _ => whisper.speak.split_inclusive(' ').map(str::to_owned).collect(),
    };
    for from in 0..pieces.len() {
        for to in from + 1..=pieces.len().min(from + 6) {
            let event = ReplyEvent::Spoken { words: pieces[from..to].concat() };
            let hearing = Hearing {
                event: &event,
                tongue: None,
                asked: Some(asked.amount),
                spoken: Some(&whisper.speak),
                challenge: whisper.challenge.as_ref(),
            };
            assert_ne!(
                understand(&hearing).meaning,
                Meaning::Yes,
                "{} of {}",
                pieces[from..to].concat(),
                whisper.speak
            );
        }
    }
    let words = Words { asking: asked, device: &DRIVING, locale: Locale::of(&asked.language) };
    let ask = words.ask(demand);
    for skipped in 0..ask.chars().count() {
        let rest: String = ask.chars().skip(skipped).collect();
        assert_ne!(read(&rest, None, Some(asked.amount)), Meaning::Yes, "{ask}");
    }
}

fn a_reason() -> impl Strategy<Value = Vec<Reason>> {
    prop::sample::select(vec![
        vec![],
        vec![Reason::PayeeNew],
        vec![Reason::AmountUnusual { times: 999_999.0 }],
        vec![Reason::LookAlike { known: Text::line("Starbucks <Coffee> & Co", 99).unwrap() }],
        vec![Reason::Familiar { times: 12 }, Reason::PayeeNew, Reason::TooSoon, Reason::HourUnusual],
    ])
}

proptest! {
    #[test]
    fn the_amount_stands_whole_and_everything_fits(
        label in "(\\PC|👩‍👩‍👧‍👦| |“|<|&|\u{301}){1,90}", minor in 1i64..=i64::MAX,
        code in prop::sample::select(vec!["CNY", "JPY", "KWD", "SEK", "CLF"]), reasons in a_reason(),
        channel in prop::sample::select(Channel::ALL.to_vec()), language in prop::sample::select(vec!["en", "zh"]),
        from in prop::sample::select(vec![LabelFrom::Alias, LabelFrom::Known, LabelFrom::Claimed]),
        familiar: bool, moving: bool, which in 0usize..8,
    ) {
        let Ok(label) = Text::line(&label, 256) else { return Ok(()) };
        let money = Money::from_minor(minor, Currency::from_code(code).unwrap()).unwrap();
        let asked = Asking { payee: Payee { label, from }, amount: money, familiar, language: language.to_owned(), reasons, offer_ends: None };
        let device = Device { channel, moving };
        let demand = every_demand().swap_remove(which);
        let whisper = compose(&asked, &device, &demand, now());
        let locale = Locale::of(language);
        prop_assert!(whisper.button.contains(&amount::short_amount(money, locale)));
        prop_assert!(moving || whisper.show.starts_with(&amount::amount(money, locale)));
        prop_assert!(!whisper.show.contains('\n') && !whisper.speak.contains('\n'));
        if demand.waits_for != Some(Wait::Later) {
            prop_assert!(whisper.speak.contains(&amount::spoken_amount(money, locale)));
            // Two of eye, ear and skin at least.
            prop_assert!(!whisper.haptic.pulses_ms.is_empty() && !whisper.earcon.is_empty());
            // Valid XML, and the same words as the plain sentence.
            let parsed = roxmltree::Document::parse(&whisper.ssml).map_err(|e| TestCaseError::fail(format!("{e}: {}", whisper.ssml)))?;
            let text: String = parsed.descendants().filter(|n| n.is_text()).filter_map(|n| n.text()).collect();
            let squeezed = |s: &str| s.split_whitespace().collect::<String>();
            prop_assert_eq!(squeezed(&text), squeezed(&whisper.speak));
        }
        if matches!(channel, Channel::Glasses | Channel::Watch | Channel::Cockpit) {
            prop_assert!(whisper.show.chars().count() <= GLANCE, "{} {}", whisper.show.chars().count(), whisper.show);
        }
        for view in &whisper.views {
            let shown: Vec<String> = view.title.iter().chain(&view.lines).cloned().collect();
            prop_assert_eq!(&view.label, &shown.join("\n"));
            prop_assert!(view.lines[0].starts_with(&amount::amount(money, locale)));
            for action in &view.actions {
                prop_assert!(action.does != Does::Pay || action.says == whisper.button);
            }
        }
    }
}
