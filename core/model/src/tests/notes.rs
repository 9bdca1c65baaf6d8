//! Vectors that are noted on one day and found on another.

use std::cell::RefCell;
use std::collections::HashMap;

use tempfile::TempDir;

use super::{Scene, history, intent, write_manifest, write_tiny_model};
use crate::{Model, Notes, TextKey, Vector};

#[derive(Default)]
struct Paper {
    noted: RefCell<HashMap<TextKey, Vec<f32>>>,
    found: RefCell<usize>,
}

impl Notes for Paper {
    fn find(&self, key: &TextKey) -> Option<Vec<f32>> {
        let found = self.noted.borrow().get(key).cloned();
        *self.found.borrow_mut() += usize::from(found.is_some());
        found
    }

    fn note(&self, key: TextKey, vector: &Vector) {
        self.noted.borrow_mut().insert(key, vector.to_vec());
    }
}

fn scene() -> Scene {
    let shelf =
        history(&[("2026-05-03T12:00:00Z", "s", "coffee", "3.00 EUR", r#","items":[{"name":"noodles"}]"#)]);
    let order = r#","items":[{"name":"a coffee"}],"details":{"size":"b"}"#;
    let long = format!(r#"{{"said":"{}"}}"#, "coffee b ".repeat(20));
    Scene::new(&shelf, &intent("2026-05-04T12:00:00Z", "s", "coffee ab", "3.00 EUR", order), &long)
}

#[test]
fn what_was_noted_is_not_computed_again_and_changes_no_bit() {
    let folder = TempDir::new().unwrap();
    write_tiny_model(folder.path(), true);
    let (scene, paper) = (scene(), Paper::default());
    let first = Model::open(folder.path()).unwrap();
    let plain = first.judge(&scene.asked(), &scene.known()).unwrap();
    first.forget_texts();
    let noting = first.judge_with(&scene.asked(), &scene.known(), Some(&paper)).unwrap();
    assert_eq!(*paper.found.borrow(), 0);
    let noted = paper.noted.borrow().len();
    assert!(noted >= 3);
    let second = Model::open(folder.path()).unwrap();
    let runs = second.runs();
    let found = second.judge_with(&scene.asked(), &scene.known(), Some(&paper)).unwrap();
    assert_eq!(*paper.found.borrow(), noted);
    // Nothing is left to encode: words are held against an order without the encoder.
    assert_eq!(second.runs(), runs);
    for other in [noting, found] {
        assert_eq!(other.score.to_bits(), plain.score.to_bits());
        assert_eq!(other.features, plain.features);
    }
}

#[test]
fn another_model_finds_nothing_and_a_note_that_is_no_vector_is_passed_over() {
    let folder = TempDir::new().unwrap();
    write_tiny_model(folder.path(), true);
    let (scene, paper) = (scene(), Paper::default());
    let model = Model::open(folder.path()).unwrap();
    let plain = model.judge_with(&scene.asked(), &scene.known(), Some(&paper)).unwrap();
    for bad in [vec![], vec![0.5; 31], vec![f32::NAN; 32]] {
        paper.noted.borrow_mut().values_mut().for_each(|vector| vector.clone_from(&bad));
        model.forget_texts();
        let again = model.judge_with(&scene.asked(), &scene.known(), Some(&paper)).unwrap();
        assert_eq!(again.score.to_bits(), plain.score.to_bits());
    }
    let config = folder.path().join("encoder.json");
    let text = std::fs::read_to_string(&config).unwrap().replace("1e-12", "1e-11");
    std::fs::write(&config, text).unwrap();
    write_manifest(folder.path());
    *paper.found.borrow_mut() = 0;
    let other = Model::open(folder.path()).unwrap();
    other.judge_with(&scene.asked(), &scene.known(), Some(&paper)).unwrap();
    assert_eq!(*paper.found.borrow(), 0);
}

#[test]
fn the_memory_forgets() {
    let folder = TempDir::new().unwrap();
    write_tiny_model(folder.path(), false);
    let model = Model::open(folder.path()).unwrap();
    let runs = model.runs();
    model.embed("noodles").unwrap();
    model.embed("noodles").unwrap();
    assert_eq!(model.runs(), runs + 1);
    model.forget_texts();
    model.embed("noodles").unwrap();
    assert_eq!(model.runs(), runs + 2);
}
