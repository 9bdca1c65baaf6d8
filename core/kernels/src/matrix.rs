//! A matrix of int8 weights, packed once for every kernel.

use crate::error::KernelError;

/// Outputs that lie side by side in a panel.
pub(crate) const LANES: usize = 16;
/// Inputs that lie together: what one 32-bit dot product instruction takes in.
pub(crate) const DEEP: usize = 4;

/// Four inputs of each of sixteen outputs: one vector of 512 bits, two of 256, four of 128.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Block(pub [[i8; DEEP]; LANES]);

/// `inputs` numbers to `outputs`: `y = scale * (weights · x) + bias`, each output with a scale of its own.
///
/// A weight is from -127 to 127: -128 is refused, since two of its products overflow sixteen bits in the AVX2 and NEON kernels.
#[derive(Clone)]
pub struct Matrix {
    /// Panel after panel; within a panel, block after block along the inputs.
    pub(crate) blocks: Vec<Block>,
    /// Where activations are stored with 128 added: what to begin the sums with to take that out again.
    pub(crate) offsets: Vec<[i32; LANES]>,
    pub(crate) scales: Vec<[f32; LANES]>,
    pub(crate) biases: Vec<[f32; LANES]>,
    inputs: usize,
}

impl std::fmt::Debug for Matrix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Matrix({} to {})", self.inputs, self.outputs())
    }
}

impl Matrix {
    /// Packs weights given output by output (`outputs` rows of `inputs`).
    ///
    /// # Errors
    /// [`KernelError::Size`] unless `outputs` is a multiple of 16, `inputs` one of 32 up to 65,536, and the slices are of these sizes;
    /// [`KernelError::NoNumber`] where a scale or bias is not finite.
    pub fn new(
        outputs: usize,
        inputs: usize,
        weights: &[i8],
        scales: &[f32],
        bias: &[f32],
    ) -> Result<Self, KernelError> {
        let fits = outputs > 0
            && inputs > 0
            && outputs.is_multiple_of(LANES)
            && inputs.is_multiple_of(32)
            && inputs <= 65_536
            && outputs.checked_mul(inputs) == Some(weights.len())
            && scales.len() == outputs
            && bias.len() == outputs;
        if !fits {
            return Err(KernelError::Size("a matrix has other sizes than are said or allowed"));
        }
        if weights.contains(&i8::MIN) {
            return Err(KernelError::Size("a weight is beyond 127"));
        }
        if !scales.iter().chain(bias).all(|x| x.is_finite()) {
            return Err(KernelError::NoNumber);
        }
        let mut blocks = Vec::with_capacity(weights.len() / (LANES * DEEP));
        let mut offsets = Vec::with_capacity(outputs / LANES);
        for rows in weights.chunks_exact(LANES * inputs) {
            let first = blocks.len();
            blocks.resize(first + inputs / DEEP, Block([[0; DEEP]; LANES]));
            let mut sums = [0i32; LANES];
            for (lane, (row, sum)) in rows.chunks_exact(inputs).zip(&mut sums).enumerate() {
                *sum = row.iter().map(|w| i32::from(*w)).sum::<i32>() * -128;
                for (block, four) in blocks.iter_mut().skip(first).zip(row.as_chunks::<DEEP>().0) {
                    if let Some(place) = block.0.get_mut(lane) {
                        *place = *four;
                    }
                }
            }
            offsets.push(sums);
        }
        let scales = scales.as_chunks::<LANES>().0.to_vec();
        Ok(Self { blocks, offsets, scales, biases: bias.as_chunks::<LANES>().0.to_vec(), inputs })
    }

    /// How many numbers go in.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// How many come out.
    pub fn outputs(&self) -> usize {
        self.scales.len() * LANES
    }

    /// Matrices of the same input one after the other, as one.
    pub(crate) fn beside(mut self, others: [Self; 2]) -> Result<Self, KernelError> {
        for other in others {
            if other.inputs != self.inputs {
                return Err(KernelError::Size("query, key and value take different inputs"));
            }
            self.blocks.extend(other.blocks);
            self.offsets.extend(other.offsets);
            self.scales.extend(other.scales);
            self.biases.extend(other.biases);
        }
        Ok(self)
    }
}
