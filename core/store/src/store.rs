//! Opening the store, and its transactions.

use std::cell::{Cell, RefCell};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use assent_types::Moment;
use heed::{Env, WithoutTls};
use jiff::Zoned;

use crate::anchor::{Anchor, AnchorError, Mark};
use crate::begin;
use crate::env::{self, Bases};
use crate::error::StoreError;
use crate::header::RolledBack;
use crate::pages;
use crate::record::{Reading, Txn, Writing};
use crate::rotate::EACH_WRITE;
use crate::seal::Keys;
use crate::sums::{self, Compared};
use crate::vault::{KeyVault, sync_folder};

/// One user's store in one folder, held by one process. Threads may share it: reads go side by side, writes one after another.
pub struct Store {
    // Dropped in this order: the environment is closed before the lock is given up.
    env: Env<WithoutTls>,
    bases: Bases,
    keys: RwLock<Arc<Keys>>,
    anchor: Option<Arc<dyn Anchor>>,
    home: PathBuf,
    /// The page that was changed since the store was last closed.
    changed: Option<u64>,
    /// Whether the sums of the pages are those of the file as it is.
    summed: AtomicBool,
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
    /// Opens the store in the folder `home`, or begins one there, without a rollback anchor.
    ///
    /// A store whose key is gone opens too: empty, in a new epoch, with [`Condition::key_lost`](crate::Condition::key_lost).
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Key`], [`StoreError::Newer`], [`StoreError::Disk`], what LMDB says of a damaged file, and
    /// [`StoreError::Damaged`], [`StoreError::Changed`] or [`StoreError::Tampered`] where what is kept is not what was left.
    pub fn open(home: &Path, vault: &dyn KeyVault) -> Result<Self, StoreError> {
        Self::open_all(home, vault, None, env::FIRST_MAP)
    }

    /// As [`Store::open`], with an anchor outside the folder: a store that was put back to an earlier state opens with
    /// [`Condition::rolled_back`](crate::Condition::rolled_back).
    ///
    /// # Errors
    /// As [`Store::open`], and [`StoreError::Anchor`] where the anchor cannot be used.
    pub fn open_anchored(
        home: &Path,
        vault: &dyn KeyVault,
        anchor: Arc<dyn Anchor>,
    ) -> Result<Self, StoreError> {
        Self::open_all(home, vault, Some(anchor), env::FIRST_MAP)
    }

    /// As [`Store::open`], with another first map size in bytes (a multiple of the page size), so that tests see it grow.
    #[doc(hidden)]
    pub fn open_with_map(home: &Path, vault: &dyn KeyVault, first_map: usize) -> Result<Self, StoreError> {
        Self::open_all(home, vault, None, first_map)
    }

    fn open_all(
        home: &Path,
        vault: &dyn KeyVault,
        anchor: Option<Arc<dyn Anchor>>,
        first_map: usize,
    ) -> Result<Self, StoreError> {
        make_folder(home)?;
        let lock = lock(home)?;
        pages::check(home)?;
        let env = env::open(home, first_map)?;
        let bases = env::bases(&env)?;
        let map = RwLock::new(());
        let keys = RwLock::new(begin::unlock(&env, &bases, &map, vault)?);
        sync_folder(home)?;
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let (home, changed, summed) = (home.to_owned(), None, AtomicBool::new(false));
        let mut store = Self { env, bases, keys, anchor, home, changed, summed, map, number, _lock: lock };
        let header = store.read(|book| book.header())?;
        let compared = sums::compare(&store.home, &store.keys(), &header.mark)?;
        if compared != Compared::Same {
            // A file that is byte for byte as it was left needs no counting.
            store.read(|book| book.check())?;
        }
        store.summed = AtomicBool::new(compared == Compared::Same);
        // Before anything is written: a write tells the anchor of itself.
        store.ask_anchor(match compared {
            Compared::Earlier(latest) => Some(latest),
            _ => None,
        })?;
        if let Compared::Changed(page) = compared {
            store.changed = Some(page);
            store.write(|book| {
                let at = Moment::of(&Zoned::now());
                book.append(&format!(r#"{{"kind":"file_changed","at":"{at}","page":{page}}}"#)).map(drop)
            })?;
        }
        Ok(store)
    }

    /// A page of the file, from 0, that was changed outside this program while the store was closed, in a place where no record and no
    /// structure lies: everything that is kept was checked and is whole. The journal has an entry about it.
    pub fn changed_page(&self) -> Option<u64> {
        self.changed
    }

    /// Compares the store with its anchor, and writes down what does not fit. `later` is a commit that the file is known to have had.
    fn ask_anchor(&self, later: Option<u64>) -> Result<(), StoreError> {
        let says = match self.anchor.as_ref().map(|anchor| anchor.read()) {
            None => return later.map_or(Ok(()), |later| self.lock_as_rolled_back(Some(later))),
            Some(Ok(None)) => {
                self.begin_anchor()?;
                return later.map_or(Ok(()), |later| self.lock_as_rolled_back(Some(later)));
            }
            Some(Ok(Some(says))) => says,
            Some(Err(AnchorError::Damaged)) => return self.lock_as_rolled_back(later),
            Some(Err(error)) => return Err(error.into()),
        };
        if says.knows(&self.read(|book| book.header())?.mark) {
            return Ok(());
        }
        let marks = [says.done, says.pending].into_iter().flatten().map(|mark| mark.count);
        self.lock_as_rolled_back(marks.chain(later).max())
    }

    /// The first use of an anchor, which may be one that was lost.
    fn begin_anchor(&self) -> Result<(), StoreError> {
        let mark = self.read(|book| book.header())?.mark;
        if let Some(anchor) = &self.anchor {
            // Durably, so that the first commit has something to come after.
            anchor.pending(mark)?;
            anchor.done(mark)?;
        }
        self.write(|book| {
            book.dirty = true;
            if std::mem::replace(&mut book.header.anchored, true) {
                let at = Moment::of(&Zoned::now());
                book.append(&format!(r#"{{"kind":"anchor_missing","at":"{at}"}}"#))?;
            }
            Ok(())
        })
    }

    /// Writes down that the store is not the one that was left, the last commit of which had this number.
    fn lock_as_rolled_back(&self, latest: Option<u64>) -> Result<(), StoreError> {
        self.write(|book| {
            let behind = latest.and_then(|latest| latest.checked_sub(book.header.mark.count));
            let writes = behind.filter(|writes| *writes > 0);
            book.header.anchored = book.header.anchored || self.anchor.is_some();
            book.header.condition.rolled_back = Some(RolledBack { writes });
            // Beyond what was known, so that what was put back this time is told from it the next time.
            book.header.mark.count = book.header.mark.count.max(latest.unwrap_or_default());
            let writes = writes.map_or("null".to_owned(), |writes| writes.to_string());
            let at = Moment::of(&Zoned::now());
            book.append(&format!(r#"{{"kind":"rolled_back","at":"{at}","writes":{writes}}}"#)).map(drop)
        })
    }

    /// Lets others have these keys too.
    pub(crate) fn publish(&self, keys: &Arc<Keys>) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(keys);
    }

    fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads from one unchanging state of the store.
    ///
    /// # Errors
    /// Those of `f`, and [`StoreError::Nested`] inside another transaction of this store on the same thread.
    pub fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&Reading<'_>) -> Result<T, E>) -> Result<T, E> {
        let _inside = Inside::enter(self.number)?;
        let _map = self.hold_map();
        let txn = Txn::Read(self.env.read_txn().map_err(StoreError::from)?);
        // The keys after the transaction: a rotation publishes new ones before it commits.
        f(&Reading { keys: self.keys(), bases: &self.bases, txn })
    }

    /// Reads and writes in one transaction, and returns `Ok` only after all of it is safe on the disk. An error, a failed write that
    /// `f` passed over, and a panic leave nothing. `f` runs again from the beginning where the file had to grow. Where `f` changes
    /// nothing, nothing is written.
    ///
    /// # Errors
    /// Those of `f`, those of the commit, and [`StoreError::Nested`] inside another transaction of this store on the same thread.
    pub fn write<T, E: From<StoreError>>(
        &self,
        f: impl FnMut(&mut Writing<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact(f, |writing| self.commit(writing))
    }

    /// As [`Store::write`], but always undone: what would happen.
    pub fn rehearse<T, E: From<StoreError>>(
        &self,
        f: impl FnMut(&mut Writing<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact(f, |_| Ok(()))
    }

    fn transact<T, E: From<StoreError>>(
        &self,
        mut f: impl FnMut(&mut Writing<'_>) -> Result<T, E>,
        end: impl Fn(Writing<'_>) -> Result<(), StoreError>,
    ) -> Result<T, E> {
        let _inside = Inside::enter(self.number)?;
        loop {
            let size = {
                let _map = self.hold_map();
                let txn = Txn::Write(self.env.write_txn().map_err(StoreError::from)?);
                let reading = Reading { keys: self.keys(), bases: &self.bases, txn };
                let header = reading.header()?;
                let mut writing = Writing { reading, header, dirty: false, failed: Cell::new(None) };
                let done = f(&mut writing);
                let ended = match (&done, writing.failed.get()) {
                    (_, Some(failed)) => Err(failed),
                    (Ok(_), None) => end(writing),
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

    /// Makes what was written durable, with the anchor told before and after.
    fn commit(&self, mut writing: Writing<'_>) -> Result<(), StoreError> {
        if !writing.dirty {
            return Ok(());
        }
        writing.rotate_some(EACH_WRITE)?;
        let count = writing.header.mark.count.checked_add(1).ok_or(StoreError::Full)?;
        writing.header.mark = Mark { count, tag: writing.keys.random()? };
        if self.summed.swap(false, Ordering::Relaxed) {
            sums::remove(&self.home)?;
        }
        let (txn, header) = writing.sealed()?;
        if let Some(anchor) = &self.anchor {
            anchor.pending(header.mark)?;
        }
        txn.commit()?;
        if let Some(anchor) = &self.anchor {
            // The commit is made, whatever becomes of this: the next opening finds it as the one that was pending.
            let _ = anchor.done(header.mark);
        }
        Ok(())
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

impl Drop for Store {
    /// Leaves the sums of the file's pages behind, so that any change while it is closed is noticed. Without them the records are
    /// checked all the same.
    fn drop(&mut self) {
        if !*self.summed.get_mut() {
            let header = self.read(|book| book.header());
            let _ = header.and_then(|header| sums::leave(&self.home, &self.keys(), &header.mark));
        }
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
