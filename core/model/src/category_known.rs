//! Names that training knows, found again through what bills do to them: branches, numbers, towns, prefixes, cut ends, slips.
//!
//! Names are looked up by letter pairs and triples, each weighed by how rare it is among the known names; the best few are then laid
//! along the text letter by letter (`category_slips.rs`). `models/training/known.py` does the same, and `category.py` beside it fits the
//! trust in what is found.

use std::ops::{Range, RangeInclusive};
use std::sync::OnceLock;

use crate::category_slips::slips;
use crate::category_words::{grams, words};
use crate::error::ModelError;
use crate::tensors::Tensors;

const MISFIT: ModelError = ModelError::Shape("the category head's known names do not fit each other");
const BUCKETS: u32 = 1 << 15;
const LENGTHS: RangeInclusive<usize> = 2..=3;
/// What the first words of a text count, and the last number all further ones.
const PLACES: [f32; 5] = [1.0, 0.8, 0.7, 0.6, 0.5];
/// What words of every bill count, and those before a payment service's asterisk.
const LITTLE: f32 = 0.3;
/// How many of the names that share most with a text are laid along it.
const CANDIDATES: usize = 8;
/// How many numbers trust is computed from.
const INPUTS: usize = 13;
const FILLERS: &[&str] = &[
    "store", "stores", "shop", "ltd", "inc", "llc", "plc", "co", "corp", "gmbh", "retail", "online", "svcs",
    "services", "intl", "com", "www", "uk", "gb", "gbr", "us", "usa", "cn", "sg", "de", "fr", "ca", "au",
    "hk", "pos", "card", "sp", "iz", "sq", "tst",
];

/// Known names, one a line in words, and the category of each.
pub(crate) struct Known {
    names: String,
    category: Vec<u8>,
    trust: Vec<f32>,
    /// Made when first asked: the model's start does not wait for it.
    index: OnceLock<Index>,
}

/// A name that was found, as far as it was.
pub(crate) struct Found {
    pub category: usize,
    /// How well the name lies along the text, from 0 to 1.
    lies: f32,
    /// The share of the text that it explains.
    of_text: f32,
    /// What the pairs and triples that both have weigh.
    weight: f32,
    /// The name's letters.
    length: f32,
    /// Whether the text begins with the name's first two letters, 0 or 1.
    begins: f32,
    /// Whether it begins with the name's first word, 0 or 1.
    same: f32,
}

/// Which names hold which pairs and triples.
struct Index {
    /// How rare the pairs and triples of a bucket are.
    rare: Vec<f32>,
    /// Where a bucket's names begin among the holders; one more than there are buckets.
    starts: Vec<usize>,
    holders: Vec<usize>,
    /// Where a name stands among the bytes of all.
    lines: Vec<Range<usize>>,
    /// What all pairs and triples of a name weigh together.
    total: Vec<f32>,
}

impl Known {
    /// `None` for a head without names.
    pub fn load(weights: &Tensors<'_>, categories: usize) -> Result<Option<Self>, ModelError> {
        let Some(bytes) = weights.length("known.names") else { return Ok(None) };
        let names = String::from_utf8(weights.plain("known.names", &[bytes]).ok_or(MISFIT)?.to_vec())
            .map_err(|_| MISFIT)?;
        let count = weights.length("known.category").ok_or(MISFIT)?;
        let category = weights.plain("known.category", &[count]).ok_or(MISFIT)?.to_vec();
        let trust = weights.floats("known.trust", &[INPUTS])?.ok_or(MISFIT)?;
        if names.split('\n').count() != count || category.iter().any(|c| usize::from(*c) >= categories) {
            return Err(MISFIT);
        }
        Ok(Some(Self { names, category, trust, index: OnceLock::new() }))
    }

    /// The known name that a text most likely means.
    pub fn find(&self, text: &str) -> Option<Found> {
        let index = self.index.get_or_init(|| Index::new(&self.names));
        let mut matched = vec![0.0f32; index.total.len()];
        let mut whole = 0.0f32;
        for (bucket, weight) in weighed(text) {
            let part = weight * index.rare.get(bucket).copied().unwrap_or_default();
            whole += part;
            for holder in index.holders_of(bucket) {
                if let Some(matched) = matched.get_mut(*holder) {
                    *matched += part;
                }
            }
        }
        let mut best: Vec<(f32, usize)> = Vec::new();
        for (name, (m, total)) in matched.iter().zip(&index.total).enumerate().filter(|(_, (m, _))| **m > 0.0)
        {
            let merit = m / (total + 0.3 * (whole - m)).max(1e-6);
            if best.len() < CANDIDATES || best.last().is_some_and(|last| merit > last.0) {
                // The first of equals stands first, as in training.
                let place = best.partition_point(|(other, _)| *other >= merit);
                best.insert(place, (merit, name));
                best.truncate(CANDIDATES);
            }
        }
        let line = named_part(text);
        let candidates = best.iter().filter_map(|(merit, name)| {
            let written = self.names.get(index.lines.get(*name)?.clone())?;
            let (cost, length) = slips(written, &line);
            let (lies, weight) = ((1.0 - cost / length).max(0.0), *matched.get(*name)?);
            let of_text = weight / whole;
            let category = usize::from(*self.category.get(*name)?);
            let first = line.first()?;
            let begins = flag(first.iter().take(2).copied().eq(written.chars().take(2)));
            let same = flag(written.split(' ').next()?.chars().eq(first.iter().copied()));
            Some((
                merit + lies + 0.3 * of_text,
                Found { category, lies, of_text, weight, length, begins, same },
            ))
        });
        Some(candidates.reduce(|best, next| if next.0 > best.0 { next } else { best })?.1)
    }

