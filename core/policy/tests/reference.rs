//! The ruling against a slow and obvious reference that keeps no budgets: it looks through every payment ever made.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::collections::BTreeSet;

use assent_policy::{Beyond, Forbid, Grant, Limit, Mandate, Standing};
use assent_types::{Category, Currency, Id, Moment, Money, Period};
use common::{Book, Payment, book_all, codes};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use proptest::prelude::*;
use proptest::sample::select;

const PERIODS: [Period; 4] = [Period::Day, Period::Week, Period::Month, Period::Total];

#[derive(Debug, PartialEq)]
struct Expected {
    standing: &'static str,
    reasons: BTreeSet<String>,
    by: Vec<String>,
}

/// A payment that was made, and the mandates whose budgets it drew on.
struct Made {
    payment: Payment,
    drew_on: Vec<String>,
}

fn holds(mandate: &Mandate, payment: &Payment) -> bool {
    let instant = payment.at.timestamp();
    (match &mandate.agents {
        None => true,
        Some(agents) => agents.iter().any(|agent| agent.as_str() == payment.agent.as_str()),
    }) && (match mandate.valid_from {
        None => true,
        Some(from) => from.timestamp() <= instant,
    }) && (match mandate.valid_until {
        None => true,
        Some(until) => until.timestamp() > instant,
    })
}

fn covers(grant: &Grant, payment: &Payment) -> bool {
    if grant.currency != payment.amount.currency() {
        return false;
    }
    if let Some(payees) = &grant.payees
        && !payees.contains(&payment.payee)
    {
        return false;
    }
    match (&grant.categories, payment.category) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(allowed), Some(category)) => allowed
            .iter()
            .any(|a| *a == category || (matches!(a, Category::Named(_)) && a.named() == category.named())),
    }
}

fn same_period(period: Period, a: Date, b: Date) -> bool {
    let (week_a, week_b) = (a.iso_week_date(), b.iso_week_date());
    match period {
        Period::Payment => false,
        Period::Day => a == b,
        Period::Week => (week_a.year(), week_a.week()) == (week_b.year(), week_b.week()),
        Period::Month => (a.year(), a.month()) == (b.year(), b.month()),
        Period::Total => true,
    }
}

fn over(mandate: &Mandate, grant: &Grant, payment: &Payment, made: &[Made]) -> BTreeSet<String> {
    let mut reasons = BTreeSet::new();
    let amount = i128::from(payment.amount.minor());
    if grant.per_payment.is_some_and(|most| amount > i128::from(most.minor())) {
        reasons.insert("over_payment_limit".to_owned());
    }
    for limit in &grant.limits {
        let name = format!("{:?}", limit.period).to_lowercase();
        let day = payment.at.date_in(&payment.zone);
        let before: Vec<_> = made
            .iter()
            .filter(|m| m.drew_on.iter().any(|id| id == mandate.id.as_str()))
            .filter(|m| same_period(limit.period, m.payment.at.date_in(&m.payment.zone), day))
            .collect();
        let sum = before.iter().map(|m| i128::from(m.payment.amount.minor())).sum::<i128>() + amount;
        let most = limit.amount.map_or(i64::MAX, Money::minor);
        if sum > i128::from(most) {
            reasons.insert(format!("over_{name}_limit"));
        }
        if limit.count.is_some_and(|most| before.len() + 1 > most as usize) {
            reasons.insert(format!("over_{name}_count"));
        }
    }
    reasons
}

