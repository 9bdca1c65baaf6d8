//! Features stay finite and bounded, whatever comes, and tell what they are named for.

use assent_habits::Memory;
use proptest::prelude::*;
use tempfile::TempDir;

use super::{Scene, history, intent, write_tiny_model};
use crate::{HABIT_FEATURES, Model, SAID_FEATURES, Trust};

thread_local!(static MODEL: (TempDir, Model) = {
    let folder = TempDir::new().unwrap();
    write_tiny_model(folder.path(), true);
    let model = Model::open(folder.path()).unwrap();
    (folder, model)
});

fn habit(scene: &Scene, name: &str) -> f32 {
    let at = HABIT_FEATURES.iter().position(|n| *n == name).unwrap();
    MODEL.with(|(_, model)| model.features(&scene.asked(), &scene.known()).unwrap().habit[at])
}

/// A feature of one slot.
fn said(scene: &Scene, slot: &str, name: &str) -> f32 {
    let at = SAID_FEATURES.iter().position(|n| *n == name).unwrap();
    let slots =
        MODEL.with(|(_, model)| model.features(&scene.asked(), &scene.known()).unwrap().said.unwrap());
    slots.iter().find(|seen| seen.slot == slot).unwrap().row[at]
}

#[test]
fn names_are_unique() {
    for names in [HABIT_FEATURES, SAID_FEATURES] {
        let mut sorted = names.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), names.len());
    }
}

#[test]
fn nothing_known_is_nothing_but_the_amount() {
    let scene =
        Scene::new(&Memory::default(), &intent("2026-05-04T12:00:00Z", "s", "coffee", "30.00 EUR", ""), "{}");
    let features = MODEL.with(|(_, model)| model.features(&scene.asked(), &scene.known()).unwrap());
    assert!(features.said.is_none());
    for (name, x) in HABIT_FEATURES.iter().zip(features.habit) {
        assert_eq!(x != 0.0, name.starts_with("amount_"), "{name}");
    }
}

#[test]
fn a_known_payee_and_a_mutated_amount_show() {
    let shelf = history(&[
        ("2026-05-01T12:00:00Z", "s", "coffee", "4.00 EUR", r#","items":[{"name":"noodle"}],"agent":"chef""#),
        ("2026-05-02T12:00:00Z", "s", "coffee", "4.00 EUR", r#","items":[{"name":"noodle"}],"agent":"chef""#),
        ("2026-05-02T13:00:00Z", "b", "ab", "9.00 EUR", ""),
    ]);
    let more = r#","items":[{"name":"noodle"}]"#;
    let scene =
        |price: &str| Scene::new(&shelf, &intent("2026-05-03T12:00:00Z", "s", "coffee", price, more), "{}");
    let (same, slip) = (scene("4.00 EUR"), scene("4000.00 EUR"));
    assert_eq!(
        (habit(&same, "payee_known"), habit(&same, "payee_amount_equal"), habit(&same, "item_payee_share")),
        (1.0, 1.0, 1.0)
    );
    assert_eq!(
        (habit(&same, "payee_amount_far"), habit(&same, "currency_here"), habit(&same, "agent_here")),
        (0.0, 1.0, 1.0)
    );
    assert!((habit(&same, "payee_share") - 2.0 / 3.0).abs() < 1e-6);
    assert!(habit(&slip, "payee_amount_far") > 6.0 && habit(&slip, "payee_amount_at_least") == 0.0);
    let mut trusted = scene("4.00 EUR");
    assert_eq!(habit(&trusted, "trust_contact"), 0.0);
    trusted.now = trusted.now.plus_seconds(86_400);
    let asked = crate::Asked { trust: Trust { in_contacts: true, friends_paid: 3 }, ..trusted.asked() };
    let row = MODEL.with(|(_, model)| model.features(&asked, &trusted.known()).unwrap().habit);
    assert_eq!(row[HABIT_FEATURES.iter().position(|n| *n == "trust_contact").unwrap()], 1.0);
}

#[test]
fn a_changed_detail_shows() {
    let talk = r#"{"conversation":[{"from":"user","text":"A table for two at Sino in San Jose on the 8th of March"},
        {"from":"agent","text":"At what time? 9 pm?"},{"from":"user","text":"no, half past 6 in the evening"}]}"#;
    let scene = |city: &str, people: &str, time: &str, date: &str| {
        let more = format!(
            r#","details":{{"city":"{city}","party_size":"{people}","time":"{time}","date":"{date}","outside":"False"}}"#
        );
        Scene::new(
            &Memory::default(),
            &intent("2026-03-01T12:00:00Z", "sgd:Restaurants", "Sino", "10.00 USD", &more),
            talk,
        )
    };
    let parts = ["city", "party_size", "time", "date"];
    let supports = |scene: &Scene| {
        parts.map(|part| {
            let slot = format!("details.{part}");
            said(scene, &slot, "user").max(said(scene, &slot, "agreed")) >= 0.5
        })
    };
    let right = scene("San Jose", "2", "18:30", "2026-03-08");
    assert_eq!((supports(&right), said(&right, "payee", "exact")), ([true; 4], 1.0));
    for (at, wrong) in [
        scene("Oakland", "2", "18:30", "2026-03-08"),
        scene("San Jose", "4", "18:30", "2026-03-08"),
        scene("San Jose", "2", "21:00", "2026-03-08"),
        scene("San Jose", "2", "18:30", "2026-03-09"),
    ]
    .iter()
    .enumerate()
    {
        let mut expected = [true; 4];
        expected[at] = false;
        assert_eq!(supports(wrong), expected);
    }
}

