//! Lists the shipped model files that are there, so that they can be carried inside the binary.
//!
//! Whether they are the right ones is not judged here but at every start, against the manifest: see `src/files.rs`.

use std::fmt::Write;
use std::path::PathBuf;
use std::{env, error::Error, fs};

include!("src/names.rs");

fn main() -> Result<(), Box<dyn Error>> {
    let models = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../models");
    println!("cargo::rerun-if-changed=src/names.rs");
    let mut list = String::from("&[\n");
    for name in [MANIFEST].iter().chain(NAMES) {
        let path = models.join(name);
        println!("cargo::rerun-if-changed={}", path.display());
        if path.is_file() {
            writeln!(list, "    ({name:?}, include_bytes!({:?})),", path.canonicalize()?)?;
        }
    }
    list.push_str("]\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("embedded.rs"), list)?;
    Ok(())
}
