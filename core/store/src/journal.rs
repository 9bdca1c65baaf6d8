//! The journal: a Merkle tree of RFC 6962 over salted commitments; the bodies sealed beside it, so that a body can be erased and the tree
//! still checked. docs/journal-format.md says how another program checks what is handed out.
//!
//! ```text
//! commitment  = SHA-256(salt (32 random bytes) | body)
//! leaf        = commitment                                         in clear, under the index as u64, big-endian
//! node        = hash of a complete subtree above the leaves         in clear, under level (u8) | number in the level (u64, big-endian)
//! ```
//!
//! Salt and body are sealed under the same index; erasing puts a sealed mark in their place that keeps the leaf's hash, so that a body
//! that somebody took away is told from one that the user erased. The tree's size and peaks are sealed apart: without them a cut tail
//! would look like a shorter journal.
//!
//! Stores of schema 1 had a hash chain. Its entries are the first leaves of the tree as they are, `previous hash (32) | commitment (32)`,
//! so that the receipts of that time, `SHA-256("assent journal v1" | index (u64, big-endian) | previous hash | commitment)`, hold.

use std::fmt;

use assent_journal::{Checkpoint, Hash, Peaks, Signer, leaf_hash};
use assent_types::Receipt;
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::record::{Reading, Writing, decode};
use crate::seal::SaltBytes;
use crate::table::{BODIES, JOURNAL, META, NODES};

const TREE: &[u8] = b"journal tree";
const SIGNER: &[u8] = b"journal signer";
const GAPS: &[u8] = b"journal gaps";
/// The key that checks the signer's signatures, in clear.
const PUBLIC: &[u8] = b"journal key";
/// Where schema 1 kept the chain's end.
const OLD_HEAD: &[u8] = b"journal head";
const DAMAGED: StoreError = StoreError::Damaged { table: JOURNAL };

/// One entry as it is read.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 0.
    pub index: u64,
    /// Its hash, in lower-case hexadecimal: the leaf's hash, or for entries of schema 1 their hash in the chain.
    pub hash: String,
    /// The hash of the entry before it, zeros for the first.
    pub prev: String,
    /// What was recorded; `None` where it was erased or its key was lost.
    pub body: Option<String>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({}, …)", self.index)
    }
}

/// One entry with everything that another program needs to find it in the tree. Hashes, leaf and salt in lower-case hexadecimal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Its number, from 0.
    pub index: u64,
    /// How many leaves the tree has that the proof is for.
    pub tree_size: u64,
    /// The leaf: the commitment, or for entries of schema 1 the hash before it and the commitment.
    pub leaf: String,
    /// SHA-256(0x00 || leaf).
    pub leaf_hash: String,
    /// The audit path, from the leaf up.
    pub path: Vec<String>,
    /// The tree's root.
    pub root: String,
    /// The commitment's salt; `None` where the body was erased or lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    /// What was recorded, byte for byte as it was hashed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proof({} of {}, …)", self.index, self.tree_size)
    }
}

/// A journal that holds together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries there are.
    pub entries: u64,
    /// How many of them were erased.
    pub erased: u64,
    /// How many of them lost their body with a key.
    pub lost: u64,
    /// The tree's root in lower-case hexadecimal.
    pub head: String,
}

/// Where the journal does not hold together: the first fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal does not hold together at entry {index}: {what}; what stands before it is sound")]
pub struct Tampered {
    /// The entry, from 0.
    pub index: u64,
    /// What is wrong with it.
    pub what: Fault,
}

/// What is wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The leaf has a wrong form, or is not that of the entry.
    Leaf,
    /// It does not follow from the entry before it in the chain of schema 1: one of the two was changed.
    Link,
    /// The body is not the one that was recorded.
    Body,
    /// The entry or its body is gone.
    Missing,
    /// A hash of the tree above this entry is not the one that follows from its leaves.
    Node,
    /// The journal ends here, earlier or otherwise than it should.
    Tail,
    /// The sealed record of the journal's end is damaged or gone.
    Head,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Leaf => "its leaf is not the one that was recorded",
            Self::Link => "it does not follow from the entry before it",
            Self::Body => "its body is not the one that was recorded",
            Self::Missing => "it or its body is gone",
            Self::Node => "the tree above it does not follow from its leaves",
            Self::Tail => "the journal does not end as it was left",
            Self::Head => "the record of the journal's end is damaged",
        })
    }
}

/// The end of a journal of schema 1.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct OldHead {
    len: u64,
    hash: Hash,
}

