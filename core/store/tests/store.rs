//! The store from outside: what is kept, what is undone, who may open it, and what its bytes give away.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::collections::BTreeMap;
use std::fs;

use assent_habits::{Key, Memory, Shelf, learn, recall};
use assent_store::{FileVault, KeyError, KeyVault, Store, StoreError, Table};
use assent_types::{Id, PastPayment};
use common::{Fixed, edit, open, raw, try_open};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use tempfile::tempdir;

type Done<T = ()> = Result<T, StoreError>;

#[test]
fn what_was_written_is_there_after_reopening() {
    let home = tempdir().unwrap();
    open(home.path()).write(|book| book.put(Table::Agents, "chef", &("chef".to_owned(), 3u64))).unwrap();
    let store = open(home.path());
    let found: Option<(String, u64)> = store.read(|book| book.get(Table::Agents, "chef")).unwrap();
    assert_eq!(found, Some(("chef".to_owned(), 3)));
    assert_eq!(store.read(|book| book.get::<u64>(Table::Trust, "chef")), Ok(None));
    assert_eq!(store.read(|book| book.scan::<(String, u64)>(Table::Agents)).unwrap().len(), 1);
}

#[test]
fn an_error_a_rehearsal_and_a_panic_leave_nothing() {
    let home = tempdir().unwrap();
    let store = open(home.path());
    let refused: Done = store.write(|book| {
        book.put(Table::Budgets, "a", &1i64)?;
        book.append("{}")?;
        Err(StoreError::WrongKey)
    });
    assert_eq!(refused, Err(StoreError::WrongKey));
    let seen = store.rehearse(|book| {
        book.put(Table::Budgets, "a", &1i64)?;
        book.append("{}")?;
        book.get::<i64>(Table::Budgets, "a")
    });
    assert_eq!(seen, Ok(Some(1)));
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.write::<(), StoreError>(|book| {
            book.put(Table::Budgets, "a", &1i64)?;
            panic!("a host's bug")
        })
    }));
    assert!(panicked.is_err());
    let left =
        store.read::<_, StoreError>(|book| Ok((book.scan::<i64>(Table::Budgets)?, book.journal_len()?)));
    assert_eq!(left, Ok((vec![], 0)));
    store.write(|book| book.put(Table::Budgets, "a", &2i64)).unwrap();
}

/// Its `tip` is skipped when empty, which the codec cannot read back.
#[derive(Serialize, Deserialize)]
struct Skipping {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    tip: Option<u64>,
    total: u64,
}

#[test]
fn a_value_that_would_not_read_back_undoes_the_transaction_even_if_passed_over() {
    let home = tempdir().unwrap();
    let store = open(home.path());
    let unfit = StoreError::Unfit { table: "budgets" };
    let done: Done = store.write(|book| {
        book.put(Table::Budgets, "before", &1i64)?;
        assert_eq!(book.put(Table::Budgets, "a", &Skipping { tip: None, total: 5 }), Err(unfit));
        Ok(())
    });
    assert_eq!(done, Err(unfit));
    assert_eq!(store.read(|book| book.get::<i64>(Table::Budgets, "before")), Ok(None));
}

#[test]
fn another_type_is_refused_and_not_guessed() {
    let home = tempdir().unwrap();
    let store = open(home.path());
    store.write(|book| book.put(Table::Texts, "t", &"a long text".to_owned())).unwrap();
    let wrong = store.read(|book| book.get::<u8>(Table::Texts, "t"));
    assert_eq!(wrong, Err(StoreError::Unreadable { table: "texts" }));
}

#[test]
fn a_second_opening_and_a_nested_transaction_are_refused() {
    let home = tempdir().unwrap();
    let store = open(home.path());
    assert_eq!(try_open(home.path()).unwrap_err(), StoreError::InUse);
    let nested = store.write(|_| store.read(|book| book.journal_len()));
    assert_eq!(nested, Err(StoreError::Nested));
    let nested = store.read(|_| store.write(|book| book.append("{}")));
    assert_eq!(nested.unwrap_err(), StoreError::Nested);
    drop(store);
    open(home.path());
}

#[test]
fn a_newer_schema_and_a_lost_beginning_are_told_apart() {
    let home = tempdir().unwrap();
    open(home.path()).write(|book| book.put(Table::Budgets, "a", &1i64)).unwrap();
    let schema = |value: u32| {
        edit(home.path(), "meta", |records| {
            records.iter_mut().find(|(k, _)| k == b"schema").unwrap().1 = value.to_be_bytes().to_vec();
        });
        try_open(home.path()).map(drop)
    };
    assert_eq!(schema(3), Err(StoreError::Newer { found: 3, known: 2 }));
    assert_eq!(schema(0), Err(StoreError::Damaged { table: "meta" }));
    assert_eq!(
        schema(1),
        Err(StoreError::Key(KeyError::Lost)),
        "this vault never served a store of schema 1"
    );
    assert_eq!(schema(2), Ok(()));

    edit(home.path(), "meta", Vec::clear);
    assert_eq!(try_open(home.path()).unwrap_err(), StoreError::Damaged { table: "meta" });
}

