//! Kernels for aarch64.
//!
//! Each is reached through one function compiled for its instructions, into which everything below is inlined.

use std::arch::aarch64::{
    float32x4_t, int8x16_t, int32x4_t, vabsq_f32, vaddq_f32, vaddq_s32, vbslq_f32, vcgtq_f32, vdupq_n_f32,
    vdupq_n_s32, vget_high_s8, vget_low_s8, vld1q_f32, vld1q_s8, vld1q_s32, vmlal_s8, vmull_s8, vmulq_f32,
    vpadalq_s16, vpaddq_s32, vreinterpretq_s8_s32, vst1q_f32, vst1q_s32, vsubq_f32,
};
use std::arch::asm;

use crate::encoder::{Encoder, Scratch};
use crate::floats::{Floats, Lanes};
use crate::forward::forward;
use crate::matmul::{Finish, Kernel, Rows, Tile, multiply};
use crate::matrix::{Block, DEEP, LANES, Matrix};

/// # Safety
/// The processor has to have NEON.
#[target_feature(enable = "neon")]
pub(crate) unsafe fn neon(encoder: &Encoder, pieces: &[u32], scratch: &mut Scratch, vector: &mut [f32]) {
    forward::<Neon>(encoder, pieces, scratch, vector);
}

/// # Safety
/// The processor has to have NEON and dot products.
#[target_feature(enable = "neon,dotprod")]
pub(crate) unsafe fn neon_dot(encoder: &Encoder, pieces: &[u32], scratch: &mut Scratch, vector: &mut [f32]) {
    forward::<NeonDot>(encoder, pieces, scratch, vector);
}

/// How many steps of four all rows and panels have.
#[inline(always)]
fn steps<const M: usize, const V: usize>(rows: &[&[[u8; DEEP]]; M], panels: &[&[Block]; V]) -> usize {
    let panels = panels.iter().map(|panel| panel.len());
    rows.iter().map(|row| row.len()).chain(panels).fold(usize::MAX, usize::min)
}

/// `sum + weights · four`, four outputs at a time: four inputs of a token stand in lane `$lane` of `four`. Written as assembly because the
/// intrinsic is not in every compiler that we build with.
macro_rules! sdot {
    ($sum:expr, $weights:expr, $four:expr, $lane:literal) => {
        asm!(
            ".arch_extension dotprod",
            concat!("sdot {sum:v}.4s, {weights:v}.16b, {four:v}.4b[", $lane, "]"),
            sum = inout(vreg) $sum,
            weights = in(vreg) $weights,
            four = in(vreg) $four,
            options(pure, nomem, nostack, preserves_flags),
        )
    };
}

#[derive(Clone, Copy)]
struct NeonDot;

impl Kernel for NeonDot {
    type Floats = Quarters;

    const OFFSET: u8 = 0;
    const ROWS: usize = 4;
    const PANELS: usize = 1;

    #[inline(always)]
    fn multiply(rows: Rows<'_>, matrix: &Matrix, out: &mut [f32], finish: Finish) {
        /// # Safety
        /// The processor has to have NEON and dot products.
        #[target_feature(enable = "neon,dotprod")]
        unsafe fn compiled(rows: Rows<'_>, matrix: &Matrix, out: &mut [f32], finish: Finish) {
            multiply::<NeonDot>(rows, matrix, out, finish);
        }
        // SAFETY: only [`neon_dot`] comes here, which asks for the same.
        unsafe { compiled(rows, matrix, out, finish) }
    }

