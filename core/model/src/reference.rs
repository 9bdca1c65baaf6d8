//! The same encoder through candle and the `tokenizers` crate, in 32-bit floats: what our own is held against, in tests and in the benches.

use std::collections::HashMap;

use candle_core::{DType, Device, IndexOp, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use hf_tokenizers::{Tokenizer, TruncationParams};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::encoder::{Vector, direction};
use crate::error::ModelError;
use crate::files::Files;

/// The reference encoder: slower, larger, by other hands.
pub struct Reference {
    tokenizer: Tokenizer,
    bert: BertModel,
}

impl Reference {
    /// That of the model inside the binary.
    ///
    /// # Errors
    /// As [`crate::Model::embedded`].
    pub fn embedded() -> Result<Self, ModelError> {
        Self::load(&Files::embedded()?)
    }

    /// That of the model in a folder.
    ///
    /// # Errors
    /// As [`crate::Model::open`].
    pub fn open(folder: &std::path::Path) -> Result<Self, ModelError> {
        Self::load(&Files::open(folder)?)
    }

    fn load(files: &Files) -> Result<Self, ModelError> {
        gemm::set_threading_threshold(usize::MAX);
        let config: Config = files.json("encoder.json")?;
        let failed = |_| ModelError::Compute("the reference encoder failed");
        let tensors = widened(files.get("encoder.safetensors")?)?;
        let bert = BertModel::load(VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu), &config)
            .map_err(failed)?;
        let damaged = |_| ModelError::damaged("tokenizer.json");
        let mut tokenizer = Tokenizer::from_bytes(files.get("tokenizer.json")?).map_err(damaged)?;
        let cut =
            TruncationParams { max_length: config.max_position_embeddings, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(cut)).map_err(damaged)?;
        tokenizer.with_padding(None);
        tokenizer.set_encode_special_tokens(true);
        Ok(Self { tokenizer, bert })
    }

    /// The pieces of a text.
    ///
    /// # Errors
    /// [`ModelError::Compute`].
    pub fn ids(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        let failed = |_| ModelError::Compute("a text could not be cut into pieces");
        Ok(self.tokenizer.encode_fast(text, true).map_err(failed)?.get_ids().to_vec())
    }

    /// The vector of a text's pieces.
    ///
    /// # Errors
    /// [`ModelError::Compute`].
    pub fn encode(&self, ids: &[u32]) -> Result<Vector, ModelError> {
        let mean = || -> candle_core::Result<Vec<f32>> {
            let ids = Tensor::new(ids, &Device::Cpu)?.unsqueeze(0)?;
            let hidden = self.bert.forward(&ids, &ids.zeros_like()?, None)?;
            hidden.mean(1)?.i(0)?.to_vec1()
        };
        direction(&mean().map_err(|_| ModelError::Compute("the reference encoder failed"))?)
    }
}

/// int8 and scales to 32-bit floats.
fn widened(content: &[u8]) -> Result<HashMap<String, Tensor>, ModelError> {
    const FILE: &str = "encoder.safetensors";
    let tensors = SafeTensors::deserialize(content).map_err(|_| ModelError::damaged(FILE))?;
    let floats = |tensor: &TensorView<'_>| -> Vec<f32> {
        tensor.data().as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect()
    };
    let mut wide = HashMap::new();
    for (name, tensor) in tensors.iter() {
        let numbers = match tensor.dtype() {
            Dtype::I8 => {
                let scale =
                    name.strip_suffix("weight").and_then(|stem| tensors.tensor(&format!("{stem}scale")).ok());
                let scales = floats(&scale.ok_or_else(|| ModelError::damaged(FILE))?);
                let rows = tensor.data().chunks_exact(tensor.data().len() / scales.len().max(1));
                rows.zip(scales)
                    .flat_map(|(row, s)| row.iter().map(move |w| f32::from(w.cast_signed()) * s))
                    .collect()
            }
            _ => floats(&tensor),
        };
        let tensor = Tensor::from_vec(numbers, tensor.shape(), &Device::Cpu);
        wide.insert(name.to_owned(), tensor.map_err(|_| ModelError::damaged(FILE))?);
    }
    Ok(wide)
}
