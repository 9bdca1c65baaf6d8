//! What was answered and what became of it: one record for each intent, its budgets booked together or not at all.

use std::collections::HashMap;

use assent_habits::Rhythm;
use assent_policy::{BudgetKey, Charge, Spent};
use assent_store::{Reading, Table, Writing};
use assent_types::{
    Channel, Decision, Id, Intent, Moment, Money, Place, Presence, Reason, ReplyNeeded, Text, Tongue, Verdict,
};
use serde::{Deserialize, Serialize};

use crate::error::EngineError;

/// What became of an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Approved; its budgets are booked, its settlement is awaited.
    Approved,
    /// The user was asked and has not answered.
    Asked,
    /// The user said yes; its budgets are booked, its settlement is awaited.
    Confirmed,
    /// The user said no, or said nothing in time.
    Refused,
    /// Declined.
    Declined,
    /// Paid, and learned from.
    Settled,
    /// Paid back: its budgets are free again, its habit is unlearned.
    Refunded,
    /// Contested: its budgets stay spent, its habit is unlearned.
    Disputed,
    /// Approved or confirmed and never paid: its budgets are free again.
    Abandoned,
}

/// How a payment ended, as the host reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was paid.
    Settled,
    /// It was paid back.
    Refunded,
    /// The user contests it.
    Disputed,
    /// It was never paid.
    Abandoned,
}

impl State {
    /// The state after an outcome; `None` where the outcome cannot happen from here. The same outcome again changes nothing.
    pub fn after(self, outcome: Outcome) -> Option<Self> {
        match (self, outcome) {
            // A late word that it was paid after all is believed: money that left counts.
            (Self::Approved | Self::Confirmed | Self::Settled | Self::Abandoned, Outcome::Settled) => {
                Some(Self::Settled)
            }
            (Self::Approved | Self::Confirmed | Self::Abandoned, Outcome::Abandoned) => Some(Self::Abandoned),
            (Self::Settled | Self::Disputed | Self::Refunded, Outcome::Refunded) => Some(Self::Refunded),
            (Self::Approved | Self::Confirmed | Self::Settled | Self::Disputed, Outcome::Disputed) => {
                Some(Self::Disputed)
            }
            _ => None,
        }
    }

    /// Whether the payment's budgets are booked in this state.
    pub fn is_booked(self) -> bool {
        matches!(self, Self::Approved | Self::Confirmed | Self::Settled | Self::Disputed)
    }
}

/// Everything that is kept about one intent.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// SHA-256 of the canonical intent.
    pub digest: [u8; 32],
    /// What became of it.
    pub state: State,
    /// The intent in canonical JSON and the verdict as it was answered; `None` once forgotten.
    pub kept: Option<Kept>,
    /// The journal's entries about it.
    pub journal: Vec<u64>,
    /// Other intents that came under this id: the digest of each and the verdict that declined it, in JSON.
    pub spoiled: Vec<([u8; 32], String)>,
}

/// So many other intents under one id are recorded; an agent that goes on is declined without a record, so that it cannot fill the disk.
pub(crate) const MOST_SPOILED: usize = 8;

/// The part of an entry that names people and shops.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The intent's id.
    pub id: Id,
    /// When the agent says it made the intent.
    pub created_at: Moment,
    /// The agent.
    pub agent: Id,
    /// The payee's id.
    pub payee: Id,
    /// The payee's name.
    pub payee_name: Text,
    /// The price that was asked.
    pub price: Money,
    /// The most that may be paid.
    pub most: Money,
    /// The intent in canonical JSON.
    pub intent: String,
    /// The verdict in JSON.
    pub verdict: String,
    /// When it was judged.
    pub at: Moment,
    /// Until when a reply counts.
    pub lapses_at: Option<Moment>,
    /// Which reply is enough.
    pub needed: ReplyNeeded,
    /// How sure the device was that its owner is there.
    pub presence: Presence,
    /// Replies that could not be understood.
    pub unclear: u8,
    /// What an approval or a yes books.
    pub charges: Vec<Charge>,
    /// Where the user could be reached.
    pub channel: Option<Channel>,
    /// Where the device was.
    pub place: Option<Place>,
    /// The user's language.
    pub tongue: Tongue,
}

/// The entry of this intent id.
pub(crate) fn entry(book: &Reading<'_>, id: &Id) -> Result<Option<Entry>, EngineError> {
    Ok(book.get(Table::Intents, id.as_str())?)
}

/// Keeps an entry.
pub(crate) fn keep(book: &mut Writing<'_>, id: &Id, entry: &Entry) -> Result<(), EngineError> {
    Ok(book.put(Table::Intents, id.as_str(), entry)?)
}

/// What an earlier verdict on this id means for an intent that comes now.
#[derive(Debug)]
pub(crate) enum Earlier {
    /// Nothing was answered.
    None,
    /// The same intent: the same verdict.
    Same(Box<Verdict>),
    /// Another intent under the same id, or one that was forgotten: declined, for this reason.
    Spoiled(Reason),
}

