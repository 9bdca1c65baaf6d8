//! A lower-case text cut into words, numbers and Han characters with their places: what the grammars of days and times read.

use assent_types::numerals;

use crate::look::is_han;

/// One piece of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'a> {
    /// As it stands in the text.
    pub text: &'a str,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// Its value where it is a whole number below ten thousand in digits, English words or Chinese numerals.
    pub number: Option<i64>,
}

impl Token<'_> {
    /// Whether it is one of these.
    pub fn is(&self, words: &[&str]) -> bool {
        words.contains(&self.text)
    }

    /// Whether it is written in digits.
    pub fn is_digits(&self) -> bool {
        self.text.bytes().all(|b| b.is_ascii_digit())
    }
}

const HAN_NUMERALS: &str = "零〇一二三四五六七八九十两";

/// What a character belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    Digit,
    Letter,
    HanNumeral,
    /// Stands alone.
    Single,
    Space,
}

fn class(c: char) -> Class {
    if c.is_ascii_digit() {
        Class::Digit
    } else if HAN_NUMERALS.contains(c) {
        Class::HanNumeral
    } else if is_han(c) {
        Class::Single
    } else if c.is_alphabetic() || c == '\'' || c == '’' {
        Class::Letter
    } else if c.is_whitespace() {
        Class::Space
    } else {
        Class::Single
    }
}

/// The pieces of a lower-case text, in order; spaces are left out.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out: Vec<Token<'_>> = Vec::new();
    let mut run: Option<(usize, Class)> = None;
    let mut close = |run: &mut Option<(usize, Class)>, end: usize| {
        if let Some((start, class)) = run.take()
            && class != Class::Space
            && let Some(piece) = text.get(start..end)
        {
            out.push(Token { text: piece, start, end, number: value(piece, class) });
        }
    };
    for (at, c) in text.char_indices() {
        let class = class(c);
        let goes_on = run.is_some_and(|(_, open)| open == class && class != Class::Single);
        if !goes_on {
            close(&mut run, at);
            run = Some((at, class));
        }
    }
    close(&mut run, text.len());
    joined(text, out)
}

/// "Twenty five" and "twenty-five" as one piece.
fn joined<'a>(text: &'a str, pieces: Vec<Token<'a>>) -> Vec<Token<'a>> {
    let mut out = Vec::with_capacity(pieces.len());
    let mut at = 0;
    while let Some(token) = pieces.get(at) {
        at = at.saturating_add(1);
        let mut token = *token;
        if let Some(tens) = english(token.text).filter(|tens| *tens >= 20) {
            let skip = usize::from(pieces.get(at).is_some_and(|t| t.text == "-"));
            let unit = pieces.get(at.saturating_add(skip)).filter(|t| !t.is_digits());
            if let Some((unit, value)) =
                unit.and_then(|t| t.number.filter(|n| (1..10).contains(n)).map(|n| (t, n)))
            {
                token = Token {
                    text: text.get(token.start..unit.end).unwrap_or(token.text),
                    end: unit.end,
                    number: tens.checked_add(value),
                    ..token
                };
                at = at.saturating_add(skip).saturating_add(1);
            }
        }
        out.push(token);
    }
    out
}

fn value(piece: &str, class: Class) -> Option<i64> {
    match class {
        Class::Digit if piece.len() <= 4 => piece.parse().ok(),
        Class::Letter => english(piece),
        Class::HanNumeral => han_value(piece),
        _ => None,
    }
}

/// 0 to 19, and the tens that days, hours and minutes have, in one English word.
fn english(word: &str) -> Option<i64> {
    numerals::english_word(word).filter(|value| *value < 60)
}

/// 0 to 99 in Chinese numerals.
fn han_value(piece: &str) -> Option<i64> {
    let digit = |c: char| match c {
        '两' => Some(2),
        '〇' => Some(0),
        _ => "零一二三四五六七八九".chars().position(|d| d == c).and_then(|n| i64::try_from(n).ok()),
    };
    let chars: Vec<char> = piece.chars().collect();
    match *chars.as_slice() {
        ['十'] => Some(10),
        ['十', low] => digit(low)?.checked_add(10),
        [high, '十'] => digit(high)?.checked_mul(10),
        [high, '十', low] => digit(high)?.checked_mul(10)?.checked_add(digit(low)?),
        ['零' | '〇', low] => digit(low),
        [high, low] => digit(high)?.checked_mul(10)?.checked_add(digit(low)?),
        [low] => digit(low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_digits_and_in_both_languages() {
        let values = |text: &str| tokens(text).iter().filter_map(|t| t.number).collect::<Vec<_>>();
        assert_eq!(values("7pm, the 13th, twenty-five or twenty two"), [7, 13, 25, 22]);
        assert_eq!(values("十五号下午三点二十"), [15, 3, 20]);
        assert_eq!(values("half past 11 in the morning"), [11]);
        assert_eq!(values("99999 people"), Vec::<i64>::new());
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "at 下午3点, o'clock";
        for token in tokens(text) {
            assert_eq!(text.get(token.start..token.end), Some(token.text));
        }
    }
}
