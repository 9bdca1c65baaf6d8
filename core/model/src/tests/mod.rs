//! Tests of the crate as a whole: files that lie, vectors that agree with the trainer's, features that stay finite, and thieves.

mod agreement;
mod category;
mod claims;
mod features;
mod files;
mod notes;
mod observe;
mod pieces;
mod slots;
mod tiny;

use assent_habits::{Memory, Recollection, learn, recall};
use assent_types::{Context, Intent, Moment, PastPayment};

use self::tiny::{write_manifest, write_tiny_model};
use crate::{Asked, Trust};

/// An intent and its context, held for an [`Asked`] that borrows them.
pub(super) struct Scene {
    pub intent: Intent,
    pub context: Context,
    pub now: Moment,
    pub shelf: Memory,
}

impl Scene {
    /// Judged at the intent's own time.
    pub fn new(shelf: &Memory, intent: &str, context: &str) -> Self {
        let intent = Intent::from_json(intent).unwrap();
        Self {
            now: intent.created_at,
            intent,
            context: Context::from_json(context).unwrap(),
            shelf: shelf.clone(),
        }
    }

    pub fn asked(&self) -> Asked<'_> {
        Asked { intent: &self.intent, context: &self.context, now: self.now, trust: Trust::default() }
    }

    pub fn known(&self) -> Recollection {
        recall(&self.shelf, &self.intent.service, &self.intent.agent, !self.context.heard.is_empty()).unwrap()
    }

    /// The codes of what is observed, in order.
    pub fn codes(&self) -> Vec<&'static str> {
        crate::observe(&self.asked(), &self.known()).iter().map(|reason| reason.code()).collect()
    }
}

/// Learns payments given as `(at, service, name, amount with currency, more fields)`.
pub(super) fn history(payments: &[(&str, &str, &str, &str, &str)]) -> Memory {
    let mut shelf = Memory::default();
    for (n, (at, service, name, price, more)) in payments.iter().enumerate() {
        let (amount, currency) = price.split_once(' ').unwrap();
        let json = format!(
            r#"{{"id":"p{n}","at":"{at}","service":{{"id":"{service}","name":"{name}"}},"price":{{"amount":"{amount}","currency":"{currency}"}}{more}}}"#
        );
        learn(&mut shelf, &PastPayment::from_json(&json).unwrap()).unwrap();
    }
    shelf
}

/// An intent as JSON; `more` begins with a comma.
pub(super) fn intent(at: &str, service: &str, name: &str, price: &str, more: &str) -> String {
    let (amount, currency) = price.split_once(' ').unwrap();
    format!(
        r#"{{"id":"i1","agent":"chef","service":{{"id":"{service}","name":"{name}"}},"price":{{"amount":"{amount}","currency":"{currency}"}},"created_at":"{at}"{more}}}"#
    )
}
