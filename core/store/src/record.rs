//! Reading and writing typed records inside a transaction.

use std::cell::Cell;
use std::ops::Deref;

use heed::{AnyTls, RoTxn, RwTxn, WithoutTls};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::env::Bases;
use crate::error::StoreError;
use crate::seal::Keys;
use crate::table::Table;

pub(crate) enum Txn<'t> {
    Read(RoTxn<'t, WithoutTls>),
    Write(RwTxn<'t>),
}

/// The store as it stood when this transaction began; in a write, with what was written since.
pub struct Reading<'t> {
    pub(crate) keys: &'t Keys,
    pub(crate) bases: &'t Bases,
    pub(crate) txn: Txn<'t>,
}

/// A write transaction. Whatever was read through it is also what it writes upon: nobody else writes meanwhile.
pub struct Writing<'t> {
    pub(crate) reading: Reading<'t>,
    /// The first write that failed: the transaction cannot be committed any more.
    pub(crate) failed: Cell<Option<StoreError>>,
}

impl<'t> Deref for Writing<'t> {
    type Target = Reading<'t>;

    fn deref(&self) -> &Reading<'t> {
        &self.reading
    }
}

impl Reading<'_> {
    pub(crate) fn txn(&self) -> &RoTxn<'_, AnyTls> {
        match &self.txn {
            Txn::Read(txn) => txn,
            Txn::Write(txn) => txn,
        }
    }

    /// The record of this key, where there is one.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where a byte was changed, [`StoreError::Unreadable`] where it is no `V`.
    pub fn get<V: DeserializeOwned>(&self, table: Table, key: &str) -> Result<Option<V>, StoreError> {
        let hidden = self.keys.hide(table.name(), key);
        let Some(sealed) = self.bases.of(table)?.get(self.txn(), &hidden)? else { return Ok(None) };
        self.read_record(table, &hidden, sealed).map(Some)
    }

    /// Every record of a table, in an order that means nothing.
    ///
    /// # Errors
    /// As [`Reading::get`]: one damaged record refuses all, since a part may not be taken for the whole.
    pub fn scan<V: DeserializeOwned>(&self, table: Table) -> Result<Vec<V>, StoreError> {
        let mut found = Vec::new();
        for record in self.bases.of(table)?.iter(self.txn())? {
            let (hidden, sealed) = record?;
            found.push(self.read_record(table, hidden, sealed)?);
        }
        Ok(found)
    }

    fn read_record<V: DeserializeOwned>(
        &self,
        table: Table,
        hidden: &[u8],
        sealed: &[u8],
    ) -> Result<V, StoreError> {
        let table = table.name();
        let plain = self.keys.open(table, hidden, sealed).ok_or(StoreError::Damaged { table })?;
        decode(&plain).ok_or(StoreError::Unreadable { table })
    }
}

impl<'t> Writing<'t> {
    /// Puts a record in place of what was there.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] where the value would not read back: the codec (postcard) knows plain derives only, no fields that are
    /// skipped, flattened or untagged. After any failed write the whole transaction is undone.
    pub fn put<V: Serialize + DeserializeOwned>(
        &mut self,
        table: Table,
        key: &str,
        value: &V,
    ) -> Result<(), StoreError> {
        let done = self.put_record(table, key, value);
        self.note(done)
    }

    /// Removes a record; nothing happens where there is none.
    pub fn delete(&mut self, table: Table, key: &str) -> Result<(), StoreError> {
        let hidden = self.keys.hide(table.name(), key);
        let base = self.bases.of(table)?;
        let done = self.edit(|txn| base.delete(txn, &hidden).map(drop));
        self.note(done)
    }

    /// Removes every record of a table.
    pub fn clear(&mut self, table: Table) -> Result<(), StoreError> {
        let base = self.bases.of(table)?;
        let done = self.edit(|txn| base.clear(txn));
        self.note(done)
    }

    fn put_record<V: Serialize + DeserializeOwned>(
        &mut self,
        table: Table,
        key: &str,
        value: &V,
    ) -> Result<(), StoreError> {
        let name = table.name();
        let unfit = StoreError::Unfit { table: name };
        let plain = Zeroizing::new(postcard::to_stdvec(value).map_err(|_| unfit)?);
        decode::<V>(&plain).ok_or(unfit)?;
        let hidden = self.keys.hide(name, key);
        let sealed = self.keys.seal(name, &hidden, &plain)?;
        let base = self.bases.of(table)?;
        self.edit(|txn| base.put(txn, &hidden, &sealed))
    }

    pub(crate) fn edit<T>(
        &mut self,
        change: impl FnOnce(&mut RwTxn<'t>) -> heed::Result<T>,
    ) -> Result<T, StoreError> {
        match &mut self.reading.txn {
            Txn::Write(txn) => Ok(change(txn)?),
            Txn::Read(_) => Err(StoreError::Lmdb("a write in a read transaction")),
        }
    }

    /// Remembers a failed write, so that a caller who passes over it cannot commit half of what was meant.
    pub(crate) fn note<T>(&self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if let (Err(error), None) = (&done, self.failed.get()) {
            self.failed.set(Some(*error));
        }
        done
    }
}

pub(crate) fn decode<V: DeserializeOwned>(plain: &[u8]) -> Option<V> {
    postcard::take_from_bytes(plain).ok().filter(|(_, rest)| rest.is_empty()).map(|(value, _)| value)
}
