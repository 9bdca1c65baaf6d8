//! How a value is sealed and how its name is hidden. This is the format on disk; a test holds it to frozen bytes.
//!
//! From the master key, HKDF-SHA-256 (RFC 5869, no salt) derives two keys with their own info strings: the *index key* and the
//! *sealing key*. A name becomes `HMAC-SHA-256(index key, table || 0 || name)`. A sealed value is
//!
//! ```text
//! format (1 byte) | key epoch (u32, big-endian) | salt (32 random bytes) | AES-256-GCM ciphertext and tag
//! ```
//!
//! under a key of its own, `HKDF-SHA-256(salt, sealing key, "assent value v1")`. That key is used once, so its nonce is all zeros.
//! Associated data: `format | epoch | table || 0 | LMDB key`, so that no value can be moved to another place.
//! The seal does not notice that a record was put back to an earlier one of the same name, or removed.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom, SystemRandom};
use ring::{digest, hmac};
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::vault::{KEY_BYTES, MasterKey};

/// The form of a sealed value, its first byte.
const FORMAT: u8 = 1;
/// The epoch of the keys that values are sealed with; rotation will raise it.
const EPOCH: u32 = 0;
const SALT_BYTES: usize = 32;
const HEAD_BYTES: usize = 1 + 4 + SALT_BYTES;

/// A salt, fresh for each value.
pub(crate) type SaltBytes = [u8; SALT_BYTES];

/// The keys in use, wiped when dropped. ring keeps its own short-lived copies on the stack, which it does not wipe.
pub(crate) struct Keys {
    index: Zeroizing<[u8; KEY_BYTES]>,
    sealing: Zeroizing<[u8; KEY_BYTES]>,
    random: SystemRandom,
}

impl Keys {
    pub(crate) fn derive(master: &MasterKey) -> Result<Self, StoreError> {
        Ok(Self {
            index: derive(&[], master.bytes(), b"assent index key v1")?,
            sealing: derive(&[], master.bytes(), b"assent sealing key v1")?,
            random: SystemRandom::new(),
        })
    }

    /// The LMDB key of a record, which names nobody.
    pub(crate) fn hide(&self, table: &str, name: &str) -> [u8; digest::SHA256_OUTPUT_LEN] {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, self.index.as_slice()));
        context.update(table.as_bytes());
        context.update(&[0]);
        context.update(name.as_bytes());
        let mut hidden = [0; digest::SHA256_OUTPUT_LEN];
        // Both are 32 bytes; zip cannot fail where copy_from_slice could panic.
        hidden.iter_mut().zip(context.sign().as_ref()).for_each(|(to, from)| *to = *from);
        hidden
    }

    /// Seals `plain` for this table and LMDB key under a fresh salt.
    pub(crate) fn seal(&self, table: &str, key: &[u8], plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.seal_with(self.salt()?, table, key, plain)
    }

    /// A fresh salt.
    pub(crate) fn salt(&self) -> Result<SaltBytes, StoreError> {
        let mut salt = [0; SALT_BYTES];
        self.random.fill(&mut salt).map_err(|_| StoreError::Crypto)?;
        Ok(salt)
    }

    fn seal_with(
        &self,
        salt: SaltBytes,
        table: &str,
        key: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let mut sealed = Vec::with_capacity(HEAD_BYTES + plain.len() + AES_256_GCM.tag_len());
        sealed.push(FORMAT);
        sealed.extend_from_slice(&EPOCH.to_be_bytes());
        sealed.extend_from_slice(&salt);
        let aad = Aad::from(associated(&sealed, table, key));
        sealed.extend_from_slice(plain);
        let text = sealed.get_mut(HEAD_BYTES..).ok_or(StoreError::Crypto)?;
        let nonce = Nonce::assume_unique_for_key([0; NONCE_LEN]);
        let tag = self
            .cipher(&salt)?
            .seal_in_place_separate_tag(nonce, aad, text)
            .map_err(|_| StoreError::Crypto)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// The plain value, or `None` where a single bit is not as it was sealed for this place.
    pub(crate) fn open(&self, table: &str, key: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (head, text) = sealed.split_at_checked(HEAD_BYTES)?;
        let (lead, salt) = head.split_at_checked(1 + 4)?;
        let (format, epoch) = lead.split_first()?;
        if *format != FORMAT || epoch != EPOCH.to_be_bytes() {
            return None;
        }
        let mut buffer = Zeroizing::new(text.to_vec());
        let aad = Aad::from(associated(head, table, key));
        let nonce = Nonce::assume_unique_for_key([0; NONCE_LEN]);
        let length = self.cipher(salt).ok()?.open_in_place(nonce, aad, &mut buffer).ok()?.len();
        buffer.truncate(length);
        Some(buffer)
    }

    fn cipher(&self, salt: &[u8]) -> Result<LessSafeKey, StoreError> {
        let key = derive(salt, &self.sealing, b"assent value v1")?;
        let key = UnboundKey::new(&AES_256_GCM, key.as_slice()).map_err(|_| StoreError::Crypto)?;
        Ok(LessSafeKey::new(key))
    }
}

