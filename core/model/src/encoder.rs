//! The text encoder: a WordPiece tokenizer and a small BERT in candle, mean-pooled and normalised.

use std::sync::Arc;

use candle_core::{DType, Device, IndexOp, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use hf_tokenizers::{Tokenizer, TruncationParams};

use crate::error::ModelError;
use crate::files::Files;

/// What a text means, as a direction: its length is 1, so that the product of two is their cosine.
pub type Vector = Arc<[f32]>;

/// Longer texts, in bytes, are cut before they are tokenized: the encoder takes a few dozen pieces.
const LONGEST: usize = 4096;

const WEIGHTS: &str = "encoder.safetensors";
const CONFIG: &str = "encoder.json";
const TOKENIZER: &str = "tokenizer.json";

pub(crate) struct Encoder {
    tokenizer: Tokenizer,
    bert: BertModel,
    config: Config,
}

impl Encoder {
    /// Weights are stored as 16-bit floats and widened here.
    pub fn load(files: &Files) -> Result<Self, ModelError> {
        // Matrix products stay on the calling thread: ours are too small to be worth a hand-off, and a phone has one fast core.
        gemm::set_threading_threshold(usize::MAX);
        let config: Config = files.json(CONFIG)?;
        if config.hidden_size == 0 || config.max_position_embeddings < 2 || config.num_attention_heads == 0 {
            return Err(ModelError::damaged(CONFIG));
        }
        let weights = VarBuilder::from_slice_safetensors(files.get(WEIGHTS)?, DType::F32, &Device::Cpu)
            .map_err(|_| ModelError::damaged(WEIGHTS))?;
        let bert = BertModel::load(weights, &config)
            .map_err(|_| ModelError::Shape("the encoder's weights are not those of its configuration"))?;
        let mut tokenizer =
            Tokenizer::from_bytes(files.get(TOKENIZER)?).map_err(|_| ModelError::damaged(TOKENIZER))?;
        let cut =
            TruncationParams { max_length: config.max_position_embeddings, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(cut)).map_err(|_| ModelError::damaged(TOKENIZER))?;
        tokenizer.with_padding(None);
        // `[SEP]` in a shop's name is a text like any other, not the end of one.
        tokenizer.set_encode_special_tokens(true);
        if tokenizer.get_vocab_size(true) > config.vocab_size {
            return Err(ModelError::Shape("the tokenizer has more pieces than the encoder"));
        }
        Ok(Self { tokenizer, bert, config })
    }

    /// How many numbers a vector has.
    pub fn width(&self) -> usize {
        self.config.hidden_size
    }

    /// The pieces of a text, cut at the longest the encoder takes.
    pub fn ids(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        let text = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text);
        let pieces = self
            .tokenizer
            .encode_fast(text, true)
            .map_err(|_| ModelError::Compute("a text could not be cut into pieces"))?;
        Ok(pieces.get_ids().to_vec())
    }

    /// The vector of a text: at its true length, without padding, so that it never depends on other texts.
    pub fn embed(&self, text: &str) -> Result<Vector, ModelError> {
        let ids = self.ids(text)?;
        if ids.is_empty() {
            return Err(ModelError::Shape("the tokenizer frames a text with no pieces"));
        }
        let mean = self.mean(&ids).map_err(|_| ModelError::Compute("the encoder failed"))?;
        let length = mean.iter().map(|x| x * x).sum::<f32>().sqrt();
        if !length.is_finite() || length <= f32::EPSILON {
            return Err(ModelError::Compute("the encoder gave no direction"));
        }
        Ok(mean.iter().map(|x| x / length).collect())
    }

    fn mean(&self, ids: &[u32]) -> candle_core::Result<Vec<f32>> {
        let ids = Tensor::new(ids, &Device::Cpu)?.unsqueeze(0)?;
        let hidden = self.bert.forward(&ids, &ids.zeros_like()?, None)?;
        hidden.mean(1)?.i(0)?.to_vec1()
    }
}

/// The cosine of two texts.
pub(crate) fn cosine(one: &Vector, other: &Vector) -> f32 {
    one.iter().zip(other.iter()).map(|(a, b)| a * b).sum()
}
