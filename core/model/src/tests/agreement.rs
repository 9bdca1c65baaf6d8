//! The shipped encoder gives the vectors that the trainer's gave.

use serde::Deserialize;

use crate::Model;
use crate::reference::Reference as Through;

#[derive(Deserialize)]
struct Reference {
    text: String,
    ids: Vec<u32>,
    vector: Vec<f32>,
}

/// Rounding activations to 255 steps may turn a vector by this much, as a cosine, and no more.
const NEAR: f32 = 0.999;

fn product(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

#[test]
fn the_shipped_model_agrees_with_its_training() {
    let reference: Vec<Reference> =
        serde_json::from_str(include_str!("../../../../models/reference.json")).unwrap();
    let model = Model::embedded().unwrap();
    assert!(reference.len() >= 30);
    for known in &reference {
        assert_eq!(model.pieces(&known.text).unwrap(), known.ids, "{}", known.text);
        let vector = model.embed(&known.text).unwrap();
        assert_eq!(vector.len(), known.vector.len());
        let cosine = product(&vector, &known.vector);
        assert!(cosine > NEAR, "{} {cosine}", known.text);
    }
}

#[test]
fn candle_gives_the_vectors_of_the_training_and_ours_are_near_them() {
    let reference: Vec<Reference> =
        serde_json::from_str(include_str!("../../../../models/reference.json")).unwrap();
    let (model, candle) = (Model::embedded().unwrap(), Through::embedded().unwrap());
    for known in &reference {
        let vector = candle.encode(&known.ids).unwrap();
        let worst = vector.iter().zip(&known.vector).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-4, "{} {worst}", known.text);
        assert!(product(&vector, &model.embed(&known.text).unwrap()) > NEAR, "{}", known.text);
    }
}

#[test]
fn the_shipped_model_knows_a_coffee_shop() {
    let model = Model::embedded().unwrap();
    let (category, probability) = model.classify("Starbucks").unwrap();
    assert_eq!(category.as_str(), "coffee");
    assert!((0.0..=1.0).contains(&probability));
}

#[test]
fn threads_get_the_same_bits() {
    let model = Model::embedded().unwrap();
    let text =
        "a large oat milk latte, no sugar, from the shop around the corner, please, and a croissant with it";
    let one = model.embed(text).unwrap();
    let others: Vec<_> = std::thread::scope(|scope| {
        let jobs: Vec<_> =
            (0..4).map(|_| scope.spawn(|| Model::embedded().unwrap().embed(text).unwrap())).collect();
        jobs.into_iter().map(|job| job.join().unwrap()).collect()
    });
    for other in others {
        assert!(one.iter().zip(other.iter()).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
}
