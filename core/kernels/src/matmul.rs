//! The matrix product, written once over the kernels: tokens in small groups against panels of sixteen outputs.

use crate::encoder::Activation;
use crate::floats::{gelu, relu};
use crate::matrix::{Block, DEEP, LANES, Matrix};

/// The sums of `M` tokens against `V` panels.
pub(crate) type Tile<const M: usize, const V: usize> = [[[i32; LANES]; V]; M];

/// One way of multiplying int8 exactly.
pub(crate) trait Kernel: Copy {
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
    /// It takes the place of what was there.
    Put,
    /// It is added to what was there.
    Add,
    /// It is bent and takes the place of what was there.
    Bend(Activation),
}

/// `step[t] * scale * (weights · whole[t]) + bias` for every token.
#[inline(always)]
pub(crate) fn multiply<K: Kernel>(rows: Rows<'_>, matrix: &Matrix, out: &mut [f32], finish: Finish) {
    let deep = matrix.inputs() / DEEP;
    let mut first = 0;
    let panels = matrix.scales.len();
    while first < panels {
        if K::PANELS == 4 && panels - first >= 4 {
            group::<K, 4>(rows, matrix, deep, first, out, finish);
            first += 4;
        } else {
            group::<K, 1>(rows, matrix, deep, first, out, finish);
            first += 1;
        }
    }
}

/// All tokens against `V` panels, which stay near meanwhile.
#[inline(always)]
fn group<K: Kernel, const V: usize>(
    rows: Rows<'_>,
    matrix: &Matrix,
    deep: usize,
    first: usize,
    out: &mut [f32],
    finish: Finish,
) {
    let mut left = rows.steps.len();
    let Rows { mut whole, mut steps } = rows;
    let mut out = out;
    while left > 0 {
        // As even groups as there can be: 7 tokens are 4 and 3, not 6 and 1.
        let groups = left.div_ceil(K::ROWS);
        let many = left.div_ceil(groups);
        let bytes = many * matrix.inputs();
        let Some((these, rest)) = whole.split_at_checked(bytes) else { return };
        let Some((worth, steps_rest)) = steps.split_at_checked(many) else { return };
        let Some((into, out_rest)) = std::mem::take(&mut out).split_at_mut_checked(many * matrix.outputs())
        else {
            return;
        };
        let now = Rows { whole: these, steps: worth };
        match many {
            6 if K::ROWS >= 6 => block::<K, 6, V>(now, matrix, deep, first, into, finish),
            5 if K::ROWS >= 6 => block::<K, 5, V>(now, matrix, deep, first, into, finish),
            4 if K::ROWS >= 4 => block::<K, 4, V>(now, matrix, deep, first, into, finish),
            3 if K::ROWS >= 4 => block::<K, 3, V>(now, matrix, deep, first, into, finish),
            2 => block::<K, 2, V>(now, matrix, deep, first, into, finish),
            _ => block::<K, 1, V>(now, matrix, deep, first, into, finish),
        }
        (whole, steps, out) = (rest, steps_rest, out_rest);
        left -= many;
    }
}

#[inline(always)]
fn block<K: Kernel, const M: usize, const V: usize>(
    rows: Rows<'_>,
    matrix: &Matrix,
    deep: usize,
    first: usize,
    out: &mut [f32],
    finish: Finish,
) {
    let fours = rows.whole.as_chunks::<DEEP>().0;
    let row: [&[[u8; DEEP]]; M] =
        std::array::from_fn(|at| fours.get(at * deep..(at + 1) * deep).unwrap_or_default());
    let panel: [&[Block]; V] = std::array::from_fn(|at| {
        matrix.blocks.get((first + at) * deep..(first + at + 1) * deep).unwrap_or_default()
    });
    let begin: [[i32; LANES]; V] = std::array::from_fn(|at| match K::OFFSET {
        0 => [0; LANES],
        _ => matrix.offsets.get(first + at).copied().unwrap_or_default(),
    });
    let tile = K::tile::<M, V>(row, panel, begin);
    let lines = out.chunks_exact_mut(matrix.outputs());
    for ((sums, step), line) in tile.iter().zip(rows.steps).zip(lines) {
        let lanes = line.as_chunks_mut::<LANES>().0.iter_mut().skip(first);
        let learned = matrix.scales.iter().zip(&matrix.biases).skip(first);
        for ((sums, (scales, biases)), lanes) in sums.iter().zip(learned).zip(lanes) {
            let mut made = [0.0; LANES];
            for (((made, sum), scale), bias) in made.iter_mut().zip(sums).zip(scales).zip(biases) {
                *made = *sum as f32 * step * scale + bias;
            }
            match finish {
                Finish::Put => *lanes = made,
                Finish::Add => lanes.iter_mut().zip(made).for_each(|(y, made)| *y += made),
                Finish::Bend(Activation::Relu) => *lanes = made.map(relu),
                Finish::Bend(Activation::Gelu) => *lanes = made.map(gelu),
            }
        }
    }
}
