//! Days and times of day, as people say them: `March 8th`, `3月8号`, `tomorrow`, `周五`, `18:00`, `6 pm`.

use jiff::civil::{Date, Weekday};

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const LONG_MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: &[(&str, Weekday)] = &[
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];
const HAN_WEEKDAYS: &[(char, Weekday)] = &[
    ('一', Weekday::Monday),
    ('二', Weekday::Tuesday),
    ('三', Weekday::Wednesday),
    ('四', Weekday::Thursday),
    ('五', Weekday::Friday),
    ('六', Weekday::Saturday),
    ('日', Weekday::Sunday),
    ('天', Weekday::Sunday),
];

/// Which days a text may mean.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Days {
    /// Months and days.
    dates: Vec<(i8, i8)>,
    /// Days of whichever month: `the 7th`.
    days: Vec<i8>,
    weekdays: Vec<Weekday>,
}

impl Days {
    pub fn is_empty(&self) -> bool {
        self.dates.is_empty() && self.days.is_empty() && self.weekdays.is_empty()
    }

    /// Whether one of them is this date.
    pub fn may_be(&self, date: Date) -> bool {
        self.dates.contains(&(date.month(), date.day()))
            || self.days.contains(&date.day())
            || self.weekdays.contains(&date.weekday())
    }

    fn add_date(&mut self, date: Option<Date>) {
        self.dates.extend(date.map(|d| (d.month(), d.day())));
    }
}

/// A date as services write it: `2026-05-04`, alone or before a time.
pub(crate) fn iso(text: &str) -> Option<Date> {
    let text = text.trim();
    let date = text.get(..10)?;
    let rest = text.get(10..)?;
    let alone = rest.is_empty() || rest.starts_with('T') || rest.starts_with(' ');
    alone.then(|| date.parse().ok()).flatten()
}

/// The days that a lower-case text speaks of, heard on `today`.
pub(crate) fn days(text: &str, today: Date) -> Days {
    let mut days = Days::default();
    let tomorrow = today.tomorrow().ok();
    let after = tomorrow.and_then(|d| d.tomorrow().ok());
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| crate::heard::contains_word(text, phrase));
    if says(&["day after tomorrow", "后天"]) {
        days.add_date(after);
    } else if says(&["tomorrow", "明天", "明晚", "明早"]) {
        days.add_date(tomorrow);
    }
    if says(&["today", "tonight", "this evening", "今天", "今晚"]) {
        days.add_date(Some(today));
    }
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|w| !w.is_empty()).collect();
    for (at, word) in words.iter().enumerate() {
        days.add_date(iso(word));
        days.weekdays.extend(
            WEEKDAYS.iter().filter(|(name, _)| word.trim_end_matches('s') == *name).map(|(_, day)| *day),
        );
        if let Some(month) = month(word) {
            let beside = |at: Option<usize>| at.and_then(|at| words.get(at)).and_then(|w| ordinal(w));
            let before = match at.checked_sub(1).and_then(|i| words.get(i)) {
                Some(&"of") => beside(at.checked_sub(2)),
                _ => beside(at.checked_sub(1)),
            };
            days.dates.extend(beside(at.checked_add(1)).or(before).map(|day| (month, day)));
        }
        // With a month beside it, it was read as that date and does not stand for itself.
        let near = words.get(at.saturating_sub(1)..words.len().min(at.saturating_add(3))).unwrap_or_default();
        let has_suffix = word.ends_with(|c: char| c.is_ascii_alphabetic());
        if has_suffix && !near.iter().any(|w| month(w).is_some()) {
            days.days.extend(ordinal(word));
        }
    }
    han(text, &mut days);
    days
}

fn month(word: &str) -> Option<i8> {
    let at =
        LONG_MONTHS.iter().position(|m| *m == word).or_else(|| MONTHS.iter().position(|m| *m == word))?;
    i8::try_from(at.saturating_add(1)).ok()
}

/// `8`, `8th`.
fn ordinal(word: &str) -> Option<i8> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

/// `3月8号`, `三月八日`, `周五`, `星期天`.
fn han(text: &str, days: &mut Days) {
    let chars: Vec<char> = text.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let before = chars.get(..at).unwrap_or_default();
        let after = chars.get(at.saturating_add(1)..).unwrap_or_default();
        if *c == '月' {
            let month = number(
                &before
                    .iter()
                    .rev()
                    .take_while(|c| is_numeral(**c))
                    .copied()
                    .collect::<Vec<_>>()
                    .into_iter()
                    .rev()
                    .collect::<Vec<_>>(),
            );
            let day = number(&after.iter().take_while(|c| is_numeral(**c)).copied().collect::<Vec<_>>());
            if let (Some(month @ 1..=12), Some(day @ 1..=31)) = (month, day) {
                days.dates.push((month, day));
            }
        }
        let names_weekday = *c == '周'
            || (*c == '期' && before.last() == Some(&'星'))
            || (*c == '拜' && before.last() == Some(&'礼'));
        if names_weekday && let Some(next) = after.first() {
            days.weekdays.extend(HAN_WEEKDAYS.iter().filter(|(name, _)| name == next).map(|(_, day)| *day));
        }
    }
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "一二三四五六七八九十".contains(c)
}

/// 1 to 99 in digits or in Chinese numerals.
fn number(chars: &[char]) -> Option<i8> {
    if chars.is_empty() {
        return None;
    }
    if chars.iter().all(char::is_ascii_digit) {
        return chars.iter().collect::<String>().parse().ok();
    }
    let digit = |c: &char| {
        "一二三四五六七八九"
            .chars()
            .position(|d| d == *c)
            .and_then(|at| i8::try_from(at.saturating_add(1)).ok())
    };
    match chars {
        ['十'] => Some(10),
        ['十', low] => digit(low)?.checked_add(10),
        [high, '十'] => digit(high)?.checked_mul(10),
        [high, '十', low] => digit(high)?.checked_mul(10)?.checked_add(digit(low)?),
        [low] => digit(low),
        _ => None,
    }
}

/// A time of day as services write it, `18:00`: hours and minutes.
pub(crate) fn time(text: &str) -> Option<(i64, i64)> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let read = |part: &str, below: i64| {
        let sound = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        sound.then(|| part.parse().ok()).flatten().filter(|n| *n < below)
    };
    Some((read(hours, 24)?, read(minutes, 60)?))
}
