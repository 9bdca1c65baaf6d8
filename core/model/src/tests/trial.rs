use std::collections::BTreeMap;
use std::io::BufRead;
use assent_types::{Context, Intent};
use crate::*;
#[test]
fn trial() {
    let model = Model::embedded().unwrap();
    let mut codes: BTreeMap<(String, bool), usize> = BTreeMap::new();
    let mut cols: Vec<(bool, Vec<f32>)> = vec![];
    let mut n = [0usize; 2];
    let every: usize = std::env::var("EVERY").unwrap_or("19".into()).parse().unwrap();
    let mut shown = BTreeMap::<String, usize>::new();
    let t = std::time::Instant::now();
    for line in std::io::BufReader::new(std::fs::File::open(std::env::var("FILE").unwrap_or("/tmp/saidx/said-unseen.jsonl".into())).unwrap()).lines().step_by(every) {
        let v: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let intent = Intent::from_json(&v["intent"].to_string()).unwrap();
        let context = Context::from_json(&v["context"].to_string()).unwrap();
        let label = v["label"] == 1;
        n[label as usize] += 1;
        let asked = Asked { intent: &intent, context: &context, now: intent.created_at, trust: Trust::default() };
        let known = Default::default();
        for r in observe(&asked, &known) {
            *codes.entry((r.code().to_owned(), label)).or_default() += 1;
            if label && r.code().ends_with("not_as_said") {
                let c = shown.entry(r.code().to_owned()).or_default();
                *c += 1;
                if *c <= 6 { eprintln!("{} {}\n   {:?} {}", r.code(), v["intent"]["details"], v["intent"]["price"]["amount"], v["context"]["conversation"].as_array().unwrap().iter().map(|t| format!("{}: {}", t["from"].as_str().unwrap(), t["text"].as_str().unwrap())).collect::<Vec<_>>().join(" | ")); }
            }
        }
        cols.push((label, model.features(&asked, &known).unwrap().said.unwrap().to_vec()));
    }
    eprintln!("{n:?} {codes:#?} {:?} each", t.elapsed() / cols.len() as u32);
    for (at, name) in SAID_FEATURES.iter().enumerate() {
        let mut x: Vec<(f32, bool)> = cols.iter().map(|(l, c)| (c[at], *l)).collect();
        x.sort_by(|a, b| a.0.total_cmp(&b.0));
        // AUC with ties
        let (mut i, mut u, mut neg) = (0, 0.0, 0.0);
        while i < x.len() {
            let mut j = i; let (mut p, mut q) = (0.0, 0.0);
            while j < x.len() && x[j].0 == x[i].0 { if x[j].1 { p += 1.0 } else { q += 1.0 } j += 1; }
            u += p * (neg + q / 2.0); neg += q; i = j;
        }
        eprintln!("{name:28} AUC {:.3}", u / (n[0] as f64 * n[1] as f64));
    }
}
