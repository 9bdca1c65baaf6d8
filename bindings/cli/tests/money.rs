//! The command's side of money and keys: signed lines, what was really paid, looking without leaving a store behind.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]
#![allow(missing_docs, reason = "a test")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

fn run(home: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assent"));
    command.env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command.args(["--clock", "intent", "--zone", "Asia/Shanghai", "--home"]).arg(home);
    command.args(arguments).output().unwrap()
}

fn answers(home: &Path, arguments: &[&str]) -> Vec<Value> {
    let output = run(home, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn error(home: &Path, arguments: &[&str]) -> String {
    let output = run(home, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    answer["error"]["code"].as_str().unwrap().to_owned()
}

/// Made by another program (OpenSSL's Ed25519, the key of RFC 8032's test 1) over `docs/signing.md`'s bytes of [`SIGNED`].
const KEY: &str = "ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const SIGNED: &str = r#"{"id":"s-1","agent":"butler","service":{"id":"noodle-1","name":"Noodle House"},"price":{"amount":"38.00","currency":"CNY"},"created_at":"2026-06-01T12:04:00+08:00"}"#;
const SIGNATURE: &str =
    "cPLNKedGm8AbusP8rQGyrtciMfIeXZGRsKck69tXcgcZghidY-JisIP_eJbleOh7DxN4I4TIOGZfIDuenLT2DA";

fn file(home: &Path, name: &str, lines: &[String]) -> String {
    let path = home.with_extension(name);
    std::fs::write(&path, lines.join("\n")).unwrap();
    path.display().to_string()
}

#[test]
fn looking_leaves_no_store_behind() {
    let place = tempfile::tempdir().unwrap();
    let home = place.path().join("nowhere");
    let intents = file(&home, "jsonl", &[format!("{{\"intent\":{SIGNED}}}")]);
    for call in [
        &["wallet", "--json"][..],
        &["journal", "verify"],
        &["journal", "show"],
        &["agent", "list"],
        &["mandate", "list"],
        &["recover"],
        &["zone"],
        &["validate", "--dry-run", &intents],
    ] {
        answers(&home, call);
        assert!(!home.exists(), "{call:?}");
    }
    assert_eq!(error(&home, &["journal", "export", "x"]), "unknown_intent");
    assert!(!home.exists());
}

#[test]
fn a_line_signed_by_another_program_is_judged_and_an_unsigned_one_declined() {
    let place = tempfile::tempdir().unwrap();
    let home = place.path().join("home");
    answers(&home, &["agent", "add", "butler", "--key", KEY]);
    let other = SIGNED.replace("s-1", "s-2");
    let lines = [
        format!(r#"{{"intent":{SIGNED},"signature":"{SIGNATURE}"}}"#),
        format!(r#"{{"intent":{other},"signature":"{SIGNATURE}"}}"#),
        format!(r#"{{"intent":{}}}"#, SIGNED.replace("s-1", "s-3")),
        format!(r#"{{"intent":{other},"signature":"none"}}"#),
    ];
    let output = run(&home, &["validate", &file(&home, "signed", &lines)]);
    assert_eq!(output.status.code(), Some(3));
    let told: Vec<Value> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let first = |answer: &Value| answer["reasons"][0]["code"].as_str().unwrap_or_default().to_owned();
    assert_eq!((told[0]["decision"].as_str(), first(&told[0]).as_str()), (Some("escalate"), "payee_new"));
    assert_eq!(first(&told[1]), "agent_signature_bad");
    assert_eq!(first(&told[2]), "agent_unsigned");
    assert_eq!(told[3]["error"]["path"], "signature");

    assert_eq!(
        error(&home, &["agent", "add", "butler", "--key", &KEY.replace("11q", "22q")]),
        "agent_key_differs"
    );
    let evidence = &answers(&home, &["journal", "export", "s-1"])[0];
    assert_eq!(
        (&evidence["agent"]["proof"], &evidence["agent"]["intent_bytes"]),
        (&json!("signed"), &json!(SIGNED))
    );
    assert!(
        evidence["proof"]["checkpoint"]["note"].is_string()
            && evidence["proof"]["entries"][0]["path"].is_array()
    );
    assert_eq!(answers(&home, &["journal", "replay", "s-1"])[0]["same"], true);
}

#[test]
fn what_was_really_paid_can_be_said_and_voids_what_it_exceeds() {
    let place = tempfile::tempdir().unwrap();
    let home = place.path().join("home");
    answers(&home, &["agent", "add", "butler"]);
    answers(
        &home,
        &[
            "mandate",
            "add",
            "--id",
            "noon",
            "--payee",
            "noodle-1",
            "--currency",
            "CNY",
            "--per-payment",
            "50",
        ],
    );
    let lines: Vec<_> = ["s-1", "s-2"]
        .iter()
        .enumerate()
        .map(|(n, name)| {
            format!(r#"{{"intent":{}}}"#, SIGNED.replace("s-1", name).replace("T12", &format!("T1{}", n + 2)))
        })
        .collect();
    let told = answers(&home, &["validate", &file(&home, "paid", &lines)]);
    assert!(told.iter().all(|verdict| verdict["decision"] == "approve"), "{told:?}");
    let state = |arguments: &[&str]| answers(&home, arguments)[0]["state"].as_str().unwrap().to_owned();
    assert_eq!(state(&["outcome", "s-1", "settled", "--amount", "30.00", "--currency", "CNY"]), "settled");
    assert_eq!(state(&["outcome", "s-2", "settled", "--amount", "45.00", "--currency", "CNY"]), "void");
    assert_eq!(answers(&home, &["journal", "export", "s-2"])[0]["fault"]["party"], "merchant");
    let usage = run(&home, &["outcome", "s-2", "refunded", "--amount", "1.00", "--currency", "CNY"]);
    assert_eq!(usage.status.code(), Some(1));
    assert_eq!(run(&home, &["outcome", "s-2", "settled", "--amount", "1.00"]).status.code(), Some(2));
    assert_eq!(error(&home, &["recover", "accept", "--budgets", "spent"]), "nothing_to_recover");
}