#[derive(Serialize, Deserialize)]
enum Body {
    Kept(SaltBytes, String),
    /// Erased in schema 1, which kept no hash.
    Erased,
    /// Erased; the hash of its leaf.
    ErasedOf(Hash),
}

#[derive(Serialize, Deserialize)]
struct SigningKey {
    name: String,
    pkcs8: Vec<u8>,
}

/// Whether this key of `meta` is that of a sealed record of the journal's.
pub(crate) fn is_sealed(key: &[u8]) -> bool {
    [TREE, SIGNER, GAPS].contains(&key)
}

/// Entries whose bodies were lost with a key: from, and up to before.
pub(crate) type Gap = (u64, u64);

impl Reading<'_> {
    /// How many entries the journal has, the erased ones included.
    pub fn journal_len(&self) -> Result<u64, StoreError> {
        Ok(self.tree()?.size())
    }

    /// One entry, `None` beyond the end. It is checked by itself; [`Reading::verify`] checks the tree.
    pub fn entry(&self, index: u64) -> Result<Option<Entry>, StoreError> {
        if index >= self.journal_len()? {
            return Ok(None);
        }
        let leaf = self.leaf(index)?;
        let body = self.body(index, &leaf)?.map(|(_, text)| text);
        let prev = match index.checked_sub(1) {
            Some(before) => receipt_hash(before, &self.leaf(before)?)?,
            None => [0; 32],
        };
        Ok(Some(Entry { index, hash: hex(&receipt_hash(index, &leaf)?), prev: hex(&prev), body }))
    }

    /// One entry and its place in the present tree, for another program to check; `None` beyond the end.
    pub fn proof(&self, index: u64) -> Result<Option<Proof>, StoreError> {
        let tree = self.tree()?;
        if index >= tree.size() {
            return Ok(None);
        }
        let leaf = self.leaf(index)?;
        let (salt, body) = self.body(index, &leaf)?.map(|(salt, text)| (hex(&salt), text)).unzip();
        let path = self.inclusion(index, tree.size())?;
        Ok(Some(Proof {
            index,
            tree_size: tree.size(),
            leaf_hash: hex(&leaf_hash(&leaf)),
            leaf: hex(&leaf),
            path: path.iter().map(|hash| hex(hash)).collect(),
            root: hex(&tree.root()),
            salt,
            body,
        }))
    }

    /// The audit path of an entry in the tree of the first `size`; empty where there is no such entry.
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
        let size = self.within(size)?;
        assent_journal::inclusion(index, size, &mut |level, number| self.node(level, number))
    }

    /// The proof that the tree of the first `to` entries grew out of that of the first `from`.
    pub fn consistency(&self, from: u64, to: u64) -> Result<Vec<Hash>, StoreError> {
        let to = self.within(to)?;
        assent_journal::consistency(from, to, &mut |level, number| self.node(level, number))
    }

    /// The root of the tree of the first `size` entries.
    pub fn root(&self, size: u64) -> Result<Hash, StoreError> {
        let size = self.within(size)?;
        assent_journal::root(size, &mut |level, number| self.node(level, number))
    }

    /// The present tree, signed.
    pub fn checkpoint(&self) -> Result<Checkpoint, StoreError> {
        let tree = self.tree()?;
        Ok(self.signer()?.checkpoint(tree.size(), &tree.root()))
    }

    /// Checks the whole journal: every leaf, body and node, and that it ends as it was left.
    ///
    /// # Errors
    /// [`StoreError::Tampered`] with the first fault.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        let tampered = |index, what| StoreError::Tampered(Tampered { index, what });
        let Ok(end) = self.tree() else { return Err(tampered(0, Fault::Head)) };
        let gaps: Vec<Gap> = self.kept(META, GAPS).map_err(|_| tampered(0, Fault::Head))?.unwrap_or_default();
        let (journal, bodies, nodes) =
            (self.bases.named(JOURNAL)?.base, self.bases.named(BODIES)?.base, self.bases.named(NODES)?.base);
        let mut bodies = bodies.iter(self.txn())?.peekable();
        let mut tree = Peaks::default();
        let (mut chain, mut erased, mut lost, mut known_nodes) = ([0; 32], 0u64, 0u64, 0u64);
        for record in journal.iter(self.txn())? {
            let (key, leaf) = record?;
            let index = tree.size();
            if index >= end.size() {
                return Err(tampered(index, Fault::Tail));
            }
            if key != index.to_be_bytes() {
                return Err(tampered(index, Fault::Missing));
            }
            let commitment = commitment(leaf).ok_or(tampered(index, Fault::Leaf))?;
            if let Some(prev) = prev(leaf) {
                if prev != chain {
                    return Err(tampered(index, Fault::Link));
                }
                chain = link(index, &prev, &commitment);
            }
            if gaps.iter().any(|(from, to)| (*from..*to).contains(&index)) {
                lost = lost.saturating_add(1);
            } else {
                let (_, body) = bodies
                    .next()
                    .transpose()?
                    .filter(|(at, _)| *at == key)
                    .ok_or(tampered(index, Fault::Missing))?;
                match self.read::<Body>(BODIES, key, body) {
                    Some(Body::Kept(salt, text)) if commit(&salt, &text) == commitment => {}
                    Some(Body::ErasedOf(hash)) if hash == leaf_hash(leaf) => {
                        erased = erased.saturating_add(1)
                    }
                    Some(Body::Erased) => erased = erased.saturating_add(1),
                    Some(_) => return Err(tampered(index, Fault::Leaf)),
                    None => return Err(tampered(index, Fault::Body)),
                }
            }
            let mut sound = Ok(true);
            tree.append(leaf_hash(leaf), |level, number, hash| {
                if level > 0 {
                    known_nodes = known_nodes.saturating_add(1);
                    let stored = nodes.get(self.txn(), &node_key(level, number));
                    sound = match (&sound, stored) {
                        (Ok(so_far), Ok(stored)) => Ok(*so_far && stored == Some(hash.as_slice())),
                        (Ok(_), Err(error)) => Err(StoreError::from(error)),
                        (Err(error), _) => Err(*error),
                    };
                }
            });
            if !sound? {
                return Err(tampered(index, Fault::Node));
            }
        }
        let index = tree.size();
        if tree != end || bodies.next().is_some() {
            return Err(tampered(index, Fault::Tail));
        }
        if nodes.len(self.txn())? != known_nodes {
            return Err(tampered(index, Fault::Node));
        }
        Ok(Verified { entries: index, erased, lost, head: hex(&tree.root()) })
    }

    fn tree(&self) -> Result<Peaks, StoreError> {
        self.kept(META, TREE)?.ok_or(DAMAGED)
    }

    fn within(&self, size: u64) -> Result<u64, StoreError> {
        Ok(size.min(self.journal_len()?))
    }

    fn leaf(&self, index: u64) -> Result<Vec<u8>, StoreError> {
        let leaf = self.bases.named(JOURNAL)?.base.get(self.txn(), &index.to_be_bytes())?;
        leaf.filter(|leaf| commitment(leaf).is_some()).map(<[u8]>::to_vec).ok_or(DAMAGED)
    }

    fn node(&self, level: u8, number: u64) -> Result<Hash, StoreError> {
        if level == 0 {
            return Ok(leaf_hash(&self.leaf(number)?));
        }
        let node = self.bases.named(NODES)?.base.get(self.txn(), &node_key(level, number))?;
        node.and_then(|node| node.try_into().ok()).ok_or(DAMAGED)
    }

    /// Salt and text of an entry; `None` where they were erased or lost.
    fn body(&self, index: u64, leaf: &[u8]) -> Result<Option<(SaltBytes, String)>, StoreError> {
        let key = index.to_be_bytes();
        let Some(sealed) = self.bases.named(BODIES)?.base.get(self.txn(), &key)? else {
            let gaps: Vec<Gap> = self.kept(META, GAPS)?.unwrap_or_default();
            let lost = gaps.iter().any(|(from, to)| (*from..*to).contains(&index));
            return if lost { Ok(None) } else { Err(DAMAGED) };
        };
        match self.read::<Body>(BODIES, &key, sealed).ok_or(DAMAGED)? {
            Body::Erased => Ok(None),
            Body::ErasedOf(hash) if hash == leaf_hash(leaf) => Ok(None),
            Body::Kept(salt, text) if Some(commit(&salt, &text)) == commitment(leaf) => {
                Ok(Some((salt, text)))
            }
            Body::Kept(..) | Body::ErasedOf(_) => Err(DAMAGED),
        }
    }

    fn signer(&self) -> Result<Signer, StoreError> {
        let key: SigningKey = self.kept(META, SIGNER)?.ok_or(DAMAGED)?;
        let pkcs8 = Zeroizing::new(key.pkcs8);
        Signer::new(&key.name, &pkcs8).map_err(|_| DAMAGED)
    }

    /// A record of the journal's own that stands in `meta`.
    fn kept<V: serde::de::DeserializeOwned>(
        &self,
        database: &'static str,
        key: &[u8],
    ) -> Result<Option<V>, StoreError> {
        let Some(sealed) = self.bases.named(database)?.base.get(self.txn(), key)? else { return Ok(None) };
        self.read(JOURNAL, key, sealed).map(Some).ok_or(DAMAGED)
    }

    fn read<V: serde::de::DeserializeOwned>(&self, table: &str, key: &[u8], sealed: &[u8]) -> Option<V> {
        decode(&self.keys.open(table, key, sealed)?)
    }
}

