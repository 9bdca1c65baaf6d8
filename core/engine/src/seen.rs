//! Is it familiar? One intent against the user's history: by rule, and by the model where there is one.

use std::collections::HashMap;
use std::time::Instant;

use assent_habits::{Recollection, Rhythm, mixes_scripts};
use assent_model::{Asked, Familiarity, Model, Notes, Trust, observe};
use assent_policy::{Mandate, Request};
use assent_types::{Category, Context, Intent, Moment, Reason, Slot, Speaker, Text, Tongue, numerals};
use assent_whisper::{Meaning, read};

use crate::provenance::Known;

/// One intent on its way through the engine.
pub(crate) struct Asking<'a> {
    pub intent: &'a Intent,
    pub context: &'a Context,
    pub now: Moment,
    pub started: Instant,
}

impl<'a> Asking<'a> {
    pub fn new(intent: &'a Intent, context: &'a Context, now: Moment) -> Self {
        Self { intent, context, now, started: Instant::now() }
    }
}

impl Asking<'_> {
    /// Whether the device heard anything.
    pub fn has_words(&self) -> bool {
        !self.context.heard.is_empty()
    }

    /// Whether the last thing that the user said is a plain no.
    fn was_refused(&self) -> bool {
        let last = self.context.heard.iter().rfind(|turn| turn.from == Speaker::User);
        last.is_some_and(|turn| is_refusal(turn.text.as_str(), self.context.tongue()))
    }
}

/// Words with which a refusal begins. Further back in a sentence they speak of the order: "a latte, no sugar", "牛肉面，别超过40块".
const REFUSING: &[&str] = &[
    "no", "nope", "not", "don't", "dont", "do not", "stop", "cancel", "never", "不", "别", "取消", "算了",
    "停", "慢着",
];

/// Whether a turn refuses and does nothing else: it begins with a refusing word, is short, names no number, and reads as a no.
fn is_refusal(text: &str, tongue: Tongue) -> bool {
    let text = text.trim().to_lowercase().replace('’', "'");
    let begins = REFUSING.iter().any(|word| {
        let rest = text.strip_prefix(word);
        rest.is_some_and(|rest| !word.is_ascii() || !rest.starts_with(|c: char| c.is_alphanumeric()))
    });
    let short = text.split_whitespace().count() <= 8 && text.chars().count() <= 48;
    begins && short && numerals::find(&text).is_empty() && read(&text, Some(tongue), None) == Meaning::No
}

/// How an intent looks against the user's history: what is unusual by rule, and the model's judgement where there is a model.
pub(crate) struct Seen {
    pub observations: Vec<Reason>,
    pub judged: Option<Familiarity>,
    /// Whether the score is enough for this person; `None` without a working model.
    pub familiar: Option<bool>,
    /// How the person answered before, from -1 to 1: it moves what is enough.
    pub leaning: f64,
    /// The user's own name for the payee.
    pub alias: Option<Text>,
    /// The name under which the user's own history knows the payee.
    pub payee_name: Option<Text>,
    /// When payments to this payee happen.
    pub rhythm: Option<Rhythm>,
    /// The payee's category as it stands in the user's own history.
    pub category: Option<Category>,
    /// What kind of business the name of a new payee sounds like to the model, where it is more likely than not.
    pub sounds_like: Option<Category>,
    /// What the history says of payee, amount and currency.
    pub known: Known,
    /// Whether there is any payment of the user to judge from.
    pub has_history: bool,
    /// The number of the state of habits and trust that this was seen in.
    pub state: u64,
    pub unseen: bool,
}

