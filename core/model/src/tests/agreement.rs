//! The shipped encoder gives the vectors that the trainer's gave.

use serde::Deserialize;

use crate::Model;

#[derive(Deserialize)]
struct Reference {
    text: String,
    ids: Vec<u32>,
    vector: Vec<f32>,
}

#[test]
fn the_shipped_model_agrees_with_its_training() {
    let reference: Vec<Reference> =
        serde_json::from_str(include_str!("../../../../models/reference.json")).unwrap();
    let model = Model::embedded().unwrap();
    assert!(reference.len() >= 30);
    let mut worst = 0.0f32;
    for known in &reference {
        assert_eq!(model.pieces(&known.text).unwrap(), known.ids, "{}", known.text);
        let vector = model.embed(&known.text).unwrap();
        assert_eq!(vector.len(), known.vector.len());
        worst = vector.iter().zip(&known.vector).map(|(a, b)| (a - b).abs()).fold(worst, f32::max);
    }
    eprintln!("largest difference {worst:e}");
    assert!(worst < 1e-4, "{worst}");
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
