//! Times each step of a decision. Times are of this machine, in this run: compare the steps with each other, not with another machine's.
#![allow(missing_docs, reason = "criterion's macros write the functions")]

use assent_benches::{Bench, STEPS};
use criterion::{Criterion, criterion_group, criterion_main};

fn steps(criterion: &mut Criterion) {
    let mut bench = Bench::new();
    for step in STEPS {
        criterion.bench_function(step, |b| b.iter(|| bench.run(step)));
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_secs(2));
    targets = steps
}
criterion_main!(benches);