    #[inline(always)]
    fn tile<const M: usize, const V: usize>(
        rows: [&[[u8; DEEP]]; M],
        panels: [&[Block]; V],
        begin: [[i32; LANES]; V],
    ) -> Tile<M, V> {
        // Rows are multiples of 32 long, so that whole vectors of four fours are all there is.
        let steps = steps(&rows, &panels) / 4;
        let (rows, panels) = (rows.map(<[_]>::as_ptr), panels.map(<[_]>::as_ptr));
        let mut tile = [[[0; LANES]; V]; M];
        // SAFETY: NEON and dot products are there. Every address read is within the first `4 * steps` elements of a slice that has at least as many; a
        // block is four vectors of 16 bytes, and so are sixteen 32-bit sums.
        unsafe {
            let mut sums: [[[int32x4_t; 4]; V]; M] = [[[vdupq_n_s32(0); 4]; V]; M];
            for sums in &mut sums {
                for (sum, begin) in sums.iter_mut().zip(&begin) {
                    *sum = std::array::from_fn(|at| vld1q_s32(begin.as_ptr().add(4 * at)));
                }
            }
            for step in 0..steps {
                let four: [int8x16_t; M] = rows.map(|row| vld1q_s8(row.add(4 * step).cast()));
                for (nth, panel) in panels.iter().enumerate() {
                    macro_rules! lane {
                        ($lane:literal) => {
                            let at = panel.add(4 * step + $lane).cast::<i8>();
                            let weights: [int8x16_t; 4] = std::array::from_fn(|q| vld1q_s8(at.add(16 * q)));
                            for (sums, four) in sums.iter_mut().zip(four) {
                                if let Some(sums) = sums.get_mut(nth) {
                                    for (sum, weights) in sums.iter_mut().zip(weights) {
                                        sdot!(*sum, weights, four, $lane);
                                    }
                                }
                            }
                        };
                    }
                    lane!(0);
                    lane!(1);
                    lane!(2);
                    lane!(3);
                }
            }
            for (out, sums) in tile.iter_mut().zip(sums) {
                for (out, sums) in out.iter_mut().zip(sums) {
                    for (four, sum) in out.as_chunks_mut::<4>().0.iter_mut().zip(sums) {
                        vst1q_s32(four.as_mut_ptr(), sum);
                    }
                }
            }
        }
        tile
    }
}

#[derive(Clone, Copy)]
struct Neon;

impl Kernel for Neon {
    type Floats = Quarters;

    const OFFSET: u8 = 0;
    const ROWS: usize = 2;
    const PANELS: usize = 1;

    #[inline(always)]
    fn multiply(rows: Rows<'_>, matrix: &Matrix, out: &mut [f32], finish: Finish) {
        /// # Safety
        /// The processor has to have NEON.
        #[target_feature(enable = "neon")]
        unsafe fn compiled(rows: Rows<'_>, matrix: &Matrix, out: &mut [f32], finish: Finish) {
            multiply::<Neon>(rows, matrix, out, finish);
        }
        // SAFETY: only [`neon`] comes here, which asks for the same.
        unsafe { compiled(rows, matrix, out, finish) }
    }

