//! Every path against plain Rust, bit for bit; plain Rust against arithmetic in 64 bits; and bits that no machine may change.

use proptest::prelude::*;

use crate::floats::{Lanes, exp, gelu, product, quantise};
use crate::matmul::{Finish, Rows, multiply};
use crate::portable::Portable;
use crate::{Activation, Encoder, KernelError, Layer, Matrix, Norm, Path, Shape, dot};

/// Numbers that look random and are the same on every machine.
struct Noise(u64);

impl Noise {
    fn bits(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }

    /// From -1 to 1.
    fn float(&mut self) -> f32 {
        self.bits() as f32 / 1_073_741_824.0 - 1.0
    }

    fn floats(&mut self, many: usize, size: f32) -> Vec<f32> {
        (0..many).map(|_| self.float() * size).collect()
    }

    fn weights(&mut self, many: usize, extreme: bool) -> Vec<i8> {
        (0..many)
            .map(|_| {
                let bits = self.bits();
                if extreme { if bits & 1 == 0 { 127 } else { -127 } } else { (bits % 255) as u8 as i8 }
            })
            .map(|w| w.max(-127))
            .collect()
    }
}

/// A dense layer in 64-bit floats, from the same weights.
struct Dense {
    weights: Vec<i8>,
    scales: Vec<f32>,
    bias: Vec<f32>,
}

impl Dense {
    fn new(noise: &mut Noise, outputs: usize, inputs: usize, extreme: bool) -> Self {
        let size = 2.0 / (127.0 * (inputs as f32).sqrt());
        Self {
            weights: noise.weights(outputs * inputs, extreme),
            scales: (0..outputs).map(|_| size * (1.0 + 0.5 * noise.float())).collect(),
            bias: noise.floats(outputs, 0.1),
        }
    }

    fn matrix(&self, inputs: usize) -> Matrix {
        Matrix::new(self.scales.len(), inputs, &self.weights, &self.scales, &self.bias).unwrap()
    }

    fn apply(&self, x: &[f64]) -> Vec<f64> {
        let rows = self.weights.chunks(x.len()).zip(self.scales.iter().zip(&self.bias));
        rows.map(|(row, (scale, bias))| {
            let sum: f64 = row.iter().zip(x).map(|(w, x)| f64::from(*w) * x).sum();
            sum * f64::from(*scale) + f64::from(*bias)
        })
        .collect()
    }
}

/// An encoder, and all that the computation in 64 bits needs.
struct Both {
    encoder: Encoder,
    shape: Shape,
    words: Vec<i8>,
    scales: Vec<f32>,
    places: Vec<f32>,
    norms: Vec<Norm>,
    layers: Vec<[Dense; 6]>,
    activation: Activation,
}

const LONGEST: usize = 40;
const VOCABULARY: usize = 50;

fn both(
    seed: u64,
    width: usize,
    heads: usize,
    wide: usize,
    layers: usize,
    activation: Activation,
    extreme: bool,
) -> Both {
    let mut noise = Noise(seed);
    let shape = Shape { width, heads, vocabulary: VOCABULARY };
    let words = noise.weights(VOCABULARY * width, false);
    let scales: Vec<f32> = (0..VOCABULARY).map(|_| 0.01 + 0.005 * noise.float()).collect();
    let places = noise.floats(LONGEST * width, 0.3);
    let norms: Vec<Norm> = (0..=2 * layers)
        .map(|_| Norm {
            gain: noise.floats(width, 0.3).iter().map(|x| 1.0 + x).collect(),
            shift: noise.floats(width, 0.2),
            epsilon: 1e-12,
        })
        .collect();
    let layers: Vec<[Dense; 6]> = (0..layers)
        .map(|_| {
            [(width, width), (width, width), (width, width), (width, width), (wide, width), (width, wide)]
                .map(|(outputs, inputs)| Dense::new(&mut noise, outputs, inputs, extreme))
        })
        .collect();
    let ready = layers.iter().zip(norms[1..].chunks(2)).map(|([q, k, v, o, w, n], norm)| Layer {
        query: q.matrix(width),
        key: k.matrix(width),
        value: v.matrix(width),
        output: o.matrix(width),
        attended: norm[0].clone(),
        widen: w.matrix(width),
        activation,
        narrow: n.matrix(wide),
        finished: norm[1].clone(),
    });
    let encoder =
        Encoder::new(shape, words.clone(), scales.clone(), places.clone(), norms[0].clone(), ready.collect())
            .unwrap();
    Both { encoder, shape, words, scales, places, norms, layers, activation }
}

