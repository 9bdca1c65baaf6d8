//! The habit shelf: aggregates kept sealed in their table.

use assent_habits::{Key, Record, Shelf};

use crate::error::StoreError;
use crate::record::{Reading, Writing};
use crate::table::Table;

impl Shelf for Reading<'_> {
    type Error = StoreError;

    fn read(&self, key: &Key) -> Result<Option<Record>, StoreError> {
        self.get(Table::Habits, &key.to_text())
    }

    /// Always refused: a read transaction writes nothing.
    fn write(&mut self, _: &Key, _: Record) -> Result<(), StoreError> {
        Err(StoreError::Lmdb("a write in a read transaction"))
    }
}

impl Shelf for Writing<'_> {
    type Error = StoreError;

    fn read(&self, key: &Key) -> Result<Option<Record>, StoreError> {
        self.get(Table::Habits, &key.to_text())
    }

    fn write(&mut self, key: &Key, record: Record) -> Result<(), StoreError> {
        self.put(Table::Habits, &key.to_text(), &record)
    }
}
