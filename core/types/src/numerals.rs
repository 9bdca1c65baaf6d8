//! Numbers as people write and say them, in English and Chinese: `1,050.50`, `fifteen hundred`, `一千零五十`, `三块五`.
//!
//! Exact throughout: a number is a whole mantissa and a count of decimals, never a float. Read are plain numbers and amounts with
//! their currency; left out are ordinals (`2nd`, `第二`), shares (`20%`), version-like runs (`1.2.3`) and digits inside a word (`A380`).
//! A time or a date is read as its numbers (`11:30` is 11 and 30). The pronoun `one` is read as 1: the caller knows the sentence.
//!
//! ```
//! use assent_types::numerals::find;
//!
//! let found = find("三块五 or fifteen hundred dollars");
//! assert_eq!(found.len(), 2);
//! assert_eq!(found[0].value.to_string(), "3.5");
//! assert_eq!(found[1].value.to_string(), "1500");
//! assert!(found[1].currencies.iter().any(|c| c.code() == "USD"));
//! ```

mod chinese;
mod digits;
mod english;
mod unit;

use std::fmt;

pub use english::english_word;

use crate::money::{Currency, Money};

/// An exact decimal number of zero or more: `mantissa` divided by ten to the power of `decimals`.
#[derive(Clone, Copy)]
pub struct Number {
    mantissa: i64,
    decimals: u8,
}

/// The most decimals that are read; the rest of the world's currencies have four.
const MAX_DECIMALS: u8 = 6;

impl Number {
    /// A whole number; `None` where it is negative.
    pub fn whole(value: i64) -> Option<Self> {
        Self::new(value, 0)
    }

    /// `mantissa` with its last `decimals` digits behind the point, in lowest terms; `None` where it is negative or has over six decimals.
    pub fn new(mantissa: i64, decimals: u8) -> Option<Self> {
        (mantissa >= 0 && decimals <= MAX_DECIMALS).then_some(())?;
        let mut number = Self { mantissa, decimals };
        while number.decimals > 0 && number.mantissa % 10 == 0 {
            number = Self { mantissa: number.mantissa / 10, decimals: number.decimals.saturating_sub(1) };
        }
        Some(number)
    }

    /// The digits without the point.
    pub fn mantissa(self) -> i64 {
        self.mantissa
    }

    /// How many of the digits stand behind the point; as few as the value needs.
    pub fn decimals(self) -> u8 {
        self.decimals
    }

    /// The number times ten to the power of `exponent`, where that is whole and fits: 3.5 in minor units of two decimals is 350.
    pub fn scaled(self, exponent: u32) -> Option<i64> {
        let shift = exponent.checked_sub(u32::from(self.decimals))?;
        self.mantissa.checked_mul(10i64.checked_pow(shift)?)
    }

    /// As money, where the currency has that many decimals.
    pub fn in_currency(self, currency: Currency) -> Option<Money> {
        Money::from_minor(self.scaled(currency.exponent())?, currency)
    }

    fn times(self, factor: i64) -> Option<Self> {
        Self::new(self.mantissa.checked_mul(factor)?, self.decimals)
    }

    fn plus(self, other: Self) -> Option<Self> {
        let decimals = self.decimals.max(other.decimals);
        let sum = self.scaled(u32::from(decimals))?.checked_add(other.scaled(u32::from(decimals))?)?;
        Self::new(sum, decimals)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        // Both are in lowest terms.
        (self.mantissa, self.decimals) == (other.mantissa, other.decimals)
    }
}

impl Eq for Number {}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = usize::from(self.decimals);
        let digits = format!("{:0>width$}", self.mantissa, width = decimals.saturating_add(1));
        let (whole, fraction) =
            digits.split_at_checked(digits.len().saturating_sub(decimals)).unwrap_or((&digits, ""));
        f.write_str(whole)?;
        if fraction.is_empty() { Ok(()) } else { write!(f, ".{fraction}") }
    }
}

/// `Debug` hides the value: it may be what somebody paid.
impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Number(…)")
    }
}

/// A number in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub value: Number,
    /// Where it begins, its currency sign included, in bytes.
    pub start: usize,
    /// Where it ends, its unit included, in bytes.
    pub end: usize,
    /// Which currencies the unit may mean; empty where none was said. `dollars` may be several, `元` too.
    pub currencies: Vec<Currency>,
}

impl Found {
    /// Whether it may mean exactly this amount: the same value, and no other currency named.
    pub fn may_be(&self, money: Money) -> bool {
        self.value.in_currency(money.currency()) == Some(money)
            && (self.currencies.is_empty() || self.currencies.contains(&money.currency()))
    }
}

