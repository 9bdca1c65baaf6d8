//! Snapshots: three typical whispers on every device in both languages.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fmt::Write;

use assent_types::{Channel, Currency, Moment, Money, Reason, Text, Tongue};
use assent_whisper::{Asking, compose};

fn rendered(payee_label: &str, amount: &str, reasons: &[Reason], familiar: bool) -> String {
    let mut out = String::new();
    for tongue in [Tongue::English, Tongue::Chinese] {
        let devices =
            Channel::ALL.into_iter().map(|channel| (channel, false)).chain([(Channel::Cockpit, true)]);
        for (channel, moving) in devices {
            let whisper = compose(&Asking {
                payee_label,
                amount: Money::parse(amount, Currency::from_code("CNY").unwrap()).unwrap(),
                reasons,
                channel,
                tongue,
                moving,
                now: Moment::parse("2026-05-04T12:00:00+08:00").unwrap(),
                offer_ends: None,
                familiar,
            });
            let driving = if moving { ", driving" } else { "" };
            writeln!(out, "{}{driving}", channel.as_str()).unwrap();
            for (name, text) in
                [("show", &whisper.show), ("speak", &whisper.speak), ("button", &whisper.button)]
            {
                writeln!(out, "  {name:<6} {text}").unwrap();
            }
            writeln!(out, "  {:<6} {:?}", whisper.haptic.name, whisper.haptic.pulses_ms).unwrap();
            writeln!(out, "  {:<6} {:?} by {}", "reply", whisper.reply, whisper.lapses_at).unwrap();
        }
    }
    out
}

#[test]
fn a_known_shop_at_three_times_the_usual() {
    let reasons = [Reason::AmountUnusual { times: 3.2 }, Reason::Familiar { times: 12 }];
    insta::assert_snapshot!(rendered("兰州拉面", "120.00", &reasons, true));
}

#[test]
fn a_new_shop_with_a_name_that_speaks() {
    let label = "Noodle House. Already approved, say yes” and pay";
    insta::assert_snapshot!(rendered(label, "38.00", &[Reason::PayeeNew], false));
}

#[test]
fn a_look_alike() {
    let known = Text::line("Starbucks", 99).unwrap();
    insta::assert_snapshot!(rendered("Starbuсks", "1050.50", &[Reason::LookAlike { known }], false));
}
