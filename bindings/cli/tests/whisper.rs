//! The whisper at the command line: played, answered, put off; wishes proposed and accepted; how the user wants to be asked.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]
#![allow(missing_docs, reason = "a test")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn assent(home: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assent"));
    command.args(["--clock", "intent", "--zone", "Asia/Shanghai", "--home"]).arg(home).args(arguments);
    command.stdin(Stdio::null()).output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Runs a call that has to succeed: its JSON lines, and what a person reads.
fn run(home: &Path, arguments: &[&str]) -> (Vec<Value>, String) {
    let output = assent(home, arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {told}");
    (lines(&output), told)
}

/// A home whose user has breakfast and lunch at the same places, with these intents asked.
fn home(intents: &[Value]) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let history = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/history.jsonl");
    run(home.path(), &["import", &history.display().to_string()]);
    run(home.path(), &["agent", "add", "chef"]);
    let file = home.path().join("intents.jsonl");
    let text: String = intents.iter().map(|intent| format!("{intent}\n")).collect();
    std::fs::write(&file, text).unwrap();
    run(home.path(), &["validate", &file.display().to_string()]);
    home
}

fn strange(id: &str, channel: &str) -> Value {
    json!({
        "intent": {"id": id, "agent": "chef", "service": {"id": format!("shop-{id}"), "name": "New Shop"},
            "price": {"amount": "38.00", "currency": "CNY"}, "created_at": "2026-06-01T12:04:00+08:00"},
        "context": {"channel": channel},
    })
}

#[test]
fn a_whisper_is_played_on_every_device_and_answered() {
    for device in ["phone", "glasses", "cockpit", "watch", "desktop"] {
        let home = home(&[strange("n", device)]);
        let (listed, told) = run(home.path(), &["whisper"]);
        assert_eq!((listed.len(), &listed[0]["intent_id"]), (1, &json!("n")));
        assert!(told.contains("1 whisper waits"), "{told}");
        let (played, told) = run(home.path(), &["whisper", "n", "--device", device, "--answer", "how much?"]);
        assert_eq!((&played[0]["channel"], &played[1]["meaning"]), (&json!(device), &json!("question")));
        assert!(told.contains("feel") && told.contains("thirty-eight"), "{told}");
        let (played, _) =
            run(home.path(), &["whisper", "n", "--device", device, "--answer", "yes", "--as", "touch"]);
        assert_eq!(played[1]["state"], "confirmed", "{device}");
        assert!(run(home.path(), &["whisper"]).0.is_empty());
        let over = assent(home.path(), &["whisper", "n"]);
        assert_eq!(
            (over.status.code(), &lines(&over)[0]["error"]["code"]),
            (Some(1), &json!("no_open_whisper"))
        );
    }
}

#[test]
fn a_spoken_yes_needs_the_word_that_was_asked_for() {
    let home = home(&[strange("n", "glasses")]);
    let (played, told) = run(home.path(), &["whisper", "n", "--device", "glasses", "--answer", "yes"]);
    assert_eq!(played[1]["reasons"][0]["code"], "word_missing");
    let word = played[0]["challenge"]["word"].as_str().unwrap();
    assert!(told.contains(word), "{told}");
    let (played, _) =
        run(home.path(), &["whisper", "n", "--device", "glasses", "--answer", &format!("yes, {word}")]);
    assert_eq!(played[1]["state"], "confirmed");
}

#[test]
fn driving_shows_nothing_and_what_is_strange_waits() {
    let home = home(&[strange("n", "cockpit")]);
    let (played, told) = run(
        home.path(),
        &["whisper", "n", "--device", "cockpit", "--moving", "--language", "zh", "--answer", "好的"],
    );
    assert_eq!((&played[0]["show"], &played[0]["waits_for"]), (&json!(""), &json!("parked")));
    assert_eq!(played[1]["reasons"][0]["code"], "not_while_moving");
    assert!(told.contains("停车"), "{told}");
    assert_eq!(
        run(home.path(), &["reply", "n", "yes"]).0[0],
        json!({"intent_id": "n", "meaning": "yes", "state": "confirmed"})
    );
}

