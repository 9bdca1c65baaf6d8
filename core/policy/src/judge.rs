//! The ruling: one payment held against every mandate and what is spent already.

use std::collections::HashMap;

use assent_types::{Category, Id, Moment, Money, Period, Reason};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::budget::{BudgetKey, Charge, Spent};
use crate::mandate::{Beyond, Grant, Limit, Mandate};

/// One payment, as far as mandates speak of it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Who wants to pay.
    pub agent: &'a Id,
    /// Who is paid.
    pub payee: &'a Id,
    /// What kind of business, where anybody knows.
    pub category: Option<Category>,
    /// The most that an approval would cover.
    pub amount: Money,
    /// When; the engine's clock, never the agent's.
    pub at: Moment,
    /// Where the user counts days.
    pub zone: &'a TimeZone,
}

/// What the mandates say to a payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// Where it stands.
    pub standing: Standing,
    /// Why, the deciding reason first; empty where a grant that does not name the payee allows it.
    pub reasons: Vec<Reason>,
    /// What an approval books, or the user's later yes to a payment that is not allowed by itself: all of it or nothing.
    /// Empty for a forbidden payment.
    pub charges: Vec<Charge>,
}

/// Where a payment stands with the user's mandates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Every mandate that covers it has room for it.
    Allowed {
        /// The mandates that allow it, in the order in which they were given.
        by: Vec<Id>,
        /// Whether one of them names the payee, or is the agent's card.
        explicit: bool,
    },
    /// Nothing forbids it, and nothing allows it either: the user is asked.
    NotAllowed,
    /// It may not be paid, and asking would not change that.
    Forbidden,
}

/// Says where a payment stands. `spent` holds at least the budgets that [`charges`] names; one that is missing counts as untouched.
pub fn judge(mandates: &[Mandate], request: &Request<'_>, spent: &HashMap<BudgetKey, Spent>) -> Ruling {
    let forbidden = forbidding(mandates, request);
    if !forbidden.is_empty() {
        return Ruling::forbidden(forbidden);
    }

    if let Some(session) = session(mandates, request) {
        return if over_limits_of(&session, request, spent).is_empty() {
            Ruling::allowed(&[session], request, Reason::SessionCovers)
        } else {
            Ruling::forbidden(vec![Reason::BeyondSession])
        };
    }

    let binding = binding(mandates, request);
    let isolated = has_card(mandates, request.agent);
    if binding.is_empty() && !isolated {
        return Ruling::not_allowed(vec![Reason::NotCovered], Vec::new());
    }

    let over =
        |beyond| over_limits(binding.iter().filter(|bound| bound.grant.beyond == beyond), request, spent);
    let (declined, asked) = (over(Beyond::Decline), over(Beyond::Ask));
    let has_room = declined.is_empty() && asked.is_empty();
    if isolated {
        return if has_room && !binding.is_empty() {
            Ruling::allowed(&binding, request, Reason::CardCovers)
        } else {
            Ruling::forbidden(vec![Reason::BeyondCard])
        };
    }
    if !declined.is_empty() {
        return Ruling::forbidden(each_once(declined.into_iter().chain(asked)));
    }
    if !asked.is_empty() {
        return Ruling::not_allowed(asked, charges_of(&binding, request));
    }
    Ruling::allowed(&binding, request, Reason::MandateNames)
}

/// Every budget that the payment would draw on, to be booked together or not at all; nothing where it is forbidden or not covered.
pub fn charges(mandates: &[Mandate], request: &Request<'_>) -> Vec<Charge> {
    if !forbidding(mandates, request).is_empty() {
        return Vec::new();
    }
    match session(mandates, request) {
        Some(session) => charges_of(&[session], request),
        None => charges_of(&binding(mandates, request), request),
    }
}

/// The most for one payment that the mandates which bind it allow, the least of their ceilings; `None` where none has one, or where the
/// payment is explicitly covered: whoever names a payee or gives a card has set its limits on purpose.
pub fn ceiling(mandates: &[Mandate], request: &Request<'_>) -> Option<Money> {
    let binding = binding(mandates, request);
    if binding.iter().any(|bound| bound.is_explicit(request)) {
        return None;
    }
    binding.iter().filter_map(|bound| bound.grant.per_payment).min_by_key(|most| most.minor())
}

/// The day's limits of the shipped mandates that bind the payment. They hold for any 24 hours as well, which is for the caller to count:
/// what the user never chose to be a calendar day may not be had twice around midnight.
pub fn shipped_days<'a>(
    mandates: &'a [Mandate],
    request: &Request<'_>,
) -> impl Iterator<Item = (&'a Id, &'a Limit)> {
    binding(mandates, request).into_iter().filter(|bound| bound.mandate.is_default()).flat_map(|bound| {
        let days = bound.grant.limits.iter().filter(|limit| limit.period == Period::Day);
        days.map(|limit| (&bound.mandate.id, limit))
    })
}

/// A grant that covers the payment and has a say in it.
struct Bound<'a> {
    mandate: &'a Mandate,
    grant: &'a Grant,
}

impl Bound<'_> {
    /// Whether the user's own word names this payee, or gave the agent a card.
    fn is_explicit(&self, request: &Request<'_>) -> bool {
        self.grant.card || (!self.mandate.is_default() && self.grant.names(request.payee))
    }
}

