//! The encoder with a memory of texts it has seen: shops and dishes come again and again.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use crate::encoder::{Encoder, Vector};
use crate::error::ModelError;

/// How many texts are remembered: with 128 numbers each, about two megabytes and a half.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// Longer texts, in bytes, are encoded each time: speeches do not come twice, and would fill the memory.
const LONGEST: usize = 512;

pub(crate) struct Embedder {
    encoder: Encoder,
    seen: Mutex<LruCache<Box<str>, Vector>>,
    /// How often the encoder ran.
    #[cfg(test)]
    runs: std::sync::atomic::AtomicUsize,
}

impl Embedder {
    pub fn new(encoder: Encoder) -> Self {
        Self {
            encoder,
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

    fn encode(&self, text: &str) -> Result<Vector, ModelError> {
        #[cfg(test)]
        self.runs.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.encoder.embed(text)
    }

    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// The vector of a text. The lock is never held while the encoder runs: rayon, on which candle runs, may take up another task of the
    /// caller's pool meanwhile, and that task may come here again.
    pub fn embed(&self, text: &str) -> Result<Vector, ModelError> {
        if text.len() > LONGEST {
            return self.encode(text);
        }
        let remembered = self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(text).map(Arc::clone);
        if let Some(vector) = remembered {
            return Ok(vector);
        }
        let vector = self.encode(text)?;
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).put(text.into(), Arc::clone(&vector));
        Ok(vector)
    }
}
