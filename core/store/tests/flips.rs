//! A thief or a failing disk changes one byte of the store's file: it is noticed and placed, nothing wrong is ever read, and the process
//! lives. With the sums of the pages, every byte counts; without them, as after a crash, every byte that means something.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use assent_store::{FileAnchor, Store, StoreError, Table};
use common::{Fixed, open, try_open};
use tempfile::tempdir;

/// A store with a little of everything: long and short values, deleted ones, several levels of pages, free pages.
fn fill(home: &Path) {
    let store = open(home);
    for at in 0..40u32 {
        store
            .write::<_, StoreError>(|book| {
                for table in Table::ALL {
                    book.put(table, &format!("{at}"), &vec![at as u8; 30 + at as usize])?;
                }
                if at % 20 == 0 {
                    book.put(Table::Texts, &format!("long {at}"), &vec![7u8; 9_000])?;
                }
                book.append(&format!(r#"{{"entry":{at}}}"#)).map(drop)
            })
            .unwrap();
    }
    store
        .write::<_, StoreError>(|book| {
            book.delete(Table::Texts, "long 20")?;
            (0..20).try_for_each(|at| book.delete(Table::Trust, &format!("{at}")))
        })
        .unwrap();
}

/// Everything that can be read.
fn all(store: &Store) -> Result<Vec<Vec<u8>>, StoreError> {
    store.read(|book| {
        let mut found = vec![format!("{:?}", book.verify()?).into_bytes()];
        for table in Table::ALL {
            let mut records = book.scan::<Vec<u8>>(table)?;
            records.sort();
            found.extend(records);
            for at in 0..60 {
                found.push(book.get(table, &at.to_string())?.unwrap_or_default());
            }
        }
        Ok(found)
    })
}

/// The places to change: every byte of the pages that steer, and a stride through the rest; all of them when asked by ASSENT_FLIPS=all.
fn places(length: usize) -> Vec<usize> {
    if std::env::var("ASSENT_FLIPS").is_ok_and(|which| which == "all") {
        return (0..length).collect();
    }
    let steering = (0..length).filter(|at| at % 4096 < 16 && at % 5 == 0);
    let mut places: Vec<usize> = (0..160)
        .step_by(3)
        .chain((4096..4256).step_by(3))
        .chain(4096 + 144..4096 + 152)
        .chain(144..152)
        .chain(steering)
        .chain((0..length).step_by(1501))
        .collect();
    places.sort();
    places.dedup();
    places
}

#[test]
fn any_changed_byte_is_noticed_and_placed() {
    let home = tempdir().unwrap();
    fill(home.path());
    let (file, sums) = (home.path().join("data.mdb"), home.path().join("pages"));
    let (sound, sound_sums) = (fs::read(&file).unwrap(), fs::read(&sums).unwrap());
    let (mut by_page, mut by_record, mut elsewhere) = (0, 0, 0);
    for at in places(sound.len()) {
        let mut changed = sound.clone();
        changed[at] ^= 1 << (at % 8);
        fs::write(&file, &changed).unwrap();
        fs::write(&sums, &sound_sums).unwrap();
        match try_open(home.path()) {
            Err(StoreError::Page { .. }) => by_page += 1,
            Err(_) => by_record += 1,
            Ok(store) => {
                // A change may make the older of the two root pages the newer one.
                let back = store.read(|book| book.condition()).unwrap().rolled_back.is_some();
                assert!(back || store.changed_page() == Some(at as u64 / 4096), "byte {at}");
                elsewhere += 1;
            }
        }
    }
    assert!(by_page > 0 && by_record > 0 && elsewhere > 0, "{by_page} {by_record} {elsewhere}");
    fs::write(&file, &sound).unwrap();
    fs::write(&sums, &sound_sums).unwrap();
    assert_eq!(open(home.path()).changed_page(), None);
}

#[test]
fn without_sums_a_changed_byte_never_changes_what_is_read() {
    let home = tempdir().unwrap();
    fill(home.path());
    let (file, anchor_file) = (home.path().join("data.mdb"), home.path().join("anchor"));
    let anchored = || Store::open_anchored(home.path(), &Fixed(7), Arc::new(FileAnchor::new(&anchor_file)));
    let kept = all(&anchored().unwrap()).unwrap();
    let (sound, sound_anchor) = (fs::read(&file).unwrap(), fs::read(&anchor_file).unwrap());
    let mut harmless = 0;
    for at in places(sound.len()) {
        let mut changed = sound.clone();
        changed[at] ^= 1 << (at % 8);
        fs::write(&file, &changed).unwrap();
        let _ = fs::remove_file(home.path().join("pages"));
        fs::write(&anchor_file, &sound_anchor).unwrap();
        if let Ok(store) = anchored() {
            // One commit back is all that a changed byte can do, and the anchor knows.
            let back = store.read(|book| book.condition()).unwrap().rolled_back.is_some();
            assert!(back || all(&store).as_ref() == Ok(&kept), "byte {at}");
            harmless += 1;
        }
    }
    assert!(harmless > 0);
}

#[test]
fn a_closed_store_that_nobody_touched_is_as_it_was_left() {
    let home = tempdir().unwrap();
    for round in 0..4u32 {
        let store = open(home.path());
        assert_eq!(store.changed_page(), None);
        store.write(|book| book.put(Table::Texts, "t", &vec![round as u8; 5_000])).unwrap();
        let undone: Result<(), StoreError> = store.write(|book| {
            (0..200u32).try_for_each(|at| book.put(Table::Texts, &at.to_string(), &vec![1u8; 5_000]))?;
            Err(StoreError::Crypto)
        });
        assert!(undone.is_err());
    }
}
