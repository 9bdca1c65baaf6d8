//! What was spelled reads back, and what is no number is left alone.

use super::*;
use proptest::prelude::*;

fn values(text: &str) -> Vec<String> {
    find(text).iter().map(|f| f.value.to_string()).collect()
}

#[test]
fn numbers_are_read_as_people_say_them() {
    for (text, expected) in [
        ("1,050.50", vec!["1050.5"]),
        ("１，０５０．５０元", vec!["1050.5"]),
        ("38.00 CNY", vec!["38"]),
        ("one hundred and five", vec!["105"]),
        ("a hundred and five dollars", vec!["105"]),
        ("fifteen hundred", vec!["1500"]),
        ("twenty-five fifty", vec!["25", "50"]),
        ("two and a half", vec!["2.5"]),
        ("three point one four", vec!["3.14"]),
        ("two and three", vec!["2", "3"]),
        ("5 thousand", vec!["5000"]),
        ("3k", vec!["3000"]),
        ("三十八", vec!["38"]),
        ("十五块", vec!["15"]),
        ("两百", vec!["200"]),
        ("两百五", vec!["250"]),
        ("一千零五十", vec!["1050"]),
        ("一千零五", vec!["1005"]),
        ("一万二", vec!["12000"]),
        ("一万零二", vec!["10002"]),
        ("3万", vec!["30000"]),
        ("1.5万元", vec!["15000"]),
        ("三点五", vec!["3.5"]),
        ("三块五", vec!["3.5"]),
        ("point five", vec!["0.5"]),
        ("三块五毛二", vec!["3.52"]),
        ("三块零五分", vec!["3.05"]),
        ("3块5", vec!["3.5"]),
        ("五毛", vec!["0.5"]),
        ("十块半", vec!["10.5"]),
        ("三十八块钱", vec!["38"]),
        ("二零二六", vec!["2026"]),
        ("壹佰贰拾元", vec!["120"]),
        ("一亿两千万", vec!["120000000"]),
        ("CNY38", vec!["38"]),
        ("38rmb", vec!["38"]),
        ("零", vec!["0"]),
        ("ten", vec!["10"]),
        ("eleven:thirty", vec!["11", "30"]),
    ] {
        assert_eq!(values(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_number_is_left_alone() {
    for text in [
        "",
        "some",
        "oneness",
        "A380",
        "4G",
        "2nd",
        "第二",
        "20%",
        "1.2.3",
        "一下",
        "一样",
        "十分好",
        "万一",
        "千万别",
        "三明治",
        "百货",
        "星期三",
        "hundred",
        "and",
        "半价",
        "99999999999999999999",
    ] {
        assert_eq!(values(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn units_name_their_currencies() {
    let codes = |text: &str| find(text)[0].currencies.iter().map(|c| c.code()).collect::<Vec<_>>();
    for (text, code) in [
        ("38 yuan", "CNY"),
        ("三块五", "CNY"),
        ("38块", "CNY"),
        ("¥38", "CNY"),
        ("¥38", "JPY"),
        ("$38", "USD"),
        ("hk$38", "HKD"),
        ("一千日元", "JPY"),
        ("3万日元", "JPY"),
        ("五欧元", "EUR"),
        ("ten quid", "GBP"),
        ("38 SEK", "SEK"),
        ("5港元", "HKD"),
        ("人民币38元", "CNY"),
        ("two hong kong dollars", "HKD"),
    ] {
        assert!(codes(text).contains(&code), "{text}: {:?}", codes(text));
    }
    assert!(codes("38").is_empty());
    assert!(codes("38 try").is_empty());
    assert!(!codes("38 dollars").contains(&"CNY"));
}

#[test]
fn an_amount_is_told_from_its_neighbours() {
    let asked = Money::parse("38.50", Currency::from_code("CNY").unwrap()).unwrap();
    for (text, same) in [
        ("38.5", true),
        ("三十八块五", true),
        ("38.50 yuan", true),
        ("38.50 dollars", false),
        ("38", false),
        ("三十八", false),
        ("38.505", false),
        ("thirty-eight point five", true),
        ("3850", false),
    ] {
        assert_eq!(find(text)[0].may_be(asked), same, "{text}");
    }
}

fn english(n: i64) -> String {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 10] =
        ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let join = |high: String, low: i64, by: &str| {
        if low == 0 { high } else { format!("{high}{by}{}", english(low)) }
    };
    match n {
        0..20 => SMALL[n as usize].to_owned(),
        20..100 => join(TENS[(n / 10) as usize].to_owned(), n % 10, "-"),
        100..1_000 => join(format!("{} hundred", english(n / 100)), n % 100, " and "),
        1_000..1_000_000 => join(
            format!("{} thousand", english(n / 1_000)),
            n % 1_000,
            if n % 1_000 < 100 { " and " } else { " " },
        ),
        _ => join(format!("{} million", english(n / 1_000_000)), n % 1_000_000, " "),
    }
}

fn chinese(n: i64) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    if n < 10 {
        return DIGITS[n as usize].to_owned();
    }
    for (unit, name) in [(100_000_000, "亿"), (10_000, "万"), (1_000, "千"), (100, "百"), (10, "十")] {
        if n >= unit {
            let head = if n < 20 { String::new() } else { chinese(n / unit) };
            let low = n % unit;
            let zero = if low > 0 && low < unit / 10 { "零" } else { "" };
            let tail = if low == 0 { String::new() } else { chinese(low) };
            // 十 within a larger number is 一十.
            let tail = if (10..20).contains(&low) { format!("一{tail}") } else { tail };
            return format!("{head}{name}{zero}{tail}");
        }
    }
    String::new()
}

#[test]
fn a_sign_between_two_numbers_is_no_overlap() {
    for text in ["one两£ 一", "2 $10 tickets", "5 € 6"] {
        let found = find(text);
        assert!(found.len() >= 2 && found.windows(2).all(|pair| pair[0].end <= pair[1].start), "{text}");
        assert!(found.last().is_some_and(|number| !number.currencies.is_empty()), "{text}");
    }
}

proptest! {
    #[test]
    fn spelled_numbers_read_back(n in prop_oneof![0i64..2_000, 0i64..1_000_000_000], pad in "[ ,]{0,2}") {
        prop_assert_eq!(values(&format!("{pad}{}{pad}", english(n))), vec![n.to_string()]);
        prop_assert_eq!(values(&format!("{pad}{}元", chinese(n))), vec![n.to_string()]);
        prop_assert_eq!(values(&format!("付{}元吧", chinese(n))), vec![n.to_string()]);
        prop_assert_eq!(values(&format!("pay {n} yuan")), vec![n.to_string()]);
    }

    #[test]
    fn small_change_reads_back(whole in 1i64..10_000, tenth in 1i64..10, cent in 1i64..10) {
        let yuan = chinese(whole);
        prop_assert_eq!(values(&format!("{yuan}块{}", chinese(tenth))), vec![format!("{whole}.{tenth}")]);
        prop_assert_eq!(values(&format!("{yuan}块{}毛{}", chinese(tenth), chinese(cent))), vec![format!("{whole}.{tenth}{cent}")]);
        prop_assert_eq!(values(&format!("{whole}块{tenth}")), vec![format!("{whole}.{tenth}")]);
    }

    #[test]
    fn any_text_is_read_without_panic_and_in_order(text in "(\\PC|[0-9一二三十百千万亿零两块毛半点元.,]| |one|hundred|and){0,30}") {
        let mut last = 0;
        for found in find(&text) {
            prop_assert!(last <= found.start && found.start < found.end && found.end <= text.len());
            prop_assert!(text.is_char_boundary(found.start) && text.is_char_boundary(found.end));
            last = found.end;
        }
    }
}
