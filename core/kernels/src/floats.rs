//! All work in 32-bit floats: written once, in a fixed order. The compiler may put several lanes into one instruction but never changes
//! what is added to what, and nothing here calls the platform's mathematics, so that the bits are the same everywhere.

use crate::matrix::LANES;

/// Sixteen numbers, whatever the processor's vectors hold.
pub(crate) type Lanes = [f32; LANES];

/// Sixteen numbers in registers. Every operation is lane by lane and rounds as IEEE 754 says, so that all kinds give the same bits.
pub(crate) trait Floats: Copy {
    fn load(from: &Lanes) -> Self;
    fn store(self) -> Lanes;
    fn splat(x: f32) -> Self;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    /// `other` where it is larger.
    fn or_larger(self, other: Self) -> Self;
    /// Without signs.
    fn size(self) -> Self;

    /// Rows to columns.
    #[inline(always)]
    fn turn(rows: &[Lanes; LANES], columns: &mut [Lanes; LANES]) {
        for (at, column) in columns.iter_mut().enumerate() {
            for (place, row) in column.iter_mut().zip(rows) {
                *place = row.get(at).copied().unwrap_or_default();
            }
        }
    }
}

impl Floats for Lanes {
    #[inline(always)]
    fn load(from: &Lanes) -> Self {
        *from
    }

    #[inline(always)]
    fn store(self) -> Lanes {
        self
    }

    #[inline(always)]
    fn splat(x: f32) -> Self {
        [x; LANES]
    }

    #[inline(always)]
    fn plus(mut self, other: Self) -> Self {
        self.iter_mut().zip(other).for_each(|(a, b)| *a += b);
        self
    }

    #[inline(always)]
    fn minus(mut self, other: Self) -> Self {
        self.iter_mut().zip(other).for_each(|(a, b)| *a -= b);
        self
    }

    #[inline(always)]
    fn times(mut self, other: Self) -> Self {
        self.iter_mut().zip(other).for_each(|(a, b)| *a *= b);
        self
    }

    #[inline(always)]
    fn or_larger(mut self, other: Self) -> Self {
        self.iter_mut().zip(other).for_each(|(a, b)| *a = larger(*a, b));
        self
    }

    #[inline(always)]
    fn size(self) -> Self {
        self.map(f32::abs)
    }
}

/// The sum of sixteen lanes, halved four times.
#[inline(always)]
fn total([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]: Lanes) -> f32 {
    let [a, b, c, d, e, f, g, h] = [a + i, b + j, c + k, d + l, e + m, f + n, g + o, h + p];
    let [a, b, c, d] = [a + e, b + f, c + g, d + h];
    (a + c) + (b + d)
}

/// The sum of whole vectors: by twos, lane by lane, then across. (Plain loops: a closure is no part of the function that is compiled for
/// the processor's instructions.)
#[inline(always)]
pub(crate) fn sum<F: Floats>(blocks: &[Lanes]) -> f32 {
    let (mut even, mut odd) = (F::splat(0.0), F::splat(0.0));
    let (pairs, rest) = blocks.as_chunks::<2>();
    for [one, other] in pairs {
        (even, odd) = (even.plus(F::load(one)), odd.plus(F::load(other)));
    }
    for block in rest {
        even = even.plus(F::load(block));
    }
    total(even.plus(odd).store())
}

/// The sum of the squares of what each is away from `middle`, in the order of [`sum`].
#[inline(always)]
fn spread<F: Floats>(blocks: &[Lanes], middle: F) -> f32 {
    let (mut even, mut odd) = (F::splat(0.0), F::splat(0.0));
    let (pairs, rest) = blocks.as_chunks::<2>();
    for [one, other] in pairs {
        let (one, other) = (F::load(one).minus(middle), F::load(other).minus(middle));
        (even, odd) = (even.plus(one.times(one)), odd.plus(other.times(other)));
    }
    for block in rest {
        let away = F::load(block).minus(middle);
        even = even.plus(away.times(away));
    }
    total(even.plus(odd).store())
}

/// Sixteen floats in what every processor of this architecture has.
#[cfg(target_arch = "x86_64")]
type Everywhere = crate::x86::Quarters;
#[cfg(target_arch = "aarch64")]
type Everywhere = crate::arm::Quarters;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
type Everywhere = Lanes;

