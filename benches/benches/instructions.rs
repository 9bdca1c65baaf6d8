//! Counts the instructions of each step under valgrind and compares them with the committed baseline.
//!
//! A count is the same on every run of the same build, which no time on a shared machine is. It is not a time: it knows nothing of
//! caches, of the disk, or of how much a vector instruction does. Without valgrind nothing is counted, and that is said.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitCode};

use assent_benches::{Bench, STEPS};

/// How often a step runs in the longer of two runs; their difference leaves the first, which warms the caches up, out.
const RUNS: u64 = 20;
/// Named in the environment, this program only runs a step so many times.
const STEP: &str = "ASSENT_BENCH_STEP";
/// Writes the baseline anew where it is set.
const UPDATE: &str = "ASSENT_BENCH_UPDATE";

fn main() -> ExitCode {
    if let Ok(wanted) = std::env::var(STEP) {
        let (step, runs) = wanted.split_once(':').unwrap_or((&wanted, "0"));
        let mut bench = Bench::new();
        // One run warms the caches up, so that the first of the counted ones is like the others.
        (0..=runs.parse().unwrap_or(0)).for_each(|_| bench.run(step));
        return ExitCode::SUCCESS;
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("SKIPPED: valgrind is not installed, so no instructions were counted");
        return ExitCode::SUCCESS;
    }
    let baseline_file = Path::new(env!("CARGO_MANIFEST_DIR")).join("baseline.json");
    let baseline: BTreeMap<String, u64> = std::fs::read_to_string(&baseline_file)
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    let mut counts = BTreeMap::new();
    println!("{:<10} {:>14} {:>14} {:>8}", "step", "instructions", "baseline", "change");
    for step in STEPS {
        let Some(count) = count(step) else {
            println!("{step:<10} valgrind could not run it");
            return ExitCode::FAILURE;
        };
        let before = baseline.get(step).copied();
        let change =
            before.map(|before| format!("{:+.1} %", 100.0 * (count as f64 / before.max(1) as f64 - 1.0)));
        let before = before.map(|before| before.to_string());
        println!(
            "{step:<10} {count:>14} {:>14} {:>8}",
            before.unwrap_or_default(),
            change.unwrap_or_default()
        );
        counts.insert(step, count);
    }
    if std::env::var_os(UPDATE).is_some() {
        let text = serde_json::to_string_pretty(&counts).unwrap_or_default();
        if std::fs::write(&baseline_file, format!("{text}\n")).is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Instructions of one run of a step.
fn count(step: &str) -> Option<u64> {
    let long = total(step, RUNS)?;
    let short = total(step, 0)?;
    Some(long.saturating_sub(short) / RUNS)
}

fn total(step: &str, runs: u64) -> Option<u64> {
    let program = std::env::current_exe().ok()?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no"])
        // The set-up draws random keys and salts; only what happens inside a step is counted.
        .arg("--toggle-collect=*assent_benches*Bench*run*")
        .arg(program)
        .env(STEP, format!("{step}:{runs}"))
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find(|line| line.contains("Collected"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}
