//! Who may ask: the agents that the user registered, suspended or revoked, and the keys by which they are known.

use assent_habits::skeleton;
use assent_protocols::{AgentKey, Presented, Proof};
use assent_store::{Reading, Table, Writing};
use assent_types::{Id, Moment, Text};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::decide::Asker;
use crate::error::EngineError;
use crate::ledger::Later;
use crate::probing;

/// How an agent stands with the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentStanding {
    /// Registered: its intents are judged.
    Active,
    /// Set aside by the user: its intents are declined until it is registered again.
    Suspended,
    /// Cast out: its intents are declined, and its id cannot be registered again.
    Revoked,
    /// Never registered: its intents are asked about, never approved.
    Unknown,
}

/// An agent as the user knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Agent {
    /// Its id.
    pub id: Id,
    /// How it stands.
    pub standing: AgentStanding,
    /// Since when.
    pub since: Moment,
    /// The key by which it is known; without one its id is all there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<AgentKey>,
    /// How many of its payments the user has still to confirm before its new key is trusted like the old one.
    #[serde(skip_serializing_if = "is_zero")]
    pub to_confirm: u8,
}

fn is_zero(count: &u8) -> bool {
    *count == 0
}

/// After its key was replaced, so many of an agent's payments have to be confirmed by the user before any is approved again: our own figure.
/// A thief who talks the user into a new key still has to be believed three times.
const CONFIRM_AFTER_NEW_KEY: u8 = 3;

/// An agent as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    agent: Named,
    /// The journal's entries about it.
    journal: Vec<u64>,
    more: Later<Known>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Named {
    id: Id,
    standing: AgentStanding,
    since: Moment,
}

/// By what an agent is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Known {
    key: Option<AgentKey>,
    to_confirm: u8,
}

impl Kept {
    fn shown(&self) -> Agent {
        let Known { key, to_confirm } = self.more.0.clone();
        Agent {
            id: self.agent.id.clone(),
            standing: self.agent.standing,
            since: self.agent.since,
            key,
            to_confirm,
        }
    }
}

fn kept(book: &Reading<'_>, id: &Id) -> Result<Option<Kept>, EngineError> {
    Ok(book.get(Table::Agents, id.as_str())?)
}

/// How this agent stands.
pub(crate) fn standing(book: &Reading<'_>, id: &Id) -> Result<AgentStanding, EngineError> {
    Ok(kept(book, id)?.map_or(AgentStanding::Unknown, |kept| kept.agent.standing))
}

/// The key by which this agent is known, where it is known by one.
pub(crate) fn key(book: &Reading<'_>, id: &Id) -> Result<Option<AgentKey>, EngineError> {
    Ok(kept(book, id)?.and_then(|kept| kept.more.0.key))
}

/// Who sent an intent, and what its signature proves.
pub(crate) fn asker(book: &Reading<'_>, presented: &Presented, now: Moment) -> Result<Asker, EngineError> {
    let id = &presented.intent.agent;
    let Some(kept) = kept(book, id)? else {
        let slowed = probing::is_slowed(book, id, AgentStanding::Unknown, now)?;
        let looks_like = alike(book, id)?.and_then(|known| Text::line(known.as_str(), 128).ok());
        return Ok(Asker { looks_like, slowed, ..Asker::plain(AgentStanding::Unknown) });
    };
    Ok(Asker {
        proof: presented.proof(kept.more.0.key.as_ref()),
        key_changed: kept.more.0.to_confirm > 0,
        slowed: probing::is_slowed(book, id, kept.agent.standing, now)?,
        ..Asker::plain(kept.agent.standing)
    })
}

/// What an intent's signature proves, by the key that is registered now.
pub(crate) fn proof(book: &Reading<'_>, presented: &Presented) -> Result<Proof, EngineError> {
    Ok(presented.proof(key(book, &presented.intent.agent)?.as_ref()))
}

/// Another registered agent whose id looks the same as this one.
fn alike(book: &Reading<'_>, id: &Id) -> Result<Option<Id>, EngineError> {
    let look = skeleton(id.as_str());
    let known = book.scan::<Kept>(Table::Agents)?.into_iter().map(|kept| kept.agent.id);
    let mut alike: Vec<Id> =
        known.filter(|other| other != id && !look.is_empty() && skeleton(other.as_str()) == look).collect();
    alike.sort();
    Ok(alike.into_iter().next())
}

