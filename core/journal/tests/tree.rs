//! The tree against the known vectors of RFC 6962's authors, against a naive tree, and against a forger.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::collections::HashMap;

use assent_journal::{
    Hash, NoteError, Peaks, Signer, consistency, empty_root, inclusion, leaf_hash, node_hash, open_note,
    root, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;

type Nodes = HashMap<(u8, u64), Hash>;

fn grown(leaves: &[Vec<u8>]) -> (Vec<Peaks>, Nodes) {
    let (mut peaks, mut nodes) = (Peaks::default(), Nodes::new());
    let mut all = vec![peaks.clone()];
    for leaf in leaves {
        peaks.append(leaf_hash(leaf), |level, index, hash| {
            nodes.insert((level, index), hash);
        });
        all.push(peaks.clone());
    }
    (all, nodes)
}

fn find(nodes: &Nodes) -> impl FnMut(u8, u64) -> Result<Hash, (u8, u64)> + '_ {
    |level, index| nodes.get(&(level, index)).copied().ok_or((level, index))
}

/// MTH as RFC 6962 writes it, word for word.
fn naive(leaves: &[Vec<u8>]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => leaf_hash(leaf),
        _ => {
            let mut k = 1;
            while k * 2 < leaves.len() {
                k *= 2;
            }
            node_hash(&naive(&leaves[..k]), &naive(&leaves[k..]))
        }
    }
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The leaves and roots that the reference implementation of certificate transparency is tested with (merkle_tree_test.cc).
#[test]
fn the_known_trees_have_the_known_roots() {
    let leaves: Vec<Vec<u8>> =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
            .map(unhex)
            .to_vec();
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    assert_eq!(hex(&empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let (trees, _) = grown(&leaves);
    for (size, known) in roots.iter().enumerate() {
        assert_eq!(hex(&trees[size + 1].root()), *known, "{} leaves", size + 1);
    }
}

#[test]
fn a_checkpoint_is_believed_only_as_it_was_signed() {
    let key = Signer::new_key().unwrap();
    let signer = Signer::new("assent/journal/1", &key).unwrap();
    let signed = signer.checkpoint(7, &[9; 32]);
    assert_eq!(open_note(&signed.note, &signed.key), Ok((7, [9; 32])));
    assert!(signed.note.starts_with("assent/journal/1\n7\nCQkJ"), "{}", signed.note);

    let grown = signed.note.replacen("\n7\n", "\n8\n", 1);
    assert_eq!(open_note(&grown, &signed.key), Err(NoteError::Signature));
    let other = Signer::new("assent/journal/1", &Signer::new_key().unwrap()).unwrap();
    assert_eq!(open_note(&signed.note, &other.key()), Err(NoteError::Unsigned));
    let both =
        format!("{}{}", signed.note, other.checkpoint(7, &[9; 32]).note.lines().last().unwrap()) + "\n";
    assert_eq!(open_note(&both, &signed.key), Ok((7, [9; 32])));
    assert_eq!(open_note(&both, &other.key()), Ok((7, [9; 32])));
    for byte in 0..signed.note.len() {
        let mut bad = signed.note.clone().into_bytes();
        bad[byte] ^= 1;
        // A changed signature line may be another key's; a changed text is never believed.
        if let Ok(bad) = String::from_utf8(bad) {
            assert!(open_note(&bad, &signed.key).is_err(), "byte {byte}");
        }
    }
    for name in ["", "a b", "a+b", "a\nb"] {
        assert_eq!(Signer::new(name, &key).unwrap_err(), NoteError::Form);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_tree_and_every_proof_is_that_of_a_naive_tree(leaves in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..5), 0..40)) {
        let (trees, nodes) = grown(&leaves);
        let size = leaves.len() as u64;
        for (n, tree) in trees.iter().enumerate() {
            prop_assert_eq!(tree.root(), naive(&leaves[..n]));
            prop_assert_eq!(root(n as u64, &mut find(&nodes)).unwrap(), tree.root());
        }
        for index in 0..size {
            let path = inclusion(index, size, &mut find(&nodes)).unwrap();
            let leaf = leaf_hash(&leaves[index as usize]);
            let tip = trees[size as usize].root();
            prop_assert!(verify_inclusion(&leaf, index, size, &path, &tip));
            for at in 0..path.len() {
                let mut forged = path.clone();
                forged[at][0] ^= 1;
                prop_assert!(!verify_inclusion(&leaf, index, size, &forged, &tip));
            }
            prop_assert!(!verify_inclusion(&leaf_hash(b"forged"), index, size, &path, &tip));
        }
        for from in 0..=size {
            let path = consistency(from, size, &mut find(&nodes)).unwrap();
            let (old, new) = (trees[from as usize].root(), trees[size as usize].root());
            prop_assert!(verify_consistency(from, size, &old, &new, &path), "{} of {}", from, size);
            if from > 0 && from < size {
                let forged = leaf_hash(b"forged");
                prop_assert!(!verify_consistency(from, size, &forged, &new, &path));
                prop_assert!(!verify_consistency(from, size, &old, &forged, &path));
                prop_assert!(!verify_consistency(from, size, &old, &new, &path[1..]));
            }
        }
    }
}
