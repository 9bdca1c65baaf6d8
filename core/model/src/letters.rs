//! From a text to its words: cleaned, lower case, without accents; punctuation, Chinese characters and digits stand alone.
//!
//! The Unicode tables are those of the crates that the `tokenizers` crate uses, on purpose: a newer table would cut some texts otherwise
//! than the training did.

use unicode_categories::UnicodeCategories;
use unicode_normalization_alignments::UnicodeNormalization;

/// What is done to a text before it is cut.
#[derive(Clone, Copy)]
pub(crate) struct Cleaning {
    /// Compatibility forms (full width, ligatures) become plain ones first.
    pub compatible: bool,
    /// Each digit stands alone.
    pub digits: bool,
}

/// Gives the words of a text one after the other to `each`, until it returns `false`.
pub(crate) fn words(text: &str, cleaning: Cleaning, each: impl FnMut(&[char]) -> bool) {
    let mut words = Words { word: Vec::with_capacity(32), digits: cleaning.digits, each, open: true };
    if text.chars().all(is_plain) {
        for c in text.chars() {
            words.take(plain(c, cleaning.compatible));
            if !words.open {
                return;
            }
        }
    } else if cleaning.compatible {
        clean(text.nfkc().map(|(c, _)| c), &mut words);
    } else {
        clean(text.chars(), &mut words);
    }
    words.end();
}

/// Whether a character is one of those that [`plain`] knows: they never join with their neighbours.
fn is_plain(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{3000}'..='\u{3002}' | '\u{300A}' | '\u{300B}' | '\u{FF01}'..='\u{FF5E}')
        || is_unified(c)
}

fn is_unified(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DB5}' | '\u{4E00}'..='\u{9FA5}')
}

/// What the whole way through [`clean`] makes of a plain character.
fn plain(c: char, compatible: bool) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' if compatible => {
            let narrow = u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c);
            narrow.to_ascii_lowercase()
        }
        'Ａ'..='Ｚ' => u32::from(c).checked_add(0x20).and_then(char::from_u32).unwrap_or(c),
        c => c.to_ascii_lowercase(),
    }
}

/// BERT's normalisation, step by step as the `tokenizers` crate takes it.
fn clean<E: FnMut(&[char]) -> bool>(text: impl Iterator<Item = char>, words: &mut Words<E>) {
    let spaced = text.filter(|c| !is_dropped(*c)).flat_map(|c| {
        let c = if c.is_whitespace() { ' ' } else { c };
        let around = is_chinese(c).then_some(' ');
        around.into_iter().chain([c]).chain(around)
    });
    for (c, _) in spaced.nfd() {
        if !c.is_mark_nonspacing() {
            c.to_lowercase().for_each(|c| words.take(c));
        }
        if !words.open {
            return;
        }
    }
}

/// Control and format characters and those for private use.
fn is_dropped(c: char) -> bool {
    c == '\u{FFFD}' || (!matches!(c, '\t' | '\n' | '\r') && c.is_other())
}

fn is_chinese(c: char) -> bool {
    matches!(
        c,
        '\u{4E00}'..='\u{9FFF}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{20000}'..='\u{2A6DF}'
            | '\u{2A700}'..='\u{2B73F}'
            | '\u{2B740}'..='\u{2B81F}'
            | '\u{2B920}'..='\u{2CEAF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{2F800}'..='\u{2FA1F}'
    )
}

/// The word that is being read.
struct Words<E> {
    word: Vec<char>,
    digits: bool,
    each: E,
    /// Whether more words are wanted.
    open: bool,
}

impl<E: FnMut(&[char]) -> bool> Words<E> {
    fn take(&mut self, c: char) {
        if c.is_ascii_lowercase() {
            self.word.push(c);
        } else if c.is_whitespace() {
            self.end();
        } else if is_unified(c) || self.stands_alone(c) {
            self.end();
            self.open = self.open && (self.each)(&[c]);
        } else {
            self.word.push(c);
        }
    }

    /// Punctuation and, where they are to, digits. Chinese characters come with spaces around them, or are [`is_unified`].
    fn stands_alone(&self, c: char) -> bool {
        c.is_ascii_punctuation() || c.is_punctuation() || (self.digits && c.is_numeric())
    }

    fn end(&mut self) {
        if !self.word.is_empty() {
            self.open = self.open && (self.each)(&self.word);
            self.word.clear();
        }
    }
}
