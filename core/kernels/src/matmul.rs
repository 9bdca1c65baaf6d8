//! The matrix product, written once over the kernels: tokens in small groups against panels of sixteen outputs.

use crate::encoder::Activation;
use crate::floats::{Floats, gelu, relu};
use crate::matrix::{Block, DEEP, LANES, Matrix};

/// The sums of `M` tokens against `V` panels.
pub(crate) type Tile<const M: usize, const V: usize> = [[[i32; LANES]; V]; M];

/// One way of multiplying int8 exactly.
pub(crate) trait Kernel: Copy {
    /// Sixteen 32-bit floats in this kernel's registers.
    type Floats: Floats;

    /// What is added to stored activations: 128 where the instruction wants one side unsigned.
    const OFFSET: u8;
    /// Tokens at a time, at most 6.
    const ROWS: usize;
    /// Panels at a time: 1 or 4.
    const PANELS: usize;

    /// [`multiply`], compiled once for the kernel's instructions.
    fn multiply(rows: Rows<'_>, matrix: &Matrix, out: &mut [f32], finish: Finish);

    /// `begin` plus the product of rows and panels, along the shortest of them.
    fn tile<const M: usize, const V: usize>(
        rows: [&[[u8; DEEP]]; M],
        panels: [&[Block]; V],
        begin: [[i32; LANES]; V],
    ) -> Tile<M, V>;
}

/// Quantised rows: `width` whole numbers each, and what a step of each is worth.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub whole: &'a [u8],
    pub steps: &'a [f32],
}

/// What becomes of a product.
#[derive(Clone, Copy)]
pub(crate) enum Finish {
    /// It is put down panel by panel: for each sixteen outputs, token by token.
    Panels,
    /// It is added to what was there.
    Add,
    /// It is bent and takes the place of what was there.
    Bend(Activation),
}

/// `step[t] * scale * (weights · whole[t]) + bias` for every token.
#[inline(always)]
pub(crate) fn multiply<K: Kernel>(rows: Rows<'_>, matrix: &Matrix, out: &mut [f32], finish: Finish) {
    let panels = matrix.scales.len();
    let mut first = 0;
    while first < panels {
        if K::PANELS == 4 && panels - first >= 4 {
            group::<K, 4>(rows, matrix, first, out, finish);
            first += 4;
        } else {
            group::<K, 1>(rows, matrix, first, out, finish);
            first += 1;
        }
    }
}

/// All tokens against `V` panels, which stay near meanwhile.
#[inline(always)]
fn group<K: Kernel, const V: usize>(
    rows: Rows<'_>,
    matrix: &Matrix,
    first: usize,
    out: &mut [f32],
    finish: Finish,
) {
    let tokens = rows.steps.len();
    let mut token = 0;
    while token < tokens {
        // As even groups as there can be: 7 tokens are 4 and 3, not 6 and 1.
        let left = tokens - token;
        let many = left.div_ceil(left.div_ceil(K::ROWS));
        match many {
            6 if K::ROWS >= 6 => block::<K, 6, V>(rows, token, matrix, first, out, finish),
            5 if K::ROWS >= 6 => block::<K, 5, V>(rows, token, matrix, first, out, finish),
            4 if K::ROWS >= 4 => block::<K, 4, V>(rows, token, matrix, first, out, finish),
            3 if K::ROWS >= 4 => block::<K, 3, V>(rows, token, matrix, first, out, finish),
            2 => block::<K, 2, V>(rows, token, matrix, first, out, finish),
            _ => block::<K, 1, V>(rows, token, matrix, first, out, finish),
        }
        token += many;
    }
}

/// `M` tokens from `token` on against `V` panels from `first` on.
#[inline(always)]
fn block<K: Kernel, const M: usize, const V: usize>(
    rows: Rows<'_>,
    token: usize,
    matrix: &Matrix,
    first: usize,
    out: &mut [f32],
    finish: Finish,
) {
    let deep = matrix.inputs() / DEEP;
    let fours = rows.whole.as_chunks::<DEEP>().0;
    let row: [&[[u8; DEEP]]; M] =
        std::array::from_fn(|at| fours.get((token + at) * deep..(token + at + 1) * deep).unwrap_or_default());
    let panel: [&[Block]; V] = std::array::from_fn(|at| {
        matrix.blocks.get((first + at) * deep..(first + at + 1) * deep).unwrap_or_default()
    });
    let begin: [[i32; LANES]; V] = std::array::from_fn(|at| match K::OFFSET {
        0 => [0; LANES],
        _ => matrix.offsets.get(first + at).copied().unwrap_or_default(),
    });
    let tile = K::tile::<M, V>(row, panel, begin);
    // How far, in blocks of sixteen, the next token and the next panel are.
    let (next_token, next_panel) = match finish {
        Finish::Panels => (1, rows.steps.len()),
        _ => (matrix.scales.len(), 1),
    };
    let blocks = out.as_chunks_mut::<LANES>().0;
    let steps = rows.steps.iter().enumerate().skip(token);
    for (sums, (token, step)) in tile.iter().zip(steps) {
        let learned = matrix.scales.iter().zip(&matrix.biases).enumerate().skip(first);
        for (sums, (panel, (scales, biases))) in sums.iter().zip(learned) {
            let Some(lanes) = blocks.get_mut(token * next_token + panel * next_panel) else { return };
            let mut made = [0.0; LANES];
            for (((made, sum), scale), bias) in made.iter_mut().zip(sums).zip(scales).zip(biases) {
                *made = *sum as f32 * step * scale + bias;
            }
            match finish {
                Finish::Panels => *lanes = made,
                Finish::Add => {
                    for (y, made) in lanes.iter_mut().zip(made) {
                        *y += made;
                    }
                }
                Finish::Bend(Activation::Relu) => {
                    for (y, made) in lanes.iter_mut().zip(made) {
                        *y = relu(made);
                    }
                }
                Finish::Bend(Activation::Gelu) => {
                    for (y, made) in lanes.iter_mut().zip(made) {
                        *y = gelu(made);
                    }
                }
            }
        }
    }
}
