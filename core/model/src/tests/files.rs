//! Files that are missing, damaged, swapped or do not fit.

use std::fs;

use proptest::prelude::*;
use tempfile::TempDir;

use super::{Scene, history, intent, write_manifest, write_tiny_model};
use crate::{Model, ModelError};

fn tiny(heads: bool) -> TempDir {
    let folder = TempDir::new().unwrap();
    write_tiny_model(folder.path(), heads);
    folder
}

#[test]
fn a_whole_model_loads_and_says_what_it_is() {
    let folder = tiny(true);
    let model = Model::open(folder.path()).unwrap();
    assert_eq!((model.info().manifest.name.as_str(), model.info().width), ("tiny", 32));
    assert_eq!(model.info().manifest.files.len(), 7);
    assert_eq!(model.info().thresholds.as_ref().unwrap().approve, 0.93);
    assert!((model.embed("noodles").unwrap().iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-6);
}

#[test]
fn any_flipped_byte_in_any_file_is_damage() {
    let folder = tiny(true);
    for name in crate::files::NAMES {
        let path = folder.path().join(name);
        let whole = fs::read(&path).unwrap();
        // Every place of the short files, and places all over the long ones.
        for at in (0..whole.len()).step_by(whole.len() / 200 + 1).chain([whole.len() - 1]) {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, &damaged).unwrap();
            assert_eq!(
                Model::open(folder.path()).unwrap_err(),
                ModelError::Damaged { file: (*name).to_owned() },
                "{name} {at}"
            );
        }
        fs::write(&path, &whole[1..]).unwrap();
        assert_eq!(
            Model::open(folder.path()).unwrap_err(),
            ModelError::Damaged { file: (*name).to_owned() },
            "{name} cut"
        );
        fs::write(&path, &whole).unwrap();
    }
    assert!(Model::open(folder.path()).is_ok());
}

#[test]
fn what_is_not_there_is_missing_by_name() {
    for name in ["manifest.json", "encoder.safetensors", "thresholds.json"] {
        let folder = tiny(true);
        fs::remove_file(folder.path().join(name)).unwrap();
        assert_eq!(Model::open(folder.path()).unwrap_err(), ModelError::Missing { file: name.to_owned() });
    }
    let folder = tiny(true);
    fs::remove_file(folder.path().join("tokenizer.json")).unwrap();
    write_manifest(folder.path());
    assert_eq!(
        Model::open(folder.path()).unwrap_err(),
        ModelError::Missing { file: "tokenizer.json".to_owned() }
    );
}

