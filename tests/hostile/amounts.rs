//! Money that is not what it says: wrong decimals in every currency, slipped units, the same number of another asset.

use assent::Currency;
use serde_json::{Value, json};

use super::world::Payee;
use super::{Case, case};
use crate::with;

/// Every ISO 4217 currency, every way of writing an amount wrongly.
pub fn wrong_in_every_currency() -> Vec<Case> {
    let mut cases = Vec::new();
    let payee = super::world::payees()[0];
    for currency in currencies() {
        let (code, decimals) = (currency.code(), currency.exponent() as usize);
        let zeros = "0".repeat(decimals);
        let point = if decimals == 0 { String::new() } else { format!(".{zeros}") };
        let forms: Vec<(&str, Value)> = vec![
            ("one decimal too many", json!(format!("38.{zeros}0"))),
            ("three decimals too many", json!(format!("38.{zeros}001"))),
            ("a JSON integer", json!(38)),
            ("a JSON float", json!(38.5)),
            ("null", Value::Null),
            ("empty", json!("")),
            ("negative", json!(format!("-38{point}"))),
            ("signed", json!(format!("+38{point}"))),
            ("exponent", json!("38e0")),
            ("exponent upwards", json!("3.8E1")),
            ("thousands with a comma", json!(format!("1,038{point}"))),
            ("decimal comma", json!("38,00")),
            ("leading zeros", json!(format!("0038{point}"))),
            ("no whole part", json!(format!(".{zeros}5"))),
            ("no decimals after the point", json!("38.")),
            ("two points", json!("38.0.0")),
            ("space before", json!(format!(" 38{point}"))),
            ("space after", json!(format!("38{point} "))),
            ("space within", json!("3 8")),
            ("line break", json!("38\n")),
            ("full-width digits", json!("３８")),
            ("Arabic-Indic digits", json!("٣٨")),
            ("Chinese numerals", json!("三十八")),
            ("hexadecimal", json!("0x26")),
            ("not a number", json!("NaN")),
            ("infinite", json!("Infinity")),
            ("its own symbol", json!(format!("{code} 38"))),
            ("beyond 64 bits", json!(format!("92233720368547758080{point}"))),
            ("a thousand digits", json!("9".repeat(1_000))),
            ("zero width inside", json!("3\u{200b}8")),
        ];
        for (form, amount) in forms {
            let intent = with(&payee.usual("amount"), json!({"price": {"amount": amount, "currency": code}}));
            cases.push(case(format!("amount/{form}/{code}"), &intent));
        }
    }
    cases
}

/// Every payee's usual price, ten to a hundred million times.
pub fn unit_slips(payees: &[Payee]) -> Vec<Case> {
    let slips = payees.iter().flat_map(|payee| (1..=8).map(move |power| (payee, power)));
    slips
        .map(|(payee, power)| {
            let intent = with(&payee.usual("slip"), json!({"price": {"amount": payee.amount(power)}}));
            case(format!("unit slip/10^{power}/{}", payee.name), &intent)
        })
        .collect()
}

/// Every payee's usual number in another currency.
pub fn asset_swaps(payees: &[Payee]) -> Vec<Case> {
    let others = [
        "USD", "EUR", "GBP", "CHF", "HKD", "TWD", "SGD", "AUD", "CAD", "KWD", "XAU", "BTC", "USDT", "CNH",
        "RMB",
    ];
    let swaps = payees.iter().flat_map(|payee| others.iter().map(move |other| (payee, other)));
    swaps
        .map(|(payee, other)| {
            let intent = with(&payee.usual("swap"), json!({"price": {"currency": other}}));
            case(format!("asset swap/{other}/{}", payee.name), &intent)
        })
        .collect()
}

/// Every currency that ISO 4217 has, found by trying every code.
fn currencies() -> impl Iterator<Item = Currency> {
    let letters = || 'A'..='Z';
    let codes = letters()
        .flat_map(move |a| letters().flat_map(move |b| letters().map(move |c| format!("{a}{b}{c}"))));
    codes.filter_map(|code| Currency::from_code(&code))
}
