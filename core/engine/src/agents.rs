//! Who may ask: the agents that the user registered, suspended or revoked.

use assent_store::{Reading, Table, Writing};
use assent_types::{Id, Moment};
use serde::{Deserialize, Serialize};

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

/// How this agent stands.
pub(crate) fn standing(book: &Reading<'_>, agent: &Id) -> Result<AgentStanding, EngineError> {
    let known: Option<Agent> = book.get(Table::Agents, agent.as_str())?;
    Ok(known.map_or(AgentStanding::Unknown, |agent| agent.standing))
}

/// Every agent that was ever registered.
pub(crate) fn all(book: &Reading<'_>) -> Result<Vec<Agent>, EngineError> {
    let mut agents: Vec<Agent> = book.scan(Table::Agents)?;
    agents.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(agents)
}

/// Puts an agent into a standing. Revocation is final: a thief who gets hold of a revoked id gains nothing by asking nicely.
pub(crate) fn set(
    book: &mut Writing<'_>,
    id: &Id,
    to: AgentStanding,
    now: Moment,
) -> Result<Agent, EngineError> {
    let from = standing(book, id)?;
    match (from, to) {
        (AgentStanding::Revoked, AgentStanding::Revoked) => {}
        (AgentStanding::Revoked, _) => return Err(EngineError::AgentRevoked),
        (AgentStanding::Unknown, AgentStanding::Suspended) => return Err(EngineError::UnknownAgent),
        _ => {}
    }
    let agent = Agent { id: id.clone(), standing: to, since: now };
    book.put(Table::Agents, id.as_str(), &agent)?;
    Ok(agent)
}
