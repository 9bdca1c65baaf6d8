//! After a key was lost: what it sealed is set aside, untouched, and comes back if the key does.

use assent_types::Moment;
use jiff::Zoned;

use crate::error::StoreError;
use crate::header::{HEADER, KeyLoss};
use crate::journal::{self, Gap};
use crate::keyring::{self, KEYS, RingId};
use crate::record::Writing;
use crate::table::{ASIDE, BODIES, JOURNAL, META, NODES};

impl Writing<'_> {
    /// Sets aside what `former` sealed, brings back what `returning` had sealed, and lets the journal go on with an entry about it.
    pub(crate) fn exchange(
        &mut self,
        former: RingId,
        former_record: &[u8],
        returning: Option<RingId>,
        record: &[u8],
    ) -> Result<(), StoreError> {
        let lost = self.move_aside(former)?;
        let meta = self.bases.named(META)?;
        self.edit(|txn| meta.base.put(txn, &keyring::lost(&former), former_record))?;
        self.edit(|txn| meta.base.put(txn, KEYS, record))?;
        if let Some(returning) = returning {
            self.edit(|txn| meta.base.delete(txn, &keyring::lost(&returning)))?;
            self.move_back(returning)?;
        }
        self.count_sets()?;
        let former_key = self.journal_key()?;
        let len = self.take_tree_over()?;
        let gaps = self.gaps(len)?;
        self.keep_gaps(&gaps)?;
        let key = self.new_signer()?;
        self.header.condition.key_lost = Some(lost);
        let body = format!(
            r#"{{"kind":"key_lost","at":"{}","records":{},"entries":{},"journal_key":"{key}","former_journal_key":"{former_key}"}}"#,
            Moment::of(&Zoned::now()),
            lost.records,
            lost.entries
        );
        self.append(&body).map(drop)
    }

    fn move_aside(&mut self, ring: RingId) -> Result<KeyLoss, StoreError> {
        let mut lost = KeyLoss { records: 0, entries: 0 };
        let aside = self.bases.named(ASIDE)?;
        for drawer in self.bases.all() {
            if [JOURNAL, NODES, ASIDE].contains(&drawer.name) {
                continue;
            }
            let mut moved = Vec::new();
            for record in drawer.base.iter(self.txn())? {
                let (key, value) = record?;
                if drawer.name != META || key == HEADER || journal::is_sealed(key) {
                    moved.push((key.to_vec(), value.to_vec()));
                }
            }
            let count = u64::try_from(moved.len()).unwrap_or(u64::MAX);
            match drawer.name {
                META => {}
                BODIES => lost.entries = count,
                _ => lost.records = lost.records.saturating_add(count),
            }
            for (key, value) in moved {
                let name = aside_key(&ring, drawer.slot, &key);
                self.edit(|txn| aside.base.put(txn, &name, &value))?;
                self.edit(|txn| drawer.base.delete(txn, &key))?;
            }
        }
        Ok(lost)
    }

    fn move_back(&mut self, ring: RingId) -> Result<(), StoreError> {
        let aside = self.bases.named(ASIDE)?;
        let mut returned = Vec::new();
        for record in aside.base.prefix_iter(self.txn(), &ring)? {
            let (key, value) = record?;
            returned.push((key.to_vec(), value.to_vec()));
        }
        for (name, value) in returned {
            self.edit(|txn| aside.base.delete(txn, &name))?;
            let place = name.get(ring.len()..).and_then(<[u8]>::split_first);
            let (slot, key) = place.ok_or(StoreError::Damaged { table: ASIDE })?;
            let drawer = self.bases.at(usize::from(*slot))?;
            // The header and the journal's end of that time are no longer true.
            if drawer.name != META {
                self.edit(|txn| drawer.base.put(txn, key, &value))?;
            }
        }
        Ok(())
    }

    /// The entries that have no body.
    fn gaps(&self, len: u64) -> Result<Vec<Gap>, StoreError> {
        let bodies = self.bases.named(BODIES)?.base;
        let (mut gaps, mut next) = (Vec::new(), 0u64);
        for record in bodies.iter(self.txn())? {
            let (key, _) = record?;
            let index =
                key.try_into().map(u64::from_be_bytes).map_err(|_| StoreError::Damaged { table: BODIES })?;
            if index > next {
                gaps.push((next, index));
            }
            next = index.saturating_add(1);
        }
        if len > next {
            gaps.push((next, len));
        }
        Ok(gaps)
    }
}

fn aside_key(ring: &RingId, slot: usize, key: &[u8]) -> Vec<u8> {
    // There are fewer than 255 databases.
    [ring.as_slice(), &[u8::try_from(slot).unwrap_or(u8::MAX)], key].concat()
}
