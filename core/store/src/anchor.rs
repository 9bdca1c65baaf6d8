//! The rollback anchor: a counter outside the database, so that an older database that is put back is noticed.
//!
//! Each commit has a number and a random tag, in the store's sealed header. Before the commit the anchor is told both, durably; after it,
//! that it is done. A store whose header names neither the commit that is done nor the one that was pending is an earlier one, or another.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::vault::sync_folder;

/// One commit: its number, and a random tag, so that another history of the same length is told from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// How many commits there were.
    pub count: u64,
    /// Which one this is.
    pub tag: [u8; 16],
}

/// What an anchor says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anchored {
    /// The last commit that is known to be done.
    pub done: Option<Mark>,
    /// The one after it, which may or may not have come about.
    pub pending: Option<Mark>,
}

impl Anchored {
    /// Whether a store that stands at this commit is the one that was left here.
    pub fn knows(&self, mark: &Mark) -> bool {
        self.done.as_ref() == Some(mark) || self.pending.as_ref() == Some(mark)
    }
}

/// A place outside the store's folder that outlives a restored backup: monotonic hardware, the system's key store, or a file elsewhere.
pub trait Anchor: Send + Sync {
    /// What was last kept; `Ok(None)` where nothing ever was.
    ///
    /// # Errors
    /// [`AnchorError::Damaged`] where what is there cannot be read, which locks the store until the user decides.
    fn read(&self) -> Result<Option<Anchored>, AnchorError>;

    /// Keeps, durably before it returns, that this commit is about to be made. What was done before stays known.
    fn pending(&self, next: Mark) -> Result<(), AnchorError>;

    /// Keeps that this commit was made and nothing is pending. It need not be durable before the next `pending`.
    fn done(&self, mark: Mark) -> Result<(), AnchorError>;
}

/// Why an anchor cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnchorError {
    /// What it holds cannot be read.
    #[error("the rollback anchor cannot be read")]
    Damaged,
    /// The system refused a file operation.
    #[error("the rollback anchor cannot be used: {0}; check the disk's space and the folder's permissions")]
    File(io::ErrorKind),
    /// The host's keeper refused.
    #[error("the device's keeper of the rollback anchor refused; try again")]
    Refused,
}

impl From<io::Error> for AnchorError {
    fn from(error: io::Error) -> Self {
        Self::File(error.kind())
    }
}

/// Each mark has a sector of its own, so that a torn write spoils none but itself.
const SECTOR: usize = 512;
const SECTORS: usize = 3;
const DONE: usize = 2;
const MAGIC: &[u8; 8] = b"assent-a";

/// An anchor in a file:
///
/// ```text
/// sector 0, 1 (512 bytes each): the marks of even and odd commits that were about to be made; sector 2: the last that was done
/// mark = "assent-a" | count (u64, big-endian) | tag (16) | first 16 bytes of the SHA-256 of these
/// ```
///
/// It notices a database that was put back while this file was not. Whoever puts both back, or removes this file, is not noticed.
pub struct FileAnchor {
    path: PathBuf,
    file: Mutex<Option<File>>,
}

impl fmt::Debug for FileAnchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileAnchor(…)")
    }
}

impl FileAnchor {
    /// The anchor in this file, which is made when the store first writes.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), file: Mutex::new(None) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn put(&self, sector: usize, mark: Mark, durably: bool) -> Result<(), AnchorError> {
        let mut held = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let file = match &mut *held {
            Some(file) => file,
            none => none.insert(open(&self.path)?),
        };
        let done = write_at(file, sector, &written(mark))
            .and_then(|()| if durably { file.sync_data() } else { Ok(()) });
        if done.is_err() {
            // After a failed sync nothing is known of what the disk holds: begin again from the name.
            *held = None;
        }
        Ok(done?)
    }
}

impl Anchor for FileAnchor {
    fn read(&self) -> Result<Option<Anchored>, AnchorError> {
        let bytes = match std::fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if bytes.iter().all(|byte| *byte == 0) {
            // A crash came between the making of the file and its first mark.
            return Ok(None);
        }
        let [even, odd, done] = [0, 1, DONE].map(|sector| mark_in(&bytes, sector));
        let (last, former) = match (even, odd) {
            (Some(even), Some(odd)) if even.count > odd.count => (Some(even), Some(odd)),
            (Some(even), Some(odd)) => (Some(odd), Some(even)),
            (one, other) => (one.or(other), None),
        };
        match (last, done) {
            (None, None) => Err(AnchorError::Damaged),
            (Some(last), Some(done)) if last.count <= done.count => {
                Ok(Some(Anchored { done: Some(done), pending: None }))
            }
            // The mark of what was done may have been lost with the power; what was pending before it was done by then.
            (last, done) => {
                let newest = [done, former].into_iter().flatten().max_by_key(|mark| mark.count);
                Ok(Some(Anchored { done: newest, pending: last }))
            }
        }
    }

    fn pending(&self, next: Mark) -> Result<(), AnchorError> {
        self.put(usize::from(next.count & 1 == 1), next, true)
    }

    fn done(&self, mark: Mark) -> Result<(), AnchorError> {
        self.put(DONE, mark, false)
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let file = options.create_new(true).open(path)?;
            file.set_len((SECTOR * SECTORS) as u64)?;
            file.sync_all()?;
            path.parent().map_or(Ok(()), sync_folder)?;
            Ok(file)
        }
        opened => opened,
    }
}

fn write_at(file: &mut File, sector: usize, bytes: &[u8]) -> io::Result<()> {
    use std::io::{Seek, SeekFrom, Write};
    file.seek(SeekFrom::Start(sector.saturating_mul(SECTOR) as u64))?;
    file.write_all(bytes)
}

fn written(mark: Mark) -> Vec<u8> {
    let mut bytes = [MAGIC.as_slice(), &mark.count.to_be_bytes(), &mark.tag].concat();
    let sum = digest(&SHA256, &bytes);
    bytes.extend(sum.as_ref().iter().take(16));
    bytes
}

fn mark_in(bytes: &[u8], sector: usize) -> Option<Mark> {
    let at = sector.checked_mul(SECTOR)?;
    let rest = bytes.get(at..)?.strip_prefix(MAGIC)?;
    let (count, rest) = rest.split_at_checked(8)?;
    let mark =
        Mark { count: u64::from_be_bytes(count.try_into().ok()?), tag: rest.get(..16)?.try_into().ok()? };
    bytes.get(at..)?.starts_with(&written(mark)).then_some(mark)
}