/// The session allowance that the payment falls under: it names the payee and the payment is no larger than it allows. A larger one is an
/// ordinary payment, and an agent with a card has nothing but its card.
fn session<'a>(mandates: &'a [Mandate], request: &Request<'_>) -> Option<Bound<'a>> {
    if has_card(mandates, request.agent) {
        return None;
    }
    mandates
        .iter()
        .filter(|mandate| mandate.session().is_some() && mandate.speaks_to(request))
        .filter_map(|mandate| mandate.grant.as_ref().map(|grant| Bound { mandate, grant }))
        .find(|bound| {
            bound.grant.covers(request)
                && bound.grant.per_payment.is_some_and(|most| !exceeds(request.amount, most))
        })
}

/// Why the payment is forbidden outright, the payee before the category.
fn forbidding(mandates: &[Mandate], request: &Request<'_>) -> Vec<Reason> {
    let speaking = || mandates.iter().filter(|mandate| mandate.speaks_to(request));
    let payee = speaking().any(|mandate| mandate.forbid.payees.contains(request.payee));
    let category = request.category.filter(|category| {
        speaking()
            .any(|mandate| mandate.forbid.categories.iter().any(|forbidden| forbidden.covers(*category)))
    });
    let payee = payee.then_some(Reason::PayeeForbidden);
    let category = category.map(|category| Reason::CategoryForbidden(category.named()));
    payee.into_iter().chain(category).collect()
}

/// Whether the agent has a card, in force or not: a card that has run out must not open anything wider.
fn has_card(mandates: &[Mandate], agent: &Id) -> bool {
    mandates.iter().any(|mandate| mandate.is_card() && mandate.speaks_of(agent))
}

/// The grants whose ceilings bind the payment.
fn binding<'a>(mandates: &'a [Mandate], request: &Request<'_>) -> Vec<Bound<'a>> {
    let isolated = has_card(mandates, request.agent);
    let mut bound: Vec<Bound<'a>> = mandates
        .iter()
        .filter(|mandate| mandate.speaks_to(request))
        .filter_map(|mandate| mandate.grant.as_ref().map(|grant| Bound { mandate, grant }))
        .filter(|bound| bound.grant.session.is_none())
        .filter(|bound| bound.grant.covers(request) && (bound.grant.card || !isolated))
        .collect();
    if bound.iter().any(|bound| !bound.mandate.is_default() && bound.grant.names(request.payee)) {
        bound.retain(|bound| !bound.mandate.is_default());
    }
    bound
}

/// Every ceiling among these that the payment would break.
fn over_limits<'a>(
    binding: impl Iterator<Item = &'a Bound<'a>>,
    request: &Request<'_>,
    spent: &HashMap<BudgetKey, Spent>,
) -> Vec<Reason> {
    each_once(binding.flat_map(|bound| over_limits_of(bound, request, spent)))
}

fn over_limits_of(
    bound: &Bound<'_>,
    request: &Request<'_>,
    spent: &HashMap<BudgetKey, Spent>,
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if bound.grant.per_payment.is_some_and(|most| exceeds(request.amount, most)) {
        reasons.push(Reason::SumLimit(Period::Payment));
    }
    for limit in &bound.grant.limits {
        let key = BudgetKey::at(&bound.mandate.id, limit.period, request.at, request.zone);
        let before = spent.get(&key).copied().unwrap_or(Spent::nothing(bound.grant.currency));
        let fits = match before.sum.checked_add(request.amount) {
            Ok(sum) => limit.amount.is_none_or(|most| !exceeds(sum, most)),
            // A sum that no longer fits, or that is in another currency than the payment, is over any limit.
            Err(_) => false,
        };
        if !fits {
            reasons.push(Reason::SumLimit(limit.period));
        }
        if limit.count.is_some_and(|most| before.count >= most) {
            reasons.push(Reason::CountLimit(limit.period));
        }
    }
    reasons
}

/// Whether an amount is more than the most; amounts that cannot be compared are.
fn exceeds(amount: Money, most: Money) -> bool {
    most.checked_sub(amount).is_err()
}

fn charges_of(binding: &[Bound<'_>], request: &Request<'_>) -> Vec<Charge> {
    each_once(binding.iter().flat_map(|bound| {
        bound.grant.limits.iter().map(|limit| Charge {
            key: BudgetKey::at(&bound.mandate.id, limit.period, request.at, request.zone),
            amount: request.amount,
        })
    }))
}

fn each_once<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.fold(Vec::new(), |mut once, next| {
        if !once.contains(&next) {
            once.push(next);
        }
        once
    })
}

impl Ruling {
    /// The session allowance that covers the payment, where one does.
    pub fn session(&self) -> Option<&Id> {
        match &self.standing {
            Standing::Allowed { by, .. } if self.reasons.contains(&Reason::SessionCovers) => by.first(),
            _ => None,
        }
    }

    /// `why` is the reason where the permission is explicit.
    fn allowed(binding: &[Bound<'_>], request: &Request<'_>, why: Reason) -> Self {
        let explicit = binding.iter().any(|bound| bound.is_explicit(request));
        let by = binding.iter().map(|bound| bound.mandate.id.clone()).collect();
        let reasons = if explicit { vec![why] } else { Vec::new() };
        Self { standing: Standing::Allowed { by, explicit }, reasons, charges: charges_of(binding, request) }
    }

    fn not_allowed(reasons: Vec<Reason>, charges: Vec<Charge>) -> Self {
        Self { standing: Standing::NotAllowed, reasons, charges }
    }

    fn forbidden(reasons: Vec<Reason>) -> Self {
        Self { standing: Standing::Forbidden, reasons, charges: Vec::new() }
    }
}