/// Looks up what was answered to this intent's id.
pub(crate) fn answered(book: &Reading<'_>, intent: &Intent) -> Result<Earlier, EngineError> {
    let Some(entry) = entry(book, &intent.id)? else { return Ok(Earlier::None) };
    let digest = intent.digest().0;
    let first = entry.kept.as_ref().filter(|_| entry.digest == digest).map(|kept| &kept.verdict);
    let spoiled = entry.spoiled.iter().find(|(other, _)| *other == digest).map(|(_, verdict)| verdict);
    if let Some(verdict) = first.or(spoiled) {
        let verdict = serde_json::from_str(verdict).map_err(|_| EngineError::Unreadable("verdict"))?;
        return Ok(Earlier::Same(Box::new(verdict)));
    }
    let Some(kept) = entry.kept else { return Ok(Earlier::Spoiled(Reason::Forgotten)) };
    let same_but_price = kept.agent == intent.agent && kept.payee == intent.service.id;
    let raised = same_but_price
        && kept.price.currency() == intent.price.currency()
        && intent.price.minor() > kept.price.minor();
    Ok(Earlier::Spoiled(Reason::IdReused { raised: raised.then_some((kept.price, intent.price)) }))
}

/// Two payments to one payee closer than this are asked about, in seconds, unless the user has paid there as closely before. Ten minutes is
/// also the window that [`assent_model::observe`] takes for settled payments.
const TOO_SOON_SECONDS: u64 = 600;
/// Two payments within a minute are asked about whatever was usual: no person orders twice that fast.
const AT_ONCE_SECONDS: u64 = 60;
/// So many earlier payments have to have come as close before it counts as usual.
const USUALLY: usize = 3;

/// Whether this payee was approved or confirmed a moment ago. Habits do not know yet: they learn what has settled.
pub(crate) fn too_soon(
    book: &Reading<'_>,
    payee: &Id,
    now: Moment,
    rhythm: Option<&Rhythm>,
) -> Result<bool, EngineError> {
    let Some(last) = book.get::<Moment>(Table::Settings, &last_key(payee))? else { return Ok(false) };
    let apart = now.seconds().abs_diff(last.seconds());
    let usual = rhythm.is_some_and(|rhythm| rhythm.comes_within(apart as f64 / 86_400.0) >= USUALLY);
    Ok(apart < AT_ONCE_SECONDS || (apart < TOO_SOON_SECONDS && !usual))
}

/// Remembers that this payee was approved or confirmed now.
pub(crate) fn note_payee(book: &mut Writing<'_>, payee: &Id, now: Moment) -> Result<(), EngineError> {
    Ok(book.put(Table::Settings, &last_key(payee), &now)?)
}

/// Forgets when this payee was approved.
pub(crate) fn forget_payee(book: &mut Writing<'_>, payee: &Id) -> Result<(), EngineError> {
    Ok(book.delete(Table::Settings, &last_key(payee))?)
}

/// Whether the verdict approved, so that nobody was asked.
pub(crate) fn was_unasked(kept: &Kept) -> bool {
    kept.lapses_at.is_none()
}

/// Whether nothing but the score asked: then the answer tells where this person wants to be asked.
pub(crate) fn was_asked_for_score(kept: &Kept) -> bool {
    let verdict: Option<Verdict> = serde_json::from_str(&kept.verdict).ok();
    verdict.is_some_and(|verdict| {
        verdict.reasons.first().is_some_and(|reason| reason.code == Reason::NotFamiliar.code())
    })
}

fn last_key(payee: &Id) -> String {
    format!("last\n{}", payee.as_str())
}

fn budget_key(key: &BudgetKey) -> String {
    // Ids cannot hold a line break, so two keys never share a text.
    format!("{}\n{:?}\n{}", key.mandate.as_str(), key.period, key.start)
}

/// What is spent of these budgets.
pub(crate) fn spent(
    book: &Reading<'_>,
    charges: &[Charge],
) -> Result<HashMap<BudgetKey, Spent>, EngineError> {
    let mut spending = HashMap::new();
    for charge in charges {
        if let Some(spent) = book.get(Table::Budgets, &budget_key(&charge.key))? {
            spending.insert(charge.key.clone(), spent);
        }
    }
    Ok(spending)
}

/// What is spent of one budget.
pub(crate) fn spent_of(book: &Reading<'_>, key: &BudgetKey) -> Result<Option<Spent>, EngineError> {
    Ok(book.get(Table::Budgets, &budget_key(key))?)
}

/// Books a payment on every budget that it draws on.
pub(crate) fn book_all(book: &mut Writing<'_>, charges: &[Charge]) -> Result<(), EngineError> {
    // A sum that no longer fits is above every cap: it stays at the largest, so that the budget stays closed.
    change_all(book, charges, |spent, amount| {
        spent.book(amount).unwrap_or(Spent { sum: largest(amount), count: u32::MAX })
    })
}

/// Takes a payment back from every budget that it was booked on.
pub(crate) fn release_all(book: &mut Writing<'_>, charges: &[Charge]) -> Result<(), EngineError> {
    // What was never booked cannot be released: the budget stays as it is.
    change_all(book, charges, |spent, amount| spent.release(amount).unwrap_or(spent))
}

fn largest(like: Money) -> Money {
    Money::from_minor(i64::MAX, like.currency()).unwrap_or(like)
}

fn change_all(
    book: &mut Writing<'_>,
    charges: &[Charge],
    change: impl Fn(Spent, Money) -> Spent,
) -> Result<(), EngineError> {
    for charge in charges {
        let key = budget_key(&charge.key);
        let spent = book.get(Table::Budgets, &key)?.unwrap_or(Spent::nothing(charge.amount.currency()));
        book.put(Table::Budgets, &key, &change(spent, charge.amount))?;
    }
    Ok(())
}

/// The state that a decision puts an intent into.
pub(crate) fn state_of(decision: Decision) -> State {
    match decision {
        Decision::Approve => State::Approved,
        Decision::Escalate => State::Asked,
        Decision::Decline => State::Declined,
    }
}
