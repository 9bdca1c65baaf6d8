//! Signed checkpoints: C2SP `tlog-checkpoint` in a C2SP `signed-note`, by Ed25519.
//!
//! ```text
//! <origin>\n<size, decimal>\n<root, base64>\n          the text, which is what is signed, last line break included
//! \n
//! — <key name> <base64(key id (4 bytes) || signature (64))>\n
//! ```
//!
//! The key's name is the origin. Key id: the first four bytes of SHA-256(name || 0x0A || 0x01 || public key). A verifier's key is written
//! `<name>+<key id, hexadecimal>+<base64(0x01 || public key)>`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::tree::Hash;

/// The algorithm byte of Ed25519 in a signed note.
const ED25519_TYPE: u8 = 1;

/// A signed checkpoint and the key that it is checked with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checkpoint {
    /// The signed note.
    pub note: String,
    /// The verifier's key, as signed notes write it.
    pub key: String,
}

/// Why a note was not believed, or could not be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// The note or the key has a wrong form.
    #[error("the note or its key has a wrong form")]
    Form,
    /// No signature of this key is on the note.
    #[error("the note carries no signature of this key")]
    Unsigned,
    /// The signature does not fit the text.
    #[error("the note's signature does not fit its text")]
    Signature,
    /// The signing key is damaged, or the system gave no random bytes for a new one.
    #[error("the signing key cannot be used")]
    Key,
}

/// Who signs a journal's checkpoints.
pub struct Signer {
    name: String,
    pair: Ed25519KeyPair,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(…)")
    }
}

impl Signer {
    /// A new key in PKCS#8 form, to be kept secret.
    ///
    /// # Errors
    /// [`NoteError::Key`] where the system gives no random bytes.
    pub fn new_key() -> Result<Zeroizing<Vec<u8>>, NoteError> {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| NoteError::Key)?;
        Ok(Zeroizing::new(document.as_ref().to_vec()))
    }

    /// A signer of this name, which is the checkpoints' origin, with this key.
    ///
    /// # Errors
    /// [`NoteError::Form`] where the name is empty or holds a space, a `+` or a line break; [`NoteError::Key`] where the key is damaged.
    pub fn new(name: &str, key: &[u8]) -> Result<Self, NoteError> {
        if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+') {
            return Err(NoteError::Form);
        }
        let pair = Ed25519KeyPair::from_pkcs8(key).map_err(|_| NoteError::Key)?;
        Ok(Self { name: name.to_owned(), pair })
    }

    /// The verifier's key.
    pub fn key(&self) -> String {
        let public = self.pair.public_key().as_ref();
        let id =
            key_id(&self.name, public).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        let typed: Vec<u8> = std::iter::once(ED25519_TYPE).chain(public.iter().copied()).collect();
        format!("{}+{id}+{}", self.name, STANDARD.encode(typed))
    }

    /// Signs that the journal has this size and root.
    pub fn checkpoint(&self, size: u64, root: &Hash) -> Checkpoint {
        let text = format!("{}\n{size}\n{}\n", self.name, STANDARD.encode(root));
        let id = key_id(&self.name, self.pair.public_key().as_ref());
        let signature: Vec<u8> =
            id.iter().copied().chain(self.pair.sign(text.as_bytes()).as_ref().iter().copied()).collect();
        let note = format!("{text}\n\u{2014} {} {}\n", self.name, STANDARD.encode(signature));
        Checkpoint { note, key: self.key() }
    }
}

/// Size and root of a checkpoint, once its signature by `key` (a verifier's key) is checked. Signatures of other keys are passed over.
///
/// # Errors
/// [`NoteError`] where it is not to be believed.
pub fn open_note(note: &str, key: &str) -> Result<(u64, Hash), NoteError> {
    let (name, rest) = key.split_once('+').ok_or(NoteError::Form)?;
    let (written_id, typed) = rest.split_once('+').ok_or(NoteError::Form)?;
    let typed = STANDARD.decode(typed).map_err(|_| NoteError::Form)?;
    let (ED25519_TYPE, public) =
        typed.split_first().map(|(kind, key)| (*kind, key)).ok_or(NoteError::Form)?
    else {
        return Err(NoteError::Form);
    };
    let id = key_id(name, public);
    if u32::from_str_radix(written_id, 16) != Ok(u32::from_be_bytes(id)) || written_id.len() != 8 {
        return Err(NoteError::Form);
    }
    let (body, signatures) = note.rsplit_once("\n\n").ok_or(NoteError::Form)?;
    let text = format!("{body}\n");
    if !signatures.ends_with('\n') {
        return Err(NoteError::Form);
    }
    let mut signed = false;
    for line in signatures.lines() {
        let (signer, blob) =
            line.strip_prefix("\u{2014} ").and_then(|line| line.split_once(' ')).ok_or(NoteError::Form)?;
        let blob = STANDARD.decode(blob).map_err(|_| NoteError::Form)?;
        let (by, signature) = blob.split_at_checked(4).ok_or(NoteError::Form)?;
        if signer == name && by == id {
            let public = UnparsedPublicKey::new(&ED25519, public);
            public.verify(text.as_bytes(), signature).map_err(|_| NoteError::Signature)?;
            signed = true;
        }
    }
    if !signed {
        return Err(NoteError::Unsigned);
    }
    let mut lines = body.lines();
    let (origin, size, root) = (lines.next(), lines.next(), lines.next());
    let size = size.filter(|size| *size == "0" || !size.starts_with(['0', '+'])).ok_or(NoteError::Form)?;
    let root = STANDARD.decode(root.ok_or(NoteError::Form)?).map_err(|_| NoteError::Form)?;
    if origin != Some(name) {
        return Err(NoteError::Form);
    }
    Ok((size.parse().map_err(|_| NoteError::Form)?, root.try_into().map_err(|_| NoteError::Form)?))
}

fn key_id(name: &str, public: &[u8]) -> [u8; 4] {
    let named: Vec<u8> = name.bytes().chain([b'\n', ED25519_TYPE]).chain(public.iter().copied()).collect();
    let hash = digest(&SHA256, &named);
    let mut id = [0; 4];
    id.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
    id
}
