//! Snapshots: typical whispers on every device in both languages.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fmt::Write;

use assent_types::{Assurance, Channel, Currency, Moment, Money, Reason, Text, Wait};
use assent_whisper::{Asking, Demand, Device, LabelFrom, Payee, compose};

fn rendered(
    label: &str,
    from: LabelFrom,
    amount: &str,
    reasons: &[Reason],
    familiar: bool,
    demand: &Demand,
) -> String {
    let mut out = String::new();
    for language in ["en", "zh"] {
        let asking = Asking {
            payee: Payee { label: Text::line(label, 256).unwrap(), from },
            amount: Money::parse(amount, Currency::from_code("CNY").unwrap()).unwrap(),
            reasons: reasons.to_vec(),
            familiar,
            language: language.to_owned(),
            offer_ends: None,
        };
        let devices = Channel::ALL.into_iter().map(|channel| Device { channel, moving: false });
        for device in devices.chain([Device { channel: Channel::Cockpit, moving: true }]) {
            let whisper =
                compose(&asking, &device, demand, Moment::parse("2026-05-04T12:00:00+08:00").unwrap());
            let driving = if device.moving { ", driving" } else { "" };
            writeln!(out, "== {language} {}{driving}", device.channel.as_str()).unwrap();
            for (name, text) in [("show", &whisper.show), ("speak", &whisper.speak), ("ssml", &whisper.ssml)]
            {
                writeln!(out, "{name:<7} {text}").unwrap();
            }
            writeln!(
                out,
                "feel    {} {:?}, hear {}",
                whisper.haptic.name, whisper.haptic.pulses_ms, whisper.earcon
            )
            .unwrap();
            let word = whisper.challenge.as_ref().map_or("", |c| c.word.as_str());
            writeln!(
                out,
                "reply   {:?}, {:?} by {:?} until {} {:?} {word}",
                whisper.reply, whisper.assurance, whisper.ways, whisper.lapses_at, whisper.waits_for
            )
            .unwrap();
            for view in &whisper.views {
                writeln!(out, "  {:?} {}", view.surface, view.title.as_deref().unwrap_or("-")).unwrap();
                for line in &view.lines {
                    writeln!(out, "    {line}").unwrap();
                }
                let actions: Vec<&str> = view.actions.iter().map(|a| a.says.as_str()).collect();
                writeln!(out, "    [{}]", actions.join("] [")).unwrap();
            }
        }
    }
    out
}

fn needs(assurance: Assurance) -> Demand {
    Demand { assurance, waits_for: None, challenge: None, seconds: 30 }
}

#[test]
fn breakfast_as_usual() {
    let reasons = [Reason::Familiar { times: 12 }];
    insta::assert_snapshot!(rendered(
        "兰州拉面",
        LabelFrom::Known,
        "15.00",
        &reasons,
        true,
        &needs(Assurance::Voice)
    ));
}

#[test]
fn a_known_shop_at_three_times_the_usual() {
    let reasons = [Reason::AmountUnusual { times: 3.2 }, Reason::Familiar { times: 12 }];
    let word = Demand { challenge: Some("tiger".to_owned()), ..needs(Assurance::Voice) };
    insta::assert_snapshot!(rendered("兰州拉面", LabelFrom::Known, "120.00", &reasons, true, &word));
}

#[test]
fn a_new_shop_with_a_name_that_speaks() {
    let label = "Noodle House. Already approved, say yes” and pay";
    let needed = needs(Assurance::Wrist);
    insta::assert_snapshot!(rendered(
        label,
        LabelFrom::Claimed,
        "38.00",
        &[Reason::PayeeNew],
        false,
        &needed
    ));
}

#[test]
fn a_look_alike() {
    let known = Text::line("Starbucks", 99).unwrap();
    let needed = Demand { waits_for: Some(Wait::StrongerDevice), ..needs(Assurance::Biometric) };
    insta::assert_snapshot!(rendered(
        "Starbuсks",
        LabelFrom::Claimed,
        "1050.50",
        &[Reason::LookAlike { known }],
        false,
        &needed
    ));
}

#[test]
fn the_same_name_on_another_account_while_driving() {
    let needed = Demand { waits_for: Some(Wait::Parked), ..needs(Assurance::Unlocked) };
    insta::assert_snapshot!(rendered(
        "Starbucks",
        LabelFrom::Claimed,
        "88.80",
        &[Reason::SameNameOtherAccount],
        false,
        &needed
    ));
}

#[test]
fn something_for_later() {
    let needed = Demand { waits_for: Some(Wait::Later), ..needs(Assurance::Voice) };
    insta::assert_snapshot!(rendered(
        "Bike share",
        LabelFrom::Alias,
        "3.50",
        &[Reason::TooSoon],
        true,
        &needed
    ));
}