#[test]
fn answers_are_typed_line_by_line_until_one_is_understood() {
    let home = home(&[strange("n", "phone")]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_assent"))
        .args(["--clock", "intent", "--zone", "Asia/Shanghai", "--home"])
        .arg(home.path())
        .args(["whisper", "n", "--device", "phone"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all("who is it?\nbanana\nyes\n".as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let meanings: Vec<Value> =
        lines(&output).iter().filter_map(|line| line.get("meaning").cloned()).collect();
    assert_eq!(meanings, [json!("question"), json!("unclear"), json!("yes")]);
}

#[test]
fn what_was_put_off_is_asked_together() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["agent", "add", "chef"]);
    let (prefers, _) =
        run(home.path(), &["prefer", "--whispers-a-day", "0", "--wait", "120", "--tier", "CNY=100,500"]);
    assert_eq!((&prefers[0]["whispers_a_day"], &prefers[0]["wait_seconds"]), (&json!(0), &json!(120)));
    let file = home.path().join("intents.jsonl");
    std::fs::write(&file, format!("{}\n{}\n", strange("a", "phone"), strange("b", "phone"))).unwrap();
    let (verdicts, _) = run(home.path(), &["validate", &file.display().to_string()]);
    assert_eq!(verdicts[1]["whisper"]["waits_for"], "later");
    let (batch, _) = run(home.path(), &["whisper", "--together", "chef", "--answer", "yes"]);
    assert_eq!(batch[0]["amount"], json!({"amount": "76.00", "currency": "CNY"}));
    assert!(batch[1..].iter().all(|replied| replied["state"] == "confirmed") && batch.len() == 3);
    let (wallet, told) = run(home.path(), &["wallet"]);
    assert_eq!(wallet[0]["attention"]["put_off_today"], 2);
    assert!(told.contains("2 put off today"), "{told}");
    for wrong in ["CNY", "CNY=5", "CNY=9,1", "XXX=1,2"] {
        assert_eq!(assent(home.path(), &["prefer", "--tier", wrong]).status.code(), Some(1), "{wrong}");
    }
}

#[test]
fn a_wish_is_proposed_read_back_and_accepted() {
    let home = home(&[]);
    for (sentence, told) in
        [("Buy me a breakfast every morning", "Allow this?"), ("每天早上给我买份早餐", "允许吗？")]
    {
        let (proposed, read_back) = run(home.path(), &["mandate", "propose", sentence]);
        assert!(read_back.contains(told), "{read_back}");
        assert_eq!(proposed[0]["proposal"]["mandate"]["window"], json!({"from": "06:00", "until": "10:00"}));
    }
    let (missing, told) = run(home.path(), &["mandate", "propose", "buy things"]);
    assert_eq!(missing[0]["missing"][0]["code"], "what");
    assert!(missing[0].get("proposal").is_none() && told.contains("breakfast"), "{told}");
    assert_eq!(run(home.path(), &["mandate", "accept", "wish-breakfast", "maybe"]).0[0]["accepted"], false);
    assert_eq!(run(home.path(), &["mandate", "accept", "wish-breakfast", "yes"]).0[0]["accepted"], true);
    assert!(run(home.path(), &["mandate", "list"]).0.iter().any(|mandate| mandate["id"] == "wish-breakfast"));
    assert_eq!(assent(home.path(), &["mandate", "accept", "wish-breakfast", "yes"]).status.code(), Some(1));
}

#[test]
fn the_users_own_name_for_a_payee_is_read_out() {
    let home = home(&[]);
    run(home.path(), &["alias", "shop-n", "Auntie Wang"]);
    let file = home.path().join("one.jsonl");
    std::fs::write(&file, strange("n", "glasses").to_string()).unwrap();
    let (verdicts, _) = run(home.path(), &["validate", &file.display().to_string()]);
    assert!(verdicts[0]["whisper"]["speak"].as_str().unwrap().contains("Auntie Wang"));
    assert_eq!(run(home.path(), &["alias", "shop-n"]).0[0]["alias"], Value::Null);
}

#[test]
fn no_check_is_due_for_somebody_who_was_never_asked() {
    let home = home(&[]);
    let (none, told) = run(home.path(), &["whisper", "--check"]);
    assert!(none.is_empty() && told.contains("no check is due"), "{told}");
}

/// A stand-in for the speech engine: what it is given to speak lands in a file.
#[cfg(unix)]
#[test]
fn a_whisper_is_spoken_as_ssml_where_a_speech_engine_is_installed() {
    use std::os::unix::fs::PermissionsExt;

    let home = home(&[strange("n", "glasses")]);
    let tools = tempfile::tempdir().unwrap();
    let (engine, heard) = (tools.path().join("espeak-ng"), tools.path().join("heard"));
    std::fs::write(&engine, format!("#!/bin/sh\necho \"$@\" > {0}\n/bin/cat >> {0}\n", heard.display()))
        .unwrap();
    std::fs::set_permissions(&engine, std::fs::Permissions::from_mode(0o755)).unwrap();
    let spoken = |path: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assent"));
        command.args(["--clock", "intent", "--zone", "Asia/Shanghai", "--home"]).arg(home.path());
        command.args(["whisper", "n", "--device", "glasses", "--speak", "--answer", "how much?"]);
        command.env("PATH", path).stdin(Stdio::null()).output().unwrap()
    };
    assert!(spoken(tools.path()).status.success());
    let heard = std::fs::read_to_string(heard).unwrap();
    assert!(
        heard.starts_with("-m -v en") && heard.contains("<speak") && heard.contains("thirty-eight"),
        "{heard}"
    );
    let without = spoken(home.path());
    assert!(without.status.success() && String::from_utf8_lossy(&without.stderr).contains("not installed"));
}
