//! Those that are compared.

use assent_kernels::{Encoder, Path, Scratch};
use assent_model::{Model, Reference};
use ort::environment::Environment;
use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;
use ort::value::Tensor;
use tract_onnx::prelude::*;

use crate::{Failed, Given};

/// What every ratio is to.
pub const BASE: &str = "onnxruntime f32";

type Plan = SimplePlan<TypedFact, Box<dyn TypedOp>, Graph<TypedFact, Box<dyn TypedOp>>>;

pub enum Peer {
    Candle(Reference),
    Onnx(&'static str, Session),
    Tract(Plan),
    Ours(Path, Encoder, Scratch),
}

impl Peer {
    /// All of them; candle, the reference, first.
    pub fn all(given: &Given, length: usize) -> Result<Vec<Self>, Failed> {
        let mut peers = vec![
            Self::Candle(Reference::embedded()?),
            onnx(given, BASE, "encoder.onnx")?,
            onnx(given, "onnxruntime int8", "encoder-int8.onnx")?,
            tract(given, length)?,
        ];
        for path in Path::ALL.into_iter().filter(|path| path.is_here() && *path != Path::Portable) {
            let encoder = Model::embedded_kernels()?;
            let scratch = encoder.scratch();
            peers.push(Self::Ours(path, encoder, scratch));
        }
        Ok(peers)
    }

    pub fn name(&self) -> String {
        match self {
            Self::Candle(_) => "candle f32".to_owned(),
            Self::Onnx(name, _) => (*name).to_owned(),
            Self::Tract(_) => "tract f32".to_owned(),
            Self::Ours(path, ..) => format!("ours {}", path.name()),
        }
    }

    /// The mean vector of pieces; candle's is normalised.
    pub fn run(&mut self, ids: &[u32]) -> Result<Vec<f32>, Failed> {
        match self {
            Self::Candle(candle) => Ok(candle.encode(ids)?.to_vec()),
            Self::Onnx(_, session) => {
                let wide: Vec<i64> = ids.iter().map(|id| i64::from(*id)).collect();
                let input = Tensor::from_array(([1usize, wide.len()], wide))?;
                let outputs = session.run(ort::inputs![input])?;
                Ok(outputs[0].try_extract_tensor::<f32>()?.1.to_vec())
            }
            Self::Tract(plan) => {
                let wide: Vec<i64> = ids.iter().map(|id| i64::from(*id)).collect();
                let input = tract_ndarray::Array2::from_shape_vec((1, wide.len()), wide)?;
                let outputs = plan.run(tvec!(input.into_tensor().into()))?;
                Ok(outputs[0].to_array_view::<f32>()?.iter().copied().collect())
            }
            Self::Ours(path, encoder, scratch) => {
                let mut vector = vec![0.0; encoder.width()];
                encoder.run(*path, ids, scratch, &mut vector)?;
                Ok(vector)
            }
        }
    }
}

/// One session, one thread, all of onnxruntime's optimisations.
pub fn onnx(given: &Given, name: &'static str, file: &str) -> Result<Peer, Failed> {
    static ENVIRONMENT: std::sync::OnceLock<Environment> = std::sync::OnceLock::new();
    let environment = match ENVIRONMENT.get() {
        Some(environment) => environment,
        None => {
            let made = ort::init_from(&given.library)?.build()?;
            ENVIRONMENT.get_or_init(|| made)
        }
    };
    let session = Session::builder(environment)?
        .with_optimization_level(GraphOptimizationLevel::All)
        .map_err(|error| error.to_string())?
        .with_intra_threads(1)
        .map_err(|error| error.to_string())?
        .commit_from_file(format!("{}/{file}", given.onnx))?;
    Ok(Peer::Onnx(name, session))
}

fn tract(given: &Given, length: usize) -> Result<Peer, Failed> {
    let model = tract_onnx::onnx()
        .model_for_path(format!("{}/encoder.onnx", given.onnx))?
        .with_input_fact(0, i64::fact([1, length]).into())?
        .into_optimized()?
        .into_runnable()?;
    Ok(Peer::Tract(model))
}
