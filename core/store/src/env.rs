//! The LMDB environment: opened, grown, and nothing else. The only unsafe code of the crate is here.

use std::fs::File;
use std::path::Path;

use heed::types::Bytes;
use heed::{AnyTls, CommitOrAbort, Database, Env, EnvOpenOptions, RoTxn, WithoutTls};

use crate::error::StoreError;
use crate::table::{COUNT, Table, databases};

/// The file that LMDB keeps its data in.
pub(crate) const DATA_FILE: &str = "data.mdb";
/// The map a store begins with, in bytes: what iOS and small Android devices give without complaint.
pub(crate) const FIRST_MAP: usize = 64 << 20;
/// The largest map, in bytes: far beyond a lifetime of payments, within every address space.
#[cfg(target_pointer_width = "64")]
const LAST_MAP: usize = 64 << 30;
#[cfg(not(target_pointer_width = "64"))]
const LAST_MAP: usize = 1 << 30;
/// Read transactions at once, of any number of threads.
const READERS: u32 = 512;
/// Room for the databases of today and later ones.
const MOST_DATABASES: u32 = 32;

/// A database of raw keys and sealed values.
pub(crate) type Base = Database<'static, Bytes, Bytes>;

/// One database: what LMDB knows it by, its name, and its place among the others.
#[derive(Clone, Copy)]
pub(crate) struct Drawer {
    /// LMDB's handle.
    pub(crate) base: Base,
    /// Its name, which is part of every seal.
    pub(crate) name: &'static str,
    /// Its place among all databases.
    pub(crate) slot: usize,
}

const NO_SUCH: StoreError = StoreError::Lmdb("no such table");

/// The databases of a store.
pub(crate) struct Bases(Vec<Drawer>);

impl Bases {
    /// The database of a table.
    pub(crate) fn of(&self, table: Table) -> Result<Drawer, StoreError> {
        self.at(table.slot())
    }

    /// The database of this name.
    pub(crate) fn named(&self, name: &'static str) -> Result<Drawer, StoreError> {
        self.0.iter().find(|drawer| drawer.name == name).copied().ok_or(NO_SUCH)
    }

    /// The database in this place.
    pub(crate) fn at(&self, slot: usize) -> Result<Drawer, StoreError> {
        self.0.get(slot).copied().ok_or(NO_SUCH)
    }

    /// Every database.
    pub(crate) fn all(&self) -> impl Iterator<Item = Drawer> + use<'_> {
        self.0.iter().copied()
    }

    /// Whether nothing at all was ever kept.
    pub(crate) fn are_empty(&self, txn: &RoTxn<'_, AnyTls>) -> Result<bool, StoreError> {
        for drawer in self.all() {
            if !drawer.base.is_empty(txn)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Opens the environment in `home`, which the caller has locked.
#[expect(unsafe_code, reason = "LMDB maps a file, which Rust cannot guard against changes from outside")]
pub(crate) fn open(home: &Path, first_map: usize) -> Result<Env<WithoutTls>, StoreError> {
    let on_disk = match std::fs::metadata(home.join(DATA_FILE)) {
        Ok(found) => usize::try_from(found.len()).map_err(|_| StoreError::Full)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error.into()),
    };
    let map = first_map.max(on_disk.next_multiple_of(first_map));
    let mut options = EnvOpenOptions::new().read_txn_without_tls();
    options.map_size(map).max_readers(READERS).max_dbs(MOST_DATABASES);
    // SAFETY: no flags are set, so LMDB syncs every commit and keeps its own locks. The caller holds the exclusive lock on the
    // store's folder, so no other Assent process has the file mapped, and LMDB's lock file serves this process only. A program
    // that ignores the lock and writes into the file under our feet is outside what any user of LMDB can defend against.
    let env = unsafe { options.open(home)? };
    make_whole(&env)?;
    Ok(env)
}

/// A file that was cut short is filled with zeros to the length that LMDB believes in, so that a lost page is a read that LMDB
/// refuses and not an access beyond the end of the file, which would kill the process. On a sound file this changes nothing LMDB reads.
fn make_whole(env: &Env<WithoutTls>) -> Result<(), StoreError> {
    let page = u64::from(env.unnamed_database_stat().page_size);
    let pages = u64::try_from(env.info().last_page_number).ok().and_then(|last| last.checked_add(1));
    let needed =
        pages.and_then(|pages| pages.checked_mul(page)).ok_or(StoreError::Lmdb("the file is damaged"))?;
    if needed > LAST_MAP as u64 {
        return Err(StoreError::Lmdb("the file is damaged"));
    }
    let file: File = env.try_clone_inner_file()?;
    if file.metadata()?.len() < needed {
        file.set_len(needed)?;
    }
    Ok(())
}

/// Doubles the map.
///
/// The caller holds the map's lock exclusively: every transaction of this environment holds it shared for as long as it is open.
#[expect(unsafe_code, reason = "LMDB moves the map, which is sound only while no transaction is open")]
pub(crate) fn grow(
    env: &Env<WithoutTls>,
    _alone: &std::sync::RwLockWriteGuard<'_, ()>,
) -> Result<(), StoreError> {
    let size = env.info().map_size.checked_mul(2).filter(|size| *size <= LAST_MAP).ok_or(StoreError::Full)?;
    // SAFETY: no transaction is open in this process, because each holds the lock shared that `_alone` holds exclusively; and no
    // other process has the store open, because this one holds the lock on its folder.
    unsafe { env.resize(size)? };
    Ok(())
}

/// Opens or makes the databases.
pub(crate) fn bases(env: &Env<WithoutTls>) -> Result<Bases, StoreError> {
    let made = env.create_databases_and_commit(env.write_txn()?, |opener, txn| {
        let opened = databases()
            .map(|name| opener.create_database::<Bytes, Bytes>(txn, Some(name)))
            .collect::<heed::Result<Vec<_>>>()?;
        let opened: [_; COUNT] = opened.try_into().map_err(|_| NO_SUCH)?;
        Ok::<_, StoreError>(CommitOrAbort::<_, StoreError>::Commit(opened))
    })?;
    let bases = Result::from(made)?;
    let drawers = bases.into_iter().zip(databases()).enumerate();
    Ok(Bases(drawers.map(|(slot, (base, name))| Drawer { base, name, slot }).collect()))
}
