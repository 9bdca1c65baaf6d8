//! What the user does with their own hand: agents, mandates, trust, and forgetting. Every act is journaled; no agent can do any of it.

use assent_model::Trust;
use assent_policy::Mandate;
use assent_protocols::AgentKey;
use assent_store::{Table, Writing};
use assent_types::{Id, Moment};
use serde::Serialize;
use serde_json::json;

use crate::agents::{self, Agent, AgentStanding};
use crate::aliases;
use crate::attention;
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::history;
use crate::ledger::{self, Entry};
use crate::session::{self, Micro};
use crate::{facts, knowledge, mandates, whispers, wishes};

/// What the user wants forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forget {
    /// A payee: its payments, habits, trust, and what was judged and written about it.
    Payee(Id),
    /// An agent: its registration and what was judged and written about its intents. A revoked one stays revoked.
    Agent(Id),
    /// Everything but the journal's chain.
    Everything,
}

/// What was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    /// Payments taken out of the history.
    pub payments: usize,
    /// Intents of which only the id's use is still known.
    pub intents: usize,
    /// Journal entries whose content was erased; the chain still verifies.
    pub journal_entries: usize,
}

impl Engine {
    /// Registers an agent, or lets a suspended one act again.
    pub fn add_agent(&self, id: &Id) -> Result<Agent, EngineError> {
        self.set_agent(id, AgentStanding::Active)
    }

    /// Registers an agent by its public key: from then on it has to sign what it asks. Another key than the one that is known is refused
    /// unless `replace` says that the user means it; until the user has confirmed three of its payments under the new key, none is approved.
    pub fn add_agent_with_key(&self, id: &Id, key: &AgentKey, replace: bool) -> Result<Agent, EngineError> {
        self.store.write(|book| agents::register(book, id, key, replace, Clock::system(&self.zone)))
    }

    /// Declines whatever the agent asks until it is added again.
    pub fn suspend_agent(&self, id: &Id) -> Result<Agent, EngineError> {
        self.set_agent(id, AgentStanding::Suspended)
    }

    /// Declines whatever the agent asks for ever.
    pub fn revoke_agent(&self, id: &Id) -> Result<Agent, EngineError> {
        self.set_agent(id, AgentStanding::Revoked)
    }

    /// Every agent that was ever registered.
    pub fn agents(&self) -> Result<Vec<Agent>, EngineError> {
        self.store.read(agents::all)
    }

    fn set_agent(&self, id: &Id, standing: AgentStanding) -> Result<Agent, EngineError> {
        self.store.write(|book| agents::set(book, id, standing, Clock::system(&self.zone)))
    }

    /// Adds a mandate.
    pub fn add_mandate(&self, mandate: &Mandate) -> Result<(), EngineError> {
        self.store.write(|book| {
            mandates::add(book, mandate)?;
            journal(book, Clock::system(&self.zone), json!({"kind": "mandate_added", "mandate": mandate}))
        })
    }

    /// Removes a mandate; what was spent under it stays counted.
    pub fn remove_mandate(&self, id: &Id) -> Result<(), EngineError> {
        self.store.write(|book| {
            mandates::remove(book, id)?;
            journal(book, Clock::system(&self.zone), json!({"kind": "mandate_removed", "mandate_id": id}))
        })
    }

    /// Every mandate, by id.
    pub fn mandates(&self) -> Result<Vec<Mandate>, EngineError> {
        self.store.read(mandates::all)
    }

    /// Takes the host's trust signals in; later ones about the same payee replace earlier ones.
    pub fn import_trust(&self, signals: &[(Id, Trust)]) -> Result<(), EngineError> {
        self.store.write(|book| {
            knowledge::changed(book)?;
            signals.iter().try_for_each(|(payee, trust)| book.put(Table::Trust, payee.as_str(), trust))?;
            journal(book, Clock::system(&self.zone), json!({"kind": "trust", "signals": signals.len()}))
        })
    }

