//! The scoring heads, their calibration, and how the two opinions become one. The formats are in the crate's documentation.

use serde::{Deserialize, Serialize};

use crate::dense::Dense;
use crate::error::ModelError;
use crate::features::{FEATURES_VERSION, Features, HABIT_FEATURES, SAID_FEATURES, SaidSlot};
use crate::files::Files;
use crate::tensors::Tensors;

const WEIGHTS: &str = "head.safetensors";
const THRESHOLDS: &str = "thresholds.json";

/// Standardised features are cut here, in training too: one wild number must not outvote all others.
const CUT: f32 = 5.0;

/// What was said moves the log-odds by at most this much either way (a factor of about 55 in the odds). The two opinions are taken
/// as independent, which they are not quite, so neither may drown the other.
const SAID_REACH: f64 = 4.0;

/// No opinion is surer than this, in log-odds (0.9991): more could not be checked on the calibration data.
const SUREST: f64 = 7.0;

/// How far below the least threshold the opinion on a payee that was never paid ends.
const SHORT_OF: f64 = 0.001;

/// What is answered where there is neither a history nor a word to judge from. It is never familiar.
const NOTHING_KNOWN: f64 = 0.5;

/// From a head's log-odds to a probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Calibration {
    /// Platt's: the logistic function of `a * z + b`.
    Platt {
        /// The slope, greater than zero.
        a: f64,
        /// The intercept.
        b: f64,
    },
    /// Isotonic: straight lines between knots, flat outside them.
    Knots {
        /// Pairs of log-odds and probability, both rising.
        knots: Vec<(f64, f64)>,
    },
}

impl Calibration {
    fn is_sound(&self) -> bool {
        match self {
            Self::Platt { a, b } => a.is_finite() && *a > 0.0 && b.is_finite(),
            Self::Knots { knots } => {
                let fine = |(z, p): &(f64, f64)| z.is_finite() && (0.0..=1.0).contains(p);
                let rises = knots
                    .iter()
                    .zip(knots.iter().skip(1))
                    .all(|(low, high)| low.0 < high.0 && low.1 <= high.1);
                !knots.is_empty() && knots.iter().all(fine) && rises
            }
        }
    }

    /// The calibrated log-odds of a head's output.
    fn log_odds(&self, z: f64) -> f64 {
        let calibrated = match self {
            Self::Platt { a, b } => a * z + b,
            Self::Knots { knots } => logit(between(knots, z)),
        };
        calibrated.clamp(-SUREST, SUREST)
    }
}

fn between(knots: &[(f64, f64)], z: f64) -> f64 {
    let above = knots.iter().position(|(at, _)| *at >= z);
    let ends = match above {
        Some(0) => (knots.first(), knots.first()),
        Some(at) => (knots.get(at.saturating_sub(1)), knots.get(at)),
        None => (knots.last(), knots.last()),
    };
    match ends {
        (Some((z0, p0)), Some((z1, p1))) if z1 > z0 => p0 + (p1 - p0) * (z - z0) / (z1 - z0),
        (Some((_, p)), _) => *p,
        _ => NOTHING_KNOWN,
    }
}

/// `thresholds.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// The version of the features that the heads were trained on.
    pub features_version: u32,
    /// For the head that judges habit.
    pub habit_calibration: Calibration,
    /// For the head that judges words; needed where `head.safetensors` has one.
    #[serde(default)]
    pub said_calibration: Option<Calibration>,
    /// The share of matching orders in the data on which `said_calibration` was fitted.
    #[serde(default = "even")]
    pub said_prior: f64,
    /// From this score on an intent is familiar.
    pub approve: f64,
    /// Where `approve` may go for a person who keeps saying yes; `approve` itself where it is left out. Its promise is a weaker one, and
    /// the model's card says which.
    #[serde(default)]
    pub approve_least: Option<f64>,
    /// Where `approve` may go for a person who says no.
    #[serde(default)]
    pub approve_most: Option<f64>,
    /// Where the words support an intent less than this, it is never familiar, whatever the habit.
    #[serde(default)]
    pub said_low: f64,
}

fn even() -> f64 {
    0.5
}

impl Thresholds {
    fn is_sound(&self) -> bool {
        self.habit_calibration.is_sound()
            && self.said_calibration.as_ref().is_none_or(Calibration::is_sound)
            && (0.01..=0.99).contains(&self.said_prior)
            && 0.5 <= self.least()
            && self.least() <= self.approve
            && self.approve <= self.most()
            && self.most() <= 1.0
            && (0.0..=1.0).contains(&self.said_low)
    }

    fn least(&self) -> f64 {
        self.approve_least.unwrap_or(self.approve)
    }

    fn most(&self) -> f64 {
        self.approve_most.unwrap_or(self.approve)
    }

    /// From which score on an intent is familiar to a person who leans this way: -1 all noes, 0 nothing known, 1 all yeses. Never outside
    /// the model's band, whatever the number.
    pub fn approve_for(&self, leaning: f64) -> f64 {
        let lean = if leaning.is_finite() { leaning.clamp(-1.0, 1.0) } else { -1.0 };
        let end = if lean < 0.0 { self.most() } else { self.least() };
        rounded(self.approve + (end - self.approve) * lean.abs())
    }
}

/// Both heads.
pub(crate) struct Heads {
    habit: Network,
    said: Option<(Network, Calibration)>,
    pub thresholds: Thresholds,
}

/// What the heads make of features.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Opinion {
    pub score: f64,
    pub habit: Option<f64>,
    pub said: Option<f64>,
    pub familiar: bool,
}

