//! The first thing done with an opened file: a new store is begun, an older one brought up to date, and the data keys are unwrapped.

use std::cell::Cell;
use std::sync::{Arc, PoisonError, RwLock};

use heed::{Env, WithoutTls};

use crate::env::{self, Bases};
use crate::error::StoreError;
use crate::header::{Cursor, HEADER, Header};
use crate::keyring::{self, KEYS, RingId};
use crate::record::{Reading, Txn, Writing};
use crate::seal::{Keys, toggle};
use crate::table::META;
use crate::vault::{KeyError, KeyVault};

/// The layout of tables, keys and journal that this program writes.
const SCHEMA: u32 = 2;
const SCHEMA_KEY: &[u8] = b"schema";
/// What schema 1 checked its key with.
const OLD_CHECK: &[u8] = b"check";
const DAMAGED: StoreError = StoreError::Damaged { table: META };

/// The keys of the store, which is whole and of this program's schema afterwards.
pub(crate) fn unlock(
    env: &Env<WithoutTls>,
    bases: &Bases,
    map: &RwLock<()>,
    vault: &dyn KeyVault,
) -> Result<Arc<Keys>, StoreError> {
    loop {
        match attempt(env, bases, vault) {
            Err(StoreError::Full) => env::grow(env, &map.write().unwrap_or_else(PoisonError::into_inner))?,
            done => return done,
        }
    }
}

fn attempt(env: &Env<WithoutTls>, bases: &Bases, vault: &dyn KeyVault) -> Result<Arc<Keys>, StoreError> {
    let txn = env.write_txn()?;
    let meta = bases.named(META)?.base;
    if bases.are_empty(&txn)? {
        return begin(Txn::Write(txn), bases, vault);
    }
    let schema = meta.get(&txn, SCHEMA_KEY)?.and_then(|bytes| bytes.try_into().ok()).ok_or(DAMAGED)?;
    match u32::from_be_bytes(schema) {
        0 => Err(DAMAGED),
        1 => bring_up_to_date(Txn::Write(txn), bases, vault),
        SCHEMA => {
            let record = meta.get(&txn, KEYS)?.ok_or(DAMAGED)?.to_vec();
            match keyring::unwrap(vault, &record)? {
                Some(keys) => {
                    let reading = Reading { keys: Arc::new(keys), bases, txn: Txn::Write(txn) };
                    let header = reading.header()?;
                    if reading.keys.has(header.epoch) { Ok(reading.keys) } else { Err(DAMAGED) }
                }
                None => set_aside(Txn::Write(txn), bases, vault, &record),
            }
        }
        found => Err(StoreError::Newer { found, known: SCHEMA }),
    }
}

fn begin(txn: Txn<'_>, bases: &Bases, vault: &dyn KeyVault) -> Result<Arc<Keys>, StoreError> {
    // Epoch 0 is that of schema 1.
    let epoch = 1;
    let keys = Arc::new(Keys::fresh(epoch)?);
    let record = wrap_or_make(vault, keys.random()?, &keys)?;
    let mut writing = writing(txn, bases, &keys, Header::begin(&keys, epoch)?);
    let meta = bases.named(META)?;
    writing.store(meta, SCHEMA_KEY, &SCHEMA.to_be_bytes())?;
    writing.store(meta, KEYS, &record)?;
    writing.begin_journal()?;
    commit(writing)?;
    Ok(keys)
}

/// A store of schema 1 had one key for everything, derived from the vault's. Its values stay as they are, as those of epoch 0, and are
/// sealed anew in the course of a rotation, which begins here. Its journal's chain becomes the first part of the tree.
fn bring_up_to_date(txn: Txn<'_>, bases: &Bases, vault: &dyn KeyVault) -> Result<Arc<Keys>, StoreError> {
    let old = Keys::of_schema_1(&vault.legacy().ok_or(KeyError::Lost)?)?;
    let epoch = 1;
    let keys = Arc::new(old.with_fresh_epoch(epoch)?);
    let meta = bases.named(META)?;
    let mut writing = writing(txn, bases, &keys, Header::begin(&keys, epoch)?);
    let check = meta.base.get(writing.txn(), OLD_CHECK)?.ok_or(DAMAGED)?;
    if keys.open(META, OLD_CHECK, check).ok_or(StoreError::WrongKey)?.as_slice() != 1u32.to_be_bytes() {
        return Err(DAMAGED);
    }
    writing.header.rotating = Some(Cursor::default());
    writing.count_sets()?;
    let record = keyring::wrap(vault, keys.random()?, &keys)?;
    writing.store(meta, SCHEMA_KEY, &SCHEMA.to_be_bytes())?;
    writing.store(meta, KEYS, &record)?;
    writing.remove(meta, OLD_CHECK)?;
    writing.tree_of_chain()?;
    commit(writing)?;
    Ok(keys)
}

