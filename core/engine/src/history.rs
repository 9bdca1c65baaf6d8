//! The user's own payments: taken in once, learned in the order of time, and taken back without a trace.
//!
//! Every settled payment is kept beside the habits that were learned from it. Whoever takes one back, or brings in an older one, has the
//! habits learned again from what is left; that costs time in proportion to the history, and it is exact.

use assent_habits::{Key, Record, Shelf, Vouched, learn, learn_as};
use assent_protocols::{Bill, Entry as BillEntry};
use assent_store::{Reading, Table, Writing};
use assent_types::{Category, Id, Moment, Money, PastPayment, Text};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::knowledge;

/// A payment as it is kept.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    /// Under which key, so that a scan knows it.
    key: String,
    /// The payment in the contract's JSON; `None` once it was refunded or disputed, kept so that a second import does not bring it back.
    /// Where refunds stand beside nothing, they came before their payment and wait for it.
    paid: Option<String>,
    /// What refunds took back of it: seconds since 1970 and minor units of each, so that a second import takes nothing twice.
    refunds: Vec<(i64, i64)>,
    /// Whether it came in a bill of the user's, or the user confirmed it.
    vouched: bool,
}

/// What an import came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Payments that were new and are learned from now.
    pub added: usize,
    /// Payments and refunds that were known already.
    pub known: usize,
    /// Refunds that took a payment back, or a part of it.
    pub refunded: usize,
    /// Refunds whose payment is not in the file and not in the store.
    pub unmatched_refunds: usize,
    /// Lines that are no payments of the user's: income, transfers between own accounts, closed orders.
    pub passed_over: usize,
    /// Lines that could not be read.
    pub faulty: usize,
    /// Payments dated after now, which nobody has made yet: they are not learned.
    #[serde(skip_serializing_if = "is_zero")]
    pub from_the_future: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A bill may be a day ahead of this device's clock, which covers every time zone. In seconds.
const AHEAD: i64 = 86_400;
/// Where the intents' own time is taken, the past that is replayed may lie in years to come; but not farther. In seconds.
const AHEAD_IN_REPLAYS: i64 = 10 * 366 * 86_400;

/// From so many new payments on it is faster to learn all again in memory than each into the sealed store.
const MANY: usize = 64;

impl Engine {
    fn latest_believed(&self) -> i64 {
        let ahead = if matches!(self.clock, Clock::Intent) { AHEAD_IN_REPLAYS } else { AHEAD };
        let now = Clock::system(&self.zone);
        self.clock.now(now, &self.zone).seconds().max(now.seconds()).saturating_add(ahead)
    }

    /// Takes a bill in and learns from it. Importing it again changes nothing.
    pub fn import(&self, bill: &Bill) -> Result<Imported, EngineError> {
        self.store.write(|book| {
            let mut done = Imported::default();
            let (mut fresh, mut refunds) = (Vec::new(), Vec::new());
            let mut awaited = false;
            let latest_believed = self.latest_believed();
            for row in &bill.rows {
                match &row.entry {
                    BillEntry::Payment(payment) if knows(book, &bill_key(&payment.id))? => done.known += 1,
                    BillEntry::Payment(payment) if payment.at.seconds() > latest_believed => done.from_the_future += 1,
                    BillEntry::Payment(payment) => {
                        awaited |= keep(book, &bill_key(&payment.id), payment, Vouched::Yes)?;
                        fresh.push(payment);
                    }
                    BillEntry::Refund { of, amount, at, .. } => refunds.push((of, *amount, *at)),
                    BillEntry::Income | BillEntry::Neutral | BillEntry::Closed => done.passed_over += 1,
                    BillEntry::Faulty(_) => done.faulty += 1,
                }
            }
            for (of, amount, at) in refunds {
                match of.as_ref().map(|of| take_back(book, &bill_key(of), amount, at)).transpose()? {
                    Some(Some(true)) => done.refunded += 1,
                    Some(Some(false)) => done.known += 1,
                    Some(None) | None => done.unmatched_refunds += 1,
                }
            }
            done.added = fresh.len();
            fresh.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.id.cmp(&b.id)));
            let in_order = match (fresh.first(), latest(book)?) {
                (Some(first), Some(latest)) => first.at.seconds() > latest,
                _ => true,
            };
            if done.refunded > 0 || awaited || !in_order || fresh.len() > MANY {
                learn_again(book)?;
            } else {
                knowledge::changed(book)?;
                fresh.into_iter().try_for_each(|payment| learn(book, payment))?;
            }
            if done.added > 0 || done.refunded > 0 {
                let body = json!({"kind": "import", "at": Clock::system(&self.zone), "added": done.added, "refunded": done.refunded});
                book.append(&body.to_string())?;
            }
            Ok(done)
        })
    }
}

/// Learns a payment that an agent made and that settled now; the user vouches for it where they confirmed it.
pub(crate) fn learn_settled(
    book: &mut Writing<'_>,
    intent: &Id,
    payment: &PastPayment,
    by: Vouched,
) -> Result<(), EngineError> {
    knowledge::changed(book)?;
    let late = latest(book)?.is_some_and(|latest| payment.at.seconds() < latest);
    keep(book, &intent_key(intent), payment, by)?;
    if late { learn_again(book) } else { Ok(learn_as(book, payment, by)?) }
}

