//! The payments of the last day, so that what may not be paid at once cannot be had in slices, under other names or around midnight.

use assent_habits::skeleton;
use assent_policy::{Mandate, Request, ceiling, shipped_days};
use assent_store::{Reading, Table, Writing};
use assent_types::{Id, Moment, Money, Reason, Service};
use serde::{Deserialize, Serialize};

use crate::error::EngineError;
use crate::ledger::Kept;

const KEY: &str = "recent";
/// How long a payment is remembered here, in seconds.
const DAY: i64 = 86_400;
/// Payments to one payee that are closer than this are slices of one, in seconds: the six hours within which habits take payments to
/// belong together.
const TOGETHER: i64 = 21_600;
/// So many payments are remembered. Whoever makes more in a day, beside those that name their payee, has the rest asked about.
const MOST: usize = 512;

/// One payment that was approved or confirmed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Slice {
    /// When, in seconds since 1970.
    pub at: i64,
    /// The intent.
    pub intent: Id,
    /// The payee's id.
    pub payee: Id,
    /// What the payee's name looks like.
    pub look: String,
    /// The most that may be paid.
    pub amount: Money,
    /// The mandates whose budgets it draws on.
    pub drew_on: Vec<Id>,
    /// Whether the user said yes to this very payment.
    pub asked: bool,
}

fn all(book: &Reading<'_>) -> Result<Vec<Slice>, EngineError> {
    Ok(book.get(Table::Budgets, KEY)?.unwrap_or_default())
}

/// Remembers a payment, and no longer those that are older than a day.
pub(crate) fn note(book: &mut Writing<'_>, kept: &Kept, now: Moment, asked: bool) -> Result<(), EngineError> {
    let mut slices = all(book)?;
    slices.retain(|slice| now.seconds().saturating_sub(slice.at) < DAY);
    if slices.len() >= MOST {
        // They are asked about from here on; what is forgotten first is what weighs least.
        slices.remove(0);
    }
    let mut drew_on: Vec<Id> = kept.charges.iter().map(|charge| charge.key.mandate.clone()).collect();
    drew_on.dedup();
    slices.push(Slice {
        at: now.seconds(),
        intent: kept.id.clone(),
        payee: kept.payee.clone(),
        look: skeleton(kept.payee_name.as_str()),
        amount: kept.most,
        drew_on,
        asked,
    });
    Ok(book.put(Table::Budgets, KEY, &slices)?)
}

/// Takes payments out for which `gone` holds.
pub(crate) fn forget(book: &mut Writing<'_>, gone: impl Fn(&Slice) -> bool) -> Result<(), EngineError> {
    let mut slices = all(book)?;
    let before = slices.len();
    slices.retain(|slice| !gone(slice));
    if slices.len() == before { Ok(()) } else { Ok(book.put(Table::Budgets, KEY, &slices)?) }
}

/// Why a payment that is within its limits has to be asked about all the same.
pub(crate) fn sliced(
    book: &Reading<'_>,
    mandates: &[Mandate],
    request: &Request<'_>,
    service: &Service,
) -> Result<Vec<Reason>, EngineError> {
    let slices = all(book)?;
    Ok(reasons(&slices, mandates, request, &skeleton(service.name.as_str())))
}

