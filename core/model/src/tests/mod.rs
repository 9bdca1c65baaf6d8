//! Tests of the crate as a whole: files that lie, vectors that agree with the trainer's, features that stay finite, and thieves.

mod agreement;
mod claims;
mod features;
mod files;
mod observe;

use std::collections::HashMap;
use std::path::Path;

use assent_habits::{Memory, Recollection, learn, recall};
use assent_types::{Context, Intent, Moment, PastPayment};
use candle_core::{DType, Device, Tensor};
use ring::digest::{SHA256, digest};

use crate::{Asked, HABIT_FEATURES, SAID_FEATURES, Trust};

/// An intent and its context, held for an [`Asked`] that borrows them.
pub(super) struct Scene {
    pub intent: Intent,
    pub context: Context,
    pub now: Moment,
    pub shelf: Memory,
}

impl Scene {
    /// Judged at the intent's own time.
    pub fn new(shelf: &Memory, intent: &str, context: &str) -> Self {
        let intent = Intent::from_json(intent).unwrap();
        Self {
            now: intent.created_at,
            intent,
            context: Context::from_json(context).unwrap(),
            shelf: shelf.clone(),
        }
    }

    pub fn asked(&self) -> Asked<'_> {
        Asked { intent: &self.intent, context: &self.context, now: self.now, trust: Trust::default() }
    }

    pub fn known(&self) -> Recollection {
        recall(&self.shelf, &self.intent.service, &self.intent.agent, !self.context.heard.is_empty()).unwrap()
    }

    /// The codes of what is observed, in order.
    pub fn codes(&self) -> Vec<&'static str> {
        crate::observe(&self.asked(), &self.known()).iter().map(|reason| reason.code()).collect()
    }
}

/// Learns payments given as `(at, service, name, amount with currency, more fields)`.
pub(super) fn history(payments: &[(&str, &str, &str, &str, &str)]) -> Memory {
    let mut shelf = Memory::default();
    for (n, (at, service, name, price, more)) in payments.iter().enumerate() {
        let (amount, currency) = price.split_once(' ').unwrap();
        let json = format!(
            r#"{{"id":"p{n}","at":"{at}","service":{{"id":"{service}","name":"{name}"}},"price":{{"amount":"{amount}","currency":"{currency}"}}{more}}}"#
        );
        learn(&mut shelf, &PastPayment::from_json(&json).unwrap()).unwrap();
    }
    shelf
}

/// An intent as JSON; `more` begins with a comma.
pub(super) fn intent(at: &str, service: &str, name: &str, price: &str, more: &str) -> String {
    let (amount, currency) = price.split_once(' ').unwrap();
    format!(
        r#"{{"id":"i1","agent":"chef","service":{{"id":"{service}","name":"{name}"}},"price":{{"amount":"{amount}","currency":"{currency}"}},"created_at":"{at}"{more}}}"#
    )
}

const TOKENIZER: &str = r###"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],
    "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":true,"lowercase":true},
    "pre_tokenizer":{"type":"BertPreTokenizer"},
    "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],
        "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],
        "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}},
    "decoder":null,
    "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":60,
        "vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"a":4,"b":5,"##a":6,"##b":7,"noodle":8,"##s":9,"coffee":10}}}"###;

/// Numbers that look random and are the same on every machine.
fn noise(seed: u32) -> impl FnMut() -> f32 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    }
}

/// Writes a whole random model, eight wide; with scoring heads where asked.
pub(super) fn write_tiny_model(folder: &Path, heads: bool) {
    let mut next = noise(7);
    let mut tensor = |shape: &[usize]| {
        let many = shape.iter().product();
        Tensor::from_vec((0..many).map(|_| next()).collect::<Vec<f32>>(), shape, &Device::Cpu).unwrap()
    };
    let mut encoder: HashMap<String, Tensor> = HashMap::new();
    let mut put = |name: &str, shape: &[usize]| {
        encoder.insert(name.to_owned(), tensor(shape).to_dtype(DType::F16).unwrap());
    };
    for (name, rows) in [("word", 11), ("position", 16), ("token_type", 2)] {
        put(&format!("embeddings.{name}_embeddings.weight"), &[rows, 8]);
    }
    let mut layer = |name: &str, out: usize, inside: usize| {
        put(&format!("{name}.weight"), &[out, inside]);
        put(&format!("{name}.bias"), &[out]);
    };
    let prefix = "encoder.layer.0";
    for name in
        ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"]
    {
        layer(&format!("{prefix}.{name}"), 8, 8);
    }
    layer(&format!("{prefix}.intermediate.dense"), 16, 8);
    layer(&format!("{prefix}.output.dense"), 8, 16);
    for name in [
        "embeddings.LayerNorm",
        &format!("{prefix}.attention.output.LayerNorm"),
        &format!("{prefix}.output.LayerNorm"),
    ] {
        put(&format!("{name}.weight"), &[8]);
        put(&format!("{name}.bias"), &[8]);
    }
    candle_core::safetensors::save(&encoder, folder.join("encoder.safetensors")).unwrap();
    std::fs::write(folder.join("tokenizer.json"), TOKENIZER).unwrap();
    std::fs::write(
        folder.join("encoder.json"),
        r#"{"vocab_size":11,"hidden_size":8,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":16,"hidden_act":"relu","hidden_dropout_prob":0.0,
            "max_position_embeddings":16,"type_vocab_size":2,"initializer_range":0.02,"layer_norm_eps":1e-12,"pad_token_id":0,"model_type":"bert"}"#,
    )
    .unwrap();
    let category = HashMap::from([("weight", tensor(&[3, 8])), ("bias", tensor(&[3]))]);
    candle_core::safetensors::save(&category, folder.join("category.safetensors")).unwrap();
    std::fs::write(folder.join("categories.json"), r#"["coffee","dining","retail"]"#).unwrap();
    if heads {
        let mut head = HashMap::new();
        for (name, many) in [("habit", HABIT_FEATURES.len()), ("said", SAID_FEATURES.len())] {
            head.insert(format!("{name}.mean"), Tensor::zeros(many, DType::F32, &Device::Cpu).unwrap());
            head.insert(format!("{name}.std"), Tensor::ones(many, DType::F32, &Device::Cpu).unwrap());
            head.insert(format!("{name}.0.weight"), tensor(&[4, many]));
            head.insert(format!("{name}.0.bias"), tensor(&[4]));
            head.insert(format!("{name}.1.weight"), tensor(&[1, 4]));
            head.insert(format!("{name}.1.bias"), tensor(&[1]));
        }
        candle_core::safetensors::save(&head, folder.join("head.safetensors")).unwrap();
        std::fs::write(
            folder.join("thresholds.json"),
            r#"{"features_version":1,"approve":0.93,"said_low":0.2,"habit_calibration":{"a":1.0,"b":0.0},"said_calibration":{"knots":[[-2.0,0.1],[2.0,0.9]]}}"#,
        )
        .unwrap();
    }
    write_manifest(folder);
}

/// Writes a manifest of what is there.
pub(super) fn write_manifest(folder: &Path) {
    let mut files = serde_json::Map::new();
    for name in crate::files::NAMES {
        if let Ok(content) = std::fs::read(folder.join(name)) {
            let hash: String =
                digest(&SHA256, &content).as_ref().iter().map(|b| format!("{b:02x}")).collect();
            files.insert((*name).to_owned(), serde_json::json!({"sha256": hash, "bytes": content.len()}));
        }
    }
    let manifest = serde_json::json!({"name": "tiny", "version": "0.0.1", "files": files});
    std::fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
}
