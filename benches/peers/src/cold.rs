//! From the start of a fresh process to its first answer.

use std::process::Command;
use std::time::Instant;

use assent_benches::Bench;
use assent_model::{Model, Reference};

use crate::{Failed, Given, median, peers};

/// Tells a contender where the store is.
const HOME: &str = "ASSENT_PEERS_HOME";

/// Every contender in processes of its own: the whole process as its parent sees it, and inside it what was loaded by when.
pub fn all(given: &Given) -> Result<(), Failed> {
    println!("a fresh process to its first answer, milliseconds: whole process, loaded, answered");
    let home = Bench::home();
    for (who, what) in [
        ("ours", "ours: model; store and first verdict, commit apart"),
        ("candle", "candle + tokenizers: model; first vector"),
        ("onnx", "onnxruntime f32: session; first vector (no tokenizer)"),
        ("onnx-int8", "onnxruntime int8: session; first vector (no tokenizer)"),
    ] {
        let mut times = [const { Vec::new() }; 3];
        for _ in 0..given.rounds {
            let started = Instant::now();
            let done = Command::new(std::env::current_exe()?)
                .args(["--cold", who, "--onnx", &given.onnx, "--onnxruntime", &given.library])
                .env(HOME, home.path())
                .output()?;
            let whole = started.elapsed().as_secs_f64() * 1e3;
            let said = String::from_utf8(done.stdout)?;
            let inside: Vec<f64> = said.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
            let [loaded, answered] = inside[..] else { return Err(format!("`{who}` failed").into()) };
            for (times, time) in times.iter_mut().zip([whole, loaded, answered]) {
                times.push(time);
            }
        }
        let [whole, loaded, answered] = times.map(median);
        println!("  {what:<56} {whole:>7.1} {loaded:>7.1} {answered:>7.1}");
    }
    Ok(())
}

/// One answer, in this process.
pub fn once(who: &str, given: &Given) -> Result<(), Failed> {
    let ids = [2, 100, 200, 300, 400, 500, 600, 3];
    let started = Instant::now();
    let now = || started.elapsed().as_secs_f64() * 1e3;
    let loaded = match who {
        "ours" => {
            let model = Model::embedded()?;
            let loaded = now();
            Bench::first_verdict(model, std::path::Path::new(&std::env::var(HOME)?));
            loaded
        }
        "candle" => {
            let candle = Reference::embedded()?;
            let loaded = now();
            std::hint::black_box(candle.encode(&candle.ids("Noodle House 面馆")?)?);
            loaded
        }
        _ => {
            let file = if who == "onnx" { "encoder.onnx" } else { "encoder-int8.onnx" };
            let mut session = peers::onnx(given, "onnxruntime", file)?;
            let loaded = now();
            std::hint::black_box(session.run(&ids)?);
            loaded
        }
    };
    println!("{loaded} {}", now());
    Ok(())
}