impl Writing<'_> {
    /// Adds an entry, JSON by custom. The receipt stands once the transaction is committed.
    pub fn append(&mut self, body: &str) -> Result<Receipt, StoreError> {
        let done = self.append_entry(body);
        self.note(done)
    }

    /// Takes an entry's body away and leaves the tree as it was. `false` where there was nothing to take.
    pub fn erase(&mut self, index: u64) -> Result<bool, StoreError> {
        let done = self.erase_entry(index);
        self.note(done)
    }

    fn append_entry(&mut self, text: &str) -> Result<Receipt, StoreError> {
        let mut tree = self.tree()?;
        let index = tree.size();
        let key = index.to_be_bytes();
        let salt: SaltBytes = self.keys.random()?;
        let leaf = commit(&salt, text);
        let hash = leaf_hash(&leaf);
        let mut nodes = Vec::new();
        tree.append(hash, |level, number, hash| {
            if level > 0 {
                nodes.push((node_key(level, number), hash));
            }
        });
        if tree.size() == index {
            return Err(StoreError::Full);
        }
        let body = self.sealed_as(BODIES, &key, &Body::Kept(salt, text.to_owned()))?;
        let (journal, bodies, above) =
            (self.bases.named(JOURNAL)?, self.bases.named(BODIES)?, self.bases.named(NODES)?);
        if journal.base.get(self.txn(), &key)?.is_some() {
            // A leaf beyond the end was not written by us.
            return Err(DAMAGED);
        }
        self.store(journal, &key, &leaf)?;
        self.store(bodies, &key, &body)?;
        for (key, hash) in nodes {
            self.store(above, &key, &hash)?;
        }
        self.keep(TREE, &tree)?;
        Ok(Receipt { index, hash: hex(&hash) })
    }

    fn erase_entry(&mut self, index: u64) -> Result<bool, StoreError> {
        if index >= self.journal_len()? {
            return Ok(false);
        }
        let leaf = self.leaf(index)?;
        if self.body(index, &leaf)?.is_none() {
            return Ok(false);
        }
        let key = index.to_be_bytes();
        let mark = self.sealed_as(BODIES, &key, &Body::ErasedOf(leaf_hash(&leaf)))?;
        let bodies = self.bases.named(BODIES)?;
        self.store(bodies, &key, &mark)?;
        Ok(true)
    }

    /// Begins an empty journal.
    pub(crate) fn begin_journal(&mut self) -> Result<(), StoreError> {
        self.keep(TREE, &Peaks::default())?;
        self.new_signer().map(drop)
    }

    /// Makes a new signing key and returns the one that checks its signatures.
    pub(crate) fn new_signer(&mut self) -> Result<String, StoreError> {
        let pkcs8 = Signer::new_key().map_err(|_| StoreError::Crypto)?;
        let number: [u8; 8] = self.keys.random()?;
        let name = format!("assent/journal/{}", hex(&number));
        let key = Signer::new(&name, &pkcs8).map_err(|_| StoreError::Crypto)?.key();
        let signing = SigningKey { name, pkcs8: pkcs8.to_vec() };
        let kept = self.keep(SIGNER, &signing);
        drop(Zeroizing::new(signing.pkcs8));
        kept?;
        let meta = self.bases.named(META)?;
        self.store(meta, PUBLIC, key.as_bytes())?;
        Ok(key)
    }

    /// The key that checks the signatures of the signer that there was last.
    pub(crate) fn journal_key(&self) -> Result<String, StoreError> {
        let key = self.bases.named(META)?.base.get(self.txn(), PUBLIC)?;
        key.and_then(|key| String::from_utf8(key.to_vec()).ok()).ok_or(DAMAGED)
    }

    /// Makes a tree of the chain of schema 1, whose end has to be as it was left.
    pub(crate) fn tree_of_chain(&mut self) -> Result<(), StoreError> {
        let head = self.bases.named(META)?.base.get(self.txn(), OLD_HEAD)?.ok_or(DAMAGED)?;
        let head: OldHead = self.read(META, OLD_HEAD, head).ok_or(DAMAGED)?;
        let (mut tree, mut chain) = (Peaks::default(), [0; 32]);
        while tree.size() < head.len {
            let index = tree.size();
            let leaf = self.leaf(index)?;
            let prev = prev(&leaf).filter(|prev| *prev == chain).ok_or(DAMAGED)?;
            chain = link(index, &prev, &commitment(&leaf).ok_or(DAMAGED)?);
            let mut nodes = Vec::new();
            tree.append(leaf_hash(&leaf), |level, number, hash| {
                if level > 0 {
                    nodes.push((node_key(level, number), hash));
                }
            });
            let above = self.bases.named(NODES)?;
            for (key, hash) in nodes {
                self.store(above, &key, &hash)?;
            }
        }
        if chain != head.hash {
            return Err(DAMAGED);
        }
        self.keep(TREE, &tree)?;
        let meta = self.bases.named(META)?;
        self.remove(meta, OLD_HEAD)?;
        self.new_signer().map(drop)
    }

    /// Begins anew upon a tree whose sealed end was lost with its key: the leaves in clear are taken as they are.
    pub(crate) fn take_tree_over(&mut self) -> Result<u64, StoreError> {
        let journal = self.bases.named(JOURNAL)?;
        let mut tree = Peaks::default();
        for record in journal.base.iter(self.txn())? {
            let (key, leaf) = record?;
            if key != tree.size().to_be_bytes() {
                return Err(StoreError::Tampered(Tampered { index: tree.size(), what: Fault::Missing }));
            }
            tree.append(leaf_hash(leaf), |_, _, _| {});
        }
        self.keep(TREE, &tree)?;
        Ok(tree.size())
    }

    /// The bodies of these entries are not here.
    pub(crate) fn keep_gaps(&mut self, gaps: &Vec<Gap>) -> Result<(), StoreError> {
        self.keep(GAPS, gaps)
    }

    /// Seals the journal's own records in the present epoch.
    pub(crate) fn reseal_journal(&mut self) -> Result<(), StoreError> {
        let meta = self.bases.named(META)?;
        for key in [TREE, SIGNER, GAPS] {
            let Some(sealed) = meta.base.get(self.txn(), key)? else { continue };
            let plain = self.keys.open(JOURNAL, key, sealed).ok_or(DAMAGED)?;
            let sealed = self.keys.seal(self.header.epoch, JOURNAL, key, &plain)?;
            self.store(meta, key, &sealed)?;
        }
        Ok(())
    }

    fn keep<V: Serialize>(&mut self, key: &[u8], value: &V) -> Result<(), StoreError> {
        let sealed = self.sealed_as(JOURNAL, key, value)?;
        let meta = self.bases.named(META)?;
        self.store(meta, key, &sealed)
    }

    fn sealed_as<V: Serialize>(&self, table: &str, key: &[u8], value: &V) -> Result<Vec<u8>, StoreError> {
        let unfit = StoreError::Unfit { table: JOURNAL };
        let plain = Zeroizing::new(postcard::to_stdvec(value).map_err(|_| unfit)?);
        self.keys.seal(self.header.epoch, table, key, &plain)
    }
}

