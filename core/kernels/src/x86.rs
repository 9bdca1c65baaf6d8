//! Kernels for x86-64.
//!
//! Each is reached through one function compiled for its instructions, into which everything below is inlined.

use std::arch::x86_64::{
    __m256i, __m512i, _mm256_abs_epi8, _mm256_add_epi32, _mm256_dpbusd_avx_epi32, _mm256_load_si256,
    _mm256_loadu_si256, _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_set1_epi16, _mm256_set1_epi32,
    _mm256_setzero_si256, _mm256_sign_epi8, _mm256_storeu_si256, _mm512_dpbusd_epi32, _mm512_load_si512,
    _mm512_loadu_si512, _mm512_set1_epi32, _mm512_setzero_si512, _mm512_storeu_si512,
};

use crate::encoder::{Encoder, Scratch};
use crate::forward::forward;
use crate::matmul::{Finish, Kernel, Rows, Tile, multiply};
use crate::matrix::{Block, DEEP, LANES, Matrix};

/// # Safety
/// The processor has to have AVX2.
#[target_feature(enable = "avx2")]
pub(crate) unsafe fn avx2(encoder: &Encoder, pieces: &[u32], scratch: &mut Scratch, vector: &mut [f32]) {
    forward::<Avx2>(encoder, pieces, scratch, vector);
}

/// # Safety
/// The processor has to have AVX2 and AVX-VNNI.
#[target_feature(enable = "avx2,avxvnni")]
pub(crate) unsafe fn avx_vnni(encoder: &Encoder, pieces: &[u32], scratch: &mut Scratch, vector: &mut [f32]) {
    forward::<AvxVnni>(encoder, pieces, scratch, vector);
}

/// # Safety
/// The processor has to have AVX-512 F, BW, DQ, VL and VNNI.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
pub(crate) unsafe fn avx512_vnni(
    encoder: &Encoder,
    pieces: &[u32],
    scratch: &mut Scratch,
    vector: &mut [f32],
) {
    forward::<Avx512Vnni>(encoder, pieces, scratch, vector);
}

/// How many steps of four all rows and panels have.
#[inline(always)]
fn steps<const M: usize, const V: usize>(rows: &[&[[u8; DEEP]]; M], panels: &[&[Block]; V]) -> usize {
    let panels = panels.iter().map(|panel| panel.len());
    rows.iter().map(|row| row.len()).chain(panels).fold(usize::MAX, usize::min)
}

#[derive(Clone, Copy)]
struct Avx512Vnni;

impl Kernel for Avx512Vnni {
    const OFFSET: u8 = 128;
    const ROWS: usize = 6;
    const PANELS: usize = 4;

    #[inline(always)]
    fn multiply(rows: Rows<'_>, matrix: &Matrix, out: &mut [f32], finish: Finish) {
        /// # Safety
        /// The processor has to have AVX-512 F, BW, DQ, VL and VNNI.
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
        unsafe fn compiled(rows: Rows<'_>, matrix: &Matrix, out: &mut [f32], finish: Finish) {
            multiply::<Avx512Vnni>(rows, matrix, out, finish);
        }
        // SAFETY: only [`avx512_vnni`] comes here, which asks for the same.
        unsafe { compiled(rows, matrix, out, finish) }
    }

    #[inline(always)]
    fn tile<const M: usize, const V: usize>(
        rows: [&[[u8; DEEP]]; M],
        panels: [&[Block]; V],
        begin: [[i32; LANES]; V],
    ) -> Tile<M, V> {
        let steps = steps(&rows, &panels);
        let (rows, panels) = (rows.map(<[_]>::as_ptr), panels.map(<[_]>::as_ptr));
        let mut tile = [[[0; LANES]; V]; M];
        // SAFETY: inlined into a function compiled for these instructions. Every address read is within the first `steps` elements of
        // a slice that has at least as many; a block is 64 bytes, aligned to 64; sixteen 32-bit sums are 64 bytes.
        unsafe {
            let mut sums: [[__m512i; V]; M] = [[_mm512_setzero_si512(); V]; M];
            for sums in &mut sums {
                for (sum, begin) in sums.iter_mut().zip(&begin) {
                    *sum = _mm512_loadu_si512(begin.as_ptr().cast());
                }
            }
            for step in 0..steps {
                let weights = panels.map(|panel| _mm512_load_si512(panel.add(step).cast()));
                for (row, sums) in rows.iter().zip(&mut sums) {
                    let four = _mm512_set1_epi32(row.add(step).cast::<i32>().read_unaligned());
                    for (sum, weights) in sums.iter_mut().zip(weights) {
                        *sum = _mm512_dpbusd_epi32(*sum, four, weights);
                    }
                }
            }
            for (out, sums) in tile.iter_mut().zip(sums) {
                for (out, sum) in out.iter_mut().zip(sums) {
                    _mm512_storeu_si512(out.as_mut_ptr().cast(), sum);
                }
            }
        }
        tile
    }
}

