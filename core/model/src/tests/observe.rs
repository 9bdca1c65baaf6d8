//! Thieves and honest days, by name.

use assent_habits::Memory;
use assent_types::Reason;

use super::{Scene, history, intent};

const NOON: &str = "2026-05-18T12:05:00+08:00";

/// Twenty-five lunches at one place, coffee before it, and a monthly bill; always in yuan, by the same agent.
fn life() -> Memory {
    let more = r#","agent":"chef","items":[{"name":"beef noodles"}],"channel":"phone","place":{"lat":31.23,"lon":121.47}"#;
    let mut payments: Vec<(String, &str, &str, &str, &str)> = Vec::new();
    for (month, days) in [("2026-03", 2..=27), ("2026-04", 1..=28)] {
        for day in days {
            let price = ["38.00 CNY", "36.00 CNY", "40.00 CNY"][day % 3];
            payments.push((
                format!("{month}-{day:02}T12:01:00+08:00"),
                "noodle-1",
                "Noodle House",
                price,
                more,
            ));
        }
    }
    for month in ["2026-02", "2026-03", "2026-04"] {
        payments.push((
            format!("{month}-20T09:00:00+08:00"),
            "power",
            "State Grid",
            "210.00 CNY",
            r#","agent":"chef""#,
        ));
        payments.push((
            format!("{month}-21T10:00:00+08:00"),
            "paypal",
            "PayPal",
            "99.00 CNY",
            r#","agent":"chef""#,
        ));
        payments.push((
            format!("{month}-22T11:00:00+08:00"),
            "tea-1",
            "喜茶万象城",
            "25.00 CNY",
            r#","agent":"chef""#,
        ));
    }
    payments.sort();
    let payments: Vec<_> =
        payments.iter().map(|(at, id, name, price, more)| (at.as_str(), *id, *name, *price, *more)).collect();
    history(&payments)
}

fn observed(at: &str, id: &str, name: &str, price: &str, more: &str, context: &str) -> Vec<&'static str> {
    Scene::new(&life(), &intent(at, id, name, price, more), context).codes()
}

fn usual(at: &str, price: &str, context: &str) -> Vec<&'static str> {
    observed(at, "noodle-1", "Noodle House", price, "", context)
}

