//! What is left of a mandate's ceilings at a moment. For the user's own eyes: an agent that knew it would know how far it can go.

use std::collections::HashMap;

use assent_types::{Moment, Money, Period};
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::budget::{BudgetKey, Spent};
use crate::mandate::Mandate;

/// One ceiling of a mandate and what is left of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Room {
    /// The budget that it counts in; for [`Period::Payment`] there is none to look up, and `start` is empty.
    pub budget: BudgetKey,
    /// The most money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap: Option<Money>,
    /// The money that is gone: reserved and settled, and what the user confirmed beyond the cap.
    pub spent: Money,
    /// The money that is left, never below zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<Money>,
    /// The most payments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count_cap: Option<u32>,
    /// The payments made.
    pub count: u32,
    /// The payments left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count_left: Option<u32>,
}

/// The mandate's ceilings at this moment, the one per payment first; none where it only forbids or does not hold now.
pub fn rooms(mandate: &Mandate, at: Moment, zone: &TimeZone, spent: &HashMap<BudgetKey, Spent>) -> Vec<Room> {
    let Some(grant) = mandate.grant.as_ref().filter(|_| mandate.holds_at(at)) else {
        return Vec::new();
    };
    let nothing = Spent::nothing(grant.currency);
    let payment = grant.per_payment.map(|most| {
        let budget = BudgetKey::at(&mandate.id, Period::Payment, at, zone);
        Room::of(budget, Some(most), None, nothing)
    });
    let budgets = grant.limits.iter().map(|limit| {
        let budget = BudgetKey::at(&mandate.id, limit.period, at, zone);
        let gone = spent.get(&budget).copied().unwrap_or(nothing);
        Room::of(budget, limit.amount, limit.count, gone)
    });
    payment.into_iter().chain(budgets).collect()
}

impl Mandate {
    /// The budgets that [`rooms`] wants to know the state of.
    pub fn budgets(&self, at: Moment, zone: &TimeZone) -> Vec<BudgetKey> {
        let limits = self.grant.as_ref().map(|grant| grant.limits.as_slice()).unwrap_or_default();
        limits.iter().map(|limit| BudgetKey::at(&self.id, limit.period, at, zone)).collect()
    }
}

impl Room {
    fn of(budget: BudgetKey, cap: Option<Money>, count_cap: Option<u32>, gone: Spent) -> Self {
        Self {
            budget,
            cap,
            spent: gone.sum,
            left: cap.map(|cap| cap.checked_sub(gone.sum).unwrap_or(Money::zero(cap.currency()))),
            count_cap,
            count: gone.count,
            count_left: count_cap.map(|most| most.saturating_sub(gone.count)),
        }
    }
}
