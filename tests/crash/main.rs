//! Killed at any point, raced by many: nothing that was answered is lost, nothing is spent twice, and a cap is met exactly.
//!
//! Writers are processes of the command, each fed over a pipe; what they answered is written down here, outside the store, before the
//! next line goes out. A short run by default; `ASSENT_CRASH_ROUNDS=500 cargo test -p assent-cli --test crash -- --nocapture` is the long
//! one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]
#![allow(missing_docs, reason = "a test")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

/// What the card may spend, in payments of one yuan each.
const CAP: usize = 60;
/// Kills in a short run, each for one and for four writers.
const ROUNDS: usize = 6;

fn rounds() -> usize {
    std::env::var("ASSENT_CRASH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS)
}

/// A store whose one agent has a card.
struct Desk {
    home: tempfile::TempDir,
}

impl Desk {
    fn new(cap: usize) -> Self {
        let desk = Self { home: tempfile::tempdir().unwrap() };
        let card = json!({
            "id": "card", "agents": ["runner"], "card": true, "currency": "CNY", "per_payment": "1.00",
            "limits": [{"per": "total", "amount": format!("{cap}.00")}],
        });
        let file = desk.home.path().join("card.json");
        std::fs::write(&file, card.to_string()).unwrap();
        desk.call(&["agent", "add", "runner"]);
        desk.call(&["mandate", "add", &file.display().to_string()]);
        desk
    }

    fn assent(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assent"));
        command.args(["--clock", "intent", "--zone", "Asia/Shanghai", "--home"]).arg(self.path());
        command
    }

    fn path(&self) -> std::path::PathBuf {
        self.home.path().join("store")
    }

    fn call(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.assent().args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// What the wallet says is spent or reserved, in yuan.
    fn spent(&self) -> usize {
        let wallet = self.call(&["wallet"]);
        let lines = wallet[0]["lines"].as_array().expect("the wallet has lines").clone();
        lines.iter().map(|line| yuan(&line["reserved"]) + yuan(&line["settled"])).sum()
    }
}

fn yuan(money: &Value) -> usize {
    let amount = money["amount"].as_str().unwrap_or("0");
    amount.parse::<f64>().unwrap().round() as usize
}

/// One process of the command that judges what comes through its pipe.
struct Writer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Writer {
    fn start(desk: &Desk) -> Self {
        let mut command = desk.assent();
        command.args(["validate", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output }
    }

    fn send(&mut self, id: &str) {
        // A writer that was killed cannot be written to; whoever reads from it finds out.
        let _ = writeln!(self.input, "{}", line(id));
    }

    /// Its next answer; `None` once it was killed.
    fn answer(&mut self) -> Option<Value> {
        let mut text = String::new();
        self.output.read_line(&mut text).ok()?;
        let mut verdict: Value = serde_json::from_str(&text).ok()?;
        verdict.as_object_mut()?.remove("elapsed_us");
        Some(verdict)
    }

    fn ask(&mut self, id: &str) -> Option<Value> {
        self.send(id);
        self.answer()
    }

    /// SIGKILL, as a phone's system does to an app.
    fn kill(mut self) -> Vec<Value> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        // What it answered before it died was answered.
        std::iter::from_fn(|| self.answer()).collect()
    }
}

fn line(id: &str) -> Value {
    json!({"intent": {
        "id": id, "agent": "runner", "service": {"id": "shop-1", "name": "Corner Shop", "category": "groceries"},
        "price": {"amount": "1.00", "currency": "CNY"}, "created_at": "2026-06-01T12:04:00+08:00",
    }})
}

/// Kills come after so many answers and so much of the work on the next: chosen by a counter, so that a run can be repeated.
struct Chance(u64);

impl Chance {
    /// The next number below `most` (splitmix64, Steele et al. 2014).
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % most
    }

    /// Lets some time pass, up to that of about one decision.
    fn dither(&mut self) {
        for _ in 0..self.below(200_000) {
            std::hint::spin_loop();
        }
    }
}

/// The record outside the store: every answer, by intent.
type Record = BTreeMap<String, Value>;

fn note(record: &mut Record, verdicts: impl IntoIterator<Item = Value>) {
    for verdict in verdicts {
        let id = verdict["intent_id"].as_str().unwrap().to_owned();
        if let Some(before) = record.get(&id) {
            assert_eq!(before, &verdict, "another answer to the same intent");
        }
        record.insert(id, verdict);
    }
}

/// Asks for everything again, in one process: what was answered has to be answered the same.
fn hold_against(desk: &Desk, record: &mut Record, sent: &[String]) {
    let file = desk.home.path().join("again.jsonl");
    let lines: Vec<String> = sent.iter().map(|id| line(id).to_string()).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    let mut verdicts = desk.call(&["validate", &file.display().to_string()]);
    for verdict in &mut verdicts {
        verdict.as_object_mut().unwrap().remove("elapsed_us");
    }
    assert_eq!(verdicts.len(), sent.len());
    note(record, verdicts);
    desk.call(&["journal", "verify"]);
}

fn approved(record: &Record) -> usize {
    record.values().filter(|verdict| verdict["decision"] == "approve").count()
}

/// Kills `writers` processes at random points, again and again, and holds the store against the outside record each time.
fn kill_and_check(writers: usize, seed: u64) {
    let begun = Instant::now();
    let desk = Desk::new(CAP);
    let (mut chance, mut record, mut sent) = (Chance(seed), Record::new(), Vec::new());
    let (mut kills, mut answered) = (0usize, 0usize);
    for round in 0..rounds() {
        let mut team: Vec<Writer> = (0..writers).map(|_| Writer::start(&desk)).collect();
        for step in 0..1 + chance.below(4) {
            for (number, writer) in team.iter_mut().enumerate() {
                let id = format!("{writers}-{round}-{step}-{number}");
                writer.send(&id);
                sent.push(id);
            }
            for writer in &mut team {
                let verdict = writer.answer().expect("nobody killed it yet");
                answered += 1;
                note(&mut record, [verdict]);
            }
        }
        for (number, writer) in team.iter_mut().enumerate() {
            let id = format!("{writers}-{round}-last-{number}");
            writer.send(&id);
            sent.push(id);
        }
        chance.dither();
        for writer in team {
            note(&mut record, writer.kill());
            kills += 1;
        }
        hold_against(&desk, &mut record, &sent);
        assert_eq!(desk.spent(), approved(&record), "what the wallet counts is what was approved, once each");
        assert!(approved(&record) <= CAP);
    }
    println!(
        "{writers} writer(s): {kills} kills, {answered} answers before them, {} intents, {} approved; 0 lost, 0 spent twice; {:.1} s",
        sent.len(),
        approved(&record),
        begun.elapsed().as_secs_f64()
    );
}

#[test]
fn one_writer_killed_at_random_points_loses_and_doubles_nothing() {
    kill_and_check(1, 1);
}

#[test]
fn four_writers_killed_at_random_points_lose_and_double_nothing() {
    kill_and_check(4, 4);
}

#[test]
fn four_processes_race_for_one_budget_and_meet_the_cap_exactly() {
    const ROOM: usize = 10;
    let desk = Desk::new(ROOM);
    let approved: usize = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..4)
            .map(|racer| {
                let desk = &desk;
                scope.spawn(move || {
                    let mut writer = Writer::start(desk);
                    let asked = (0..5).map(|n| writer.ask(&format!("race-{racer}-{n}")).expect("an answer"));
                    asked.filter(|verdict| verdict["decision"] == "approve").count()
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).sum()
    });
    assert_eq!((approved, desk.spent()), (ROOM, ROOM));
}
