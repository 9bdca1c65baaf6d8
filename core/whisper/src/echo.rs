//! The device's own speech, heard as a reply.

use assent_types::numerals;

use crate::words;

/// A longer stretch that is mostly the device's words is its echo, however badly it was recognised: so many words or characters ...
const LONG: usize = 4;
/// ... of which such a share, in percent, stand in the spoken sentence in the same order.
const SHARE: usize = 75;

/// Whether the words are the device's own sentence, or a piece of it.
pub fn is_echo(words: &str, spoken: &str) -> bool {
    is_echo_of(words, spoken, false)
}

/// As [`is_echo`]; a short refusal is believed even where the sentence holds the same word.
pub(crate) fn is_echo_of(words: &str, spoken: &str, refuses: bool) -> bool {
    let (heard, said) = (tokens(words), tokens(spoken));
    if heard.is_empty() || refuses && heard.len() < LONG {
        return false;
    }
    let whole = said.windows(heard.len()).any(|piece| piece == heard);
    let mostly = heard.len() >= LONG
        && in_common(&heard, &said).saturating_mul(100) >= heard.len().saturating_mul(SHARE);
    whole || mostly
}

/// The words, each number as its value however it is written, without punctuation.
fn tokens(text: &str) -> Vec<String> {
    let normal = words::normal(text);
    let mut tokens = words::split(&normal);
    for found in numerals::find(&normal).into_iter().rev() {
        let inside: Vec<usize> = tokens
            .iter()
            .enumerate()
            .filter(|(_, word)| (found.start..found.end).contains(&word.start))
            .map(|(i, _)| i)
            .collect();
        if let (Some(first), Some(last)) = (inside.first(), inside.last()) {
            let number = words::Word { text: found.value.to_string(), start: found.start };
            tokens.splice(*first..=*last, [number]);
        }
    }
    tokens.into_iter().map(|word| word.text).filter(|word| !words::is_mark(word)).collect()
}

/// The length of the longest common subsequence.
fn in_common(one: &[String], other: &[String]) -> usize {
    let mut row = vec![0usize; other.len().saturating_add(1)];
    for a in one {
        let mut diagonal = 0;
        for (i, b) in other.iter().enumerate() {
            let next = i.saturating_add(1);
            let (left, above) = (row.get(i).copied().unwrap_or(0), row.get(next).copied().unwrap_or(0));
            let best = if a == b { diagonal + 1 } else { above.max(left) };
            diagonal = above;
            if let Some(cell) = row.get_mut(next) {
                *cell = best;
            }
        }
    }
    row.last().copied().unwrap_or(0)
}
