//! The JSON form: what is read, what is refused and where, and that it comes back the same.
#![allow(
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use assent_policy::{Beyond, Mandate};
use proptest::prelude::*;

const FULL: &str = r#"{"id":"lunch","agents":["chef"],"payees":{"allow":["noodle-1"],"forbid":["noodle-2"]},"categories":{"allow":["dining","5814"],"forbid":["gambling"]},"currency":"CNY","per_payment":"50.00","limits":[{"per":"day","amount":"200.00","count":5},{"per":"total","amount":"900.00"}],"valid_from":"2026-05-01T00:00:00+08:00","valid_until":"2026-06-01T00:00:00+08:00","beyond":"decline"}"#;

#[test]
fn a_mandate_is_written_as_it_was_read() {
    let card = r#"{"id":"card","agents":["chef"],"currency":"JPY","limits":[{"per":"total","amount":"900"}],"card":true}"#;
    let forbids = r#"{"id":"no","payees":{"forbid":["x"]}}"#;
    let window = r#"{"id":"w","currency":"CNY","per_payment":"30.00","window":{"days":["mon","fri"],"from":"06:00","until":"10:00"}}"#;
    let nightly =
        r#"{"id":"n","currency":"CNY","per_payment":"30.00","window":{"from":"22:00","until":"02:00"}}"#;
    for text in [FULL, card, forbids, window, nightly] {
        let mandate = Mandate::from_json(text).unwrap();
        assert_eq!(serde_json::to_string(&mandate).unwrap(), text);
    }
    assert_eq!(Mandate::from_json(card).unwrap().grant.unwrap().beyond, Beyond::Decline);
    for (written_otherwise, text) in [
        (r#"{"card":false,"payees":{"forbid":["x"]},"id":"no","categories":{"forbid":[]}}"#, forbids),
        (&*card.replace(r#""card":true"#, r#""card":true,"beyond":"decline""#), card),
    ] {
        assert_eq!(Mandate::from_json(written_otherwise), Mandate::from_json(text));
    }
}

#[test]
fn every_fault_has_its_code_and_its_path() {
    for (text, code, path) in [
        // The form.
        (r#"{"id":"m","window":{"from":"06:00"}}"#, "missing_field", "currency"),
        (
            r#"{"id":"m","currency":"CNY","per_payment":"1","window":{"from":"6:00"}}"#,
            "unknown_value",
            "window.from",
        ),
        (
            r#"{"id":"m","currency":"CNY","per_payment":"1","window":{"until":"24:01"}}"#,
            "unknown_value",
            "window.until",
        ),
        (
            r#"{"id":"m","currency":"CNY","per_payment":"1","window":{"from":"10:00","until":"10:00"}}"#,
            "contradiction",
            "window",
        ),
        (
            r#"{"id":"m","currency":"CNY","per_payment":"1","window":{"days":["Monday"]}}"#,
            "unknown_value",
            "window.days[0]",
        ),
        ("[]", "wrong_type", ""),
        ("{", "not_json", ""),
        ("{}", "missing_field", "id"),
        (r#"{"id":"m","id":"m"}"#, "duplicate_key", "id"),
        (r#"{"id":""}"#, "empty", "id"),
        (r#"{"id":"a\u200bb"}"#, "bad_character", "id"),
        (r#"{"id":7}"#, "wrong_type", "id"),
        (r#"{"id":"m","payee":{}}"#, "unknown_key", "payee"),
        (r#"{"id":"m","payees":["x"]}"#, "wrong_type", "payees"),
        (r#"{"id":"m","payees":{"deny":["x"]}}"#, "unknown_key", "payees.deny"),
        (r#"{"id":"m","payees":{"forbid":["x",""]}}"#, "empty", "payees.forbid[1]"),
        (r#"{"id":"m","categories":{"forbid":["casino"]}}"#, "unknown_category", "categories.forbid[0]"),
        (r#"{"id":"m","agents":"chef"}"#, "wrong_type", "agents"),
        (r#"{"id":"m","agents":null}"#, "wrong_type", "agents"),
        (r#"{"id":"m","currency":"cny","per_payment":"1"}"#, "unknown_currency", "currency"),
        (r#"{"id":"m","currency":"CNY","per_payment":1}"#, "wrong_type", "per_payment"),
        (r#"{"id":"m","currency":"CNY","per_payment":"1e3"}"#, "bad_amount", "per_payment"),
        (r#"{"id":"m","currency":"CNY","per_payment":"0.00"}"#, "not_positive", "per_payment"),
        (r#"{"id":"m","currency":"CNY","per_payment":"-1"}"#, "not_positive", "per_payment"),
        (r#"{"id":"m","currency":"JPY","per_payment":"1.0"}"#, "too_many_decimals", "per_payment"),
        (
            r#"{"id":"m","currency":"CNY","per_payment":"99999999999999999999"}"#,
            "amount_too_large",
            "per_payment",
        ),
        (r#"{"id":"m","currency":"CNY","limits":{}}"#, "wrong_type", "limits"),
        (r#"{"id":"m","currency":"CNY","limits":[{"amount":"1"}]}"#, "missing_field", "limits[0].per"),
        (
            r#"{"id":"m","currency":"CNY","limits":[{"per":"payment","amount":"1"}]}"#,
            "unknown_value",
            "limits[0].per",
        ),
        (
            r#"{"id":"m","currency":"CNY","limits":[{"per":"day","amount":"x"}]}"#,
            "bad_amount",
            "limits[0].amount",
        ),
        (
            r#"{"id":"m","currency":"CNY","limits":[{"per":"day","count":0}]}"#,
            "not_positive",
            "limits[0].count",
        ),
        (
            r#"{"id":"m","currency":"CNY","limits":[{"per":"day","count":-1}]}"#,
            "not_positive",
            "limits[0].count",
        ),
        (
            r#"{"id":"m","currency":"CNY","limits":[{"per":"day","count":1.5}]}"#,
            "wrong_type",
            "limits[0].count",
        ),
        (
            r#"{"id":"m","currency":"CNY","limits":[{"per":"day","count":"5"}]}"#,
            "wrong_type",
            "limits[0].count",
        ),
        (
            r#"{"id":"m","currency":"CNY","limits":[{"per":"day","count":4294967296}]}"#,
            "out_of_range",
            "limits[0].count",
        ),
        (r#"{"id":"m","valid_from":"2026-05-01"}"#, "bad_timestamp", "valid_from"),
        (r#"{"id":"m","valid_until":"2026-05-01T00:00:00"}"#, "bad_offset", "valid_until"),
        (r#"{"id":"m","beyond":"allow"}"#, "unknown_value", "beyond"),
        (r#"{"id":"m","card":"yes"}"#, "wrong_type", "card"),
        // The sense.
        (r#"{"id":"m"}"#, "contradiction", ""),
        (r#"{"id":"m","agents":["chef"],"card":false}"#, "contradiction", ""),
        (r#"{"id":"m","agents":[],"payees":{"forbid":["x"]}}"#, "contradiction", "agents"),
        (r#"{"id":"m","per_payment":"1"}"#, "missing_field", "currency"),
        (r#"{"id":"m","limits":[{"per":"day","amount":"1"}]}"#, "missing_field", "currency"),
        (r#"{"id":"m","payees":{"allow":["x"]}}"#, "missing_field", "currency"),
        (r#"{"id":"m","categories":{"allow":["bar"]}}"#, "missing_field", "currency"),
        (r#"{"id":"m","card":true}"#, "missing_field", "currency"),
        (r#"{"id":"m","payees":{"forbid":["x"]},"beyond":"ask"}"#, "missing_field", "currency"),
        (r#"{"id":"m","currency":"CNY"}"#, "missing_field", "per_payment"),
        (r#"{"id":"m","currency":"CNY","payees":{"allow":["x"]}}"#, "missing_field", "per_payment"),
        (r#"{"id":"m","currency":"CNY","limits":[{"per":"day","count":1}]}"#, "missing_field", "per_payment"),
        (r#"{"id":"m","currency":"CNY","per_payment":"1","limits":[]}"#, "contradiction", "limits"),
        (
            r#"{"id":"m","currency":"CNY","per_payment":"1","limits":[{"per":"day"}]}"#,
            "missing_field",
            "limits[0].amount",
        ),
        (
            r#"{"id":"m","currency":"CNY","limits":[{"per":"day","amount":"1"},{"per":"day","count":1}]}"#,
            "contradiction",
            "limits[1].per",
        ),
        (
            r#"{"id":"m","currency":"CNY","per_payment":"1","payees":{"allow":[]}}"#,
            "contradiction",
            "payees.allow",
        ),
        (
            r#"{"id":"m","currency":"CNY","per_payment":"1","categories":{"allow":[]}}"#,
            "contradiction",
            "categories.allow",
        ),
        (
            r#"{"id":"m","currency":"CNY","per_payment":"1","payees":{"allow":["x","y"],"forbid":["y"]}}"#,
            "contradiction",
            "payees.forbid[0]",
        ),
        (
            r#"{"id":"m","currency":"CNY","per_payment":"1","categories":{"allow":["5812"],"forbid":["bar","dining"]}}"#,
            "contradiction",
            "categories.forbid[1]",
        ),
        (
            r#"{"id":"m","payees":{"forbid":["x"]},"valid_from":"2026-05-01T00:00:00Z","valid_until":"2026-05-01T08:00:00+08:00"}"#,
            "contradiction",
            "valid_until",
        ),
        (
            r#"{"id":"m","currency":"CNY","limits":[{"per":"total","amount":"9"}],"card":true}"#,
            "missing_field",
            "agents",
        ),
        (
            r#"{"id":"m","agents":["a","b"],"currency":"CNY","limits":[{"per":"total","amount":"9"}],"card":true}"#,
            "contradiction",
            "agents",
        ),
        (
            r#"{"id":"m","agents":["a"],"currency":"CNY","per_payment":"9","card":true}"#,
            "missing_field",
            "limits",
        ),
        (
            r#"{"id":"m","agents":["a"],"currency":"CNY","limits":[{"per":"day","amount":"9"},{"per":"total","count":9}],"card":true}"#,
            "missing_field",
            "limits",
        ),
        (
            r#"{"id":"m","agents":["a"],"currency":"CNY","limits":[{"per":"total","amount":"9"}],"card":true,"beyond":"ask"}"#,
            "contradiction",
            "beyond",
        ),
        (r#"{"id":"default-cny","currency":"CNY","per_payment":"9000"}"#, "contradiction", "id"),
        (r#"{"id":"default-mine","currency":"CNY","per_payment":"1"}"#, "contradiction", "id"),
    ] {
        let refused = Mandate::from_json(text).expect_err(text);
        assert_eq!((refused.code.as_str(), refused.path.as_str()), (code, path), "{text}");
    }
    let many = format!(r#"{{"id":"m","payees":{{"forbid":[{}"x"]}}}}"#, r#""x","#.repeat(1_000));
    assert_eq!(Mandate::from_json(&many).unwrap_err().code.as_str(), "too_many");
    assert_eq!(Mandate::from_json(&" ".repeat(65 * 1024)).unwrap_err().code.as_str(), "too_large");
}

#[test]
fn a_shipped_mandate_can_be_put_back_and_an_earlier_one_can_be_read() {
    for mandate in Mandate::default_set() {
        assert_eq!(Mandate::from_json(&serde_json::to_string(&mandate).unwrap()).unwrap(), mandate);
    }
    let earlier = r#"{"id":"default-cny","currency":"CNY","per_payment":"90.00"}"#;
    assert!(Mandate::from_record(earlier).unwrap().is_default());
    assert!(!Mandate::from_json(FULL).unwrap().is_default());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,60}", cut in 0..FULL.len(), with in "\\PC{0,3}") {
        let _ = Mandate::from_json(&text);
        let _ = Mandate::from_json(&format!("{}{with}{}", &FULL[..cut], &FULL[cut..]));
    }

    /// Whatever is accepted after a random change comes back the same from what is written of it.
    #[test]
    fn what_is_accepted_reads_back(cut in 0..FULL.len(), len in 0usize..40, with in "[a-z0-9\",:.]{0,2}") {
        let end = (cut + len).min(FULL.len());
        if let Ok(mandate) = Mandate::from_json(&format!("{}{with}{}", &FULL[..cut], &FULL[end..])) {
            let written = serde_json::to_string(&mandate).unwrap();
            prop_assert_eq!(Mandate::from_json(&written), Ok(mandate));
        }
    }
}