fn reasons(slices: &[Slice], mandates: &[Mandate], request: &Request<'_>, look: &str) -> Vec<Reason> {
    let now = request.at.seconds();
    let within = |seconds: i64| {
        let money = slices.iter().filter(|slice| slice.amount.currency() == request.amount.currency());
        // A clock that went back a little makes nothing old.
        money.filter(move |slice| now.saturating_sub(slice.at) < seconds)
    };
    let exceeds = |sum: Option<Money>, most: Money| sum.is_none_or(|sum| most.checked_sub(sum).is_err());
    let sum = |sum: Money, slice: &Slice| sum.checked_add(slice.amount).ok();
    let mut found = Vec::new();
    if let Some(most) = ceiling(mandates, request) {
        let here: Vec<_> = within(TOGETHER)
            .filter(|slice| {
                !slice.asked && (slice.payee == *request.payee || (!look.is_empty() && slice.look == look))
            })
            .collect();
        let whole = here.iter().try_fold(request.amount, |whole, slice| sum(whole, slice));
        if slices.len() >= MOST || (!here.is_empty() && exceeds(whole, most)) {
            found.push(Reason::Sliced);
        }
    }
    for (mandate, limit) in shipped_days(mandates, request) {
        let drawn = || within(DAY).filter(|slice| slice.drew_on.contains(mandate));
        let whole = drawn().try_fold(request.amount, sum);
        if limit.amount.is_some_and(|most| exceeds(whole, most)) {
            found.push(Reason::SumLimit(limit.period));
        }
        if limit.count.is_some_and(|most| drawn().count() >= most as usize) {
            found.push(Reason::CountLimit(limit.period));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use assent_types::Category;
    use jiff::tz::TimeZone;

    use super::*;

    fn slice(minutes_ago: i64, payee: &str, name: &str, amount: &str) -> Slice {
        Slice {
            at: noon().seconds() - minutes_ago * 60,
            intent: Id::new(&format!("{minutes_ago}")).unwrap(),
            payee: Id::new(payee).unwrap(),
            look: skeleton(name),
            amount: amount.parse().unwrap(),
            drew_on: vec![Id::new("default-cny").unwrap()],
            asked: false,
        }
    }

    fn noon() -> Moment {
        Moment::parse("2026-06-01T12:00:00+08:00").unwrap()
    }

    fn found(slices: &[Slice], payee: &str, name: &str, amount: &str) -> Vec<&'static str> {
        let (agent, payee) = (Id::new("chef").unwrap(), Id::new(payee).unwrap());
        let zone = TimeZone::UTC;
        let request = Request {
            agent: &agent,
            payee: &payee,
            category: None::<Category>,
            amount: amount.parse().unwrap(),
            at: noon(),
            zone: &zone,
        };
        reasons(slices, &Mandate::default_set(), &request, &skeleton(name)).iter().map(Reason::code).collect()
    }

    #[test]
    fn slices_of_one_payment_are_seen_under_any_name_that_looks_the_same() {
        let slices = [slice(60, "a", "Noodle House", "90 CNY"), slice(30, "b", "N00dle House", "90 CNY")];
        assert_eq!(found(&slices, "c", "Noodle House", "30 CNY"), ["sliced"]);
        assert!(found(&slices, "c", "Noodle House", "20 CNY").is_empty());
        assert!(found(&slices, "c", "Tea Shop", "30 CNY").is_empty());
        assert_eq!(found(&slices, "a", "Another Name", "111 CNY"), ["sliced"]);
        let asked: Vec<_> = slices.iter().map(|slice| Slice { asked: true, ..slice.clone() }).collect();
        assert!(found(&asked, "a", "Noodle House", "150 CNY").is_empty(), "the user said yes to those");
        let old = [slice(400, "a", "Noodle House", "190 CNY")];
        assert!(found(&old, "a", "Noodle House", "190 CNY").is_empty());
    }

    #[test]
    fn the_shipped_day_cannot_be_had_twice_around_midnight() {
        let evening: Vec<_> =
            (0..10).map(|n| slice(700 + n, &format!("p{n}"), &format!("Shop {n}"), "10 CNY")).collect();
        assert_eq!(found(&evening, "q", "Other", "10 CNY"), ["over_day_count"]);
        let sums: Vec<_> =
            (0..3).map(|n| slice(700 + n, &format!("p{n}"), &format!("Shop {n}"), "160 CNY")).collect();
        assert_eq!(found(&sums, "q", "Other", "21 CNY"), ["over_day_limit"]);
        assert!(found(&sums, "q", "Other", "20 CNY").is_empty());
    }
}
