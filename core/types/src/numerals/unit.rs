//! Which currencies a word or a sign beside a number may mean.

use super::Line;
use crate::money::Currency;

const DOLLARS: &[&str] = &["USD", "HKD", "AUD", "CAD", "NZD", "SGD", "TWD"];
const YUAN: &[&str] = &["CNY", "HKD", "TWD", "MOP"];

/// Words and signs behind a number; of two that fit, the longer stands first.
const BEHIND: [(&str, &[&str]); 40] = [
    ("块人民币", &["CNY"]),
    ("元人民币", &["CNY"]),
    ("人民币", &["CNY"]),
    ("块钱", YUAN),
    ("块", YUAN),
    ("元", YUAN),
    ("毛钱", YUAN),
    ("美元", &["USD"]),
    ("美金", &["USD"]),
    ("日元", &["JPY"]),
    ("円", &["JPY"]),
    ("欧元", &["EUR"]),
    ("英镑", &["GBP"]),
    ("港币", &["HKD"]),
    ("港元", &["HKD"]),
    ("科威特第纳尔", &["KWD"]),
    ("第纳尔", &["KWD", "BHD", "JOD", "IQD", "TND", "DZD", "LYD", "RSD"]),
    ("€", &["EUR"]),
    ("£", &["GBP"]),
    ("¥", &["CNY", "JPY"]),
    ("chinese yuan", &["CNY"]),
    ("yuan", &["CNY"]),
    ("renminbi", &["CNY"]),
    ("rmb", &["CNY"]),
    ("kuai", &["CNY"]),
    ("us dollars", &["USD"]),
    ("us dollar", &["USD"]),
    ("hong kong dollars", &["HKD"]),
    ("hong kong dollar", &["HKD"]),
    ("dollars", DOLLARS),
    ("dollar", DOLLARS),
    ("bucks", DOLLARS),
    ("buck", DOLLARS),
    ("euros", &["EUR"]),
    ("euro", &["EUR"]),
    ("pounds", &["GBP"]),
    ("pound", &["GBP"]),
    ("quid", &["GBP"]),
    ("yen", &["JPY"]),
    ("kuwaiti dinars", &["KWD"]),
];

/// Codes that people write in small letters too, without meaning another word by it.
const CODES: [&str; 7] = ["cny", "jpy", "usd", "eur", "gbp", "hkd", "kwd"];

/// Signs and words before a number, the longer first.
const BEFORE: [(&str, &[&str]); 12] = [
    ("hk$", &["HKD"]),
    ("us$", &["USD"]),
    ("a$", &["AUD"]),
    ("c$", &["CAD"]),
    ("nt$", &["TWD"]),
    ("s$", &["SGD"]),
    ("$", DOLLARS),
    ("¥", &["CNY", "JPY"]),
    ("€", &["EUR"]),
    ("£", &["GBP"]),
    ("rmb", &["CNY"]),
    ("人民币", &["CNY"]),
];

/// The codes of the currencies that were said.
type Codes = Vec<String>;

/// Widens a number from `start` to `end` by the unit before or behind it.
pub(super) fn around(line: &Line, start: usize, end: usize) -> (usize, usize, Codes) {
    if let Some((end, codes)) = behind(line, end) {
        let start = before(line, start).map_or(start, |(start, _)| start);
        return (start, end, codes);
    }
    // Small change has taken its own unit along: 三块五.
    if let Some((start, codes)) = before(line, start) {
        return (start, end, codes);
    }
    let inner = line.original(start, end);
    let own = inner.contains(['块', '塊', '元', '圆', '毛', '角']);
    (start, end, if own { owned(YUAN) } else { Codes::new() })
}

/// Whether a unit follows a number that ends at `end`.
pub(super) fn follows(line: &Line, end: usize) -> bool {
    behind(line, end).is_some()
}

/// Whether the letters from `start` to `end` are a currency's code or sign that may stand right before digits.
pub(super) fn is_prefix(line: &Line, start: usize, end: usize) -> bool {
    line.get(end).is_some_and(|c| c.is_ascii_digit()) && code(line, start, end).is_some()
}

/// Whether such a prefix ends at `at`.
pub(super) fn ends_prefix(line: &Line, at: usize) -> bool {
    before(line, at).is_some()
}

fn behind(line: &Line, end: usize) -> Option<(usize, Codes)> {
    let spaced = line.skip_spaces(end);
    let at = if line.get(end) == Some('-') { end.saturating_add(1) } else { spaced };
    for (word, codes) in BEHIND {
        let stop = at.saturating_add(word.chars().count());
        if line.starts_with(at, word) && (!ends_in_letter(word) || whole_word(line, stop)) {
            return Some((stop, owned(codes)));
        }
    }
    let (word, stop) = line.word(at)?;
    (word.len() == 3 && whole_word(line, stop)).then_some(())?;
    code(line, at, stop).map(|code| (stop, vec![code]))
}

fn before(line: &Line, start: usize) -> Option<(usize, Codes)> {
    let mut at = start;
    while at > 0 && line.before(at).is_some_and(char::is_whitespace) {
        at = at.saturating_sub(1);
    }
    for (word, codes) in BEFORE {
        let Some(begin) = at.checked_sub(word.chars().count()) else { continue };
        let letter_before = line.before(begin).is_some_and(|c| c.is_ascii_alphanumeric());
        if line.starts_with(begin, word) && !letter_before {
            return Some((begin, owned(codes)));
        }
    }
    let begin = at.checked_sub(3)?;
    line.before(begin).is_none_or(|c| !c.is_ascii_alphanumeric()).then_some(())?;
    code(line, begin, at).map(|code| (begin, vec![code]))
}

/// An ISO 4217 code: any in capitals (`TRY` is the lira, `try` is a word), the common ones in small letters too.
fn code(line: &Line, start: usize, end: usize) -> Option<String> {
    let text = line.original(start, end);
    let upper = text.to_ascii_uppercase();
    (upper == text || CODES.contains(&text.to_ascii_lowercase().as_str())).then_some(())?;
    if upper == "RMB" {
        return Some("CNY".to_owned());
    }
    Currency::from_code(&upper).map(|currency| currency.code().to_owned())
}

fn owned(codes: &[&str]) -> Codes {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

fn ends_in_letter(word: &str) -> bool {
    word.ends_with(|c: char| c.is_ascii_alphabetic())
}

fn whole_word(line: &Line, end: usize) -> bool {
    line.get(end).is_none_or(|c| !c.is_ascii_alphanumeric())
}
