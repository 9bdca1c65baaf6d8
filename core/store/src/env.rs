//! The LMDB environment: opened, grown, and nothing else. The only unsafe code of the crate is here.

use std::fs::File;
use std::path::Path;

use heed::types::Bytes;
use heed::{CommitOrAbort, Database, DatabaseOpener, Env, EnvOpenOptions, RwTxn, WithoutTls};

use crate::error::StoreError;
use crate::table::{self, Table};

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
/// Room for the tables of today and later ones.
const DATABASES: u32 = 32;

/// A database of raw keys and sealed values.
pub(crate) type Base = Database<'static, Bytes, Bytes>;

/// The databases of a store.
pub(crate) struct Bases {
    /// Schema, check record and the journal's head, under keys in clear.
    pub(crate) meta: Base,
    /// The journal's headers.
    pub(crate) journal: Base,
    /// The journal's bodies.
    pub(crate) bodies: Base,
    tables: [Base; Table::ALL.len()],
}

impl Bases {
    pub(crate) fn of(&self, table: Table) -> Result<Base, StoreError> {
        self.tables.get(table as usize).copied().ok_or(StoreError::Lmdb("no such table"))
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
    options.map_size(map).max_readers(READERS).max_dbs(DATABASES);
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

/// Opens or makes the databases and runs `begin` on them in the same transaction, so that a store is begun whole or not at all.
pub(crate) fn bases(
    env: &Env<WithoutTls>,
    begin: impl FnOnce(&Begun<'_>, &mut RwTxn<'_>) -> Result<(), StoreError>,
) -> Result<Bases, StoreError> {
    let made = env.create_databases_and_commit(env.write_txn()?, |opener, txn| {
        let tables = open_all(opener, txn)?;
        let [meta, journal, bodies] =
            [table::META, table::JOURNAL, table::BODIES].map(|name| opener.create_database(txn, Some(name)));
        let begun = Begun { meta: meta?, others: (journal?, bodies?, tables) };
        begin(&begun, txn)?;
        let (journal, bodies, tables) = begun.others;
        Ok::<_, StoreError>(CommitOrAbort::<_, StoreError>::Commit((begun.meta, journal, bodies, tables)))
    })?;
    let (meta, journal, bodies, tables) = Result::from(made)?;
    Ok(Bases { meta, journal, bodies, tables })
}

type Local<'e> = Database<'e, Bytes, Bytes>;

/// The databases while they are being opened.
pub(crate) struct Begun<'e> {
    /// Where the schema, the check record and the journal's head stand.
    pub(crate) meta: Local<'e>,
    others: (Local<'e>, Local<'e>, [Local<'e>; Table::ALL.len()]),
}

impl Begun<'_> {
    /// Whether nothing at all was ever kept.
    pub(crate) fn is_empty(&self, txn: &RwTxn<'_>) -> Result<bool, StoreError> {
        let (journal, bodies, tables) = &self.others;
        for base in [&self.meta, journal, bodies].into_iter().chain(tables) {
            if !base.is_empty(txn)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn open_all<'e>(
    opener: &DatabaseOpener<'e, WithoutTls>,
    txn: &mut RwTxn<'e>,
) -> Result<[Local<'e>; Table::ALL.len()], StoreError> {
    let mut open = |table: Table| opener.create_database::<Bytes, Bytes>(txn, Some(table.name()));
    let [a, b, c, d, e, f, g, h, i] = Table::ALL;
    Ok([open(a)?, open(b)?, open(c)?, open(d)?, open(e)?, open(f)?, open(g)?, open(h)?, open(i)?])
}
