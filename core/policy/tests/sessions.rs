//! Session allowances: a purse of its own for payments too small and too many to judge one by one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use assent_policy::{Mandate, Standing, ceiling, charges, shipped_days};
use common::{Book, book_all, codes, mandates, pay};

const STREAM: &str = r#"{"id":"stream","agents":["chef"],"payees":{"allow":["noodle-1"]},"currency":"CNY","per_payment":"0.01","limits":[{"per":"total","amount":"0.50"}],"valid_until":"2026-05-05T00:00:00Z","session":{"per_minute":600}}"#;

#[test]
fn a_session_pays_out_of_its_own_purse_until_it_is_empty() {
    let mut all = Mandate::default_set();
    all.extend(mandates(&[
        STREAM,
        r#"{"id":"all","currency":"CNY","limits":[{"per":"day","count":3,"amount":"1"}]}"#,
    ]));
    let mut book = Book::new();
    let drop = pay("0.01 CNY");
    for _ in 0..50 {
        let ruling = drop.judge(&all, &book);
        assert_eq!(ruling.session().map(|id| id.as_str()), Some("stream"));
        assert_eq!(codes(&ruling), ["session_covers"]);
        assert_eq!(ruling.charges, charges(&all, &drop.request()));
        assert_eq!(ruling.charges.len(), 1, "nothing but the session is charged");
        assert!(book_all(&mut book, &ruling.charges));
    }
    let after = drop.judge(&all, &book);
    assert_eq!((after.standing.clone(), codes(&after)), (Standing::Forbidden, vec!["beyond_session"]));
    assert!(after.session().is_none() && after.charges.is_empty());
}

#[test]
fn what_is_larger_or_elsewhere_or_later_is_no_session() {
    let all = mandates(&[STREAM]);
    for other in [
        pay("0.02 CNY"),
        pay("0.01 EUR"),
        pay("0.01 CNY").to("other"),
        pay("0.01 CNY").agent("driver"),
        pay("0.01 CNY").at("2026-05-05T00:00:00Z"),
    ] {
        let ruling = other.judge(&all, &Book::new());
        assert_eq!(
            (ruling.standing.clone(), codes(&ruling)),
            (Standing::NotAllowed, vec!["not_covered"]),
            "{other:?}"
        );
    }
}

#[test]
fn a_session_opens_neither_what_is_forbidden_nor_a_card() {
    let forbidden = mandates(&[STREAM, r#"{"id":"no","payees":{"forbid":["noodle-1"]}}"#]);
    assert_eq!(codes(&pay("0.01 CNY").judge(&forbidden, &Book::new())), ["payee_forbidden"]);
    let card = r#"{"id":"card","agents":["chef"],"payees":{"allow":["arcade"]},"currency":"CNY","limits":[{"per":"total","amount":"5"}],"card":true}"#;
    assert_eq!(codes(&pay("0.01 CNY").judge(&mandates(&[STREAM, card]), &Book::new())), ["beyond_card"]);
}

#[test]
fn a_session_without_bounds_is_refused() {
    for (from, to, code, path) in [
        (r#""payees":{"allow":["noodle-1"]},"#, "", "missing_field", "payees.allow"),
        (r#""per_payment":"0.01","#, "", "missing_field", "limits"),
        (r#""per":"total""#, r#""per":"day""#, "missing_field", "limits"),
        (r#""valid_until":"2026-05-05T00:00:00Z","#, "", "missing_field", "valid_until"),
        (r#""per_payment":"0.01""#, r#""per_payment":"0.03""#, "contradiction", "session"),
        (r#""per_minute":600"#, r#""per_minute":0"#, "not_positive", "session.per_minute"),
        (r#""per_minute":600"#, "", "missing_field", "session.per_minute"),
        (r#""session""#, r#""card":true,"session""#, "contradiction", "card"),
        (r#""session""#, r#""beyond":"ask","session""#, "contradiction", "beyond"),
    ] {
        let text = STREAM.replace(from, to);
        assert_ne!(text, STREAM, "{from}");
        let refused = Mandate::from_json(&text).unwrap_err();
        assert_eq!((refused.code.as_str(), refused.path.as_str()), (code, path), "{from} -> {to}");
    }
    let sound = Mandate::from_json(STREAM).unwrap();
    assert_eq!(serde_json::to_string(&sound).unwrap(), STREAM);
    assert_eq!(Mandate::from_json(&serde_json::to_string(&sound).unwrap()).unwrap(), sound);
}

#[test]
fn the_ceiling_is_the_least_of_those_that_bind_and_none_where_the_payee_is_named() {
    let mut all = Mandate::default_set();
    all.extend(mandates(&[r#"{"id":"all","currency":"CNY","per_payment":"150"}"#]));
    assert_eq!(ceiling(&all, &pay("5 CNY").request()).unwrap().to_string(), "150.00 CNY");
    assert_eq!(shipped_days(&all, &pay("5 CNY").request()).count(), 1);
    all.extend(mandates(&[
        r#"{"id":"noon","payees":{"allow":["noodle-1"]},"currency":"CNY","per_payment":"50"}"#,
    ]));
    assert_eq!(ceiling(&all, &pay("5 CNY").request()), None);
    assert_eq!(shipped_days(&all, &pay("5 CNY").request()).count(), 0);
    assert_eq!(ceiling(&all, &pay("5 CNY").to("other").request()).unwrap().to_string(), "150.00 CNY");
}
