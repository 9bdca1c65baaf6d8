//! Amounts to show, to put on a button and to speak. Never a bare `¥` or `$`: each is several currencies.

use assent_types::{Currency, Money, Tongue};

use crate::locale::{Locale, message};
use crate::spoken;

/// The amount to show, with all its decimals, grouped in thousands and unambiguous: `1,050.50 CNY`; in Chinese `1,050.50 元`, where
/// every currency but the renminbi has its name (`1,000 日元`).
pub fn amount(money: Money, locale: impl Into<Locale>) -> String {
    let (number, locale) = (grouped(&money.amount()), locale.into());
    let unit = match locale.tongue() {
        Some(Tongue::Chinese) => unit_name(money, locale),
        _ => money.currency().code().to_owned(),
    };
    put(locale, "amount", &number, unit)
}

/// The amount for a button, as people say it: `38 yuan`, `38.50 yuan`; the renminbi in Chinese is `38 元`.
pub fn short_amount(money: Money, locale: impl Into<Locale>) -> String {
    let (written, locale) = (money.amount(), locale.into());
    let number = match written.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().all(|b| b == b'0') => grouped(whole),
        _ => grouped(&written),
    };
    put(locale, "amount", &number, unit_name(money, locale))
}

/// The amount to speak, in words: `thirty-eight yuan`, `三块五`. In English a number that could be heard as another (`fifteen`, `fifty`) is
/// followed by its digits one by one. A language that Assent does not count in gets digits.
pub fn spoken_amount(money: Money, locale: impl Into<Locale>) -> String {
    let locale = locale.into();
    let written = money.amount();
    let (whole, decimals) = written.split_once('.').unwrap_or((&written, ""));
    let decimals = if decimals.bytes().all(|b| b == b'0') { "" } else { decimals };
    let units = whole.parse::<u64>().unwrap_or_default();
    let unit = unit_name(money, locale);
    match locale.tongue() {
        Some(Tongue::English) => {
            let said = put(locale, "amount-spoken", &spoken::english(units, decimals), unit);
            match spoken::clearer(units, decimals) {
                Some(digits) => put(locale, "amount-clearer", &digits, said),
                None => said,
            }
        }
        Some(Tongue::Chinese) if money.currency().code() == "CNY" => {
            let fen = u64::try_from(money.minor()).unwrap_or_default();
            put(locale, "amount-spoken", &spoken::renminbi(fen), currency_name(money.currency(), 2, locale))
        }
        Some(Tongue::Chinese) => {
            put(locale, "amount-spoken-other", &spoken::chinese(units, decimals, true), unit)
        }
        None => put(locale, "amount", &written, unit),
    }
}

/// The currency in words: `yuan (CNY)`, `人民币`.
pub(crate) fn currency(currency: Currency, locale: Locale) -> String {
    let name = currency_name(currency, 2, locale);
    put(locale, "currency", currency.code(), name)
}

/// What follows the number: the name of one or of several; 元 for the renminbi in Chinese.
fn unit_name(money: Money, locale: Locale) -> String {
    let id = format!("unit-{}", money.currency().code());
    let one = money.amount().split_once('.').map_or(money.amount() == "1", |(whole, decimals)| {
        whole == "1" && decimals.bytes().all(|b| b == b'0')
    });
    crate::locale::written(locale, &id, None, &fluent_bundle::FluentArgs::new())
        .unwrap_or_else(|| currency_name(money.currency(), if one { 1 } else { 2 }, locale))
}

/// The currency's name, or its code where a language has no name for it.
fn currency_name(currency: Currency, count: u8, locale: Locale) -> String {
    let id = format!("currency-{}", currency.code());
    message(locale, &id, None, vec![("count", count.into())]).unwrap_or_else(|| currency.code().to_owned())
}

fn put(locale: Locale, id: &str, number: &str, unit: String) -> String {
    let plain = format!("{number} {unit}");
    message(locale, id, None, vec![("number", number.into()), ("unit", unit.into())]).unwrap_or(plain)
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
mod tests;
