//! How familiar is this payment? A small text encoder, the features it and the habits give, and two scoring heads; beside them plain
//! rules that hold with and without a model.
//!
//! [`Model::judge`] gives a calibrated probability that the user would confirm an intent; [`observe`] says in words of the contract what
//! is unusual about it and what is reassuring. Neither decides anything: the engine does, and the model can only make it more careful.
//!
//! Everything is computed on the CPU by `assent-kernels`, a text at a time and at its true length, on the calling thread; a text's vector
//! has the same bits on every run, thread and processor, whatever was asked before. Nothing is read but the model's own files. Vectors of
//! texts once seen are remembered while the process runs, and beyond it by whoever hands [`Notes`] in.
//!
//! ```
//! use assent_habits::{Memory, recall};
//! use assent_model::{Asked, Model, Trust, observe};
//! use assent_types::{Context, Intent};
//!
//! let intent = Intent::from_json(
//!     r#"{"id":"i-1","agent":"chef","service":{"id":"noodle-1","name":"Noodle House"},"items":[{"name":"beef noodles","quantity":20}],
//!         "price":{"amount":"38.00","currency":"CNY"},"created_at":"2026-05-04T12:01:00+08:00"}"#,
//! )?;
//! let context = Context::from_json(r#"{"said":"2 beef noodles from the noodle house"}"#)?;
//! let asked = Asked { intent: &intent, context: &context, now: intent.created_at, trust: Trust::default() };
//! let known = recall(&Memory::default(), &intent.service, &intent.agent, true)?;
//!
//! let codes: Vec<_> = observe(&asked, &known).iter().map(|reason| reason.code()).collect();
//! assert_eq!(codes, ["quantity_not_as_said", "payee_new"]);
//!
//! let model = Model::embedded()?;
//! let (category, probability) = model.classify("Starbucks")?;
//! assert_eq!(category.as_str(), "coffee");
//! # assert!(probability > 0.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The files of a model
//!
//! `manifest.json` is `{"name", "version", "files": {NAME: {"sha256", "bytes"}}}`; a file that it does not list is not read, one that
//! differs from its hash is [`ModelError::Damaged`].
//!
//! | file | holds |
//! | --- | --- |
//! | `encoder.safetensors`, `encoder.json` | a BERT with the tensor names of `transformers`, without a `bert.` prefix; matrices and the pieces' table as int8 with a 32-bit `NAME.scale` for each row beside `NAME.weight`, the rest as 32-bit floats; mean over all pieces, then length 1 |
//! | `tokenizer.json` | its tokenizer in the format of Hugging Face's `tokenizers`: WordPiece on BERT's normalisation, with NFKC before it and single digits after it or without |
//! | `category.safetensors`, `categories.json` | `weight` \[C, width\] and `bias` \[C\]; the C names, softmax in that order. With them or not: `gram.*`, letter n-grams and the categories they speak for; `known.*`, names and their category |
//! | `head.safetensors`, `thresholds.json` | the scoring heads; a manifest may leave both out, then [`Model::judge`] is [`ModelError::NoHead`] |
//!
//! ## `head.safetensors`
//!
//! For `habit` with N = [`HABIT_FEATURES`]`.len()` inputs, and in the same way for `said` with [`SAID_FEATURES`] (which may be left out
//! together with its calibration), as 32-bit floats:
//!
//! | tensor | shape | |
//! | --- | --- | --- |
//! | `habit.mean`, `habit.std` | \[N\] | of the training data; `std` greater than zero (floor it where a feature is constant) |
//! | `habit.0.weight`, `habit.0.bias` | \[H, N\], \[H\] | hidden layer, ReLU |
//! | `habit.1.weight`, `habit.1.bias` | \[1, H\], \[1\] | log-odds |
//!
//! The input is `clamp((x - mean) / std, -5, 5)`, in training too. The head for the words judges each slot of an order by itself: with `z` of
//! each, the order's log-odds are those of `product of logistic(z)`.
//!
//! ## `thresholds.json`
//!
//! ```json
//! {"features_version": 2, "approve": 0.93, "approve_least": 0.9, "approve_most": 0.98, "said_low": 0.2, "said_prior": 0.5,
//!  "habit_calibration": {"a": 1.0, "b": 0.0}, "said_calibration": {"knots": [[-2.0, 0.1], [1.5, 0.9]]}}
//! ```
//!
//! A calibration is Platt's `logistic(a z + b)` with `a` greater than zero, or isotonic knots of log-odds and probability, both rising,
//! with straight lines between. `features_version` is [`FEATURES_VERSION`]. `said_prior` is the share of matching orders in the data that
//! `said_calibration` was fitted on.
//!
//! ## How the two opinions become one score
//!
//! In log-odds: `score = logistic(habit + clamp(said - logit(said_prior), -4, 4))`, each opinion first cut at ±7. That is Bayes' rule where
//! the two are independent given the truth; they are not quite, therefore the clamp. Without words the score is the opinion on habit,
//! without any history that on the words, with neither 0.5 and never familiar. An intent is familiar where `score >= approve` and the
//! opinion on the words is not below `said_low`.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod agree;
mod asked;
mod category;
mod category_grams;
mod category_known;
mod category_slips;
mod category_words;
mod claims;
mod clock;
mod cover;
mod dates;
mod dense;
mod embedder;
mod encoder;
mod ends;
mod error;
mod features;
mod files;
mod habit;
mod head;
mod heard;
mod letters;
mod look;
mod mentions;
mod model;
mod observe;
mod pieces;
#[cfg(any(test, feature = "reference"))]
mod reference;
mod request;
mod said_amount;
mod slot_row;
mod slots;
mod spare;
mod tensors;
#[cfg(test)]
mod tests;
mod tokenizer;
mod tokens;

pub use asked::{Asked, Familiarity, Trust};
pub use embedder::{Notes, TextKey};
pub use encoder::Vector;
pub use error::ModelError;
pub use features::{FEATURES_VERSION, Features, HABIT_FEATURES, SAID_FEATURES, SaidSlot};
pub use files::{FileInfo, Manifest};
pub use head::{Calibration, Thresholds};
pub use model::{Model, ModelInfo};
pub use observe::observe;
#[cfg(feature = "reference")]
pub use reference::Reference;
