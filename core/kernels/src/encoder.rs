//! The encoder's weights and the room it works in.

use crate::attention::{BEYOND, Room};
use crate::error::KernelError;
use crate::matrix::{LANES, Matrix};
use crate::path::Path;

/// The sizes that the weights do not tell by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Numbers of a token, a multiple of 32.
    pub width: usize,
    /// Heads of attention; the width of each is a multiple of 16.
    pub heads: usize,
    /// Pieces in the vocabulary.
    pub vocabulary: usize,
}

/// What bends the line between the two matrices of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// Negative numbers become 0.
    Relu,
    /// The exact Gaussian error linear unit, with the error function within 1.5e-7.
    Gelu,
}

/// A layer norm.
#[derive(Clone, Debug, PartialEq)]
pub struct Norm {
    /// What the normalised numbers are multiplied with.
    pub gain: Vec<f32>,
    /// What is then added.
    pub shift: Vec<f32>,
    /// What is added to the variance.
    pub epsilon: f32,
}

impl Norm {
    fn fits(&self, width: usize) -> bool {
        let finite = self.gain.iter().chain(&self.shift).all(|x| x.is_finite());
        self.gain.len() == width && self.shift.len() == width && finite && self.epsilon > 0.0
    }
}

/// One layer, in the order in which it works.
#[derive(Clone, Debug)]
pub struct Layer {
    /// What a token looks for.
    pub query: Matrix,
    /// What it is found by.
    pub key: Matrix,
    /// What it then gives.
    pub value: Matrix,
    /// From what was seen back to the token.
    pub output: Matrix,
    /// After attention.
    pub attended: Norm,
    /// To the wider row.
    pub widen: Matrix,
    /// Over the wider row.
    pub activation: Activation,
    /// And back.
    pub narrow: Matrix,
    /// At the end.
    pub finished: Norm,
}

/// A layer as it is run: query, key and value in one matrix.
pub(crate) struct Ready {
    pub qkv: Matrix,
    pub output: Matrix,
    pub attended: Norm,
    pub widen: Matrix,
    pub activation: Activation,
    pub narrow: Matrix,
    pub finished: Norm,
}

/// Pieces to one vector: the mean of what the last layer makes of each.
pub struct Encoder {
    pub(crate) shape: Shape,
    pub(crate) words: Vec<i8>,
    pub(crate) word_scales: Vec<f32>,
    pub(crate) places: Vec<f32>,
    pub(crate) embedded: Norm,
    pub(crate) layers: Vec<Ready>,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Encoder({:?}, {} layers)", self.shape, self.layers.len())
    }
}

/// Room for one run at a time; made once, used again and again.
pub struct Scratch {
    /// The tokens.
    pub(crate) tokens: Vec<f32>,
    /// The tokens or the wider rows, quantised, and what a step of each row is worth.
    pub(crate) whole: Vec<u8>,
    pub(crate) steps: Vec<f32>,
    /// Query, key and value, or the wider rows.
    pub(crate) wide: Vec<f32>,
    /// What each token saw.
    pub(crate) seen: Vec<f32>,
    pub(crate) room: Room,
}

impl Encoder {
    /// Puts an encoder together.
    ///
    /// `words` are the int8 vectors of the vocabulary, a row each, with a scale for each row; `places` is what each place in a text adds
    /// (with the token type's vector, where there is one, added in).
    ///
    /// # Errors
    /// [`KernelError::Size`] and [`KernelError::NoNumber`].
    pub fn new(
        shape: Shape,
        words: Vec<i8>,
        word_scales: Vec<f32>,
        places: Vec<f32>,
        embedded: Norm,
        layers: Vec<Layer>,
    ) -> Result<Self, KernelError> {
        let width = shape.width;
        let heads = shape.heads > 0
            && width.is_multiple_of(shape.heads)
            && (width / shape.heads).is_multiple_of(LANES);
        if width == 0 || !width.is_multiple_of(32) || !heads || shape.vocabulary == 0 {
            return Err(KernelError::Size(
                "the width is no multiple of 32 or the heads do not share it in sixteens",
            ));
        }
        let tables = shape.vocabulary.checked_mul(width) == Some(words.len())
            && word_scales.len() == shape.vocabulary
            && !places.is_empty()
            && places.len().is_multiple_of(width);
        if !tables || !embedded.fits(width) {
            return Err(KernelError::Size("the embeddings are not of the shape"));
        }
        if !word_scales.iter().chain(&places).all(|x| x.is_finite()) {
            return Err(KernelError::NoNumber);
        }
        let layers = layers.into_iter().map(|layer| ready(layer, width)).collect::<Result<_, _>>()?;
        Ok(Self { shape, words, word_scales, places, embedded, layers })
    }

    /// How many numbers a vector has.
    pub fn width(&self) -> usize {
        self.shape.width
    }

    /// How many pieces a text may have.
    pub fn longest(&self) -> usize {
        self.places.len() / self.shape.width
    }

    /// Room for one run.
    pub fn scratch(&self) -> Scratch {
        let (longest, width) = (self.longest(), self.shape.width);
        let widest = self.layers.iter().map(|layer| layer.widen.outputs()).fold(width, usize::max);
        Scratch {
            tokens: vec![0.0; longest * width],
            whole: vec![0; longest * widest],
            steps: vec![0.0; longest],
            wide: vec![0.0; longest * widest.max(3 * width) + BEYOND * LANES],
            seen: vec![0.0; longest * width],
            room: Room::new(longest, width / self.shape.heads),
        }
    }

    /// The mean of the last layer over all pieces, into `vector`, by the kernels of `path`. Whatever the path, the bits are the same.
    ///
    /// # Errors
    /// [`KernelError::Pieces`] where a piece is not in the vocabulary or there are none or too many; [`KernelError::Path`] where this
    /// processor has no such kernel; [`KernelError::Size`] where `vector` or `scratch` is another encoder's.
    pub fn run(
        &self,
        path: Path,
        pieces: &[u32],
        scratch: &mut Scratch,
        vector: &mut [f32],
    ) -> Result<(), KernelError> {
        let sound = |piece: &u32| usize::try_from(*piece).is_ok_and(|piece| piece < self.shape.vocabulary);
        if pieces.is_empty() || pieces.len() > self.longest() || !pieces.iter().all(sound) {
            return Err(KernelError::Pieces);
        }
        let widest = self.layers.iter().map(|layer| layer.widen.outputs()).fold(self.shape.width, usize::max);
        let room = scratch.tokens.len() >= pieces.len() * self.shape.width
            && scratch.whole.len() >= pieces.len() * widest
            && vector.len() == self.shape.width;
        if !room {
            return Err(KernelError::Size("the room or the vector is another encoder's"));
        }
        path.run(self, pieces, scratch, vector)
    }
}

fn ready(layer: Layer, width: usize) -> Result<Ready, KernelError> {
    let Layer { query, key, value, output, attended, widen, activation, narrow, finished } = layer;
    let square = |matrix: &Matrix| matrix.inputs() == width && matrix.outputs() == width;
    let fits = [&query, &key, &value, &output].into_iter().all(square)
        && widen.inputs() == width
        && narrow.inputs() == widen.outputs()
        && narrow.outputs() == width
        && attended.fits(width)
        && finished.fits(width);
    if !fits {
        return Err(KernelError::Size("a layer is not of the shape"));
    }
    Ok(Ready { qkv: query.beside([key, value])?, output, attended, widen, activation, narrow, finished })
}
