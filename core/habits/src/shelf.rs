//! Where aggregates are kept: sealed in the device's store, or in memory for a replay.

use std::collections::HashMap;
use std::convert::Infallible;

use assent_types::{Id, Named};

use crate::record::Record;

/// The name of one record.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// The one record of all payments.
    User,
    /// A payee's.
    Payee(Id),
    /// A category's.
    Category(Named),
    /// An agent's.
    Agent(Id),
    /// That of a name's look, by its skeleton.
    Name(String),
    /// The one record of the latest payees' names.
    Known,
}

impl Key {
    /// One text for each key, for stores whose keys are texts.
    pub fn to_text(&self) -> String {
        match self {
            Self::User => "user".to_owned(),
            Self::Payee(id) => format!("payee/{}", id.as_str()),
            Self::Category(named) => format!("category/{}", named.as_str()),
            Self::Agent(id) => format!("agent/{}", id.as_str()),
            Self::Name(skeleton) => format!("name/{skeleton}"),
            Self::Known => "known".to_owned(),
        }
    }
}

/// Names the kind of record alone: a skeleton is a name.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::User => "User",
            Self::Payee(_) => "Payee(…)",
            Self::Category(_) => "Category(…)",
            Self::Agent(_) => "Agent(…)",
            Self::Name(_) => "Name(…)",
            Self::Known => "Known",
        })
    }
}

/// A place where records are kept.
pub trait Shelf {
    /// What may go wrong.
    type Error;

    /// The record of this key, where there is one.
    fn read(&self, key: &Key) -> Result<Option<Record>, Self::Error>;

    /// Puts a record in place of what was there.
    fn write(&mut self, key: &Key, record: Record) -> Result<(), Self::Error>;
}

/// A shelf in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory(HashMap<Key, Record>);

impl Memory {
    /// Takes the records out, to keep them elsewhere.
    pub fn into_records(self) -> impl Iterator<Item = (Key, Record)> {
        self.0.into_iter()
    }
}

impl Shelf for Memory {
    type Error = Infallible;

    fn read(&self, key: &Key) -> Result<Option<Record>, Infallible> {
        Ok(self.0.get(key).cloned())
    }

    fn write(&mut self, key: &Key, record: Record) -> Result<(), Infallible> {
        self.0.insert(key.clone(), record);
        Ok(())
    }
}
