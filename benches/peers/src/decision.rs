//! The whole decision, from the intent's JSON to the verdict, without the durable commit.

use std::time::Instant;

use assent_benches::Bench;

use crate::{Failed, Given, median};

pub fn whole(given: &Given, base: f64) -> Result<(), Failed> {
    let mut bench = Bench::new();
    println!(
        "whole decision, durable commit apart, microseconds (ratio to onnxruntime's f32 encoder alone on 32 pieces)"
    );
    for (step, what) in [("newcomer", "new payee, new item"), ("rehearse", "familiar payee and item")] {
        let times = (0..given.rounds * 10 + 20)
            .map(|_| {
                let started = Instant::now();
                bench.run(step);
                started.elapsed().as_secs_f64() * 1e6
            })
            .skip(20)
            .collect();
        let time = median(times);
        println!("  {what:<28} {time:>9.1} {:>7.3}", time / base);
    }
    Ok(())
}
