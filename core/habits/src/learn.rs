//! Learning one settled payment, and recalling what one decision needs. Both touch a fixed number of records.

use assent_types::{Id, PastPayment, Service, Text};

use crate::names::skeleton;
use crate::places::Places;
use crate::record::{AgentHabit, CategoryHabit, Known, NameHabit, PayeeHabit, Record, UserHabit, add_amount};
use crate::rhythm::{Rhythm, WeekHours};
use crate::shelf::{Key, Shelf};
use crate::tally::Tally;

/// How many payees may carry names that look the same before the oldest is dropped.
const SAME_NAMES: usize = 4;
/// How many of the latest payees' names are kept for finding near misses.
const KNOWN_NAMES: usize = 256;
/// Two payments closer than this belong together, in days: six hours.
const TOGETHER_DAYS: f64 = 0.25;

/// What is known around one intent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recollection {
    /// The user's payments in all.
    pub user: Option<UserHabit>,
    /// Those at this payee.
    pub payee: Option<PayeeHabit>,
    /// Those in this category.
    pub category: Option<CategoryHabit>,
    /// Those of this agent.
    pub agent: Option<AgentHabit>,
    /// The payees whose names look the same.
    pub same_name: NameHabit,
    /// The latest payees' names; read only where the payee is new or comes under another name, or where words were heard.
    pub known: Known,
}

macro_rules! read {
    ($shelf:expr, $key:expr, $variant:ident) => {
        match $shelf.read(&$key)? {
            Some(Record::$variant(record)) => Some(record),
            // A record of another kind under this key cannot be ours: the store checks what it opens.
            _ => None,
        }
    };
}

/// What this user's history says around a payment to `service` by `agent`. `heard` tells that the user's words are known: they may name
/// another payee, so the names are read.
pub fn recall<S: Shelf>(
    shelf: &S,
    service: &Service,
    agent: &Id,
    heard: bool,
) -> Result<Recollection, S::Error> {
    let payee = read!(shelf, Key::Payee(service.id.clone()), Payee);
    let as_before = payee.as_ref().is_some_and(|payee: &PayeeHabit| {
        payee.name == service.name || skeleton(payee.name.as_str()) == skeleton(service.name.as_str())
    });
    let category = service.category.or_else(|| payee.as_ref().and_then(|p: &PayeeHabit| p.category));
    Ok(Recollection {
        user: read!(shelf, Key::User, User),
        category: match category {
            Some(category) => read!(shelf, Key::Category(category.named()), Category),
            None => None,
        },
        agent: read!(shelf, Key::Agent(agent.clone()), Agent),
        same_name: read!(shelf, Key::Name(skeleton(service.name.as_str())), Name).unwrap_or_default(),
        known: if as_before && !heard {
            Known::default()
        } else {
            read!(shelf, Key::Known, Known).unwrap_or_default()
        },
        payee,
    })
}

/// Learns one settled payment, the next in time.
pub fn learn<S: Shelf>(shelf: &mut S, payment: &PastPayment) -> Result<(), S::Error> {
    let user = read!(shelf, Key::User, User);
    let payee = read!(shelf, Key::Payee(payment.service.id.clone()), Payee);
    let is_new = payee.is_none();

    learn_payee(shelf, payment, payee, user.as_ref())?;
    learn_user(shelf, payment, user, is_new)?;
    learn_category(shelf, payment, is_new)?;
    learn_agent(shelf, payment)?;
    learn_names(shelf, &payment.service)
}

fn learn_payee<S: Shelf>(
    shelf: &mut S,
    payment: &PastPayment,
    known: Option<PayeeHabit>,
    user: Option<&UserHabit>,
) -> Result<(), S::Error> {
    let service = &payment.service;
    let mut payee = match known {
        Some(mut payee) => {
            payee.rhythm.add(payment.at);
            payee
        }
        None => PayeeHabit {
            name: service.name.clone(),
            category: None,
            count: 0,
            amounts: Vec::new(),
            hours: WeekHours::default(),
            rhythm: Rhythm::new(payment.at),
            places: Places::default(),
            items: Tally::default(),
            agents: Tally::default(),
            channels: Tally::default(),
            after: Tally::default(),
        },
    };
    payee.name = service.name.clone();
    // An agent may say what a new payee is, but not rename what the user's own payments say.
    if payment.agent.is_none() || payee.category.is_none() {
        payee.category = service.category.or(payee.category);
    }
    payee.count = payee.count.saturating_add(1);
    add_amount(&mut payee.amounts, payment.price);
    payee.hours.add(payment.at.hour_of_week());
    payment.place.iter().for_each(|place| payee.places.add(*place));
    payment.items.iter().for_each(|item| payee.items.add(&item.name));
    payment.agent.iter().for_each(|agent| payee.agents.add(agent));
    payment.channel.iter().for_each(|channel| payee.channels.add(channel));
    if let Some(user) =
        user.filter(|u| u.rhythm.days_since_last(payment.at) <= TOGETHER_DAYS && u.latest != service.id)
    {
        payee.after.add(&user.latest);
    }
    shelf.write(&Key::Payee(service.id.clone()), Record::Payee(payee))
}

