//! Opening the store, and its transactions.

use std::cell::{Cell, RefCell};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use heed::{Env, RwTxn, WithoutTls};

use crate::env::{self, Bases, Begun};
use crate::error::StoreError;
use crate::journal;
use crate::record::{Reading, Txn, Writing};
use crate::seal::Keys;
use crate::table::META;
use crate::vault::{KeyVault, sync_folder};

/// The layout of tables and journal that this program writes.
const SCHEMA: u32 = 1;
const SCHEMA_KEY: &[u8] = b"schema";
const CHECK_KEY: &[u8] = b"check";

/// One user's store in one folder, held by one process. Threads may share it: reads go side by side, writes one after another.
pub struct Store {
    // Dropped in this order: the environment is closed before the lock is given up.
    env: Env<WithoutTls>,
    bases: Bases,
    keys: Keys,
    /// Held shared by every transaction and alone while the map grows.
    map: RwLock<()>,
    /// Tells this store from others in [`Inside`].
    number: u64,
    _lock: File,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store(…)")
    }
}

impl Store {
    /// Opens the store in the folder `home`, or begins one there with the vault's key.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Key`], [`StoreError::WrongKey`], [`StoreError::Newer`], [`StoreError::Disk`] and what
    /// LMDB says of a damaged file.
    pub fn open(home: &Path, vault: &dyn KeyVault) -> Result<Self, StoreError> {
        Self::open_with_map(home, vault, env::FIRST_MAP)
    }

    /// As [`Store::open`], with another first map size in bytes (a multiple of the page size), so that tests see it grow.
    #[doc(hidden)]
    pub fn open_with_map(home: &Path, vault: &dyn KeyVault, first_map: usize) -> Result<Self, StoreError> {
        make_folder(home)?;
        let lock = lock(home)?;
        // Before the environment: a vault may only make a key where there is no store yet.
        let keys = Keys::derive(&vault.master_key()?)?;
        let env = env::open(home, first_map)?;
        let bases = env::bases(&env, |begun, txn| begin_or_check(&keys, begun, txn))?;
        sync_folder(home)?;
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Ok(Self { env, bases, keys, map: RwLock::new(()), number, _lock: lock })
    }

    /// Reads from one unchanging state of the store.
    ///
    /// # Errors
    /// Those of `f`, and [`StoreError::Nested`] inside another transaction of this store on the same thread.
    pub fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&Reading<'_>) -> Result<T, E>) -> Result<T, E> {
        let _inside = Inside::enter(self.number)?;
        let _map = self.hold_map();
        let txn = Txn::Read(self.env.read_txn().map_err(StoreError::from)?);
        f(&Reading { keys: &self.keys, bases: &self.bases, txn })
    }

    /// Reads and writes in one transaction, and returns `Ok` only after all of it is safe on the disk. An error, a failed write that
    /// `f` passed over, and a panic leave nothing. `f` runs again from the beginning where the file had to grow.
    ///
    /// # Errors
    /// Those of `f`, those of the commit, and [`StoreError::Nested`] inside another transaction of this store on the same thread.
    pub fn write<T, E: From<StoreError>>(
        &self,
        f: impl FnMut(&mut Writing<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact(f, |txn| Ok(txn.commit()?))
    }

    /// As [`Store::write`], but always undone: what would happen.
    pub fn rehearse<T, E: From<StoreError>>(
        &self,
        f: impl FnMut(&mut Writing<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact(f, |txn| {
            txn.abort();
            Ok(())
        })
    }

    fn transact<T, E: From<StoreError>>(
        &self,
        mut f: impl FnMut(&mut Writing<'_>) -> Result<T, E>,
        end: impl Fn(RwTxn<'_>) -> Result<(), StoreError>,
    ) -> Result<T, E> {
        let _inside = Inside::enter(self.number)?;
        loop {
            let size = {
                let _map = self.hold_map();
                let txn = Txn::Write(self.env.write_txn().map_err(StoreError::from)?);
                let reading = Reading { keys: &self.keys, bases: &self.bases, txn };
                let mut writing = Writing { reading, failed: Cell::new(None) };
                let done = f(&mut writing);
                let failed = writing.failed.get();
                let ended = match (&done, failed, writing.reading.txn) {
                    (_, Some(failed), _) => Err(failed),
                    (Ok(_), None, Txn::Write(txn)) => end(txn),
                    _ => Ok(()),
                };
                match ended {
                    Err(StoreError::Full) => self.env.info().map_size,
                    // Where a write failed and `f` says so in its own words, those are the better ones.
                    Err(error) => return done.and(Err(error.into())),
                    Ok(()) => return done,
                }
            };
            self.grow_beyond(size)?;
        }
    }

    fn hold_map(&self) -> RwLockReadGuard<'_, ()> {
        self.map.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Grows the map, unless another thread has done so meanwhile.
    fn grow_beyond(&self, size: usize) -> Result<(), StoreError> {
        let alone = self.map.write().unwrap_or_else(PoisonError::into_inner);
        if self.env.info().map_size > size { Ok(()) } else { env::grow(&self.env, &alone) }
    }
}

/// Marks that this thread is inside a transaction: a second one of the same store would wait for the first for ever.
struct Inside(u64);

thread_local! {
    static OPEN: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

impl Inside {
    fn enter(store: u64) -> Result<Self, StoreError> {
        OPEN.with_borrow_mut(|open| {
            if open.contains(&store) {
                return Err(StoreError::Nested);
            }
            open.push(store);
            Ok(Self(store))
        })
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        OPEN.with_borrow_mut(|open| open.retain(|store| *store != self.0));
    }
}

fn make_folder(home: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(home)?;
    match home.canonicalize()?.parent() {
        Some(parent) if !home.join(env::DATA_FILE).try_exists()? => match sync_folder(parent) {
            // A parent that may not be read cannot be synced; the folder itself still is.
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => Ok(()),
            done => Ok(done?),
        },
        _ => Ok(()),
    }
}

fn lock(home: &Path) -> Result<File, StoreError> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(home.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Writes the first records of a new store, or checks those of an old one before anything else of it is read.
fn begin_or_check(keys: &Keys, begun: &Begun<'_>, txn: &mut RwTxn<'_>) -> Result<(), StoreError> {
    let damaged = StoreError::Damaged { table: META };
    if begun.is_empty(txn)? {
        begun.meta.put(txn, SCHEMA_KEY, &SCHEMA.to_be_bytes())?;
        begun.meta.put(txn, CHECK_KEY, &keys.seal(META, CHECK_KEY, &SCHEMA.to_be_bytes())?)?;
        return journal::begin(keys, &begun.meta, txn);
    }
    let schema = begun.meta.get(txn, SCHEMA_KEY)?.and_then(|bytes| bytes.try_into().ok()).ok_or(damaged)?;
    let found = u32::from_be_bytes(schema);
    if found > SCHEMA {
        return Err(StoreError::Newer { found, known: SCHEMA });
    }
    let check = begun.meta.get(txn, CHECK_KEY)?.ok_or(damaged)?;
    let plain = keys.open(META, CHECK_KEY, check).ok_or(StoreError::WrongKey)?;
    if plain.as_slice() == schema { Ok(()) } else { Err(damaged) }
}
