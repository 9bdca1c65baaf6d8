//! Kernels for x86-64.
//!
//! Each is reached through one function compiled for its instructions, into which everything below is inlined.

use std::arch::x86_64::{
    __m128, __m256, __m256i, __m512, __m512i, _mm_add_ps, _mm_andnot_ps, _mm_loadu_ps, _mm_max_ps,
    _mm_mul_ps, _mm_set1_ps, _mm_storeu_ps, _mm_sub_ps, _mm256_abs_epi8, _mm256_add_epi32, _mm256_add_ps,
    _mm256_andnot_ps, _mm256_castpd_ps, _mm256_castps_pd, _mm256_dpbusd_avx_epi32, _mm256_load_si256,
    _mm256_loadu_ps, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_max_ps,
    _mm256_mul_ps, _mm256_permute2f128_ps, _mm256_set1_epi16, _mm256_set1_epi32, _mm256_set1_ps,
    _mm256_setzero_ps, _mm256_setzero_si256, _mm256_sign_epi8, _mm256_storeu_ps, _mm256_storeu_si256,
    _mm256_sub_ps, _mm256_unpackhi_pd, _mm256_unpackhi_ps, _mm256_unpacklo_pd, _mm256_unpacklo_ps,
    _mm512_abs_ps, _mm512_add_ps, _mm512_castpd_ps, _mm512_castps_pd, _mm512_dpbusd_epi32, _mm512_load_si512,
    _mm512_loadu_ps, _mm512_loadu_si512, _mm512_max_ps, _mm512_mul_ps, _mm512_set1_epi32, _mm512_set1_ps,
    _mm512_setzero_ps, _mm512_setzero_si512, _mm512_shuffle_f32x4, _mm512_storeu_ps, _mm512_storeu_si512,
    _mm512_sub_ps, _mm512_unpackhi_pd, _mm512_unpackhi_ps, _mm512_unpacklo_pd, _mm512_unpacklo_ps,
};

use crate::encoder::{Encoder, Scratch};
use crate::floats::{Floats, Lanes};
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
    type Floats = Whole;

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
    type Floats = Halves;

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
    type Floats = Halves;

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

/// Sixteen floats in one vector. Only kernels compiled for AVX-512 make one.
#[derive(Clone, Copy)]
struct Whole(__m512);

impl Floats for Whole {
    #[inline(always)]
    fn load(from: &Lanes) -> Self {
        // SAFETY: inlined into a function compiled for AVX-512; sixteen floats are 64 bytes.
        Self(unsafe { _mm512_loadu_ps(from.as_ptr()) })
    }

    #[inline(always)]
    fn store(self) -> Lanes {
        let mut lanes = [0.0; LANES];
        // SAFETY: as in `load`.
        unsafe { _mm512_storeu_ps(lanes.as_mut_ptr(), self.0) };
        lanes
    }