    /// Forgets. The journal stays verifiable: its entries about what is forgotten lose their content and keep their place in the chain.
    /// An intent id that was used stays used. Mandates are the user's own rules and stay until the user removes them; forgetting
    /// everything removes them too and begins anew with the default ones, and ends every agent's registration.
    pub fn forget(&self, what: &Forget) -> Result<Forgotten, EngineError> {
        if let Some(model) = &self.model {
            model.forget_texts();
        }
        self.store.write(|book| {
            // Which texts spoke of what is forgotten nobody can tell any more: all go, and are computed again.
            book.clear(Table::Texts)?;
            let mut done = match what {
                Forget::Payee(payee) => {
                    book.delete(Table::Trust, payee.as_str())?;
                    ledger::forget_payee(book, payee)?;
                    wishes::forget_payee(book, payee)?;
                    aliases::forget(book, payee)?;
                    let payments = history::forget(book, |payment| payment.service.id == *payee)?;
                    let done = forget_intents(book, |kept| kept.payee == *payee)?;
                    forget_session(book, Forgotten { payments, ..done }, |micro| micro.payee == *payee)?
                }
                Forget::Agent(agent) => {
                    let registration = agents::forget(book, agent)?;
                    attention::forget_agent(book, agent)?;
                    let payments = history::forget(book, |payment| payment.agent.as_ref() == Some(agent))?;
                    let done = forget_intents(book, |kept| kept.agent == *agent)?;
                    let done = forget_session(book, done, |micro| micro.agent == *agent)?;
                    Forgotten {
                        payments,
                        journal_entries: done.journal_entries.saturating_add(registration),
                        ..done
                    }
                }
                Forget::Everything => {
                    let payments = history::forget(book, |_| true)?;
                    let done = forget_intents(book, |_| true)?;
                    let done = forget_session(book, Forgotten { payments, ..done }, |_| true)?;
                    for table in [
                        Table::Payments,
                        Table::Agents,
                        Table::Mandates,
                        Table::Budgets,
                        Table::Trust,
                        Table::Facts,
                        Table::Settings,
                    ] {
                        book.clear(table)?;
                    }
                    mandates::begin(book)?;
                    done
                }
            };
            if *what == Forget::Everything {
                for index in 0..book.journal_len()? {
                    done.journal_entries =
                        done.journal_entries.saturating_add(usize::from(book.erase(index)?));
                }
            }
            journal(
                book,
                Clock::system(&self.zone),
                json!({"kind": "forgotten", "intents": done.intents, "payments": done.payments}),
            )?;
            Ok(done)
        })
    }
}

/// The same for payments in sessions.
fn forget_session(
    book: &mut Writing<'_>,
    done: Forgotten,
    gone: impl Fn(&Micro) -> bool,
) -> Result<Forgotten, EngineError> {
    let (payments, entries) = session::forget(book, gone)?;
    Ok(Forgotten {
        intents: done.intents.saturating_add(payments),
        journal_entries: done.journal_entries.saturating_add(entries),
        ..done
    })
}

/// Empties the entries for which `gone` holds, and their journal entries.
fn forget_intents(
    book: &mut Writing<'_>,
    gone: impl Fn(&ledger::Kept) -> bool,
) -> Result<Forgotten, EngineError> {
    let mut done = Forgotten::default();
    for entry in book.scan::<Entry>(Table::Intents)? {
        let Some(kept) = entry.kept.as_ref().filter(|kept| gone(kept)) else { continue };
        let id = kept.id.clone();
        whispers::close(book, &id)?;
        for index in &entry.journal {
            done.journal_entries = done.journal_entries.saturating_add(usize::from(book.erase(*index)?));
        }
        facts::forget(book, &entry.slot(&id))?;
        ledger::keep(book, &id, &entry.forgotten())?;
        done.intents = done.intents.saturating_add(1);
    }
    Ok(done)
}

fn journal(book: &mut Writing<'_>, now: Moment, mut body: serde_json::Value) -> Result<(), EngineError> {
    if let Some(fields) = body.as_object_mut() {
        fields.insert("at".to_owned(), json!(now));
    }
    book.append(&body.to_string())?;
    Ok(())
}
