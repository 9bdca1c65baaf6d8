//! The category head agrees with its training, and holds for whatever a name may be.

use assent_types::Named;
use proptest::prelude::*;
use serde::Deserialize;

use crate::Model;

#[derive(Deserialize)]
struct Reference {
    text: String,
    category: String,
    probability: f32,
}

#[test]
fn the_head_agrees_with_its_training() {
    let reference: Vec<Reference> =
        serde_json::from_str(include_str!("../../../../models/reference.json")).unwrap();
    let model = Model::embedded().unwrap();
    assert!(reference.len() >= 30);
    for known in &reference {
        let (category, probability) = model.classify(&known.text).unwrap();
        // Activations in 255 steps move a probability a little, and may turn a toss-up between two.
        assert!(
            (probability - known.probability).abs() < 0.05,
            "{} {probability} {}",
            known.text,
            known.probability
        );
        assert!(
            category.as_str() == known.category || known.probability < 0.4,
            "{} {}",
            known.text,
            category.as_str()
        );
    }
}

#[test]
fn a_known_name_is_known_on_a_bill() {
    let model = Model::embedded().unwrap();
    for (line, wanted) in [
        ("Starbucks", "coffee"),
        ("STARBUCKS STORE 01234 SEATTLE WA", "coffee"),
        ("SQ *STARBUCKS COFFEE", "coffee"),
        ("星巴克（王府井店）", "coffee"),
        ("中国石化加油站", "fuel"),
        ("tesco stores 2641", "groceries"),
    ] {
        assert_eq!(model.classify(line).unwrap().0.as_str(), wanted, "{line}");
    }
}

#[test]
fn the_same_name_gives_the_same_bits() {
    let (one, other) = (Model::embedded().unwrap(), Model::embedded().unwrap());
    for text in ["Starbucks", "ALIPAY*MEITUAN", "老王家的面馆", ""] {
        let (a, b) = (one.classify(text).unwrap(), other.classify(text).unwrap());
        assert_eq!((a.0, a.1.to_bits()), (b.0, b.1.to_bits()), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_has_a_category_and_a_probability(text in ".{0,80}|(\\*|'|[a-z]{1,4}|店|[0-9]){0,30}") {
        thread_local!(static MODEL: Model = Model::embedded().unwrap());
        let (category, probability): (Named, f32) = MODEL.with(|model| model.classify(&text)).unwrap();
        prop_assert!(Named::from_name(category.as_str()).is_some());
        prop_assert!(probability > 0.0 && probability <= 1.0 + 1e-5, "{probability}");
    }
}
