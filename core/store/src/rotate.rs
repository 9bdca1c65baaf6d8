//! Rotation: a new epoch of data keys begins at once; what the old ones sealed is sealed anew a little with every write.
//!
//! The epoch, and how far the re-sealing has come, stand in the header and are committed together with what they speak of, so that a
//! crash at any point leaves a store that goes on from there. The old keys leave the ring in the commit that seals the last record anew.
//! The index and set keys stay: LMDB's keys are made with the first, and no name is known to make them again.

use std::sync::Arc;

use assent_types::Moment;
use jiff::Zoned;

use crate::error::StoreError;
use crate::header::Cursor;
use crate::keyring::{self, KEYS};
use crate::record::Writing;
use crate::seal::epoch_of;
use crate::store::Store;
use crate::table::{ASIDE, JOURNAL, META, NODES};
use crate::vault::KeyVault;

/// So many records are looked at with each write while a rotation goes on: at most some tens of microseconds.
pub(crate) const EACH_WRITE: usize = 8;
/// So many at a time where nothing else is to be done.
const AT_ONCE: usize = 1024;

impl Store {
    /// Begins a new epoch: fresh data keys, wrapped by `vault`, seal everything from now on. A rotation that still goes on is finished
    /// first. With another vault than the one that opened the store, the store belongs to that one afterwards. Returns the epoch.
    ///
    /// # Errors
    /// [`StoreError::Key`] where the vault refuses, and those of [`Store::write`]; then the old epoch goes on.
    pub fn rotate(&self, vault: &dyn KeyVault) -> Result<u32, StoreError> {
        self.finish_rotation()?;
        self.write(|book| {
            let epoch = book.header.epoch.checked_add(1).ok_or(StoreError::Crypto)?;
            let keys = Arc::new((*book.keys).clone().with_fresh_epoch(epoch)?);
            let meta = book.bases.named(META)?;
            let present = meta.base.get(book.txn(), KEYS)?.ok_or(StoreError::Damaged { table: META })?;
            let record = keyring::wrap(vault, keyring::ring_of(present)?, &keys)?;
            // Before the commit, so that whoever reads what it wrote has the keys; which epoch seals is said by the header alone.
            self.publish(&keys);
            book.reading.keys = keys;
            book.header.epoch = epoch;
            book.header.rotating = Some(Cursor::default());
            book.store(meta, KEYS, &record)?;
            book.reseal_journal()?;
            book.append(&format!(
                r#"{{"kind":"keys_rotated","at":"{}","epoch":{epoch}}}"#,
                Moment::of(&Zoned::now())
            ))?;
            Ok(epoch)
        })
    }

    /// Seals anew whatever an old epoch still seals, and removes its keys. Nothing happens where no rotation goes on. Returns how many
    /// records were looked at.
    ///
    /// # Errors
    /// Those of [`Store::write`]; what was done until then stays done.
    pub fn finish_rotation(&self) -> Result<u64, StoreError> {
        let mut looked_at = 0u64;
        loop {
            let (some, goes_on) = self.write(|book| {
                let some = book.rotate_some(AT_ONCE)?;
                Ok::<_, StoreError>((some, book.header.rotating.is_some()))
            })?;
            looked_at = looked_at.saturating_add(some);
            if !goes_on {
                return Ok(looked_at);
            }
        }
    }
}

impl Writing<'_> {
    /// Looks at up to `most` records and seals those anew that an old epoch sealed.
    pub(crate) fn rotate_some(&mut self, most: usize) -> Result<u64, StoreError> {
        let Some(mut cursor) = self.header.rotating.take() else { return Ok(0) };
        let mut looked_at = 0usize;
        while looked_at < most {
            let Ok(drawer) = self.bases.at(cursor.slot) else {
                self.drop_old_keys()?;
                return Ok(u64::try_from(looked_at).unwrap_or(u64::MAX));
            };
            let next = match cursor.after.as_slice() {
                _ if [JOURNAL, NODES, ASIDE, META].contains(&drawer.name) => None,
                [] => drawer.base.first(self.txn())?,
                after => drawer.base.get_greater_than(self.txn(), after)?,
            };
            let Some((key, sealed)) = next else {
                cursor = Cursor { slot: cursor.slot.saturating_add(1), after: Vec::new() };
                continue;
            };
            let key = key.to_vec();
            if epoch_of(sealed) != Some(self.header.epoch) {
                let table = drawer.name;
                let plain = self.keys.open(table, &key, sealed).ok_or(StoreError::Damaged { table })?;
                let fresh = self.keys.seal(self.header.epoch, table, &key, &plain)?;
                self.store(drawer, &key, &fresh)?;
            }
            cursor.after = key;
            looked_at = looked_at.saturating_add(1);
        }
        self.dirty = true;
        self.header.rotating = Some(cursor);
        Ok(u64::try_from(looked_at).unwrap_or(u64::MAX))
    }

    /// Nothing is sealed in an old epoch any more: its keys leave the ring. In memory they stay until the store is closed, for those who
    /// still read an earlier state.
    fn drop_old_keys(&mut self) -> Result<(), StoreError> {
        let meta = self.bases.named(META)?;
        let present = meta.base.get(self.txn(), KEYS)?.ok_or(StoreError::Damaged { table: META })?;
        let record = keyring::only(present, self.header.epoch)?;
        self.store(meta, KEYS, &record)
    }
}