impl Seen {
    /// `leaning` is how the person answered before, from -1 to 1.
    pub fn of(
        model: Option<&Model>,
        notes: Option<&dyn Notes>,
        asked: &Asking<'_>,
        trust: Trust,
        known: Recollection,
        leaning: f64,
    ) -> Self {
        let looked = Asked { intent: asked.intent, context: asked.context, now: asked.now, trust };
        // A model that fails on an intent is no model for it: the intent is asked about.
        let judged = model.and_then(|model| model.judge_with(&looked, &known, notes).ok());
        let mut observations = observe(&looked, &known);
        if known.payee.is_none() && mixes_scripts(asked.intent.service.name.as_str()) {
            observations.push(Reason::NameMixed);
        }
        let said = judged.as_ref().and_then(|judged| judged.evidence.said);
        let against = said.zip(model).is_some_and(|(said, model)| model.is_against(said));
        if against || asked.was_refused() {
            observations.retain(|reason| *reason != Reason::AsSaid);
            observations.push(Reason::NotAsSaid(Slot::Order));
        }
        let sounds_like = match (&known.payee, model) {
            (None, Some(model)) => model.classify_with(asked.intent.service.name.as_str(), notes).ok(),
            _ => None,
        };
        let most = asked.intent.most();
        let here = known.payee.as_ref();
        let paid_here = here.is_some_and(|payee| payee.amounts_like(most).is_some());
        let usual = !observations.iter().any(|reason| matches!(reason, Reason::AmountUnusual { .. }));
        let familiar =
            model.zip(judged.as_ref()).map(|(model, judged)| model.is_familiar_to(judged, leaning));
        Self {
            known: Known { payee: here.is_some(), currency: paid_here, amount: paid_here && usual },
            has_history: known.user.is_some(),
            state: 0,
            unseen: false,
            observations,
            judged,
            familiar,
            leaning,
            category: known.payee.as_ref().and_then(|payee| payee.category),
            alias: None,
            payee_name: known.payee.as_ref().map(|payee| payee.name.clone()),
            rhythm: known.payee.map(|payee| payee.rhythm),
            sounds_like: sounds_like.filter(|(_, p)| *p > 0.5).map(|(named, _)| Category::Named(named)),
        }
    }

    /// Not looked at: a payment in a session is counted, not compared.
    pub fn unseen() -> Self {
        Self {
            observations: Vec::new(),
            judged: None,
            familiar: None,
            leaning: 0.0,
            alias: None,
            payee_name: None,
            rhythm: None,
            category: None,
            sounds_like: None,
            known: Known::default(),
            has_history: false,
            state: 0,
            unseen: true,
        }
    }

    /// Whether nothing was looked at.
    pub fn is_unseen(&self) -> bool {
        self.unseen
    }

    /// The observations, with those that only the ledger and the mandates can make.
    pub fn observations_and(&self, too_soon: bool, looks_forbidden: Option<Reason>) -> Vec<Reason> {
        let too_soon = (too_soon && !self.observations.contains(&Reason::TooSoon)).then_some(Reason::TooSoon);
        self.observations.iter().cloned().chain(too_soon).chain(looks_forbidden).collect()
    }

    /// Whether the user forbids the kind of business that a new payee's name sounds like, whatever the agent calls it.
    pub fn looks_forbidden(&self, mandates: &[Mandate], request: &Request<'_>) -> Option<Reason> {
        let as_it_sounds = Request { category: Some(self.sounds_like?), ..*request };
        let ruling = assent_policy::judge(mandates, &as_it_sounds, &HashMap::new());
        ruling.reasons.into_iter().find_map(|reason| match reason {
            Reason::CategoryForbidden(named) => Some(Reason::LooksForbidden(named)),
            _ => None,
        })
    }

    pub fn familiar(&self) -> Option<bool> {
        self.familiar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_a_refusal_and_an_order_without_sugar_is_an_order() {
        for refusal in [
            "no",
            "No, don't order noodles",
            "do not pay anything today, cancel it",
            "stop!",
            "不要",
            "别付了，不要买",
            "算了",
        ] {
            assert!(is_refusal(refusal, Tongue::English), "{refusal}");
        }
        for order in [
            "a latte, no sugar",
            "order shrimp, no more than £131",
            "牛肉面，别超过40块",
            "不超过169就付了",
            "拿铁不加糖",
            "north face jacket",
            "notebook please",
            "no more than 40 yuan",
        ] {
            assert!(!is_refusal(order, Tongue::English), "{order}");
        }
    }
}
