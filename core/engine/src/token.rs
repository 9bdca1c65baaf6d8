//! The token of a whisper: proof that a reply belongs to the question that is open, and to nothing else.
//!
//! HMAC-SHA-256 under a secret of this store over what [`Bound`] writes: intent, payee, amount, currency, digest of the offer, the time
//! at which it lapses, and a nonce that is drawn anew whenever the whisper is. It is good for one reply, because the whisper is.

use assent_store::{Reading, Table, Writing};
use assent_types::Moment;
use assent_whisper::Bound;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use crate::error::EngineError;
use crate::ledger::Entry;

const SECRET: &str = "whisper-secret";

/// What makes two tokens differ although everything else is the same.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Nonce([u8; 16]);

/// Bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], EngineError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| EngineError::NoRandomness)?;
    Ok(bytes)
}

impl Nonce {
    pub fn draw() -> Result<Self, EngineError> {
        random().map(Self)
    }
}

/// Makes the secret where the store has none yet.
pub(crate) fn begin(book: &mut Writing<'_>) -> Result<(), EngineError> {
    if book.get::<[u8; 32]>(Table::Settings, SECRET)?.is_none() {
        book.put(Table::Settings, SECRET, &random::<32>()?)?;
    }
    Ok(())
}

fn key(book: &Reading<'_>) -> Result<Option<hmac::Key>, EngineError> {
    let secret: Option<[u8; 32]> = book.get(Table::Settings, SECRET)?;
    Ok(secret.map(|secret| hmac::Key::new(hmac::HMAC_SHA256, &secret)))
}

/// The token, in hexadecimal; `None` before [`begin`].
pub(crate) fn of(book: &Reading<'_>, bound: &Bound<'_>) -> Result<Option<String>, EngineError> {
    Ok(key(book)?.map(|key| hex(hmac::sign(&key, &bound.bytes()).as_ref())))
}

/// Whether this is the token, compared in a time that tells nothing.
pub(crate) fn is(book: &Reading<'_>, bound: &Bound<'_>, token: &str) -> Result<bool, EngineError> {
    let (Some(key), Some(tag)) = (key(book)?, unhex(token)) else { return Ok(false) };
    Ok(hmac::verify(&key, &bound.bytes(), &tag).is_ok())
}

/// What the token of this entry's whisper is bound to; `None` where the entry was forgotten.
pub(crate) fn bound<'a>(entry: &'a Entry, lapses_at: Moment, nonce: &'a Nonce) -> Option<Bound<'a>> {
    let kept = entry.kept.as_ref()?;
    Some(Bound {
        intent_id: kept.id.as_str(),
        payee: kept.payee.as_str(),
        amount: kept.most,
        offer: &entry.digest,
        lapses_at,
        nonce: &nonce.0,
    })
}

/// The same for an intent that is being recorded.
pub(crate) fn bound_to<'a>(
    intent: &'a assent_types::Intent,
    digest: &'a [u8; 32],
    lapses_at: Moment,
    nonce: &'a Nonce,
) -> Bound<'a> {
    Bound {
        intent_id: intent.id.as_str(),
        payee: intent.service.id.as_str(),
        amount: intent.most(),
        offer: digest,
        lapses_at,
        nonce: &nonce.0,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    (0..text.len() / 2)
        .map(|at| {
            u8::from_str_radix(text.get(at.checked_mul(2)?..at.checked_mul(2)?.checked_add(2)?)?, 16).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hexadecimal_reads_back(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,80}") {
            let _ = unhex(&text);
        }
    }
}
