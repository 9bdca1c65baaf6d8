//! The user's own payments: taken in once, learned in the order of time, and taken back without a trace.
//!
//! Every settled payment is kept beside the habits that were learned from it. Whoever takes one back, or brings in an older one, has the
//! habits learned again from what is left; that costs time in proportion to the history, and it is exact.

use std::collections::HashSet;

use assent_habits::{Key, Record, Shelf, learn};
use assent_protocols::{Bill, Entry as BillEntry};
use assent_store::{Reading, Table, Writing};
use assent_types::{Id, Intent, PastPayment};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;

/// A payment as it is kept: under which key, and what of it.
#[derive(Clone, Serialize, Deserialize)]
struct Kept(String, State);

#[derive(Clone, Serialize, Deserialize)]
enum State {
    /// It counts; in the contract's JSON.
    Paid(String),
    /// It was refunded or disputed: kept so that a second import does not bring it back.
    TakenBack,
}

/// What an import came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Payments that were new and are learned from now.
    pub added: usize,
    /// Payments that were known already.
    pub known: usize,
    /// Payments that a refund took back.
    pub refunded: usize,
    /// Refunds whose payment is not in the file and not in the store.
    pub unmatched_refunds: usize,
    /// Lines that are no payments of the user's: income, transfers between own accounts, closed orders.
    pub passed_over: usize,
    /// Lines that could not be read.
    pub faulty: usize,
}

impl Engine {
    /// Takes a bill in and learns from it. Importing it again changes nothing.
    pub fn import(&self, bill: &Bill) -> Result<Imported, EngineError> {
        self.store.write(|book| {
            let mut done = Imported::default();
            let mut fresh = Vec::new();
            let mut taken_back = HashSet::new();
            for row in &bill.rows {
                match &row.entry {
                    BillEntry::Payment(payment) if knows(book, &bill_key(&payment.id))? => done.known += 1,
                    BillEntry::Payment(payment) => fresh.push(payment.clone()),
                    BillEntry::Refund { of: Some(of), .. } => {
                        taken_back.insert(of.clone());
                    }
                    BillEntry::Refund { of: None, .. } => done.unmatched_refunds += 1,
                    BillEntry::Income | BillEntry::Neutral | BillEntry::Closed => done.passed_over += 1,
                    BillEntry::Faulty(_) => done.faulty += 1,
                }
            }
            let mut seen = HashSet::new();
            fresh.retain(|payment| seen.insert(payment.id.clone()));
            fresh.sort_by_key(|payment| payment.at);

            let mut relearn = false;
            for id in taken_back {
                let in_file = fresh.iter().any(|payment| payment.id == id);
                match book.get::<Kept>(Table::Payments, &bill_key(&id))?.map(|kept| kept.1) {
                    Some(State::Paid(_)) => relearn = true,
                    Some(State::TakenBack) => continue,
                    None if in_file => fresh.retain(|payment| payment.id != id),
                    None => {
                        done.unmatched_refunds += 1;
                        continue;
                    }
                }
                take_back(book, bill_key(&id))?;
                done.refunded += 1;
            }
            done.added = fresh.len();
            take_in(book, &fresh, relearn)?;
            if done.added > 0 || done.refunded > 0 {
                let body = json!({"kind": "import", "at": Clock::system(), "added": done.added, "refunded": done.refunded});
                book.append(&body.to_string())?;
            }
            Ok(done)
        })
    }
}

/// Keeps payments that are not kept yet, in the order of time, and learns them.
fn take_in(book: &mut Writing<'_>, fresh: &[PastPayment], relearn: bool) -> Result<(), EngineError> {
    let latest = latest(book)?;
    let in_order = fresh.first().is_none_or(|first| latest.is_none_or(|latest| first.at.seconds() >= latest));
    for payment in fresh {
        keep(book, &bill_key(&payment.id), payment)?;
    }
    if relearn || !in_order {
        return learn_again(book);
    }
    fresh.iter().try_for_each(|payment| learn(book, payment)).map_err(EngineError::from)
}

