//! Proofs: made as in RFC 6962, section 2.1.1 and 2.1.2, and checked as in RFC 9162, section 2.1.3.2 and 2.1.4.2.

use crate::tree::{Hash, node_hash, range, split};

/// The audit path of leaf `index` in the tree of the first `size` leaves, from the leaf up; empty where there is no such leaf.
/// `node` finds a complete subtree by its level (0: leaves) and its number within the level.
///
/// # Errors
/// Those of `node`.
pub fn inclusion<E>(
    index: u64,
    size: u64,
    node: &mut impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let (mut start, mut end, mut path) = (0u64, size, Vec::new());
    if index >= size {
        return Ok(path);
    }
    while end.saturating_sub(start) > 1 {
        let middle = start.saturating_add(split(end.saturating_sub(start)));
        if index < middle {
            path.push(range(middle, end, node)?);
            end = middle;
        } else {
            path.push(range(start, middle, node)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree of the first `to` leaves grew out of that of the first `from`; empty where that needs no proof or is not so.
///
/// # Errors
/// Those of `node`.
pub fn consistency<E>(
    from: u64,
    to: u64,
    node: &mut impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let (mut start, mut end, mut path) = (0u64, to, Vec::new());
    if from == 0 || from >= to {
        return Ok(path);
    }
    while from != end {
        let middle = start.saturating_add(split(end.saturating_sub(start)));
        if from <= middle {
            path.push(range(middle, end, node)?);
            end = middle;
        } else {
            path.push(range(start, middle, node)?);
            start = middle;
        }
    }
    if start != 0 {
        path.push(range(start, end, node)?);
    }
    path.reverse();
    Ok(path)
}

/// Whether `path` proves that the leaf of this hash is number `index` of the tree with this size and root.
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size.saturating_sub(1), *leaf);
    for step in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(step, &hash);
            while node & 1 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, step);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// Whether `path` proves that the tree of size `to` grew out of that of size `from`.
pub fn verify_consistency(from: u64, to: u64, old: &Hash, new: &Hash, path: &[Hash]) -> bool {
    if from == to {
        return path.is_empty() && old == new;
    }
    if from == 0 {
        return path.is_empty() && *old == crate::tree::empty_root();
    }
    if from > to {
        return false;
    }
    let mut steps = path.iter();
    // A complete tree is a node of the larger one, so its root need not be sent.
    let Some(first) = (if from.is_power_of_two() { Some(old) } else { steps.next() }) else { return false };
    let (mut node, mut last) = (from.saturating_sub(1), to.saturating_sub(1));
    while node & 1 == 1 {
        (node, last) = (node >> 1, last >> 1);
    }
    let (mut older, mut newer) = (*first, *first);
    for step in steps {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            older = node_hash(step, &older);
            newer = node_hash(step, &newer);
            while node & 1 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            newer = node_hash(&newer, step);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && older == *old && newer == *new
}