fn derive(
    salt: &[u8],
    secret: &[u8; KEY_BYTES],
    info: &[u8],
) -> Result<Zeroizing<[u8; KEY_BYTES]>, StoreError> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    Salt::new(HKDF_SHA256, salt)
        .extract(secret)
        .expand(&[info], HKDF_SHA256)
        .and_then(|okm| okm.fill(key.as_mut_slice()))
        .map_err(|_| StoreError::Crypto)?;
    Ok(key)
}

fn associated(head: &[u8], table: &str, key: &[u8]) -> Vec<u8> {
    head.iter().take(1 + 4).chain(table.as_bytes()).chain(&[0]).chain(key).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        let mut master = [0; 32];
        master.iter_mut().enumerate().for_each(|(at, byte)| *byte = at as u8);
        Keys::derive(&MasterKey::new(master)).unwrap()
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// These bytes are on users' disks: a change here needs a new format and a way to read the old one.
    /// They were computed by another implementation (Python's `cryptography`) from the description above.
    #[test]
    fn the_format_on_disk_is_frozen() {
        let keys = keys();
        let name = keys.hide("habits", "payee/noodle-1");
        assert_eq!(hex(&name), "e410ed26fd9182a7e86a2131f1b6e83712934e9ba7d0b036c695647806ee145c");
        let sealed = keys.seal_with([7; 32], "habits", &name, b"38.00 CNY").unwrap();
        assert_eq!(
            hex(&sealed),
            "010000000007070707070707070707070707070707070707070707070707070707070707071e138eca88de35de40ac2f5486ca45e4e227f34e700c9815c3"
        );
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let keys = keys();
        let sealed = keys.seal("habits", b"k", b"38.00 CNY").unwrap();
        assert_eq!(keys.open("habits", b"k", &sealed).unwrap().as_slice(), b"38.00 CNY");
        for bit in 0..sealed.len() * 8 {
            let mut bad = sealed.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(keys.open("habits", b"k", &bad).is_none(), "bit {bit}");
        }
        for end in 0..sealed.len() {
            assert!(keys.open("habits", b"k", &sealed[..end]).is_none(), "cut at {end}");
        }
    }

    #[test]
    fn a_value_opens_only_in_its_place_and_never_twice_alike() {
        let keys = keys();
        let sealed = keys.seal("habits", b"k", b"v").unwrap();
        assert!(keys.open("trust", b"k", &sealed).is_none());
        assert!(keys.open("habits", b"l", &sealed).is_none());
        assert_ne!(sealed, keys.seal("habits", b"k", b"v").unwrap());
        assert_ne!(keys.hide("habits", "k"), keys.hide("trust", "k"));
    }
}
