//! The model as the engine sees it: loaded once, checked, never changed.

use std::path::Path;

use assent_habits::Recollection;
use assent_types::{Evidence, Named};

use crate::asked::{Asked, Familiarity};
use crate::category::Classifier;
use crate::embedder::{Embedder, Memory, Notes};
use crate::encoder::{Encoder, Vector};
use crate::error::ModelError;
use crate::features::Features;
use crate::files::{Files, Manifest};
use crate::head::{Heads, Thresholds};
use crate::heard::Heard;
use crate::{habit, slot_row};

/// What a model says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInfo {
    /// Name, version and files with their hashes.
    pub manifest: Manifest,
    /// How many numbers a vector has.
    pub width: usize,
    /// Calibration and thresholds; `None` without a scoring head.
    pub thresholds: Option<Thresholds>,
}

/// A text encoder, a category head and, where it was trained, a scoring head.
pub struct Model {
    info: ModelInfo,
    memory: Memory,
    classifier: Classifier,
    heads: Option<Heads>,
}

impl Model {
    /// The model inside the binary.
    pub fn embedded() -> Result<Self, ModelError> {
        Self::load(&Files::embedded()?)
    }

    /// The model in a folder. Every file is held against the manifest's length and SHA-256 before it is used; all is read into memory.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        Self::load(&Files::open(folder)?)
    }

    /// The encoder's kernels alone, of the model inside the binary: for benches.
    #[cfg(feature = "reference")]
    #[doc(hidden)]
    pub fn embedded_kernels() -> Result<assent_kernels::Encoder, ModelError> {
        crate::encoder::kernels(&Files::embedded()?)
    }

    fn load(files: &Files) -> Result<Self, ModelError> {
        let encoder = Encoder::load(files)?;
        let classifier = Classifier::load(files, encoder.width())?;
        let heads = Heads::load(files)?;
        let info = ModelInfo {
            manifest: files.manifest.clone(),
            width: encoder.width(),
            thresholds: heads.as_ref().map(|heads| heads.thresholds.clone()),
        };
        let model =
            Self { info, memory: Memory::new(encoder, files.hash_of(Encoder::FILES)), classifier, heads };
        // Files that do not fit each other show here, not at the first payment.
        model.embed("ok")?;
        Ok(model)
    }

    /// What the model says of itself.
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// The vector of a text, of length 1. A text is cut at the longest that the encoder takes.
    pub fn embed(&self, text: &str) -> Result<Vector, ModelError> {
        self.embedder(None).embed(text)
    }

    fn embedder<'a>(&'a self, notes: Option<&'a dyn Notes>) -> Embedder<'a> {
        Embedder::new(&self.memory, notes)
    }

    /// Forgets every text that came by.
    pub fn forget_texts(&self) {
        self.memory.forget();
    }

    /// How often the encoder ran.
    #[cfg(test)]
    pub(crate) fn runs(&self) -> usize {
        self.memory.runs()
    }

    /// The pieces of a text, as the encoder sees it.
    pub fn pieces(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        Ok(self.memory.encoder().ids(text))
    }

    /// The category that a merchant's name or a request speaks of, and its probability.
    pub fn classify(&self, text: &str) -> Result<(Named, f32), ModelError> {
        self.classify_with(text, None)
    }

    /// As [`Model::classify`], with vectors that were noted on other days.
    pub fn classify_with(&self, text: &str, notes: Option<&dyn Notes>) -> Result<(Named, f32), ModelError> {
        self.classifier.classify(text, &self.embedder(notes).embed(text)?)
    }

    /// What the scoring heads look at; needs no head.
    pub fn features(&self, asked: &Asked<'_>, known: &Recollection) -> Result<Features, ModelError> {
        self.features_with(asked, known, None)
    }

    fn features_with(
        &self,
        asked: &Asked<'_>,
        known: &Recollection,
        notes: Option<&dyn Notes>,
    ) -> Result<Features, ModelError> {
        let embedder = self.embedder(notes);
        // Who only asks for the usual names nothing: words cannot tell what that is, and habit can.
        let said = Heard::of(&asked.context.heard).filter(|heard| !heard.is_only_the_usual());
        let said = said.map(|heard| slot_row::rows(asked, &heard, known));
        Ok(Features { habit: habit::row(asked, known, &embedder)?.into_array(), said })
    }

    /// Whether what was said speaks against an intent, by the model's own threshold for [`Evidence::said`]. Never without a scoring head.
    pub fn is_against(&self, said: f64) -> bool {
        self.heads.as_ref().is_some_and(|heads| said < heads.thresholds.said_low)
    }

    /// What the heads make of features that were computed before; `has_history` says whether there was any payment of the user to judge from.
    /// The same features give the same bits as [`Model::judge`] gave.
    pub fn weigh(&self, features: &Features, has_history: bool) -> Result<Familiarity, ModelError> {
        let opinion = self.heads.as_ref().ok_or(ModelError::NoHead)?.judge(features, has_history)?;
        let evidence = Evidence { said: opinion.said, habit: opinion.habit };
        Ok(Familiarity {
            score: opinion.score,
            evidence,
            familiar: opinion.familiar,
            features: features.clone(),
        })
    }

    /// Whether an intent that was judged is familiar to a person who leans this way (see [`Thresholds::approve_for`]).
    pub fn is_familiar_to(&self, judged: &Familiarity, leaning: f64) -> bool {
        let Some(heads) = &self.heads else { return false };
        let has_evidence = judged.evidence.habit.is_some() || judged.evidence.said.is_some();
        let against = judged.evidence.said.is_some_and(|said| self.is_against(said));
        has_evidence && !against && judged.score >= heads.thresholds.approve_for(leaning)
    }

    /// How familiar an intent is. [`ModelError::NoHead`] where the model has none: then nothing is familiar.
    pub fn judge(&self, asked: &Asked<'_>, known: &Recollection) -> Result<Familiarity, ModelError> {
        self.judge_with(asked, known, None)
    }

    /// As [`Model::judge`], with vectors that were noted on other days. The answer is the same to the last bit.
    pub fn judge_with(
        &self,
        asked: &Asked<'_>,
        known: &Recollection,
        notes: Option<&dyn Notes>,
    ) -> Result<Familiarity, ModelError> {
        let heads = self.heads.as_ref().ok_or(ModelError::NoHead)?;
        let features = self.features_with(asked, known, notes)?;
        let opinion = heads.judge(&features, known.user.is_some())?;
        let evidence = Evidence { said: opinion.said, habit: opinion.habit };
        Ok(Familiarity { score: opinion.score, evidence, familiar: opinion.familiar, features })
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Model({} {})", self.info.manifest.name, self.info.manifest.version)
    }
}
