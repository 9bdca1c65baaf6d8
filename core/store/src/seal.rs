//! How a value is sealed and how its name is hidden. This is the format on disk; a test holds it to frozen bytes.
//!
//! A name becomes `HMAC-SHA-256(index key, table || 0 || name)`. A sealed value is
//!
//! ```text
//! format (1 byte) | key epoch (u32, big-endian) | salt (32 random bytes) | AES-256-GCM ciphertext and tag
//! ```
//!
//! under a key of its own, `HKDF-SHA-256(salt, data key, "assent value v1")`. That key is used once, so its nonce is all zeros. Which
//! data key depends on what the table is for (see [`Purpose`]) and on the epoch. Associated data: `format | epoch | table || 0 | LMDB
//! key`, so that no value can be moved to another place.
//!
//! Each record has a tag, the first 16 bytes of `HMAC-SHA-256(set key, database || 0 || length of the key (u16, big-endian) || key ||
//! value)`. The tags of a database, xored, are kept in the store's sealed header: a record that was removed, added or put back to an
//! earlier one of the same name shows there.

use std::collections::BTreeMap;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom, SystemRandom};
use ring::{digest, hmac};
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::table::{BODIES, JOURNAL};
use crate::vault::{KEY_BYTES, MasterKey};

/// The form of a sealed value, its first byte.
const FORMAT: u8 = 1;
const SALT_BYTES: usize = 32;
const LEAD_BYTES: usize = 1 + 4;
const HEAD_BYTES: usize = LEAD_BYTES + SALT_BYTES;

/// A salt, fresh for each value.
pub(crate) type SaltBytes = [u8; SALT_BYTES];
/// A key, wiped when dropped.
pub(crate) type Secret = Zeroizing<[u8; KEY_BYTES]>;
/// The xored tags of a database.
pub(crate) type SetTag = [u8; 16];

/// What a data key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Habits, payments, trust, texts, and what verdicts were made from.
    Habit,
    /// What is allowed and spent: settings, agents, mandates, budgets, intents, small payments, and the header.
    Budget,
    /// The journal's bodies, end and signing key.
    Journal,
}

impl Purpose {
    pub(crate) const ALL: [Self; 3] = [Self::Habit, Self::Budget, Self::Journal];

    fn of(table: &str) -> Self {
        match table {
            "habits" | "payments" | "trust" | "texts" | "facts" => Self::Habit,
            JOURNAL | BODIES => Self::Journal,
            _ => Self::Budget,
        }
    }
}

/// The keys in use, wiped when dropped. ring keeps its own short-lived copies on the stack, which it does not wipe.
#[derive(Clone)]
pub(crate) struct Keys {
    index: Secret,
    /// ring does not wipe it. Whoever has it could forge sets, not read anything.
    set: hmac::Key,
    epochs: BTreeMap<u32, [Secret; Purpose::ALL.len()]>,
    random: SystemRandom,
}

impl Keys {
    /// Keys with this index key and no epoch yet.
    pub(crate) fn new(index: Secret) -> Result<Self, StoreError> {
        let set = hmac::Key::new(hmac::HMAC_SHA256, derive(&[], &index, b"assent set key v1")?.as_slice());
        Ok(Self { index, set, epochs: BTreeMap::new(), random: SystemRandom::new() })
    }

    /// Fresh keys, their first epoch this one.
    pub(crate) fn fresh(epoch: u32) -> Result<Self, StoreError> {
        let mut index = Zeroizing::new([0; KEY_BYTES]);
        SystemRandom::new().fill(index.as_mut_slice()).map_err(|_| StoreError::Crypto)?;
        Self::new(index)?.with_fresh_epoch(epoch)
    }

    /// The keys of a store of schema 1: derived from the master key, one data key for every purpose, epoch 0.
    pub(crate) fn of_schema_1(master: &MasterKey) -> Result<Self, StoreError> {
        let mut keys = Self::new(derive(&[], master.bytes(), b"assent index key v1")?)?;
        let sealing = derive(&[], master.bytes(), b"assent sealing key v1")?;
        keys.epochs.insert(0, [sealing.clone(), sealing.clone(), sealing]);
        Ok(keys)
    }

