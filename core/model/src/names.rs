// The files a model is made of. Shared with the build script.

/// What the other files are and what they hash to.
pub(crate) const MANIFEST: &str = "manifest.json";

/// Every file that a manifest may list.
pub(crate) const NAMES: &[&str] = &[
    "encoder.safetensors",
    "encoder.json",
    "tokenizer.json",
    "category.safetensors",
    "categories.json",
    "head.safetensors",
    "thresholds.json",
];