/// Takes a payment that an agent made out of the habits; nothing happens where it never settled.
pub(crate) fn unlearn(book: &mut Writing<'_>, intent: &Id) -> Result<(), EngineError> {
    if !knows(book, &intent_key(intent))? {
        return Ok(());
    }
    let key = intent_key(intent);
    book.put(Table::Payments, &key.clone(), &Kept { key, paid: None, refunds: Vec::new(), vouched: false })?;
    learn_again(book)
}

/// Takes every payment for which `gone` holds out of the store and learns again what is left; tells how many were taken.
pub(crate) fn forget(
    book: &mut Writing<'_>,
    gone: impl Fn(&PastPayment) -> bool,
) -> Result<usize, EngineError> {
    let mut taken = 0usize;
    for (key, payment, _) in payments(book)? {
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
    knowledge::changed(book)?;
    book.clear(Table::Habits)?;
    let mut kept = payments(book)?;
    kept.sort_by(|(_, a, _), (_, b, _)| a.at.cmp(&b.at).then_with(|| a.id.cmp(&b.id)));
    // In memory first: a history is learned thousands of times faster than it is sealed record by record.
    let mut memory = assent_habits::Memory::default();
    for (_, payment, by) in &kept {
        let Ok(()) = learn_as(&mut memory, payment, *by);
    }
    for (key, record) in memory.into_records() {
        book.write(&key, record)?;
    }
    Ok(())
}

/// Every kept payment that counts, with its key, less what was refunded, and whether the user vouches for it.
fn payments(book: &Reading<'_>) -> Result<Vec<(String, PastPayment, Vouched)>, EngineError> {
    let mut found = Vec::new();
    for kept in book.scan::<Kept>(Table::Payments)? {
        if let Some(payment) = kept.counts()? {
            let by = if kept.vouched { Vouched::Yes } else { Vouched::No };
            found.push((kept.key, payment, by));
        }
    }
    Ok(found)
}

impl Kept {
    /// Whether the payment itself was ever kept.
    fn is_known(&self) -> bool {
        self.paid.is_some() || self.refunds.is_empty()
    }

    /// The payment less what was refunded; `None` where nothing is left of it.
    fn counts(&self) -> Result<Option<PastPayment>, EngineError> {
        let Some(json) = &self.paid else { return Ok(None) };
        let mut payment =
            PastPayment::from_stored_json(json).map_err(|_| EngineError::Unreadable("payment"))?;
        let refunded = self.refunds.iter().fold(0i64, |sum, (_, minor)| sum.saturating_add(*minor));
        let left =
            Money::from_minor(payment.price.minor().saturating_sub(refunded), payment.price.currency());
        Ok(left.filter(|left| left.minor() > 0).map(|left| {
            payment.price = left;
            payment
        }))
    }
}

/// Takes a refund out of a kept payment: whether it was new, or `None` where no such payment was kept yet; then it waits for one.
fn take_back(
    book: &mut Writing<'_>,
    key: &str,
    amount: Money,
    at: Moment,
) -> Result<Option<bool>, EngineError> {
    let waiting = Kept { key: key.to_owned(), paid: None, refunds: Vec::new(), vouched: true };
    let (mut kept, known) = match book.get::<Kept>(Table::Payments, key)? {
        Some(kept) => {
            let known = kept.is_known();
            (kept, known)
        }
        None => (waiting, false),
    };
    if kept.counts()?.is_some_and(|payment| payment.price.currency() != amount.currency()) {
        return Ok(None);
    }
    let refund = (at.seconds(), amount.minor());
    if kept.refunds.contains(&refund) {
        return Ok(known.then_some(false));
    }
    kept.refunds.push(refund);
    book.put(Table::Payments, key, &kept)?;
    Ok(known.then_some(true))
}

/// Keeps a payment; tells whether refunds were waiting for it.
fn keep(book: &mut Writing<'_>, key: &str, payment: &PastPayment, by: Vouched) -> Result<bool, EngineError> {
    let json = serde_json::to_string(payment).map_err(|_| EngineError::Unreadable("payment"))?;
    let refunds = book.get::<Kept>(Table::Payments, key)?.map(|kept| kept.refunds).unwrap_or_default();
    let awaited = !refunds.is_empty();
    let kept = Kept { key: key.to_owned(), paid: Some(json), refunds, vouched: by == Vouched::Yes };
    book.put(Table::Payments, key, &kept)?;
    Ok(awaited)
}

fn knows(book: &Reading<'_>, key: &str) -> Result<bool, EngineError> {
    Ok(book.get::<Kept>(Table::Payments, key)?.is_some_and(|kept| kept.is_known()))
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

/// Every payment that counts.
pub(crate) fn all(book: &Reading<'_>) -> Result<Vec<PastPayment>, EngineError> {
    Ok(payments(book)?.into_iter().map(|(_, payment, _)| payment).collect())
}

/// The name under which the user's own history knows a payee.
pub(crate) fn payee_name(book: &Reading<'_>, payee: &Id) -> Result<Option<Text>, EngineError> {
    Ok(match book.read(&Key::Payee(payee.clone()))? {
        Some(Record::Payee(payee)) => Some(payee.name),
        _ => None,
    })
}

/// The payee's category as it stands in the user's own history.
pub(crate) fn category(book: &Reading<'_>, payee: &Id) -> Result<Option<Category>, EngineError> {
    Ok(match book.read(&Key::Payee(payee.clone()))? {
        Some(Record::Payee(payee)) => payee.category,
        _ => None,
    })
}