/// The product of two slices of the same length, in the fixed order of this crate; of unequal ones, of their common length.
pub fn dot(one: &[f32], other: &[f32]) -> f32 {
    product::<Everywhere>(one, other)
}

/// [`dot`], whatever the registers.
#[inline(always)]
pub(crate) fn product<F: Floats>(one: &[f32], other: &[f32]) -> f32 {
    let length = one.len().min(other.len());
    let (one, other) = (one.get(..length).unwrap_or_default(), other.get(..length).unwrap_or_default());
    let ((ones, rest), (others, other_rest)) = (one.as_chunks::<LANES>(), other.as_chunks::<LANES>());
    let mut sums = F::splat(0.0);
    for (a, b) in ones.iter().zip(others) {
        sums = sums.plus(F::load(a).times(F::load(b)));
    }
    let mut lanes = sums.store();
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
    p = p * rest + 0.5;
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

/// The largest of the lanes.
#[inline(always)]
fn top([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]: Lanes) -> f32 {
    let by = larger;
    let [a, b, c, d] = [by(a, i), by(b, j), by(c, k), by(d, l)];
    let [e, f, g, h] = [by(e, m), by(f, n), by(g, o), by(h, p)];
    let [a, b, c, d] = [by(a, e), by(b, f), by(c, g), by(d, h)];
    by(by(a, c), by(b, d))
}

/// The largest number of whole vectors.
#[inline(always)]
pub(crate) fn largest<F: Floats>(blocks: &[Lanes]) -> f32 {
    let mut lanes = F::splat(f32::MIN);
    for block in blocks {
        lanes = lanes.or_larger(F::load(block));
    }
    top(lanes.store())
}

/// The largest size of a number.
#[inline(always)]
fn size<F: Floats>(blocks: &[Lanes]) -> f32 {
    let zero = F::splat(0.0);
    let [mut a, mut b, mut c, mut d] = [zero; 4];
    let (fours, rest) = blocks.as_chunks::<4>();
    for [w, x, y, z] in fours {
        (a, b) = (a.or_larger(F::load(w).size()), b.or_larger(F::load(x).size()));
        (c, d) = (c.or_larger(F::load(y).size()), d.or_larger(F::load(z).size()));
    }
    for block in rest {
        a = a.or_larger(F::load(block).size());
    }
    top(a.or_larger(b).or_larger(c.or_larger(d)).store())
}

/// Brings a row to mean 0 and variance 1, then to the learned gain and shift. Rows are multiples of 16 long.
#[inline(always)]
pub(crate) fn normalise<F: Floats>(row: &mut [f32], gain: &[f32], shift: &[f32], epsilon: f32) {
    let many = row.len() as f32;
    let blocks = row.as_chunks_mut::<LANES>().0;
    let mean = F::splat(sum::<F>(blocks) / many);
    let variance = spread(blocks, mean) / many;
    let steep = F::splat(1.0 / (variance + epsilon).sqrt());
    let learned = gain.as_chunks::<LANES>().0.iter().zip(shift.as_chunks::<LANES>().0);
    for (block, (gain, shift)) in blocks.iter_mut().zip(learned) {
        let x = F::load(block).minus(mean).times(steep);
        *block = x.times(F::load(gain)).plus(F::load(shift)).store();
    }
}

/// Rounds a row to whole numbers from -127 to 127 (stored with `offset` added) and returns what one step is worth. Rows are multiples of
/// 16 long.
#[inline(always)]
pub(crate) fn quantise<F: Floats>(row: &[f32], into: &mut [u8], offset: u8) -> f32 {
    let blocks = row.as_chunks::<LANES>().0;
    let largest = size::<F>(blocks);
    let steps = F::splat(if largest > 1e-30 { 127.0 / largest } else { 0.0 });
    for (whole, block) in into.as_chunks_mut::<LANES>().0.iter_mut().zip(blocks) {
        let shifted = F::load(block).times(steps).plus(F::splat(ROUND)).store();
        for (whole, x) in whole.iter_mut().zip(shifted) {
            *whole = (x.to_bits() as u8).wrapping_add(offset);
        }
    }
    largest / 127.0
}
