//! The encoder with a memory of texts it has seen: shops and dishes come again and again.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use ring::digest::{Context, SHA256};

use crate::encoder::{Encoder, Vector};
use crate::error::ModelError;

/// How many texts are remembered: with 128 numbers each, about two megabytes and a half.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// Longer texts, in bytes, are encoded each time: speeches do not come twice, and would fill the memory.
const LONGEST: usize = 512;

/// Longer texts, in bytes, are not noted for other days: names of payees and things are shorter.
const LONGEST_NOTED: usize = 128;

/// What stands for a text in [`Notes`]: a SHA-256 of the model's files that make vectors and of the text, so that another model's
/// vectors are never found.
pub type TextKey = [u8; 32];

/// A memory of vectors that outlives the process; it is kept by the caller, sealed. A vector that it gives back has to be the one that it
/// was given: the score hangs on it.
pub trait Notes {
    /// The vector noted under a key.
    fn find(&self, key: &TextKey) -> Option<Vec<f32>>;
    /// Takes in a vector that was computed now.
    fn note(&self, key: TextKey, vector: &Vector);
}

/// The encoder and what it remembers while the process runs.
pub(crate) struct Memory {
    encoder: Encoder,
    /// Of the files that make vectors.
    hash: TextKey,
    seen: Mutex<LruCache<Box<str>, Vector>>,
    /// How often the encoder ran.
    #[cfg(test)]
    runs: std::sync::atomic::AtomicUsize,
}

impl Memory {
    pub fn new(encoder: Encoder, hash: TextKey) -> Self {
        Self {
            encoder,
            hash,
            seen: Mutex::new(LruCache::new(REMEMBERED)),
            #[cfg(test)]
            runs: std::sync::atomic::AtomicUsize::new(0),
        }
    }

    /// How often the encoder ran.
    #[cfg(test)]
    pub fn runs(&self) -> usize {
        self.runs.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Forgets every text.
    pub fn forget(&self) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    fn encode(&self, text: &str) -> Result<Vector, ModelError> {
        #[cfg(test)]
        self.runs.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.encoder.embed(text)
    }

    fn key(&self, text: &str) -> TextKey {
        let mut context = Context::new(&SHA256);
        context.update(&self.hash);
        context.update(text.as_bytes());
        let mut key = [0; 32];
        key.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
        key
    }
}

/// The memory, and the caller's notes where there are any.
#[derive(Clone, Copy)]
pub(crate) struct Embedder<'a> {
    memory: &'a Memory,
    notes: Option<&'a dyn Notes>,
}

impl<'a> Embedder<'a> {
    pub fn new(memory: &'a Memory, notes: Option<&'a dyn Notes>) -> Self {
        Self { memory, notes }
    }

    /// The vector of a text: remembered, noted or computed. The lock is never held while the encoder runs.
    pub fn embed(&self, text: &str) -> Result<Vector, ModelError> {
        let memory = self.memory;
        if text.len() > LONGEST {
            return memory.encode(text);
        }
        let remembered = memory.seen.lock().unwrap_or_else(PoisonError::into_inner).get(text).map(Arc::clone);
        if let Some(vector) = remembered {
            return Ok(vector);
        }
        let vector = self.noted_or_computed(text)?;
        memory.seen.lock().unwrap_or_else(PoisonError::into_inner).put(text.into(), Arc::clone(&vector));
        Ok(vector)
    }

    fn noted_or_computed(&self, text: &str) -> Result<Vector, ModelError> {
        let Some(notes) = self.notes.filter(|_| text.len() <= LONGEST_NOTED) else {
            return self.memory.encode(text);
        };
        let key = self.memory.key(text);
        let sound = |vector: &Vec<f32>| {
            vector.len() == self.memory.encoder.width() && vector.iter().all(|x| x.is_finite())
        };
        if let Some(vector) = notes.find(&key).filter(sound) {
            return Ok(vector.into());
        }
        let vector = self.memory.encode(text)?;
        notes.note(key, &vector);
        Ok(vector)
    }
}