    /// The same keys and those of a new epoch.
    pub(crate) fn with_fresh_epoch(mut self, epoch: u32) -> Result<Self, StoreError> {
        let mut fresh: [Secret; Purpose::ALL.len()] = Default::default();
        for key in &mut fresh {
            self.random.fill(key.as_mut_slice()).map_err(|_| StoreError::Crypto)?;
        }
        self.epochs.insert(epoch, fresh);
        Ok(self)
    }

    /// Takes in one data key that the vault unwrapped.
    pub(crate) fn put(&mut self, epoch: u32, purpose: usize, key: Secret) -> Option<()> {
        *self.epochs.entry(epoch).or_default().get_mut(purpose)? = key;
        Some(())
    }

    /// The index key and every data key with its epoch and purpose, to be wrapped.
    pub(crate) fn all(&self) -> (&Secret, impl Iterator<Item = (u32, usize, &Secret)>) {
        let data = self
            .epochs
            .iter()
            .flat_map(|(epoch, keys)| keys.iter().enumerate().map(|(at, key)| (*epoch, at, key)));
        (&self.index, data)
    }

    /// The latest epoch.
    pub(crate) fn last_epoch(&self) -> Option<u32> {
        self.epochs.last_key_value().map(|(epoch, _)| *epoch)
    }

    /// Whether this epoch's keys are here.
    pub(crate) fn has(&self, epoch: u32) -> bool {
        self.epochs.contains_key(&epoch)
    }

    /// The LMDB key of a record, which names nobody.
    pub(crate) fn hide(&self, table: &str, name: &str) -> [u8; digest::SHA256_OUTPUT_LEN] {
        mac(
            &hmac::Key::new(hmac::HMAC_SHA256, self.index.as_slice()),
            &[table.as_bytes(), &[0], name.as_bytes()],
        )
    }

    /// The tag of a record in the set of its database.
    pub(crate) fn tag(&self, database: &str, key: &[u8], value: &[u8]) -> SetTag {
        let length = u16::try_from(key.len()).unwrap_or(u16::MAX).to_be_bytes();
        let full = mac(&self.set, &[database.as_bytes(), &[0], &length, key, value]);
        let mut tag = SetTag::default();
        tag.iter_mut().zip(full).for_each(|(to, from)| *to = from);
        tag
    }

    /// The authentication of the pages' sums.
    pub(crate) fn sums(&self, text: &[u8]) -> [u8; digest::SHA256_OUTPUT_LEN] {
        mac(&self.set, &[b"pages", &[0], text])
    }

    /// Seals `plain` for this table and LMDB key, in this epoch, under a fresh salt.
    pub(crate) fn seal(
        &self,
        epoch: u32,
        table: &str,
        key: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        self.seal_with(self.random()?, epoch, table, key, plain)
    }

    /// So many random bytes.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], StoreError> {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes).map_err(|_| StoreError::Crypto)?;
        Ok(bytes)
    }

    fn seal_with(
        &self,
        salt: SaltBytes,
        epoch: u32,
        table: &str,
        key: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let mut sealed = Vec::with_capacity(HEAD_BYTES + plain.len() + AES_256_GCM.tag_len());
        sealed.push(FORMAT);
        sealed.extend_from_slice(&epoch.to_be_bytes());
        sealed.extend_from_slice(&salt);
        let aad = Aad::from(associated(&sealed, table, key));
        sealed.extend_from_slice(plain);
        let text = sealed.get_mut(HEAD_BYTES..).ok_or(StoreError::Crypto)?;
        let nonce = Nonce::assume_unique_for_key([0; NONCE_LEN]);
        let cipher = self.cipher(epoch, table, &salt).ok_or(StoreError::Crypto)?;
        let tag = cipher.seal_in_place_separate_tag(nonce, aad, text).map_err(|_| StoreError::Crypto)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// The plain value, or `None` where a single bit is not as it was sealed for this place, or its epoch's key is not here.
    pub(crate) fn open(&self, table: &str, key: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (head, text) = sealed.split_at_checked(HEAD_BYTES)?;
        let (lead, salt) = head.split_at_checked(LEAD_BYTES)?;
        if *lead.first()? != FORMAT {
            return None;
        }
        let mut buffer = Zeroizing::new(text.to_vec());
        let aad = Aad::from(associated(head, table, key));
        let nonce = Nonce::assume_unique_for_key([0; NONCE_LEN]);
        let cipher = self.cipher(epoch_of(sealed)?, table, salt)?;
        let length = cipher.open_in_place(nonce, aad, &mut buffer).ok()?.len();
        buffer.truncate(length);
        Some(buffer)
    }

    fn cipher(&self, epoch: u32, table: &str, salt: &[u8]) -> Option<LessSafeKey> {
        let data_key = self.epochs.get(&epoch)?.get(Purpose::of(table) as usize)?;
        let key = derive(salt, data_key, b"assent value v1").ok()?;
        Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.as_slice()).ok()?))
    }
}