/// The vault has another key than the one that wrapped this store's keys, or had none. Everything that is sealed is set aside, what an
/// earlier loss of the key that is there now had set aside comes back, and the journal goes on with a new entry that says so.
fn set_aside(
    txn: Txn<'_>,
    bases: &Bases,
    vault: &dyn KeyVault,
    record: &[u8],
) -> Result<Arc<Keys>, StoreError> {
    let former = keyring::ring_of(record)?;
    let (returned, last) = returned(&txn, bases, vault, record)?;
    let (keys, record, ring) = match returned {
        Some((ring, keys, record)) => (keys, record, Some(ring)),
        None => {
            let keys = Keys::fresh(last.checked_add(1).ok_or(StoreError::Crypto)?)?;
            let record = wrap_or_make(vault, keys.random()?, &keys)?;
            (keys, record, None)
        }
    };
    let former_record = bases.named(META)?.base.get(crate::record::of(&txn), KEYS)?.ok_or(DAMAGED)?.to_vec();
    let epoch = keys.last_epoch().ok_or(DAMAGED)?;
    let keys = Arc::new(keys);
    let mut writing = writing(txn, bases, &keys, Header::begin(&keys, epoch)?);
    writing.header.rotating = Some(Cursor::default());
    writing.exchange(former, &former_record, ring, &record)?;
    commit(writing)?;
    Ok(keys)
}

/// An earlier ring whose key the vault has, with its keys and its record.
type Returned = Option<(RingId, Keys, Vec<u8>)>;

/// What an earlier loss had set aside and can be opened now, and the last epoch of all rings.
fn returned(
    txn: &Txn<'_>,
    bases: &Bases,
    vault: &dyn KeyVault,
    present: &[u8],
) -> Result<(Returned, u32), StoreError> {
    let meta = bases.named(META)?.base;
    let mut last = keyring::last_epoch(present)?;
    let mut found = None;
    for entry in meta.prefix_iter(crate::record::of(txn), &keyring::lost(&[]))? {
        let (_, record) = entry?;
        last = last.max(keyring::last_epoch(record)?);
        if found.is_none()
            && let Some(keys) = keyring::unwrap(vault, record)?
        {
            found = Some((keyring::ring_of(record)?, keys, record.to_vec()));
        }
    }
    Ok((found, last))
}

/// Wraps the keys, with a new vault key where there is none.
fn wrap_or_make(vault: &dyn KeyVault, ring: RingId, keys: &Keys) -> Result<Vec<u8>, StoreError> {
    match keyring::wrap(vault, ring, keys) {
        Err(StoreError::Key(KeyError::Lost)) => {
            vault.make()?;
            keyring::wrap(vault, ring, keys)
        }
        // A key that a crash cut short; a longer one was put there by somebody and stays.
        Err(error @ StoreError::Key(KeyError::WrongLength)) => {
            vault.make().map_err(|_| error)?;
            keyring::wrap(vault, ring, keys)
        }
        done => done,
    }
}

fn writing<'t>(txn: Txn<'t>, bases: &'t Bases, keys: &Arc<Keys>, header: Header) -> Writing<'t> {
    let reading = Reading { keys: Arc::clone(keys), bases, txn };
    Writing { reading, header, dirty: true, failed: Cell::new(None) }
}

fn commit(writing: Writing<'_>) -> Result<(), StoreError> {
    let (txn, _) = writing.sealed()?;
    Ok(txn.commit()?)
}

impl Writing<'_> {
    /// Counts the sets of all that is there.
    pub(crate) fn count_sets(&mut self) -> Result<(), StoreError> {
        for drawer in self.bases.all() {
            let mut set = Default::default();
            for record in drawer.base.iter(self.txn())? {
                let (key, value) = record?;
                if drawer.name != META || key != HEADER {
                    toggle(&mut set, &self.keys.tag(drawer.name, key, value));
                }
            }
            self.header.set(drawer.slot).into_iter().for_each(|kept| *kept = set);
        }
        Ok(())
    }
}
