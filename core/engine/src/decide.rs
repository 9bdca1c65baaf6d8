//! The one place where an intent is decided. Rules forbid, the model only makes an answer more careful, doubt asks.

use assent_policy::{Ruling, Standing};
use assent_protocols::Proof;
use assent_types::{Decision, Reason, Text};
use serde::{Deserialize, Serialize};

use crate::agents::AgentStanding;
use crate::clock::Timing;
use crate::provenance::Provenance;

/// Everything that a decision is made from, and nothing else: whoever keeps it can decide again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Who asks.
    pub asker: Asker,
    /// What the user allows.
    pub ruling: Ruling,
    /// How the intent's times stand to the clock.
    pub timing: Timing,
    /// What this device cannot vouch for, and what its user cannot be asked.
    pub doubts: Doubts,
    /// What is unusual or reassuring about it, strongest first.
    pub observations: Vec<Reason>,
    /// Whether the model finds it familiar; `None` without a working model.
    pub familiar: Option<bool>,
    /// Who stands behind payee, amount and currency.
    pub provenance: Provenance,
}

/// Who asks, as far as it matters to a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asker {
    /// How the agent stands with the user.
    pub standing: AgentStanding,
    /// What the intent's signature proves.
    pub proof: Proof,
    /// The agent's key was replaced, and the user has not confirmed enough under the new one.
    pub key_changed: bool,
    /// A registered agent whose id looks like this one's, where this one is not registered.
    pub looks_like: Option<Text>,
    /// The agent was seen trying out limits and is slowed.
    pub slowed: bool,
}

impl Asker {
    /// An agent of this standing, with nothing else to be said of it.
    pub fn plain(standing: AgentStanding) -> Self {
        Self { standing, proof: Proof::NoKey, key_changed: false, looks_like: None, slowed: false }
    }
}

/// What this device cannot vouch for, and what its user cannot be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubts {
    /// Its two clocks disagree, or the one on the wall went back.
    pub clock: bool,
    /// The store was put back to an older state or lost its key, and the user has not decided what holds.
    pub state: bool,
    /// What is known of the user changed again and again while this was judged.
    pub changed_meanwhile: bool,
    /// The agent has asked the user too much already.
    #[serde(default)]
    pub flooded: bool,
}

/// A decision and why, the deciding reason first.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What becomes of the intent.
    pub decision: Decision,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Decides.
pub fn decide(question: &Question) -> Answer {
    let forbidden = forbidden(question);
    if !forbidden.is_empty() {
        return Answer { decision: Decision::Decline, reasons: forbidden };
    }
    let mut doubts = doubts(question);
    if doubts.is_empty() {
        // The last gate: money never moves on the agent's word alone, whatever else speaks for it.
        doubts.extend(question.provenance.agent_alone().map(Reason::OnlyAgentSays));
    }
    if !doubts.is_empty() && question.doubts.flooded {
        return Answer { decision: Decision::Decline, reasons: vec![Reason::TooManyQuestions] };
    }
    if !doubts.is_empty() {
        return Answer { decision: Decision::Escalate, reasons: doubts };
    }
    Answer { decision: Decision::Approve, reasons: assurances(question) }
}

/// What forbids the payment, whatever speaks for it.
fn forbidden(question: &Question) -> Vec<Reason> {
    let mut reasons = Vec::new();
    match question.asker.standing {
        AgentStanding::Revoked => reasons.push(Reason::AgentRevoked),
        AgentStanding::Suspended => reasons.push(Reason::AgentSuspended),
        AgentStanding::Active | AgentStanding::Unknown => {}
    }
    match question.asker.proof {
        Proof::Unsigned => reasons.push(Reason::AgentUnsigned),
        Proof::Bad => reasons.push(Reason::AgentSignatureBad),
        Proof::NoKey | Proof::Signed => {}
    }
    if question.ruling.standing == Standing::Forbidden {
        reasons.extend(told(question));
    }
    if question.timing.expired {
        reasons.push(Reason::OfferExpired);
    }
    reasons
}

/// What the user has to be asked about, the most alarming first.
fn doubts(question: &Question) -> Vec<Reason> {
    // Whoever tries out limits shall not find one by what a mandate leaves unasked within it.
    let named = names_it(&question.ruling) && !question.asker.slowed;
    let settled = |doubt: &Reason| named && settles(&question.ruling, doubt);
    let mut doubts = doubts_of_asker(&question.asker);
    if question.ruling.standing == Standing::NotAllowed {
        doubts.extend(told(question));
    }
    doubts.extend(question.observations.iter().filter(|o| weight(o) == Weight::Asks && !settled(o)).cloned());
    if question.timing.ahead || question.doubts.clock {
        doubts.push(Reason::ClockUnsure);
    }
    if question.timing.stale {
        doubts.push(Reason::Stale);
    }
    if question.doubts.state {
        doubts.push(Reason::StateUnsure);
    }
    if question.doubts.changed_meanwhile {
        doubts.push(Reason::ChangedMeanwhile);
    }
    let unfamiliar = match question.familiar {
        None => Some(Reason::ModelUnavailable),
        Some(false) if !named => Some(Reason::NotFamiliar),
        Some(_) => None,
    };
    doubts.sort_by_key(alarm);
    if doubts.is_empty() && unfamiliar.is_none() {
        return doubts;
    }
    // Where nothing else asks, the score decides; what explains it comes after it.
    let explains = question.observations.iter().filter(|o| weight(o) == Weight::Explains).cloned();
    if doubts.is_empty() {
        return unfamiliar.into_iter().chain(explains).collect();
    }
    doubts.extend(explains);
    doubts.extend(unfamiliar);
    doubts
}

