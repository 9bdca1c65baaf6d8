//! A linear layer in 32-bit floats, for the small heads: the same bits on every machine.

use assent_kernels::dot;

use crate::error::ModelError;
use crate::tensors::Tensors;

/// `y = weights · x + bias`.
pub(crate) struct Dense {
    weights: Vec<f32>,
    bias: Vec<f32>,
    inputs: usize,
}

impl Dense {
    /// `NAME.weight`, \[outputs, inputs\], and `NAME.bias`, \[outputs\]; without a name, `weight` and `bias`.
    pub fn load(
        tensors: &Tensors<'_>,
        name: &str,
        outputs: usize,
        inputs: usize,
        misfit: &'static str,
    ) -> Result<Self, ModelError> {
        let called = |what: &str| if name.is_empty() { what.to_owned() } else { format!("{name}.{what}") };
        let misfit = ModelError::Shape(misfit);
        let weights = tensors.floats(&called("weight"), &[outputs, inputs])?.ok_or(misfit.clone())?;
        let bias = tensors.floats(&called("bias"), &[outputs])?.ok_or(misfit.clone())?;
        if inputs == 0 || outputs == 0 { Err(misfit) } else { Ok(Self { weights, bias, inputs }) }
    }

    #[cfg(test)]
    pub fn new(weights: Vec<f32>, bias: Vec<f32>) -> Self {
        let inputs = weights.len() / bias.len();
        Self { weights, bias, inputs }
    }

    /// One number for each output.
    pub fn apply(&self, x: &[f32]) -> impl Iterator<Item = f32> {
        self.weights.chunks_exact(self.inputs).zip(&self.bias).map(move |(row, bias)| dot(row, x) + bias)
    }
}
