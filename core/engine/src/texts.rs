//! Texts once seen are not encoded again, not even after a restart: their vectors, sealed, on a bounded number of shelves.
//!
//! A vector is kept, never an approval. What is kept names no text: the key is a hash of it, sealed like all else; and whatever is
//! forgotten, all of this goes with it.

use std::cell::RefCell;

use assent_model::{Notes, TextKey, Vector};
use assent_store::{Reading, Table, Writing};
use serde::{Deserialize, Serialize};

use crate::error::EngineError;

/// With four places each: 2,048 texts, about a megabyte of vectors of 128 numbers.
const SHELVES: u16 = 512;
const PLACES: usize = 4;

/// One shelf, the latest last; where it is full the oldest goes.
#[derive(Default, Serialize, Deserialize)]
struct Shelf(Vec<Place>);

#[derive(Serialize, Deserialize)]
struct Place {
    text: TextKey,
    vector: Vec<f32>,
}

/// Vectors that were computed now and are not on a shelf yet.
pub(crate) type Fresh = Vec<(TextKey, Vector)>;

/// The shelves as they stand, and what is to be put there.
pub(crate) struct Shelves<'a> {
    book: &'a Reading<'a>,
    fresh: RefCell<Fresh>,
}

impl<'a> Shelves<'a> {
    pub fn of(book: &'a Reading<'a>) -> Self {
        Self { book, fresh: RefCell::default() }
    }

    pub fn into_fresh(self) -> Fresh {
        self.fresh.into_inner()
    }
}

impl Notes for Shelves<'_> {
    fn find(&self, key: &TextKey) -> Option<Vec<f32>> {
        let shelf = on(self.book, key)?;
        shelf.0.into_iter().find(|place| place.text == *key).map(|place| place.vector)
    }

    fn note(&self, key: TextKey, vector: &Vector) {
        self.fresh.borrow_mut().push((key, vector.clone()));
    }
}

/// Puts fresh vectors on their shelves.
pub(crate) fn keep(book: &mut Writing<'_>, fresh: &Fresh) -> Result<(), EngineError> {
    for (text, vector) in fresh {
        let mut shelf = on(book, text).unwrap_or_default();
        shelf.0.retain(|place| place.text != *text);
        let over = shelf.0.len().saturating_add(1).saturating_sub(PLACES);
        shelf.0.drain(..over.min(shelf.0.len()));
        shelf.0.push(Place { text: *text, vector: vector.to_vec() });
        book.put(Table::Texts, &name(text), &shelf)?;
    }
    Ok(())
}

/// The shelf of a text. One that cannot be read is as good as empty: what is on it can be computed again.
fn on(book: &Reading<'_>, text: &TextKey) -> Option<Shelf> {
    book.get(Table::Texts, &name(text)).ok().flatten()
}

fn name(text: &TextKey) -> String {
    let [first, second, ..] = *text;
    (u16::from_le_bytes([first, second]) % SHELVES).to_string()
}

#[cfg(test)]
mod tests {
    use assent_store::{FileVault, Store};

    use super::*;

    fn text(shelf: u16, number: u8) -> TextKey {
        let [first, second] = shelf.to_le_bytes();
        let mut key = [number; 32];
        (key[0], key[1]) = (first, second);
        key
    }

    #[test]
    fn a_full_shelf_gives_up_its_oldest_and_the_others_stay() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path(), &FileVault::new(home.path())).unwrap();
        let vector = |number: u8| -> Vector { vec![f32::from(number), -0.0, f32::MIN_POSITIVE].into() };
        for number in 0..7u8 {
            // The same one again takes no second place.
            let fresh = vec![(text(5, number), vector(number)), (text(5, number), vector(number))];
            store.write(|book| keep(book, &fresh)).unwrap();
        }
        store.write(|book| keep(book, &vec![(text(6, 0), vector(9))])).unwrap();
        store
            .read(|book| {
                let shelves = Shelves::of(book);
                for number in 0..7u8 {
                    let found = shelves.find(&text(5, number));
                    let bits = |v: &[f32]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                    assert_eq!(
                        found.map(|v| bits(&v)),
                        (number >= 3).then(|| bits(&vector(number))),
                        "{number}"
                    );
                }
                assert!(shelves.find(&text(6, 0)).is_some() && shelves.find(&text(7, 0)).is_none());
                Ok::<_, EngineError>(())
            })
            .unwrap();
    }
}
