//! Measures the reading of replies on JSON lines of `{"words", "meaning"}` from standard input: what was labelled as what was read as what.
//! `--show LABEL=MEANING` prints the replies of one cell.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

fn main() {
    let show = std::env::args().nth(2).unwrap_or_default();
    let mut table: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for line in std::io::stdin().lines() {
        let line: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let (words, label) = (line["words"].as_str().unwrap(), line["meaning"].as_str().unwrap());
        let meaning = assent_whisper::read(words, None, None).as_str();
        if show == format!("{label}={meaning}") {
            println!("{words}");
        }
        *table.entry((label.to_owned(), meaning)).or_default() += 1;
    }
    for ((label, meaning), count) in table {
        eprintln!("{label:>16} read as {meaning:<8} {count:>6}");
    }
}
