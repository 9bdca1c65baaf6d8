//! Learning one settled payment, and recalling what one decision needs. Both touch a fixed number of records.

use assent_types::{Id, PastPayment, Service, Text};

use crate::kinds::Kinds;
use crate::names::skeleton;
use crate::near;
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
    /// The known payee whose name is nearest to a new one's.
    pub near: Option<Near>,
}

/// The known payee with the nearest name.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    /// How near, 0 to 1.
    pub likeness: f64,
    /// The share of known payees whose names hold the most common of the new name's words, 0 to 1.
    pub word_share: f64,
    /// What the user does there.
    pub payee: PayeeHabit,
}

/// Whether the user did more for a payment than let it happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// It stands in the user's own history, or the user confirmed it.
    Yes,
    /// An agent paid it and this device approved it unasked.
    No,
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
    let known = if as_before && !heard {
        Known::default()
    } else {
        read!(shelf, Key::Known, Known).unwrap_or_default()
    };
    let near = match payee {
        Some(_) => None,
        None => nearest(shelf, service, &known)?,
    };
    Ok(Recollection {
        user: read!(shelf, Key::User, User),
        category: match category {
            Some(category) => read!(shelf, Key::Category(category.named()), Category),
            None => None,
        },
        agent: read!(shelf, Key::Agent(agent.clone()), Agent),
        same_name: read!(shelf, Key::Name(skeleton(service.name.as_str())), Name).unwrap_or_default(),
        known,
        near,
        payee,
    })
}

fn nearest<S: Shelf>(shelf: &S, service: &Service, known: &Known) -> Result<Option<Near>, S::Error> {
    let Some(standing) = near::nearest(&service.name, known) else { return Ok(None) };
    let Some((id, _)) = known.payees.get(standing.nearest) else { return Ok(None) };
    let payee = read!(shelf, Key::Payee(id.clone()), Payee);
    let (likeness, word_share) = (standing.likeness, standing.word_share);
    Ok(payee.map(|payee| Near { likeness, word_share, payee }))
}

/// Learns one settled payment of the user's, the next in time.
pub fn learn<S: Shelf>(shelf: &mut S, payment: &PastPayment) -> Result<(), S::Error> {
    learn_as(shelf, payment, Vouched::Yes)
}

/// The same, where it may be that nobody but an agent and this device wanted it.
pub fn learn_as<S: Shelf>(shelf: &mut S, payment: &PastPayment, by: Vouched) -> Result<(), S::Error> {
    let vouched = by == Vouched::Yes;
    let user = read!(shelf, Key::User, User);
    let payee = read!(shelf, Key::Payee(payment.service.id.clone()), Payee);
    let is_new = payee.is_none();

    learn_payee(shelf, payment, vouched, payee, user.as_ref())?;
    learn_user(shelf, payment, vouched, user, is_new)?;
    learn_category(shelf, payment, vouched, is_new)?;
    learn_agent(shelf, payment, vouched)?;
    learn_names(shelf, &payment.service)
}

fn learn_payee<S: Shelf>(
    shelf: &mut S,
    payment: &PastPayment,
    vouched: bool,
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
    add_amount(&mut payee.amounts, payment.price, vouched);
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
    vouched: bool,
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
            kinds: Kinds::default(),
            latest: payment.service.id.clone(),
        },
    };
    user.count = user.count.saturating_add(1);
    user.payees = user.payees.saturating_add(u32::from(is_new));
    user.novelty = (user.novelty << 1) | u32::from(is_new);
    add_amount(&mut user.amounts, payment.price, vouched);
    user.hours.add(payment.at.hour_of_week());
    payment.place.iter().for_each(|place| user.places.add(*place));
    payment.items.iter().for_each(|item| user.items.add(&item.name));
    // Of several items nobody knows what each cost.
    if let [item] = payment.items.as_slice() {
        user.kinds.add(&item.name, payment.price, payment.at, vouched);
    }
    user.latest = payment.service.id.clone();
    shelf.write(&Key::User, Record::User(user))
}

fn learn_category<S: Shelf>(
    shelf: &mut S,
    payment: &PastPayment,
    vouched: bool,
    is_new: bool,
) -> Result<(), S::Error> {
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
    add_amount(&mut habit.amounts, payment.price, vouched);
    habit.hours.add(payment.at.hour_of_week());
    shelf.write(&key, Record::Category(habit))
}

fn learn_agent<S: Shelf>(shelf: &mut S, payment: &PastPayment, vouched: bool) -> Result<(), S::Error> {
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
    add_amount(&mut habit.amounts, payment.price, vouched);
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
