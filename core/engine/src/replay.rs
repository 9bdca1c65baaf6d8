//! The past judged again: a timeline of many users in memory, to try a policy or a model. Nothing is written, and judging teaches nothing.

use std::collections::{HashMap, HashSet};

use assent_habits::{Memory, learn, recall};
use assent_model::{Asked, Features, Model, Trust};
use assent_policy::Mandate;
use assent_types::{Context, Id, Intent, PastPayment, Verdict};
use jiff::tz::TimeZone;

use crate::agents::AgentStanding;
use crate::allowed::{request, ruling};
use crate::attention::Strain;
use crate::clock::Timing;
use crate::decide::{Asker, Doubts, Question, decide};
use crate::provenance;
use crate::seen::{Asking, Seen};
use crate::words::verdict;

/// What every user of a replay has in common.
#[derive(Debug)]
pub struct Rules {
    /// The model; `None` escalates everything.
    pub model: Option<Model>,
    /// What every user allows.
    pub mandates: Vec<Mandate>,
    /// Where every user counts days.
    pub zone: TimeZone,
}

/// One user's history so far.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    habits: Memory,
    learned: HashSet<Id>,
}

impl Rules {
    /// Judges an intent as of its own time. Every agent counts as registered and no budget is used up: a replay asks whether this one
    /// payment would have passed, for a person of whom no answers are known.
    pub fn judge(&self, profile: &Profile, intent: &Intent, context: &Context) -> Verdict {
        let asked = Asking::new(intent, context, intent.created_at);
        let Ok(known) = recall(&profile.habits, &intent.service, &intent.agent, !context.heard.is_empty());
        let seen = Seen::of(self.model.as_ref(), None, &asked, Trust::default(), known, 0.0);
        let ruling = ruling(
            &self.mandates,
            &request(intent, asked.now, seen.category, &self.zone),
            intent.service.category,
            &HashMap::new(),
        );
        // Nobody is asked in a replay, so that nobody tires of it.
        let strain = Strain::default();
        let answer = decide(&Question {
            asker: Asker::plain(AgentStanding::Active),
            timing: Timing::of(intent, asked.now),
            doubts: Doubts::default(),
            observations: seen.observations.clone(),
            familiar: seen.familiar(),
            provenance: provenance::of(intent, context, seen.known, &self.mandates, &ruling),
            ruling,
        });
        verdict(&asked, &answer, &seen, &strain).0
    }

    /// The model's view of an intent: what a scorer is trained on. `None` without a working encoder.
    pub fn features(&self, profile: &Profile, intent: &Intent, context: &Context) -> Option<Features> {
        let Ok(known) = recall(&profile.habits, &intent.service, &intent.agent, !context.heard.is_empty());
        let asked = Asked { intent, context, now: intent.created_at, trust: Trust::default() };
        self.model.as_ref()?.features(&asked, &known).ok()
    }
}

impl Profile {
    /// Learns a payment; one of the same id was learned already.
    pub fn learn(&mut self, payment: &PastPayment) {
        if self.learned.insert(payment.id.clone()) {
            let Ok(()) = learn(&mut self.habits, payment);
        }
    }
}
