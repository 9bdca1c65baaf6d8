//! A mandate as data: what the user allows and forbids, for one agent or all, and to which payments it speaks.

use assent_types::{Category, Currency, Id, Moment, Money, Period};
use serde::Serialize;

use crate::judge::Request;
use crate::window::Window;

/// What the user allows and forbids, set by hand or signed.
///
/// Every field may be built freely; [`Mandate::check`] says whether the whole makes sense, and [`Mandate::from_json`] has asked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// The user's name for it; budgets hang on it, so a mandate that comes back under its old id finds what it had spent.
    pub id: Id,
    /// The agents that it speaks of; `None` for all, those that are not registered yet included.
    pub agents: Option<Vec<Id>>,
    /// What may not be paid.
    pub forbid: Forbid,
    /// What may be paid; `None` for a mandate that only forbids.
    pub grant: Option<Grant>,
    /// The first instant at which it holds.
    pub valid_from: Option<Moment>,
    /// The first instant at which it holds no more.
    pub valid_until: Option<Moment>,
}

/// What may not be paid, whatever any mandate allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forbid {
    /// Payees, by id.
    pub payees: Vec<Id>,
    /// Categories; a name forbids every code that it covers. A payment whose category nobody knows is not caught.
    pub categories: Vec<Category>,
}

/// What may be paid, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The payees that it names; `None` for any.
    pub payees: Option<Vec<Id>>,
    /// The categories that it names; `None` for any. A payment whose category nobody knows matches no list.
    pub categories: Option<Vec<Category>>,
    /// The one currency in which it allows anything.
    pub currency: Currency,
    /// The most for one payment.
    pub per_payment: Option<Money>,
    /// Budgets, each period at most once.
    pub limits: Vec<Limit>,
    /// What a payment beyond a ceiling comes to.
    pub beyond: Beyond,
    /// The rate at which it lets tiny payments run on a counter; `None` for an ordinary grant.
    pub session: Option<Session>,
    /// Whether it is an isolated card: this is all that its agent may spend.
    pub card: bool,
    /// The days and hours in which it covers anything; `None` for always.
    pub window: Option<Window>,
}

/// A budget over a period, in money, in payments or in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Over what it counts: a day, a week, a month or the mandate's whole life ([`Period::Payment`] is no budget).
    pub period: Period,
    /// The most money.
    pub amount: Option<Money>,
    /// The most payments.
    pub count: Option<u32>,
}

/// What makes a grant a session allowance: granted once, then spent in payments far too small and too many to judge one by one.
///
/// Its grant names the payees and has a ceiling per payment, a total and an end; [`Mandate::check`] sees to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Session {
    /// The most payments in one minute of the clock.
    pub per_minute: u32,
}

/// What a payment beyond a grant's ceilings comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beyond {
    /// The user is asked.
    #[default]
    Ask,
    /// It is declined.
    Decline,
}

/// How the ids of shipped mandates begin.
pub(crate) const DEFAULT_PREFIX: &str = "default-";

impl Mandate {
    /// Whether it is one of the shipped mandates, which step back where the user's own grant names the payee.
    pub fn is_default(&self) -> bool {
        self.id.as_str().starts_with(DEFAULT_PREFIX)
    }

    /// Whether it is an isolated card.
    pub fn is_card(&self) -> bool {
        self.grant.as_ref().is_some_and(|grant| grant.card)
    }

    /// The rate of its session allowance, where it is one.
    pub fn session(&self) -> Option<Session> {
        self.grant.as_ref().and_then(|grant| grant.session)
    }

    /// Whether it speaks of this agent.
    pub fn speaks_of(&self, agent: &Id) -> bool {
        self.agents.as_ref().is_none_or(|agents| agents.contains(agent))
    }

    /// Whether it holds at this instant: from `valid_from` on, and no more at `valid_until`.
    pub fn holds_at(&self, at: Moment) -> bool {
        // Instants are compared, not moments: the same instant seen at another offset is not later.
        let at = at.timestamp();
        self.valid_from.is_none_or(|from| from.timestamp() <= at)
            && self.valid_until.is_none_or(|until| at < until.timestamp())
    }

    pub(crate) fn speaks_to(&self, request: &Request<'_>) -> bool {
        self.speaks_of(request.agent) && self.holds_at(request.at)
    }
}

impl Grant {
    /// Whether it names this payee, rather than any.
    pub fn names(&self, payee: &Id) -> bool {
        self.payees.as_ref().is_some_and(|payees| payees.contains(payee))
    }

    /// Whether the payment is of its kind: payee, category, currency and hour. How much it is does not matter here.
    pub(crate) fn covers(&self, request: &Request<'_>) -> bool {
        let payee = self.payees.is_none() || self.names(request.payee);
        let category = self.categories.as_ref().is_none_or(|allowed| {
            request.category.is_some_and(|category| allowed.iter().any(|a| a.covers(category)))
        });
        let hour = self.window.as_ref().is_none_or(|window| window.holds_at(request.at, request.zone));
        payee && category && hour && self.currency == request.amount.currency()
    }
}
