//! A past decision made again from what it was made from, bit for bit.

use assent_model::Model;
use assent_types::{Decision, Evidence, Id, Verdict};
use serde::Serialize;

use crate::decide::decide;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::facts::{self, Facts, ModelStamp, Scored};
use crate::ledger;

/// What came out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Came {
    /// What becomes of the intent.
    pub decision: Decision,
    /// The calibrated probability.
    pub score: f64,
    /// What speaks for it.
    pub evidence: Evidence,
    /// Why, as codes.
    pub reasons: Vec<String>,
}

/// Whether the score could be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scoring {
    /// By the very model that made it.
    Again,
    /// Another model is here now: the score is the one that was kept, and only the decision was made again.
    ModelChanged,
    /// Nothing was scored then.
    NoScore,
}

/// A past decision, made again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Again {
    /// The intent.
    pub intent_id: Id,
    /// Whether the same came out, to the bit.
    pub same: bool,
    /// Whether the score was made again.
    pub scoring: Scoring,
    /// What was answered then.
    pub then: Came,
    /// What comes out now.
    pub now: Came,
    /// The model of then, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_then: Option<ModelStamp>,
    /// The model of now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_now: Option<ModelStamp>,
    /// What the model of now makes of the same features, where it is another and looks at the same ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under_the_model_of_now: Option<Came>,
}

impl Engine {
    /// Makes a past decision again from what is kept of it, and holds it against what was answered then.
    pub fn judge_again(&self, intent_id: &Id) -> Result<Again, EngineError> {
        self.store.read(|book| {
            let (slot, entry) = ledger::find(book, intent_id)?.ok_or(EngineError::UnknownIntent)?;
            let kept = entry.kept.ok_or(EngineError::NotKept)?;
            let (facts, _) = facts::of(book, &slot)?.ok_or(EngineError::NotKept)?;
            let verdict: Verdict =
                serde_json::from_str(&kept.verdict).map_err(|_| EngineError::Unreadable("verdict"))?;
            Ok(again(intent_id, &verdict, &facts, self.model.as_deref()))
        })
    }
}

fn again(intent_id: &Id, verdict: &Verdict, facts: &Facts, model: Option<&Model>) -> Again {
    let then = Came {
        decision: verdict.decision,
        score: verdict.score,
        evidence: verdict.evidence,
        reasons: verdict.reasons.iter().map(|reason| reason.code.clone()).collect(),
    };
    let model_now = model.map(ModelStamp::of);
    let weighed = model.and_then(|model| {
        let features = facts.features.as_ref()?.features()?;
        let weighed = model.weigh(&features, facts.has_history).ok()?;
        let familiar = model.is_familiar_to(&weighed, facts.leaning);
        Some(Scored { score: weighed.score, evidence: weighed.evidence, familiar })
    });
    let same_model = facts.model.is_some() && facts.model == model_now;
    let (scoring, scored) = match (facts.score, same_model) {
        (None, _) => (Scoring::NoScore, None),
        (Some(_), true) => (Scoring::Again, weighed),
        (Some(kept), false) => (Scoring::ModelChanged, Some(kept)),
    };
    let now = outcome(facts, scored);
    let elsewhere =
        weighed.filter(|_| scoring == Scoring::ModelChanged).map(|scored| outcome(facts, Some(scored)));
    Again {
        intent_id: intent_id.clone(),
        same: now == then,
        scoring,
        then,
        now,
        model_then: facts.model.clone(),
        model_now,
        under_the_model_of_now: elsewhere,
    }
}

fn outcome(facts: &Facts, scored: Option<Scored>) -> Came {
    let mut question = facts.question.clone();
    if let Some(scored) = scored {
        question.familiar = Some(scored.familiar);
    }
    let answer = decide(&question);
    let declined = answer.decision == Decision::Decline;
    // As in the verdict: whoever is declined learns no score.
    let told = scored.filter(|_| !declined);
    Came {
        decision: answer.decision,
        score: told.map_or(0.0, |scored| scored.score),
        evidence: told.map_or(Evidence::default(), |scored| scored.evidence),
        reasons: answer.reasons.iter().map(|reason| reason.code().to_owned()).collect(),
    }
}
