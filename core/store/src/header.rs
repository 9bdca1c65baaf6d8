//! The header: one sealed record that is written with every commit. What it says of the whole store no single record could.

use serde::{Deserialize, Serialize};

use crate::anchor::Mark;
use crate::error::StoreError;
use crate::record::{Reading, Writing, decode};
use crate::seal::{Keys, SetTag};
use crate::table::META;

pub(crate) const HEADER: &[u8] = b"header";

/// See the module.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Header {
    /// Which commit this is.
    pub(crate) mark: Mark,
    /// The epoch that values are sealed in.
    pub(crate) epoch: u32,
    /// How far a rotation has come; `None` where none goes on.
    pub(crate) rotating: Option<Cursor>,
    /// Whether an anchor was ever used with this store.
    pub(crate) anchored: bool,
    /// What the user has to decide.
    pub(crate) condition: Condition,
    /// The xored tags of each database but this record, by slot; one that is not there is of an empty database.
    pub(crate) sets: Vec<SetTag>,
}

/// The place up to which records are sealed in the new epoch.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Cursor {
    pub(crate) slot: usize,
    pub(crate) after: Vec<u8>,
}

impl Header {
    /// The header of a store that begins.
    pub(crate) fn begin(keys: &Keys, epoch: u32) -> Result<Self, StoreError> {
        Ok(Self {
            mark: Mark { count: 0, tag: keys.random()? },
            epoch,
            rotating: None,
            anchored: false,
            condition: Condition::default(),
            sets: Vec::new(),
        })
    }

    /// The set of the database in this slot.
    pub(crate) fn set(&mut self, slot: usize) -> Option<&mut SetTag> {
        if self.sets.len() <= slot {
            self.sets.resize(slot.checked_add(1)?, SetTag::default());
        }
        self.sets.get_mut(slot)
    }

    pub(crate) fn seal(&self, keys: &Keys) -> Result<Vec<u8>, StoreError> {
        let plain = postcard::to_stdvec(self).map_err(|_| StoreError::Unfit { table: META })?;
        keys.seal(self.epoch, META, HEADER, &plain)
    }
}

/// What the user has to decide before anything may be approved again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The key that opened this store is gone. The tables are empty: what was spent is not known.
    pub key_lost: Option<KeyLoss>,
    /// An earlier state of the store was put back. What was spent since is not known.
    pub rolled_back: Option<RolledBack>,
}

impl Condition {
    /// Whether nothing is to be decided.
    pub fn is_sound(&self) -> bool {
        *self == Self::default()
    }
}

/// What a lost key took away. It is kept aside, and comes back if the key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyLoss {
    /// Records of tables.
    pub records: u64,
    /// Bodies of journal entries.
    pub entries: u64,
}

/// How far back the store was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolledBack {
    /// How many commits are missing; `None` where the store is not an earlier state but another one, or the anchor cannot be read.
    pub writes: Option<u64>,
}

/// What the clocks said at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastSeen {
    /// The clock on the wall, in seconds since 1970.
    pub wall: i64,
    /// Which start of the device this is, where the system tells.
    pub boot_id: Option<[u8; 16]>,
    /// Seconds since that start, sleep included, where the system tells.
    pub boot_seconds: Option<i64>,
}

impl LastSeen {
    /// This wall time, with the boot clock as the system gives it. On Linux and Android it is read from `/proc`, where that is allowed;
    /// elsewhere, and on phones in general, the host fills the fields in.
    pub fn now(wall: i64) -> Self {
        let read = |path: &str| std::fs::read_to_string(path).ok();
        let boot_id = read("/proc/sys/kernel/random/boot_id").and_then(|text| {
            let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
            u128::from_str_radix(&digits, 16).ok().map(u128::to_be_bytes)
        });
        let boot_seconds = read("/proc/uptime").and_then(|text| text.split('.').next()?.parse().ok());
        Self { wall, boot_id, boot_seconds }
    }
}

impl Reading<'_> {
    /// What the user has to decide before anything may be approved.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where the header is.
    pub fn condition(&self) -> Result<Condition, StoreError> {
        Ok(self.header()?.condition)
    }

    pub(crate) fn header(&self) -> Result<Header, StoreError> {
        let damaged = StoreError::Damaged { table: META };
        let sealed = self.bases.named(META)?.base.get(self.txn(), HEADER)?.ok_or(damaged)?;
        decode(&self.keys.open(META, HEADER, sealed).ok_or(damaged)?).ok_or(damaged)
    }
}

impl Writing<'_> {
    /// The user has decided: from this commit on the store is taken as it stands. Returns what was accepted.
    ///
    /// # Errors
    /// None today.
    pub fn accept(&mut self) -> Result<Condition, StoreError> {
        self.dirty = self.dirty || !self.header.condition.is_sound();
        Ok(std::mem::take(&mut self.header.condition))
    }
}
