//! All work in 32-bit floats: written once, in a fixed order. The compiler may put several lanes into one instruction but never changes
//! what is added to what, and nothing here calls the platform's mathematics, so that the bits are the same everywhere.

use crate::matrix::LANES;

/// Sixteen numbers, whatever the processor's vectors hold.
pub(crate) type Lanes = [f32; LANES];

/// The sum of sixteen lanes, halved four times.
#[inline(always)]
fn total(lanes: Lanes) -> f32 {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = lanes;
    let (a, b, c, d) = ((a + i) + (e + m), (b + j) + (f + n), (c + k) + (g + o), (d + l) + (h + p));
    (a + c) + (b + d)
}

/// The sum of `of` over a slice: sixteen lanes side by side, what is left over in the first of them.
#[inline(always)]
pub(crate) fn sum(numbers: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (blocks, rest) = numbers.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for block in blocks {
        for (lane, x) in lanes.iter_mut().zip(block) {
            *lane += of(*x);
        }
    }
    for (lane, x) in lanes.iter_mut().zip(rest) {
        *lane += of(*x);
    }
    total(lanes)
}

/// The product of two slices of the same length, in the fixed order of this crate; of unequal ones, of their common length.
pub fn dot(one: &[f32], other: &[f32]) -> f32 {
    let length = one.len().min(other.len());
    let (one, other) = (one.get(..length).unwrap_or_default(), other.get(..length).unwrap_or_default());
    let ((ones, rest), (others, other_rest)) = (one.as_chunks::<LANES>(), other.as_chunks::<LANES>());
    let mut lanes = [0.0; LANES];
    for (a, b) in ones.iter().zip(others) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    for ((lane, a), b) in lanes.iter_mut().zip(rest).zip(other_rest) {
        *lane += a * b;
    }
    total(lanes)
}

/// Adding and taking away 1.5 · 2^23 rounds to the nearest whole number, ties to even, and leaves that number in the low bits.
const ROUND: f32 = 12_582_912.0;

/// e to the power of a number from -87 to 88, within two units in the last place; beyond, of the nearer end.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // ln 2 in two parts, the first with so few bits that its products here are exact (Cody and Waite).
    const HIGH: f32 = 0.693_359_4;
    const LOW: f32 = -2.121_944_4e-4;
    let x = if x < -87.0 { -87.0 } else { x };
    let x = if x > 88.0 { 88.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let rest = (x - whole * HIGH) - whole * LOW;
    // The series of e^r for |r| <= ln 2 / 2, its coefficients fitted to that interval (Cephes, expf).
    let mut p = 1.987_569_2e-4;
    p = p * rest + 1.398_2e-3;
    p = p * rest + 8.333_452e-3;
    p = p * rest + 4.166_579_6e-2;
    p = p * rest + 1.666_666_6e-1;
    p = p * rest + 5.000_000_1e-1;
    let fraction = (p * rest * rest + rest) + 1.0;
    let power = shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127);
    fraction * f32::from_bits(power << 23)
}

/// Gaussian error linear unit, by the error function (Abramowitz and Stegun 7.1.26, whose error is below 1.5e-7).
#[inline(always)]
pub(crate) fn gelu(x: f32) -> f32 {
    let a = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * a);
    let p = ((((1.061_405_4 * t - 1.453_152_1) * t + 1.421_413_8) * t - 0.284_496_72) * t + 0.254_829_6) * t;
    let erf = 1.0 - p * exp(-(a * a));
    0.5 * x * (1.0 + if x < 0.0 { -erf } else { erf })
}

#[inline(always)]
pub(crate) fn relu(x: f32) -> f32 {
    if x > 0.0 { x } else { 0.0 }
}

/// The larger; the first where there is no larger.
#[inline(always)]
fn larger(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// The largest of `of` over a slice, and at least `least`.
#[inline(always)]
pub(crate) fn largest(numbers: &[f32], least: f32, of: impl Fn(f32) -> f32) -> f32 {
    let (blocks, rest) = numbers.as_chunks::<LANES>();
    let mut lanes = [least; LANES];
    for block in blocks {
        for (lane, x) in lanes.iter_mut().zip(block) {
            *lane = larger(*lane, of(*x));
        }
    }
    let over = lanes.into_iter().fold(least, larger);
    rest.iter().map(|x| of(*x)).fold(over, larger)
}

/// Brings a row to mean 0 and variance 1, then to the learned gain and shift.
#[inline(always)]
pub(crate) fn normalise(row: &mut [f32], gain: &[f32], shift: &[f32], epsilon: f32) {
    let many = row.len() as f32;
    let mean = sum(row, |x| x) / many;
    let variance = sum(row, |x| (x - mean) * (x - mean)) / many;
    let steep = 1.0 / (variance + epsilon).sqrt();
    for ((x, gain), shift) in row.iter_mut().zip(gain).zip(shift) {
        *x = (*x - mean) * steep * gain + shift;
    }
}

/// Rounds a row to whole numbers from -127 to 127 (stored with `offset` added) and returns what one step is worth.
#[inline(always)]
pub(crate) fn quantise(row: &[f32], into: &mut [u8], offset: u8) -> f32 {
    let largest = largest(row, 0.0, f32::abs);
    let steps = if largest > 1e-30 { 127.0 / largest } else { 0.0 };
    for (whole, x) in into.iter_mut().zip(row) {
        *whole = ((x * steps + ROUND).to_bits() as u8).wrapping_add(offset);
    }
    largest / 127.0
}