impl Both {
    fn run(&self, path: Path, pieces: &[u32]) -> Vec<f32> {
        let mut vector = vec![0.0; self.shape.width];
        self.encoder.run(path, pieces, &mut self.encoder.scratch(), &mut vector).unwrap();
        vector
    }

    /// The same in 64-bit floats, without quantised activations.
    fn slowly(&self, pieces: &[u32]) -> Vec<f64> {
        let width = self.shape.width;
        let norm = |x: &[f64], norm: &Norm| -> Vec<f64> {
            let mean = x.iter().sum::<f64>() / width as f64;
            let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / width as f64;
            let steep = 1.0 / (variance + f64::from(norm.epsilon)).sqrt();
            let learned = norm.gain.iter().zip(&norm.shift);
            x.iter()
                .zip(learned)
                .map(|(x, (g, s))| (x - mean) * steep * f64::from(*g) + f64::from(*s))
                .collect()
        };
        let add = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a + b).collect() };
        let mut tokens: Vec<Vec<f64>> = pieces
            .iter()
            .enumerate()
            .map(|(at, piece)| {
                let piece = *piece as usize;
                let word = &self.words[piece * width..(piece + 1) * width];
                let place = &self.places[at * width..(at + 1) * width];
                let x: Vec<f64> = word
                    .iter()
                    .zip(place)
                    .map(|(w, p)| f64::from(*w) * f64::from(self.scales[piece]) + f64::from(*p))
                    .collect();
                norm(&x, &self.norms[0])
            })
            .collect();
        for ([q, k, v, o, w, n], norms) in self.layers.iter().zip(self.norms[1..].chunks(2)) {
            let [queries, keys, values] =
                [q, k, v].map(|dense| tokens.iter().map(|x| dense.apply(x)).collect::<Vec<_>>());
            let head = width / self.shape.heads;
            tokens = tokens
                .iter()
                .zip(&queries)
                .map(|(x, query)| {
                    let mut seen = vec![0.0; width];
                    for at in (0..width).step_by(head) {
                        let part = at..at + head;
                        let scores: Vec<f64> = keys
                            .iter()
                            .map(|key| {
                                let sum: f64 = query[part.clone()]
                                    .iter()
                                    .zip(&key[part.clone()])
                                    .map(|(q, k)| q * k)
                                    .sum();
                                (sum / (head as f64).sqrt()).exp()
                            })
                            .collect();
                        let total: f64 = scores.iter().sum();
                        for (score, value) in scores.iter().zip(&values) {
                            for (seen, v) in seen[part.clone()].iter_mut().zip(&value[part.clone()]) {
                                *seen += score / total * v;
                            }
                        }
                    }
                    let x = norm(&add(x, &o.apply(&seen)), &norms[0]);
                    let wide: Vec<f64> = w
                        .apply(&x)
                        .into_iter()
                        .map(|y| match self.activation {
                            Activation::Relu => y.max(0.0),
                            Activation::Gelu => y * 0.5 * (1.0 + erf(y / std::f64::consts::SQRT_2)),
                        })
                        .collect();
                    norm(&add(&x, &n.apply(&wide)), &norms[1])
                })
                .collect();
        }
        let mean = |at: usize| tokens.iter().map(|x| x[at]).sum::<f64>() / pieces.len() as f64;
        (0..width).map(mean).collect()
    }
}