#[test]
fn a_key_file_is_made_once_and_a_wrong_one_is_never_taken_for_a_lost_one() {
    let home = tempdir().unwrap();
    let vault = FileVault::new(home.path());
    let key = home.path().join("key");
    Store::open(home.path(), &vault).unwrap().write(|book| book.put(Table::Budgets, "a", &1i64)).unwrap();
    let bytes = fs::read(&key).unwrap();
    assert_eq!(bytes.len(), 32);
    drop(Store::open(home.path(), &vault).unwrap());
    assert_eq!(fs::read(&key).unwrap(), bytes);

    for wrong in [&bytes[..31], &[bytes.as_slice(), b"\n"].concat(), b""] {
        fs::write(&key, wrong).unwrap();
        assert_eq!(Store::open(home.path(), &vault).unwrap_err(), StoreError::Key(KeyError::WrongLength));
        assert_eq!(fs::read(&key).unwrap(), wrong);
    }
    fs::write(&key, &bytes).unwrap();
    assert_eq!(
        Store::open(home.path(), &vault).unwrap().read(|book| book.get(Table::Budgets, "a")),
        Ok(Some(1i64))
    );
}

#[test]
fn a_key_that_a_crash_cut_short_is_made_anew_only_where_no_store_is() {
    let home = tempdir().unwrap();
    fs::write(home.path().join("key"), [1; 5]).unwrap();
    #[cfg(unix)]
    make_private(&home.path().join("key"), 0o600);
    drop(Store::open(home.path(), &FileVault::new(home.path())).unwrap());
    assert_eq!(fs::read(home.path().join("key")).unwrap().len(), 32);
}

#[cfg(unix)]
fn make_private(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_is_refused_and_files_are_the_owners() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempdir().unwrap();
    let home = home.path().join("new/home");
    let vault = FileVault::new(&home);
    drop(Store::open(&home, &vault).unwrap());
    for (file, mode) in [("", 0o700), ("key", 0o600), ("data.mdb", 0o600)] {
        assert_eq!(fs::metadata(home.join(file)).unwrap().permissions().mode() & 0o777, mode, "{file}");
    }
    make_private(&home.join("key"), 0o640);
    assert_eq!(vault.unwrap(&[0; 80], b"").unwrap_err(), KeyError::Exposed);
    assert_eq!(Store::open(&home, &vault).unwrap_err(), StoreError::Key(KeyError::Exposed));
}

#[test]
fn the_file_grows_by_itself_and_the_step_is_done_once() {
    let home = tempdir().unwrap();
    let store = Store::open_with_map(home.path(), &Fixed(7), 256 << 10).unwrap();
    store.write(|book| book.put(Table::Texts, "first", &vec![1u8; 9])).unwrap();
    let mut runs = 0;
    let count = store.write::<_, StoreError>(|book| {
        runs += 1;
        let count = book.get::<u64>(Table::Settings, "count")?.unwrap_or(0) + 1;
        book.put(Table::Settings, "count", &count)?;
        for at in 0..40u32 {
            book.put(Table::Texts, &at.to_string(), &vec![at as u8; 50_000])?;
        }
        Ok(count)
    });
    assert!(runs > 1, "two megabytes do not fit into a quarter of one");
    assert_eq!(count, Ok(1));
    drop(store);
    let store = Store::open_with_map(home.path(), &Fixed(7), 256 << 10).unwrap();
    assert_eq!(store.read(|book| book.scan::<Vec<u8>>(Table::Texts)).unwrap().len(), 41);
    assert_eq!(store.read(|book| book.get(Table::Settings, "count")), Ok(Some(1u64)));
}

