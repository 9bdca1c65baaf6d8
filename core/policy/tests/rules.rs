//! Every rule by example, and the ways in which an agent might try to get around it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use assent_policy::{Mandate, Spent, Standing, charges, rooms};
use assent_types::{Currency, Money, Period};
use common::{Book, Payment, book_all, codes, mandates, pay};
use jiff::tz::TimeZone;

const LUNCH: &str = r#"{"id":"lunch","payees":{"allow":["noodle-1"]},"currency":"CNY","per_payment":"300","limits":[{"per":"week","amount":"600"}]}"#;
const CARD: &str = r#"{"id":"card","agents":["chef"],"categories":{"allow":["dining"]},"currency":"CNY","per_payment":"60",
    "limits":[{"per":"total","amount":"100","count":3}],"valid_from":"2026-05-01T00:00:00Z","valid_until":"2026-06-01T00:00:00Z","card":true}"#;

#[track_caller]
fn expect(payment: &Payment, mandates: &[Mandate], book: &Book, standing: &str, reasons: &[&str]) {
    let ruling = payment.judge(mandates, book);
    let is = match &ruling.standing {
        Standing::Allowed { explicit: true, .. } => "explicit",
        Standing::Allowed { .. } => "allowed",
        Standing::NotAllowed => "not allowed",
        Standing::Forbidden => "forbidden",
    };
    assert_eq!((is, codes(&ruling).as_slice()), (standing, reasons));
    if ruling.standing == Standing::Forbidden {
        assert!(ruling.charges.is_empty(), "a forbidden payment books nothing");
    } else {
        assert_eq!(ruling.charges, charges(mandates, &payment.request()));
    }
}

/// Pays and books, whether allowed by itself or confirmed by the user.
#[track_caller]
fn paid(payment: &Payment, mandates: &[Mandate], book: &mut Book) {
    assert!(book_all(book, &payment.judge(mandates, book).charges));
}

#[test]
fn nothing_is_allowed_without_a_mandate() {
    expect(&pay("1 CNY"), &[], &Book::new(), "not allowed", &["not_covered"]);
}

#[test]
fn the_defaults_allow_small_payments_and_ask_beyond() {
    let set = Mandate::default_set();
    let mut book = Book::new();
    expect(&pay("200 CNY"), &set, &book, "allowed", &[]);
    expect(&pay("200.01 CNY"), &set, &book, "not allowed", &["over_payment_limit"]);
    expect(&pay("1 JPY"), &set, &book, "not allowed", &["not_covered"]);
    for (category, code) in [("7995", "gambling"), ("crypto", "crypto"), ("6011", "cash")] {
        expect(&pay("1 CNY").of(category), &set, &book, "forbidden", &["category_forbidden"]);
        assert!(
            assent_types::Category::parse(code)
                .unwrap()
                .covers(assent_types::Category::parse(category).unwrap())
        );
    }
    expect(&pay("1 CNY").of("5993"), &set, &book, "allowed", &[]);
    for _ in 0..5 {
        paid(&pay("20 EUR"), &set, &mut book);
    }
    expect(&pay("0.01 EUR"), &set, &book, "not allowed", &["over_day_limit", "over_day_count"]);
    expect(
        &pay("0.01 EUR").agent("another"),
        &set,
        &book,
        "not allowed",
        &["over_day_limit", "over_day_count"],
    );
    expect(&pay("30 EUR").at("2026-05-05T00:00:00Z"), &set, &book, "allowed", &[]);
    expect(&pay("25 GBP"), &set, &book, "allowed", &[]);
}

#[test]
fn forbid_wins_over_a_grant_that_names_the_payee_and_over_a_card() {
    let forbid = r#"{"id":"no","payees":{"forbid":["noodle-1"]},"categories":{"forbid":["dining"]}}"#;
    let all = mandates(&[LUNCH, CARD, forbid]);
    let book = Book::new();
    expect(&pay("1 CNY"), &all, &book, "forbidden", &["payee_forbidden"]);
    expect(&pay("1 CNY").of("5812"), &all, &book, "forbidden", &["payee_forbidden", "category_forbidden"]);
    expect(&pay("1 CNY").to("other").of("dining"), &all, &book, "forbidden", &["category_forbidden"]);
    assert!(charges(&all, &pay("1 CNY").request()).is_empty());
}

