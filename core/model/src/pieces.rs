//! The vocabulary as a tree of characters: from a word to its pieces by the longest that fits, each time.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Where the pieces that begin a word grow from, and those that go on with one.
const BEGIN: u32 = 0;
const GO_ON: u32 = 1;

/// Before a piece that goes on with a word.
pub(crate) const GOES_ON: &str = "##";

/// The pieces of a vocabulary.
pub(crate) struct Pieces {
    /// From a place in the tree and a character to the next place.
    next: HashMap<u64, u32, BuildHasherDefault<Mix>>,
    /// The piece that ends at a place.
    ends: Vec<Option<u32>>,
    /// As many as there are, one more than the largest id.
    pub count: usize,
}

/// A multiplication: the vocabulary is ours, nobody chooses its characters to collide.
#[derive(Default)]
pub(crate) struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
    }
}

fn key(place: u32, c: char) -> u64 {
    u64::from(place) << 32 | u64::from(c)
}

impl Pieces {
    fn with_room_for(pieces: usize) -> Self {
        let next = HashMap::with_capacity_and_hasher(pieces.saturating_mul(2), BuildHasherDefault::default());
        Self { next, ends: vec![None, None], count: 0 }
    }

    fn add(&mut self, piece: &str, id: u32) -> Option<()> {
        let (begin, text) = match piece.strip_prefix(GOES_ON) {
            Some(rest) if !rest.is_empty() => (GO_ON, rest),
            _ => (BEGIN, piece),
        };
        let mut place = begin;
        for c in text.chars() {
            let new = u32::try_from(self.ends.len()).ok()?;
            place = *self.next.entry(key(place, c)).or_insert(new);
            if place == new {
                self.ends.push(None);
            }
        }
        let end = self.ends.get_mut(usize::try_from(place).ok()?)?;
        self.count = self.count.max(usize::try_from(id).ok()?.checked_add(1)?);
        // Two pieces at one place would be one text with two ids.
        end.replace(id).is_none().then_some(())
    }

    /// The id of a whole piece that begins a word.
    pub fn id(&self, piece: &str) -> Option<u32> {
        let place = piece.chars().try_fold(BEGIN, |place, c| self.next.get(&key(place, c)).copied())?;
        self.ends.get(usize::try_from(place).ok()?).copied().flatten()
    }

    /// Cuts a word, the longest piece first each time, onto `into`. `false`, and `into` as it was, where some part is no piece.
    pub fn cut(&self, word: &[char], into: &mut Vec<u32>) -> bool {
        let before = into.len();
        let (mut rest, mut place) = (word, BEGIN);
        while !rest.is_empty() {
            let mut longest = None;
            for (at, c) in rest.iter().enumerate() {
                let Some(next) = self.next.get(&key(place, *c)) else { break };
                place = *next;
                let end =
                    usize::try_from(place).ok().and_then(|place| self.ends.get(place).copied().flatten());
                longest = end.map(|id| (id, at)).or(longest);
            }
            let Some((id, after)) = longest.and_then(|(id, at)| Some((id, rest.get(at.checked_add(1)?..)?)))
            else {
                into.truncate(before);
                return false;
            };
            into.push(id);
            (rest, place) = (after, GO_ON);
        }
        true
    }
}

impl<'de> Deserialize<'de> for Pieces {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Vocabulary;

        impl<'de> Visitor<'de> for Vocabulary {
            type Value = Pieces;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("pieces and their ids")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pieces, A::Error> {
                let mut pieces = Pieces::with_room_for(16_384);
                while let Some((Lent(piece), id)) = map.next_entry::<Lent<'de>, u32>()? {
                    pieces.add(&piece, id).ok_or_else(|| A::Error::custom("a piece stands there twice"))?;
                }
                Ok(pieces)
            }
        }

        from.deserialize_map(Vocabulary)
    }
}

/// A text that is copied only where it was escaped.
#[derive(Deserialize, PartialEq, Eq, Hash)]
struct Lent<'a>(#[serde(borrow)] Cow<'a, str>);
