//! The arithmetic of a small BERT-like text encoder, the same to the last bit on every processor.
//!
//! Weights are int8, packed once; activations are quantised anew for each token. Products of int8 are exact whatever instruction makes
//! them, and all work in 32-bit floats is written once, in plain Rust, in a fixed order and without fused multiply-adds, exponentials of
//! the platform or reassociation. So AVX-512 VNNI, AVX-VNNI, AVX2, NEON with and without dot products and plain Rust give the same bits.
//!
//! ```
//! use assent_kernels::{Activation, Encoder, Layer, Matrix, Norm, Path, Shape};
//!
//! let (shape, eye) = (Shape { width: 32, heads: 2, vocabulary: 3 }, [1i8; 32 * 32]);
//! let matrix = || Matrix::new(32, 32, &eye, &[0.01; 32], &[0.0; 32]);
//! let norm = || Norm { gain: vec![1.0; 32], shift: vec![0.0; 32], epsilon: 1e-12 };
//! let layer = Layer {
//!     query: matrix()?, key: matrix()?, value: matrix()?, output: matrix()?, attended: norm(),
//!     widen: matrix()?, activation: Activation::Relu, narrow: matrix()?, finished: norm(),
//! };
//! let words: Vec<i8> = (0..96).collect();
//! let places: Vec<f32> = (0..8 * 32).map(|x| x as f32).collect();
//! let encoder = Encoder::new(shape, words, vec![0.1; 3], places, norm(), vec![layer])?;
//! let mut vector = [0.0; 32];
//! encoder.run(Path::best(), &[2, 0, 1], &mut encoder.scratch(), &mut vector)?;
//! # Ok::<(), assent_kernels::KernelError>(())
//! ```
//!
//! What this does not do: training, batches, padding, more than one thread, other poolings than the mean.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

#[cfg(target_arch = "aarch64")]
mod arm;
mod attention;
mod encoder;
mod error;
mod floats;
mod forward;
mod matmul;
mod matrix;
mod path;
mod portable;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use encoder::{Activation, Encoder, Layer, Norm, Scratch, Shape};
pub use error::KernelError;
pub use floats::dot;
pub use matrix::Matrix;
pub use path::Path;
