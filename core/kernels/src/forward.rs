//! The way through the encoder, written once over the kernels.

use crate::attention::{BEYOND, attend};
use crate::encoder::{Encoder, Norm, Ready, Scratch};
use crate::floats::{normalise, quantise};
use crate::matmul::{Finish, Kernel, Rows};
use crate::matrix::LANES;

/// Embeds, runs the layers, takes the mean. The caller has checked pieces and room.
#[inline(always)]
pub(crate) fn forward<K: Kernel>(
    encoder: &Encoder,
    pieces: &[u32],
    scratch: &mut Scratch,
    vector: &mut [f32],
) {
    let (many, width) = (pieces.len(), encoder.shape.width);
    let Some(steps) = scratch.steps.get_mut(..many) else { return };
    let Some(tokens) = scratch.tokens.get_mut(..many * width) else { return };
    embed(encoder, pieces, tokens);
    finish::<K>(tokens, width, &encoder.embedded, &mut scratch.whole, steps);
    for layer in &encoder.layers {
        let beyond = BEYOND * LANES;
        let Some(qkv) = scratch.wide.get_mut(..many * 3 * width + beyond) else { return };
        K::multiply(Rows { whole: &scratch.whole, steps }, &layer.qkv, qkv, Finish::Panels);
        let Some(seen) = scratch.seen.get_mut(..many * width) else { return };
        attend::<K::Floats>(qkv, many, width, encoder.shape.heads, &mut scratch.room, seen);
        to_whole::<K>(seen, width, &mut scratch.whole, steps);
        K::multiply(Rows { whole: &scratch.whole, steps }, &layer.output, tokens, Finish::Add);
        finish::<K>(tokens, width, &layer.attended, &mut scratch.whole, steps);
        widen::<K>(layer, &mut scratch.wide, &mut scratch.whole, steps);
        K::multiply(Rows { whole: &scratch.whole, steps }, &layer.narrow, tokens, Finish::Add);
        finish::<K>(tokens, width, &layer.finished, &mut scratch.whole, steps);
    }
    mean(tokens, many, vector);
}

#[inline(always)]
fn embed(encoder: &Encoder, pieces: &[u32], tokens: &mut [f32]) {
    let width = encoder.shape.width;
    let places = encoder.places.chunks_exact(width);
    for ((piece, place), token) in pieces.iter().zip(places).zip(tokens.chunks_exact_mut(width)) {
        let piece = *piece as usize;
        let word = encoder.words.get(piece * width..(piece + 1) * width).unwrap_or_default();
        let scale = encoder.word_scales.get(piece).copied().unwrap_or_default();
        for ((x, word), place) in token.iter_mut().zip(word).zip(place) {
            *x = f32::from(*word) * scale + place;
        }
    }
}

/// Normalises each row and quantises it for the next product.
#[inline(always)]
fn finish<K: Kernel>(rows: &mut [f32], width: usize, norm: &Norm, whole: &mut [u8], steps: &mut [f32]) {
    let into = whole.chunks_exact_mut(width).zip(steps);
    for (row, (whole, step)) in rows.chunks_exact_mut(width).zip(into) {
        normalise::<K::Floats>(row, &norm.gain, &norm.shift, norm.epsilon);
        *step = quantise::<K::Floats>(row, whole, K::OFFSET);
    }
}

#[inline(always)]
fn to_whole<K: Kernel>(rows: &[f32], width: usize, whole: &mut [u8], steps: &mut [f32]) {
    let into = whole.chunks_exact_mut(width).zip(steps);
    for (row, (whole, step)) in rows.chunks_exact(width).zip(into) {
        *step = quantise::<K::Floats>(row, whole, K::OFFSET);
    }
}

/// The wider rows of a layer, bent and quantised.
#[inline(always)]
fn widen<K: Kernel>(layer: &Ready, wide: &mut [f32], whole: &mut [u8], steps: &mut [f32]) {
    let outputs = layer.widen.outputs();
    let Some(wide) = wide.get_mut(..steps.len() * outputs) else { return };
    K::multiply(Rows { whole, steps }, &layer.widen, wide, Finish::Bend(layer.activation));
    to_whole::<K>(wide, outputs, whole, steps);
}

#[inline(always)]
fn mean(tokens: &[f32], many: usize, vector: &mut [f32]) {
    vector.fill(0.0);
    for token in tokens.chunks_exact(vector.len()) {
        for (sum, x) in vector.iter_mut().zip(token) {
            *sum += x;
        }
    }
    for x in vector.iter_mut() {
        *x /= many as f32;
    }
}
