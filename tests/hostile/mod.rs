//! The hostile corpus: thousands of malformed and hostile lines, each with a name, generated without chance and kept beside this file.
//!
//! Every family is a function from the world (a hundred familiar payees) to cases. `corpus.jsonl.gz` holds what they make, so that other
//! languages can run it; `cargo run -p assent-tests --bin hostile` writes it again.

pub mod amounts;
pub mod asking;
pub mod names;
pub mod structure;
pub mod world;

use std::io::{Read, Write};
use std::path::PathBuf;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One hostile line, as `assent validate` takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// What is tried: `family/what/where`.
    pub name: String,
    /// The line.
    pub line: String,
}

/// A case that holds this intent.
fn case(name: String, intent: &Value) -> Case {
    Case { name, line: json!({ "intent": intent }).to_string() }
}

/// All of them, in order.
pub fn corpus() -> Vec<Case> {
    let payees = world::payees();
    let mut cases = Vec::new();
    cases.extend(amounts::wrong_in_every_currency());
    cases.extend(amounts::unit_slips(&payees));
    cases.extend(amounts::asset_swaps(&payees));
    cases.extend(names::confusables(&payees));
    cases.extend(names::invisible_characters(&payees));
    cases.extend(names::other_accounts(&payees));
    cases.extend(structure::truncations());
    cases.extend(structure::broken_json());
    cases.extend(structure::wrong_types());
    cases.extend(structure::keys());
    cases.extend(structure::giants());
    cases.extend(asking::injected_instructions());
    cases.extend(asking::impersonators());
    cases.extend(asking::times());
    cases.extend(asking::windows(&payees));
    cases
}

/// Where the corpus is kept.
pub fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("hostile/corpus.jsonl.gz")
}

/// Reads the kept corpus.
pub fn kept() -> std::io::Result<Vec<Case>> {
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(path())?).read_to_string(&mut text)?;
    text.lines().map(|line| serde_json::from_str(line).map_err(Into::into)).collect()
}

/// Writes the corpus.
pub fn keep(cases: &[Case]) -> std::io::Result<()> {
    let mut packed = GzEncoder::new(std::fs::File::create(path())?, Compression::best());
    for case in cases {
        writeln!(packed, "{}", serde_json::to_string(case)?)?;
    }
    packed.finish()?.sync_all()
}
