//! Words by their sound: what speech recognition writes for one another has one key (`right` and `write`, 是 and 市).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::grammar::VOCABULARY;

static KEYS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut keys = HashMap::new();
    for line in include_str!("../sounds/en.txt").lines().filter(|l| !l.starts_with('#')) {
        let mut words = line.split(' ');
        let Some(first) = words.next() else { continue };
        keys.extend(words.map(|word| (word.to_owned(), first.to_owned())));
    }
    for line in include_str!("../sounds/zh.txt").lines().filter(|l| !l.starts_with('#')) {
        let Some((syllable, characters)) = line.split_once(' ') else { continue };
        // No word of a reply has a digit in front, so that a syllable is no English word.
        keys.extend(characters.chars().map(|c| (c.to_string(), format!("1{syllable}"))));
    }
    keys
});

/// The key of a word's sound: the word itself where nothing sounds like it.
fn of(word: &str) -> &str {
    KEYS.get(word).map_or(word, String::as_str)
}

/// The words of the grammar by their sound.
static KNOWN: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut known: HashMap<&str, Vec<&str>> = HashMap::new();
    for word in VOCABULARY.iter() {
        known.entry(of(word)).or_default().push(word);
    }
    known
});

/// What a word that the grammar does not know may have been: its words with the same sound.
pub(crate) fn may_be(word: &str) -> &'static [&'static str] {
    let letter = word.len() == 1;
    if letter || VOCABULARY.contains(word) {
        return &[];
    }
    KNOWN.get(of(word)).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sounds_alike_has_one_key() {
        for (one, other) in
            [("是", "市"), ("四", "是"), ("付", "富"), ("行", "新"), ("right", "write"), ("no", "know")]
        {
            assert_eq!(of(one), of(other), "{one} {other}");
        }
        for (one, other) in [("不", "付"), ("好", "不"), ("yes", "no"), ("zebra", "tiger")] {
            assert_ne!(of(one), of(other), "{one} {other}");
        }
    }
}