/// What speaks against the agent itself.
fn doubts_of_asker(asker: &Asker) -> Vec<Reason> {
    let mut doubts = Vec::new();
    if asker.standing == AgentStanding::Unknown {
        doubts.push(Reason::AgentUnknown);
    }
    doubts.extend(asker.looks_like.iter().map(|known| Reason::AgentLookAlike { known: known.clone() }));
    if asker.key_changed {
        doubts.push(Reason::AgentKeyChanged);
    }
    if asker.slowed {
        doubts.push(Reason::LimitsProbed);
    }
    doubts
}

/// What an agent is told of the ruling. One that tries out limits is not told on which side of them its amount lies.
fn told(question: &Question) -> impl Iterator<Item = Reason> {
    let slowed = question.asker.slowed;
    question.ruling.reasons.iter().filter(move |reason| !(slowed && is_limit(reason))).cloned()
}

fn is_limit(reason: &Reason) -> bool {
    matches!(reason, Reason::SumLimit(_) | Reason::CountLimit(_) | Reason::Sliced | Reason::BeyondCard)
}

/// Why nobody needs to be asked.
fn assurances(question: &Question) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = question.ruling.reasons.clone();
    reasons.extend(question.observations.iter().filter(|o| weight(o) == Weight::Assures).cloned());
    reasons
}

/// Whether the user's own mandate names this payee, or gave the agent a card: then the payee need not be familiar.
fn names_it(ruling: &Ruling) -> bool {
    matches!(ruling.standing, Standing::Allowed { explicit: true, .. })
}

/// What an observation does to a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weight {
    /// The user is asked, however high the score.
    Asks,
    /// It explains a low score and decides nothing by itself.
    Explains,
    /// It speaks for the payment.
    Assures,
}

fn weight(reason: &Reason) -> Weight {
    match reason {
        Reason::Familiar { .. }
        | Reason::Due { .. }
        | Reason::AsSaid
        | Reason::MandateNames
        | Reason::SessionCovers
        | Reason::CardCovers => Weight::Assures,
        Reason::HourUnusual | Reason::PlaceUnusual | Reason::CategoryNew | Reason::AgentNewHere => {
            Weight::Explains
        }
        _ => Weight::Asks,
    }
}

/// Whether a mandate that names the payee, or a card, answers this doubt. A known name on the account that the user named is meant; on
/// any other, and out of a card, it deceives. What was said remains; so does a second payment at once, unless it comes out of a card, whose
/// quota is all that can be lost.
fn settles(ruling: &Ruling, doubt: &Reason) -> bool {
    match doubt {
        Reason::PayeeNew
        | Reason::CurrencyNew { .. }
        | Reason::AmountUnusual { .. }
        | Reason::NameChanged
        | Reason::NameMixed
        | Reason::BarelyKnown { .. } => true,
        Reason::SameNameOtherAccount | Reason::LooksForbidden(_) => {
            ruling.reasons.contains(&Reason::MandateNames)
        }
        Reason::TooSoon => ruling.reasons.contains(&Reason::CardCovers),
        _ => false,
    }
}

/// The order in which doubts are told: deceit, then contradiction, then who and how much, then what is merely new.
fn alarm(reason: &Reason) -> u8 {
    match reason {
        Reason::LookAlike { .. } | Reason::AgentLookAlike { .. } => 0,
        Reason::SameNameOtherAccount => 1,
        Reason::NotAsSaid(_) => 2,
        Reason::AgentUnknown | Reason::AgentKeyChanged | Reason::LimitsProbed => 3,
        Reason::StateUnsure => 3,
        Reason::CurrencyNew { .. } => 4,
        Reason::AmountUnusual { .. } => 5,
        Reason::LooksForbidden(_) | Reason::NameChanged | Reason::NameMixed => 5,
        Reason::TooSoon => 6,
        Reason::ClockUnsure | Reason::Stale => 7,
        Reason::SumLimit(_) | Reason::CountLimit(_) | Reason::Sliced => 8,
        Reason::PayeeNew | Reason::BarelyKnown { .. } => 9,
        _ => 10,
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
