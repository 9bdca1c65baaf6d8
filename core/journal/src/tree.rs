//! The tree of RFC 6962, section 2.1: how leaves and nodes are hashed, and how a tree grows by one leaf.

use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash of a leaf: SHA-256(0x00 || leaf).
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    sha256(&[&[0], leaf])
}

/// The hash of the node over two others: SHA-256(0x01 || left || right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// The root of the empty tree: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    sha256(&[])
}

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    let mut hash = [0; 32];
    // Both are 32 bytes; zip cannot fail where copy_from_slice could panic.
    hash.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
    hash
}

/// The roots of the complete subtrees that a tree consists of, largest first: all that is needed to grow it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peaks {
    size: u64,
    peaks: Vec<Hash>,
}

impl Peaks {
    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash. `keep` is told of the leaf (level 0) and of every node that it completes, as level and number within the
    /// level from 0. A tree that holds [`u64::MAX`] leaves takes no more and tells nobody; at a million a second that is 580,000 years.
    pub fn append(&mut self, leaf: Hash, mut keep: impl FnMut(u8, u64, Hash)) {
        let Some(size) = self.size.checked_add(1) else { return };
        let (mut level, mut index, mut hash) = (0u8, self.size, leaf);
        keep(level, index, hash);
        while index & 1 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            hash = node_hash(&left, &hash);
            (level, index) = (level.saturating_add(1), index >> 1);
            keep(level, index, hash);
        }
        self.peaks.push(hash);
        self.size = size;
    }

    /// The tree's root.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return empty_root() };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}

/// The root of the leaves from `start` to before `end`, where `start` is a multiple of every complete subtree within, as it is in all
/// the trees and proofs here. `node` finds a complete subtree by its level and number.
pub(crate) fn range<E>(
    start: u64,
    end: u64,
    node: &mut impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Hash, E> {
    let size = end.saturating_sub(start);
    if size == 0 {
        return Ok(empty_root());
    }
    if size.is_power_of_two() {
        let level = size.trailing_zeros();
        return node(u8::try_from(level).unwrap_or(u8::MAX), start >> level);
    }
    let middle = start.saturating_add(split(size));
    let left = range(start, middle, node)?;
    Ok(node_hash(&left, &range(middle, end, node)?))
}

/// The root of a tree of this size.
///
/// # Errors
/// Those of `node`.
pub fn root<E>(size: u64, node: &mut impl FnMut(u8, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    range(0, size, node)
}

/// The largest power of two that is smaller than `size`, which is at least 2.
pub(crate) fn split(size: u64) -> u64 {
    1 << (63 - size.saturating_sub(1).max(1).leading_zeros())
}
