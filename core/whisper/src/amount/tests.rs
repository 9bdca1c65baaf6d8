//! Amounts to show and to speak, read back by a reader of their own that shares nothing with the writer.

use super::*;
use assent_types::numerals;
use proptest::prelude::*;

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

/// Every currency that an amount can have.
fn currencies() -> Vec<Currency> {
    let letters = || (b'A'..=b'Z').map(char::from);
    let codes =
        letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| format!("{a}{b}{c}"))));
    codes.filter_map(|code| Currency::from_code(&code)).collect()
}

#[test]
fn amounts_name_their_currency() {
    for (text, english, chinese) in [
        ("38.00 CNY", "38.00 CNY", "38.00 元"),
        ("1050.50 CNY", "1,050.50 CNY", "1,050.50 元"),
        ("1000 JPY", "1,000 JPY", "1,000 日元"),
        ("1234.567 KWD", "1,234.567 KWD", "1,234.567 科威特第纳尔"),
        ("5.00 SEK", "5.00 SEK", "5.00 瑞典克朗"),
    ] {
        assert_eq!(amount(money(text), Tongue::English), english);
        assert_eq!(amount(money(text), Tongue::Chinese), chinese);
    }
    for (text, english, chinese) in [
        ("38.00 CNY", "38 yuan", "38 元"),
        ("1050.50 CNY", "1,050.50 yuan", "1,050.50 元"),
        ("1.00 USD", "1 US dollar", "1 美元"),
        ("1.50 USD", "1.50 US dollars", "1.50 美元"),
        ("1000 JPY", "1,000 yen", "1,000 日元"),
    ] {
        assert_eq!(short_amount(money(text), Tongue::English), english);
        assert_eq!(short_amount(money(text), Tongue::Chinese), chinese);
    }
}

#[test]
fn amounts_are_spoken_in_words() {
    for (text, english, chinese) in [
        ("38.00 CNY", "thirty-eight yuan", "人民币三十八元"),
        ("3.50 CNY", "three point five zero yuan", "人民币三块五"),
        ("3.52 CNY", "three point five two yuan", "人民币三块五毛二"),
        ("3.05 CNY", "three point zero five yuan", "人民币三块零五分"),
        ("0.50 CNY", "zero point five zero yuan", "人民币五毛"),
        ("0.02 CNY", "zero point zero two yuan", "人民币两分"),
        ("2.00 CNY", "two yuan", "人民币两元"),
        ("12.00 CNY", "twelve yuan", "人民币十二元"),
        ("200.00 CNY", "two hundred yuan", "人民币两百元"),
        ("1050.00 CNY", "one thousand and fifty yuan, one zero five zero", "人民币一千零五十元"),
        ("12000.00 CNY", "twelve thousand yuan", "人民币一万两千元"),
        (
            "120015.00 CNY",
            "one hundred and twenty thousand and fifteen yuan, one two zero zero one five",
            "人民币十二万零一十五元",
        ),
        ("100000500.00 CNY", "one hundred million five hundred yuan", "人民币一亿零五百元"),
        ("15.00 GBP", "fifteen pounds, one five", "十五英镑"),
        ("50.00 GBP", "fifty pounds, five zero", "五十英镑"),
        ("15.50 EUR", "fifteen point five zero euros, one five point five zero", "十五点五欧元"),
        ("1000 JPY", "one thousand yen", "一千日元"),
        ("1.00 USD", "one US dollar", "一美元"),
        ("2.00 USD", "two US dollars", "两美元"),
        ("1.500 KWD", "one point five zero zero Kuwaiti dinars", "一点五科威特第纳尔"),
        ("5.00 SEK", "five Swedish kronor", "五瑞典克朗"),
        ("0.0001 CLF", "zero point zero zero zero one Chilean units of account", "零点零零零一智利记账单位"),
    ] {
        assert_eq!(spoken_amount(money(text), Tongue::English), english);
        assert_eq!(spoken_amount(money(text), Tongue::Chinese), chinese);
    }
}

#[test]
fn every_currency_has_a_name_of_its_own_in_both_languages() {
    let all = currencies();
    assert!(all.len() > 150);
    for tongue in [Tongue::English, Tongue::Chinese] {
        let names: std::collections::BTreeSet<String> =
            all.iter().map(|c| currency_name(*c, 2, tongue.into())).collect();
        assert_eq!(names.len(), all.len());
        assert!(all.iter().all(|c| !names.contains(c.code())), "{tongue:?}");
    }
}

/// English as it was spoken, read by splitting at `point` and adding up word by word.
fn read_english(text: &str) -> Option<(u64, String)> {
    let value = |word: &str| {
        let small = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen";
        let tens = "twenty thirty forty fifty sixty seventy eighty ninety";
        small
            .split(' ')
            .position(|w| w == word)
            .or_else(|| Some(tens.split(' ').position(|w| w == word)? * 10 + 20))
            .map(|n| n as u64)
    };
    let (whole, decimals) = text.split_once(" point ").unwrap_or((text, ""));
    let (mut total, mut group) = (0u64, 0u64);
    for word in whole.split([' ', '-']).filter(|w| *w != "and") {
        match word {
            "hundred" => group *= 100,
            "thousand" | "million" | "billion" | "trillion" | "quadrillion" | "quintillion" => {
                let powers = ["thousand", "million", "billion", "trillion", "quadrillion", "quintillion"];
                let power = powers.iter().position(|p| *p == word)? as u32 + 1;
                total += group * 1_000u64.pow(power);
                group = 0;
            }
            other => group += value(other)?,
        }
    }
    let digits = decimals.split(' ').filter(|w| !w.is_empty()).map(|w| value(w).map(|d| d.to_string()));
    Some((total + group, digits.collect::<Option<String>>()?))
}

