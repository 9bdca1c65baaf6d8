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
fn a_floor_that_is_denied_is_a_ceiling() {
    for text in [
        "别超过40块",
        "不要超过40块",
        "不能超过40元",
        "不高于40元",
        "最多花40块",
        "not over 40 yuan",
        "noodles, not more than 40 yuan",
        "don't go over 40 yuan",
    ] {
        assert_eq!(said("35.00 CNY", "", &words(text)), Vec::<&str>::new(), "{text}");
        assert_eq!(said("400.00 CNY", "", &words(text)), ["amount_not_as_said"], "{text}");
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
    for text in ["交38的牛肉面", "花38买牛肉面"] {
        assert_eq!(said("38.00 CNY", &bowls("1"), &words(text)), ["as_said"], "a price: {text}");
    }
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

#[test]
fn a_window_above_what_was_said_is_told() {
    let up_to = |most: &str| {
        format!(r#","negotiation":{{"max_amount":"{most}","expires_at":"2026-05-18T13:00:00+08:00"}}"#)
    };
    for text in ["pay Li Mei 38 yuan", "给 Li Mei 转38块", "38 for Li Mei please"] {
        assert_eq!(said("38.00 CNY", &up_to("56.00"), &words(text)), ["amount_not_as_said"], "{text}");
        assert_eq!(said("38.00 CNY", &up_to("38.00"), &words(text)), ["as_said"], "{text}");
        assert_eq!(said("38.00 CNY", "", &words(text)), ["as_said"], "{text}");
    }
    for text in ["pay Li Mei at most 60 yuan", "pay Li Mei about 50 yuan", "pay Li Mei at least 30 yuan"] {
        assert_eq!(said("38.00 CNY", &up_to("56.00"), &words(text)), ["as_said"], "{text}");
    }
    assert_eq!(
        said("120.00 CNY", &up_to("160.00"), &words("3 tickets at 40 yuan each")),
        ["amount_not_as_said"]
    );
}

#[test]
fn the_price_of_one_item_is_no_leave_to_add_others() {
    let with = |other: &str, amount: &str| {
        format!(r#","items":[{{"name":"latte","amount":"30.00"}},{{"name":"{other}","amount":"{amount}"}}]"#)
    };
    let latte = words("a latte for 30 yuan");
    let both = words("a latte for 30 yuan and a cake");
    assert_eq!(said("55.00 CNY", &with("cake", "25.00"), &both), ["as_said"]);
    assert_eq!(said("1000.00 CNY", &with("cake", "25.00"), &both), ["amount_not_as_said"], "no sum");
    assert_eq!(said("1000.00 CNY", &with("gift card", "970.00"), &latte), ["amount_not_as_said"], "padded");
    let alone = r#","items":[{"name":"latte","amount":"30.00"}]"#;
    assert_eq!(said("1000.00 CNY", alone, &latte), ["amount_not_as_said"]);
}

#[test]
fn a_bare_number_does_not_outweigh_a_ceiling_or_a_currency() {
    for text in [
        "at most 20, for table 50",
        "at most 20 yuan, for table 50",
        "max 20 please, room 50",
        "20 yuan to Li Mei, flat 50",
        "20以内，50号桌",
        "最多20，50号桌",
    ] {
        assert_eq!(said("50.00 CNY", "", &words(text)), ["amount_not_as_said"], "{text}");
        let more = r#","details":{"table":"50"}"#;
        assert_eq!(said("50.00 CNY", more, &words(text)), ["amount_not_as_said"], "{text}");
    }
    for text in
        ["at most 20 minutes, 50", "up to 4 people", "within 20 km, 50", "最多20分钟，50", "at most 20:30"]
    {
        assert!(!said("50.00 CNY", "", &words(text)).contains(&"amount_not_as_said"), "{text}");
    }
}

#[test]
fn a_number_of_something_else_multiplies_nothing() {
    assert_eq!(said("1000.00 CNY", "", &words("pay Li Mei 20 yuan, room 50")), ["amount_not_as_said"]);
    assert_eq!(said("240.00 CNY", "", &words("lunch for 20 yuan at 12:30")), ["amount_not_as_said"]);
    for text in ["3 tickets, 40 yuan per person", "三张票，每张40块", "3 tickets for 40 yuan a piece"]
    {
        assert_eq!(said("120.00 CNY", "", &words(text)), Vec::<&str>::new(), "{text}");
    }
}

/// Whether the user's answer takes what the agent offered: an order of another amount is told only then.
fn takes(answer: &str) -> bool {
    let talk = format!(
        r#"{{"conversation":[{{"from":"agent","text":"I will transfer 200 yuan to Li Mei, all right?"}},{{"from":"user","text":"{answer}"}}]}}"#
    );
    said("900.00 CNY", "", &talk).contains(&"amount_not_as_said")
}

#[test]
fn a_question_agrees_to_nothing() {
    for no in [
        "right?",
        "yes?",
        "ok, is that the best price?",
        "is that right",
        "could you find a good one",
        "Can you please tell me more",
        "what is a good time",
        "how about something good",
        "would that be ok",
        "where do they go",
        "好吗",
        "好的吗",
        "可以吗",
        "可不可以便宜点",
        "可以便宜点么",
        "是什么",
        "对，是多少钱",
        "是怎么回事",
        "行吗？",
        "好像有点贵",
        "对方是谁",
    ] {
        assert!(!takes(no), "{no}");
    }
}

#[test]
fn weak_words_agree_only_where_they_open_the_answer() {
    for no in [
        "find me a good one",
        "let me go first",
        "tell me more please",
        "the first works",
        "make sure it is 200",
    ] {
        assert!(!takes(no), "{no}");
    }
    for yes in [
        "Yes, thanks. What's their phone number?",
        "right",
        "Good.",
        "please do",
        "go ahead",
        "sounds good",
        "that sounds great to me",
        "That's right. Is there parking?",
        "it works",
        "well, ok",
        "oh yes please",
        "Sure! How far is it?",
        "好的。停车方便吗？",
        "没问题",
    ] {
        assert!(takes(yes), "{yes}");
    }
}

#[test]
fn a_known_payee_in_place_of_the_one_that_was_named_is_told() {
    let shelf = history(&[
        ("2026-05-01T12:00:00+08:00", "sb", "Starbucks", "30.00 CNY", ""),
        ("2026-05-02T12:00:00+08:00", "lk", "Luckin", "30.00 CNY", ""),
    ]);
    let codes =
        Scene::new(&shelf, &intent(AT, "lk", "Luckin", "30.00 CNY", ""), &words("a latte from starbucks"))
            .codes();
    assert_eq!(codes[0], "payee_not_as_said");
}
