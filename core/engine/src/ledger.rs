//! What was answered and what became of it: one record for each intent.

use assent_habits::Rhythm;
use assent_policy::Charge;
use assent_protocols::Proof;
use assent_store::{Reading, Table, Writing};
use assent_types::{
    Channel, Id, Intent, Moment, Money, Place, Presence, Reason, ReplyNeeded, Text, Tongue, Verdict,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use crate::budgets::{book_all, release_all, spent, spent_of};
use crate::error::EngineError;
pub(crate) use crate::state::{Outcome, State};
use crate::{recent, session, windows};

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
    /// What later versions of this program keep besides.
    pub more: Later<More>,
}

/// What an entry holds besides; a record that was written before there was such a thing has none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct More {
    /// Whether it came unsigned or badly signed in the name of an agent with a key. It stands apart from what the agent itself asks under
    /// this id, so that nobody can take an id away from it.
    pub forged: bool,
    /// What was paid, where the host said so.
    pub paid: Option<Paid>,
    /// Whether it was paid, or said to be, after its window had ended.
    pub late: bool,
}

/// What was really paid, as the host reports it; what it leaves out is as it was approved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Paid {
    /// How much, and in which currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// To whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payee: Option<Id>,
}

/// The last field of a record, as JSON: records that end before it read as its default, and what it holds can grow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Later<T>(pub T);

impl<T: Serialize> Serialize for Later<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = serde_json::to_string(&self.0).map_err(|_| serde::ser::Error::custom("no JSON"))?;
        serializer.serialize_str(&json)
    }
}

impl<'de, T: Default + DeserializeOwned> Deserialize<'de> for Later<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The bytes are sealed, so where they end the record was written without this field.
        let Ok(json) = String::deserialize(deserializer) else { return Ok(Self(T::default())) };
        serde_json::from_str(&json).map(Self).map_err(|_| serde::de::Error::custom("no JSON"))
    }
}

impl Entry {
    /// An id's use, and nothing about what it was used for, not even a digest that could be guessed.
    pub fn used_up(state: State) -> Self {
        Self {
            digest: [0; 32],
            state,
            kept: None,
            journal: Vec::new(),
            spoiled: Vec::new(),
            more: Later::default(),
        }
    }

    /// Under which key it stands.
    pub fn slot(&self, id: &Id) -> String {
        slot(id, if self.more.0.forged { Proof::Bad } else { Proof::NoKey })
    }

    /// What is left of an entry that was forgotten.
    pub fn forgotten(&self) -> Self {
        let more = Later(More { forged: self.more.0.forged, ..More::default() });
        Self { more, ..Self::used_up(self.state) }
    }
}

impl Kept {
    /// Whether what was paid is what was approved or confirmed: the payee, the currency, and no more than the most.
    pub fn covers(&self, paid: &Paid) -> bool {
        let payee = paid.payee.as_ref().is_none_or(|payee| *payee == self.payee);
        let amount = paid.amount.is_none_or(|amount| self.most.checked_sub(amount).is_ok());
        payee && amount
    }
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

/// Under which key an intent's record stands. One that was not signed as it should be never takes the id from the agent that owns it.
pub(crate) fn slot(id: &Id, proof: Proof) -> String {
    match proof {
        Proof::NoKey | Proof::Signed => id.as_str().to_owned(),
        // Ids cannot hold a line break, so no id is such a key.
        Proof::Unsigned | Proof::Bad => format!("forged\n{}", id.as_str()),
    }
}

/// The entry of this intent id.
pub(crate) fn entry(book: &Reading<'_>, id: &Id) -> Result<Option<Entry>, EngineError> {
    entry_at(book, id.as_str())
}

/// The entry in this slot.
pub(crate) fn entry_at(book: &Reading<'_>, slot: &str) -> Result<Option<Entry>, EngineError> {
    Ok(book.get(Table::Intents, slot)?)
}

/// The entry of this intent id and where it stands: what the agent itself asked, or else what somebody asked in its name.
pub(crate) fn find(book: &Reading<'_>, id: &Id) -> Result<Option<(String, Entry)>, EngineError> {
    for proof in [Proof::NoKey, Proof::Bad] {
        let slot = slot(id, proof);
        if let Some(entry) = entry_at(book, &slot)? {
            return Ok(Some((slot, entry)));
        }
    }
    Ok(None)
}

/// Keeps an entry where it belongs.
pub(crate) fn keep(book: &mut Writing<'_>, id: &Id, entry: &Entry) -> Result<(), EngineError> {
    Ok(book.put(Table::Intents, &entry.slot(id), entry)?)
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
pub(crate) fn answered(book: &Reading<'_>, intent: &Intent, proof: Proof) -> Result<Earlier, EngineError> {
    let Some(entry) = entry_at(book, &slot(&intent.id, proof))? else {
        return in_session(book, intent, proof);
    };
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

/// The same for a payment in a session.
fn in_session(book: &Reading<'_>, intent: &Intent, proof: Proof) -> Result<Earlier, EngineError> {
    let micro = match proof {
        Proof::NoKey | Proof::Signed => session::of(book, &intent.id)?,
        Proof::Unsigned | Proof::Bad => None,
    };
    Ok(match micro {
        None => Earlier::None,
        Some(micro) if micro.digest == intent.digest().0 => {
            Earlier::Same(Box::new(session::answer(&micro, 0)))
        }
        Some(_) => Earlier::Spoiled(Reason::IdReused { raised: None }),
    })
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
    recent::forget(book, |slice| slice.payee == *payee)?;
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

/// Sets the money of a payment aside: on every budget, among the payments of the last day, and until its window ends. `asked` tells that the
/// user said yes to this very payment.
pub(crate) fn reserve(
    book: &mut Writing<'_>,
    kept: &Kept,
    now: Moment,
    asked: bool,
) -> Result<(), EngineError> {
    book_all(book, &kept.charges)?;
    note_payee(book, &kept.payee, now)?;
    recent::note(book, kept, now, asked)?;
    let intent = Intent::from_stored_json(&kept.intent).map_err(|_| EngineError::Unreadable("intent"))?;
    windows::open(book, &kept.id, intent.negotiation.map(|negotiation| negotiation.expires_at))
}

/// Gives the money of a payment back to every budget.
pub(crate) fn release(book: &mut Writing<'_>, kept: &Kept) -> Result<(), EngineError> {
    release_all(book, &kept.charges)?;
    recent::forget(book, |slice| slice.intent == kept.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Before {
        name: String,
        numbers: Vec<u64>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Now {
        name: String,
        numbers: Vec<u64>,
        more: Later<More>,
    }

    #[test]
    fn a_record_that_was_written_before_reads_with_nothing_more() {
        let before = postcard::to_stdvec(&Before { name: "a".to_owned(), numbers: vec![7] }).unwrap();
        let (now, rest) = postcard::take_from_bytes::<Now>(&before).unwrap();
        assert_eq!((now.name.as_str(), now.more, rest.len()), ("a", Later(More::default()), 0));
        let full = Now {
            more: Later(More { late: true, ..More::default() }),
            name: "b".to_owned(),
            numbers: vec![],
        };
        assert_eq!(postcard::from_bytes::<Now>(&postcard::to_stdvec(&full).unwrap()).unwrap(), full);
    }
}