#[test]
fn a_forbidden_code_does_not_forbid_its_neighbours() {
    let all =
        mandates(&[r#"{"id":"m","categories":{"forbid":["5813"]},"currency":"CNY","per_payment":"50"}"#]);
    expect(&pay("1 CNY").of("5813"), &all, &Book::new(), "forbidden", &["category_forbidden"]);
    expect(&pay("1 CNY").of("5812"), &all, &Book::new(), "allowed", &[]);
}

#[test]
fn a_mandate_for_one_agent_says_nothing_to_another() {
    let all = mandates(&[
        r#"{"id":"m","agents":["chef"],"currency":"CNY","per_payment":"50"}"#,
        r#"{"id":"n","agents":["driver"],"payees":{"forbid":["noodle-1"]}}"#,
    ]);
    expect(&pay("1 CNY"), &all, &Book::new(), "allowed", &[]);
    expect(&pay("1 CNY").agent("driver"), &all, &Book::new(), "forbidden", &["payee_forbidden"]);
    expect(&pay("1 CNY").agent("Chef"), &all, &Book::new(), "not allowed", &["not_covered"]);
}

#[test]
fn validity_counts_from_its_first_instant_until_just_before_its_last_whatever_the_offset() {
    let all = mandates(&[
        r#"{"id":"m","currency":"CNY","per_payment":"50","valid_from":"2026-05-01T00:00:00+08:00","valid_until":"2026-06-01T00:00:00+08:00"}"#,
    ]);
    for (at, standing) in [
        ("2026-04-30T15:59:59Z", "not allowed"),
        ("2026-04-30T16:00:00Z", "allowed"),
        ("2026-04-30T09:00:00-07:00", "allowed"),
        ("2026-05-31T15:59:59.999Z", "allowed"),
        ("2026-05-31T16:00:00Z", "not allowed"),
        ("2026-05-31T09:00:00-07:00", "not allowed"),
    ] {
        let reasons: &[&str] = if standing == "allowed" { &[] } else { &["not_covered"] };
        expect(&pay("1 CNY").at(at), &all, &Book::new(), standing, reasons);
    }
}

#[test]
fn a_missing_category_never_matches_a_category_list() {
    let all =
        mandates(&[r#"{"id":"m","categories":{"allow":["dining"]},"currency":"CNY","per_payment":"50"}"#]);
    expect(&pay("1 CNY"), &all, &Book::new(), "not allowed", &["not_covered"]);
    expect(&pay("1 CNY").of("5812"), &all, &Book::new(), "allowed", &[]);
    expect(&pay("1 CNY").of("taxi"), &all, &Book::new(), "not allowed", &["not_covered"]);
}

#[test]
fn a_grant_in_another_currency_does_not_cover() {
    expect(&pay("1 JPY"), &mandates(&[LUNCH]), &Book::new(), "not allowed", &["not_covered"]);
    // 1000 times more of another unit is not a matter of limits but of currency.
    expect(&pay("38.000 KWD"), &mandates(&[LUNCH]), &Book::new(), "not allowed", &["not_covered"]);
}

#[test]
fn every_limit_has_its_reason() {
    let all = mandates(&[r#"{"id":"m","currency":"CNY","per_payment":"10","limits":[
        {"per":"day","amount":"20","count":2},{"per":"week","amount":"30","count":3},{"per":"month","amount":"40","count":4},{"per":"total","amount":"50","count":5}]}"#]);
    let mut book = Book::new();
    for at in ["2026-05-04T08:00:00Z", "2026-05-04T09:00:00Z"] {
        paid(&pay("10 CNY").at(at), &all, &mut book);
    }
    expect(&pay("0.01 CNY"), &all, &book, "not allowed", &["over_day_limit", "over_day_count"]);
    expect(
        &pay("10.01 CNY"),
        &all,
        &book,
        "not allowed",
        &["over_payment_limit", "over_day_limit", "over_day_count", "over_week_limit"],
    );
    paid(&pay("10 CNY").at("2026-05-05T08:00:00Z"), &all, &mut book);
    expect(
        &pay("1 CNY").at("2026-05-10T23:59:59Z"),
        &all,
        &book,
        "not allowed",
        &["over_week_limit", "over_week_count"],
    );
    paid(&pay("10 CNY").at("2026-05-11T08:00:00Z"), &all, &mut book);
    expect(
        &pay("1 CNY").at("2026-05-31T23:59:59Z"),
        &all,
        &book,
        "not allowed",
        &["over_month_limit", "over_month_count"],
    );
    paid(&pay("10 CNY").at("2026-06-01T00:00:00Z"), &all, &mut book);
    expect(
        &pay("1 CNY").at("2030-01-01T00:00:00Z"),
        &all,
        &book,
        "not allowed",
        &["over_total_limit", "over_total_count"],
    );
}

#[test]
fn beyond_decline_forbids_and_names_its_own_reason_first() {
    let all = mandates(&[
        r#"{"id":"soft","currency":"CNY","per_payment":"10"}"#,
        r#"{"id":"hard","currency":"CNY","limits":[{"per":"day","amount":"20"}],"beyond":"decline"}"#,
    ]);
    expect(&pay("15 CNY"), &all, &Book::new(), "not allowed", &["over_payment_limit"]);
    expect(&pay("25 CNY"), &all, &Book::new(), "forbidden", &["over_day_limit", "over_payment_limit"]);
}

#[test]
fn overlapping_budgets_hold_together_or_not_at_all() {
    let all = mandates(&[
        r#"{"id":"food","categories":{"allow":["dining"]},"currency":"CNY","limits":[{"per":"day","amount":"100"}]}"#,
        r#"{"id":"all","currency":"CNY","limits":[{"per":"day","amount":"150"},{"per":"month","amount":"1000"}]}"#,
    ]);
    let mut book = Book::new();
    let dinner = pay("80 CNY").of("dining");
    assert_eq!(dinner.judge(&all, &book).charges.len(), 3);
    paid(&dinner, &all, &mut book);
    expect(&pay("30 CNY").of("dining"), &all, &book, "not allowed", &["over_day_limit"]);
    // Leaving the category out gets around `food`, but not around `all`.
    paid(&pay("30 CNY"), &all, &mut book);
    expect(&pay("50 CNY"), &all, &book, "not allowed", &["over_day_limit"]);
    expect(&pay("40 CNY"), &all, &book, "allowed", &[]);
}

#[test]
fn a_confirmed_payment_beyond_the_limit_still_counts() {
    let all = mandates(&[r#"{"id":"m","currency":"CNY","limits":[{"per":"day","amount":"100"}]}"#]);
    let mut book = Book::new();
    let big = pay("120 CNY");
    expect(&big, &all, &book, "not allowed", &["over_day_limit"]);
    paid(&big, &all, &mut book);
    expect(&pay("0.01 CNY"), &all, &book, "not allowed", &["over_day_limit"]);
    let room = &rooms(&all[0], big.at, &TimeZone::UTC, &book)[0];
    assert_eq!((room.spent, room.left.unwrap().minor()), (big.amount, 0));
}

#[test]
fn the_users_own_word_about_a_payee_goes_before_the_default() {
    let mut all = Mandate::default_set();
    all.extend(mandates(&[LUNCH]));
    let mut book = Book::new();
    expect(&pay("300 CNY"), &all, &book, "explicit", &["mandate_names"]);
    paid(&pay("300 CNY"), &all, &mut book);
    paid(&pay("300 CNY"), &all, &mut book);
    // The lunch budget is gone, and the default does not step in; elsewhere the default is untouched and still binds.
    expect(&pay("1 CNY"), &all, &book, "not allowed", &["over_week_limit"]);
    expect(&pay("200 CNY").to("other"), &all, &book, "allowed", &[]);
    expect(&pay("300 CNY").to("other"), &all, &book, "not allowed", &["over_payment_limit"]);
    // Its forbidden categories are no ceiling and hold everywhere.
    expect(&pay("1 CNY").of("gambling"), &all, &book, "forbidden", &["category_forbidden"]);
}

#[test]
fn a_grant_that_does_not_name_the_payee_holds_besides_the_default() {
    let mut all = Mandate::default_set();
    all.extend(mandates(&[
        r#"{"id":"wide","categories":{"allow":["dining"]},"currency":"CNY","per_payment":"900"}"#,
    ]));
    expect(&pay("300 CNY").of("dining"), &all, &Book::new(), "not allowed", &["over_payment_limit"]);
}

#[test]
fn a_card_is_all_that_its_agent_has() {
    let mut all = Mandate::default_set();
    all.extend(mandates(&[CARD, LUNCH]));
    let mut book = Book::new();
    let dinner = || pay("40 CNY").of("dining");
    expect(&dinner(), &all, &book, "explicit", &["card_covers"]);
    for beyond in [
        pay("40 CNY"),              // no category
        pay("40 CNY").of("taxi"),   // another one
        pay("61 CNY").of("dining"), // over the payment
        pay("5 EUR").of("dining"),  // another currency, which the default would allow
        dinner().at("2026-04-30T12:00:00Z"),
        dinner().at("2026-06-01T00:00:00Z"), // run out, and nothing wider opens
    ] {
        expect(&beyond, &all, &book, "forbidden", &["beyond_card"]);
    }
    paid(&dinner(), &all, &mut book);
    paid(&dinner(), &all, &mut book);
    assert!(book.keys().all(|key| key.mandate.as_str() == "card"), "a card draws on nothing else");
    expect(&pay("20.01 CNY").of("dining"), &all, &book, "forbidden", &["beyond_card"]);
    paid(&pay("10 CNY").of("dining"), &all, &mut book);
    expect(&pay("0.01 CNY").of("dining"), &all, &book, "forbidden", &["beyond_card"]); // the count
    // Another agent neither has the card nor is bound by it.
    expect(&pay("40 CNY").of("dining").agent("driver"), &all, &book, "explicit", &["mandate_names"]);
}

#[test]
fn two_cards_of_one_agent_serve_their_own_currency() {
    let euro = r#"{"id":"euro","agents":["chef"],"currency":"EUR","limits":[{"per":"total","amount":"9"}],"card":true}"#;
    let all = mandates(&[CARD, euro]);
    expect(&pay("9 EUR"), &all, &Book::new(), "explicit", &["card_covers"]);
    expect(&pay("40 CNY").of("dining"), &all, &Book::new(), "explicit", &["card_covers"]);
    expect(&pay("1 JPY"), &all, &Book::new(), "forbidden", &["beyond_card"]);
}

#[test]
fn sums_that_overflow_are_over_the_limit() {
    let all = mandates(&[
        r#"{"id":"m","currency":"CNY","per_payment":"92233720368547758.07","limits":[{"per":"day","amount":"92233720368547758.07"},{"per":"total","count":9}]}"#,
    ]);
    let mut book = Book::new();
    let huge = pay("92233720368547758.07 CNY");
    expect(&huge, &all, &book, "allowed", &[]);
    paid(&huge, &all, &mut book);
    expect(&huge, &all, &book, "not allowed", &["over_day_limit", "over_total_limit"]);
    let charges = huge.judge(&all, &book).charges;
    assert!(!book_all(&mut book, &charges));
}

#[test]
fn a_book_in_another_currency_or_a_full_count_never_opens_a_limit() {
    let all = mandates(&[
        r#"{"id":"m","currency":"CNY","limits":[{"per":"total","amount":"100","count":4294967295}]}"#,
    ]);
    let key = all[0].budgets(pay("1 CNY").at, &TimeZone::UTC)[0].clone();
    let yen = Spent::nothing(Currency::from_code("JPY").unwrap());
    expect(&pay("1 CNY"), &all, &Book::from([(key.clone(), yen)]), "not allowed", &["over_total_limit"]);
    let full = Spent { sum: Money::zero(Currency::from_code("CNY").unwrap()), count: u32::MAX };
    expect(&pay("1 CNY"), &all, &Book::from([(key, full)]), "not allowed", &["over_total_count"]);
}

#[test]
fn a_day_of_25_hours_has_one_budget() {
    let new_york = TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap();
    let all = mandates(&[r#"{"id":"m","currency":"USD","limits":[{"per":"day","amount":"10"}]}"#]);
    let mut book = Book::new();
    paid(&pay("10 USD").at("2026-11-01T04:00:00Z").zone(&new_york), &all, &mut book);
    let later = pay("1 USD").zone(&new_york);
    expect(&later.clone().at("2026-11-02T04:59:59Z"), &all, &book, "not allowed", &["over_day_limit"]);
    expect(&later.clone().at("2026-11-02T05:00:00Z"), &all, &book, "allowed", &[]);
    expect(&later.at("2026-11-01T03:59:59Z"), &all, &book, "allowed", &[]);
}

#[test]
fn the_wallet_shows_every_ceiling_and_what_is_left() {
    let all = mandates(&[LUNCH, r#"{"id":"no","payees":{"forbid":["x"]}}"#, CARD]);
    let mut book = Book::new();
    paid(&pay("120.5 CNY").agent("driver"), &all, &mut book);
    let at = pay("1 CNY").at;
    let shown = serde_json::to_string(&rooms(&all[0], at, &TimeZone::UTC, &book)).unwrap();
    assert_eq!(
        shown,
        concat!(
            r#"[{"budget":{"mandate":"lunch","period":"payment","start":""},"cap":{"amount":"300.00","currency":"CNY"},"spent":{"amount":"0.00","currency":"CNY"},"left":{"amount":"300.00","currency":"CNY"},"count":0},"#,
            r#"{"budget":{"mandate":"lunch","period":"week","start":"2026-05-04"},"cap":{"amount":"600.00","currency":"CNY"},"spent":{"amount":"120.50","currency":"CNY"},"left":{"amount":"479.50","currency":"CNY"},"count":1}]"#
        )
    );
    assert!(rooms(&all[1], at, &TimeZone::UTC, &book).is_empty());
    let card = rooms(&all[2], at, &TimeZone::UTC, &book);
    assert_eq!((card[1].budget.period, card[1].count_left), (Period::Total, Some(3)));
    assert!(rooms(&all[2], pay("1 CNY").at("2026-06-01T00:00:00Z").at, &TimeZone::UTC, &book).is_empty());
}

#[test]
fn debug_shows_no_name_and_no_amount() {
    let all = mandates(&[LUNCH]);
    let ruling = pay("38.50 CNY").judge(&all, &Book::new());
    let shown = format!("{all:?} {ruling:?} {:?}", pay("38.50 CNY").request());
    assert!(
        !["lunch", "noodle", "chef", "38", "300", "600"].iter().any(|secret| shown.contains(secret)),
        "{shown}"
    );
}

#[test]
fn outside_its_window_a_grant_allows_nothing_and_opens_nothing() {
    let breakfast = r#"{"id":"breakfast","payees":{"allow":["noodle-1"]},"currency":"CNY","per_payment":"300","limits":[{"per":"day","count":1}],"window":{"from":"06:00","until":"10:00"}}"#;
    let set = mandates(&[breakfast]);
    let book = Book::new();
    expect(&pay("250 CNY").at("2026-05-04T08:00:00Z"), &set, &book, "explicit", &["mandate_names"]);
    for time in ["2026-05-04T05:59:59Z", "2026-05-04T10:00:00Z", "2026-05-04T23:00:00Z"] {
        expect(&pay("250 CNY").at(time), &set, &book, "not allowed", &["not_covered"]);
    }
    let card = r#"{"id":"c","agents":["chef"],"currency":"CNY","limits":[{"per":"total","amount":"100"}],"card":true,"window":{"from":"06:00","until":"10:00"}}"#;
    let isolated = mandates(&[card]);
    expect(&pay("5 CNY").at("2026-05-04T08:00:00Z"), &isolated, &book, "explicit", &["card_covers"]);
    expect(&pay("5 CNY").at("2026-05-04T12:00:00Z"), &isolated, &book, "forbidden", &["beyond_card"]);
}
