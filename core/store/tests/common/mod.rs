//! What the store's tests share: a fixed key, and a hand that writes into the file behind the store's back.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::Path;

use assent_store::{KeyError, KeyVault, MasterKey, Store};
use heed::types::Bytes;
use heed::{CommitOrAbort, EnvOpenOptions};

/// A vault with a key of 32 equal bytes.
pub struct Fixed(pub u8);

impl KeyVault for Fixed {
    fn master_key(&self) -> Result<MasterKey, KeyError> {
        Ok(MasterKey::new([self.0; 32]))
    }
}

pub fn open(home: &Path) -> Store {
    Store::open(home, &Fixed(7)).unwrap()
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
