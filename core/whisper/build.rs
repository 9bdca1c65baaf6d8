//! Puts every file of `locales` and `grammar` into the library, so that a language is added by dropping its files there.
//!
//! A locale file is named `TAG.ftl` or `TOPIC.TAG.ftl`, a grammar `TAG.txt`.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let list = |folder: &str, ending: &str| table(&root.join(folder), ending);
    fs::write(out.join("locales.rs"), list("locales", "ftl")?)?;
    fs::write(out.join("grammars.rs"), list("grammar", "txt")?)?;
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=grammar");
    Ok(())
}

/// The tag and the text of each file, as Rust source.
fn table(folder: &Path, ending: &str) -> io::Result<String> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<io::Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|e| e == ending));
    paths.sort();
    let rows: String = paths
        .iter()
        .filter_map(|path| {
            let stem = path.file_stem()?.to_str()?;
            let tag = stem.rsplit('.').next()?;
            Some(format!("    ({tag:?}, include_str!({path:?})),\n"))
        })
        .collect();
    Ok(format!("&[\n{rows}]"))
}
