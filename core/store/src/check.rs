//! The check of a whole store against its header: every record is there, reachable and the one that was left.

use crate::env::Drawer;
use crate::error::StoreError;
use crate::header::HEADER;
use crate::record::Reading;
use crate::seal::{SetTag, toggle};
use crate::table::{BODIES, JOURNAL, META, NODES};

impl Reading<'_> {
    /// Checks that no record was changed, removed, added or put back since the last commit.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Changed`] or [`StoreError::Tampered`], which say where.
    pub fn check(&self) -> Result<(), StoreError> {
        let header = self.header()?;
        for drawer in self.bases.all() {
            if self.count(drawer)? != Some(header.sets.get(drawer.slot).copied().unwrap_or_default()) {
                return Err(self.locate(drawer)?);
            }
        }
        Ok(())
    }

    /// The set of a database; `None` where its keys are out of order or a record is not found under its own key.
    fn count(&self, drawer: Drawer) -> Result<Option<SetTag>, StoreError> {
        let mut set = SetTag::default();
        let mut before: Option<&[u8]> = None;
        for record in drawer.base.iter(self.txn())? {
            let (key, value) = record?;
            if before.is_some_and(|before| before >= key) || drawer.base.get(self.txn(), key)? != Some(value)
            {
                return Ok(None);
            }
            if drawer.name != META || key != HEADER {
                toggle(&mut set, &self.keys.tag(drawer.name, key, value));
            }
            before = Some(key);
        }
        Ok(Some(set))
    }

    /// What is wrong with a database whose set is not the one that was left.
    fn locate(&self, drawer: Drawer) -> Result<StoreError, StoreError> {
        let table = drawer.name;
        if [JOURNAL, BODIES, NODES, META].contains(&table) {
            self.verify()?;
            return Ok(StoreError::Changed { table });
        }
        for record in drawer.base.iter(self.txn())? {
            let (key, value) = record?;
            if self.keys.open(table, key, value).is_none() {
                return Ok(StoreError::Damaged { table });
            }
        }
        Ok(StoreError::Changed { table })
    }
}
