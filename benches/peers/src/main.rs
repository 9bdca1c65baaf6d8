//! The encoder beside its peers, interleaved in one process on one thread; see `../README.md` for how to run it.
//!
//!     peers --onnx FOLDER --onnxruntime LIBRARY [--rounds N]
//!
//! `--step NAME` only runs one step of `assent-benches` so many times, for a profiler.
//!
//! What is printed are medians in microseconds and ratios to onnxruntime in 32-bit floats, of this run on this machine.

mod cold;
mod decision;
mod peers;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use peers::Peer;

/// Pieces of a text, with the two that frame it: a name, a name with a branch, an order, a sentence, the longest.
const LENGTHS: [usize; 5] = [4, 8, 16, 32, 64];

pub type Failed = Box<dyn std::error::Error>;

/// What the command line says.
pub struct Given {
    pub onnx: String,
    pub library: String,
    pub rounds: usize,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let given = Given {
        onnx: value("--onnx").ok_or("give the folder that export.py wrote with --onnx")?,
        library: value("--onnxruntime").ok_or("give onnxruntime's library with --onnxruntime")?,
        rounds: value("--rounds").map_or(Ok(41), |rounds| rounds.parse())?,
    };
    if let Some(who) = value("--cold") {
        return cold::once(&who, &given);
    }
    if let Some(step) = value("--step") {
        let mut bench = assent_benches::Bench::new();
        (0..given.rounds).for_each(|_| bench.run(&step));
        return Ok(());
    }
    let ratio_base = encoders(&given)?;
    decision::whole(&given, ratio_base)?;
    cold::all(&given)
}

/// How often a peer runs before the next has its turn: once, with whatever the others left in the caches, as a payment meets it; and
/// many times, with its own weights in the caches.
const TURNS: [(usize, &str); 2] = [(1, "each call after the others'"), (8, "eight calls at a time")];

/// Each peer on each length; returns the time of onnxruntime's 32-bit floats on 32 pieces, each call after the others'.
fn encoders(given: &Given) -> Result<f64, Failed> {
    let mut at_32 = f64::NAN;
    for length in LENGTHS {
        let texts = texts(length);
        let mut peers = Peer::all(given, length)?;
        let reference: Vec<Vec<f32>> = texts.iter().map(|ids| peers[0].run(ids)).collect::<Result<_, _>>()?;
        let base = peers.iter().position(|peer| peer.name() == peers::BASE).ok_or("no base")?;
        for (turn, what) in TURNS {
            let mut times = vec![Vec::new(); peers.len()];
            for round in 0..given.rounds + 2 {
                for ids in &texts {
                    for (peer, times) in peers.iter_mut().zip(&mut times) {
                        for _ in 0..turn {
                            let started = Instant::now();
                            black_box(peer.run(ids)?);
                            // The first two rounds warm the caches up.
                            if round >= 2 {
                                times.push(started.elapsed().as_secs_f64() * 1e6);
                            }
                        }
                    }
                }
            }
            let medians: Vec<f64> = times.into_iter().map(median).collect();
            if (length, turn) == (32, 1) {
                at_32 = medians[base];
            }
            println!(
                "{length} pieces, {what}: microseconds, ratio to {}, worst cosine to candle f32",
                peers::BASE
            );
            for (peer, time) in peers.iter_mut().zip(&medians) {
                let mut worst = 1.0f32;
                for (ids, reference) in texts.iter().zip(&reference) {
                    worst = worst.min(cosine(&peer.run(ids)?, reference));
                }
                println!("  {:<20} {time:>9.1} {:>7.3} {worst:>9.5}", peer.name(), time / medians[base]);
            }
        }
    }
    Ok(at_32)
}

/// Pieces that look random, framed, the same in every run.
fn texts(length: usize) -> Vec<Vec<u32>> {
    let mut state = 7u32;
    let mut piece = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        4 + (state >> 8) % 8_000
    };
    (0..8).map(|_| [2].into_iter().chain((2..length).map(|_| piece())).chain([3]).collect()).collect()
}

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    product(one, other) / (product(one, one) * product(other, other)).sqrt()
}

pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
