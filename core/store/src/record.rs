//! Reading and writing typed records inside a transaction.

use std::cell::Cell;
use std::ops::Deref;
use std::sync::Arc;

use heed::{AnyTls, RoTxn, RwTxn, WithoutTls};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::env::{Bases, Drawer};
use crate::error::StoreError;
use crate::header::{HEADER, Header};
use crate::seal::{Keys, toggle};
use crate::table::{META, Table};

pub(crate) enum Txn<'t> {
    Read(RoTxn<'t, WithoutTls>),
    Write(RwTxn<'t>),
}

/// What both kinds of transactions can do.
pub(crate) fn of<'a>(txn: &'a Txn<'_>) -> &'a RoTxn<'a, AnyTls> {
    match txn {
        Txn::Read(txn) => txn,
        Txn::Write(txn) => txn,
    }
}

/// The store as it stood when this transaction began; in a write, with what was written since.
pub struct Reading<'t> {
    pub(crate) keys: Arc<Keys>,
    pub(crate) bases: &'t Bases,
    pub(crate) txn: Txn<'t>,
}

/// A write transaction. Whatever was read through it is also what it writes upon: nobody else writes meanwhile.
pub struct Writing<'t> {
    pub(crate) reading: Reading<'t>,
    /// The header as this transaction will leave it.
    pub(crate) header: Header,
    /// Whether anything was changed at all.
    pub(crate) dirty: bool,
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
        of(&self.txn)
    }

    /// The record of this key, where there is one.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where a byte was changed, [`StoreError::Unreadable`] where it is no `V`.
    pub fn get<V: DeserializeOwned>(&self, table: Table, key: &str) -> Result<Option<V>, StoreError> {
        let hidden = self.keys.hide(table.name(), key);
        let Some(sealed) = self.bases.of(table)?.base.get(self.txn(), &hidden)? else { return Ok(None) };
        self.read_record(table, &hidden, sealed).map(Some)
    }

    /// Every record of a table, in an order that means nothing.
    ///
    /// # Errors
    /// As [`Reading::get`]: one damaged record refuses all, since a part may not be taken for the whole.
    pub fn scan<V: DeserializeOwned>(&self, table: Table) -> Result<Vec<V>, StoreError> {
        let mut found = Vec::new();
        for record in self.bases.of(table)?.base.iter(self.txn())? {
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
        let drawer = self.bases.of(table)?;
        let done = self.remove(drawer, &hidden).map(drop);
        self.note(done)
    }

    /// Removes every record of a table.
    pub fn clear(&mut self, table: Table) -> Result<(), StoreError> {
        let drawer = self.bases.of(table)?;
        let done = self.empty(drawer);
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
        let sealed = self.keys.seal(self.header.epoch, name, &hidden, &plain)?;
        let drawer = self.bases.of(table)?;
        self.store(drawer, &hidden, &sealed)
    }

    /// Puts raw bytes under a raw key, and notes it in the database's set.
    pub(crate) fn store(&mut self, drawer: Drawer, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.untag(drawer, key)?;
        let tag = self.keys.tag(drawer.name, key, value);
        self.edit(|txn| drawer.base.put(txn, key, value))?;
        self.header.set(drawer.slot).into_iter().for_each(|set| toggle(set, &tag));
        Ok(())
    }

    /// Takes a raw key away; whether there was one.
    pub(crate) fn remove(&mut self, drawer: Drawer, key: &[u8]) -> Result<bool, StoreError> {
        let found = self.untag(drawer, key)?;
        if found {
            self.edit(|txn| drawer.base.delete(txn, key))?;
        }
        Ok(found)
    }

    /// Takes everything out of a database.
    pub(crate) fn empty(&mut self, drawer: Drawer) -> Result<(), StoreError> {
        self.edit(|txn| drawer.base.clear(txn))?;
        self.header.set(drawer.slot).into_iter().for_each(|set| *set = Default::default());
        Ok(())
    }

    /// Takes the record that stands under this key out of the set.
    fn untag(&mut self, drawer: Drawer, key: &[u8]) -> Result<bool, StoreError> {
        let Some(former) = drawer.base.get(self.txn(), key)? else { return Ok(false) };
        let tag = self.keys.tag(drawer.name, key, former);
        self.header.set(drawer.slot).into_iter().for_each(|set| toggle(set, &tag));
        Ok(true)
    }

    /// Changes the file; what is changed here is not noted in a set.
    pub(crate) fn edit<T>(
        &mut self,
        change: impl FnOnce(&mut RwTxn<'t>) -> heed::Result<T>,
    ) -> Result<T, StoreError> {
        self.dirty = true;
        match &mut self.reading.txn {
            Txn::Write(txn) => Ok(change(txn)?),
            Txn::Read(_) => Err(StoreError::Lmdb("a write in a read transaction")),
        }
    }

    /// Ends the transaction: the header is written last, because it speaks of all the rest.
    pub(crate) fn sealed(mut self) -> Result<(RwTxn<'t>, Header), StoreError> {
        let sealed = self.header.seal(&self.keys)?;
        let meta = self.bases.named(META)?;
        self.edit(|txn| meta.base.put(txn, HEADER, &sealed))?;
        match self.reading.txn {
            Txn::Write(txn) => Ok((txn, self.header)),
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