/// The error function by its series, which converges everywhere (here |x| stays below 6).
fn erf(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    for n in 1..200 {
        term *= -x * x / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    (sum * std::f64::consts::FRAC_2_SQRT_PI).clamp(-1.0, 1.0)
}

fn bits(vector: &[f32]) -> Vec<u32> {
    vector.iter().map(|x| x.to_bits()).collect()
}

fn here() -> impl Iterator<Item = Path> {
    Path::ALL.into_iter().filter(|path| path.is_here())
}

fn shapes() -> impl Strategy<Value = (usize, usize)> {
    prop::sample::select(vec![(32, 1), (32, 2), (64, 2), (96, 3), (96, 2), (128, 4), (128, 8), (160, 5)])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever the shape, the weights and the text, every kernel gives the bits of plain Rust.
    #[test]
    fn every_path_gives_the_same_bits(
        seed: u64, (width, heads) in shapes(), wide in 1usize..9, layers in 0usize..3, is_gelu: bool, extreme: bool,
        pieces in prop::collection::vec(0u32..VOCABULARY as u32, 1..=LONGEST),
    ) {
        let activation = if is_gelu { Activation::Gelu } else { Activation::Relu };
        let both = both(seed, width, heads, wide * 32, layers, activation, extreme);
        let plain = both.run(Path::Portable, &pieces);
        prop_assert!(plain.iter().all(|x| x.is_finite()));
        for path in here() {
            prop_assert_eq!(bits(&both.run(path, &pieces)), bits(&plain), "{}", path.name());
        }
    }

    /// What an earlier text left in the room changes nothing.
    #[test]
    fn a_used_room_is_as_good_as_a_new_one(
        seed: u64, texts in prop::collection::vec(prop::collection::vec(0u32..VOCABULARY as u32, 1..=LONGEST), 2..5),
    ) {
        let both = both(seed, 64, 2, 96, 2, Activation::Relu, false);
        for path in here() {
            let mut used = both.encoder.scratch();
            for pieces in &texts {
                let mut vector = vec![0.0; 64];
                both.encoder.run(path, pieces, &mut used, &mut vector).unwrap();
                prop_assert_eq!(bits(&vector), bits(&both.run(path, pieces)));
            }
        }
    }

    /// Against 64-bit floats: what is lost is what rounding activations to 255 steps loses.
    #[test]
    fn it_is_the_encoder_that_it_says_it_is(
        seed: u64, (width, heads) in shapes(), layers in 0usize..3, is_gelu: bool,
        pieces in prop::collection::vec(0u32..VOCABULARY as u32, 1..=LONGEST),
    ) {
        let activation = if is_gelu { Activation::Gelu } else { Activation::Relu };
        let both = both(seed, width, heads, 2 * width, layers, activation, false);
        let (fast, slow) = (both.run(Path::best(), &pieces), both.slowly(&pieces));
        let product: f64 = fast.iter().zip(&slow).map(|(a, b)| f64::from(*a) * b).sum();
        let sizes = fast.iter().map(|a| f64::from(*a).powi(2)).sum::<f64>() * slow.iter().map(|b| b * b).sum::<f64>();
        let cosine = product / sizes.sqrt();
        prop_assert!(cosine > if layers == 0 { 1.0 - 1e-10 } else { 0.9985 }, "{cosine}");
    }

    /// The products themselves are exact: against 64-bit whole numbers, at the ends of the range too.
    #[test]
    fn products_are_exact(seed: u64, rows in 1usize..8, deep in 1usize..9, panels in 1usize..7, extreme: bool) {
        let (inputs, outputs) = (deep * 32, panels * 16);
        let mut noise = Noise(seed);
        let weights = noise.weights(inputs * outputs, extreme);
        let whole = noise.weights(inputs * rows, extreme);
        let matrix = Matrix::new(outputs, inputs, &weights, &vec![1.0; outputs], &vec![0.0; outputs]).unwrap();
        let mut out = vec![0.0; rows * outputs];
        let stored: Vec<u8> = whole.iter().map(|x| *x as u8).collect();
        multiply::<Portable>(Rows { whole: &stored, steps: &vec![1.0; rows] }, &matrix, &mut out, Finish::Add);
        for (row, out) in whole.chunks(inputs).zip(out.chunks(outputs)) {
            for (weights, y) in weights.chunks(inputs).zip(out) {
                let exact: i64 = row.iter().zip(weights).map(|(x, w)| i64::from(*x) * i64::from(*w)).sum();
                prop_assert_eq!(exact as f32, *y);
            }
        }
    }

    #[test]
    fn quantising_loses_at_most_half_a_step(row in prop::collection::vec(-50f32..50.0, 16..=112).prop_map(|mut row| { row.truncate(row.len() / 16 * 16); row })) {
        let mut whole = vec![0; row.len()];
        let step = quantise::<Lanes>(&row, &mut whole, 0);
        for (x, whole) in row.iter().zip(&whole) {
            prop_assert!(*whole as i8 >= -127);
            prop_assert!((f32::from(*whole as i8) * step - x).abs() <= step * 0.50001);
        }
        let mut shifted = vec![0; row.len()];
        prop_assert_eq!(quantise::<Lanes>(&row, &mut shifted, 128).to_bits(), step.to_bits());
        prop_assert!(shifted.iter().zip(&whole).all(|(a, b)| *a == b.wrapping_add(128)));
    }

    #[test]
    fn dot_is_the_product(pairs in prop::collection::vec((-9f32..9.0, -9f32..9.0), 0..70)) {
        let (one, other): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
        let exact: f64 = one.iter().zip(&other).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        prop_assert!((f64::from(dot(&one, &other)) - exact).abs() < 1e-2);
        prop_assert_eq!(dot(&one, &other).to_bits(), product::<Lanes>(&one, &other).to_bits());
    }
}

#[test]
fn exp_and_gelu_are_near_the_real_ones() {
    for step in -87_000..=88_000i32 {
        let x = step as f32 / 1000.0;
        let exact = f64::from(x).exp();
        assert!((f64::from(exp(x)) / exact - 1.0).abs() < 2.4e-7, "{x}");
    }
    assert_eq!(exp(0.0), 1.0);
    assert_eq!(exp(-1e30).to_bits(), exp(-87.0).to_bits());
    for step in -5_000..=5_000i32 {
        let x = step as f32 / 1000.0;
        let exact = f64::from(x) * 0.5 * (1.0 + erf(f64::from(x) / std::f64::consts::SQRT_2));
        assert!((f64::from(gelu(x)) - exact).abs() < 1e-6, "{x}");
    }
}

/// These bits were written down on x86-64; every machine has to find them again.
#[test]
fn the_bits_are_the_same_on_every_machine() {
    let pieces: Vec<u32> = (0..LONGEST as u32).map(|at| at * 7 % VOCABULARY as u32).collect();
    for (activation, known) in [(Activation::Relu, RELU), (Activation::Gelu, GELU)] {
        let both = both(42, 128, 4, 512, 2, activation, false);
        for path in here() {
            // FNV-1a over the bits.
            let found = bits(&both.run(path, &pieces))
                .iter()
                .flat_map(|x| x.to_le_bytes())
                .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
                    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
                });
            assert_eq!(found, known, "{} {activation:?} {found:#x}", path.name());
        }
    }
}