    /// How sure it is that the name is meant and its category right; `agrees` is what the rest of the head gives to that category.
    pub fn trust(&self, found: &Found, agrees: f32) -> f32 {
        let Found { lies, of_text, weight, length, begins, same, .. } = *found;
        let exact = flag(lies > 0.999);
        let agrees = log(agrees.max(1e-4));
        let weight = log(weight + 1e-3);
        let inputs: [f32; INPUTS] = [
            lies,
            lies * lies,
            of_text,
            lies * of_text,
            weight,
            agrees,
            1.0,
            exact,
            exact * of_text,
            log(length),
            begins,
            begins * lies,
            same,
        ];
        let sum: f32 = self.trust.iter().zip(inputs).map(|(trust, input)| trust * input).sum();
        1.0 / (1.0 + exp(-sum))
    }
}

/// The words after a payment service's asterisk; all where there are none.
fn named_part(text: &str) -> Vec<Vec<char>> {
    let after = words(text.rsplit_once('*').map_or(text, |(_, after)| after));
    if after.is_empty() { words(text) } else { after }
}

fn flag(is: bool) -> f32 {
    if is { 1.0 } else { 0.0 }
}

/// In 64 bits and then rounded: platforms that differ in the last of them agree after it.
#[expect(clippy::cast_possible_truncation, reason = "rounding is what it is for")]
fn log(x: f32) -> f32 {
    f64::from(x).ln() as f32
}

/// In 64 bits and then rounded, as [`log`].
#[expect(clippy::cast_possible_truncation, reason = "rounding is what it is for")]
pub(crate) fn exp(x: f32) -> f32 {
    f64::from(x).exp() as f32
}

fn bucket(hash: u32) -> usize {
    usize::try_from(hash % BUCKETS).unwrap_or_default()
}

/// The buckets of a text's pairs and triples with their weight by place, each bucket once, in order.
fn weighed(text: &str) -> Vec<(usize, f32)> {
    let (before, after) = text.rsplit_once('*').unwrap_or(("", text));
    let (before, after) = match words(after) {
        after if after.is_empty() => (after, words(text)),
        after => (words(before), after),
    };
    let alone = after.len() < 2;
    let mut out: Vec<(usize, f32)> = Vec::new();
    let mut take = |word: &[char], weight: f32| grams(word, LENGTHS, |hash| out.push((bucket(hash), weight)));
    before.iter().for_each(|word| take(word, LITTLE));
    let mut places = PLACES.iter().chain(PLACES.last().into_iter().cycle());
    for word in &after {
        let fills = !alone && FILLERS.iter().any(|filler| filler.chars().eq(word.iter().copied()));
        let weight = if fills { LITTLE } else { places.next().copied().unwrap_or(LITTLE) };
        take(word, weight);
    }
    out.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    out.dedup_by_key(|(bucket, _)| *bucket);
    out
}

impl Index {
    fn new(names: &str) -> Self {
        let buckets_of = |name: &str| {
            let mut buckets = Vec::with_capacity(64);
            for word in name.split(' ') {
                let word: Vec<char> = word.chars().collect();
                grams(&word, LENGTHS, |hash| buckets.push(bucket(hash)));
            }
            buckets.sort_unstable();
            buckets.dedup();
            buckets
        };
        let rows: Vec<Vec<usize>> = names.split('\n').map(buckets_of).collect();
        let lines = names.split('\n').scan(0usize, |start, name| {
            let line = *start..start.saturating_add(name.len());
            *start = line.end.saturating_add(1);
            Some(line)
        });
        let lines = lines.collect();
        let mut held = vec![0usize; bucket(u32::MAX).saturating_add(1)];
        for at in rows.iter().flatten() {
            if let Some(held) = held.get_mut(*at) {
                *held = held.saturating_add(1);
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "counts far below 2^24")]
        let rarity = |held: &usize| if *held == 0 { 0.0 } else { log(rows.len() as f32 / *held as f32) };
        let rare: Vec<f32> = held.iter().map(rarity).collect();
        let total = rows.iter().map(|row| row.iter().filter_map(|at| rare.get(*at)).sum()).collect();
        let mut starts = vec![0usize];
        starts.extend(held.iter().scan(0usize, |sum, held| {
            *sum = sum.saturating_add(*held);
            Some(*sum)
        }));
        let mut next = starts.clone();
        let mut holders = vec![0usize; starts.last().copied().unwrap_or_default()];
        for (name, row) in rows.iter().enumerate() {
            for at in row {
                let Some(place) = next.get_mut(*at) else { continue };
                if let Some(holder) = holders.get_mut(*place) {
                    *holder = name;
                }
                *place = place.saturating_add(1);
            }
        }
        Self { rare, starts, holders, lines, total }
    }

    fn holders_of(&self, bucket: usize) -> &[usize] {
        let range = self.starts.get(bucket).zip(self.starts.get(bucket.saturating_add(1)));
        range.and_then(|(from, to)| self.holders.get(*from..*to)).unwrap_or_default()
    }
}
