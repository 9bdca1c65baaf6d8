//! Which of the project's categories a merchant's name or a request speaks of: what the encoder's vector says, what the letters say, and
//! whether the name is one that training knows.

use assent_types::Named;

use crate::category_grams::Grams;
use crate::category_known::{Known, exp};
use crate::dense::Dense;
use crate::encoder::Vector;
use crate::error::ModelError;
use crate::files::Files;
use crate::tensors::Tensors;

const WEIGHTS: &str = "category.safetensors";
const CATEGORIES: &str = "categories.json";

pub(crate) struct Classifier {
    linear: Dense,
    grams: Option<Grams>,
    known: Option<Known>,
    categories: Vec<Named>,
}

impl Classifier {
    pub fn load(files: &Files, width: usize) -> Result<Self, ModelError> {
        let names: Vec<String> = files.json(CATEGORIES)?;
        let categories: Option<Vec<Named>> = names.iter().map(|name| Named::from_name(name)).collect();
        let categories = categories
            .filter(|c| !c.is_empty())
            .ok_or(ModelError::Shape("the category head knows a category that this version does not"))?;
        let weights = Tensors::read(WEIGHTS, files.get(WEIGHTS)?)?;
        let misfit = "the category head's weights do not fit its categories";
        let linear = Dense::load(&weights, "", categories.len(), width, misfit)?;
        let grams = Grams::load(&weights, categories.len())?;
        let known = Known::load(&weights, categories.len())?;
        Ok(Self { linear, grams, known, categories })
    }

    /// The likeliest category and its probability.
    pub fn classify(&self, text: &str, vector: &Vector) -> Result<(Named, f32), ModelError> {
        let mut chances = self.unaided(text, vector);
        if let Some((known, found)) = self.known.as_ref().and_then(|known| Some((known, known.find(text)?))) {
            let trust = known.trust(&found, chances.get(found.category).copied().unwrap_or_default());
            chances.iter_mut().for_each(|chance| *chance *= 1.0 - trust);
            if let Some(chance) = chances.get_mut(found.category) {
                *chance += trust;
            }
        }
        let best = chances.iter().zip(&self.categories).max_by(|(a, _), (b, _)| a.total_cmp(b));
        let (chance, category) = best.ok_or(ModelError::Compute("the category head failed"))?;
        Ok((*category, *chance))
    }

    /// A probability for each category, without the list of known names.
    fn unaided(&self, text: &str, vector: &Vector) -> Vec<f32> {
        let mut logits: Vec<f32> = self.linear.apply(vector).collect();
        if let Some(grams) = &self.grams {
            grams.add(text, &mut logits);
        }
        let top = logits.iter().copied().fold(f32::MIN, f32::max);
        let odds: Vec<f32> = logits.iter().map(|logit| exp(logit - top)).collect();
        let sum: f32 = odds.iter().sum();
        odds.iter().map(|odds| odds / sum).collect()
    }
}
