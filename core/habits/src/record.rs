//! The aggregates themselves: one record for the user, and one for each payee, category, agent and look of a name.

use assent_types::{Category, Channel, Id, Money, Text};
use serde::{Deserialize, Serialize};

use crate::amounts::Amounts;
use crate::kinds::Kinds;
use crate::places::Places;
use crate::rhythm::{Rhythm, WeekHours};
use crate::tally::Tally;

/// How many currencies each record tells apart.
const CURRENCIES: usize = 4;

/// What the user does with all payees together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserHabit {
    /// Payments in all.
    pub count: u32,
    /// How many different payees.
    pub payees: u32,
    /// For the last 32 payments, latest in the lowest bit: was the payee new?
    pub novelty: u32,
    /// Amounts, per currency.
    pub amounts: Vec<Amounts>,
    /// Hours of the week.
    pub hours: WeekHours,
    /// First, last and intervals.
    pub rhythm: Rhythm,
    /// Where.
    pub places: Places,
    /// What.
    pub items: Tally<Text, 32>,
    /// What is paid for each kind of purchase.
    pub kinds: Kinds,
    /// The payee of the latest payment.
    pub latest: Id,
}

/// What the user does at one payee.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PayeeHabit {
    /// The name last seen on a settled payment.
    pub name: Text,
    /// The category last given.
    pub category: Option<Category>,
    /// Payments here.
    pub count: u32,
    /// Amounts, per currency.
    pub amounts: Vec<Amounts>,
    /// Hours of the week.
    pub hours: WeekHours,
    /// First, last and intervals.
    pub rhythm: Rhythm,
    /// Where the device was.
    pub places: Places,
    /// What was bought.
    pub items: Tally<Text, 12>,
    /// Which agents paid.
    pub agents: Tally<Id, 6>,
    /// On which device.
    pub channels: Tally<Channel, 5>,
    /// Which payee was paid just before (within six hours).
    pub after: Tally<Id, 6>,
}

/// What the user does in one category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoryHabit {
    /// Payments in it.
    pub count: u32,
    /// How many different payees.
    pub payees: u32,
    /// Amounts, per currency.
    pub amounts: Vec<Amounts>,
    /// Hours of the week.
    pub hours: WeekHours,
    /// First, last and intervals.
    pub rhythm: Rhythm,
}

/// What one agent has done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentHabit {
    /// Payments it made.
    pub count: u32,
    /// Amounts, per currency.
    pub amounts: Vec<Amounts>,
    /// First, last and intervals.
    pub rhythm: Rhythm,
}

/// Which payees carry a name that looks the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NameHabit {
    /// Their ids and names.
    pub payees: Vec<(Id, Text)>,
}

/// The names of the payees that were paid most recently, for finding near misses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// Ids and names, latest last.
    pub payees: Vec<(Id, Text)>,
}

/// Any one of them, as a shelf keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is its record")]
pub enum Record {
    User(UserHabit),
    Payee(PayeeHabit),
    Category(CategoryHabit),
    Agent(AgentHabit),
    Name(NameHabit),
    Known(Known),
}

/// The amounts in this currency, where there are any.
pub(crate) fn in_currency(amounts: &[Amounts], money: Money) -> Option<&Amounts> {
    amounts.iter().find(|a| a.currency == money.currency())
}

/// Adds an amount to the statistics of its currency; a newcomer to a full list takes the place of the least used.
/// `vouched` tells whether the user did more than let it happen.
pub(crate) fn add_amount(amounts: &mut Vec<Amounts>, money: Money, vouched: bool) {
    if let Some(known) = amounts.iter_mut().find(|a| a.currency == money.currency()) {
        return if vouched { known.add(money) } else { known.add_unvouched(money) };
    }
    if amounts.len() >= CURRENCIES {
        let rarest = amounts.iter().enumerate().min_by_key(|(_, a)| a.count).map(|(at, _)| at);
        rarest.map(|at| amounts.remove(at));
    }
    let mut new = Amounts::new(money.currency());
    new.add(money);
    amounts.push(new);
}

macro_rules! with_amounts {
    ($($habit:ident),*) => { $(
        impl $habit {
            /// The statistics of amounts in the currency of `money`.
            pub fn amounts_like(&self, money: Money) -> Option<&Amounts> {
                in_currency(&self.amounts, money)
            }

            /// The statistics in the currency used most.
            pub fn main_amounts(&self) -> Option<&Amounts> {
                self.amounts.iter().max_by_key(|a| a.count)
            }
        }
    )* };
}

with_amounts!(UserHabit, PayeeHabit, CategoryHabit, AgentHabit);
