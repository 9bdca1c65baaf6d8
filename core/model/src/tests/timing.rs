use std::time::Instant;
use crate::Model;
#[test]
fn timing() {
    let t = Instant::now();
    let model = Model::embedded().unwrap();
    eprintln!("load {:?}", t.elapsed());
    for text in ["coffee", "two tickets for the film tonight", "the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog", &"a b c d e f ".repeat(20)] {
        let n = model.pieces(text).unwrap().len();
        let mut times: Vec<f64> = (0..200).map(|_| { let t = Instant::now(); model.embedder_for_test().encoder().embed(text).unwrap(); t.elapsed().as_secs_f64() * 1e6 }).collect();
        times.sort_by(f64::total_cmp);
        let t = Instant::now();
        for _ in 0..100 { model.pieces(text).unwrap(); }
        eprintln!("{n} pieces: median {:.0} us, p95 {:.0}; tokenizer {:.0}", times[100], times[190], t.elapsed().as_secs_f64() * 1e4);
    }
    let t = Instant::now();
    for _ in 0..1000 { model.embed("coffee").unwrap(); }
    eprintln!("cached {:.2} us", t.elapsed().as_secs_f64() * 1e3);
}
