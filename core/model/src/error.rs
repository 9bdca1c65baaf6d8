//! What can go wrong with a model. Whatever it is, the engine goes on without one and asks the user about everything.

/// Why a model could not be loaded or could not answer. Nothing in it comes from the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// A file is not there or cannot be read.
    #[error(
        "the model file `{file}` is missing or cannot be read; put the whole model folder in place again"
    )]
    Missing {
        /// Its name in the model folder.
        file: String,
    },
    /// A file is not the one that the manifest names, or does not hold what such a file holds.
    #[error("the model file `{file}` is damaged; put the whole model folder in place again")]
    Damaged {
        /// Its name in the model folder.
        file: String,
    },
    /// The manifest is not a manifest, or lists files that no model has.
    #[error("the model's manifest is not sound: {0}")]
    Manifest(&'static str),
    /// The files are sound but do not fit each other or this version of the engine.
    #[error("the model does not fit this version: {0}")]
    Shape(&'static str),
    /// The model has an encoder and no scoring head.
    #[error("the model has no scoring head; train one and list it in the manifest")]
    NoHead,
    /// A computation failed.
    #[error("the model could not compute: {0}")]
    Compute(&'static str),
}

impl ModelError {
    pub(crate) fn missing(file: &str) -> Self {
        Self::Missing { file: file.to_owned() }
    }

    pub(crate) fn damaged(file: &str) -> Self {
        Self::Damaged { file: file.to_owned() }
    }
}
