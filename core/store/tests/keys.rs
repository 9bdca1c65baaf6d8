//! Keys, rotation, lost keys, stores of schema 1, and the rollback anchor, from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use assent_store::{
    Anchor, Anchored, Condition, FileAnchor, FileVault, KeyError, KeyLoss, KeyVault, Mark, RolledBack, Store,
    StoreError, Table,
};
use common::{Fixed, Remembered, edit, open, raw};
use proptest::prelude::*;
use tempfile::tempdir;

fn fill(store: &Store, from: u64, to: u64) {
    for at in from..to {
        store
            .write::<_, StoreError>(|book| {
                book.put(Table::Budgets, &at.to_string(), &at)?;
                book.put(Table::Habits, &at.to_string(), &format!("habit {at}"))?;
                book.append(&format!(r#"{{"entry":{at}}}"#)).map(drop)
            })
            .unwrap();
    }
}

fn budgets(store: &Store) -> Vec<u64> {
    let mut found: Vec<u64> = store.read(|book| book.scan(Table::Budgets)).unwrap();
    found.sort();
    found
}

fn condition(store: &Store) -> Condition {
    store.read(|book| book.condition()).unwrap()
}

fn last_body(store: &Store) -> String {
    store.read(|book| book.entry(book.journal_len()? - 1)).unwrap().unwrap().body.unwrap()
}

/// The epochs that the sealed values of a database name.
fn epochs(home: &Path, database: &str) -> Vec<u32> {
    let mut found: Vec<u32> = raw(home, database)
        .iter()
        .map(|(_, value)| u32::from_be_bytes(value[1..5].try_into().unwrap()))
        .collect();
    found.sort();
    found.dedup();
    found
}

#[test]
fn a_store_of_schema_1_opens_with_all_that_is_in_it() {
    let home = tempdir().unwrap();
    for file in ["data.mdb", "key"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema-1").join(file);
        fs::copy(from, home.path().join(file)).unwrap();
    }
    #[cfg(unix)]
    fs::set_permissions(home.path().join("key"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    let receipts = include_str!("fixtures/schema-1/receipts.txt");
    let vault = FileVault::new(home.path());
    for _ in 0..2 {
        let store = Store::open(home.path(), &vault).unwrap();
        assert_eq!(
            budgets(&store),
            [0, 100, 200, 300, 400, 500].map(|amount: u64| amount * 2),
            "zigzag of i64"
        );
        for line in receipts.lines() {
            let (index, hash) = line.split_once(' ').unwrap();
            let entry = store.read(|book| book.entry(index.parse().unwrap())).unwrap().unwrap();
            assert_eq!(entry.hash, hash, "a receipt of that time holds");
            assert_eq!(entry.body, (index != "1").then(|| format!(r#"{{"entry":{index}}}"#)));
        }
        let verified = store.read(|book| book.verify()).unwrap();
        assert_eq!(verified.erased, 1);
        drop(store);
    }
    let store = Store::open(home.path(), &vault).unwrap();
    store.finish_rotation().unwrap();
    store.write(|book| book.append("{}")).unwrap();
    assert_eq!(store.read(|book| book.verify()).unwrap().entries, 7);
    drop(store);
    assert_eq!((epochs(home.path(), "habits"), epochs(home.path(), "bodies")), (vec![1], vec![1]));
}

#[test]
fn rotation_seals_a_little_with_each_write_and_drops_the_old_keys_at_the_end() {
    let home = tempdir().unwrap();
    let store = open(home.path());
    fill(&store, 0, 40);
    let before = raw_keys(home.path(), &store);
    assert_eq!(store.rotate(&Fixed(7)), Ok(2));
    fill(&store, 40, 42);
    drop(store);
    assert_eq!(epochs(home.path(), "habits"), [1, 2], "both while it goes on");
    let mut writes = 0;
    while epochs(home.path(), "habits") != [2] || epochs(home.path(), "bodies") != [2] {
        let store = open(home.path());
        assert_eq!(budgets(&store), (0..42).collect::<Vec<_>>());
        store.write(|book| book.put(Table::Trust, "t", &writes)).unwrap();
        writes += 1;
        assert!(writes < 60, "each write brings it forward");
    }
    assert!(writes > 5, "a little at a time");
    let store = open(home.path());
    store.finish_rotation().unwrap();
    assert!(raw_keys(home.path(), &store).len() <= before.len(), "the old keys are gone from the ring");
    drop(store);
    for database in ["habits", "budgets", "bodies"] {
        assert_eq!(epochs(home.path(), database), [2], "{database}");
    }
    let store = open(home.path());
    assert_eq!(budgets(&store), (0..42).collect::<Vec<_>>());
    store.read(|book| book.verify()).unwrap();
}

/// The ring as it lies on the disk: seen through a copy, since the store is open.
fn raw_keys(home: &Path, _open: &Store) -> Vec<u8> {
    let copy = tempdir().unwrap();
    fs::copy(home.join("data.mdb"), copy.path().join("data.mdb")).unwrap();
    raw(copy.path(), "meta").into_iter().find(|(key, _)| key == b"keys").unwrap().1
}

#[test]
fn a_store_moves_to_another_vault() {
    let home = tempdir().unwrap();
    let store = open(home.path());
    fill(&store, 0, 3);
    store.rotate(&Fixed(8)).unwrap();
    store.finish_rotation().unwrap();
    drop(store);
    let store = Store::open(home.path(), &Fixed(8)).unwrap();
    assert_eq!((budgets(&store), condition(&store)), (vec![0, 1, 2], Condition::default()));
}

#[test]
fn readers_and_writers_go_on_while_keys_are_rotated() {
    let home = tempdir().unwrap();
    let store = open(home.path());
    fill(&store, 0, 20);
    std::thread::scope(|scope| {
        let store = &store;
        scope.spawn(move || (0..6).for_each(|_| assert!(store.rotate(&Fixed(7)).is_ok())));
        scope.spawn(move || fill(store, 20, 40));
        scope.spawn(move || (0..200).for_each(|_| assert!(budgets(store).len() >= 20)));
    });
    store.finish_rotation().unwrap();
    drop(store);
    assert_eq!(budgets(&open(home.path())), (0..40).collect::<Vec<_>>());
    assert_eq!(epochs(home.path(), "budgets"), [7]);
}

#[test]
fn a_lost_key_begins_a_new_epoch_and_nothing_is_forgotten_of_the_journal() {
    let home = tempdir().unwrap();
    let vault = FileVault::new(home.path());
    let store = Store::open(home.path(), &vault).unwrap();
    fill(&store, 0, 5);
    store.write(|book| book.erase(2)).unwrap();
    let (root, first) =
        store.read::<_, StoreError>(|book| Ok((book.root(5)?, book.entry(0)?.unwrap().hash))).unwrap();
    let old_checkpoint = store.read(|book| book.checkpoint()).unwrap();
    drop(store);
    let key = fs::read(home.path().join("key")).unwrap();
    fs::remove_file(home.path().join("key")).unwrap();

    let lost = Condition { key_lost: Some(KeyLoss { records: 10, entries: 5 }), rolled_back: None };
    for _ in 0..2 {
        let store = Store::open(home.path(), &vault).unwrap();
        assert_eq!(condition(&store), lost, "until the user decides");
        assert_eq!(budgets(&store), Vec::<u64>::new());
    }
    let store = Store::open(home.path(), &vault).unwrap();
    let body = last_body(&store);
    assert!(body.contains("key_lost") && body.contains(&old_checkpoint.key), "{body}");
    let verified = store.read(|book| book.verify()).unwrap();
    assert_eq!((verified.entries, verified.lost), (6, 5));
    assert_eq!(store.read(|book| book.root(5)).unwrap(), root, "the tree goes on");
    let entry = store.read(|book| book.entry(0)).unwrap().unwrap();
    assert_eq!((entry.hash, entry.body), (first, None));
    fill(&store, 7, 9);
    assert_eq!(store.write(|book| book.accept()), Ok(lost));
    assert!(condition(&store).is_sound());
    drop(store);
    assert!(condition(&Store::open(home.path(), &vault).unwrap()).is_sound());

    // The key was only mislaid: it comes back, and so does what it sealed. What was sealed meanwhile is set aside in its turn.
    fs::write(home.path().join("key"), key).unwrap();
    let store = Store::open(home.path(), &vault).unwrap();
    assert_eq!(
        condition(&store),
        Condition { key_lost: Some(KeyLoss { records: 4, entries: 3 }), rolled_back: None }
    );
    assert_eq!(budgets(&store), [0, 1, 2, 3, 4]);
    let verified = store.read(|book| book.verify()).unwrap();
    assert_eq!((verified.entries, verified.lost, verified.erased), (9, 3, 1));
    assert_eq!(store.read(|book| book.entry(0)).unwrap().unwrap().body.as_deref(), Some(r#"{"entry":0}"#));
    store.rotate(&vault).unwrap();
    store.finish_rotation().unwrap();
    assert_eq!(budgets(&store), [0, 1, 2, 3, 4]);
}

#[test]
fn a_locked_vault_is_no_lost_key_and_a_damaged_ring_neither() {
    struct Locked;
    impl KeyVault for Locked {
        fn wrap(&self, _: &[u8], _: &[u8]) -> Result<Vec<u8>, KeyError> {
            Err(KeyError::Refused)
        }
        fn unwrap(&self, _: &[u8], _: &[u8]) -> Result<zeroize::Zeroizing<Vec<u8>>, KeyError> {
            Err(KeyError::Refused)
        }
        fn make(&self) -> Result<(), KeyError> {
            panic!("a key would be replaced")
        }
    }
    let home = tempdir().unwrap();
    assert_eq!(Store::open(home.path(), &Locked).unwrap_err(), StoreError::Key(KeyError::Refused));
    fill(&open(home.path()), 0, 2);
    assert_eq!(Store::open(home.path(), &Locked).unwrap_err(), StoreError::Key(KeyError::Refused));
    let ring = raw(home.path(), "meta").into_iter().find(|(key, _)| key == b"keys").unwrap().1;
    for at in 0..ring.len() {
        edit(home.path(), "meta", |records| {
            let ring_now = &mut records.iter_mut().find(|(key, _)| key == b"keys").unwrap().1;
            ring_now.clone_from(&ring);
            ring_now[at] ^= 1;
        });
        assert_eq!(
            common::try_open(home.path()).unwrap_err(),
            StoreError::Damaged { table: "meta" },
            "byte {at}"
        );
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in ["data.mdb", "key"] {
        if from.join(file).exists() {
            fs::copy(from.join(file), to.join(file)).unwrap();
        }
    }
}

fn anchored(home: &Path, anchor: &Path) -> Store {
    Store::open_anchored(home, &Fixed(7), Arc::new(FileAnchor::new(anchor))).unwrap()
}

#[test]
fn a_database_copied_aside_spent_from_and_put_back_is_locked_until_the_user_decides() {
    let folder = tempdir().unwrap();
    let (home, aside, anchor) =
        (folder.path().join("home"), folder.path().join("aside"), folder.path().join("anchor"));
    fill(&anchored(&home, &anchor), 0, 3);
    assert!(condition(&anchored(&home, &anchor)).is_sound());
    copy(&home, &aside);
    fill(&anchored(&home, &anchor), 3, 5);
    copy(&aside, &home);
    let back = Condition { key_lost: None, rolled_back: Some(RolledBack { writes: Some(2) }) };
    for _ in 0..2 {
        let store = anchored(&home, &anchor);
        assert_eq!(condition(&store), back);
        assert!(last_body(&store).contains(r#""kind":"rolled_back""#));
    }
    // Put back once more while it is locked: noticed once more.
    copy(&aside, &home);
    assert!(condition(&anchored(&home, &anchor)).rolled_back.is_some());
    assert!(anchored(&home, &anchor).write(|book| book.accept()).unwrap().rolled_back.is_some());
    assert!(condition(&anchored(&home, &anchor)).is_sound());
    copy(&aside, &home);
    assert!(
        condition(&anchored(&home, &anchor)).rolled_back.is_some(),
        "a decision is not taken back either"
    );
}

/// What is written down about a changed page must not tell the anchor of the old store before it was asked.
#[test]
fn an_old_store_with_its_old_sums_and_a_changed_byte_is_still_an_old_store() {
    let folder = tempdir().unwrap();
    let (home, anchor) = (folder.path().join("home"), folder.path().join("anchor"));
    fill(&anchored(&home, &anchor), 0, 12);
    anchored(&home, &anchor).write(|book| book.clear(Table::Habits)).unwrap();
    let (mut old, old_sums) =
        (fs::read(home.join("data.mdb")).unwrap(), fs::read(home.join("pages")).unwrap());
    fill(&anchored(&home, &anchor), 12, 14);
    let mut told = 0;
    for at in (4096 * 2..old.len()).step_by(509) {
        old[at] ^= 1;
        fs::write(home.join("data.mdb"), &old).unwrap();
        fs::write(home.join("pages"), &old_sums).unwrap();
        if let Ok(store) = Store::open_anchored(&home, &Fixed(7), Arc::new(FileAnchor::new(&anchor))) {
            assert!(condition(&store).rolled_back.is_some(), "byte {at}");
            told += u32::from(store.changed_page().is_some());
        }
        old[at] ^= 1;
    }
    assert!(told > 0, "no byte of a free page was tried");
}

#[test]
fn without_an_anchor_the_sums_that_were_left_tell_of_an_older_database() {
    let home = tempdir().unwrap();
    fill(&open(home.path()), 0, 2);
    let old = fs::read(home.path().join("data.mdb")).unwrap();
    fill(&open(home.path()), 2, 4);
    fs::write(home.path().join("data.mdb"), old).unwrap();
    assert_eq!(condition(&open(home.path())).rolled_back, Some(RolledBack { writes: Some(2) }));
}

#[test]
fn an_emptied_database_and_another_history_of_the_same_length_are_noticed() {
    let folder = tempdir().unwrap();
    let (home, other, anchor) =
        (folder.path().join("home"), folder.path().join("other"), folder.path().join("anchor"));
    fill(&anchored(&home, &anchor), 0, 3);
    copy(&home, &other);
    fill(&anchored(&home, &anchor), 3, 5);
    // The same number of commits, made elsewhere on a copy.
    fill(&anchored(&other, &folder.path().join("other-anchor")), 8, 10);
    copy(&other, &home);
    let store = anchored(&home, &anchor);
    assert!(condition(&store).rolled_back.is_some());
    drop(store);
    fs::remove_file(home.join("data.mdb")).unwrap();
    let store = anchored(&home, &anchor);
    assert!(condition(&store).rolled_back.unwrap().writes.unwrap() >= 5);
}

#[test]
fn a_copy_elsewhere_is_not_locked_but_says_so_in_the_journal() {
    let folder = tempdir().unwrap();
    let (home, other) = (folder.path().join("home"), folder.path().join("other"));
    fill(&anchored(&home, &folder.path().join("a")), 0, 2);
    copy(&home, &other);
    let store = anchored(&other, &folder.path().join("b"));
    assert!(condition(&store).is_sound());
    assert!(last_body(&store).contains("anchor_missing"));
}

#[test]
fn an_anchor_that_refuses_stops_the_commit_and_a_damaged_one_locks() {
    let folder = tempdir().unwrap();
    let (home, anchor) = (folder.path().join("home"), folder.path().join("anchor"));
    fill(&anchored(&home, &anchor), 0, 2);
    fs::write(&anchor, [7; 1536]).unwrap();
    let store = anchored(&home, &anchor);
    assert_eq!(condition(&store).rolled_back, Some(RolledBack { writes: None }));
    drop(store);
    let missing = folder.path().join("no/such/folder/anchor");
    let refused = Store::open_anchored(&home, &Fixed(7), Arc::new(FileAnchor::new(missing))).unwrap_err();
    assert!(matches!(refused, StoreError::Anchor(_)), "{refused:?}");
    assert_eq!(budgets(&open(&home)), [0, 1]);
}

#[test]
fn a_commit_that_a_crash_left_pending_is_neither_a_rollback_nor_lost() {
    let folder = tempdir().unwrap();
    let home = folder.path().join("home");
    let anchor = Arc::new(Remembered::default());
    let open = || Store::open_anchored(&home, &Fixed(7), Arc::clone(&anchor) as Arc<dyn Anchor>).unwrap();
    fill(&open(), 0, 2);
    let done = anchor.read().unwrap().unwrap().done.unwrap();
    // Before the commit.
    anchor.pending(Mark { count: done.count + 1, tag: [9; 16] }).unwrap();
    assert!(condition(&open()).is_sound());
    // After the commit, before it was said to be done.
    fill(&open(), 2, 3);
    let now = anchor.read().unwrap().unwrap().done.unwrap();
    *anchor.0.lock().unwrap() = Some(Anchored { done: Some(done), pending: Some(now) });
    assert!(condition(&open()).is_sound());
    assert_eq!(budgets(&open()), [0, 1, 2]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any one sector of the anchor's file torn or lost at any time still knows the store as it stands after the crash.
    #[test]
    fn a_torn_sector_of_the_anchor_locks_nobody_out(commits in 1u64..6, sector in 0usize..3, cut in 0usize..48, pending in any::<bool>()) {
        let folder = tempdir().unwrap();
        let path = folder.path().join("anchor");
        let anchor = FileAnchor::new(&path);
        let mark = |count| Mark { count, tag: [count as u8; 16] };
        anchor.done(mark(0)).unwrap();
        let mut before = fs::read(&path).unwrap();
        for count in 1..=commits {
            before = fs::read(&path).unwrap();
            anchor.pending(mark(count)).unwrap();
            if count < commits || !pending {
                anchor.done(mark(count)).unwrap();
            }
        }
        let mut torn = fs::read(&path).unwrap();
        let at = sector * 512;
        let changed = torn[at..at + 48] != before[at..at + 48];
        if changed {
            // The first bytes are the new ones, the rest is as it was before.
            torn[at + cut..at + 48].copy_from_slice(&before[at + cut..at + 48]);
        }
        fs::write(&path, torn).unwrap();
        let says = FileAnchor::new(&path).read().unwrap().unwrap();
        let stands = if pending { commits - 1 } else { commits };
        prop_assert!(says.knows(&mark(stands)), "{says:?} for {stands}");
        prop_assert!(commits < 3 || !says.knows(&mark(commits - 3)));
    }
}
