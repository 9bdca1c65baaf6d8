//! Letter n-grams and the categories that they speak for: a linear model, pruned to what says most.

use crate::category_words::{grams, words};
use crate::error::ModelError;
use crate::tensors::Tensors;

const MISFIT: ModelError = ModelError::Shape("the category head's n-grams do not fit each other");

/// Sorted hashes, each with how rare it is and the categories it speaks for or against.
pub(crate) struct Grams {
    hashes: Vec<u32>,
    rarity: Vec<u8>,
    category: Vec<u8>,
    weight: Vec<i8>,
    /// How many categories each n-gram speaks for.
    kept: usize,
    scale: f32,
}

impl Grams {
    /// `None` for a head without n-grams.
    pub fn load(weights: &Tensors<'_>, categories: usize) -> Result<Option<Self>, ModelError> {
        let Some(count) = weights.length("gram.hash") else { return Ok(None) };
        let entries = weights.rows("gram.category").filter(|rows| *rows == count).ok_or(MISFIT)?;
        let kept = weights.columns("gram.category").filter(|kept| *kept > 0).ok_or(MISFIT)?;
        let shape = [entries, kept];
        let hashes = weights.counts("gram.hash", &[count]).ok_or(MISFIT)?;
        let rarity = weights.plain("gram.rarity", &[count]).ok_or(MISFIT)?.to_vec();
        let category = weights.plain("gram.category", &shape).ok_or(MISFIT)?.to_vec();
        let weight = weights.bytes_signed("gram.weight", &shape).ok_or(MISFIT)?;
        let scale =
            weights.floats("gram.scale", &[1])?.and_then(|scale| scale.first().copied()).ok_or(MISFIT)?;
        if !hashes.is_sorted_by(|a, b| a < b) || category.iter().any(|c| usize::from(*c) >= categories) {
            return Err(MISFIT);
        }
        Ok(Some(Self { hashes, rarity, category, weight, kept, scale }))
    }

    /// Adds what the text's n-grams say to the log-odds of the categories.
    pub fn add(&self, text: &str, logits: &mut [f32]) {
        let mut found = Vec::new();
        for word in words(text) {
            grams(&word, 2..=5, |hash| found.extend(self.hashes.binary_search(&hash)));
        }
        found.sort_unstable();
        found.dedup();
        let rarity = |at: &usize| self.rarity.get(*at).map_or(0.0, |rarity| f32::from(*rarity));
        // Whole numbers below 2^24: exact in any order.
        let length = found.iter().map(|at| rarity(at) * rarity(at)).sum::<f32>().sqrt();
        for at in &found {
            let share = rarity(at) / length * self.scale;
            let from = at.saturating_mul(self.kept);
            let entry = from..from.saturating_add(self.kept);
            let says = self
                .category
                .get(entry.clone())
                .into_iter()
                .flatten()
                .zip(self.weight.get(entry).into_iter().flatten());
            for (category, weight) in says {
                if let Some(logit) = logits.get_mut(usize::from(*category)) {
                    *logit += share * f32::from(*weight);
                }
            }
        }
    }
}