impl Heads {
    /// `None` where the manifest lists no head.
    pub fn load(files: &Files) -> Result<Option<Self>, ModelError> {
        let Some(weights) = files.find(WEIGHTS) else { return Ok(None) };
        let thresholds: Thresholds = files.json(THRESHOLDS)?;
        if !thresholds.is_sound() {
            return Err(ModelError::damaged(THRESHOLDS));
        }
        if thresholds.features_version != FEATURES_VERSION {
            return Err(ModelError::Shape("the scoring head was trained on other features"));
        }
        let weights = Tensors::read(WEIGHTS, weights)?;
        let habit = Network::load(&weights, "habit", HABIT_FEATURES.len())?;
        let said = match (&thresholds.said_calibration, weights.has("said.0.weight")) {
            (Some(calibration), true) => {
                Some((Network::load(&weights, "said", SAID_FEATURES.len())?, calibration.clone()))
            }
            (None, false) => None,
            _ => {
                return Err(ModelError::Shape(
                    "the head for words and its calibration come together or not at all",
                ));
            }
        };
        Ok(Some(Self { habit, said, thresholds }))
    }

    /// Judges features; `has_history` says whether there is any payment of this user to judge from.
    pub fn judge(&self, features: &Features, has_history: bool) -> Result<Opinion, ModelError> {
        let habit = match has_history {
            true => {
                let odds = self.thresholds.habit_calibration.log_odds(self.habit.run(&features.habit)?);
                // A habit is made at a payee: where there is none, nothing beside it lifts the opinion to where one pays unasked.
                let paid_here = features.habit.first().is_some_and(|payee_known| *payee_known > 0.0);
                Some(if paid_here { odds } else { odds.min(logit(self.thresholds.least() - SHORT_OF)) })
            }
            false => None,
        };
        let said = match (&self.said, &features.said) {
            (Some((network, calibration)), Some(slots)) => {
                Some(calibration.log_odds(every_slot(network, slots)?))
            }
            _ => None,
        };
        Ok(self.combine(habit, said))
    }

    /// Bayes' rule in log-odds, the two opinions taken as independent given the truth: habit's odds times the likelihood ratio of what was
    /// said, that is, said's odds without the prior they were fitted with.
    fn combine(&self, habit: Option<f64>, said: Option<f64>) -> Opinion {
        let ratio = said.map(|s| (s - logit(self.thresholds.said_prior)).clamp(-SAID_REACH, SAID_REACH));
        let score = match (habit, ratio) {
            (None, None) => NOTHING_KNOWN,
            (habit, ratio) => logistic(habit.unwrap_or(0.0) + ratio.unwrap_or(0.0)),
        };
        let score = rounded(score);
        let (habit, said) = (habit.map(|z| rounded(logistic(z))), said.map(|z| rounded(logistic(z))));
        let judged = habit.is_some() || said.is_some();
        let against = said.is_some_and(|p| p < self.thresholds.said_low);
        Opinion { score, habit, said, familiar: judged && !against && score >= self.thresholds.approve }
    }
}

/// The log-odds that every slot is as the user wants it, each judged by itself: one that is wrong decides, however right the others are, and
/// one more can only lower it.
fn every_slot(network: &Network, slots: &[SaidSlot]) -> Result<f64, ModelError> {
    let mut log_all = 0.0;
    for slot in slots {
        // The logarithm of the logistic function, without overflow at either end.
        let z = network.run(&slot.row)?;
        log_all += z.min(0.0) - (-z.abs()).exp().ln_1p();
    }
    let log_all = f64::min(log_all, -1e-9);
    Ok(log_all - (-log_all.exp_m1()).ln())
}

/// One hidden layer with ReLU, on standardised features.
struct Network {
    mean: Vec<f32>,
    std: Vec<f32>,
    hidden: Dense,
    out: Dense,
}

impl Network {
    fn load(weights: &Tensors<'_>, name: &str, inputs: usize) -> Result<Self, ModelError> {
        let misfit = "the scoring head was trained on other features";
        let shape = || ModelError::Shape(misfit);
        let first = format!("{name}.0");
        let width = weights.rows(&format!("{first}.weight")).ok_or_else(shape)?;
        let network = Self {
            mean: weights.floats(&format!("{name}.mean"), &[inputs])?.ok_or_else(shape)?,
            std: weights.floats(&format!("{name}.std"), &[inputs])?.ok_or_else(shape)?,
            hidden: Dense::load(weights, &first, width, inputs, misfit)?,
            out: Dense::load(weights, &format!("{name}.1"), 1, width, misfit)?,
        };
        let sound = network.std.iter().all(|s| *s > 0.0);
        if sound { Ok(network) } else { Err(ModelError::damaged(WEIGHTS)) }
    }

    /// The log-odds before calibration.
    fn run(&self, features: &[f32]) -> Result<f64, ModelError> {
        let standard: Vec<f32> = features
            .iter()
            .zip(self.mean.iter().zip(&self.std))
            .map(|(x, (mean, std))| ((x - mean) / std).clamp(-CUT, CUT))
            .collect();
        let hidden: Vec<f32> = self.hidden.apply(&standard).map(|x| x.max(0.0)).collect();
        let z = self.out.apply(&hidden).next().unwrap_or(f32::NAN);
        if z.is_finite() {
            Ok(f64::from(z))
        } else {
            Err(ModelError::Compute("the scoring head gave no number"))
        }
    }
}

fn logistic(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

fn logit(p: f64) -> f64 {
    let p = p.clamp(1e-6, 1.0 - 1e-6);
    (p / (1.0 - p)).ln()
}

/// To six decimals, so that a score reads the same wherever it is written.
fn rounded(p: f64) -> f64 {
    (p * 1e6).round() / 1e6
}

#[cfg(test)]
#[path = "head_tests.rs"]
mod tests;
