//! Plain Rust: what every other kernel has to equal, and what runs where there is none.

use crate::floats::Lanes;
use crate::matmul::{Finish, Kernel, Rows, Tile, multiply};
use crate::matrix::{Block, DEEP, LANES, Matrix};

#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl Kernel for Portable {
    type Floats = Lanes;

    const OFFSET: u8 = 0;
    const ROWS: usize = 4;
    const PANELS: usize = 1;

    #[inline(never)]
    fn multiply(rows: Rows<'_>, matrix: &Matrix, out: &mut [f32], finish: Finish) {
        multiply::<Self>(rows, matrix, out, finish);
    }

    #[inline(always)]
    fn tile<const M: usize, const V: usize>(
        rows: [&[[u8; DEEP]]; M],
        panels: [&[Block]; V],
        begin: [[i32; LANES]; V],
    ) -> Tile<M, V> {
        let mut tile = [begin; M];
        for (row, sums) in rows.iter().zip(&mut tile) {
            for (panel, sums) in panels.iter().zip(sums) {
                for (four, block) in row.iter().zip(*panel) {
                    for (sum, weights) in sums.iter_mut().zip(&block.0) {
                        for (x, w) in four.iter().zip(weights) {
                            *sum = sum.wrapping_add(i32::from(i16::from(*x as i8) * i16::from(*w)));
                        }
                    }
                }
            }
        }
        tile
    }
}
