//! Each token looks at all others: softmax(q k / sqrt(d)) v, head by head, in 32-bit floats.

use crate::floats::{Lanes, exp, largest, sum};
use crate::matrix::LANES;

/// Queries that are worked on together.
const TOGETHER: usize = 4;

/// Room for one head.
pub(crate) struct Room {
    /// Keys, turned: along a row lie the tokens.
    keys: Vec<f32>,
    /// Weights of the tokens, a row for each query of a group.
    weights: Vec<f32>,
}

impl Room {
    pub fn new(longest: usize, head: usize) -> Self {
        let tokens = longest.next_multiple_of(LANES);
        Self { keys: vec![0.0; head * tokens], weights: vec![0.0; TOGETHER * tokens] }
    }
}

/// `qkv` holds query, key and value of each token side by side, `out` gets what each token sees.
#[inline(always)]
pub(crate) fn attend(
    qkv: &[f32],
    tokens: usize,
    width: usize,
    heads: usize,
    room: &mut Room,
    out: &mut [f32],
) {
    let (head, wide) = (width / heads, tokens.next_multiple_of(LANES));
    let steep = 1.0 / (head as f32).sqrt();
    for number in 0..heads {
        let at = number * head;
        turn_keys(qkv, 3 * width, width + at, tokens, head, wide, &mut room.keys);
        let mut token = 0;
        while token < tokens {
            let first = token * 3 * width + at;
            let now = TOGETHER.min(tokens - token);
            match now {
                TOGETHER => look::<TOGETHER>(qkv, first, 3 * width, head, wide, steep, room),
                3 => look::<3>(qkv, first, 3 * width, head, wide, steep, room),
                2 => look::<2>(qkv, first, 3 * width, head, wide, steep, room),
                _ => look::<1>(qkv, first, 3 * width, head, wide, steep, room),
            }
            for (row, line) in room.weights.chunks_exact_mut(wide).take(now).zip(token..) {
                let total = soften(row, tokens);
                let Some(seen) = out.get_mut(line * width + at..line * width + at + head) else { return };
                let values = qkv.get(2 * width + at..).unwrap_or_default();
                mix(row.get(..tokens).unwrap_or_default(), values, 3 * width, 1.0 / total, seen);
            }
            token += now;
        }
    }
}

#[inline(always)]
fn turn_keys(
    qkv: &[f32],
    stride: usize,
    at: usize,
    tokens: usize,
    head: usize,
    wide: usize,
    keys: &mut [f32],
) {
    for (token, line) in qkv.chunks_exact(stride).take(tokens).enumerate() {
        let key = line.get(at..at + head).unwrap_or_default();
        for (row, k) in keys.chunks_exact_mut(wide).zip(key) {
            if let Some(place) = row.get_mut(token) {
                *place = *k;
            }
        }
    }
    // What an earlier, longer text left beyond the last token stays: it is computed with and then passed over.
}

/// Products of `M` queries with all keys. Along the head the products are added one after the other, so that the order is fixed.
#[inline(always)]
fn look<const M: usize>(
    qkv: &[f32],
    first: usize,
    stride: usize,
    head: usize,
    wide: usize,
    steep: f32,
    room: &mut Room,
) {
    let queries: [&[f32]; M] = std::array::from_fn(|at| {
        qkv.get(first + at * stride..first + at * stride + head).unwrap_or_default()
    });
    for block in 0..wide / LANES {
        let mut sums: [Lanes; M] = [[0.0; LANES]; M];
        for (deep, row) in room.keys.chunks_exact(wide).take(head).enumerate() {
            let Some(keys) = row.as_chunks::<LANES>().0.get(block) else { return };
            for (query, sums) in queries.iter().zip(&mut sums) {
                let q = query.get(deep).copied().unwrap_or_default();
                for (sum, key) in sums.iter_mut().zip(keys) {
                    *sum += q * key;
                }
            }
        }
        for (row, sums) in room.weights.chunks_exact_mut(wide).zip(&sums) {
            if let Some(place) = row.as_chunks_mut::<LANES>().0.get_mut(block) {
                *place = sums.map(|sum| sum * steep);
            }
        }
    }
}

/// From scores to weights that are not yet divided by their total, which is returned; 0 beyond the last token.
#[inline(always)]
fn soften(row: &mut [f32], tokens: usize) -> f32 {
    let top = largest(row.get(..tokens).unwrap_or_default(), f32::MIN, |x| x);
    for x in row.iter_mut() {
        *x = exp(*x - top);
    }
    row.iter_mut().skip(tokens).for_each(|x| *x = 0.0);
    sum(row, |x| x)
}

/// The values, weighed and added one after the other.
#[inline(always)]
fn mix(weights: &[f32], values: &[f32], stride: usize, share: f32, seen: &mut [f32]) {
    for (block, seen) in seen.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let mut sums: Lanes = [0.0; LANES];
        for (weight, line) in weights.iter().zip(values.chunks(stride)) {
            let Some(line) = line.as_chunks::<LANES>().0.get(block) else { return };
            for (sum, value) in sums.iter_mut().zip(line) {
                *sum += weight * value;
            }
        }
        *seen = sums.map(|sum| sum * share);
    }
}
