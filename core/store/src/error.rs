//! What can go wrong in the store. No error holds a key, a value or anything else of the user's.

use std::io;

use crate::anchor::AnchorError;
use crate::journal::Tampered;
use crate::vault::KeyError;

/// Why the store could not be opened, read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process, or another handle in this one, holds the store.
    #[error("the store is in use by another process; close that one or give another home")]
    InUse,
    /// This thread is already inside a transaction of this store.
    #[error("a transaction of this store is open on this thread already; use that one")]
    Nested,
    /// The key is sound but does not open this store.
    #[error("the key does not open this store; put back the key that belongs to it")]
    WrongKey,
    /// There is no usable key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The rollback anchor could not be told of a commit, so the commit was not made.
    #[error(transparent)]
    Anchor(#[from] AnchorError),
    /// A newer program wrote this store.
    #[error("the store has schema {found} and this program knows {known}; use a newer program")]
    Newer {
        /// The schema in the store.
        found: u32,
        /// The newest schema that this program knows.
        known: u32,
    },
    /// A record was changed outside this program, or the disk lost a part of it.
    #[error("a record in `{table}` is damaged; restore the store from a backup")]
    Damaged {
        /// The table.
        table: &'static str,
    },
    /// A record was removed, added or put back to an earlier one outside this program.
    #[error("the records in `{table}` are not those that were left there; restore the store from a backup")]
    Changed {
        /// The table.
        table: &'static str,
    },
    /// A page of the database's file is not as LMDB left it.
    #[error("page {page} of the store's file is damaged: {what}; restore the store from a backup")]
    Page {
        /// The page, from 0; a page has 4,096 bytes on most machines.
        page: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A record is whole but is not of the type that was asked for.
    #[error("a record in `{table}` was written as another type; use the version that wrote it")]
    Unreadable {
        /// The table.
        table: &'static str,
    },
    /// A value was refused because it would not read back; its type does not fit the codec.
    #[error("a value for `{table}` would not read back; its type must not skip or flatten fields")]
    Unfit {
        /// The table.
        table: &'static str,
    },
    /// The journal does not hold together.
    #[error(transparent)]
    Tampered(#[from] Tampered),
    /// The store has grown as large as it may.
    #[error("the store has reached its largest size; forget what is no longer needed")]
    Full,
    /// The system refused a file operation.
    #[error("the store's files cannot be used: {0}; check the disk's space and the folder's permissions")]
    Disk(io::ErrorKind),
    /// LMDB refused; the text is its own and holds no data.
    #[error("the database refused: {0}; restore the store from a backup if it does so again")]
    Lmdb(&'static str),
    /// The system gave no random bytes, or refused to seal.
    #[error("the system's cryptography failed; try again")]
    Crypto,
}

impl StoreError {
    /// Something stands where nothing may stand.
    pub(crate) const EXISTS: Self = Self::Lmdb("the key exists");
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        Self::Disk(error.kind())
    }
}

impl From<heed::Error> for StoreError {
    fn from(error: heed::Error) -> Self {
        use heed::MdbError as M;
        match error {
            heed::Error::Mdb(M::KeyExist) => Self::EXISTS,
            heed::Error::Io(error) => Self::Disk(error.kind()),
            heed::Error::EnvAlreadyOpened => Self::InUse,
            heed::Error::Encoding(_) | heed::Error::Decoding(_) => {
                Self::Lmdb("a key or value has a wrong form")
            }
            heed::Error::Mdb(M::MapFull) => Self::Full,
            heed::Error::Mdb(error) => Self::Lmdb(match error {
                M::PageNotFound | M::Corrupted | M::Invalid => "the file is damaged",
                M::VersionMismatch => "the file is of another LMDB version",
                M::Panic => "an earlier failure closed the file",
                M::ReadersFull => "too many reads at once",
                M::TxnFull => "too much in one transaction",
                M::BadTxn => "an earlier step of this transaction failed",
                _ => "unexpected state",
            }),
        }
    }
}
