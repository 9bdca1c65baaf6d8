//! The journal from outside: it grows, forgets without breaking, and any change behind its back is noticed and placed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

mod common;

use std::path::Path;

use assent_store::{Fault, StoreError, Tampered, Verified};
use common::{edit, open, raw, try_open};
use proptest::prelude::*;
use tempfile::tempdir;

fn filled(home: &Path, entries: u64, erased: &[u64]) -> Verified {
    let store = open(home);
    for at in 0..entries {
        let receipt = store.write(|book| book.append(&format!(r#"{{"entry":{at}}}"#))).unwrap();
        assert_eq!(receipt.index, at);
        assert_eq!(store.read(|book| book.entry(at)).unwrap().unwrap().hash, receipt.hash);
    }
    for index in erased {
        assert_eq!(store.write(|book| book.erase(*index)), Ok(true));
    }
    store.read(|book| book.verify()).unwrap()
}

fn fault(home: &Path) -> Tampered {
    match try_open(home) {
        Err(StoreError::Tampered(tampered)) => tampered,
        other => panic!("not noticed: {other:?}"),
    }
}

#[test]
fn an_empty_journal_is_whole() {
    let home = tempdir().unwrap();
    assert_eq!(
        filled(home.path(), 0, &[]),
        Verified {
            entries: 0,
            erased: 0,
            lost: 0,
            head: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned()
        }
    );
    assert_eq!(open(home.path()).read(|book| book.entry(0)), Ok(None));
}

#[test]
fn entries_follow_from_each_other_and_erasing_changes_no_hash() {
    let home = tempdir().unwrap();
    let before = filled(home.path(), 5, &[]);
    let store = open(home.path());
    let all = |store: &assent_store::Store| -> Vec<_> {
        (0..5).map(|at| store.read(|book| book.entry(at)).unwrap().unwrap()).collect()
    };
    let entries = all(&store);
    assert!(entries.windows(2).all(|pair| pair[0].hash == pair[1].prev));
    assert_eq!(entries[3].body.as_deref(), Some(r#"{"entry":3}"#));
    let root = store.read(|book| book.root(5)).unwrap();
    assert_eq!(before.head, root.iter().map(|byte| format!("{byte:02x}")).collect::<String>());

    let erase = |index| store.write(|book| book.erase(index));
    assert_eq!((erase(3), erase(3), erase(5)), (Ok(true), Ok(false), Ok(false)));
    let after = store.read(|book| book.verify()).unwrap();
    assert_eq!(after, Verified { erased: 1, ..before });
    let kept = all(&store);
    assert_eq!(kept[3].body, None);
    assert!(kept.iter().zip(&entries).all(|(now, then)| now.hash == then.hash && now.prev == then.prev));
}

#[test]
fn the_same_body_twice_has_different_commitments() {
    let home = tempdir().unwrap();
    let store = open(home.path());
    store.write(|book| book.append("{}").and_then(|_| book.append("{}"))).unwrap();
    drop(store);
    let leaves = raw(home.path(), "journal");
    assert_ne!(leaves[0].1, leaves[1].1);
}

/// A thief without the key: each change by name, and where it must be found.
#[test]
fn attacks_are_noticed_and_placed() {
    let attack = |name: &str, index: u64, what: Fault, change: &dyn Fn(&Path)| {
        let home = tempdir().unwrap();
        filled(home.path(), 6, &[1]);
        change(home.path());
        assert_eq!(fault(home.path()), Tampered { index, what }, "{name}");
    };
    let drop_at = |database: &'static str, at: usize| {
        move |home: &Path| edit(home, database, |records| drop(records.remove(at)))
    };
    attack("a leaf taken out", 2, Fault::Missing, &drop_at("journal", 2));
    attack("a body taken away, as if it were erased", 2, Fault::Missing, &drop_at("bodies", 2));
    attack("another entry's erasure mark in its place", 2, Fault::Body, &|home| {
        edit(home, "bodies", |records| records[2].1 = records[1].1.clone());
    });
    attack("two bodies swapped", 2, Fault::Body, &|home| {
        edit(home, "bodies", |records| {
            let third = std::mem::take(&mut records[3].1);
            records[3].1 = std::mem::replace(&mut records[2].1, third);
        });
    });
    attack("two leaves swapped", 2, Fault::Leaf, &|home| {
        edit(home, "journal", |records| {
            let third = std::mem::take(&mut records[3].1);
            records[3].1 = std::mem::replace(&mut records[2].1, third);
        });
    });
    attack("the tail cut off", 4, Fault::Tail, &|home| {
        edit(home, "journal", |records| records.truncate(4));
        edit(home, "bodies", |records| records.truncate(4));
    });
    attack("everything cut off", 0, Fault::Tail, &|home| {
        edit(home, "journal", Vec::clear);
        edit(home, "bodies", Vec::clear);
    });
    attack("an entry added", 6, Fault::Tail, &|home| {
        for database in ["journal", "bodies"] {
            edit(home, database, |records| {
                let last = records[5].1.clone();
                records.push((6u64.to_be_bytes().to_vec(), last));
            });
        }
    });
    attack("a leaf longer than it may be", 3, Fault::Leaf, &|home| {
        edit(home, "journal", |records| records[3].1.push(0))
    });
    attack("the end forgotten", 0, Fault::Head, &|home| {
        edit(home, "meta", |records| records.retain(|(key, _)| key != b"journal tree"));
    });
    attack("an older end put back", 5, Fault::Tail, &|home| {
        let older = raw(home, "meta");
        let store = open(home);
        store.write(|book| book.append("{}")).unwrap();
        drop(store);
        edit(home, "meta", |records| *records = older);
        edit(home, "journal", |records| records.truncate(5));
        edit(home, "bodies", |records| records.truncate(5));
    });
}

#[test]
fn a_damaged_end_opens_no_store() {
    let home = tempdir().unwrap();
    filled(home.path(), 2, &[]);
    edit(home.path(), "meta", |records| {
        records.iter_mut().find(|(key, _)| key == b"journal tree").unwrap().1[40] ^= 1
    });
    assert_eq!(fault(home.path()).what, Fault::Head);
}

/// What docs/journal-format.md tells another program to do, done with nothing of ours but the file that is handed out.
fn check_as_the_document_says(proof: &serde_json::Value, note: &str) {
    let text = |key: &str| proof[key].as_str().unwrap().to_owned();
    let unhex = |text: &str| -> Vec<u8> {
        (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
    };
    let sha =
        |parts: &[&[u8]]| ring::digest::digest(&ring::digest::SHA256, &parts.concat()).as_ref().to_vec();
    if let Some(body) = proof["body"].as_str() {
        assert_eq!(sha(&[&unhex(&text("salt")), body.as_bytes()]), unhex(&text("leaf")));
    }
    assert_eq!(sha(&[&[0], &unhex(&text("leaf"))]), unhex(&text("leaf_hash")));
    let (mut number, mut last) = (proof["index"].as_u64().unwrap(), proof["tree_size"].as_u64().unwrap() - 1);
    let mut hash = unhex(&text("leaf_hash"));
    for step in proof["path"].as_array().unwrap() {
        let step = unhex(step.as_str().unwrap());
        assert!(last > 0);
        if number % 2 == 1 || number == last {
            hash = sha(&[&[1], &step, &hash]);
            while number % 2 == 0 && number != 0 {
                (number, last) = (number / 2, last / 2);
            }
        } else {
            hash = sha(&[&[1], &hash, &step]);
        }
        (number, last) = (number / 2, last / 2);
    }
    assert_eq!((last, &hash), (0, &unhex(&text("root"))));
    assert_eq!(note.lines().nth(1).unwrap(), proof["tree_size"].to_string());
}

#[test]
fn every_entry_is_proven_to_a_program_that_reads_only_the_document() {
    let home = tempdir().unwrap();
    filled(home.path(), 13, &[4]);
    let store = open(home.path());
    let signed = store.read(|book| book.checkpoint()).unwrap();
    let (size, root) = assent_journal::open_note(&signed.note, &signed.key).unwrap();
    for index in 0..13 {
        let proof = store.read(|book| book.proof(index)).unwrap().unwrap();
        assert_eq!((proof.tree_size, proof.body.is_some()), (size, index != 4));
        assert_eq!(store.read(|book| book.entry(index)).unwrap().unwrap().hash, proof.leaf_hash);
        check_as_the_document_says(&serde_json::to_value(&proof).unwrap(), &signed.note);
    }
    assert_eq!(store.read(|book| book.proof(13)), Ok(None));
    for from in 0..=13u64 {
        let (old, path) = store
            .read::<_, StoreError>(|book| Ok((book.root(from)?, book.consistency(from, size)?)))
            .unwrap();
        assert!(assent_journal::verify_consistency(from, size, &old, &root, &path), "{from}");
    }
    drop(store);
    assert_eq!(
        open(home.path()).read(|book| book.checkpoint()).unwrap(),
        signed,
        "the same key signs ever after"
    );
}

#[test]
fn a_changed_node_of_the_tree_is_noticed_and_placed() {
    for (nth, entry) in [(0, 1), (1, 3), (3, 3)] {
        let home = tempdir().unwrap();
        filled(home.path(), 6, &[1]);
        edit(home.path(), "nodes", |records| records[nth].1[0] ^= 1);
        assert_eq!(fault(home.path()), Tampered { index: entry, what: Fault::Node }, "node {nth}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Headers, bodies, the end and their keys: any bit. What is found is never later than the change could first be seen.
    #[test]
    fn any_flipped_bit_is_noticed(base in 0usize..3, which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), bit in 0u8..8, key in prop::bool::weighted(0.1)) {
        let home = tempdir().unwrap();
        filled(home.path(), 5, &[2]);
        let mut touched = 0;
        edit(home.path(), ["journal", "bodies", "meta"][base], |records| {
            if base == 2 {
                let head = records.iter_mut().find(|(key, _)| key == b"journal tree").unwrap();
                let at = at.index(head.1.len());
                head.1[at] ^= 1 << bit;
                return;
            }
            touched = which.index(records.len());
            let record = &mut records[touched];
            let bytes = if key { &mut record.0 } else { &mut record.1 };
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        });
        let found = fault(home.path());
        // A flipped key may land on another entry's; a changed commitment of an erased entry shows in the next one.
        prop_assert!(base == 2 || key || (touched as u64..=touched as u64 + 1).contains(&found.index), "{found:?} for {touched}");
    }
}
