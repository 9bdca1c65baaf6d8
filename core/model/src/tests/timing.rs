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

#[test]
fn judging() {
    let folder = tempfile::TempDir::new().unwrap();
    super::write_tiny_model(folder.path(), true);
    let model = Model::open(folder.path()).unwrap();
    let rows: Vec<_> = (0..1000).map(|n| (assent_types::Moment::parse("2026-01-01T00:00:00Z").unwrap().plus_seconds(n * 7000).to_string(), format!("s{}", n % 300), format!("merchant name no {}", n % 300), format!("{}.00 EUR", n % 50 + 1))).collect();
    let rows: Vec<_> = rows.iter().map(|(a, b, c, d)| (a.as_str(), b.as_str(), c.as_str(), d.as_str(), r#","items":[{"name":"Vehicle Fuel"}]"#)).collect();
    let shelf = super::history(&rows);
    for (id, name) in [("s3", "merchant name no 3"), ("new", "the other merchant")] {
        let scene = super::Scene::new(&shelf, &super::intent("2026-06-01T12:00:00Z", id, name, "30.00 EUR", r#","items":[{"name":"Vehicle Fuel"}]"#), "{}");
        let (asked, known) = (scene.asked(), scene.known());
        model.judge(&asked, &known).unwrap();
        let time = |label: &str, f: &dyn Fn()| { let t = Instant::now(); for _ in 0..500 { f(); } eprintln!("{name} {label}: {:.1} us", t.elapsed().as_secs_f64() * 2e3); };
        time("recall", &|| { scene.known(); });
        time("features", &|| { model.features(&asked, &known).unwrap(); });
        time("judge", &|| { model.judge(&asked, &known).unwrap(); });
        time("observe", &|| { crate::observe(&asked, &known); });
    }
}