#[test]
fn the_usual_lunch_is_only_familiar() {
    assert_eq!(
        usual(NOON, "38.00 CNY", r#"{"channel":"phone","place":{"lat":31.23,"lon":121.47}}"#),
        ["familiar"]
    );
}

#[test]
fn a_monthly_bill_is_due_and_a_second_one_is_too_soon() {
    assert_eq!(
        observed("2026-05-20T09:10:00+08:00", "power", "State Grid", "212.00 CNY", "", "{}"),
        ["due", "familiar"]
    );
    assert_eq!(
        observed("2026-04-28T09:10:00+08:00", "power", "State Grid", "210.00 CNY", "", "{}"),
        ["too_soon", "familiar"]
    );
}

#[test]
fn an_order_cloned_within_minutes_is_too_soon() {
    assert_eq!(usual("2026-04-28T12:05:00+08:00", "38.00 CNY", "{}"), ["too_soon", "familiar"]);
    assert_eq!(
        usual("2026-04-28T11:59:00+08:00", "400.00 CNY", "{}"),
        ["amount_unusual", "too_soon", "familiar"],
        "a clock put back helps nobody"
    );
    assert_eq!(
        usual("2026-04-28T12:05:00+08:00", "5.00 CNY", "{}"),
        ["too_soon", "familiar"],
        "a small amount at once is one of many"
    );
}

#[test]
fn a_cyrillic_letter_is_a_look_alike() {
    for name in ["PаyPal", "PayPa1", "PAYPAL.", "Paypall", "PayPl"] {
        let codes = observed(NOON, "evil-9", name, "99.00 CNY", "", "{}");
        let expected = if name == "PAYPAL." { "same_name_other_account" } else { "look_alike" };
        assert_eq!(codes[..2], [expected, "payee_new"], "{name}");
    }
}

#[test]
fn a_look_alike_names_what_it_looks_like() {
    let scene = Scene::new(&life(), &intent(NOON, "evil-9", "Noodle Housе", "38.00 CNY", ""), "{}");
    let reasons = crate::observe(&scene.asked(), &scene.known());
    assert!(matches!(&reasons[0], Reason::LookAlike { known } if known.as_str() == "Noodle House"));
}

#[test]
fn one_other_chinese_character_is_a_look_alike() {
    assert_eq!(observed(NOON, "evil-9", "喜荼万象城", "25.00 CNY", "", "{}")[0], "look_alike");
}

#[test]
fn neighbours_by_chance_are_no_look_alikes() {
    for name in ["Noodle Bar", "Star Grid Gym", "喜茶南山店", "PayByPhone", "Pay", "State"] {
        let codes = observed(NOON, "new-1", name, "30.00 CNY", "", "{}");
        assert!(!codes.contains(&"look_alike"), "{name} {codes:?}");
    }
    let branches = history(&[("2026-05-01T12:00:00Z", "t1", "Tesco Stores 2641", "9.00 GBP", "")]);
    let scene = Scene::new(
        &branches,
        &intent("2026-05-02T12:00:00Z", "t2", "Tesco Stores 2642", "9.00 GBP", ""),
        "{}",
    );
    assert_eq!(scene.codes(), ["payee_new"]);
}

#[test]
fn people_of_one_family_are_no_look_alikes() {
    let family = history(&[("2026-05-01T12:00:00Z", "p1", "张小明", "9.00 CNY", r#","agent":"chef""#)]);
    let json = intent("2026-05-02T12:00:00Z", "p2", "张小红", "9.00 CNY", "")
        .replace(r#""name":"张小红""#, r#""name":"张小红","category":"transfer""#);
    assert_eq!(Scene::new(&family, &json, "{}").codes(), ["payee_new"]);
}

#[test]
fn a_payee_who_was_paid_before_is_what_it_is_called() {
    let two = history(&[
        ("2026-05-01T12:00:00Z", "b1", "Corner Bakery", "9.00 EUR", r#","agent":"chef""#),
        ("2026-05-02T12:00:00Z", "b2", "Corner Bakery", "9.00 EUR", r#","agent":"chef""#),
    ]);
    let scene =
        Scene::new(&two, &intent("2026-05-03T12:00:00Z", "b2", "Corner Bakery", "9.00 EUR", ""), "{}");
    assert_eq!(scene.codes(), ["barely_known"]);
}

/// Payments of 3 EUR at one vending machine, at these times of one day after nine others, a day apart.
fn machine(times: &[&str], asked: &str) -> Vec<&'static str> {
    let days: Vec<String> = (1..=9).map(|day| format!("2026-05-{day:02}T12:00:00Z")).collect();
    let today: Vec<String> = times.iter().map(|time| format!("2026-05-10T{time}Z")).collect();
    let rows: Vec<_> = days
        .iter()
        .chain(&today)
        .map(|at| (at.as_str(), "vend", "Vending", "3.00 EUR", r#","agent":"chef""#))
        .collect();
    let at = format!("2026-05-10T{asked}Z");
    Scene::new(&history(&rows), &intent(&at, "vend", "Vending", "3.00 EUR", ""), "{}").codes()
}

#[test]
fn one_pair_of_payments_at_once_does_not_switch_the_guard_off() {
    assert_eq!(machine(&["12:00:00", "12:00:40"], "12:01:50"), ["too_soon", "familiar"]);
    assert_eq!(machine(&["12:00:00", "12:02:00", "12:04:00"], "12:09:00"), ["too_soon", "familiar"]);
}

#[test]
fn short_gaps_are_usual_from_the_third_on_but_never_within_a_minute() {
    let three = ["12:00:00", "12:04:00", "12:08:00", "12:12:00"];
    assert_eq!(machine(&three, "12:16:30"), ["familiar"]);
    assert_eq!(machine(&three, "12:13:30"), ["too_soon", "familiar"], "shorter than ever");
    let at_once = ["12:00:00", "12:00:20", "12:00:40", "12:00:59", "12:01:10"];
    assert_eq!(machine(&at_once, "12:01:40"), ["too_soon", "familiar"]);
    assert_eq!(machine(&at_once, "12:01:00"), ["too_soon", "familiar"], "a clock put back helps nobody");
}

#[test]
fn a_kiosk_that_was_paid_once_is_no_habit() {
    let paid = |many: usize| {
        let days: Vec<String> = (0..many).map(|n| format!("2026-02-{:02}T12:00:00Z", 1 + 7 * n)).collect();
        let rows: Vec<_> = days
            .iter()
            .map(|at| (at.as_str(), "kiosk", "Kiosk 9", "3.00 EUR", r#","agent":"chef""#))
            .collect();
        let due = format!("2026-02-{:02}T12:00:00Z", 1 + 7 * many);
        let scene = Scene::new(&history(&rows), &intent(&due, "kiosk", "Kiosk 9", "3.00 EUR", ""), "{}");
        crate::observe(&scene.asked(), &scene.known())
    };
    assert_eq!(paid(1), [Reason::BarelyKnown { times: 1 }]);
    assert_eq!(paid(2), [Reason::BarelyKnown { times: 2 }]);
    assert_eq!(paid(3), [Reason::Due { every_days: 7 }, Reason::Familiar { times: 3 }]);
}

#[test]
fn a_known_account_under_the_name_of_another_is_deceit() {
    for (name, expected) in [
        ("PayPal", "same_name_other_account"),
        ("PAYPAL.", "same_name_other_account"),
        ("PаyPal", "look_alike"),
        ("Paypall", "look_alike"),
        ("喜荼万象城", "look_alike"),
    ] {
        assert_eq!(observed(NOON, "noodle-1", name, "38.00 CNY", "", "{}"), [expected, "familiar"], "{name}");
    }
}

#[test]
fn a_known_account_under_a_name_of_nothing_known_is_told() {
    for name in ["Lucky Wheel", "大转盘", "🎰", "e"] {
        assert_eq!(
            observed(NOON, "noodle-1", name, "38.00 CNY", "", "{}"),
            ["name_changed", "familiar"],
            "{name}"
        );
    }
    for name in [
        "NOODLE-HOUSE",
        "Noodle House 2",
        "Noodle House (West)",
        "The Noodle Co",
        "Nоodle Bar",
        "NoodleHouse GmbH",
    ] {
        assert_eq!(observed(NOON, "noodle-1", name, "38.00 CNY", "", "{}"), ["familiar"], "{name}");
    }
    for name in ["喜茶南山店", "喜茶", "HEYTEA 喜茶"] {
        let codes = observed("2026-05-20T11:00:00+08:00", "tea-1", name, "25.00 CNY", "", "{}");
        assert!(!codes.contains(&"name_changed"), "{name} {codes:?}");
    }
}

#[test]
fn branches_of_one_chain_and_names_had_before_are_no_deceit() {
    let chain = history(&[
        ("2026-05-01T12:00:00Z", "t1", "Tesco Stores 2641", "9.00 GBP", r#","agent":"chef""#),
        ("2026-05-02T12:00:00Z", "t2", "Tesco Stores 2642", "9.00 GBP", r#","agent":"chef""#),
        ("2026-05-03T12:00:00Z", "r", "Old Oak", "9.00 GBP", r#","agent":"chef""#),
        ("2026-05-05T12:00:00Z", "r", "Riverside", "9.00 GBP", r#","agent":"chef""#),
    ]);
    let codes = |id: &str, name: &str| {
        Scene::new(&chain, &intent("2026-05-07T12:00:00Z", id, name, "9.00 GBP", ""), "{}").codes()
    };
    assert_eq!(codes("t1", "Tesco Stores 2642"), ["barely_known"]);
    assert_eq!(codes("r", "Old Oak"), ["barely_known"]);
    assert_eq!(codes("t1", "Old Oak"), ["same_name_other_account", "barely_known"]);
}

#[test]
fn a_thousand_times_slip_is_seen_at_a_known_payee_and_at_a_new_one() {
    let scene = Scene::new(&life(), &intent(NOON, "noodle-1", "Noodle House", "38000.00 CNY", ""), "{}");
    let reasons = crate::observe(&scene.asked(), &scene.known());
    assert!(matches!(reasons[0], Reason::AmountUnusual { times } if (900.0..1100.0).contains(&times)));
    assert_eq!(
        observed(NOON, "new-1", "Rice Garden", "38000.00 CNY", "", "{}"),
        ["amount_unusual", "payee_new"]
    );
}

#[test]
fn the_most_that_may_be_settled_is_what_counts() {
    let more = r#","negotiation":{"max_amount":"3800.00","expires_at":"2026-05-18T13:00:00+08:00"}"#;
    assert_eq!(
        observed(NOON, "noodle-1", "Noodle House", "38.00 CNY", more, "{}"),
        ["amount_unusual", "familiar"]
    );
}

#[test]
fn another_asset_under_the_same_number_is_seen() {
    assert_eq!(usual(NOON, "38.00 KWD", "{}"), ["currency_new", "familiar"]);
    assert_eq!(observed(NOON, "new-1", "Rice Garden", "38.00 KWD", "", "{}"), ["currency_new", "payee_new"]);
}

#[test]
fn a_small_rise_of_a_steady_price_is_not_unusual_and_a_doubling_is() {
    assert_eq!(usual(NOON, "44.00 CNY", "{}"), ["familiar"]);
    assert_eq!(usual(NOON, "80.00 CNY", "{}"), ["amount_unusual", "familiar"]);
    assert_eq!(usual(NOON, "1.00 CNY", "{}"), ["familiar"], "less than usual harms nobody");
}

#[test]
fn one_of_two_habits_is_not_unusual() {
    let rows: Vec<(String, &str)> = (1..=20)
        .map(|day| {
            (format!("2026-04-{day:02}T12:00:00Z"), if day % 4 == 0 { "60.00 EUR" } else { "8.00 EUR" })
        })
        .collect();
    let rows: Vec<_> =
        rows.iter().map(|(at, price)| (at.as_str(), "shop", "Shop", *price, r#","agent":"chef""#)).collect();
    let scene =
        Scene::new(&history(&rows), &intent("2026-04-22T12:00:00Z", "shop", "Shop", "60.00 EUR", ""), "{}");
    assert_eq!(scene.codes(), ["familiar"]);
}

#[test]
fn night_distance_a_new_agent_and_a_new_kind_of_business_are_seen() {
    assert_eq!(usual("2026-05-18T03:00:00+08:00", "38.00 CNY", "{}"), ["hour_unusual", "familiar"]);
    assert_eq!(
        usual(NOON, "38.00 CNY", r#"{"place":{"lat":39.9,"lon":116.4}}"#),
        ["place_unusual", "familiar"]
    );
    let other = intent(NOON, "noodle-1", "Noodle House", "38.00 CNY", "").replace("chef", "stranger");
    assert_eq!(Scene::new(&life(), &other, "{}").codes(), ["agent_new_here", "familiar"]);
    let casino = intent(NOON, "new-1", "Lucky Wheel", "38.00 CNY", "")
        .replace(r#""name":"Lucky Wheel""#, r#""name":"Lucky Wheel","category":"7995""#);
    assert_eq!(Scene::new(&life(), &casino, "{}").codes(), ["payee_new", "category_new"]);
}

#[test]
fn a_user_without_history_meets_only_new_payees() {
    let nobody = Memory::default();
    assert_eq!(
        Scene::new(&nobody, &intent(NOON, "s", "Shop", "38.00 CNY", ""), r#"{"place":{"lat":0,"lon":0}}"#)
            .codes(),
        ["payee_new"]
    );
}

#[test]
fn deceit_comes_first_and_comfort_last() {
    let codes = observed(
        "2026-05-18T03:00:00+08:00",
        "evil-9",
        "PаyPal",
        "99000.00 KWD",
        "",
        r#"{"said":"pay 99 yuan to PayPal"}"#,
    );
    assert_eq!(
        codes,
        [
            "look_alike",
            "amount_not_as_said",
            "payee_not_as_said",
            "currency_new",
            "payee_new",
            "hour_unusual"
        ]
    );
}
