//! The wallet: what agents have spent and what they may still spend. For the user's own eyes.

use std::collections::BTreeMap;

use assent_policy::Room;
use assent_store::{Reading, Table};
use assent_types::{Currency, Id, Moment, Money, Text};
use serde::Serialize;

use crate::agents::{self, Agent};
use crate::attention::{self, AttentionReport};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::leaning;
use crate::ledger::{Entry, State};
use crate::probing::{self, Probed};
use crate::recover::ToDecide;
use crate::session::{self, SessionSum};
use crate::wishes::{self, Proposal};
use crate::{clock, mandates, preferences};

/// What was spent under one heading, in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The agent.
    pub agent: Id,
    /// The payee's id.
    pub payee: Id,
    /// The payee's name as it stood on the latest payment.
    pub payee_name: Text,
    /// The month in the user's time zone, `2026-05`.
    pub month: String,
    /// Paid.
    pub settled: Money,
    /// Approved or confirmed, and not yet known to be paid.
    pub reserved: Money,
    /// How many payments.
    pub count: u32,
}

/// A mandate and what is left of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Allowance {
    /// The mandate's id.
    pub mandate: Id,
    /// The agents that it speaks of; `None` for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agents: Option<Vec<Id>>,
    /// Its ceilings, with what is spent and left.
    pub rooms: Vec<Room>,
}

/// Everything that the wallet shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Wallet {
    /// As of when.
    pub at: Moment,
    /// What was spent, by month, agent and payee.
    pub lines: Vec<Line>,
    /// What may still be spent.
    pub allowances: Vec<Allowance>,
    /// The agents.
    pub agents: Vec<Agent>,
    /// Whispers that wait for a reply.
    pub asked: u32,
    /// What was paid in sessions, a counter for each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<SessionSum>,
    /// The agents that were seen trying out limits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub probing: Vec<Prober>,
    /// What the user has to decide before anything is approved again.
    #[serde(skip_serializing_if = "ToDecide::is_none")]
    pub to_decide: ToDecide,
    /// How often the user is asked, and how they answer.
    pub attention: AttentionReport,
    /// Mandates that are proposed and wait for the user's yes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proposals: Vec<Proposal>,
    /// From which score on a payment passes unasked for this user: the model's threshold, moved by the user's own answers within its band.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approves_from: Option<f64>,
}

/// An agent that was seen trying out limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Prober {
    /// The agent; `None` for all that nobody registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<Id>,
    /// What was seen.
    #[serde(flatten)]
    pub seen: Probed,
}

impl Engine {
    /// The wallet as of now; with [`Clock::Intent`], as of the latest intent that was judged.
    pub fn wallet(&self) -> Result<Wallet, EngineError> {
        self.store.read(|book| {
            let entries: Vec<Entry> = book.scan(Table::Intents)?;
            let kept = || entries.iter().filter_map(|entry| entry.kept.as_ref().map(|kept| (entry, kept)));
            let latest = kept().map(|(_, kept)| kept.at).max().unwrap_or_else(|| Clock::system(&self.zone));
            let at = clock::time(book, &self.clock, latest, &self.zone)?.now;
            let mut lines: BTreeMap<(String, Id, Id, Currency), Line> = BTreeMap::new();
            for (entry, kept) in kept().filter(|(entry, _)| entry.state.is_booked()) {
                let month = kept.at.date_in(&self.zone).strftime("%Y-%m").to_string();
                // Where the host said what was really paid, that is what left.
                let paid = entry.more.0.paid.clone().unwrap_or_default();
                let payee = paid.payee.unwrap_or_else(|| kept.payee.clone());
                let price = paid.amount.unwrap_or(kept.price);
                let key = (month.clone(), kept.agent.clone(), payee.clone(), price.currency());
                let line = lines.entry(key).or_insert_with(|| Line {
                    agent: kept.agent.clone(),
                    payee,
                    payee_name: kept.payee_name.clone(),
                    month,
                    settled: Money::zero(price.currency()),
                    reserved: Money::zero(price.currency()),
                    count: 0,
                });
                let (sum, amount) = match entry.state {
                    State::Settled | State::Disputed | State::Void => (&mut line.settled, price),
                    _ => (&mut line.reserved, kept.most),
                };
                *sum = sum
                    .checked_add(amount)
                    .unwrap_or(Money::from_minor(i64::MAX, amount.currency()).unwrap_or(*sum));
                line.count = line.count.saturating_add(1);
            }
            let open =
                |lapses: Option<Moment>| lapses.is_some_and(|lapses| lapses.timestamp() >= at.timestamp());
            let asked =
                kept().filter(|(entry, kept)| entry.state == State::Asked && open(kept.lapses_at)).count();
            let agents = agents::all(book)?;
            let mut probing = Vec::new();
            for agent in &agents {
                let seen = probing::shown(book, Some(&agent.id), at)?;
                probing.extend(seen.map(|seen| Prober { agent: Some(agent.id.clone()), seen }));
            }
            let strangers = probing::shown(book, None, at)?;
            probing.extend(strangers.map(|seen| Prober { agent: None, seen }));
            let allowances = mandates::room(book, at, &self.zone)?;
            Ok(Wallet {
                at,
                lines: lines.into_values().collect(),
                allowances: allowances
                    .into_iter()
                    .map(|(mandate, rooms)| Allowance { mandate: mandate.id, agents: mandate.agents, rooms })
                    .collect(),
                agents,
                asked: u32::try_from(asked).unwrap_or(u32::MAX),
                sessions: session::sums(book)?,
                probing,
                to_decide: self.to_decide_in(book)?,
                attention: attention::of(book)?.report(&preferences::of(book)?, at, &self.zone),
                proposals: wishes::all(book, Clock::system(&self.zone))?,
                approves_from: self.approves_from(book)?,
            })
        })
    }

    fn approves_from(&self, book: &Reading<'_>) -> Result<Option<f64>, EngineError> {
        let leaning = leaning::of(book)?.position();
        let thresholds = self.model.as_ref().and_then(|model| model.info().thresholds.as_ref());
        Ok(thresholds.map(|thresholds| thresholds.approve_for(leaning)))
    }
}