const RELU: u64 = 0xb1b3_9219_d935_8b58;
const GELU: u64 = 0x1b44_7137_9d4c_d739;

#[test]
fn a_path_that_is_not_here_is_refused() {
    let both = both(1, 32, 1, 32, 1, Activation::Relu, false);
    for path in Path::ALL.into_iter().filter(|path| !path.is_here()) {
        let run = both.encoder.run(path, &[1], &mut both.encoder.scratch(), &mut [0.0; 32]);
        assert_eq!(run, Err(KernelError::Path));
    }
    assert!(Path::best().is_here() && Path::Portable.is_here());
}

#[test]
fn what_does_not_fit_is_refused() {
    let one = both(1, 32, 1, 32, 1, Activation::Relu, false);
    let other = both(1, 64, 1, 32, 1, Activation::Relu, false);
    let mut room = one.encoder.scratch();
    let too_long = vec![0; LONGEST + 1];
    for pieces in [&[][..], &[VOCABULARY as u32], &[u32::MAX], &too_long] {
        assert_eq!(
            one.encoder.run(Path::best(), pieces, &mut room, &mut [0.0; 32]),
            Err(KernelError::Pieces)
        );
    }
    let size = |result| assert!(matches!(result, Err(KernelError::Size(_))));
    size(one.encoder.run(Path::best(), &[1], &mut room, &mut [0.0; 31]));
    size(other.encoder.run(Path::best(), &[1, 2, 3], &mut Encoder::scratch(&small()), &mut [0.0; 64]));
    let matrix = |outputs: usize, inputs: usize, weights: &[i8]| {
        Matrix::new(outputs, inputs, weights, &vec![1.0; outputs], &vec![0.0; outputs]).map(drop)
    };
    size(matrix(16, 32, &[1; 511]));
    size(matrix(15, 32, &[1; 480]));
    size(matrix(16, 16, &[1; 256]));
    size(matrix(0, 32, &[]));
    size(matrix(16, 32, &[-128; 512]));
    let infinite = Matrix::new(16, 32, &[1; 512], &[f32::INFINITY; 16], &[0.0; 16]);
    assert_eq!(infinite.map(drop), Err(KernelError::NoNumber));
}

/// One with room for fewer numbers.
fn small() -> Encoder {
    let norm = Norm { gain: vec![1.0; 32], shift: vec![0.0; 32], epsilon: 1e-12 };
    let shape = Shape { width: 32, heads: 1, vocabulary: 1 };
    Encoder::new(shape, vec![1; 32], vec![1.0], vec![1.0; 64], norm, vec![]).unwrap()
}