    #[inline(always)]
    fn splat(x: f32) -> Self {
        // SAFETY: inlined into a function compiled for AVX-512.
        Self(unsafe { _mm512_set1_ps(x) })
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        Self(unsafe { _mm512_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        Self(unsafe { _mm512_sub_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        Self(unsafe { _mm512_mul_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn or_larger(self, other: Self) -> Self {
        // The instruction gives its second operand unless the first is larger.
        // SAFETY: as in `splat`.
        Self(unsafe { _mm512_max_ps(other.0, self.0) })
    }

    #[inline(always)]
    fn size(self) -> Self {
        // SAFETY: as in `splat`.
        Self(unsafe { _mm512_abs_ps(self.0) })
    }

    #[inline(always)]
    fn turn(rows: &[Lanes; LANES], columns: &mut [Lanes; LANES]) {
        // SAFETY: as in `splat`; every row and column is sixteen floats.
        unsafe {
            // Four rows by four, within each quarter of the vectors: quarter k of `fours[j][i]` is column 4k + j of rows 4i to 4i + 3.
            let mut fours = [[_mm512_setzero_ps(); 4]; 4];
            for (i, [a, b, c, d]) in rows.as_chunks::<4>().0.iter().enumerate() {
                let (a, b) = (_mm512_loadu_ps(a.as_ptr()), _mm512_loadu_ps(b.as_ptr()));
                let (c, d) = (_mm512_loadu_ps(c.as_ptr()), _mm512_loadu_ps(d.as_ptr()));
                let (ab, ab_high) = (_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
                let (cd, cd_high) = (_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
                let (ab, ab_high) = (_mm512_castps_pd(ab), _mm512_castps_pd(ab_high));
                let (cd, cd_high) = (_mm512_castps_pd(cd), _mm512_castps_pd(cd_high));
                let turned = [
                    _mm512_castpd_ps(_mm512_unpacklo_pd(ab, cd)),
                    _mm512_castpd_ps(_mm512_unpackhi_pd(ab, cd)),
                    _mm512_castpd_ps(_mm512_unpacklo_pd(ab_high, cd_high)),
                    _mm512_castpd_ps(_mm512_unpackhi_pd(ab_high, cd_high)),
                ];
                for (four, turned) in fours.iter_mut().zip(turned) {
                    if let Some(place) = four.get_mut(i) {
                        *place = turned;
                    }
                }
            }
            // Then the quarters.
            let (first, rest) = columns.split_at_mut(4);
            let (second, rest) = rest.split_at_mut(4);
            let (third, fourth) = rest.split_at_mut(4);
            let places = first.iter_mut().zip(second).zip(third.iter_mut().zip(fourth));
            for ([a, b, c, d], ((first, second), (third, fourth))) in fours.into_iter().zip(places) {
                let (even, even_too) = (_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(c, d, 0x88));
                let (odd, odd_too) = (_mm512_shuffle_f32x4(a, b, 0xdd), _mm512_shuffle_f32x4(c, d, 0xdd));
                _mm512_storeu_ps(first.as_mut_ptr(), _mm512_shuffle_f32x4(even, even_too, 0x88));
                _mm512_storeu_ps(second.as_mut_ptr(), _mm512_shuffle_f32x4(odd, odd_too, 0x88));
                _mm512_storeu_ps(third.as_mut_ptr(), _mm512_shuffle_f32x4(even, even_too, 0xdd));
                _mm512_storeu_ps(fourth.as_mut_ptr(), _mm512_shuffle_f32x4(odd, odd_too, 0xdd));
            }
        }
    }
}

/// Sixteen floats in two vectors. Only kernels compiled for AVX2 make one.
#[derive(Clone, Copy)]
struct Halves(__m256, __m256);

impl Floats for Halves {
    #[inline(always)]
    fn load(from: &Lanes) -> Self {
        let at = from.as_ptr();
        // SAFETY: inlined into a function compiled for AVX2; sixteen floats are two vectors of eight.
        unsafe { Self(_mm256_loadu_ps(at), _mm256_loadu_ps(at.add(8))) }
    }

    #[inline(always)]
    fn store(self) -> Lanes {
        let mut lanes = [0.0; LANES];
        let at = lanes.as_mut_ptr();
        // SAFETY: as in `load`.
        unsafe {
            _mm256_storeu_ps(at, self.0);
            _mm256_storeu_ps(at.add(8), self.1);
        }
        lanes
    }

    #[inline(always)]
    fn splat(x: f32) -> Self {
        // SAFETY: inlined into a function compiled for AVX2.
        let x = unsafe { _mm256_set1_ps(x) };
        Self(x, x)
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        unsafe { Self(_mm256_add_ps(self.0, other.0), _mm256_add_ps(self.1, other.1)) }
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        unsafe { Self(_mm256_sub_ps(self.0, other.0), _mm256_sub_ps(self.1, other.1)) }
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        unsafe { Self(_mm256_mul_ps(self.0, other.0), _mm256_mul_ps(self.1, other.1)) }
    }

    #[inline(always)]
    fn or_larger(self, other: Self) -> Self {
        // The instruction gives its second operand unless the first is larger.
        // SAFETY: as in `splat`.
        unsafe { Self(_mm256_max_ps(other.0, self.0), _mm256_max_ps(other.1, self.1)) }
    }

    #[inline(always)]
    fn size(self) -> Self {
        // SAFETY: as in `splat`.
        unsafe {
            let sign = _mm256_set1_ps(-0.0);
            Self(_mm256_andnot_ps(sign, self.0), _mm256_andnot_ps(sign, self.1))
        }
    }

    #[inline(always)]
    fn turn(rows: &[Lanes; LANES], columns: &mut [Lanes; LANES]) {
        // Eight rows and eight columns at a time.
        for (down, rows) in rows.as_chunks::<8>().0.iter().enumerate() {
            for (across, columns) in columns.as_chunks_mut::<8>().0.iter_mut().enumerate() {
                // SAFETY: as in `splat`; eight floats from place 0 or 8 of a row or column of sixteen.
                unsafe {
                    // Half k of `fours[j][i]` is column 4k + j of rows 4i to 4i + 3.
                    let mut fours = [[_mm256_setzero_ps(); 2]; 4];
                    for (i, [a, b, c, d]) in rows.as_chunks::<4>().0.iter().enumerate() {
                        let a = _mm256_loadu_ps(a.as_ptr().add(8 * across));
                        let b = _mm256_loadu_ps(b.as_ptr().add(8 * across));
                        let c = _mm256_loadu_ps(c.as_ptr().add(8 * across));
                        let d = _mm256_loadu_ps(d.as_ptr().add(8 * across));
                        let (ab, ab_high) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
                        let (cd, cd_high) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
                        let (ab, ab_high) = (_mm256_castps_pd(ab), _mm256_castps_pd(ab_high));
                        let (cd, cd_high) = (_mm256_castps_pd(cd), _mm256_castps_pd(cd_high));
                        let turned = [
                            _mm256_castpd_ps(_mm256_unpacklo_pd(ab, cd)),
                            _mm256_castpd_ps(_mm256_unpackhi_pd(ab, cd)),
                            _mm256_castpd_ps(_mm256_unpacklo_pd(ab_high, cd_high)),
                            _mm256_castpd_ps(_mm256_unpackhi_pd(ab_high, cd_high)),
                        ];
                        for (four, turned) in fours.iter_mut().zip(turned) {
                            if let Some(place) = four.get_mut(i) {
                                *place = turned;
                            }
                        }
                    }
                    let (first, second) = columns.split_at_mut(4);
                    for ([a, b], (first, second)) in fours.into_iter().zip(first.iter_mut().zip(second)) {
                        let at = 8 * down;
                        _mm256_storeu_ps(first.as_mut_ptr().add(at), _mm256_permute2f128_ps(a, b, 0x20));
                        _mm256_storeu_ps(second.as_mut_ptr().add(at), _mm256_permute2f128_ps(a, b, 0x31));
                    }
                }
            }
        }
    }
}

/// Sixteen floats in four vectors, which every x86-64 has.
#[derive(Clone, Copy)]
pub(crate) struct Quarters([__m128; 4]);

impl Quarters {
    #[inline(always)]
    fn with(self, other: Self, of: impl Fn(__m128, __m128) -> __m128) -> Self {
        let ([a, b, c, d], [i, j, k, l]) = (self.0, other.0);
        Self([of(a, i), of(b, j), of(c, k), of(d, l)])
    }
}

impl Floats for Quarters {
    #[inline(always)]
    fn load(from: &Lanes) -> Self {
        let at = from.as_ptr();
        // SAFETY: SSE2 is part of every x86-64 target; sixteen floats are four vectors of four.
        Self(std::array::from_fn(|nth| unsafe { _mm_loadu_ps(at.add(4 * nth)) }))
    }

    #[inline(always)]
    fn store(self) -> Lanes {
        let mut lanes = [0.0; LANES];
        for (four, vector) in lanes.as_chunks_mut::<4>().0.iter_mut().zip(self.0) {
            // SAFETY: as in `load`.
            unsafe { _mm_storeu_ps(four.as_mut_ptr(), vector) };
        }
        lanes
    }

    #[inline(always)]
    fn splat(x: f32) -> Self {
        // SAFETY: SSE2 is part of every x86-64 target.
        Self([unsafe { _mm_set1_ps(x) }; 4])
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        self.with(other, |a, b| unsafe { _mm_add_ps(a, b) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        self.with(other, |a, b| unsafe { _mm_sub_ps(a, b) })
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        self.with(other, |a, b| unsafe { _mm_mul_ps(a, b) })
    }

    #[inline(always)]
    fn or_larger(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        self.with(other, |a, b| unsafe { _mm_max_ps(b, a) })
    }

    #[inline(always)]
    fn size(self) -> Self {
        // SAFETY: as in `splat`.
        Self(self.0.map(|x| unsafe { _mm_andnot_ps(_mm_set1_ps(-0.0), x) }))
    }
}