#[derive(Clone, Copy)]
struct AvxVnni;

impl Kernel for AvxVnni {
    const OFFSET: u8 = 128;
    const ROWS: usize = 6;
    const PANELS: usize = 1;

    #[inline(always)]
    fn multiply(rows: Rows<'_>, matrix: &Matrix, out: &mut [f32], finish: Finish) {
        /// # Safety
        /// The processor has to have AVX2 and AVX-VNNI.
        #[target_feature(enable = "avx2,avxvnni")]
        unsafe fn compiled(rows: Rows<'_>, matrix: &Matrix, out: &mut [f32], finish: Finish) {
            multiply::<AvxVnni>(rows, matrix, out, finish);
        }
        // SAFETY: only [`avx_vnni`] comes here, which asks for the same.
        unsafe { compiled(rows, matrix, out, finish) }
    }

    #[inline(always)]
    fn tile<const M: usize, const V: usize>(
        rows: [&[[u8; DEEP]]; M],
        panels: [&[Block]; V],
        begin: [[i32; LANES]; V],
    ) -> Tile<M, V> {
        halves(rows, panels, begin, |sum, four, weights| {
            // SAFETY: inlined into a function compiled for AVX-VNNI.
            unsafe { _mm256_dpbusd_avx_epi32(sum, four, weights) }
        })
    }
}

#[derive(Clone, Copy)]
struct Avx2;

impl Kernel for Avx2 {
    const OFFSET: u8 = 0;
    const ROWS: usize = 4;
    const PANELS: usize = 1;

    #[inline(always)]
    fn multiply(rows: Rows<'_>, matrix: &Matrix, out: &mut [f32], finish: Finish) {
        /// # Safety
        /// The processor has to have AVX2.
        #[target_feature(enable = "avx2")]
        unsafe fn compiled(rows: Rows<'_>, matrix: &Matrix, out: &mut [f32], finish: Finish) {
            multiply::<Avx2>(rows, matrix, out, finish);
        }
        // SAFETY: only [`avx2`] comes here, which asks for the same.
        unsafe { compiled(rows, matrix, out, finish) }
    }

    #[inline(always)]
    fn tile<const M: usize, const V: usize>(
        rows: [&[[u8; DEEP]]; M],
        panels: [&[Block]; V],
        begin: [[i32; LANES]; V],
    ) -> Tile<M, V> {
        halves(rows, panels, begin, |sum, four, weights| {
            // |x| times w with the sign of x: two products are at most 2 · 127 · 127 = 32,258, which sixteen bits hold.
            // SAFETY: inlined into a function compiled for AVX2.
            unsafe {
                let pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(four), _mm256_sign_epi8(weights, four));
                _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)))
            }
        })
    }
}

/// A tile by vectors of 256 bits, two for each panel; `add` takes the sums, four inputs of a token eight times, and weights.
#[inline(always)]
fn halves<const M: usize, const V: usize>(
    rows: [&[[u8; DEEP]]; M],
    panels: [&[Block]; V],
    begin: [[i32; LANES]; V],
    add: impl Fn(__m256i, __m256i, __m256i) -> __m256i,
) -> Tile<M, V> {
    let steps = steps(&rows, &panels);
    let (rows, panels) = (rows.map(<[_]>::as_ptr), panels.map(<[_]>::as_ptr));
    let mut tile = [[[0; LANES]; V]; M];
    // SAFETY: inlined into a function compiled for AVX2. Every address read is within the first `steps` elements of a slice that has at
    // least as many; a block is 64 bytes, aligned to 64, and so are its halves to 32; sixteen 32-bit sums are two vectors.
    unsafe {
        let mut sums: [[[__m256i; 2]; V]; M] = [[[_mm256_setzero_si256(); 2]; V]; M];
        for sums in &mut sums {
            for (sum, begin) in sums.iter_mut().zip(&begin) {
                let at = begin.as_ptr().cast::<__m256i>();
                *sum = [_mm256_loadu_si256(at), _mm256_loadu_si256(at.add(1))];
            }
        }
        for step in 0..steps {
            let weights = panels.map(|panel| {
                let at = panel.add(step).cast::<__m256i>();
                [_mm256_load_si256(at), _mm256_load_si256(at.add(1))]
            });
            for (row, sums) in rows.iter().zip(&mut sums) {
                let four = _mm256_set1_epi32(row.add(step).cast::<i32>().read_unaligned());
                for (sum, weights) in sums.iter_mut().zip(weights) {
                    for (sum, weights) in sum.iter_mut().zip(weights) {
                        *sum = add(*sum, four, weights);
                    }
                }
            }
        }
        for (out, sums) in tile.iter_mut().zip(sums) {
            for (out, [low, high]) in out.iter_mut().zip(sums) {
                let at = out.as_mut_ptr().cast::<__m256i>();
                _mm256_storeu_si256(at, low);
                _mm256_storeu_si256(at.add(1), high);
            }
        }
    }
    tile
}