fn reference(mandates: &[Mandate], payment: &Payment, made: &[Made]) -> (Expected, Vec<String>) {
    let answer = |standing, reasons: BTreeSet<String>, by: Vec<String>| Expected { standing, reasons, by };
    let one = |reason: &str| BTreeSet::from([reason.to_owned()]);

    let mut forbidden = BTreeSet::new();
    for mandate in mandates.iter().filter(|m| holds(m, payment)) {
        if mandate.forbid.payees.contains(&payment.payee) {
            forbidden.insert("payee_forbidden".to_owned());
        }
        for rule in &mandate.forbid.categories {
            if payment.category.is_some_and(|c| {
                *rule == c || (matches!(rule, Category::Named(_)) && rule.named() == c.named())
            }) {
                forbidden.insert("category_forbidden".to_owned());
            }
        }
    }
    if !forbidden.is_empty() {
        return (answer("forbidden", forbidden, vec![]), vec![]);
    }

    let isolated = mandates.iter().any(|m| {
        m.grant.as_ref().is_some_and(|g| g.card)
            && m.agents.as_ref().is_some_and(|a| a.contains(&payment.agent))
    });
    let applicable: Vec<(&Mandate, &Grant)> = mandates
        .iter()
        .filter(|m| holds(m, payment))
        .filter_map(|m| m.grant.as_ref().map(|g| (m, g)))
        .filter(|(_, g)| covers(g, payment) && (!isolated || g.card))
        .collect();
    let names = |m: &Mandate, g: &Grant| {
        !m.id.as_str().starts_with("default-")
            && g.payees.as_ref().is_some_and(|p| p.contains(&payment.payee))
    };
    let user_names_payee = applicable.iter().any(|(m, g)| names(m, g));
    let binding: Vec<_> = applicable
        .into_iter()
        .filter(|(m, _)| !(user_names_payee && m.id.as_str().starts_with("default-")))
        .collect();
    let ids: Vec<String> = binding.iter().map(|(m, _)| m.id.as_str().to_owned()).collect();

    let mut reasons = BTreeSet::new();
    let mut declines = false;
    for (mandate, grant) in &binding {
        let over = over(mandate, grant, payment, made);
        declines |= !over.is_empty() && grant.beyond == Beyond::Decline;
        reasons.extend(over);
    }
    if isolated {
        return if binding.is_empty() || !reasons.is_empty() {
            (answer("forbidden", one("beyond_card"), vec![]), vec![])
        } else {
            (answer("explicit", one("card_covers"), ids.clone()), ids)
        };
    }
    match (binding.is_empty(), reasons.is_empty(), declines) {
        (true, ..) => (answer("not allowed", one("not_covered"), vec![]), vec![]),
        (_, false, true) => (answer("forbidden", reasons, vec![]), vec![]),
        (_, false, false) => (answer("not allowed", reasons, vec![]), ids),
        (_, true, _) if user_names_payee => (answer("explicit", one("mandate_names"), ids.clone()), ids),
        (_, true, _) => (answer("allowed", BTreeSet::new(), ids.clone()), ids),
    }
}

fn zone() -> impl Strategy<Value = TimeZone> {
    prop_oneof![
        Just(TimeZone::UTC),
        Just(TimeZone::fixed(jiff::tz::offset(8))),
        Just(TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap()),
    ]
}

/// Five days around a new year, a leap day and both changes of New York's clocks, to the quarter of an hour and the second around it.
fn moment() -> impl Strategy<Value = Moment> {
    let days =
        ["2027-01-01T00:00:00Z", "2028-03-01T00:00:00Z", "2026-03-08T05:00:00Z", "2026-11-01T04:00:00Z"];
    (select(days.to_vec()), -240i64..240, -1i64..=1, -14i32..=14).prop_map(
        |(day, quarters, seconds, hours)| {
            let timestamp: Timestamp = day.parse().unwrap();
            let seconds = quarters * 900 + seconds;
            let timestamp = Timestamp::from_second(timestamp.as_second() + seconds).unwrap();
            Moment::new(timestamp, Offset::from_hours(hours as i8).unwrap())
        },
    )
}

fn id(names: &'static [&'static str]) -> impl Strategy<Value = Id> {
    select(names).prop_map(|name| Id::new(name).unwrap())
}

fn category() -> impl Strategy<Value = Category> {
    select(&["dining", "5812", "bar", "5813", "7995", "gambling"][..])
        .prop_map(|c| Category::parse(c).unwrap())
}

fn agents() -> impl Strategy<Value = Id> {
    id(&["chef", "driver"])
}

fn payees() -> impl Strategy<Value = Id> {
    id(&["p", "q", "r"])
}

