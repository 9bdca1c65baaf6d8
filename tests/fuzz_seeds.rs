//! The fuzzer's seeds with the stable compiler: every seed, and what is easily made of it, through every target.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]

use std::path::{Path, PathBuf};

use assent_tests::fuzzed::TARGETS;

fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(target);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| (file.clone(), std::fs::read(file).unwrap())).collect()
}

/// The seed, its beginnings, the seed with a byte changed, and twice the seed.
fn made_of(seed: &[u8], steps: usize) -> Vec<Vec<u8>> {
    let places = (0..seed.len()).step_by((seed.len() / steps).max(1));
    let mut made = vec![seed.to_vec(), [seed, seed].concat()];
    for at in places {
        made.push(seed[..at].to_vec());
        for flip in [0x01u8, 0x20, 0x80] {
            let mut changed = seed.to_vec();
            changed[at] ^= flip;
            made.push(changed);
        }
    }
    made
}

#[test]
fn every_seed_passes_every_target() {
    for (name, target) in TARGETS {
        // A life commits to a disk at every step; the parsers cost nothing.
        let steps = if *name == "life" { 2 } else { 64 };
        let seeds = seeds(name);
        assert!(!seeds.is_empty(), "{name} has no seeds");
        for (_, seed) in seeds {
            for bytes in made_of(&seed, steps) {
                target(&bytes);
            }
        }
    }
}

#[test]
fn every_target_has_a_fuzzer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/fuzz_targets");
    for (name, _) in TARGETS {
        assert!(folder.join(format!("{name}.rs")).is_file(), "{name}");
    }
}