/// Chinese as it was spoken: the highest unit splits the text, again and again.
fn read_chinese(text: &str) -> Option<u64> {
    for (unit, value) in [('亿', 100_000_000), ('万', 10_000), ('千', 1_000), ('百', 100), ('十', 10)] {
        if let Some((head, tail)) = text.rsplit_once(unit) {
            let head = if head.is_empty() || head == "零" { 1 } else { read_chinese(head)? };
            return Some(head * value + if tail.is_empty() { 0 } else { read_chinese(tail)? });
        }
    }
    let text = text.strip_prefix('零').filter(|t| !t.is_empty()).unwrap_or(text);
    let text = if text == "两" { "二" } else { text };
    "零一二三四五六七八九".chars().position(|c| text == c.to_string()).map(|n| n as u64)
}

proptest! {
    #[test]
    fn what_was_spoken_reads_back(
        minor in prop_oneof![1i64..100_000, 1i64..=1_000_000_000_000, 1i64..=i64::MAX], currency in prop::sample::select(currencies())
    ) {
        let money = Money::from_minor(minor, currency).unwrap();
        let written = money.amount();
        let (whole, decimals) = written.split_once('.').unwrap_or((&written, ""));
        let whole: u64 = whole.parse().unwrap();
        let decimals = if decimals.bytes().all(|b| b == b'0') { "" } else { decimals };

        let said = spoken_amount(money, Tongue::English);
        let (said, again) = said.split_once(", ").map_or((said.as_str(), None), |(s, a)| (s, Some(a)));
        let one = whole == 1 && decimals.is_empty();
        let name = currency_name(currency, if one { 1 } else { 2 }, Locale::of("en"));
        let number = said.strip_suffix(&format!(" {name}"));
        prop_assert!(number.is_some(), "{} {}", said, name);
        prop_assert_eq!(read_english(number.unwrap()), Some((whole, decimals.to_owned())), "{}", said);
        if let Some(again) = again {
            let digits: String = again.split(' ').map(|w| if w == "point" { ".".to_owned() } else { read_english(w).unwrap().0.to_string() }).collect();
            let whole_too = if decimals.is_empty() { whole.to_string() } else { format!("{whole}.{decimals}") };
            prop_assert_eq!(digits, whole_too);
        }

        let said = spoken_amount(money, Tongue::Chinese);
        let name = currency_name(currency, 2, Locale::of("zh"));
        if currency.code() != "CNY" {
            let number = said.strip_suffix(name.as_str()).unwrap();
            let (front, back) = number.split_once('点').unwrap_or((number, ""));
            prop_assert_eq!(read_chinese(front), Some(whole), "{}", said);
            let digits: String = back.chars().map(|c| read_chinese(&c.to_string()).unwrap().to_string()).collect();
            prop_assert_eq!(digits, decimals.trim_end_matches('0'), "{}", said);
        }
    }

    #[test]
    fn small_change_in_renminbi_reads_back(minor in prop_oneof![1i64..1_000, 1i64..100_000_000]) {
        let money = Money::from_minor(minor, Currency::from_code("CNY").unwrap()).unwrap();
        let said = spoken_amount(money, Tongue::Chinese);
        let text = said.strip_prefix("人民币").unwrap();
        let (mut rest, mut fen) = (text, 0);
        for (unit, worth) in [(['元', '块'].as_slice(), 100), (&['毛'], 10), (&['分'], 1)] {
            if let Some((head, tail)) = rest.split_once(unit) {
                fen += read_chinese(head).unwrap() * worth;
                rest = tail;
                // What stands alone behind 块 is jiao, behind 毛 fen.
                if worth > 1 && !rest.is_empty() && !rest.contains(['毛', '分']) {
                    fen += read_chinese(rest).unwrap() * worth / 10;
                    rest = "";
                }
            }
        }
        prop_assert_eq!(rest, "");
        prop_assert_eq!(fen, minor as u64, "{}", said);
    }

    #[test]
    fn a_user_who_says_it_back_is_understood(
        minor in 1i64..=100_000_000, code in prop::sample::select(vec!["CNY", "JPY", "USD", "EUR", "GBP", "HKD", "KWD"])
    ) {
        let money = Money::from_minor(minor, Currency::from_code(code).unwrap()).unwrap();
        for tongue in [Tongue::English, Tongue::Chinese] {
            for text in [amount(money, tongue), short_amount(money, tongue), spoken_amount(money, tongue)] {
                let found = numerals::find(&text);
                prop_assert!(found[0].may_be(money), "{}", text);
                prop_assert!(found[0].currencies.contains(&money.currency()), "{}", text);
            }
        }
    }
}
