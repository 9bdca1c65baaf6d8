//! What is judged, and what the judgement is.

use assent_types::{Context, Evidence, Intent, Moment};

use crate::features::Features;

/// One intent, what the device saw around it, and what the host knows of the payee.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The agent's word.
    pub intent: &'a Intent,
    /// The device's own view.
    pub context: &'a Context,
    /// When it is judged, in the user's own offset.
    pub now: Moment,
    /// The host's signals of social trust.
    pub trust: Trust,
}

/// Signals of social trust in a payee; they come from the host, never from an intent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Trust {
    /// The payee is among the user's contacts.
    pub in_contacts: bool,
    /// How many of the user's friends have paid it.
    pub friends_paid: u32,
}

/// How familiar an intent is.
#[derive(Clone, Debug, PartialEq)]
pub struct Familiarity {
    /// The calibrated probability that the user would confirm it, to six decimals; 0.5 where there is nothing at all to judge from.
    pub score: f64,
    /// The two opinions behind it: `habit` is `None` without any history of the user, `said` where no words count.
    pub evidence: Evidence,
    /// Whether the score reaches the model's threshold and the words do not speak against it. Never without evidence.
    pub familiar: bool,
    /// What the model looked at.
    pub features: Features,
}
