//! How long the store's steps take here, in microseconds: `cargo run --release -p assent-store --example measure -- FOLDER`.
//! The folder's disk decides over everything that commits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout)]

use std::sync::Arc;
use std::time::Instant;

use assent_store::{FileAnchor, FileVault, Store, StoreError, Table};

fn median(rounds: usize, mut step: impl FnMut(usize)) -> f64 {
    let mut times: Vec<f64> = (0..rounds)
        .map(|round| {
            let start = Instant::now();
            step(round);
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[rounds / 2]
}

fn main() {
    let home = std::env::args().nth(1).expect("a folder");
    let home = std::path::Path::new(&home).join("measured");
    let store = Store::open(&home, &FileVault::new(&home)).unwrap();
    let value = vec![5u8; 300];
    store
        .write::<_, StoreError>(|book| {
            (0..20_000).try_for_each(|at| book.put(Table::Habits, &at.to_string(), &value))
        })
        .unwrap();
    let get = |at: usize| {
        store.read(|book| book.get::<Vec<u8>>(Table::Habits, &(at * 7919 % 20_000).to_string())).unwrap()
    };
    println!("read transaction with one get        {:8.1}", median(20_000, |at| drop(get(at))));
    let inside = store.read::<_, StoreError>(|book| {
        Ok(median(20_000, |at| {
            drop(book.get::<Vec<u8>>(Table::Habits, &(at * 7919 % 20_000).to_string()).unwrap())
        }))
    });
    println!("get in an open transaction, 300 bytes {:7.1}", inside.unwrap());
    let rehearsed = median(2_000, |_| store.rehearse(|book| book.put(Table::Budgets, "a", &value)).unwrap());
    println!("put, undone                          {rehearsed:8.1}");
    let put = median(2_000, |_| store.write(|book| book.put(Table::Budgets, "a", &value)).unwrap());
    println!("put and commit                       {put:8.1}");
    let append = median(2_000, |_| drop(store.write(|book| book.append(&"x".repeat(600))).unwrap()));
    println!("append and commit, 600 bytes         {append:8.1}");
    let start = Instant::now();
    let verified = store.read(|book| book.verify()).unwrap();
    println!(
        "verify, per entry                    {:8.1}",
        start.elapsed().as_secs_f64() * 1e6 / verified.entries as f64
    );
    let proof = median(2_000, |at| drop(store.read(|book| book.proof(at as u64 % 2_000)).unwrap()));
    println!("proof of an entry                    {proof:8.1}");
    println!(
        "checkpoint, signed                   {:8.1}",
        median(200, |_| drop(store.read(|book| book.checkpoint()).unwrap()))
    );
    drop(store);
    let anchor = home.with_extension("anchor");
    let opening = median(20, |_| drop(Store::open(&home, &FileVault::new(&home)).unwrap()));
    println!("open and close, 20,000 records       {opening:8.1}");
    let store =
        Store::open_anchored(&home, &FileVault::new(&home), Arc::new(FileAnchor::new(&anchor))).unwrap();
    let put = median(2_000, |_| store.write(|book| book.put(Table::Budgets, "a", &value)).unwrap());
    println!("put and commit, anchored             {put:8.1}");
    let append = median(2_000, |_| drop(store.write(|book| book.append(&"x".repeat(600))).unwrap()));
    println!("append and commit, anchored          {append:8.1}");
    store.rotate(&FileVault::new(&home)).unwrap();
    let put = median(1_000, |_| store.write(|book| book.put(Table::Budgets, "a", &value)).unwrap());
    println!("put and commit, while keys rotate    {put:8.1}");
    drop(store);
    std::fs::remove_file(anchor).unwrap();
    std::fs::remove_dir_all(home).unwrap();
}
