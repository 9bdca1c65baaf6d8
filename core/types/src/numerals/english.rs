//! Numbers in English words: `thirty-eight`, `one hundred and five`, `fifteen hundred`, `two and a half`, `three point five`.

use super::{Line, Number, Step};

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

enum Word {
    /// 0 to 19.
    Small(i64),
    /// 20, 30 … 90.
    Tens(i64),
    Hundred,
    /// A thousand, a million, a billion.
    Scale(i64),
}

/// The value of one English word for a number below a hundred: `zero` to `nineteen`, `twenty`, `thirty` … `ninety`.
pub fn english_word(word: &str) -> Option<i64> {
    let place = |list: &[&str]| list.iter().position(|w| *w == word).and_then(|i| i64::try_from(i).ok());
    place(&SMALL).or_else(|| place(&TENS).map(|tens| tens.saturating_add(2).saturating_mul(10)))
}

fn word(text: &str) -> Option<Word> {
    if let Some(value) = english_word(text) {
        return Some(if value < 20 { Word::Small(value) } else { Word::Tens(value) });
    }
    match text {
        "hundred" => Some(Word::Hundred),
        _ => scale(text).map(Word::Scale),
    }
}

fn scale(text: &str) -> Option<i64> {
    match text {
        "thousand" => Some(1_000),
        "million" => Some(1_000_000),
        "billion" => Some(1_000_000_000),
        _ => None,
    }
}

/// The word after spaces or one hyphen.
fn next(line: &Line, at: usize) -> Option<(String, usize)> {
    let at = if line.get(at) == Some('-') { at.saturating_add(1) } else { line.skip_spaces(at) };
    line.word(at)
}

/// Reads the number that begins with the word at `at`.
pub(super) fn read(line: &Line, at: usize) -> Option<Step> {
    let (first, first_end) = line.word(at)?;
    if line.get(first_end).is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    if first == "point" {
        let (number, end) = fraction(line, Number::whole(0)?, at)?;
        return Some(Step::Number(number, end));
    }
    let (whole, end) = match first.as_str() {
        "a" => {
            let (second, _) = next(line, first_end)?;
            matches!(word(&second), Some(Word::Hundred | Word::Scale(_))).then_some(())?;
            whole(line, first_end, Some(1))?
        }
        _ => whole(line, at, None)?,
    };
    let number = Number::whole(whole)?;
    let (number, end) = fraction(line, number, end).unwrap_or((number, end));
    Some(Step::Number(number, end))
}

/// A digit number times a following scale: `5 thousand`, `2.5 million`, `3k`, `2 hundred`.
pub(super) fn multiplied(line: &Line, number: Number, end: usize) -> Option<(Number, usize)> {
    let (text, after) = next(line, end)?;
    let factor = match text.as_str() {
        "hundred" => 100,
        "k" if end.saturating_add(1) == after => 1_000,
        other => scale(other)?,
    };
    Some((number.times(factor)?, after))
}

/// The whole part. `group` is what stands before the first word already (`a hundred`).
fn whole(line: &Line, at: usize, group: Option<i64>) -> Option<(i64, usize)> {
    let mut total: i64 = 0;
    let mut group = group;
    // What the last word was: after `twenty` only a unit can follow, after a unit only a scale.
    let (mut room, mut last_scale) = (if group.is_some() { 0 } else { 100 }, i64::MAX);
    let mut end = at;
    let mut joined = false;
    let mut seen = None;
    loop {
        let first = seen.is_none() && group.is_none();
        let Some((text, after)) = (if first { line.word(end) } else { next(line, end) }) else { break };
        let after_hundred_or_scale = room >= 100 && seen.is_some();
        if text == "and" && after_hundred_or_scale && !joined {
            // Taken only where a number goes on behind it.
            let goes_on = next(line, after).and_then(|(t, _)| word(&t));
            if !matches!(goes_on, Some(Word::Small(_) | Word::Tens(_))) {
                break;
            }
            (end, joined) = (after, true);
            continue;
        }
        match word(&text) {
            Some(Word::Small(value)) if value < room && (value > 0 || seen.is_none()) => {
                group = Some(group.unwrap_or(0).checked_add(value)?);
                room = 0;
            }
            Some(Word::Tens(value)) if room >= 100 => {
                group = Some(group.unwrap_or(0).checked_add(value)?);
                room = 10;
            }
            Some(Word::Hundred) if group.is_some_and(|g| (1..100).contains(&g)) => {
                group = Some(group?.checked_mul(100)?);
                room = 100;
            }
            Some(Word::Scale(scale)) if group.is_some_and(|g| g > 0) && scale < last_scale => {
                total = total.checked_add(group?.checked_mul(scale)?)?;
                (group, room, last_scale) = (None, 100, scale);
            }
            _ => break,
        }
        (end, joined, seen) = (after, false, Some(()));
    }
    seen?;
    Some((total.checked_add(group.unwrap_or(0))?, end))
}

/// `point five`, `and a half`.
fn fraction(line: &Line, number: Number, end: usize) -> Option<(Number, usize)> {
    let (text, mut at) = next(line, end)?;
    if text == "and" {
        let (a, after) = next(line, at)?;
        let (half, after) = next(line, after)?;
        return (a == "a" && half == "half").then_some((number.plus(Number::new(5, 1)?)?, after));
    }
    (text == "point").then_some(())?;
    let (mut mantissa, mut decimals) = (number.scaled(0)?, 0u8);
    while let Some((text, after)) = next(line, at) {
        let digit = if text == "oh" { Some(Word::Small(0)) } else { word(&text) };
        let Some(Word::Small(digit @ 0..=9)) = digit else { break };
        mantissa = mantissa.checked_mul(10)?.checked_add(digit)?;
        (decimals, at) = (decimals.checked_add(1)?, after);
    }
    (decimals > 0).then_some((Number::new(mantissa, decimals)?, at))
}