#[test]
fn a_manifest_cannot_reach_out_of_its_folder() {
    let folder = tiny(false);
    for name in ["../secret", "/etc/passwd", "reference.json", "encoder.safetensors/.."] {
        let manifest =
            format!(r#"{{"name":"x","version":"1","files":{{"{name}":{{"sha256":"00","bytes":1}}}}}}"#);
        fs::write(folder.path().join("manifest.json"), manifest).unwrap();
        assert!(matches!(Model::open(folder.path()), Err(ModelError::Manifest(_))), "{name}");
    }
    fs::write(folder.path().join("manifest.json"), "{}").unwrap();
    assert!(matches!(Model::open(folder.path()), Err(ModelError::Manifest(_))));
}

#[test]
fn sound_files_that_do_not_fit_are_refused() {
    for (file, old, new) in [
        ("categories.json", "coffee", "casino"),
        ("categories.json", r#""coffee","#, ""),
        ("encoder.json", r#""hidden_size":32"#, r#""hidden_size":64"#),
        ("encoder.json", r#""hidden_act":"relu""#, r#""hidden_act":"swish""#),
        ("encoder.json", r#""max_position_embeddings":16"#, r#""max_position_embeddings":1"#),
        ("tokenizer.json", r#""lowercase":true"#, r#""lowercase":false"#),
        ("tokenizer.json", r#""type":"BertPreTokenizer""#, r#""type":"Whitespace""#),
        ("tokenizer.json", r#""unk_token":"[UNK]""#, r#""unk_token":"[NONE]""#),
        ("tokenizer.json", r#""coffee":10"#, r#""coffee":11"#),
        ("tokenizer.json", "_prefix\":\"##", "_prefix\":\"@@"),
        ("encoder.json", r#""vocab_size":11"#, r#""vocab_size":10"#),
        ("encoder.json", r#""num_attention_heads":2"#, r#""num_attention_heads":0"#),
        ("encoder.json", r#""num_attention_heads":2"#, r#""num_attention_heads":3"#),
        ("thresholds.json", r#""features_version":2"#, r#""features_version":99"#),
        ("thresholds.json", r#""approve":0.93"#, r#""approve":0.2"#),
        ("thresholds.json", r#""a":1.0"#, r#""a":-1.0"#),
        ("thresholds.json", r#","said_calibration":{"knots":[[-2.0,0.1],[2.0,0.9]]}"#, ""),
    ] {
        let folder = tiny(true);
        let path = folder.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{file} {old}");
        fs::write(&path, text.replace(old, new)).unwrap();
        write_manifest(folder.path());
        assert!(Model::open(folder.path()).is_err(), "{file} {new}");
    }
}

#[test]
fn without_a_head_there_are_features_and_no_judgement() {
    let folder = tiny(false);
    let model = Model::open(folder.path()).unwrap();
    let scene = Scene::new(
        &history(&[]),
        &intent("2026-05-04T12:00:00Z", "s", "coffee", "3.00 EUR", ""),
        r#"{"said":"a coffee"}"#,
    );
    assert_eq!(model.judge(&scene.asked(), &scene.known()).unwrap_err(), ModelError::NoHead);
    assert!(model.features(&scene.asked(), &scene.known()).unwrap().said.is_some());
}

#[test]
fn the_evidence_says_what_there_was_to_judge_from() {
    let folder = tiny(true);
    let model = Model::open(folder.path()).unwrap();
    let some = history(&[("2026-05-03T12:00:00Z", "s", "coffee", "3.00 EUR", "")]);
    for (shelf, context, habit, said) in [
        (&history(&[]), "{}", false, false),
        (&history(&[]), r#"{"said":"coffee"}"#, false, true),
        (&some, "{}", true, false),
        (&some, r#"{"said":"coffee"}"#, true, true),
    ] {
        let scene =
            Scene::new(shelf, &intent("2026-05-04T12:00:00Z", "s", "coffee", "3.00 EUR", ""), context);
        let found = model.judge(&scene.asked(), &scene.known()).unwrap();
        assert_eq!((found.evidence.habit.is_some(), found.evidence.said.is_some()), (habit, said));
        assert!((0.0..=1.0).contains(&found.score));
        assert!(!found.familiar || found.score >= 0.93);
        assert!(habit || said || !found.familiar);
    }
}

#[test]
fn two_models_of_the_same_files_agree_to_the_bit_and_the_memory_changes_nothing() {
    let folder = tiny(true);
    let (one, two) = (Model::open(folder.path()).unwrap(), Model::open(folder.path()).unwrap());
    let shelf =
        history(&[("2026-05-03T12:00:00Z", "s", "coffee", "3.00 EUR", r#","items":[{"name":"noodles"}]"#)]);
    let more = r#","items":[{"name":"a coffee"}],"details":{"size":"b"}"#;
    let scene = Scene::new(
        &shelf,
        &intent("2026-05-04T12:00:00Z", "s", "coffee ab", "3.00 EUR", more),
        r#"{"said":"coffee b"}"#,
    );
    let first = one.judge(&scene.asked(), &scene.known()).unwrap();
    let remembered = one.judge(&scene.asked(), &scene.known()).unwrap();
    let other = two.judge(&scene.asked(), &scene.known()).unwrap();
    let bits = |f: &crate::Familiarity| {
        let said = f.features.said.iter().flatten().flat_map(|slot| slot.row.iter());
        (f.score.to_bits(), f.features.habit.iter().chain(said).map(|x| x.to_bits()).collect::<Vec<_>>())
    };
    assert_eq!(bits(&first), bits(&remembered));
    assert_eq!(bits(&first), bits(&other));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// No text makes the encoder fail, and what it says of one text does not depend on those before it.
    #[test]
    fn every_text_has_a_vector_of_its_own(texts in prop::collection::vec("\\PC{0,40}|[ab]{0,200}|.{0,40}", 1..6)) {
        thread_local!(static MODEL: (TempDir, Model) = {
            let folder = tiny(false);
            let model = Model::open(folder.path()).unwrap();
            (folder, model)
        });
        MODEL.with(|(folder, model)| {
            let fresh = Model::open(folder.path()).unwrap();
            for text in &texts {
                model.embed(text).unwrap();
                prop_assert!(model.pieces(text).unwrap().len() <= 16);
            }
            for text in texts.iter().rev() {
                let (one, two) = (model.embed(text).unwrap(), fresh.embed(text).unwrap());
                prop_assert_eq!(one.iter().map(|x| x.to_bits()).collect::<Vec<_>>(), two.iter().map(|x| x.to_bits()).collect::<Vec<_>>());
                prop_assert!((one.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-5);
            }
            Ok(())
        })?;
    }
}
