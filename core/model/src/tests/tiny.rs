//! A whole model, random and as small as the kernels take it.

use std::path::Path;

use ring::digest::{SHA256, digest};
use safetensors::tensor::{Dtype, TensorView, serialize_to_file};

use crate::{HABIT_FEATURES, SAID_FEATURES};

const TOKENIZER: &str = r###"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],
    "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":true,"lowercase":true},
    "pre_tokenizer":{"type":"BertPreTokenizer"},
    "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],
        "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],
        "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}},
    "decoder":null,
    "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":60,
        "vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"a":4,"b":5,"##a":6,"##b":7,"noodle":8,"##s":9,"coffee":10}}}"###;

const CONFIG: &str = r#"{"vocab_size":11,"hidden_size":32,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":64,"hidden_act":"relu","hidden_dropout_prob":0.0,
    "max_position_embeddings":16,"type_vocab_size":2,"initializer_range":0.02,"layer_norm_eps":1e-12,"pad_token_id":0,"model_type":"bert"}"#;

/// Tensors that look random and are the same on every machine.
struct Tensors {
    state: u32,
    written: Vec<(String, Dtype, Vec<usize>, Vec<u8>)>,
}

impl Tensors {
    fn new(seed: u32) -> Self {
        Self { state: seed, written: Vec::new() }
    }

    fn next(&mut self) -> u32 {
        self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.state >> 8
    }

    fn floats(&mut self, name: &str, shape: &[usize], of: impl Fn(f32) -> f32) {
        let many: usize = shape.iter().product();
        let bytes =
            (0..many).flat_map(|_| of(self.next() as f32 / 8_388_608.0 - 1.0).to_le_bytes()).collect();
        self.written.push((name.to_owned(), Dtype::F32, shape.to_vec(), bytes));
    }

    /// int8 and its scales.
    fn whole(&mut self, name: &str, rows: usize, columns: usize) {
        let bytes =
            (0..rows * columns).map(|_| (self.next() % 255) as u8).map(|b| if b == 128 { 0 } else { b });
        let bytes = bytes.collect();
        self.written.push((format!("{name}.weight"), Dtype::I8, vec![rows, columns], bytes));
        self.floats(&format!("{name}.scale"), &[rows], |x| 0.004 + 0.002 * x);
    }

    fn save(&self, path: &Path) {
        let views = self
            .written
            .iter()
            .map(|(name, kind, shape, bytes)| (name, TensorView::new(*kind, shape.clone(), bytes).unwrap()));
        serialize_to_file(views, None, path).unwrap();
    }
}

/// Writes a whole random model, 32 wide; with scoring heads where asked.
pub(in crate::tests) fn write_tiny_model(folder: &Path, heads: bool) {
    let mut encoder = Tensors::new(7);
    encoder.whole("embeddings.word_embeddings", 11, 32);
    encoder.floats("embeddings.position_embeddings.weight", &[16, 32], |x| x);
    encoder.floats("embeddings.token_type_embeddings.weight", &[2, 32], |x| x);
    let prefix = "encoder.layer.0";
    for (name, outputs, inputs) in [
        ("attention.self.query", 32, 32),
        ("attention.self.key", 32, 32),
        ("attention.self.value", 32, 32),
        ("attention.output.dense", 32, 32),
        ("intermediate.dense", 64, 32),
        ("output.dense", 32, 64),
    ] {
        encoder.whole(&format!("{prefix}.{name}"), outputs, inputs);
        encoder.floats(&format!("{prefix}.{name}.bias"), &[outputs], |x| x);
    }
    for name in [
        "embeddings.LayerNorm",
        &format!("{prefix}.attention.output.LayerNorm"),
        &format!("{prefix}.output.LayerNorm"),
    ] {
        encoder.floats(&format!("{name}.weight"), &[32], |x| x);
        encoder.floats(&format!("{name}.bias"), &[32], |x| x);
    }
    encoder.save(&folder.join("encoder.safetensors"));
    std::fs::write(folder.join("tokenizer.json"), TOKENIZER).unwrap();
    std::fs::write(folder.join("encoder.json"), CONFIG).unwrap();
    let mut category = Tensors::new(8);
    category.floats("weight", &[3, 32], |x| x);
    category.floats("bias", &[3], |x| x);
    category.save(&folder.join("category.safetensors"));
    std::fs::write(folder.join("categories.json"), r#"["coffee","dining","retail"]"#).unwrap();
    if heads {
        let mut head = Tensors::new(9);
        for (name, many) in [("habit", HABIT_FEATURES.len()), ("said", SAID_FEATURES.len())] {
            head.floats(&format!("{name}.mean"), &[many], |_| 0.0);
            head.floats(&format!("{name}.std"), &[many], |_| 1.0);
            head.floats(&format!("{name}.0.weight"), &[4, many], |x| x);
            head.floats(&format!("{name}.0.bias"), &[4], |x| x);
            head.floats(&format!("{name}.1.weight"), &[1, 4], |x| x);
            head.floats(&format!("{name}.1.bias"), &[1], |x| x);
        }
        head.save(&folder.join("head.safetensors"));
        std::fs::write(
            folder.join("thresholds.json"),
            r#"{"features_version":2,"approve":0.93,"said_low":0.2,"habit_calibration":{"a":1.0,"b":0.0},"said_calibration":{"knots":[[-2.0,0.1],[2.0,0.9]]}}"#,
        )
        .unwrap();
    }
    write_manifest(folder);
}

/// Writes a manifest of what is there.
pub(in crate::tests) fn write_manifest(folder: &Path) {
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