/// Every number in the text, in order and without overlap.
pub fn find(text: &str) -> Vec<Found> {
    let line = Line::new(text);
    let mut found = Vec::new();
    let (mut at, mut taken) = (0, 0);
    while at < line.len() {
        match read_at(&line, at) {
            Some(Step::Number(number, end)) => {
                let (start, end, currencies) = unit::around(&line, at, end);
                found.push(Found {
                    value: number,
                    // A sign between two numbers (`2 $10`) may be meant for either; it stands in one place all the same.
                    start: line.byte(start.max(taken)),
                    end: line.byte(end),
                    currencies: currencies.iter().filter_map(|code| Currency::from_code(code)).collect(),
                });
                at = end.max(at.saturating_add(1));
                taken = at;
            }
            Some(Step::Skip(end)) => at = end.max(at.saturating_add(1)),
            None => at = at.saturating_add(1),
        }
    }
    found
}

/// What stands at a place: a number up to an index, or something that looks like one and is none.
enum Step {
    Number(Number, usize),
    Skip(usize),
}

fn read_at(line: &Line, at: usize) -> Option<Step> {
    let c = line.get(at)?;
    if c.is_ascii_digit() {
        Some(digits::read(line, at))
    } else if c.is_ascii_alphabetic() {
        Some(english::read(line, at).unwrap_or_else(|| Step::Skip(word_end(line, at))))
    } else {
        chinese::read(line, at)
    }
}

/// The end of the run of ASCII letters and digits that begins at `at`.
fn word_end(line: &Line, at: usize) -> usize {
    let mut end = at;
    while line.get(end).is_some_and(|c| c.is_ascii_alphanumeric()) {
        end = end.saturating_add(1);
    }
    // A currency code right before digits (`CNY38`) leaves the digits to be read.
    let letters = (at..end).take_while(|i| line.get(*i).is_some_and(|c| c.is_ascii_alphabetic())).count();
    let letters_end = at.saturating_add(letters);
    if unit::is_prefix(line, at, letters_end) { letters_end } else { end }
}

/// A text by characters, folded so that full-width and capital letters read as plain ones, with the places in the original.
struct Line {
    folded: Vec<char>,
    original: Vec<char>,
    bytes: Vec<usize>,
    length: usize,
}

impl Line {
    fn new(text: &str) -> Self {
        let original: Vec<char> = text.chars().collect();
        Self {
            folded: original.iter().map(|c| fold(*c)).collect(),
            original,
            bytes: text.char_indices().map(|(i, _)| i).collect(),
            length: text.len(),
        }
    }

    fn len(&self) -> usize {
        self.folded.len()
    }

    fn get(&self, at: usize) -> Option<char> {
        self.folded.get(at).copied()
    }

    fn before(&self, at: usize) -> Option<char> {
        self.get(at.checked_sub(1)?)
    }

    fn original(&self, start: usize, end: usize) -> String {
        self.original.get(start..end).unwrap_or_default().iter().collect()
    }

    fn byte(&self, at: usize) -> usize {
        self.bytes.get(at).copied().unwrap_or(self.length)
    }

    fn starts_with(&self, at: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(i, c)| self.get(at.saturating_add(i)) == Some(c))
    }

    fn skip_spaces(&self, at: usize) -> usize {
        let spaces = (at..self.len()).take_while(|i| self.get(*i).is_some_and(char::is_whitespace)).count();
        at.saturating_add(spaces)
    }

    /// The run of ASCII letters at `at`, and where it ends.
    fn word(&self, at: usize) -> Option<(String, usize)> {
        let word: String =
            (at..self.len()).map_while(|i| self.get(i)).take_while(char::is_ascii_alphabetic).collect();
        let end = at.saturating_add(word.len());
        (!word.is_empty()).then_some((word, end))
    }
}

/// One character for one, so that places stay what they are.
fn fold(c: char) -> char {
    let narrow = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c).wrapping_sub(0xFEE0)).unwrap_or(c),
        '\u{3000}' | '\u{00A0}' | '\u{202F}' => ' ',
        '￥' => '¥',
        '两' | '兩' => '两',
        '萬' => '万',
        '億' => '亿',
        '〇' => '零',
        '塊' => '块',
        '點' => '点',
        '壹' => '一',
        '贰' | '貳' => '二',
        '叁' | '參' => '三',
        '肆' => '四',
        '伍' => '五',
        '陆' | '陸' => '六',
        '柒' => '七',
        '捌' => '八',
        '玖' => '九',
        '拾' => '十',
        '佰' => '百',
        '仟' => '千',
        '圆' | '圓' => '元',
        '錢' => '钱',
        '個' => '个',
        other => other,
    };
    narrow.to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