fn node_key(level: u8, number: u64) -> [u8; 9] {
    let mut key = [level; 9];
    key.iter_mut().skip(1).zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
    key
}

/// The commitment in a leaf of either kind.
fn commitment(leaf: &[u8]) -> Option<Hash> {
    match leaf.len() {
        32 => leaf.try_into().ok(),
        64 => leaf.get(32..)?.try_into().ok(),
        _ => None,
    }
}

/// The hash before it, in a leaf of schema 1.
fn prev(leaf: &[u8]) -> Option<Hash> {
    if leaf.len() == 64 { leaf.get(..32)?.try_into().ok() } else { None }
}

/// The hash in an entry's receipt.
fn receipt_hash(index: u64, leaf: &[u8]) -> Result<Hash, StoreError> {
    match prev(leaf) {
        Some(prev) => Ok(link(index, &prev, &commitment(leaf).ok_or(DAMAGED)?)),
        None => Ok(leaf_hash(leaf)),
    }
}

fn commit(salt: &SaltBytes, body: &str) -> Hash {
    sha256(&[salt, body.as_bytes()])
}

fn link(index: u64, prev: &Hash, commitment: &Hash) -> Hash {
    sha256(&[b"assent journal v1", &index.to_be_bytes(), prev, commitment])
}

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    let mut hash = [0; 32];
    hash.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
    hash
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
