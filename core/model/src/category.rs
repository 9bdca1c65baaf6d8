//! Which of the project's categories a merchant's name or a request speaks of: one linear layer on the encoder's vector.

use assent_types::Named;

use crate::dense::Dense;
use crate::encoder::Vector;
use crate::error::ModelError;
use crate::files::Files;
use crate::tensors::Tensors;

const WEIGHTS: &str = "category.safetensors";
const CATEGORIES: &str = "categories.json";

pub(crate) struct Classifier {
    linear: Dense,
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
        Ok(Self { linear, categories })
    }

    /// The likeliest category and its probability.
    pub fn classify(&self, vector: &Vector) -> Result<(Named, f32), ModelError> {
        let logits: Vec<f32> = self.linear.apply(vector).collect();
        let best = logits.iter().zip(&self.categories).max_by(|(a, _), (b, _)| a.total_cmp(b));
        let (top, category) = best.ok_or(ModelError::Compute("the category head failed"))?;
        let sum: f32 = logits.iter().map(|logit| (logit - top).exp()).sum();
        Ok((*category, 1.0 / sum))
    }
}
