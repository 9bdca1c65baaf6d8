//! What the user said, and orders that say otherwise.

use super::{Scene, history, intent};

const AT: &str = "2026-05-18T12:05:00+08:00";

/// The codes that speak of words: an order of `price` with `more` after `context`.
fn said(price: &str, more: &str, context: &str) -> Vec<&'static str> {
    let scene = Scene::new(&history(&[]), &intent(AT, "mum-1", "Li Mei", price, more), context);
    scene.codes().into_iter().filter(|code| code.contains("said")).collect()
}

fn words(text: &str) -> String {
    format!(r#"{{"said":"{text}"}}"#)
}

#[test]
fn a_thousand_times_what_was_said_is_told() {
    for text in [
        "transfer 200 yuan to Li Mei",
        "send Li Mei ¥200",
        "给 Li Mei 转200块",
        "transfer two hundred to my mum",
        "转两百块给妈妈",
    ] {
        assert_eq!(said("200000.00 CNY", "", &words(text)), ["amount_not_as_said"], "{text}");
        assert!(!said("200.00 CNY", "", &words(text)).contains(&"amount_not_as_said"), "{text}");
    }
}

#[test]
fn another_currency_under_the_same_number_is_told() {
    assert_eq!(said("200.00 KWD", "", &words("transfer 200 yuan to mum")), ["amount_not_as_said"]);
    assert_eq!(said("200.00 USD", "", &words("给妈妈转200元人民币")), ["amount_not_as_said"]);
}

#[test]
fn ceilings_and_guesses_allow_what_they_allow() {
    for (text, fits, beyond) in [
        ("something for lunch under 50 yuan", "45.00 CNY", "51.00 CNY"),
        ("spend no more than 50 yuan", "50.00 CNY", "50.01 CNY"),
        ("午饭不超过50块", "30.00 CNY", "80.00 CNY"),
        ("五十块以内", "30.00 CNY", "80.00 CNY"),
        ("about 50 yuan of flowers", "55.00 CNY", "75.00 CNY"),
        ("花50块左右", "55.00 CNY", "75.00 CNY"),
    ] {
        assert_eq!(said(fits, "", &words(text)), Vec::<&str>::new(), "{text}");
        assert_eq!(said(beyond, "", &words(text)), ["amount_not_as_said"], "{text}");
    }
}

#[test]
fn a_ceiling_holds_for_the_most_that_may_be_settled() {
    let more = r#","negotiation":{"max_amount":"500.00","expires_at":"2026-05-18T13:00:00+08:00"}"#;
    assert_eq!(said("45.00 CNY", more, &words("lunch under 50 yuan")), ["amount_not_as_said"]);
}

#[test]
fn so_much_each_is_no_contradiction() {
    assert_eq!(said("120.00 CNY", "", &words("3 tickets at 40 yuan each")), Vec::<&str>::new());
    assert_eq!(
        said(
            "120.00 CNY",
            r#","items":[{"name":"ticket","quantity":3,"amount":"40.00"}]"#,
            &words("the tickets for 40 yuan")
        ),
        ["as_said"]
    );
}

#[test]
fn numbers_that_are_no_amounts_contradict_nothing() {
    for text in ["order lunch for 12:30", "send 3 pizzas to room 402", "that one please", "来两份"] {
        let more = r#","items":[{"name":"pizza","quantity":3}]"#;
        assert!(!said("38.00 CNY", more, &words(text)).contains(&"amount_not_as_said"), "{text}");
    }
}

#[test]
fn twenty_bowls_for_two_are_told() {
    let order = |n: &str| format!(r#","items":[{{"name":"beef noodles","quantity":{n}}}]"#);
    assert_eq!(said("38.00 CNY", &order("20"), &words("2 beef noodles please")), ["quantity_not_as_said"]);
    assert_eq!(said("38.00 CNY", &order("2"), &words("2 beef noodles please")), ["as_said"]);
    let bowls = |n: &str| format!(r#","items":[{{"name":"牛肉面","quantity":{n}}}]"#);
    assert_eq!(said("38.00 CNY", &bowls("20"), &words("来两碗牛肉面")), ["quantity_not_as_said"]);
    assert_eq!(said("38.00 CNY", &bowls("2"), &words("来两碗牛肉面")), ["as_said"]);
}

#[test]
fn another_day_is_told() {
    let on = |date: &str| format!(r#","details":{{"date":"{date}"}}"#);
    for (text, right, wrong) in [
        ("a table on May 20th", "2026-05-20", "2026-05-21"),
        ("a table tomorrow", "2026-05-19", "2026-05-18"),
        ("订后天的票", "2026-05-20", "2026-05-19"),
        ("5月20号的票", "2026-05-20", "2026-06-20"),
        ("五月二十日的票", "2026-05-20", "2026-05-02"),
        ("周五的票", "2026-05-22", "2026-05-23"),
        ("a room from the 8th of june", "2026-06-08", "2026-06-18"),
        ("a room for the 8th", "2026-06-08", "2026-06-18"),
    ] {
        assert!(!said("38.00 CNY", &on(right), &words(text)).contains(&"date_not_as_said"), "{text}");
        assert_eq!(said("38.00 CNY", &on(wrong), &words(text)), ["date_not_as_said"], "{text}");
    }
    assert_eq!(said("38.00 CNY", &on("2026-05-21"), &words("a table for us")), Vec::<&str>::new());
}

#[test]
fn another_known_payee_or_item_that_was_named_is_told() {
    let shelf = history(&[
        ("2026-05-01T12:00:00+08:00", "sb", "Starbucks", "30.00 CNY", r#","items":[{"name":"latte"}]"#),
        ("2026-05-02T12:00:00+08:00", "lk", "Luckin", "30.00 CNY", r#","items":[{"name":"americano"}]"#),
    ]);
    let codes = |id: &str, name: &str, item: &str, text: &str| {
        let more = format!(r#","items":[{{"name":"{item}"}}]"#);
        let scene = Scene::new(&shelf, &intent(AT, id, name, "30.00 CNY", &more), &words(text));
        scene.codes().into_iter().filter(|code| code.ends_with("not_as_said")).collect::<Vec<_>>()
    };
    assert_eq!(codes("new", "Manner", "latte", "a latte from starbucks"), ["payee_not_as_said"]);
    assert_eq!(codes("new", "Manner", "latte", "a latte from manner, not starbucks"), Vec::<&str>::new());
    assert_eq!(codes("sb", "Starbucks", "americano", "get me a latte"), ["item_not_as_said"]);
    assert_eq!(codes("sb", "Starbucks", "iced latte", "get me a latte"), Vec::<&str>::new());
}

#[test]
fn the_agents_word_counts_only_where_the_user_agrees() {
    let talk = |agent: &str, user: &str| {
        format!(
            r#"{{"conversation":[{{"from":"user","text":"send some money to Li Mei"}},{{"from":"agent","text":"{agent}"}},{{"from":"user","text":"{user}"}}]}}"#
        )
    };
    // What it offered and the user took is said: the order may not differ from it.
    for yes in ["yes", "Yes, that's right.", "ok go ahead", "好的", "嗯，没错", "sure, no problem"] {
        assert_eq!(
            said("900.00 CNY", "", &talk("I will transfer 200 yuan, all right?", yes)),
            ["amount_not_as_said"],
            "{yes}"
        );
        assert!(
            !said("200.00 CNY", "", &talk("I will transfer 200 yuan, all right?", yes))
                .contains(&"amount_not_as_said")
        );
    }
    // What the user refused or changed is not: the agent cannot talk an amount into the order.
    for no in [
        "no",
        "yes, but make it less",
        "ok, 100 yuan",
        "不要",
        "好，但是换一下",
        "what is that for?",
        "我想想",
    ] {
        let codes = said("200.00 CNY", "", &talk("I will transfer 200 yuan, all right?", no));
        assert!(!codes.contains(&"as_said") || !no.contains("100"), "{no} {codes:?}");
        let other = said("900.00 CNY", "", &talk("I will transfer 200 yuan, all right?", no));
        assert_eq!(other.contains(&"amount_not_as_said"), no.contains("100"), "{no} {other:?}");
    }
}

#[test]
fn an_agent_that_talks_to_itself_says_nothing() {
    let alone = r#"{"conversation":[{"from":"agent","text":"You want to pay 9000 yuan to Li Mei. Yes!"}]}"#;
    assert_eq!(said("9000.00 CNY", "", alone), Vec::<&str>::new());
    let earlier = r#"{"conversation":[{"from":"agent","text":"Pay Li Mei 9000 yuan?"},{"from":"agent","text":"Shall I go on?"},{"from":"user","text":"yes"}]}"#;
    assert_eq!(
        said("9000.00 CNY", "", earlier),
        Vec::<&str>::new(),
        "the yes answers the last question only"
    );
}

#[test]
fn what_was_settled_earlier_in_a_long_talk_contradicts_nothing() {
    let talk = r#"{"conversation":[{"from":"user","text":"a bus to town"},{"from":"agent","text":"It costs 50 yuan, is that right?"},{"from":"user","text":"yes"},
        {"from":"agent","text":"Done. Shall I pay Li Mei too?"},{"from":"user","text":"ok"}]}"#;
    assert_eq!(said("38.00 CNY", "", talk), ["as_said"]);
    let own = r#"{"conversation":[{"from":"user","text":"pay 50 yuan to Li Mei"},{"from":"agent","text":"Shall I?"},{"from":"user","text":"ok"}]}"#;
    assert_eq!(said("38.00 CNY", "", own), ["amount_not_as_said"], "the user's own words stand");
}

#[test]
fn an_order_with_an_unsaid_detail_is_not_as_said() {
    let details = |city: &str| format!(r#","details":{{"city":"{city}","pool":"True"}}"#);
    assert_eq!(said("38.00 CNY", &details("San Jose"), &words("Li Mei's place in San Jose")), ["as_said"]);
    assert_eq!(
        said("38.00 CNY", &details("Oakland"), &words("Li Mei's place in San Jose")),
        Vec::<&str>::new()
    );
}
