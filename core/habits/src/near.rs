//! Which known payee has the name nearest to a new one's: the branch of a chain, the other shop of the same kind.
//!
//! Names are compared by their runs of three letters, each name folded into 256 bits first. That is rough and takes well under a
//! microsecond a name; nothing is decided by it but where a score for a new payee lies below the threshold that it may never pass.

use assent_types::Text;

use crate::record::Known;

/// Shorter words (the, of, ltd. cut short) say nothing of a business.
const SHORTEST_WORD: usize = 3;

/// A name in letters: its runs of three as bits, and its words.
struct Letters {
    runs: [u64; 4],
    words: Vec<u64>,
}

impl Letters {
    fn of(name: &Text) -> Self {
        let mut letters = Self { runs: [0; 4], words: Vec::new() };
        let (mut before, mut last) = (' ', ' ');
        let (mut word, mut length) = (FNV_START, 0usize);
        let lower = name.as_str().chars().flat_map(char::to_lowercase).chain([' ']);
        for c in lower.map(|c| if c.is_alphanumeric() { c } else { ' ' }) {
            if c.is_alphabetic() {
                (word, length) = (fnv(word, c), length.saturating_add(1));
            } else {
                if length >= SHORTEST_WORD {
                    letters.words.push(word);
                }
                (word, length) = (FNV_START, 0);
            }
            if c == ' ' && last == ' ' {
                continue;
            }
            let run = [before, last, c].into_iter().fold(FNV_START, fnv);
            // The golden ratio's bits mix what so few letters leave alike; the upper bits of the product are the best mixed.
            let bit = (run ^ (run >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56;
            if let Some(bits) = letters.runs.get_mut((bit / 64) as usize) {
                *bits |= 1 << (bit % 64);
            }
            (before, last) = (last, c);
        }
        letters
    }

    /// The share of runs in either that are in both, 0 to 1.
    fn likeness(&self, other: &Self) -> f64 {
        let count = |f: fn(u64, u64) -> u64| -> u32 {
            self.runs.iter().zip(&other.runs).map(|(a, b)| f(*a, *b).count_ones()).sum()
        };
        f64::from(count(|a, b| a & b)) / f64::from(count(|a, b| a | b).max(1))
    }
}

const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

/// Fowler, Noll and Vo's hash, 1a, a character at a time.
fn fnv(hash: u64, c: char) -> u64 {
    (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0000_0100_0000_01b3)
}

/// How a new name stands among those known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Standing {
    /// Where in the list the most similar name is.
    pub nearest: usize,
    /// How similar, 0 to 1.
    pub likeness: f64,
    /// The share of names that hold the most common of this name's words, 0 to 1.
    pub word_share: f64,
}

/// The most similar of the known names, the latest among equals; `None` where none has anything in common.
pub(crate) fn nearest(name: &Text, known: &Known) -> Option<Standing> {
    let new = Letters::of(name);
    let mut counts = vec![0u32; new.words.len()];
    let mut best: Option<(usize, f64)> = None;
    for (at, (_, other)) in known.payees.iter().enumerate() {
        let other = Letters::of(other);
        for (word, count) in new.words.iter().zip(&mut counts) {
            *count = count.saturating_add(u32::from(other.words.contains(word)));
        }
        let likeness = new.likeness(&other);
        if likeness > 0.0 && best.is_none_or(|(_, most)| likeness >= most) {
            best = Some((at, likeness));
        }
    }
    let (nearest, likeness) = best?;
    let most = counts.into_iter().max().unwrap_or(0);
    Some(Standing { nearest, likeness, word_share: f64::from(most) / known.payees.len().max(1) as f64 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use assent_types::Id;
    use proptest::prelude::*;

    fn known(names: &[&str]) -> Known {
        let entry = |(n, name): (usize, &&str)| (Id::new(&format!("s{n}")).unwrap(), text(name));
        Known { payees: names.iter().enumerate().map(entry).collect() }
    }

    fn text(name: &str) -> Text {
        Text::line(name, 128).unwrap()
    }

    #[test]
    fn the_other_branch_is_nearest() {
        let names = known(&[
            "Amazon Marketplace",
            "TESCO STORES 2345",
            "Tesco Express",
            "Shell Selly Oak",
            "星巴克咖啡（朝阳店）",
        ]);
        let branch = nearest(&text("tesco stores-3811"), &names).unwrap();
        assert_eq!((branch.nearest, branch.word_share), (1, 0.4));
        assert!(branch.likeness > 0.5);
        assert_eq!(nearest(&text("星巴克咖啡（海淀店）"), &names).unwrap().nearest, 4);
        assert!(nearest(&text("zq"), &names).is_none_or(|s| s.likeness < 0.2));
        assert_eq!(nearest(&text("x"), &Known::default()), None);
    }

    proptest! {
        #[test]
        fn a_name_is_like_itself_and_likeness_is_a_share(name in "[a-z ]{1,30}|[\\PC]{1,20}", others in prop::collection::vec("[a-z]{1,12}", 0..6)) {
            if let Ok(name) = Text::line(&name, 128) {
                let mut names: Vec<&str> = others.iter().map(String::as_str).collect();
                names.push(name.as_str());
                let found = nearest(&name, &known(&names));
                if name.as_str().chars().any(char::is_alphanumeric) {
                    prop_assert!(found.is_some_and(|f| f.likeness == 1.0 && (0.0..=1.0).contains(&f.word_share)));
                }
            }
        }
    }
}