#[test]
fn threads_that_write_and_read_while_the_file_grows_lose_nothing() {
    let home = tempdir().unwrap();
    let store = Store::open_with_map(home.path(), &Fixed(7), 256 << 10).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8u64 {
            let store = &store;
            scope.spawn(move || {
                for at in 0..20u64 {
                    store
                        .write::<_, StoreError>(|book| {
                            let sum = book.get::<u64>(Table::Budgets, "sum")?.unwrap_or(0);
                            book.put(Table::Budgets, "sum", &(sum + 1))?;
                            book.put(Table::Texts, &format!("{thread}/{at}"), &vec![0u8; 5_000])?;
                            book.append("{}").map(drop)
                        })
                        .unwrap();
                    store
                        .read::<_, StoreError>(|book| {
                            assert_eq!(book.get::<u64>(Table::Budgets, "sum")?, Some(book.journal_len()?));
                            Ok(())
                        })
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(store.read(|book| book.get(Table::Budgets, "sum")), Ok(Some(160u64)));
    assert_eq!(store.read(|book| book.verify()).unwrap().entries, 160);
}

#[test]
fn the_files_and_the_errors_give_nothing_away() {
    let home = tempdir().unwrap();
    let canaries =
        ["canary-payee-4711", "Kanarienvogel Noodles", "1234.56 CNY", "金丝雀面馆", "canary-journal"];
    let store = open(home.path());
    store
        .write::<_, StoreError>(|book| {
            for table in Table::ALL {
                for canary in canaries {
                    book.put(table, canary, &canary.to_owned())?;
                }
            }
            book.append(&canaries.join(" "))?;
            book.append("canary-journal erased")?;
            book.erase(1).map(drop)
        })
        .unwrap();
    let shown = format!("{store:?} {:?}", store.read(|book| book.entry(0)).unwrap());
    let wrong = store.read(|book| book.get::<u8>(Table::Habits, canaries[0])).unwrap_err();
    let shown = format!("{shown} {wrong:?} {wrong}");
    drop(store);
    let mut bytes = shown.into_bytes();
    for file in fs::read_dir(home.path()).unwrap() {
        bytes.extend(fs::read(file.unwrap().path()).unwrap());
    }
    for canary in canaries {
        assert!(!bytes.windows(canary.len()).any(|part| part == canary.as_bytes()), "{canary}");
    }
}

#[test]
fn a_record_changed_moved_or_swapped_behind_our_back_is_damaged() {
    let home = tempdir().unwrap();
    let write = |store: &Store| {
        store.write(|book| {
            book.put(Table::Budgets, "a", &1i64)?;
            book.put(Table::Budgets, "b", &2i64)
        })
    };
    write(&open(home.path())).unwrap();
    let sound = raw(home.path(), "budgets");
    let damaged = StoreError::Damaged { table: "budgets" };
    edit(home.path(), "budgets", |records| {
        let (first, second) = records.split_at_mut(1);
        std::mem::swap(&mut first[0].1, &mut second[0].1);
    });
    assert_eq!(try_open(home.path()).unwrap_err(), damaged);
    let put = |database: &str, records: &[(Vec<u8>, Vec<u8>)]| {
        edit(home.path(), database, |present| *present = records.to_vec());
        try_open(home.path()).map(drop)
    };
    assert_eq!(put("budgets", &sound), Ok(()));
    assert_eq!(put("trust", &sound), Err(StoreError::Damaged { table: "trust" }), "moved to another table");
    assert_eq!(put("trust", &[]), Ok(()));
    let changed = StoreError::Changed { table: "budgets" };
    assert_eq!(put("budgets", &sound[..1]), Err(changed), "one removed");
    assert_eq!(put("budgets", &[]), Err(changed), "all removed");
    assert_eq!(put("budgets", &sound), Ok(()));
    open(home.path()).write(|book| book.put(Table::Budgets, "a", &9i64)).unwrap();
    let now = raw(home.path(), "budgets");
    for at in 0..2 {
        let mut mixed = now.clone();
        mixed[at] = sound[at].clone();
        let unchanged = mixed == now;
        assert_eq!(put("budgets", &mixed).is_ok(), unchanged, "one record put back to an earlier one");
    }
    assert_eq!(put("budgets", &now), Ok(()));
}

#[test]
fn a_file_cut_short_is_an_error_and_never_a_crash() {
    let home = tempdir().unwrap();
    open(home.path())
        .write(|book| {
            (0..200u32).try_for_each(|at| book.put(Table::Texts, &at.to_string(), &vec![1u8; 2_000]))
        })
        .unwrap();
    let whole = fs::read(home.path().join("data.mdb")).unwrap();
    for pages in [0, 1, 2, 3, 10, 50, 90] {
        fs::write(home.path().join("data.mdb"), &whole[..pages * 4096]).unwrap();
        let read = Store::open(home.path(), &Fixed(7))
            .and_then(|store| store.read(|book| book.scan::<Vec<u8>>(Table::Texts)));
        // A file of length 0 is a file that was never begun: the key's owner cannot tell, only an anchor outside could.
        assert_eq!(read.is_err(), pages != 0, "{pages} pages: {:?}", read.map(|found| found.len()));
    }
}

#[test]
fn habits_learned_here_are_those_learned_in_memory() {
    let home = tempdir().unwrap();
    let store = open(home.path());
    let mut memory = Memory::default();
    let payment = |day: u32| {
        let json = format!(
            r#"{{"id":"p{day}","at":"2026-05-{day:02}T12:01:00+08:00","service":{{"id":"noodle-1","name":"Noodle House","category":"dining"}},
                "price":{{"amount":"38.00","currency":"CNY"}},"agent":"chef"}}"#
        );
        PastPayment::from_json(&json).unwrap()
    };
    for day in 1..=20 {
        store.write(|book| learn(book, &payment(day))).unwrap();
        learn(&mut memory, &payment(day)).unwrap();
    }
    let (service, agent) = (payment(1).service, Id::new("chef").unwrap());
    let kept = store.read(|book| recall(book, &service, &agent, false)).unwrap();
    assert_eq!(format!("{kept:?}"), format!("{:?}", recall(&memory, &service, &agent, false).unwrap()));
    let user = store.read(|book| Shelf::read(book, &Key::User)).unwrap();
    assert_eq!(user, memory.read(&Key::User).unwrap());
    assert!(user.is_some());
}

#[derive(Clone, Debug)]
enum Step {
    Put(usize, u8, Vec<u8>),
    Delete(usize, u8),
    Clear(usize),
}

fn steps() -> impl Strategy<Value = Vec<(Vec<Step>, bool, bool)>> {
    let step = prop_oneof![
        8 => (0..Table::ALL.len(), 0u8..6, proptest::collection::vec(any::<u8>(), 0..40)).prop_map(|(t, k, v)| Step::Put(t, k, v)),
        3 => (0..Table::ALL.len(), 0u8..6).prop_map(|(t, k)| Step::Delete(t, k)),
        1 => (0..Table::ALL.len()).prop_map(Step::Clear),
    ];
    proptest::collection::vec((proptest::collection::vec(step, 1..8), any::<bool>(), any::<bool>()), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_store_is_a_map_that_survives(transactions in steps()) {
        let home = tempdir().unwrap();
        let mut store = open(home.path());
        let mut model: BTreeMap<(usize, u8), Vec<u8>> = BTreeMap::new();
        for (steps, commits, reopens) in transactions {
            let mut next = model.clone();
            let done: Done = store.write(|book| {
                next = model.clone();
                for step in &steps {
                    match step {
                        Step::Put(table, key, value) => {
                            book.put(Table::ALL[*table], &key.to_string(), value)?;
                            next.insert((*table, *key), value.clone());
                        }
                        Step::Delete(table, key) => {
                            book.delete(Table::ALL[*table], &key.to_string())?;
                            next.remove(&(*table, *key));
                        }
                        Step::Clear(table) => {
                            book.clear(Table::ALL[*table])?;
                            next.retain(|(t, _), _| t != table);
                        }
                    }
                    // What is written is seen at once, before the commit.
                    for (at, table) in Table::ALL.into_iter().enumerate() {
                        assert_eq!(book.scan::<Vec<u8>>(table)?.len(), next.keys().filter(|(t, _)| *t == at).count());
                    }
                }
                if commits { Ok(()) } else { Err(StoreError::WrongKey) }
            });
            prop_assert_eq!(done.is_ok(), commits);
            if commits {
                model = next;
            }
            if reopens {
                drop(store);
                store = open(home.path());
            }
            for (at, table) in Table::ALL.into_iter().enumerate() {
                let mut scanned: Vec<Vec<u8>> = store.read(|book| book.scan(table)).unwrap();
                let mut expected: Vec<Vec<u8>> = model.iter().filter(|((t, _), _)| *t == at).map(|(_, v)| v.clone()).collect();
                scanned.sort();
                expected.sort();
                prop_assert_eq!(scanned, expected);
                for key in 0u8..6 {
                    let got: Option<Vec<u8>> = store.read(|book| book.get(table, &key.to_string())).unwrap();
                    prop_assert_eq!(got.as_ref(), model.get(&(at, key)));
                }
            }
        }
    }

    #[test]
    fn any_flipped_bit_in_a_record_is_damage(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let home = tempdir().unwrap();
        open(home.path()).write(|book| book.put(Table::Habits, "payee/noodle-1", &(38_00i64, "CNY".to_owned()))).unwrap();
        edit(home.path(), "habits", |records| {
            let at = at.index(records[0].1.len());
            records[0].1[at] ^= 1 << bit;
        });
        prop_assert_eq!(try_open(home.path()).unwrap_err(), StoreError::Damaged { table: "habits" });
    }
}
