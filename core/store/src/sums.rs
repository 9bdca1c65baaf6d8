//! The sums of the file's pages, left behind when a store is closed: they tell of a changed byte even where no record lies, in a free page
//! or between two records. What matters is checked without them (pages.rs, check.rs); these locate the rest.
//!
//! ```text
//! "assent-p" | commit (u64, big-endian) | its tag (16) | for each 4,096 bytes of data.mdb: first 16 bytes of SHA-256 | HMAC-SHA-256 of all this
//! ```
//!
//! Sums of an earlier commit, cut ones and forged ones are passed over: they may be left from before a crash. Those of a later commit say
//! that the database is an earlier one.

use std::io;
use std::path::{Path, PathBuf};

use ring::digest::{SHA256, digest};

use crate::anchor::Mark;
use crate::env::DATA_FILE;
use crate::error::StoreError;
use crate::seal::Keys;

const MAGIC: &[u8] = b"assent-p";
const PAGE: usize = 4096;
const SUM: usize = 16;
const HEAD: usize = 8 + 8 + 16;
const MAC: usize = 32;

/// How the file stands to the sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compared {
    /// As it was left.
    Same,
    /// There are no sums to compare with.
    Unknown,
    /// The sums were left at this later commit: the file is an earlier one.
    Earlier(u64),
    /// This page is the first that is not as it was left.
    Changed(u64),
}

/// Compares the file with the sums that were left at this commit.
pub(crate) fn compare(home: &Path, keys: &Keys, mark: &Mark) -> Result<Compared, StoreError> {
    let kept = match std::fs::read(path(home)) {
        Ok(kept) => kept,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Compared::Unknown),
        Err(error) => return Err(error.into()),
    };
    let Some((text, mac)) = kept.split_at_checked(kept.len().saturating_sub(MAC)) else {
        return Ok(Compared::Unknown);
    };
    let count = text.get(8..16).and_then(|count| count.try_into().ok()).map(u64::from_be_bytes);
    let (true, Some(count)) = (keys.sums(text) == mac, count) else { return Ok(Compared::Unknown) };
    if count > mark.count {
        return Ok(Compared::Earlier(count));
    }
    if text.get(..HEAD) != Some(head(mark).as_slice()) {
        return Ok(Compared::Unknown);
    }
    let kept = text.get(HEAD..).unwrap_or_default();
    let now = sums(&std::fs::read(home.join(DATA_FILE))?);
    if kept == now {
        return Ok(Compared::Same);
    }
    let first = kept.chunks(SUM).zip(now.chunks(SUM)).position(|(kept, now)| kept != now);
    let shorter = kept.len().min(now.len()) / SUM;
    Ok(Compared::Changed(u64::try_from(first.unwrap_or(shorter)).unwrap_or(u64::MAX)))
}

/// Leaves the sums of the file as it is.
pub(crate) fn leave(home: &Path, keys: &Keys, mark: &Mark) -> Result<(), StoreError> {
    let mut text = head(mark);
    text.extend(sums(&std::fs::read(home.join(DATA_FILE))?));
    let mac = keys.sums(&text);
    text.extend(mac);
    Ok(std::fs::write(path(home), text)?)
}

/// The file is about to be changed.
pub(crate) fn remove(home: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path(home)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn path(home: &Path) -> PathBuf {
    home.join("pages")
}

fn head(mark: &Mark) -> Vec<u8> {
    [MAGIC, &mark.count.to_be_bytes(), &mark.tag].concat()
}

fn sums(file: &[u8]) -> Vec<u8> {
    file.chunks(PAGE)
        .flat_map(|page| digest(&SHA256, page).as_ref().iter().take(SUM).copied().collect::<Vec<_>>())
        .collect()
}
