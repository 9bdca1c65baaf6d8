//! The data keys as they lie on the disk: each wrapped by the vault's key, bound to what it is for.
//!
//! ```text
//! record = postcard of the ring's number and the wrapped keys | first 8 bytes of its SHA-256
//! about  = "assent data key v2" | ring (8 bytes) | epoch (u32, big-endian) | purpose (1 byte; 255: the index key)
//! ```
//!
//! The sum tells a damaged record from one that another key wrapped: the first is an error, the second the loss of a key.

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::record::decode;
use crate::seal::Keys;
use crate::table::META;
use crate::vault::{KEY_BYTES, KeyError, KeyVault};

/// Where the ring in use stands in `meta`; one whose key is gone stands under this and `/` and its number.
pub(crate) const KEYS: &[u8] = b"keys";
const INDEX: u8 = 255;
const SUM_BYTES: usize = 8;
const DAMAGED: StoreError = StoreError::Damaged { table: META };

/// Tells one ring of keys from another.
pub(crate) type RingId = [u8; 8];

#[derive(Serialize, Deserialize)]
struct Wrapped {
    epoch: u32,
    purpose: u8,
    bytes: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Record {
    ring: RingId,
    keys: Vec<Wrapped>,
}

/// The record of these keys.
pub(crate) fn wrap(vault: &dyn KeyVault, ring: RingId, keys: &Keys) -> Result<Vec<u8>, StoreError> {
    let (index, data) = keys.all();
    let mut wrapped = Vec::new();
    let mut add = |epoch: u32, purpose: u8, key: &[u8; KEY_BYTES]| {
        let bytes = vault.wrap(key, &about(ring, epoch, purpose))?;
        wrapped.push(Wrapped { epoch, purpose, bytes });
        Ok::<(), StoreError>(())
    };
    add(0, INDEX, index)?;
    for (epoch, purpose, key) in data {
        add(epoch, u8::try_from(purpose).map_err(|_| StoreError::Crypto)?, key)?;
    }
    written(&Record { ring, keys: wrapped })
}

/// The record without the data keys of any other epoch.
pub(crate) fn only(record: &[u8], epoch: u32) -> Result<Vec<u8>, StoreError> {
    let mut record = read(record)?;
    record.keys.retain(|wrapped| wrapped.purpose == INDEX || wrapped.epoch == epoch);
    written(&record)
}

/// The latest epoch in the record.
pub(crate) fn last_epoch(record: &[u8]) -> Result<u32, StoreError> {
    Ok(read(record)?.keys.iter().map(|wrapped| wrapped.epoch).max().unwrap_or_default())
}

/// Where in `meta` a ring stands whose key is gone.
pub(crate) fn lost(ring: &[u8]) -> Vec<u8> {
    [KEYS, b"/", ring].concat()
}

fn written(record: &Record) -> Result<Vec<u8>, StoreError> {
    let mut record = postcard::to_stdvec(record).map_err(|_| DAMAGED)?;
    let sum = digest(&SHA256, &record);
    record.extend(sum.as_ref().iter().take(SUM_BYTES));
    Ok(record)
}

/// The ring's number, without any key.
pub(crate) fn ring_of(record: &[u8]) -> Result<RingId, StoreError> {
    Ok(read(record)?.ring)
}

/// The keys of this record; `Ok(None)` where the vault has no key or another one.
pub(crate) fn unwrap(vault: &dyn KeyVault, record: &[u8]) -> Result<Option<Keys>, StoreError> {
    let Record { ring, keys } = read(record)?;
    let open = |wrapped: &Wrapped| -> Result<Option<Zeroizing<[u8; KEY_BYTES]>>, StoreError> {
        match vault.unwrap(&wrapped.bytes, &about(ring, wrapped.epoch, wrapped.purpose)) {
            Ok(plain) => Ok(Some(Zeroizing::new(plain.as_slice().try_into().map_err(|_| DAMAGED)?))),
            Err(KeyError::Lost | KeyError::Other) => Ok(None),
            Err(error) => Err(error.into()),
        }
    };
    let (index, data) = keys.split_first().filter(|(first, _)| first.purpose == INDEX).ok_or(DAMAGED)?;
    let Some(index) = open(index)? else { return Ok(None) };
    let mut found = Keys::new(index)?;
    for wrapped in data {
        // The index key was opened with this vault's key: what does not open now was changed.
        let key = open(wrapped)?.ok_or(DAMAGED)?;
        found.put(wrapped.epoch, usize::from(wrapped.purpose), key).ok_or(DAMAGED)?;
    }
    Ok(Some(found))
}

fn read(record: &[u8]) -> Result<Record, StoreError> {
    let (record, sum) = record.split_at_checked(record.len().saturating_sub(SUM_BYTES)).ok_or(DAMAGED)?;
    if !digest(&SHA256, record).as_ref().starts_with(sum) || sum.len() != SUM_BYTES {
        return Err(DAMAGED);
    }
    decode(record).ok_or(DAMAGED)
}

fn about(ring: RingId, epoch: u32, purpose: u8) -> Vec<u8> {
    [b"assent data key v2".as_slice(), &ring, &epoch.to_be_bytes(), &[purpose]].concat()
}
