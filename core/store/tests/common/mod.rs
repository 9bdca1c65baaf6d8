//! What the store's tests share: a fixed key, and a hand that writes into the file behind the store's back.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::Path;
use std::sync::Mutex;

use assent_store::{Anchor, AnchorError, Anchored, KeyError, KeyVault, Mark, Store, StoreError};
use heed::types::Bytes;
use heed::{CommitOrAbort, EnvOpenOptions};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// A vault with a key of 32 equal bytes. What it wraps is wrapped under one nonce, which is for tests only.
pub struct Fixed(pub u8);

impl Fixed {
    fn cipher(&self) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[self.0; 32]).unwrap())
    }
}

impl KeyVault for Fixed {
    fn wrap(&self, plain: &[u8], about: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut text = plain.to_vec();
        self.cipher()
            .seal_in_place_append_tag(Nonce::assume_unique_for_key([0; 12]), Aad::from(about), &mut text)
            .unwrap();
        Ok(text)
    }

    fn unwrap(&self, wrapped: &[u8], about: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let mut text = wrapped.to_vec();
        let plain = self
            .cipher()
            .open_in_place(Nonce::assume_unique_for_key([0; 12]), Aad::from(about), &mut text)
            .map_err(|_| KeyError::Other)?;
        Ok(Zeroizing::new(plain.to_vec()))
    }

    fn make(&self) -> Result<(), KeyError> {
        Err(KeyError::Refused)
    }
}

/// An anchor in memory.
#[derive(Default)]
pub struct Remembered(pub Mutex<Option<Anchored>>);

impl Anchor for Remembered {
    fn read(&self) -> Result<Option<Anchored>, AnchorError> {
        Ok(*self.0.lock().unwrap())
    }

    fn pending(&self, next: Mark) -> Result<(), AnchorError> {
        self.0.lock().unwrap().get_or_insert_default().pending = Some(next);
        Ok(())
    }

    fn done(&self, mark: Mark) -> Result<(), AnchorError> {
        *self.0.lock().unwrap() = Some(Anchored { done: Some(mark), pending: None });
        Ok(())
    }
}

pub fn open(home: &Path) -> Store {
    try_open(home).unwrap()
}

pub fn try_open(home: &Path) -> Result<Store, StoreError> {
    Store::open(home, &Fixed(7))
}

/// Every record of a database as it lies on the disk, in the order of its keys.
pub fn raw(home: &Path, database: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    edit(home, database, |records| found.clone_from(records));
    found
}

/// Rewrites a database with no knowledge of any key.
#[expect(unsafe_code, reason = "LMDB maps a file; no store has it open here")]
pub fn edit(home: &Path, database: &str, change: impl FnOnce(&mut Vec<(Vec<u8>, Vec<u8>)>)) {
    let mut options = EnvOpenOptions::new().read_txn_without_tls();
    options.map_size(64 << 20).max_dbs(32);
    // SAFETY: the tests drop their store before they come here.
    let env = unsafe { options.open(home) }.unwrap();
    let base = env
        .create_databases_and_commit(env.write_txn().unwrap(), |opener, txn| {
            opener.create_database::<Bytes, Bytes>(txn, Some(database)).map(CommitOrAbort::<_, ()>::Commit)
        })
        .unwrap()
        .unwrap_commit();
    let mut txn = env.write_txn().unwrap();
    let mut records: Vec<(Vec<u8>, Vec<u8>)> =
        base.iter(&txn).unwrap().map(|r| r.unwrap()).map(|(k, v)| (k.to_vec(), v.to_vec())).collect();
    change(&mut records);
    base.clear(&mut txn).unwrap();
    for (key, value) in records {
        base.put(&mut txn, &key, &value).unwrap();
    }
    txn.commit().unwrap();
}