/// The epoch in which a value says it was sealed.
pub(crate) fn epoch_of(sealed: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(sealed.get(1..LEAD_BYTES)?.try_into().ok()?))
}

/// Adds a record's tag to a set, or takes it out again.
pub(crate) fn toggle(set: &mut SetTag, tag: &SetTag) {
    set.iter_mut().zip(tag).for_each(|(byte, other)| *byte ^= other);
}

/// HKDF-SHA-256 (RFC 5869) with this salt and info.
pub(crate) fn derive(salt: &[u8], secret: &[u8; KEY_BYTES], info: &[u8]) -> Result<Secret, StoreError> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    Salt::new(HKDF_SHA256, salt)
        .extract(secret)
        .expand(&[info], HKDF_SHA256)
        .and_then(|okm| okm.fill(key.as_mut_slice()))
        .map_err(|_| StoreError::Crypto)?;
    Ok(key)
}

fn mac(key: &hmac::Key, parts: &[&[u8]]) -> [u8; digest::SHA256_OUTPUT_LEN] {
    let mut context = hmac::Context::with_key(key);
    parts.iter().for_each(|part| context.update(part));
    let mut made = [0; digest::SHA256_OUTPUT_LEN];
    // Both are 32 bytes; zip cannot fail where copy_from_slice could panic.
    made.iter_mut().zip(context.sign().as_ref()).for_each(|(to, from)| *to = *from);
    made
}

fn associated(head: &[u8], table: &str, key: &[u8]) -> Vec<u8> {
    head.iter().take(LEAD_BYTES).chain(table.as_bytes()).chain(&[0]).chain(key).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted() -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.iter_mut().enumerate().for_each(|(at, byte)| *byte = at as u8);
        bytes
    }

    fn keys() -> Keys {
        Keys::of_schema_1(&MasterKey::new(counted())).unwrap()
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
        let sealed = keys.seal_with([7; 32], 0, "habits", &name, b"38.00 CNY").unwrap();
        assert_eq!(
            hex(&sealed),
            "010000000007070707070707070707070707070707070707070707070707070707070707071e138eca88de35de40ac2f5486ca45e4e227f34e700c9815c3"
        );
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let keys = keys();
        let sealed = keys.seal(0, "habits", b"k", b"38.00 CNY").unwrap();
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
    fn a_value_opens_only_in_its_place_and_epoch_and_never_twice_alike() {
        let keys = keys().with_fresh_epoch(1).unwrap();
        let sealed = keys.seal(0, "habits", b"k", b"v").unwrap();
        assert!(keys.open("trust", b"k", &sealed).is_none());
        assert!(keys.open("habits", b"l", &sealed).is_none());
        assert_ne!(sealed, keys.seal(0, "habits", b"k", b"v").unwrap());
        assert_ne!(keys.hide("habits", "k"), keys.hide("trust", "k"));
        let newer = keys.seal(1, "habits", b"k", b"v").unwrap();
        assert_eq!(keys.open("habits", b"k", &newer).unwrap().as_slice(), b"v");
        let mut only_new = keys.clone();
        only_new.epochs.remove(&0);
        assert!(only_new.open("habits", b"k", &sealed).is_none());
        assert!(only_new.seal(0, "habits", b"k", b"v").is_err());
        let mut relabelled = newer;
        relabelled[4] = 0;
        assert!(keys.open("habits", b"k", &relabelled).is_none());
    }

    #[test]
    fn a_set_tells_where_a_key_ends_and_whose_record_it_is() {
        let keys = keys();
        assert_ne!(keys.tag("habits", b"ab", b"c"), keys.tag("habits", b"a", b"bc"));
        assert_ne!(keys.tag("habits", b"a", b"c"), keys.tag("trust", b"a", b"c"));
    }
}
