//! What an intent may hold: one whole example, and every fault by its code and path.

use super::*;
use proptest::prelude::*;

const WHOLE: &str = r#"{"id":"i-1","agent":"chef","service":{"id":"noodle-1","name":"Noodle House","category":"5812","country":"CN"},
    "price":{"amount":"38.00","currency":"CNY"},"negotiation":{"max_amount":"40.00","expires_at":"2026-05-04T12:30:00+08:00"},
    "items":[{"name":"beef noodles","quantity":2,"amount":"19.00"}],"details":{"seat":"window"},
    "created_at":"2026-05-04T12:01:00+08:00","user_token":"tok","mandate":{"vct":"x"}}"#;

fn refusal(json: &str) -> (Code, String) {
    let refused = Intent::from_json(json).unwrap_err();
    (refused.code, refused.path)
}

#[test]
fn a_whole_intent_is_read() {
    let intent = Intent::from_json(WHOLE).unwrap();
    assert_eq!(intent.most().to_string(), "40.00 CNY");
    assert_eq!(intent.items[0].quantity.unwrap().to_string(), "2");
    let shown = format!("{intent:?}");
    for secret in ["38", "noodle", "Noodle", "tok\"", "window", "2026"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(!intent.to_canonical_json().contains("\"tok\""));
}

#[test]
fn every_fault_has_its_code_and_path() {
    for (from, to, code, path) in [
        (r#""id":"i-1","#, "", Code::MissingField, "id"),
        (r#""id":"i-1""#, r#""id":"""#, Code::Empty, "id"),
        (r#""id":"i-1""#, r#""id":"i\u200b1""#, Code::BadCharacter, "id"),
        (r#""id":"i-1""#, r#""id":1"#, Code::WrongType, "id"),
        (r#""id":"i-1""#, r#""id":"i-1","id":"i-2""#, Code::DuplicateKey, "id"),
        (r#""seat":"window""#, r#""seat":"window","seat":"aisle""#, Code::DuplicateKey, "details.seat"),
        (r#""vct":"x""#, r#""vct":"x","vct":"y""#, Code::DuplicateKey, "mandate.vct"),
        (r#""seat":"window""#, r#""seat":7"#, Code::WrongType, "details.seat"),
        (r#""name":"beef noodles""#, r#""name":"beef","note":"x""#, Code::UnknownKey, "items[0].note"),
        (r#""name":"beef noodles""#, r#""name":"beef\u202enoodles""#, Code::BadCharacter, "items[0].name"),
        (r#""quantity":2"#, r#""quantity":0"#, Code::NotPositive, "items[0].quantity"),
        (r#""quantity":2"#, r#""quantity":-2"#, Code::NotPositive, "items[0].quantity"),
        (r#""quantity":2"#, r#""quantity":2.5"#, Code::WrongType, "items[0].quantity"),
        (r#""quantity":2"#, r#""quantity":"2.0001""#, Code::BadAmount, "items[0].quantity"),
        (r#""quantity":2"#, r#""quantity":1000001"#, Code::OutOfRange, "items[0].quantity"),
        (r#""amount":"38.00""#, r#""amount":38.00"#, Code::WrongType, "price.amount"),
        (r#""amount":"38.00""#, r#""amount":"-38.00""#, Code::NotPositive, "price.amount"),
        (r#""amount":"38.00""#, r#""amount":"0.00""#, Code::NotPositive, "price.amount"),
        (r#""amount":"38.00""#, r#""amount":"NaN""#, Code::BadAmount, "price.amount"),
        (r#""amount":"38.00""#, r#""amount":"3.8e1""#, Code::BadAmount, "price.amount"),
        (r#""amount":"38.00""#, r#""amount":"38.001""#, Code::TooManyDecimals, "price.amount"),
        (r#""amount":"38.00""#, r#""amount":"99999999999999999999""#, Code::AmountTooLarge, "price.amount"),
        (r#""currency":"CNY""#, r#""currency":"cny""#, Code::UnknownCurrency, "price.currency"),
        (r#""currency":"CNY""#, r#""currency":"XAU""#, Code::UnknownCurrency, "price.currency"),
        (r#""currency":"CNY""#, r#""currency":"JPY""#, Code::TooManyDecimals, "price.amount"),
        (r#""max_amount":"40.00""#, r#""max_amount":"37.99""#, Code::Contradiction, "negotiation.max_amount"),
        (r#""category":"5812""#, r#""category":"casino""#, Code::UnknownCategory, "service.category"),
        (r#""country":"CN""#, r#""country":"QQ""#, Code::UnknownCountry, "service.country"),
        (r#""country":"CN""#, r#""country":"cn""#, Code::UnknownCountry, "service.country"),
        ("12:01:00+08:00", "12:01:00", Code::BadOffset, "created_at"),
        ("12:01:00+08:00", "25:01:00+08:00", Code::BadTimestamp, "created_at"),
        (r#""mandate":{"vct":"x"}"#, r#""mandate":7"#, Code::WrongType, "mandate"),
        (r#""user_token":"tok""#, r#""user_token":null"#, Code::WrongType, "user_token"),
        (r#""agent":"chef""#, r#""agent":"chef","said":"x""#, Code::UnknownKey, "said"),
        (r#""agent":"chef""#, r#""agent":NaN"#, Code::NotJson, ""),
    ] {
        let broken = WHOLE.replacen(from, to, 1);
        assert_ne!(broken, WHOLE, "{from} not found");
        assert_eq!(refusal(&broken), (code, path.to_owned()), "{to}");
    }
}

#[test]
fn size_depth_and_number_are_bounded() {
    assert_eq!(refusal(&format!("{WHOLE}{}", " ".repeat(json::MAX_INTENT_BYTES))).0, Code::TooLarge);
    let deep = format!("{}1{}", "[".repeat(1000), "]".repeat(1000));
    assert_eq!(refusal(&WHOLE.replace(r#"{"vct":"x"}"#, &deep)).0, Code::TooDeep);
    let many = vec![r#"{"name":"a"}"#; 101].join(",");
    assert_eq!(
        refusal(&WHOLE.replace(r#"{"name":"beef noodles","quantity":2,"amount":"19.00"}"#, &many)),
        (Code::TooMany, "items".to_owned())
    );
    let details: Vec<String> = (0..33).map(|i| format!(r#""k{i}":"v""#)).collect();
    assert_eq!(
        refusal(&WHOLE.replace(r#""seat":"window""#, &details.join(","))),
        (Code::TooMany, "details".to_owned())
    );
    for (text, code) in [
        ("", Code::NotJson),
        ("{}{}", Code::NotJson),
        ("[]", Code::WrongType),
        ("{", Code::NotJson),
        ("\u{feff}{}", Code::NotJson),
    ] {
        assert_eq!(refusal(text).0, code, "{text}");
    }
}

#[test]
fn the_digest_is_of_the_meaning() {
    let one = Intent::from_json(WHOLE).unwrap();
    let spaced = Intent::from_json(&WHOLE.replace(',', " ,\n ").replace("\"38.00\"", "\"38\"")).unwrap();
    assert_eq!(one.digest(), spaced.digest());
    for (from, to) in [
        ("38.00", "38.01"),
        ("CNY", "USD"),
        ("noodle-1", "noodle-2"),
        ("window", "aisle"),
        (r#""tok""#, r#""tik""#),
        (r#""vct":"x""#, r#""vct":"y""#),
        ("12:30:00", "12:31:00"),
    ] {
        let other = Intent::from_json(&WHOLE.replace(from, to)).unwrap();
        assert_ne!(one.digest(), other.digest(), "{to}");
    }
}

#[test]
fn the_canonical_form_reads_back() {
    let mut intent = Intent::from_json(WHOLE).unwrap();
    intent.user_token = None;
    assert_eq!(Intent::from_json(&intent.to_canonical_json()).unwrap(), intent);
}

#[test]
fn what_was_taken_at_the_size_limit_can_be_kept_and_read_again() {
    let room = json::MAX_INTENT_BYTES - WHOLE.len();
    let items = vec![r#"{"name":"a","quantity":1,"amount":"1"}"#; 100].join(",");
    let long = WHOLE
        .replace(r#"{"name":"beef noodles","quantity":2,"amount":"19.00"}"#, &items)
        .replace(r#"{"vct":"x"}"#, &format!("\"{}\"", "m".repeat(room - items.len() - 200)));
    let intent = Intent::from_json(&long).unwrap();
    let kept = intent.to_canonical_json();
    assert!(kept.len() > json::MAX_INTENT_BYTES, "{}", kept.len());
    assert_eq!(Intent::from_stored_json(&kept).unwrap().items, intent.items);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}") {
        let _ = Intent::from_json(&text);
        let _ = crate::Context::from_json(&text);
    }

    #[test]
    fn no_cut_or_changed_byte_makes_it_panic(at in 0usize..500, byte in any::<u8>()) {
        let mut bytes = WHOLE.as_bytes().to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(text) = json::text(&bytes) {
            let _ = Intent::from_json(text);
        }
        if let Ok(text) = json::text(&bytes[..at]) {
            prop_assert!(Intent::from_json(text).is_err());
        }
    }
}
