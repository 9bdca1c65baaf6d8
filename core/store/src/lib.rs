//! The device's memory: sealed typed tables and a journal that is a Merkle tree, in one LMDB environment with one writer.
//!
//! ```
//! use assent_store::{FileVault, Store, StoreError, Table};
//!
//! # let home = tempfile::tempdir().map_err(StoreError::from)?;
//! # let home = home.path();
//! let store = Store::open(home, &FileVault::new(home))?;
//! let receipt = store.write(|book| {
//!     book.put(Table::Budgets, "lunch", &3_800_i64)?;
//!     book.append(r#"{"spent":"38.00"}"#)
//! })?;
//! assert_eq!(receipt.index, 0);
//! let spent: Option<i64> = store.read(|book| book.get(Table::Budgets, "lunch"))?;
//! assert_eq!(spent, Some(3_800));
//! # Ok::<(), StoreError>(())
//! ```
//!
//! [`Store::write`] answers only after a synced commit, and an error keeps nothing. Every value is sealed under a key of its own and
//! every name is hidden (see `seal.rs` for the format), so that a copied file tells its finder how much there is and nothing else.
//! A changed byte is an error that says where, never another value: structure and records are checked whole when a store is opened.
//!
//! [`Store::open_anchored`] also notices a store that was put back to an earlier state, and a store whose key is gone opens empty;
//! [`Reading::condition`] tells, and stays so until [`Writing::accept`].
//!
//! What this does not do: sealed bytes of what was deleted stay in the file until LMDB writes over them; whoever puts an old anchor back
//! together with an old store, or changes the file while the store is open, is not noticed.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod anchor;
mod begin;
mod check;
mod env;
mod error;
mod header;
mod journal;
mod keyring;
mod loss;
mod pages;
mod record;
mod rotate;
mod seal;
mod shelf;
mod store;
mod sums;
mod table;
mod vault;

pub use anchor::{Anchor, AnchorError, Anchored, FileAnchor, Mark};
pub use assent_journal::Checkpoint;
pub use error::StoreError;
pub use header::{Condition, KeyLoss, LastSeen, RolledBack};
pub use journal::{Entry, Fault, Proof, Tampered, Verified};
pub use record::{Reading, Writing};
pub use store::Store;
pub use table::Table;
pub use vault::{FileVault, KeyError, KeyVault, MasterKey};
