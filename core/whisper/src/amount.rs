//! Amounts to show and to speak. Never a bare `¥` or `$`: each is several currencies.

use assent_types::{Money, Tongue};

use crate::wording::{self, message};

/// The amount to show, with all its decimals, grouped in thousands and unambiguous: `1,050.50 CNY`; in Chinese `1,050.50 元`, where
/// every currency but the renminbi has its name (`1,000 日元`) or its code.
pub fn amount(money: Money, tongue: Tongue) -> String {
    let (number, code) = (grouped(&money.amount()), money.currency().code());
    let unit = match tongue {
        Tongue::English => code.to_owned(),
        Tongue::Chinese => message(tongue, &format!("unit-{code}"), None, Vec::new())
            .unwrap_or_else(|| wording::currency_name(money.currency(), tongue)),
    };
    let written = format!("{number} {unit}");
    message(
        tongue,
        "amount",
        None,
        vec![("number", number.into()), ("code", code.into()), ("unit", unit.into())],
    )
    .unwrap_or(written)
}

/// The amount to speak: digits that a speech engine reads, without needless decimals, and the currency's name: `38 yuan`.
///
/// CNY, JPY, USD, EUR, GBP, HKD and KWD are named, others go by their code.
pub fn spoken_amount(money: Money, tongue: Tongue) -> String {
    let (written, code) = (money.amount(), money.currency().code());
    let number = match written.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|b| b == b'0') => whole,
        Some((_, fraction)) if fraction.len() > 2 => written.trim_end_matches('0'),
        _ => &written,
    };
    let count = if number == "1" { 1 } else { 2 };
    let id = format!("spoken-{code}");
    let values =
        || vec![("number", number.to_owned().into()), ("code", code.into()), ("count", count.into())];
    message(tongue, &id, None, values())
        .or_else(|| message(tongue, "spoken-other", None, values()))
        .unwrap_or_else(|| format!("{number} {code}"))
}

/// Digits with a comma between thousands; decimals stay as they are.
pub(crate) fn grouped(number: &str) -> String {
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let length = whole.chars().count();
    let mut out = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && length.saturating_sub(i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use assent_types::{Currency, numerals};
    use proptest::prelude::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    #[test]
    fn amounts_name_their_currency() {
        for (text, english, chinese) in [
            ("38.00 CNY", "38.00 CNY", "38.00 元"),
            ("1050.50 CNY", "1,050.50 CNY", "1,050.50 元"),
            ("1000 JPY", "1,000 JPY", "1,000 日元"),
            ("1234.567 KWD", "1,234.567 KWD", "1,234.567 科威特第纳尔"),
            ("5.00 SEK", "5.00 SEK", "5.00 SEK"),
        ] {
            assert_eq!(amount(money(text), Tongue::English), english);
            assert_eq!(amount(money(text), Tongue::Chinese), chinese);
        }
    }

    #[test]
    fn amounts_are_spoken_plainly() {
        for (text, english, chinese) in [
            ("38.00 CNY", "38 yuan", "38元"),
            ("38.50 CNY", "38.50 yuan", "38.50元"),
            ("1000 JPY", "1000 yen", "1000日元"),
            ("1.00 USD", "1 US dollar", "1美元"),
            ("1.500 KWD", "1.5 Kuwaiti dinars", "1.5科威特第纳尔"),
            ("5.00 SEK", "5 SEK", "5 SEK"),
        ] {
            assert_eq!(spoken_amount(money(text), Tongue::English), english);
            assert_eq!(spoken_amount(money(text), Tongue::Chinese), chinese);
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_and_spoken_reads_back(
            minor in 1i64..=1_000_000_000_000, code in prop::sample::select(vec!["CNY", "JPY", "USD", "EUR", "GBP", "HKD", "KWD", "SEK"])
        ) {
            let money = Money::from_minor(minor, Currency::from_code(code).unwrap()).unwrap();
            for tongue in [Tongue::English, Tongue::Chinese] {
                for text in [amount(money, tongue), spoken_amount(money, tongue)] {
                    let found = numerals::find(&text);
                    prop_assert_eq!(found.len(), 1, "{}", text);
                    prop_assert!(found[0].may_be(money), "{}", text);
                    prop_assert!(found[0].currencies.contains(&money.currency()), "{}", text);
                }
            }
        }
    }
}
