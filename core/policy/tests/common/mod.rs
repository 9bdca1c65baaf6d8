//! Short hands for the tests.
#![allow(dead_code)]

use std::collections::HashMap;

use assent_policy::{BudgetKey, Charge, Mandate, Request, Ruling, Spent, judge};
use assent_types::{Category, Id, Moment, Money};
use jiff::tz::TimeZone;

pub type Book = HashMap<BudgetKey, Spent>;

pub fn mandates(texts: &[&str]) -> Vec<Mandate> {
    texts.iter().map(|text| Mandate::from_json(text).unwrap()).collect()
}

/// A payment with everything that it borrows.
#[derive(Clone)]
pub struct Payment {
    pub agent: Id,
    pub payee: Id,
    pub category: Option<Category>,
    pub amount: Money,
    pub at: Moment,
    pub zone: TimeZone,
}

/// `chef` pays `noodle-1` on a Monday in May, in UTC.
pub fn pay(amount: &str) -> Payment {
    Payment {
        agent: Id::new("chef").unwrap(),
        payee: Id::new("noodle-1").unwrap(),
        category: None,
        amount: amount.parse().unwrap(),
        at: Moment::parse("2026-05-04T12:00:00Z").unwrap(),
        zone: TimeZone::UTC,
    }
}

impl Payment {
    pub fn agent(mut self, agent: &str) -> Self {
        self.agent = Id::new(agent).unwrap();
        self
    }

    pub fn to(mut self, payee: &str) -> Self {
        self.payee = Id::new(payee).unwrap();
        self
    }

    pub fn of(mut self, category: &str) -> Self {
        self.category = Some(Category::parse(category).unwrap());
        self
    }

    pub fn at(mut self, at: &str) -> Self {
        self.at = Moment::parse(at).unwrap();
        self
    }

    pub fn zone(mut self, zone: &TimeZone) -> Self {
        self.zone = zone.clone();
        self
    }

    pub fn request(&self) -> Request<'_> {
        let Self { agent, payee, category, amount, at, zone } = self;
        Request { agent, payee, category: *category, amount: *amount, at: *at, zone }
    }

    pub fn judge(&self, mandates: &[Mandate], book: &Book) -> Ruling {
        judge(mandates, &self.request(), book)
    }
}

/// Books all charges or none; says whether it did.
pub fn book_all(book: &mut Book, charges: &[Charge]) -> bool {
    let mut after = book.clone();
    for charge in charges {
        let before = after.get(&charge.key).copied().unwrap_or(Spent::nothing(charge.amount.currency()));
        match before.book(charge.amount) {
            Ok(spent) => after.insert(charge.key.clone(), spent),
            Err(_) => return false,
        };
    }
    *book = after;
    true
}

pub fn codes(ruling: &Ruling) -> Vec<&'static str> {
    ruling.reasons.iter().map(assent_types::Reason::code).collect()
}

/// Shows what it tests, unlike the types themselves: these payments are nobody's.
impl std::fmt::Debug for Payment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { agent, payee, category, amount, at, .. } = self;
        let (agent, payee) = (agent.as_str(), payee.as_str());
        write!(f, "{agent} pays {payee} ({category:?}) {amount} at {}", at.timestamp())
    }
}