#[test]
fn debug_shows_no_numbers() {
    let scene = Scene::new(
        &Memory::default(),
        &intent("2026-05-04T12:00:00Z", "s", "coffee", "37.00 EUR", ""),
        r#"{"said":"coffee"}"#,
    );
    let found = MODEL.with(|(_, model)| model.judge(&scene.asked(), &scene.known()).unwrap());
    assert!(!format!("{:?} {found:?}", scene.asked()).contains("37"));
}

fn any_text() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "coffee",
        "Sino",
        "喜茶",
        "星巴克（王府井店）",
        "ab ab ab",
        "2 noodles",
        "18:30",
        "2026-02-29",
        "面",
        "True",
        "9999999999999999999",
        "一千万亿",
        "??",
    ]);
    let any =
        "[a-z0-9 面茶元$.,:]{1,30}".prop_filter("a name has to show", |t: &String| !t.trim().is_empty());
    prop_oneof![known.prop_map(str::to_owned), any]
}

fn any_price() -> impl Strategy<Value = String> {
    (1i64..=i64::MAX / 10_000, prop::sample::select(vec!["JPY", "CNY", "KWD", "CLF"])).prop_flat_map(
        |(minor, code)| {
            let small = minor % 100_000 + 1;
            prop::sample::select(vec![format!("{minor} {code}"), format!("{small} {code}")])
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_feature_is_finite_and_bounded(
        past in prop::collection::vec((0i64..4_000_000_000, 0usize..4, any_text(), any_price(), any_text(), prop::option::of((-90.0f64..90.0, -180.0f64..180.0))), 0..30),
        at in 0i64..4_000_000_000, payee in 0usize..5, name in any_text(), price in any_price(), items in prop::collection::vec((any_text(), 1u32..2000), 0..4),
        details in prop::collection::vec(any_text(), 0..4), turns in prop::collection::vec((any::<bool>(), any_text()), 0..6),
        place in prop::option::of((-90.0f64..90.0, -180.0f64..180.0)),
    ) {
        let moment = |seconds: i64| assent_types::Moment::parse("1970-01-01T00:00:00Z").unwrap().plus_seconds(seconds).to_string();
        let json_place = |place: &Option<(f64, f64)>| place.map_or(String::new(), |(lat, lon)| format!(r#","place":{{"lat":{lat:.4},"lon":{lon:.4}}}"#));
        let rows: Vec<_> = past.iter().map(|(at, payee, name, price, item, place)| {
            (moment(*at), format!("s{payee}"), name.clone(), price.clone(), format!(r#","items":[{{"name":"{item}"}}]{}"#, json_place(place)))
        }).collect();
        let shelf = history(&rows.iter().map(|(a, b, c, d, e)| (a.as_str(), b.as_str(), c.as_str(), d.as_str(), e.as_str())).collect::<Vec<_>>());
        let items: Vec<_> = items.iter().map(|(name, many)| format!(r#"{{"name":"{name}","quantity":{many}}}"#)).collect();
        let details: Vec<_> = details.iter().enumerate().map(|(n, text)| format!(r#""d{n}":"{text}""#)).collect();
        let more = format!(r#","items":[{}],"details":{{{}}}"#, items.join(","), details.join(","));
        let turns: Vec<_> = turns.iter().map(|(user, text)| format!(r#"{{"from":"{}","text":"{text}"}}"#, if *user { "user" } else { "agent" })).collect();
        let context = format!(r#"{{"conversation":[{}]{}}}"#, turns.join(","), json_place(&place));
        let scene = Scene::new(&shelf, &intent(&moment(at), &format!("s{payee}"), &name, &price, &more), &context);
        let (asked, known) = (scene.asked(), scene.known());
        let found = MODEL.with(|(_, model)| model.judge(&asked, &known).unwrap());
        for (name, x) in HABIT_FEATURES.iter().zip(found.features.habit) {
            prop_assert!(x.is_finite() && x.abs() <= 8.0, "{name} {x}");
        }
        for (name, x) in found.features.said.iter().flatten().flat_map(|slot| SAID_FEATURES.iter().zip(slot.row)) {
            prop_assert!(x.is_finite() && x.abs() <= 8.0, "{name} {x}");
        }
        prop_assert!((0.0..=1.0).contains(&found.score));
        // Rules tell each thing once, and never comfort where they warn of the same.
        let codes = scene.codes();
        let mut once = codes.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), codes.len());
        prop_assert_eq!(codes.contains(&"payee_new"), known.payee.is_none());
        prop_assert!(!(codes.contains(&"as_said") && codes.iter().any(|code| code.ends_with("not_as_said"))));
        prop_assert!(!(codes.contains(&"due") && codes.contains(&"payee_new")));
    }
}

/// An order and a talk as large as the contract allows, all digits or all words.
fn flood(text: &str, item: &str, detail: &str) -> Scene {
    let turn = |from: &str| format!(r#"{{"from":"{from}","text":"{text}"}}"#);
    let turns: Vec<_> = (0..64).map(|n| turn(if n % 2 == 0 { "agent" } else { "user" })).collect();
    let items: Vec<_> = (0..100).map(|n| format!(r#"{{"name":"{item}{n}","quantity":7}}"#)).collect();
    let details: Vec<_> = (0..32).map(|n| format!(r#""d{n}":"{detail}{n}""#)).collect();
    let more = format!(r#","items":[{}],"details":{{{}}}"#, items.join(","), details.join(","));
    let context = format!(r#"{{"conversation":[{}]}}"#, turns.join(","));
    let shelf =
        history(&[("2026-05-01T12:00:00Z", "s", "coffee", "4.00 EUR", r#","items":[{"name":"noodle"}]"#)]);
    Scene::new(&shelf, &intent("2026-05-03T12:00:00Z", "s", "coffee", "4.00 EUR", &more), &context)
}

#[test]
fn a_flood_of_numbers_is_cut_and_gives_no_as_said() {
    let scene = flood("yes 4 5 6 7 8 9 ".repeat(60).trim(), "4 5 6 coffee ", "4 5 6 ");
    let heard = crate::heard::Heard::of(&scene.context.heard).unwrap();
    assert!(heard.cut && heard.numbers().count() <= crate::heard::NUMBERS_IN_ALL);
    assert!(heard.turns.iter().all(|turn| turn.numbers.len() <= crate::heard::NUMBERS_PER_TURN));
    assert!(!scene.codes().contains(&"as_said"));
}

#[test]
fn what_an_agent_says_does_not_push_the_users_numbers_out() {
    let flood: Vec<String> = (0..40).map(|n| (n * 100).to_string()).collect();
    let offer = format!(r#"{{"from":"agent","text":"{}"}},{{"from":"user","text":"ok"}}"#, flood.join(" a "));
    let offers = vec![offer; 20].join(",");
    let talk = format!(r#"{{"conversation":[{{"from":"user","text":"at most 20 yuan"}},{offers}]}}"#);
    let scene =
        Scene::new(&Memory::default(), &intent("2026-05-03T12:00:00Z", "s", "Li", "900.00 CNY", ""), &talk);
    assert!(scene.codes().contains(&"amount_not_as_said"));
}

#[test]
fn the_largest_order_runs_the_encoder_a_bounded_number_of_times() {
    let folder = TempDir::new().unwrap();
    write_tiny_model(folder.path(), true);
    let model = Model::open(folder.path()).unwrap();
    let before = model.runs();
    let scene = flood("ab coffee noodle ".repeat(20).trim(), "ab noodle ", &"ab coffee ".repeat(20));
    let features = model.features(&scene.asked(), &scene.known()).unwrap();
    // The items, the name, and the items known: words are held against an order without it.
    assert!(model.runs() - before <= 16 + 1 + 2, "{}", model.runs() - before);
    // Price and payee, a hundred items with how many of each, and the details: all are looked at.
    assert_eq!(features.said.unwrap().len(), 2 + 2 * 100 + 32);
}

#[test]
fn a_text_is_cut_before_it_is_read() {
    MODEL.with(|(_, model)| {
        let long = "coffee noodles 面 ".repeat(20_000);
        // Six thousand bytes and four hundred thousand of them are the same to the encoder.
        assert_eq!(model.pieces(&long).unwrap(), model.pieces(&"coffee noodles 面 ".repeat(300)).unwrap());
    });
}

#[test]
fn words_against_an_order_are_told_by_the_models_own_threshold() {
    MODEL.with(|(_, model)| {
        assert!(model.is_against(0.19) && !model.is_against(0.2) && !model.is_against(f64::NAN));
    });
    let folder = TempDir::new().unwrap();
    write_tiny_model(folder.path(), false);
    assert!(!Model::open(folder.path()).unwrap().is_against(0.0), "no head, no threshold");
}

#[test]
fn what_is_bought_and_who_is_nearest_show() {
    let shelf = history(&[
        ("2026-05-01T12:00:00Z", "s", "coffee stores 12", "4.00 EUR", r#","items":[{"name":"noodle"}]"#),
        ("2026-05-02T12:00:00Z", "s", "coffee stores 12", "4.50 EUR", r#","items":[{"name":"noodle"}]"#),
        ("2026-05-02T13:00:00Z", "b", "ab", "90.00 EUR", ""),
    ]);
    let scene = |name: &str, price: &str, more: &str| {
        Scene::new(&shelf, &intent("2026-05-03T12:00:00Z", "new", name, price, more), "{}")
    };
    let noodle = r#","items":[{"name":"noodle"}]"#;
    let branch = scene("coffee stores 34", "4.20 EUR", noodle);
    assert_eq!((habit(&branch, "payee_known"), habit(&branch, "near_known")), (0.0, 1.0));
    assert!(habit(&branch, "near_likeness") > 0.5 && habit(&branch, "near_count") > 1.0);
    assert!(habit(&branch, "near_amount_dense") > 0.0 && habit(&branch, "near_word") == 0.5);
    assert_eq!((habit(&branch, "kind_given"), habit(&branch, "kind_known")), (1.0, 1.0));
    let dear = scene("coffee stores 34", "420.00 EUR", noodle);
    assert!(habit(&dear, "kind_amount_dense") < -6.0 && habit(&dear, "kind_amount_above") > 4.0);
    let other = scene("zz top", "4.20 EUR", r#","items":[{"name":"coffee"}]"#);
    assert!(habit(&other, "near_likeness") < 0.2);
    assert_eq!((habit(&other, "kind_given"), habit(&other, "kind_known")), (1.0, 0.0));
}
