//! The model by itself: what it is, vectors of texts, categories of names.

use assent::Model;
use serde_json::json;

use crate::args::{Cli, ModelCall};
use crate::lines::{self, Malformed};
use crate::out::{self, Failure};

/// Carries a `model` call out. A damaged model is an error here, not a warning.
pub fn run(cli: &Cli, call: &ModelCall) -> Result<Malformed, Failure> {
    let model = match &cli.model {
        Some(folder) => Model::open(folder)?,
        None => Model::embedded()?,
    };
    match call {
        ModelCall::Info => {
            let info = model.info();
            out::line(&json!({
                "name": info.manifest.name,
                "version": info.manifest.version,
                "files": info.manifest.files,
                "width": info.width,
                "thresholds": info.thresholds,
                "features": {"version": assent::FEATURES_VERSION, "habit": assent::HABIT_FEATURES, "said": assent::SAID_FEATURES},
            }))?;
            Ok(Malformed::default())
        }
        ModelCall::Embed { file } => lines::for_every(file, |text| {
            let vector = model.embed(text)?;
            out::line(&vector.as_ref()).map(Ok)
        }),
        ModelCall::Classify { file } => lines::for_every(file, |text| {
            let (category, probability) = model.classify(text)?;
            out::line(&json!({"category": category.as_str(), "probability": probability})).map(Ok)
        }),
    }
}
