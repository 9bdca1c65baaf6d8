//! The journal: entries in a hash chain, their bodies sealed beside it, so that a body can be erased and the chain still checked.
//!
//! ```text
//! header      = previous hash (32 bytes) | commitment (32)         in clear, under the index as u64, big-endian
//! commitment  = SHA-256(salt (32 random bytes) | body)
//! hash        = SHA-256("assent journal v1" | index (u64, big-endian) | previous hash | commitment)
//! ```
//!
//! The first entry's previous hash is 32 zeros. Salt and body are sealed under the same index; erasing puts a sealed mark in their
//! place, so that a body that somebody took away is told from one that the user erased. Length and last hash are sealed apart:
//! without them a cut tail would look like a shorter journal.

use std::fmt;

use assent_types::Receipt;
use heed::types::Bytes;
use heed::{Database, PutFlags, RwTxn};
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::record::{Reading, Writing, decode};
use crate::seal::{Keys, SaltBytes};
use crate::table::{BODIES, JOURNAL, META};

type Hash = [u8; 32];

const HEAD: &[u8] = b"journal head";
const DAMAGED: StoreError = StoreError::Damaged { table: JOURNAL };

/// One entry as it is read.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 0.
    pub index: u64,
    /// Its hash, in lower-case hexadecimal.
    pub hash: String,
    /// The hash of the entry before it, zeros for the first.
    pub prev: String,
    /// What was recorded; `None` where it was erased.
    pub body: Option<String>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({}, …)", self.index)
    }
}

/// A journal that holds together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries there are.
    pub entries: u64,
    /// How many of them were erased.
    pub erased: u64,
    /// The hash of the last one in lower-case hexadecimal, zeros where there is none.
    pub head: String,
}

/// Where the journal does not hold together: the first fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal does not hold together at entry {index}: {what}; what stands before it is sound")]
pub struct Tampered {
    /// The entry, from 0.
    pub index: u64,
    /// What is wrong with it.
    pub what: Fault,
}

/// What is wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The header has a wrong form.
    Header,
    /// It does not follow from the entry before it: one of the two was changed.
    Link,
    /// The body is not the one that was recorded.
    Body,
    /// The entry or its body is gone.
    Missing,
    /// The journal ends here, earlier or otherwise than it should.
    Tail,
    /// The sealed length and last hash are damaged or gone.
    Head,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "its header has a wrong form",
            Self::Link => "it does not follow from the entry before it",
            Self::Body => "its body is not the one that was recorded",
            Self::Missing => "it or its body is gone",
            Self::Tail => "the journal does not end as it was left",
            Self::Head => "the record of the journal's end is damaged",
        })
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Head {
    len: u64,
    hash: Hash,
}

#[derive(Serialize, Deserialize)]
enum Body {
    Kept(SaltBytes, String),
    Erased,
}

/// Begins an empty journal.
pub(crate) fn begin(
    keys: &Keys,
    meta: &Database<'_, Bytes, Bytes>,
    txn: &mut RwTxn<'_>,
) -> Result<(), StoreError> {
    let head = seal(keys, META, HEAD, &Head { len: 0, hash: [0; 32] })?;
    Ok(meta.put(txn, HEAD, &head)?)
}

impl Reading<'_> {
    /// How many entries the journal has, the erased ones included.
    pub fn journal_len(&self) -> Result<u64, StoreError> {
        Ok(self.head()?.ok_or(DAMAGED)?.len)
    }

    /// One entry, `None` beyond the end. It is checked by itself; [`Reading::verify`] checks the chain.
    pub fn entry(&self, index: u64) -> Result<Option<Entry>, StoreError> {
        let key = index.to_be_bytes();
        if index >= self.journal_len()? {
            return Ok(None);
        }
        let header = self.bases.journal.get(self.txn(), &key)?.ok_or(DAMAGED)?;
        let (prev, commitment) = split(header).ok_or(DAMAGED)?;
        let sealed = self.bases.bodies.get(self.txn(), &key)?.ok_or(DAMAGED)?;
        let body = match open::<Body>(self.keys, BODIES, &key, sealed).ok_or(DAMAGED)? {
            Body::Erased => None,
            Body::Kept(salt, text) if commit(&salt, &text) == commitment => Some(text),
            Body::Kept(..) => return Err(DAMAGED),
        };
        Ok(Some(Entry { index, hash: hex(&link(index, &prev, &commitment)), prev: hex(&prev), body }))
    }

    /// Checks the whole journal: every header, link and body, and that it ends as it was left.
    ///
    /// # Errors
    /// [`StoreError::Tampered`] with the first fault.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        let mut headers = self.bases.journal.iter(self.txn())?;
        let mut bodies = self.bases.bodies.iter(self.txn())?;
        let (mut index, mut hash, mut erased) = (0u64, [0; 32], 0u64);
        let tampered = |index, what| Err(StoreError::Tampered(Tampered { index, what }));
        let Some(head) = self.head()? else { return tampered(0, Fault::Head) };
        loop {
            let (header, body) = match (headers.next().transpose()?, bodies.next().transpose()?) {
                (None, None) => break,
                (Some(header), Some(body)) => (header, body),
                _ => return tampered(index, Fault::Missing),
            };
            let key = index.to_be_bytes();
            if index >= head.len {
                return tampered(index, Fault::Tail);
            }
            if header.0 != key || body.0 != key {
                return tampered(index, Fault::Missing);
            }
            let Some((prev, commitment)) = split(header.1) else { return tampered(index, Fault::Header) };
            if prev != hash {
                return tampered(index, Fault::Link);
            }
            match open::<Body>(self.keys, BODIES, &key, body.1) {
                Some(Body::Erased) => erased = erased.saturating_add(1),
                Some(Body::Kept(salt, text)) if commit(&salt, &text) == commitment => {}
                _ => return tampered(index, Fault::Body),
            }
            hash = link(index, &prev, &commitment);
            index = index.saturating_add(1);
        }
        if head.len != index || head.hash != hash {
            return tampered(index, Fault::Tail);
        }
        Ok(Verified { entries: index, erased, head: hex(&hash) })
    }

    fn head(&self) -> Result<Option<Head>, StoreError> {
        let sealed = self.bases.meta.get(self.txn(), HEAD)?;
        Ok(sealed.and_then(|sealed| open(self.keys, META, HEAD, sealed)))
    }
}