fn money(code: &'static str, most: i64) -> impl Strategy<Value = Money> {
    let currency = Currency::from_code(code).unwrap();
    prop_oneof![30 => 1..=most, 1 => Just(i64::MAX)]
        .prop_map(move |minor| Money::from_minor(minor, currency).unwrap())
}

fn limits(code: &'static str) -> impl Strategy<Value = Vec<Limit>> {
    let limit = (proptest::option::weighted(0.8, money(code, 120)), proptest::option::weighted(0.3, 1u32..6));
    proptest::collection::vec(proptest::option::weighted(0.4, limit), 4).prop_map(|limits| {
        let given = PERIODS.into_iter().zip(limits);
        let limits = given.filter_map(|(period, l)| l.map(|(amount, count)| Limit { period, amount, count }));
        limits.filter(|l| l.amount.is_some() || l.count.is_some()).collect()
    })
}

fn grant() -> impl Strategy<Value = Grant> {
    select(&["EUR", "EUR", "EUR", "JPY"][..]).prop_flat_map(|code| {
        (
            proptest::option::weighted(0.4, proptest::collection::vec(payees(), 1..3)),
            proptest::option::weighted(0.3, proptest::collection::vec(category(), 1..3)),
            proptest::option::weighted(0.4, money(code, 60)),
            limits(code),
            proptest::bool::weighted(0.2),
            proptest::bool::weighted(0.2),
        )
            .prop_map(move |(payees, categories, per_payment, limits, declines, card)| Grant {
                payees,
                categories,
                currency: Currency::from_code(code).unwrap(),
                per_payment,
                limits,
                beyond: if declines || card { Beyond::Decline } else { Beyond::Ask },
                session: None,
                card,
                window: None,
            })
    })
}

fn mandate() -> impl Strategy<Value = Mandate> {
    (
        proptest::option::weighted(0.5, proptest::collection::vec(agents(), 1..3)),
        proptest::option::weighted(0.1, payees()),
        proptest::option::weighted(0.1, category()),
        proptest::option::weighted(0.9, grant()),
        proptest::option::weighted(0.2, moment()),
        proptest::option::weighted(0.2, moment()),
    )
        .prop_map(|(agents, payee, category, grant, valid_from, valid_until)| Mandate {
            id: Id::new("later").unwrap(),
            agents,
            forbid: Forbid { payees: Vec::from_iter(payee), categories: Vec::from_iter(category) },
            grant,
            valid_from,
            valid_until,
        })
}

/// Up to five mandates that make sense, some of them under a shipped mandate's name.
fn mandate_set() -> impl Strategy<Value = Vec<Mandate>> {
    proptest::collection::vec((mandate(), proptest::bool::weighted(0.25)), 0..9).prop_map(|drawn| {
        let numbered = drawn.into_iter().enumerate().map(|(i, (mandate, default))| {
            let id = if default && !mandate.is_card() { format!("default-{i}") } else { format!("m{i}") };
            Mandate { id: Id::new(&id).unwrap(), ..mandate }
        });
        numbered.filter(|mandate| mandate.check().is_ok()).take(5).collect()
    })
}

fn payment(zone: TimeZone) -> impl Strategy<Value = Payment> {
    let amount = prop_oneof![4 => money("EUR", 60).boxed(), 1 => money("JPY", 60).boxed()];
    (agents(), payees(), proptest::option::weighted(0.7, category()), amount, moment()).prop_map(
        move |(agent, payee, category, amount, at)| Payment {
            agent,
            payee,
            category,
            amount,
            at,
            zone: zone.clone(),
        },
    )
}

fn history() -> impl Strategy<Value = Vec<(Payment, bool)>> {
    zone().prop_flat_map(|zone| {
        proptest::collection::vec((payment(zone), proptest::bool::weighted(0.3)), 1..40)
    })
}

