//! Each token looks at all others: softmax(q k / sqrt(d)) v, head by head, in 32-bit floats.
//!
//! Queries, keys and values come panel by panel: for each sixteen numbers, token by token. Along a head, and along the tokens, products
//! are added one after the other, so that the order is the same whatever the width of the registers.

use crate::floats::{Floats, Lanes, exp, largest, sum};
use crate::matrix::LANES;

/// Queries that are worked on together.
const TOGETHER: usize = 4;

/// Blocks of sixteen that are read beyond the last: there queries and keys of tokens that are not there are taken along, and passed over.
pub(crate) const BEYOND: usize = LANES;

/// Room for one head.
pub(crate) struct Room {
    /// For each sixteen tokens: number by number, sixteen keys.
    keys: Vec<Lanes>,
    /// How much each of four queries looks at each token.
    weights: Vec<f32>,
}

impl Room {
    pub fn new(longest: usize, head: usize) -> Self {
        let blocks = longest.div_ceil(LANES);
        Self { keys: vec![[0.0; LANES]; blocks * head], weights: vec![0.0; TOGETHER * blocks * LANES] }
    }
}

/// `qkv` holds queries, keys and values of `tokens`, and [`BEYOND`] blocks more; `out` gets what each token sees, a row of `width` each.
#[inline(always)]
pub(crate) fn attend<F: Floats>(
    qkv: &[f32],
    tokens: usize,
    width: usize,
    heads: usize,
    room: &mut Room,
    out: &mut [f32],
) {
    let (head, wide) = (width / heads, tokens.next_multiple_of(LANES));
    let steep = F::splat(1.0 / (head as f32).sqrt());
    let blocks = qkv.as_chunks::<LANES>().0;
    let from = |panel: usize| blocks.get(panel * tokens..).unwrap_or_default();
    for at in (0..width).step_by(head) {
        let first = at / LANES;
        let panels = head / LANES;
        for nth in 0..panels {
            turn::<F>(from(width / LANES + first + nth), nth, head, tokens, &mut room.keys);
        }
        let values = from(2 * width / LANES + first);
        for (group, out) in out.chunks_mut(TOGETHER * width).enumerate() {
            let queries = from(first).get(group * TOGETHER..).unwrap_or_default();
            look::<F>(queries, tokens, &room.keys, head, wide, steep, &mut room.weights);
            let mut shares = [0.0; TOGETHER];
            for (row, share) in room.weights.chunks_exact_mut(wide).zip(&mut shares) {
                *share = 1.0 / soften::<F>(row, tokens);
            }
            for (nth, values) in values.chunks_exact(tokens).take(panels).enumerate() {
                let seen = mix::<F>(&room.weights, wide, values);
                for ((line, seen), share) in out.chunks_exact_mut(width).zip(seen).zip(shares) {
                    if let Some(place) = line.as_chunks_mut::<LANES>().0.get_mut(first + nth) {
                        *place = seen.times(F::splat(share)).store();
                    }
                }
            }
        }
    }
}

/// Lays one panel of keys out number by number.
#[inline(always)]
fn turn<F: Floats>(panel: &[Lanes], nth: usize, head: usize, tokens: usize, keys: &mut [Lanes]) {
    for (block, keys) in keys.chunks_exact_mut(head).take(tokens.div_ceil(LANES)).enumerate() {
        let rows = panel.get(block * LANES..).unwrap_or_default().first_chunk::<LANES>();
        let place = keys.as_chunks_mut::<LANES>().0.get_mut(nth);
        if let (Some(rows), Some(place)) = (rows, place) {
            F::turn(rows, place);
        }
    }
}

/// Products of four queries with all keys, as rows of `wide`.
#[inline(always)]
fn look<F: Floats>(
    queries: &[Lanes],
    tokens: usize,
    keys: &[Lanes],
    head: usize,
    wide: usize,
    steep: F,
    weights: &mut [f32],
) {
    let (first, rest) = weights.split_at_mut(wide);
    let (second, rest) = rest.split_at_mut(wide);
    let (third, rest) = rest.split_at_mut(wide);
    let rows = first.as_chunks_mut::<LANES>().0.iter_mut().zip(second.as_chunks_mut::<LANES>().0);
    let others = third.as_chunks_mut::<LANES>().0.iter_mut().zip(rest.as_chunks_mut::<LANES>().0);
    for (((first, second), (third, fourth)), keys) in rows.zip(others).zip(keys.chunks_exact(head)) {
        let zero = F::splat(0.0);
        let (mut a, mut b, mut c, mut d) = (zero, zero, zero, zero);
        for (nth, keys) in keys.as_chunks::<LANES>().0.iter().enumerate() {
            let panel = queries.get(nth * tokens..).unwrap_or_default();
            let Some([q, r, s, t]) = panel.first_chunk::<TOGETHER>() else { return };
            for ((((q, r), s), t), key) in q.iter().zip(r).zip(s).zip(t).zip(keys) {
                let key = F::load(key);
                a = a.plus(F::splat(*q).times(key));
                b = b.plus(F::splat(*r).times(key));
                c = c.plus(F::splat(*s).times(key));
                d = d.plus(F::splat(*t).times(key));
            }
        }
        *first = a.times(steep).store();
        *second = b.times(steep).store();
        *third = c.times(steep).store();
        *fourth = d.times(steep).store();
    }
}

/// From scores to weights that are not yet divided by their total, which is returned; 0 beyond the last token.
#[inline(always)]
fn soften<F: Floats>(row: &mut [f32], tokens: usize) -> f32 {
    // What lies beyond the last token is of an earlier text or of none: it is made to count for nothing.
    row.iter_mut().skip(tokens).for_each(|x| *x = f32::MIN);
    let blocks = row.as_chunks_mut::<LANES>().0;
    let top = largest::<F>(blocks);
    for block in blocks.iter_mut() {
        for x in block {
            *x = exp(*x - top);
        }
    }
    row.iter_mut().skip(tokens).for_each(|x| *x = 0.0);
    sum::<F>(row.as_chunks::<LANES>().0)
}

/// One panel of values, weighed by four rows and added up.
#[inline(always)]
fn mix<F: Floats>(weights: &[f32], wide: usize, values: &[Lanes]) -> [F; TOGETHER] {
    let (first, rest) = weights.split_at(wide);
    let (second, rest) = rest.split_at(wide);
    let (third, fourth) = rest.split_at(wide);
    let zero = F::splat(0.0);
    let (mut a, mut b, mut c, mut d) = (zero, zero, zero, zero);
    let rows = first.iter().zip(second).zip(third.iter().zip(fourth));
    for (((q, r), (s, t)), value) in rows.zip(values) {
        let value = F::load(value);
        a = a.plus(F::splat(*q).times(value));
        b = b.plus(F::splat(*r).times(value));
        c = c.plus(F::splat(*s).times(value));
        d = d.plus(F::splat(*t).times(value));
    }
    [a, b, c, d]
}
