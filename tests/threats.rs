//! The paper on threats names tests: each of them has to be there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]

use std::path::Path;

#[test]
fn every_threat_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let paper = std::fs::read_to_string(root.join("docs/THREATS.md")).unwrap();
    let threats: Vec<&str> = paper.split("\n## ").skip(1).collect();
    assert!(threats.len() >= 29, "{}", threats.len());
    for threat in threats {
        let title = threat.lines().next().unwrap();
        for part in ["**Attack.**", "**Done.**", "**Tests.**", "**Remains.**"] {
            assert!(threat.contains(part), "{title} has no {part}");
        }
        let tests: Vec<&str> = threat.split('`').filter(|quoted| quoted.contains(".rs: ")).collect();
        assert!(!tests.is_empty(), "{title} names no test");
        for test in tests {
            let (file, name) = test.split_once(": ").unwrap();
            let source =
                std::fs::read_to_string(root.join(file)).unwrap_or_else(|_| panic!("no file {file}"));
            assert!(source.contains(&format!("fn {name}(")), "{title}: no test {name} in {file}");
        }
    }
}
