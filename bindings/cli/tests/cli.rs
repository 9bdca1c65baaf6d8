//! The command as a user or a script would use it, killed in the middle included.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]
#![allow(missing_docs, reason = "a test")]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

fn assent(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assent"));
    // Anchors of stores that are gone in a moment have no place in the developer's own folder.
    command.env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command.args(["--clock", "intent", "--zone", "Asia/Shanghai", "--home"]).arg(home);
    command
}

fn run(home: &Path, arguments: &[&str]) -> Output {
    assent(home).args(arguments).output().unwrap()
}

/// Runs a call that has to succeed and gives its JSON lines.
fn answers(home: &Path, arguments: &[&str]) -> Vec<Value> {
    let output = run(home, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    lines(&output)
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn fixture(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/bills").join(name).display().to_string()
}

fn golden(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden").join(name).display().to_string()
}

fn write(folder: &Path, name: &str, content: &str) -> String {
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.display().to_string()
}

fn intent(id: &str, changes: Value) -> Value {
    let mut intent = json!({
        "id": id, "agent": "chef",
        "service": {"id": "noodle-1", "name": "Noodle House 面馆", "category": "dining"},
        "price": {"amount": "38.00", "currency": "CNY"},
        "items": [{"name": "beef noodles"}],
        "created_at": "2026-06-01T12:04:00+08:00",
    });
    let fields = intent.as_object_mut().unwrap();
    changes
        .as_object()
        .unwrap()
        .iter()
        .for_each(|(key, value)| drop(fields.insert(key.clone(), value.clone())));
    intent
}

/// A home whose user has lunch at `noodle-1` on every workday.
fn home_with_habits() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    answers(home.path(), &["import", &golden("history.jsonl")]);
    answers(home.path(), &["agent", "add", "chef"]);
    home
}

#[test]
fn the_demo_tells_its_story() {
    for language in ["en", "zh"] {
        let output = Command::new(env!("CARGO_BIN_EXE_assent"))
            .args(["demo", "--language", language])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let verdicts = lines(&output);
        let decision = |id: &str| {
            let found = verdicts.iter().find(|verdict| verdict["intent_id"] == id).unwrap();
            (
                found["decision"].as_str().unwrap().to_owned(),
                found["reasons"][0]["code"].as_str().unwrap().to_owned(),
            )
        };
        for (id, expected) in [
            ("coffee-0615", "approve"),
            ("phone-0615", "approve"),
            ("lunch-0615", "approve"),
            ("park-0615", "approve"),
            ("arcade-1", "approve"),
        ] {
            assert_eq!(decision(id).0, expected, "{language} {id}: {}", decision(id).1);
        }
        for (id, expected, reason) in [
            ("cake-0615", "escalate", "payee_new"),
            ("coffee-again", "escalate", "look_alike"),
            ("coffee-2-0615", "escalate", "over_day_count"),
            ("charge-0615", "escalate", "currency_new"),
            ("arcade-2", "decline", "beyond_card"),
        ] {
            assert_eq!(decision(id), (expected.to_owned(), reason.to_owned()), "{language}");
        }
        let raised = verdicts.iter().filter(|verdict| verdict["intent_id"] == "ride-0615").nth(1).unwrap();
        assert_eq!(raised["reasons"][0]["code"], "price_raised");
        let lunches: Vec<_> =
            verdicts.iter().filter(|verdict| verdict["intent_id"] == "lunch-0615").collect();
        assert_eq!(lunches.len(), 2);
        assert_eq!(lunches[0]["receipt"], lunches[1]["receipt"], "a replayed intent gets its old receipt");
    }
}

#[test]
fn malformed_lines_are_answered_and_the_rest_goes_on() {
    let home = home_with_habits();
    let good = json!({"intent": intent("a", json!({}))});
    let content = format!(
        "{good}\n\nnot json\n{{\"intent\":{{}}}}\n\u{feff}{good}\n{}\n",
        json!({"intent": intent("b", json!({"agent": "x"}))})
    );
    let output = run(home.path(), &["validate", &write(home.path(), "intents.jsonl", &content)]);
    assert_eq!(output.status.code(), Some(3));
    let answers = lines(&output);
    assert_eq!(answers.len(), 5);
    assert_eq!(answers[0]["decision"], "approve");
    assert_eq!((&answers[1]["line"], &answers[1]["error"]["code"]), (&json!(3), &json!("not_json")));
    assert_eq!(
        answers[2]["error"],
        json!({"code": "missing_field", "path": "intent.id", "message": answers[2]["error"]["message"]})
    );
    assert_eq!(answers[3]["line"], 5);
    assert_eq!(answers[4]["reasons"][0]["code"], "agent_unknown");
}

#[test]
fn a_line_of_any_length_or_kind_of_bytes_is_refused_and_passed() {
    let home = home_with_habits();
    let mut content = vec![b'x'; 3_000_000];
    content.extend(b"\n\xff\xfe\n{\"intent\":");
    content.extend(intent("a", json!({})).to_string().bytes());
    content.extend(b"}");
    let file = home.path().join("long.jsonl");
    std::fs::write(&file, content).unwrap();
    let output = run(home.path(), &["validate", &file.display().to_string()]);
    let answers = lines(&output);
    assert_eq!(answers[0]["error"]["code"], "too_large");
    assert_eq!(answers[1]["error"]["code"], "not_utf8");
    assert_eq!(answers[2]["decision"], "approve");
}

struct Pipe {
    child: Child,
    answers: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Pipe {
    fn open(home: &Path) -> Self {
        let mut child = assent(home)
            .args(["validate", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, answers }
    }

    fn ask(&mut self, intent: &Value) -> Value {
        writeln!(self.child.stdin.as_mut().unwrap(), "{}", json!({"intent": intent})).unwrap();
        serde_json::from_str(&self.answers.next().unwrap().unwrap()).unwrap()
    }
}

#[test]
fn a_pipe_is_interactive_and_what_was_answered_survives_a_kill() {
    let home = home_with_habits();
    let ask = |n: usize| {
        let changes =
            json!({"created_at": format!("2026-06-01T{:02}:{:02}:00+08:00", 9 + n / 4, 15 * (n % 4))});
        intent(&format!("i{n}"), changes)
    };
    let mut pipe = Pipe::open(home.path());
    let first: Vec<Value> = (0..20).map(|n| pipe.ask(&ask(n))).collect();
    assert!(first.iter().any(|answer| answer["decision"] == "approve"));
    // One more is on its way when the process is killed: it may be lost or kept, but not half.
    writeln!(pipe.child.stdin.as_mut().unwrap(), "{}", json!({"intent": ask(20)})).unwrap();
    pipe.child.kill().unwrap();
    pipe.child.wait().unwrap();

    let wallet = answers(home.path(), &["wallet", "--json"]);
    let approved = first.iter().filter(|answer| answer["decision"] == "approve").count() as u64;
    let counted: u64 =
        wallet[0]["lines"].as_array().unwrap().iter().map(|line| line["count"].as_u64().unwrap()).sum();
    assert!((approved..=approved + 1).contains(&counted), "{approved} were approved, {counted} are booked");

    let mut pipe = Pipe::open(home.path());
    let again: Vec<Value> = (0..20).map(|n| pipe.ask(&ask(n))).collect();
    assert_eq!(again, first, "every answer is given again to the letter, receipt included");
    drop(pipe.child.stdin.take());
    assert!(pipe.child.wait().unwrap().success());
    answers(home.path(), &["journal", "verify"]);
}

#[test]
fn one_process_owns_the_store() {
    let home = home_with_habits();
    let options = assent::Options { model: None, ..assent::Options::default() };
    let held = assent::Engine::open(home.path(), &assent::FileVault::new(home.path()), options).unwrap();
    let second = run(home.path(), &["wallet"]);
    assert_eq!(second.status.code(), Some(1));
    assert_eq!(lines(&second)[0]["error"]["code"], "store_unavailable");
    drop(held);
    answers(home.path(), &["wallet"]);
}

#[test]
fn a_whisper_can_be_answered_while_the_agents_pipe_is_open() {
    let home = home_with_habits();
    let mut pipe = Pipe::open(home.path());
    let asked = pipe.ask(&intent("n", json!({"service": {"id": "new-1", "name": "New Shop"}})));
    assert_eq!(asked["decision"], "escalate");
    assert_eq!(answers(home.path(), &["reply", "n", "yes"])[0]["state"], "confirmed");
    assert_eq!(pipe.ask(&intent("i", json!({})))["decision"], "approve");
    drop(pipe.child.stdin.take());
    assert!(pipe.child.wait().unwrap().success());
}

#[test]
fn bills_of_alipay_and_wechat_import_once() {
    for (file, format) in [
        ("example-alipay-records.csv", "alipay"),
        ("example-wechat-records.csv", "wechat"),
        ("example-wechat-records.xlsx", "wechat"),
    ] {
        let home = tempfile::tempdir().unwrap();
        let first = answers(home.path(), &["import", &fixture(file)]);
        assert!(first.last().unwrap()["added"].as_u64().unwrap() > 0, "{file}");
        let again = answers(home.path(), &["import", "--format", format, &fixture(file)]);
        let again = again.last().unwrap();
        assert_eq!((&again["added"], &again["refunded"]), (&json!(0), &json!(0)), "{file}");
        assert_eq!(
            answers(home.path(), &["journal", "verify"])[0]["entries"],
            1,
            "the second import wrote nothing"
        );
    }
}

#[test]
fn asked_answered_paid_forgotten() {
    let home = home_with_habits();
    let strange = json!({"intent": intent("n", json!({"service": {"id": "new-1", "name": "New Shop"}})), "context": {"channel": "watch", "language": "zh-CN"}});
    let file = write(home.path(), "one.jsonl", &strange.to_string());
    let dry = answers(home.path(), &["validate", "--dry-run", &file]);
    assert!(dry[0].get("receipt").is_none());
    let asked = answers(home.path(), &["validate", &file]);
    assert_eq!(asked[0]["whisper"]["channel"], "watch");
    assert!(
        asked[0]["reasons"][0]["text"].as_str().unwrap().contains('没'),
        "{}",
        asked[0]["reasons"][0]["text"]
    );
    assert_eq!(
        answers(home.path(), &["reply", "n", "好的"])[0],
        json!({"intent_id": "n", "meaning": "yes", "state": "confirmed"})
    );
    assert_eq!(run(home.path(), &["reply", "n", "yes"]).status.code(), Some(1));
    assert_eq!(answers(home.path(), &["outcome", "n", "settled"])[0]["state"], "settled");
    let wallet = answers(home.path(), &["wallet"]);
    assert_eq!(wallet[0]["lines"][0]["settled"], json!({"amount": "38.00", "currency": "CNY"}));
    assert_eq!(answers(home.path(), &["journal", "export", "n"])[0]["journal"].as_array().unwrap().len(), 3);
    assert_eq!(answers(home.path(), &["forget", "--payee", "new-1"])[0]["intents"], 1);
    assert_eq!(answers(home.path(), &["journal", "verify"])[0]["erased"], 3);
    assert_eq!(run(home.path(), &["journal", "export", "n"]).status.code(), Some(1));
}

#[test]
fn mandates_agents_and_trust_are_set_by_hand() {
    let home = tempfile::tempdir().unwrap();
    let added = answers(
        home.path(),
        &[
            "mandate",
            "add",
            "--id",
            "lunch",
            "--agent",
            "chef",
            "--payee",
            "noodle-1",
            "--currency",
            "CNY",
            "--per-payment",
            "50",
            "--per-day",
            "100.00",
            "--count-per-day",
            "2",
            "--forbid-category",
            "5813",
        ],
    );
    assert_eq!(added[0]["limits"], json!([{"per": "day", "amount": "100.00", "count": 2}]));
    assert!(answers(home.path(), &["mandate", "list"]).contains(&added[0]));
    assert_eq!(
        run(home.path(), &["mandate", "add", "--id", "lunch", "--forbid-payee", "x"]).status.code(),
        Some(1),
        "the id is taken"
    );
    let file = write(
        home.path(),
        "bad.json",
        r#"{"id":"x","currency":"CNY","per_payment":"50","per_payment":"5000"}"#,
    );
    assert_eq!(lines(&run(home.path(), &["mandate", "add", &file]))[0]["error"]["code"], "duplicate_key");
    answers(home.path(), &["mandate", "remove", "lunch"]);
    assert_eq!(run(home.path(), &["mandate", "remove", "lunch"]).status.code(), Some(1));

    assert_eq!(answers(home.path(), &["agent", "add", "chef"])[0]["standing"], "active");
    assert_eq!(answers(home.path(), &["agent", "suspend", "chef"])[0]["standing"], "suspended");
    assert_eq!(answers(home.path(), &["agent", "revoke", "chef"])[0]["standing"], "revoked");
    assert_eq!(answers(home.path(), &["agent", "list"]).len(), 1);

    let trust = write(
        home.path(),
        "trust.jsonl",
        "{\"service_id\":\"a\",\"in_contacts\":true}\n{\"service_id\":\"b\",\"friends_paid\":-1}\n",
    );
    let output = run(home.path(), &["trust", "import", &trust]);
    assert_eq!(
        (output.status.code(), lines(&output)[0]["error"]["path"].clone()),
        (Some(3), json!("friends_paid"))
    );
}

#[test]
fn a_replay_answers_in_order_and_can_be_gone_on_with() {
    let home = tempfile::tempdir().unwrap();
    let mut timeline = String::new();
    let history = std::fs::read_to_string(golden("history.jsonl")).unwrap();
    for (n, payment) in history.lines().enumerate() {
        for user in ["ann", "bob", "eve"] {
            let payment: Value = serde_json::from_str(payment).unwrap();
            timeline.push_str(&format!("{}\n", json!({"user": user, "payment": payment})));
        }
        if n % 10 == 9 {
            timeline.push_str(&format!(
                "{}\n",
                json!({"user": "bob", "intent": intent(&format!("i{n}"), json!({})), "label": n % 20})
            ));
        }
        if n == 50 {
            timeline.push_str("{\"user\":\"eve\"}\n");
        }
    }
    let file = write(home.path(), "timeline.jsonl", &timeline);
    let output = run(home.path(), &["replay", &file]);
    assert_eq!(output.status.code(), Some(3));
    let all = lines(&output);
    let numbers: Vec<u64> = all.iter().map(|answer| answer["line"].as_u64().unwrap()).collect();
    assert!(numbers.is_sorted() && all.len() > 5, "{numbers:?}");
    assert!(
        all.iter()
            .filter(|answer| answer.get("error").is_none())
            .all(|answer| answer["user"] == "bob" && answer.get("label").is_some())
    );
    assert_eq!(all.last().unwrap()["decision"], "approve");

    let middle = numbers[numbers.len() / 2];
    let rest = lines(&run(home.path(), &["replay", "--after", &middle.to_string(), &file]));
    let without_time = |answers: &[Value]| -> Vec<Value> {
        answers
            .iter()
            .filter(|answer| answer["line"].as_u64() > Some(middle) && answer.get("error").is_none())
            .map(|answer| {
                let mut answer = answer.clone();
                answer.as_object_mut().unwrap().remove("elapsed_us");
                answer
            })
            .collect()
    };
    assert_eq!(without_time(&rest), without_time(&all));

    let features = lines(&run(home.path(), &["replay", "--features", &file]));
    assert!(
        features.iter().filter(|line| line.get("error").is_none()).all(|line| line["habit"]
            .as_array()
            .unwrap()
            .len()
            > 10)
    );
}

#[test]
fn replies_are_read_without_a_store() {
    let home = tempfile::tempdir().unwrap();
    let file = write(
        home.path(),
        "replies.jsonl",
        "{\"words\":\"yes please\"}\n{\"words\":\"不要\",\"language\":\"zh\"}\n{\"words\":\"how much?\",\"whisper\":{}}\n{\"word\":\"x\"}\n",
    );
    let output =
        Command::new(env!("CARGO_BIN_EXE_assent")).args(["reply", "--read", &file]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let meanings: Vec<Value> = lines(&output).iter().map(|line| line["meaning"].clone()).collect();
    assert_eq!(meanings, [json!("yes"), json!("no"), json!("question"), Value::Null]);
}

#[test]
fn a_damaged_model_escalates_and_says_so() {
    let home = home_with_habits();
    let empty = tempfile::tempdir().unwrap();
    let file = write(home.path(), "one.jsonl", &json!({"intent": intent("a", json!({}))}).to_string());
    let output = run(home.path(), &["--model", &empty.path().display().to_string(), "validate", &file]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(lines(&output)[0]["decision"], "escalate");
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing is approved"));
    assert_eq!(
        run(home.path(), &["--model", &empty.path().display().to_string(), "model", "info"]).status.code(),
        Some(1)
    );
}

#[test]
fn the_model_embeds_and_classifies_lines() {
    let home = tempfile::tempdir().unwrap();
    let file = write(home.path(), "names.txt", "Starbucks Coffee\n星巴克\n");
    let vectors = answers(home.path(), &["model", "embed", &file]);
    let length =
        |vector: &Value| vector.as_array().unwrap().iter().map(|x| x.as_f64().unwrap().powi(2)).sum::<f64>();
    assert!(vectors.len() == 2 && vectors.iter().all(|vector| (length(vector) - 1.0).abs() < 1e-3));
    let categories = answers(home.path(), &["model", "classify", &file]);
    assert!(
        categories
            .iter()
            .all(|line| line["category"].is_string() && line["probability"].as_f64().unwrap() <= 1.0)
    );
}

#[test]
fn usage_and_missing_files_have_their_own_exit_codes() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(run(home.path(), &["pay"]).status.code(), Some(2));
    assert_eq!(run(home.path(), &["validate"]).status.code(), Some(2));
    assert_eq!(run(home.path(), &["outcome", "x", "won"]).status.code(), Some(2));
    assert_eq!(run(home.path(), &["validate", "no-such-file"]).status.code(), Some(1));
    assert_eq!(run(home.path(), &["import", "."]).status.code(), Some(1));
    assert_eq!(run(home.path(), &["outcome", "x", "settled"]).status.code(), Some(1));
    let nowhere = write(home.path(), "a-file", "");
    assert_eq!(run(Path::new(&nowhere), &["wallet"]).status.code(), Some(1), "a file is no home");
}
