//! A merchant's name in words and letter n-grams: what the category head sees beside the encoder's vector.
//!
//! `models/training/letters.py` does the same to the letter; the reference of the shipped model holds the two together.

use unicode_categories::UnicodeCategories;

use crate::letters::{self, Cleaning};

const CLEANING: Cleaning = Cleaning { compatible: true, digits: true };

/// The words of a text: Han characters in a row are one word, an apostrophe joins what stands around it, digits and other signs are left out.
pub(crate) fn words(text: &str) -> Vec<Vec<char>> {
    let mut out: Vec<Vec<char>> = Vec::new();
    let mut before = Before::Other;
    letters::words(text, CLEANING, |word| {
        let now = match word {
            ['\'' | '’' | '`'] => Before::Apostrophe,
            [c] if is_han(*c) => Before::Han,
            word if word.iter().any(|c| c.is_letter()) => Before::Word,
            _ => Before::Other,
        };
        let joins =
            matches!((&before, &now), (Before::Apostrophe, Before::Word) | (Before::Han, Before::Han));
        match (now, out.last_mut()) {
            (Before::Han | Before::Word, Some(last)) if joins => last.extend(word),
            (Before::Han | Before::Word, _) => out.push(word.to_vec()),
            _ => {}
        }
        before = now;
        true
    });
    out
}

/// What a word comes after.
#[derive(Clone, Copy)]
enum Before {
    Apostrophe,
    Han,
    Word,
    Other,
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}')
}

/// Hashes of the n-grams of a word with a space on either side; of a word with Han characters also those of each character.
pub(crate) fn grams(word: &[char], lengths: std::ops::RangeInclusive<usize>, mut each: impl FnMut(u32)) {
    let framed: Vec<char> = [' '].iter().chain(word).chain(&[' ']).copied().collect();
    for length in lengths {
        framed.windows(length.max(1)).for_each(|gram| each(fnv(gram)));
    }
    word.iter().filter(|c| is_han(**c)).for_each(|c| each(fnv(&[*c])));
}

/// FNV-1a, 32 bits, of the UTF-8 bytes.
fn fnv(gram: &[char]) -> u32 {
    let mut room = [0; 4];
    gram.iter().fold(0x811c_9dc5, |hash, c| {
        c.encode_utf8(&mut room)
            .bytes()
            .fold(hash, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.into_iter().collect()).collect()
    }

    #[test]
    fn a_bill_line_is_read_in_words() {
        assert_eq!(
            read("SQ *McDonald's 0123 LONDON（王府井店） 星巴克"),
            ["sq", "mcdonalds", "london", "王府井店", "星巴克"]
        );
        assert_eq!(read("Café　Crème 7-ELEVEn №5"), ["cafe", "creme", "eleven", "no"]);
        assert_eq!(read("' 12 **"), Vec::<String>::new());
    }

    #[test]
    fn grams_hash_as_fnv_does() {
        // FNV-1a's published value of "a".
        assert_eq!(fnv(&['a']), 0xe40c_292c);
        let mut count = 0;
        grams(&['茶', 'x'], 2..=3, |_| count += 1);
        assert_eq!(count, 3 + 2 + 1);
    }
}