fn learn_user<S: Shelf>(
    shelf: &mut S,
    payment: &PastPayment,
    known: Option<UserHabit>,
    is_new: bool,
) -> Result<(), S::Error> {
    let mut user = match known {
        Some(mut user) => {
            user.rhythm.add(payment.at);
            user
        }
        None => UserHabit {
            count: 0,
            payees: 0,
            novelty: 0,
            amounts: Vec::new(),
            hours: WeekHours::default(),
            rhythm: Rhythm::new(payment.at),
            places: Places::default(),
            items: Tally::default(),
            latest: payment.service.id.clone(),
        },
    };
    user.count = user.count.saturating_add(1);
    user.payees = user.payees.saturating_add(u32::from(is_new));
    user.novelty = (user.novelty << 1) | u32::from(is_new);
    add_amount(&mut user.amounts, payment.price);
    user.hours.add(payment.at.hour_of_week());
    payment.place.iter().for_each(|place| user.places.add(*place));
    payment.items.iter().for_each(|item| user.items.add(&item.name));
    user.latest = payment.service.id.clone();
    shelf.write(&Key::User, Record::User(user))
}

fn learn_category<S: Shelf>(shelf: &mut S, payment: &PastPayment, is_new: bool) -> Result<(), S::Error> {
    let Some(category) = payment.service.category else { return Ok(()) };
    let key = Key::Category(category.named());
    let mut habit = match read!(shelf, key, Category) {
        Some(mut habit) => {
            habit.rhythm.add(payment.at);
            habit
        }
        None => CategoryHabit {
            count: 0,
            payees: 0,
            amounts: Vec::new(),
            hours: WeekHours::default(),
            rhythm: Rhythm::new(payment.at),
        },
    };
    habit.count = habit.count.saturating_add(1);
    habit.payees = habit.payees.saturating_add(u32::from(is_new));
    add_amount(&mut habit.amounts, payment.price);
    habit.hours.add(payment.at.hour_of_week());
    shelf.write(&key, Record::Category(habit))
}

fn learn_agent<S: Shelf>(shelf: &mut S, payment: &PastPayment) -> Result<(), S::Error> {
    let Some(agent) = &payment.agent else { return Ok(()) };
    let key = Key::Agent(agent.clone());
    let mut habit = match read!(shelf, key, Agent) {
        Some(mut habit) => {
            habit.rhythm.add(payment.at);
            habit
        }
        None => AgentHabit { count: 0, amounts: Vec::new(), rhythm: Rhythm::new(payment.at) },
    };
    habit.count = habit.count.saturating_add(1);
    add_amount(&mut habit.amounts, payment.price);
    shelf.write(&key, Record::Agent(habit))
}

fn learn_names<S: Shelf>(shelf: &mut S, service: &Service) -> Result<(), S::Error> {
    let key = Key::Name(skeleton(service.name.as_str()));
    let mut same = read!(shelf, key, Name).unwrap_or_default();
    if remember(&mut same.payees, service, SAME_NAMES) {
        shelf.write(&key, Record::Name(same))?;
    }
    let mut known = read!(shelf, Key::Known, Known).unwrap_or_default();
    if remember(&mut known.payees, service, KNOWN_NAMES) {
        shelf.write(&Key::Known, Record::Known(known))?;
    }
    Ok(())
}

/// Puts a payee at the end of a bounded list; tells whether the list changed.
fn remember(payees: &mut Vec<(Id, Text)>, service: &Service, most: usize) -> bool {
    let entry = (service.id.clone(), service.name.clone());
    if payees.last() == Some(&entry) {
        return false;
    }
    payees.retain(|(id, _)| *id != service.id);
    if payees.len() >= most {
        payees.remove(0);
    }
    payees.push(entry);
    true
}

#[cfg(test)]
#[path = "learn_tests.rs"]
mod tests;