/// Learns a payment that an agent made and that settled now.
pub(crate) fn learn_settled(
    book: &mut Writing<'_>,
    intent: &Id,
    payment: &PastPayment,
) -> Result<(), EngineError> {
    let late = latest(book)?.is_some_and(|latest| payment.at.seconds() < latest);
    keep(book, &intent_key(intent), payment)?;
    if late { learn_again(book) } else { Ok(learn(book, payment)?) }
}

/// Takes a payment that an agent made out of the habits; nothing happens where it never settled.
pub(crate) fn unlearn(book: &mut Writing<'_>, intent: &Id) -> Result<(), EngineError> {
    if !knows(book, &intent_key(intent))? {
        return Ok(());
    }
    take_back(book, intent_key(intent))?;
    learn_again(book)
}

/// Takes every payment for which `gone` holds out of the store and learns again what is left; tells how many were taken.
pub(crate) fn forget(
    book: &mut Writing<'_>,
    gone: impl Fn(&PastPayment) -> bool,
) -> Result<usize, EngineError> {
    let mut taken = 0usize;
    for (key, payment) in payments(book)? {
        if gone(&payment) {
            book.delete(Table::Payments, &key)?;
            taken = taken.saturating_add(1);
        }
    }
    learn_again(book)?;
    Ok(taken)
}

/// Empties the habits and learns every kept payment again, in the order of time.
fn learn_again(book: &mut Writing<'_>) -> Result<(), EngineError> {
    book.clear(Table::Habits)?;
    let mut kept = payments(book)?;
    kept.sort_by(|(_, a), (_, b)| a.at.cmp(&b.at).then_with(|| a.id.cmp(&b.id)));
    // In memory first: a history is learned thousands of times faster than it is sealed record by record.
    let mut memory = assent_habits::Memory::default();
    for (_, payment) in &kept {
        let Ok(()) = learn(&mut memory, payment);
    }
    for (key, record) in memory.into_records() {
        book.write(&key, record)?;
    }
    Ok(())
}

/// Every kept payment that counts, with its key.
fn payments(book: &Reading<'_>) -> Result<Vec<(String, PastPayment)>, EngineError> {
    let mut found = Vec::new();
    for Kept(key, state) in book.scan(Table::Payments)? {
        if let State::Paid(json) = state {
            let payment = PastPayment::from_json(&json).map_err(|_| EngineError::Unreadable("payment"))?;
            found.push((key, payment));
        }
    }
    Ok(found)
}

fn keep(book: &mut Writing<'_>, key: &str, payment: &PastPayment) -> Result<(), EngineError> {
    let json = serde_json::to_string(payment).map_err(|_| EngineError::Unreadable("payment"))?;
    Ok(book.put(Table::Payments, key, &Kept(key.to_owned(), State::Paid(json)))?)
}

fn take_back(book: &mut Writing<'_>, key: String) -> Result<(), EngineError> {
    Ok(book.put(Table::Payments, &key.clone(), &Kept(key, State::TakenBack))?)
}

fn knows(book: &Reading<'_>, key: &str) -> Result<bool, EngineError> {
    Ok(book.get::<Kept>(Table::Payments, key)?.is_some())
}

/// Seconds since 1970 of the latest payment that was learned.
fn latest(book: &Reading<'_>) -> Result<Option<i64>, EngineError> {
    Ok(match book.read(&Key::User)? {
        Some(Record::User(user)) => Some(user.rhythm.last),
        _ => None,
    })
}

/// A payment's own id and an intent's are names given by different hands: they never meet.
fn bill_key(id: &Id) -> String {
    format!("bill\n{}", id.as_str())
}

fn intent_key(id: &Id) -> String {
    format!("intent\n{}", id.as_str())
}

/// Reads an intent as the store keeps it.
pub(crate) fn stored_intent(json: &str) -> Result<Intent, EngineError> {
    Intent::from_json(json).map_err(|_| EngineError::Unreadable("intent"))
}