    #[inline(always)]
    fn tile<const M: usize, const V: usize>(
        rows: [&[[u8; DEEP]]; M],
        panels: [&[Block]; V],
        begin: [[i32; LANES]; V],
    ) -> Tile<M, V> {
        // Rows are multiples of 32 long, so that steps come in pairs.
        let steps = steps(&rows, &panels) / 2;
        let (rows, panels) = (rows.map(<[_]>::as_ptr), panels.map(<[_]>::as_ptr));
        let mut tile = [begin; M];
        // SAFETY: NEON is there. Every address read is within the first `2 * steps` elements of a slice that has at least as many; a
        // block is four vectors of 16 bytes, and so are sixteen 32-bit sums. Two products of int8 from -127 to 127 are at most 32,258,
        // which sixteen bits hold.
        unsafe {
            // For each panel sixteen pairs of sums: the first and the second half of every four inputs.
            let mut sums: [[[int32x4_t; 8]; V]; M] = [[[vdupq_n_s32(0); 8]; V]; M];
            for step in 0..steps {
                let four: [[int8x16_t; 2]; M] = rows.map(|row| {
                    let at = row.add(2 * step).cast::<i32>();
                    std::array::from_fn(|nth| vreinterpretq_s8_s32(vdupq_n_s32(at.add(nth).read_unaligned())))
                });
                for (nth, panel) in panels.iter().enumerate() {
                    let at = panel.add(2 * step).cast::<i8>();
                    for quarter in 0..4 {
                        let one = vld1q_s8(at.add(16 * quarter));
                        let two = vld1q_s8(at.add(size_of::<Block>() + 16 * quarter));
                        for (sums, [first, second]) in sums.iter_mut().zip(four) {
                            let low = vmull_s8(vget_low_s8(one), vget_low_s8(first));
                            let low = vmlal_s8(low, vget_low_s8(two), vget_low_s8(second));
                            let high = vmull_s8(vget_high_s8(one), vget_high_s8(first));
                            let high = vmlal_s8(high, vget_high_s8(two), vget_high_s8(second));
                            if let Some([a, b]) = sums
                                .get_mut(nth)
                                .and_then(|sums| sums.as_chunks_mut::<2>().0.get_mut(quarter))
                            {
                                *a = vpadalq_s16(*a, low);
                                *b = vpadalq_s16(*b, high);
                            }
                        }
                    }
                }
            }
            for (out, sums) in tile.iter_mut().zip(sums) {
                for (out, sums) in out.iter_mut().zip(sums) {
                    for (four, [a, b]) in out.as_chunks_mut::<4>().0.iter_mut().zip(sums.as_chunks::<2>().0) {
                        let sum = vaddq_s32(vld1q_s32(four.as_ptr()), vpaddq_s32(*a, *b));
                        vst1q_s32(four.as_mut_ptr(), sum);
                    }
                }
            }
        }
        tile
    }
}

/// Sixteen floats in four vectors, which every aarch64 has.
#[derive(Clone, Copy)]
pub(crate) struct Quarters([float32x4_t; 4]);

impl Quarters {
    #[inline(always)]
    fn with(self, other: Self, of: impl Fn(float32x4_t, float32x4_t) -> float32x4_t) -> Self {
        let ([a, b, c, d], [i, j, k, l]) = (self.0, other.0);
        Self([of(a, i), of(b, j), of(c, k), of(d, l)])
    }
}

impl Floats for Quarters {
    #[inline(always)]
    fn load(from: &Lanes) -> Self {
        let at = from.as_ptr();
        // SAFETY: NEON is part of every aarch64 target; sixteen floats are four vectors of four.
        Self(std::array::from_fn(|nth| unsafe { vld1q_f32(at.add(4 * nth)) }))
    }

    #[inline(always)]
    fn store(self) -> Lanes {
        let mut lanes = [0.0; LANES];
        for (four, vector) in lanes.as_chunks_mut::<4>().0.iter_mut().zip(self.0) {
            // SAFETY: as in `load`.
            unsafe { vst1q_f32(four.as_mut_ptr(), vector) };
        }
        lanes
    }

    #[inline(always)]
    fn splat(x: f32) -> Self {
        // SAFETY: NEON is part of every aarch64 target.
        Self([unsafe { vdupq_n_f32(x) }; 4])
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        self.with(other, |a, b| unsafe { vaddq_f32(a, b) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        self.with(other, |a, b| unsafe { vsubq_f32(a, b) })
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        self.with(other, |a, b| unsafe { vmulq_f32(a, b) })
    }

    #[inline(always)]
    fn or_larger(self, other: Self) -> Self {
        // Not `vmaxq`, which knows of signed zeros.
        // SAFETY: as in `splat`.
        self.with(other, |a, b| unsafe { vbslq_f32(vcgtq_f32(b, a), b, a) })
    }

    #[inline(always)]
    fn size(self) -> Self {
        // SAFETY: as in `splat`.
        Self(self.0.map(|x| unsafe { vabsq_f32(x) }))
    }
}