/// Every agent that was ever registered.
pub(crate) fn all(book: &Reading<'_>) -> Result<Vec<Agent>, EngineError> {
    let mut agents: Vec<Agent> = book.scan::<Kept>(Table::Agents)?.iter().map(Kept::shown).collect();
    agents.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(agents)
}

/// Puts an agent into a standing and journals it. Revocation is final: a thief who gets hold of a revoked id gains nothing by asking nicely.
pub(crate) fn set(
    book: &mut Writing<'_>,
    id: &Id,
    to: AgentStanding,
    now: Moment,
) -> Result<Agent, EngineError> {
    change(book, id, to, now, |_| Ok(()))
}

/// Registers an agent by its public key. A key other than the one that is known is taken only where the user says so (`replace`), and then
/// has to earn its trust.
pub(crate) fn register(
    book: &mut Writing<'_>,
    id: &Id,
    key: &AgentKey,
    replace: bool,
    now: Moment,
) -> Result<Agent, EngineError> {
    change(book, id, AgentStanding::Active, now, |known| {
        match &known.key {
            Some(before) if before == key => {}
            Some(_) if !replace => return Err(EngineError::AgentKeyDiffers),
            Some(_) => known.to_confirm = CONFIRM_AFTER_NEW_KEY,
            None => {}
        }
        known.key = Some(key.clone());
        Ok(())
    })
}

fn change(
    book: &mut Writing<'_>,
    id: &Id,
    to: AgentStanding,
    now: Moment,
    with: impl FnOnce(&mut Known) -> Result<(), EngineError>,
) -> Result<Agent, EngineError> {
    let before = kept(book, id)?;
    let from = before.as_ref().map_or(AgentStanding::Unknown, |kept| kept.agent.standing);
    match (from, to) {
        (AgentStanding::Revoked, AgentStanding::Revoked) => {}
        (AgentStanding::Revoked, _) => return Err(EngineError::AgentRevoked),
        (AgentStanding::Unknown, AgentStanding::Suspended) => return Err(EngineError::UnknownAgent),
        (AgentStanding::Unknown, AgentStanding::Active) if alike(book, id)?.is_some() => {
            return Err(EngineError::AgentLooksAlike);
        }
        _ => {}
    }
    let (mut journal, mut known) = before.map(|kept| (kept.journal, kept.more.0)).unwrap_or_default();
    let former = known.key.clone();
    with(&mut known)?;
    let mut body = json!({"kind": "agent", "at": now, "agent": id, "standing": to});
    if let (Some(fields), Some(key)) = (body.as_object_mut(), &known.key) {
        fields.insert("key".to_owned(), json!(key));
        if let Some(former) = former.filter(|former| former != key) {
            fields.insert("former_key".to_owned(), json!(former));
        }
    }
    journal.push(book.append(&body.to_string())?.index);
    let kept =
        Kept { agent: Named { id: id.clone(), standing: to, since: now }, journal, more: Later(known) };
    book.put(Table::Agents, id.as_str(), &kept)?;
    Ok(kept.shown())
}

/// The user confirmed a payment of this agent: one less until a new key is trusted.
pub(crate) fn confirmed(book: &mut Writing<'_>, id: &Id) -> Result<(), EngineError> {
    let Some(mut kept) = kept(book, id)?.filter(|kept| kept.more.0.to_confirm > 0) else { return Ok(()) };
    kept.more.0.to_confirm = kept.more.0.to_confirm.saturating_sub(1);
    Ok(book.put(Table::Agents, id.as_str(), &kept)?)
}

/// Forgets an agent and what the journal says about it; a revoked one stays revoked. Tells how many journal entries were erased.
pub(crate) fn forget(book: &mut Writing<'_>, id: &Id) -> Result<usize, EngineError> {
    let Some(mut kept) = kept(book, id)? else { return Ok(0) };
    probing::forget(book, id)?;
    let mut erased = 0usize;
    for index in std::mem::take(&mut kept.journal) {
        erased = erased.saturating_add(usize::from(book.erase(index)?));
    }
    kept.more = Later::default();
    if kept.agent.standing == AgentStanding::Revoked {
        book.put(Table::Agents, id.as_str(), &kept)?;
    } else {
        book.delete(Table::Agents, id.as_str())?;
    }
    Ok(erased)
}