impl Writing<'_> {
    /// Adds an entry, JSON by custom. The receipt stands once the transaction is committed.
    pub fn append(&mut self, body: &str) -> Result<Receipt, StoreError> {
        let done = self.append_entry(body);
        self.note(done)
    }

    /// Takes an entry's body away and leaves the chain as it was. `false` where there was nothing to take.
    pub fn erase(&mut self, index: u64) -> Result<bool, StoreError> {
        let done = self.erase_entry(index);
        self.note(done)
    }

    fn append_entry(&mut self, text: &str) -> Result<Receipt, StoreError> {
        let head = self.head()?.ok_or(DAMAGED)?;
        let key = head.len.to_be_bytes();
        let salt = self.keys.salt()?;
        let commitment = commit(&salt, text);
        let hash = link(head.len, &head.hash, &commitment);
        let next = Head { len: head.len.checked_add(1).ok_or(StoreError::Full)?, hash };
        let sealed_head = seal(self.keys, META, HEAD, &next)?;
        let sealed_body = seal(self.keys, BODIES, &key, &Body::Kept(salt, text.to_owned()))?;
        let (meta, journal, bodies) = (self.bases.meta, self.bases.journal, self.bases.bodies);
        self.edit(|txn| {
            journal.put_with_flags(txn, PutFlags::NO_OVERWRITE, &key, &[head.hash, commitment].concat())?;
            bodies.put_with_flags(txn, PutFlags::NO_OVERWRITE, &key, &sealed_body)?;
            meta.put(txn, HEAD, &sealed_head)
        })
        .map_err(|error| if error == StoreError::EXISTS { DAMAGED } else { error })?;
        Ok(Receipt { index: head.len, hash: hex(&hash) })
    }

    fn erase_entry(&mut self, index: u64) -> Result<bool, StoreError> {
        let key = index.to_be_bytes();
        if index >= self.journal_len()? {
            return Ok(false);
        }
        let sealed = self.bases.bodies.get(self.txn(), &key)?.ok_or(DAMAGED)?;
        if let Some(Body::Erased) = open(self.keys, BODIES, &key, sealed) {
            return Ok(false);
        }
        let mark = seal(self.keys, BODIES, &key, &Body::Erased)?;
        let bodies = self.bases.bodies;
        self.edit(|txn| bodies.put(txn, &key, &mark))?;
        Ok(true)
    }
}

fn seal<V: Serialize>(keys: &Keys, table: &str, key: &[u8], value: &V) -> Result<Vec<u8>, StoreError> {
    let plain = zeroize::Zeroizing::new(
        postcard::to_stdvec(value).map_err(|_| StoreError::Unfit { table: JOURNAL })?,
    );
    keys.seal(table, key, &plain)
}

fn open<V: serde::de::DeserializeOwned>(keys: &Keys, table: &str, key: &[u8], sealed: &[u8]) -> Option<V> {
    decode(&keys.open(table, key, sealed)?)
}

fn split(header: &[u8]) -> Option<(Hash, Hash)> {
    let (prev, commitment) = header.split_at_checked(32)?;
    Some((prev.try_into().ok()?, commitment.try_into().ok()?))
}

fn commit(salt: &SaltBytes, body: &str) -> Hash {
    sha256(&[salt, body.as_bytes()])
}

fn link(index: u64, prev: &Hash, commitment: &Hash) -> Hash {
    sha256(&[b"assent journal v1", &index.to_be_bytes(), prev, commitment])
}

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    let mut hash = [0; 32];
    hash.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
    hash
}

fn hex(hash: &Hash) -> String {
    use fmt::Write;
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
