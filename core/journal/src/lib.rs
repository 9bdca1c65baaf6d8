//! The arithmetic of the journal, without any disk: Merkle trees as in RFC 6962, proofs that an entry is in a tree and that a tree grew
//! out of an earlier one, and checkpoints that are signed as C2SP `tlog-checkpoint` and `signed-note` lay down.
//!
//! ```
//! use assent_journal::{Peaks, leaf_hash, inclusion, verify_inclusion};
//! use std::collections::HashMap;
//!
//! let (mut peaks, mut nodes) = (Peaks::default(), HashMap::new());
//! for leaf in ["a", "b", "c"] {
//!     peaks.append(leaf_hash(leaf.as_bytes()), |level, index, hash| { nodes.insert((level, index), hash); });
//! }
//! let path = inclusion(1, 3, &mut |level, index| nodes.get(&(level, index)).copied().ok_or("no such node"))?;
//! assert!(verify_inclusion(&leaf_hash(b"b"), 1, 3, &path, &peaks.root()));
//! # Ok::<(), &str>(())
//! ```
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod note;
mod proof;
mod tree;

pub use note::{Checkpoint, NoteError, Signer, open_note};
pub use proof::{consistency, inclusion, verify_consistency, verify_inclusion};
pub use tree::{Hash, Peaks, empty_root, leaf_hash, node_hash, root};
