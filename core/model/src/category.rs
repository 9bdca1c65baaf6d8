//! Which of the project's categories a merchant's name or a request speaks of: one linear layer on the encoder's vector.

use assent_types::Named;
use candle_core::{DType, Device, IndexOp, Module, Tensor};
use candle_nn::{Linear, VarBuilder};

use crate::encoder::Vector;
use crate::error::ModelError;
use crate::files::Files;

const WEIGHTS: &str = "category.safetensors";
const CATEGORIES: &str = "categories.json";

pub(crate) struct Classifier {
    linear: Linear,
    categories: Vec<Named>,
}

impl Classifier {
    pub fn load(files: &Files, width: usize) -> Result<Self, ModelError> {
        let names: Vec<String> = files.json(CATEGORIES)?;
        let categories: Option<Vec<Named>> = names.iter().map(|name| Named::from_name(name)).collect();
        let categories = categories
            .filter(|c| !c.is_empty())
            .ok_or(ModelError::Shape("the category head knows a category that this version does not"))?;
        let weights = VarBuilder::from_slice_safetensors(files.get(WEIGHTS)?, DType::F32, &Device::Cpu)
            .map_err(|_| ModelError::damaged(WEIGHTS))?;
        let shape = |_| ModelError::Shape("the category head's weights do not fit its categories");
        let weight = weights.get((categories.len(), width), "weight").map_err(shape)?;
        let bias = weights.get(categories.len(), "bias").map_err(shape)?;
        Ok(Self { linear: Linear::new(weight, Some(bias)), categories })
    }

    /// The likeliest category and its probability.
    pub fn classify(&self, vector: &Vector) -> Result<(Named, f32), ModelError> {
        let logits = self.logits(vector).map_err(|_| ModelError::Compute("the category head failed"))?;
        let best = logits.iter().zip(&self.categories).max_by(|(a, _), (b, _)| a.total_cmp(b));
        let (top, category) = best.ok_or(ModelError::Compute("the category head failed"))?;
        let sum: f32 = logits.iter().map(|logit| (logit - top).exp()).sum();
        Ok((*category, 1.0 / sum))
    }

    fn logits(&self, vector: &Vector) -> candle_core::Result<Vec<f32>> {
        let row = Tensor::new(&**vector, &Device::Cpu)?.unsqueeze(0)?;
        self.linear.forward(&row)?.i(0)?.to_vec1()
    }
}
