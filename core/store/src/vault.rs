//! The hardware's key behind a trait: it wraps the store's data keys and never leaves its keeper. For the command line, a key in a file.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::seal::derive;

/// The length of a key, in bytes.
pub(crate) const KEY_BYTES: usize = 32;
/// The length of the salt in front of what [`FileVault`] wraps, in bytes.
const SALT_BYTES: usize = 32;

/// The key that stores of schema 1 derived their other keys from. Wiped from memory when dropped.
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

/// A host's keeper of the key that wraps the store's data keys. The key itself need not be readable: an AES key of Android's Keystore or
/// a key of Apple's Secure Enclave does. The store wraps and unwraps four keys when it is opened or rotated, none in between.
pub trait KeyVault: Send + Sync {
    /// Seals `plain` (32 bytes) with authentication, bound to `about`.
    ///
    /// # Errors
    /// [`KeyError::Lost`] where there is no key; [`KeyError::Refused`] where there is one that cannot be used now.
    fn wrap(&self, plain: &[u8], about: &[u8]) -> Result<Vec<u8>, KeyError>;

    /// Opens what `wrap` sealed for the same `about`.
    ///
    /// # Errors
    /// [`KeyError::Lost`] where there is no key and [`KeyError::Other`] where it is not the one that wrapped: both begin a new epoch, so
    /// a vault that is merely locked has to answer [`KeyError::Refused`].
    fn unwrap(&self, wrapped: &[u8], about: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError>;

    /// Makes a key where there is none; never replaces one. The store asks for it when it begins, and after its key was lost.
    fn make(&self) -> Result<(), KeyError>;

    /// The key of a store of schema 1, for vaults that served one; it is needed once, to bring the store up to date.
    fn legacy(&self) -> Option<MasterKey> {
        None
    }
}

/// Why there is no usable key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// There is no key.
    #[error("the store's key is gone; put the key back from a backup")]
    Lost,
    /// There is a key, but not the one that wrapped.
    #[error("the key is not the one that belongs to the store; put back the one that does")]
    Other,
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
///
/// Wrapped: `salt (32 random bytes) | AES-256-GCM ciphertext and tag`, under `HKDF-SHA-256(salt, key, "assent vault v2")`, a key that is
/// used once, so that its nonce is all zeros; associated data: `about`.
#[derive(Clone, Debug)]
pub struct FileVault {
    home: PathBuf,
}

impl FileVault {
    /// The vault of the store in `home`.
    pub fn new(home: impl Into<PathBuf>) -> Self {
        Self { home: home.into() }
    }

    /// A name for the store of this key at this place, which gives nothing of either away; `None` where there is no key.
    pub fn place(&self, at: &Path) -> Option<String> {
        let key = self.key().ok()?;
        let secret = derive(&[], key.bytes(), b"assent place v1").ok()?;
        let tag = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, secret.as_slice()),
            at.as_os_str().as_encoded_bytes(),
        );
        Some(tag.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }

    fn path(&self) -> PathBuf {
        self.home.join("key")
    }

    fn key(&self) -> Result<MasterKey, KeyError> {
        match File::open(self.path()) {
            Ok(file) => read(&file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(KeyError::Lost),
            Err(error) => Err(error.into()),
        }
    }

    fn cipher(&self, salt: &[u8]) -> Result<LessSafeKey, KeyError> {
        let key = derive(salt, self.key()?.bytes(), b"assent vault v2").map_err(|_| KeyError::Refused)?;
        Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.as_slice()).map_err(|_| KeyError::Refused)?))
    }
}

impl KeyVault for FileVault {
    fn wrap(&self, plain: &[u8], about: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut salt = [0; SALT_BYTES];
        SystemRandom::new().fill(&mut salt).map_err(|_| KeyError::NoRandomness)?;
        let mut text = Zeroizing::new(plain.to_vec());
        let nonce = Nonce::assume_unique_for_key([0; NONCE_LEN]);
        let tag = self
            .cipher(&salt)?
            .seal_in_place_separate_tag(nonce, Aad::from(about), &mut text)
            .map_err(|_| KeyError::Refused)?;
        Ok([&salt, text.as_slice(), tag.as_ref()].concat())
    }

    fn unwrap(&self, wrapped: &[u8], about: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let (salt, text) = wrapped.split_at_checked(SALT_BYTES).ok_or(KeyError::Other)?;
        let mut text = Zeroizing::new(text.to_vec());
        let nonce = Nonce::assume_unique_for_key([0; NONCE_LEN]);
        let cipher = self.cipher(salt)?;
        let length =
            cipher.open_in_place(nonce, Aad::from(about), &mut text).map_err(|_| KeyError::Other)?.len();
        text.truncate(length);
        Ok(text)
    }

    fn make(&self) -> Result<(), KeyError> {
        let path = self.path();
        // A crash while a key was made leaves a shorter file. Nothing was ever wrapped with it: the store asks for a key only where it
        // is new or the key that it had is gone.
        if std::fs::metadata(&path).is_ok_and(|found| found.len() < KEY_BYTES as u64) {
            std::fs::remove_file(&path)?;
        }
        make(&self.home, &path)
    }

    fn legacy(&self) -> Option<MasterKey> {
        self.key().ok()
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

fn make(home: &Path, path: &Path) -> Result<(), KeyError> {
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
    Ok(sync_folder(home)?)
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
