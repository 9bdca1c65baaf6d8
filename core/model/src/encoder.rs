//! The text encoder: a WordPiece tokenizer and a small int8 BERT, mean-pooled and normalised.

use std::sync::{Arc, Mutex, PoisonError};

use assent_kernels::{Activation, KernelError, Layer, Matrix, Norm, Path, Scratch, Shape, dot};
use serde::Deserialize;

use crate::error::ModelError;
use crate::files::Files;
use crate::tensors::Tensors;
use crate::tokenizer::Tokenizer;

/// What a text means, as a direction: its length is 1, so that the product of two is their cosine.
pub type Vector = Arc<[f32]>;

/// Longer texts, in bytes, are cut before they are tokenized: the encoder takes a few dozen pieces.
const LONGEST: usize = 4096;

const WEIGHTS: &str = "encoder.safetensors";
const CONFIG: &str = "encoder.json";
const TOKENIZER: &str = "tokenizer.json";

/// `encoder.json`, as far as it is needed to compute.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Config {
    pub vocab_size: usize,
    pub hidden_size: usize,
    pub num_hidden_layers: usize,
    pub num_attention_heads: usize,
    pub intermediate_size: usize,
    pub hidden_act: Bend,
    pub max_position_embeddings: usize,
    pub type_vocab_size: usize,
    pub layer_norm_eps: f32,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Bend {
    Relu,
    Gelu,
}

pub(crate) struct Encoder {
    tokenizer: Tokenizer,
    kernels: assent_kernels::Encoder,
    path: Path,
    /// Rooms that nobody works in. There come to be as many as there are threads.
    rooms: Mutex<Vec<Scratch>>,
    width: usize,
}

impl Encoder {
    /// What makes vectors.
    pub const FILES: [&str; 3] = [WEIGHTS, CONFIG, TOKENIZER];

    pub fn load(files: &Files) -> Result<Self, ModelError> {
        let config: Config = files.json(CONFIG)?;
        let kernels = kernels(files)?;
        let tokenizer = Tokenizer::read(files.get(TOKENIZER)?, config.max_position_embeddings)?;
        if tokenizer.count() > config.vocab_size {
            return Err(ModelError::Shape("the tokenizer has more pieces than the encoder"));
        }
        let rooms = Mutex::new(vec![kernels.scratch()]);
        Ok(Self { tokenizer, kernels, path: Path::best(), rooms, width: config.hidden_size })
    }

    /// How many numbers a vector has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The pieces of a text, cut at the longest the encoder takes.
    pub fn ids(&self, text: &str) -> Vec<u32> {
        self.tokenizer.ids(text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text))
    }

    /// The vector of a text: at its true length, without padding, so that it never depends on other texts.
    pub fn embed(&self, text: &str) -> Result<Vector, ModelError> {
        let mut mean = vec![0.0; self.width];
        let ids = self.ids(text);
        let room = self.rooms.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut room = room.unwrap_or_else(|| self.kernels.scratch());
        let ran = self.kernels.run(self.path, &ids, &mut room, &mut mean);
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).push(room);
        ran.map_err(|_| ModelError::Compute("the encoder failed"))?;
        direction(&mean)
    }
}

/// A vector brought to length 1.
pub(crate) fn direction(mean: &[f32]) -> Result<Vector, ModelError> {
    let length = dot(mean, mean).sqrt();
    if !length.is_finite() || length <= f32::EPSILON {
        return Err(ModelError::Compute("the encoder gave no direction"));
    }
    Ok(mean.iter().map(|x| x / length).collect())
}

/// The cosine of two texts.
pub(crate) fn cosine(one: &Vector, other: &Vector) -> f32 {
    dot(one, other)
}

/// Puts the encoder together. Tensors are called as transformers' `BertModel` calls them; an int8 `NAME.weight` has a `NAME.scale`.
pub(crate) fn kernels(files: &Files) -> Result<assent_kernels::Encoder, ModelError> {
    let config: Config = files.json(CONFIG)?;
    let tensors = Tensors::read(WEIGHTS, files.get(WEIGHTS)?)?;
    let (width, wide) = (config.hidden_size, config.intermediate_size);
    let misfit = || ModelError::Shape("the encoder's weights are not those of its configuration");
    let unfit = |error| match error {
        KernelError::NoNumber => ModelError::damaged(WEIGHTS),
        _ => misfit(),
    };
    let floats = |name: &str, shape: &[usize]| tensors.floats(name, shape)?.ok_or_else(misfit);
    let matrix = |name: &str, outputs: usize, inputs: usize| -> Result<Matrix, ModelError> {
        let weights =
            tensors.bytes_signed(&format!("{name}.weight"), &[outputs, inputs]).ok_or_else(misfit)?;
        let scales = floats(&format!("{name}.scale"), &[outputs])?;
        let bias = floats(&format!("{name}.bias"), &[outputs])?;
        Matrix::new(outputs, inputs, &weights, &scales, &bias).map_err(unfit)
    };
    let norm = |name: &str| -> Result<Norm, ModelError> {
        let gain = floats(&format!("{name}.weight"), &[width])?;
        Ok(Norm { gain, shift: floats(&format!("{name}.bias"), &[width])?, epsilon: config.layer_norm_eps })
    };
    let layer = |nth: usize| -> Result<Layer, ModelError> {
        let called = |part: &str| format!("encoder.layer.{nth}.{part}");
        Ok(Layer {
            query: matrix(&called("attention.self.query"), width, width)?,
            key: matrix(&called("attention.self.key"), width, width)?,
            value: matrix(&called("attention.self.value"), width, width)?,
            output: matrix(&called("attention.output.dense"), width, width)?,
            attended: norm(&called("attention.output.LayerNorm"))?,
            widen: matrix(&called("intermediate.dense"), wide, width)?,
            activation: match config.hidden_act {
                Bend::Relu => Activation::Relu,
                Bend::Gelu => Activation::Gelu,
            },
            narrow: matrix(&called("output.dense"), width, wide)?,
            finished: norm(&called("output.LayerNorm"))?,
        })
    };
    let words = "embeddings.word_embeddings";
    let pieces =
        tensors.bytes_signed(&format!("{words}.weight"), &[config.vocab_size, width]).ok_or_else(misfit)?;
    let scales = floats(&format!("{words}.scale"), &[config.vocab_size])?;
    let mut places =
        floats("embeddings.position_embeddings.weight", &[config.max_position_embeddings, width])?;
    // Every text is of the first type.
    let types = floats("embeddings.token_type_embeddings.weight", &[config.type_vocab_size, width])?;
    for place in places.chunks_exact_mut(width.max(1)) {
        place.iter_mut().zip(&types).for_each(|(place, of_type)| *place += of_type);
    }
    let layers = (0..config.num_hidden_layers).map(layer).collect::<Result<Vec<_>, _>>()?;
    let shape = Shape { width, heads: config.num_attention_heads, vocabulary: config.vocab_size };
    assent_kernels::Encoder::new(shape, pieces, scales, places, norm("embeddings.LayerNorm")?, layers)
        .map_err(unfit)
}
