//! Who may ask: the agents that the user registered, suspended or revoked.

use assent_store::{Reading, Table, Writing};
use assent_types::{Id, Moment};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::error::EngineError;

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Its id.
    pub id: Id,
    /// How it stands.
    pub standing: AgentStanding,
    /// Since when.
    pub since: Moment,
}

/// An agent as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    agent: Agent,
    /// The journal's entries about it.
    journal: Vec<u64>,
}

fn kept(book: &Reading<'_>, id: &Id) -> Result<Option<Kept>, EngineError> {
    Ok(book.get(Table::Agents, id.as_str())?)
}

/// How this agent stands.
pub(crate) fn standing(book: &Reading<'_>, id: &Id) -> Result<AgentStanding, EngineError> {
    Ok(kept(book, id)?.map_or(AgentStanding::Unknown, |kept| kept.agent.standing))
}

/// Every agent that was ever registered.
pub(crate) fn all(book: &Reading<'_>) -> Result<Vec<Agent>, EngineError> {
    let mut agents: Vec<Agent> =
        book.scan::<Kept>(Table::Agents)?.into_iter().map(|kept| kept.agent).collect();
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
    let before = kept(book, id)?;
    let from = before.as_ref().map_or(AgentStanding::Unknown, |kept| kept.agent.standing);
    match (from, to) {
        (AgentStanding::Revoked, AgentStanding::Revoked) => {}
        (AgentStanding::Revoked, _) => return Err(EngineError::AgentRevoked),
        (AgentStanding::Unknown, AgentStanding::Suspended) => return Err(EngineError::UnknownAgent),
        _ => {}
    }
    let body = json!({"kind": "agent", "at": now, "agent": id, "standing": to});
    let mut journal = before.map(|kept| kept.journal).unwrap_or_default();
    journal.push(book.append(&body.to_string())?.index);
    let agent = Agent { id: id.clone(), standing: to, since: now };
    book.put(Table::Agents, id.as_str(), &Kept { agent: agent.clone(), journal })?;
    Ok(agent)
}

/// Forgets an agent and what the journal says about it; a revoked one stays revoked. Tells how many journal entries were erased.
pub(crate) fn forget(book: &mut Writing<'_>, id: &Id) -> Result<usize, EngineError> {
    let Some(mut kept) = kept(book, id)? else { return Ok(0) };
    let mut erased = 0usize;
    for index in std::mem::take(&mut kept.journal) {
        erased = erased.saturating_add(usize::from(book.erase(index)?));
    }
    if kept.agent.standing == AgentStanding::Revoked {
        book.put(Table::Agents, id.as_str(), &kept)?;
    } else {
        book.delete(Table::Agents, id.as_str())?;
    }
    Ok(erased)
}
