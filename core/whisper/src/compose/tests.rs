//! Whispers fit their devices, the amount always stands, and more strangeness never needs less.

use super::*;
use assent_types::{Currency, Text};
use proptest::prelude::*;

fn asking<'a>(amount: &str, reasons: &'a [Reason], channel: Channel) -> Asking<'a> {
    Asking {
        payee_label: "Noodle House",
        amount: amount.parse().unwrap(),
        reasons,
        channel,
        tongue: Tongue::English,
        moving: false,
        now: Moment::parse("2026-05-04T12:00:00+08:00").unwrap(),
        offer_ends: None,
        familiar: false,
    }
}

#[test]
fn the_reply_needed_follows_the_table() {
    use ReplyNeeded::{Any, Biometric, Tap};
    let alarm = [Reason::SameNameOtherAccount];
    let strange = [Reason::PayeeNew];
    for (amount, reasons, channel, expected) in [
        ("200.00 CNY", &strange, Channel::Glasses, Any),
        ("200.01 CNY", &strange, Channel::Phone, Tap),
        ("1000.01 CNY", &strange, Channel::Phone, Biometric),
        ("38.00 CNY", &alarm, Channel::Phone, Tap),
        ("38.00 CNY", &alarm, Channel::Glasses, Biometric),
        ("300.00 CNY", &alarm, Channel::Watch, Biometric),
        ("5000 JPY", &strange, Channel::Watch, Any),
        ("10.001 KWD", &strange, Channel::Phone, Tap),
        ("1.00 SEK", &strange, Channel::Phone, Biometric),
    ] {
        assert_eq!(compose(&asking(amount, reasons, channel)).reply, expected, "{amount} {channel:?}");
    }
}

#[test]
fn driving_asks_only_what_is_familiar_and_low() {
    let reasons = [Reason::PayeeNew];
    let strange = Asking { moving: true, ..asking("38.00 CNY", &reasons, Channel::Cockpit) };
    let whisper = compose(&strange);
    assert_eq!((whisper.reply, whisper.show.as_str()), (ReplyNeeded::Tap, ""));
    assert!(whisper.speak.contains("parked"));
    let familiar = compose(&Asking { familiar: true, ..strange });
    assert_eq!(familiar.reply, ReplyNeeded::Any);
    assert!(familiar.speak.ends_with("Pay it?"));
    assert_eq!(familiar.lapses_at, strange.now.plus_seconds(15));
}

#[test]
fn a_whisper_lapses_with_the_offer_or_in_half_a_minute() {
    let mut asked = asking("38.00 CNY", &[], Channel::Phone);
    assert_eq!(compose(&asked).lapses_at, asked.now.plus_seconds(30));
    asked.offer_ends = Some(asked.now.plus_seconds(7));
    assert_eq!(compose(&asked).lapses_at, asked.now.plus_seconds(7));
    asked.offer_ends = Some(asked.now.plus_seconds(70));
    assert_eq!(compose(&asked).lapses_at, asked.now.plus_seconds(30));
}

#[test]
fn familiar_and_strange_look_sound_and_feel_different() {
    let strange = compose(&asking("38.00 CNY", &[], Channel::Watch));
    let familiar = compose(&Asking { familiar: true, ..asking("38.00 CNY", &[], Channel::Watch) });
    assert_ne!(strange.haptic, familiar.haptic);
    assert_ne!(strange.speak, familiar.speak);
    let reasons = [Reason::SameNameOtherAccount];
    let alarming = compose(&Asking { familiar: true, ..asking("38.00 CNY", &reasons, Channel::Watch) });
    assert_eq!(alarming.haptic.name, "strange", "no caller can call an alarm familiar");
}

fn a_reason() -> impl Strategy<Value = Vec<Reason>> {
    prop::sample::select(vec![
        vec![],
        vec![Reason::PayeeNew],
        vec![Reason::AmountUnusual { times: 999_999.0 }],
        vec![Reason::LookAlike { known: Text::line("Starbucks Coffee Company", 99).unwrap() }],
        vec![Reason::Familiar { times: 12 }],
    ])
}

proptest! {
    #[test]
    fn the_amount_stands_whole_and_a_glance_fits(
        label in "(\\PC|👩‍👩‍👧‍👦| |“|\u{301}){0,90}", minor in 1i64..=i64::MAX,
        code in prop::sample::select(vec!["CNY", "JPY", "KWD", "SEK", "CLF"]), reasons in a_reason(),
        channel in prop::sample::select(Channel::ALL.to_vec()), tongue in prop::sample::select(vec![Tongue::English, Tongue::Chinese]),
        familiar: bool, moving: bool,
    ) {
        let money = Money::from_minor(minor, Currency::from_code(code).unwrap()).unwrap();
        let asked = Asking { payee_label: &label, amount: money, tongue, familiar, moving, ..asking("1.00 CNY", &reasons, channel) };
        let whisper = compose(&asked);
        let amount = amount::amount(money, tongue);
        prop_assert!(whisper.button.contains(&amount));
        prop_assert!(whisper.speak.contains(&amount::spoken_amount(money, tongue)));
        prop_assert!(moving || whisper.show.starts_with(&amount));
        prop_assert!(!whisper.show.contains('\n') && !whisper.speak.contains('\n'));
        if matches!(channel, Channel::Glasses | Channel::Watch | Channel::Cockpit) {
            prop_assert!(whisper.show.chars().count() <= 60, "{} {}", whisper.show.chars().count(), whisper.show);
        }
    }

    #[test]
    fn more_never_needs_less(small in 1i64..1_000_000, more in 0i64..1_000_000, moving: bool, channel in prop::sample::select(Channel::ALL.to_vec())) {
        let cny = Currency::from_code("CNY").unwrap();
        let needed = |minor, reasons: &[Reason], familiar| {
            let amount = Money::from_minor(minor, cny).unwrap();
            compose(&Asking { amount, moving, familiar, ..asking("1.00 CNY", reasons, channel) }).reply
        };
        let alarm = [Reason::SameNameOtherAccount];
        prop_assert!(needed(small, &[], true) <= needed(small + more, &[], true));
        prop_assert!(needed(small, &[], true) <= needed(small, &[], false));
        prop_assert!(needed(small, &[], false) <= needed(small, &alarm, false));
    }
}
