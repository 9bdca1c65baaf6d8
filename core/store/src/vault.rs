//! Where the master key comes from: a host's key store behind a trait, or a file beside the store for the command line.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

/// The length of the master key, in bytes.
pub(crate) const KEY_BYTES: usize = 32;

/// The key that every other key of a store is derived from. Wiped from memory when dropped.
pub struct MasterKey(Zeroizing<[u8; KEY_BYTES]>);

impl MasterKey {
    /// Takes 32 bytes that nobody can guess. The caller wipes its own copy.
    pub fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// A host's keeper of the master key.
pub trait KeyVault: Send + Sync {
    /// The key of this user's store: the same bytes each time, or an error. A vault never answers a lost key with a new one.
    fn master_key(&self) -> Result<MasterKey, KeyError>;
}

/// Why there is no usable key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The store is there but its key is not.
    #[error(
        "the store's key is gone and nothing else opens the store; put the key back from a backup, or begin anew with another home"
    )]
    Lost,
    /// The key file does not hold 32 bytes.
    #[error("the key file does not hold 32 bytes; put back the key that belongs to the store")]
    WrongLength,
    /// Others on this machine may read the key file.
    #[error("the key file may be read or changed by others; allow only its owner (chmod 600)")]
    Exposed,
    /// The key file cannot be read or written.
    #[error("the key file cannot be used: {0}; check the folder's permissions")]
    File(io::ErrorKind),
    /// The system gave no random bytes for a new key.
    #[error("the system gave no random bytes for a new key; try again")]
    NoRandomness,
    /// The host's vault refused: locked, denied or unavailable.
    #[error("the device's key store refused; unlock the device and try again")]
    Refused,
}

impl From<io::Error> for KeyError {
    fn from(error: io::Error) -> Self {
        Self::File(error.kind())
    }
}

/// The key in a file `key` in the store's own folder, for the command line. Whoever can read that folder as this user can read the
/// store: it guards copies of the database, not the account.
#[derive(Clone, Debug)]
pub struct FileVault {
    home: PathBuf,
}

impl FileVault {
    /// The vault of the store in `home`.
    pub fn new(home: impl Into<PathBuf>) -> Self {
        Self { home: home.into() }
    }
}

impl KeyVault for FileVault {
    /// Reads the key, or makes one where neither a key nor a store exists yet.
    fn master_key(&self) -> Result<MasterKey, KeyError> {
        let path = self.home.join("key");
        let store_exists = self.home.join(crate::env::DATA_FILE).try_exists()?;
        match File::open(&path) {
            Ok(file) => match read(&file) {
                // A crash while the key was made: nothing was ever sealed with it.
                Err(KeyError::WrongLength) if !store_exists && file.metadata()?.len() < KEY_BYTES as u64 => {
                    std::fs::remove_file(&path)?;
                    make(&self.home, &path)
                }
                read => read,
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound && store_exists => Err(KeyError::Lost),
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(&self.home, &path),
            Err(error) => Err(error.into()),
        }
    }
}

fn read(file: &File) -> Result<MasterKey, KeyError> {
    check_private(file)?;
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    let mut file = file;
    match file.read_exact(bytes.as_mut_slice()) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(KeyError::WrongLength),
        done => done?,
    }
    if file.read(&mut [0])? != 0 {
        return Err(KeyError::WrongLength);
    }
    Ok(MasterKey(bytes))
}

fn make(home: &Path, path: &Path) -> Result<MasterKey, KeyError> {
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    SystemRandom::new().fill(bytes.as_mut_slice()).map_err(|_| KeyError::NoRandomness)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    if let Err(error) = file.write_all(bytes.as_slice()).and_then(|()| file.sync_all()) {
        drop(file);
        // A key that is not safely on the disk must not be taken for one; if this fails too, its length gives it away.
        let _ = std::fs::remove_file(path);
        return Err(error.into());
    }
    sync_folder(home)?;
    Ok(MasterKey(bytes))
}

/// Makes the names of new files in a folder survive a power loss.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(unix)]
fn check_private(file: &File) -> Result<(), KeyError> {
    use std::os::unix::fs::MetadataExt;
    if file.metadata()?.mode() & 0o077 == 0 { Ok(()) } else { Err(KeyError::Exposed) }
}

#[cfg(not(unix))]
fn check_private(_: &File) -> Result<(), KeyError> {
    Ok(())
}