fn seen(ruling: &assent_policy::Ruling) -> Expected {
    let names = |ids: &[Id]| ids.iter().map(|id| id.as_str().to_owned()).collect();
    let (standing, by) = match &ruling.standing {
        Standing::Allowed { by, explicit: true } => ("explicit", names(by)),
        Standing::Allowed { by, explicit: false } => ("allowed", names(by)),
        Standing::NotAllowed => ("not allowed", vec![]),
        Standing::Forbidden => ("forbidden", vec![]),
    };
    Expected { standing, reasons: codes(ruling).into_iter().map(str::to_owned).collect(), by }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    /// Payments in any order, some of those that are not allowed confirmed by the user: every ruling is the reference's.
    #[test]
    fn every_ruling_is_the_references(mandates in mandate_set(), history in history()) {
        let (mut book, mut made) = (Book::new(), Vec::new());
        for (payment, confirms) in history {
            let ruling = payment.judge(&mandates, &book);
            let (expected, drew_on) = reference(&mandates, &payment, &made);
            prop_assert_eq!(seen(&ruling), expected);
            prop_assert_eq!(ruling.reasons.len(), codes(&ruling).iter().collect::<BTreeSet<_>>().len());

            let allowed = matches!(ruling.standing, Standing::Allowed { .. });
            let goes_ahead = allowed || (confirms && ruling.standing == Standing::NotAllowed);
            if goes_ahead && book_all(&mut book, &ruling.charges) {
                made.push(Made { payment, drew_on });
            } else {
                prop_assert!(!allowed, "what is allowed can be booked");
            }
        }
    }

    /// Where nobody confirms anything, no budget ever goes over its cap, and charges are distinct and complete.
    #[test]
    fn approvals_alone_never_go_over_a_cap(mandates in mandate_set(), history in history()) {
        let mut book = Book::new();
        for (payment, _) in history {
            let ruling = payment.judge(&mandates, &book);
            if let Standing::Allowed { by, .. } = &ruling.standing {
                let limits = mandates.iter().filter(|m| by.contains(&m.id)).filter_map(|m| m.grant.as_ref());
                prop_assert_eq!(ruling.charges.len(), limits.map(|g| g.limits.len()).sum::<usize>());
                prop_assert!(book_all(&mut book, &ruling.charges));
            }
        }
        for (key, spent) in &book {
            let grant = mandates.iter().find(|m| m.id == key.mandate).unwrap().grant.as_ref().unwrap();
            let limit = grant.limits.iter().find(|l| l.period == key.period).unwrap();
            prop_assert!(limit.amount.is_none_or(|most| spent.sum.minor() <= most.minor()));
            prop_assert!(limit.count.is_none_or(|most| spent.count <= most));
        }
    }

    /// Whatever is set up, one more forbidding mandate only ever forbids more, and a payment of more never fares better.
    #[test]
    fn more_care_and_less_money_never_hurt(mandates in mandate_set(), history in history(), extra in mandate(), less in 1i64..60) {
        let mut book = Book::new();
        let rank = |standing: &Standing| match standing {
            Standing::Allowed { .. } => 2,
            Standing::NotAllowed => 1,
            Standing::Forbidden => 0,
        };
        let forbids = Mandate { id: Id::new("extra").unwrap(), grant: None, ..extra };
        let more: Vec<Mandate> = mandates.iter().cloned().chain([forbids]).collect();
        for (payment, _) in history {
            let ruling = payment.judge(&mandates, &book);
            prop_assert!(rank(&payment.judge(&more, &book).standing) <= rank(&ruling.standing));
            let smaller = Money::from_minor(payment.amount.minor().min(less), payment.amount.currency()).unwrap();
            let cheaper = Payment { amount: smaller, ..payment.clone() };
            prop_assert!(rank(&cheaper.judge(&mandates, &book).standing) >= rank(&ruling.standing));
            if matches!(ruling.standing, Standing::Allowed { .. }) {
                book_all(&mut book, &ruling.charges);
            }
        }
    }

    /// Every mandate that makes sense comes back from its JSON.
    #[test]
    fn every_mandate_reads_back(mandates in mandate_set()) {
        for mandate in mandates {
            let written = serde_json::to_string(&mandate).unwrap();
            prop_assert_eq!(Mandate::from_record(&written), Ok(mandate));
        }
    }
}
