//! Times of day as people say them: `half past 11 in the morning`, `7pm`, `quarter to four`, `15:30`, `下午三点一刻`, `晚上七点半`.

use crate::tokens::Token;

/// A time of day that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SaidTime {
    /// Where it stands, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// Minutes since midnight.
    pub minute: i64,
    /// Whether it was left open which half of the day is meant.
    pub either_half: bool,
}

/// Minutes in half a day.
const HALF_DAY: i64 = 720;

impl SaidTime {
    /// Whether it may be this time of day, in minutes since midnight.
    pub fn may_be(&self, minute: i64) -> bool {
        self.minute == minute
            || (self.either_half && self.minute.rem_euclid(HALF_DAY) == minute.rem_euclid(HALF_DAY))
    }
}

/// Which half of the day, where it was said.
#[derive(Clone, Copy, PartialEq)]
enum Half {
    Morning,
    Later,
}

const MORNING: &[&str] = &["morning", "mornings"];
const LATER: &[&str] = &["afternoon", "evening", "night", "tonight"];
/// Words before a bare number that make it a time of day.
const AT: &[&str] = &["at", "around", "by", "until", "till", "about", "after", "before", "approximately"];
/// How far a word about the part of the day may stand from the time, in tokens.
const REACH: usize = 4;

/// The times of day in a text cut into tokens, in order.
pub(crate) fn times(tokens: &[Token<'_>]) -> Vec<SaidTime> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match read(tokens, at) {
            Some((time, next)) => {
                out.push(time);
                at = next.max(at.saturating_add(1));
            }
            None => at = at.saturating_add(1),
        }
    }
    out
}

fn read(tokens: &[Token<'_>], at: usize) -> Option<(SaidTime, usize)> {
    named(tokens, at)
        .or_else(|| past_or_to(tokens, at))
        .or_else(|| han(tokens, at))
        .or_else(|| digital(tokens, at))
}

fn number(tokens: &[Token<'_>], at: usize, most: i64) -> Option<i64> {
    tokens.get(at)?.number.filter(|n| (0..=most).contains(n))
}

fn is(tokens: &[Token<'_>], at: usize, words: &[&str]) -> bool {
    tokens.get(at).is_some_and(|t| t.is(words))
}

fn made(
    tokens: &[Token<'_>],
    first: usize,
    next: usize,
    hour: i64,
    minute: i64,
    half: Option<Half>,
) -> Option<(SaidTime, usize)> {
    let start = tokens.get(first)?.start;
    let end = tokens.get(next.checked_sub(1)?)?.end;
    let hour = match half {
        Some(Half::Later) if hour < 12 => hour.checked_add(12)?,
        Some(Half::Morning) if hour == 12 => 0,
        _ => hour,
    };
    let minute = hour.checked_mul(60)?.checked_add(minute)?.rem_euclid(2 * HALF_DAY);
    let either_half = half.is_none() && (1..=12).contains(&hour);
    Some((SaidTime { start, end, minute, either_half }, next))
}

/// `noon`, `midnight`, `中午` without an hour.
fn named(tokens: &[Token<'_>], at: usize) -> Option<(SaidTime, usize)> {
    let next = at.saturating_add(1);
    let hour = if is(tokens, at, &["noon", "midday", "noontime"]) {
        12
    } else if is(tokens, at, &["midnight"]) {
        0
    } else if is(tokens, at, &["正"]) && is(tokens, next, &["午"]) {
        return made(tokens, at, next.saturating_add(1), 12, 0, Some(Half::Later));
    } else {
        return None;
    };
    // "12 noon" was read with its number.
    made(tokens, at, next, hour, 0, Some(if hour == 12 { Half::Later } else { Half::Morning }))
}

/// `half past 11`, `quarter to 4`, `ten minutes past five`.
fn past_or_to(tokens: &[Token<'_>], at: usize) -> Option<(SaidTime, usize)> {
    let (minutes, mut next) = if is(tokens, at, &["half"]) {
        (30, at.saturating_add(1))
    } else if is(tokens, at, &["quarter"]) {
        (15, at.saturating_add(1))
    } else {
        (number(tokens, at, 59)?, at.saturating_add(1))
    };
    if is(tokens, next, &["minutes", "minute", "mins"]) {
        next = next.saturating_add(1);
    }
    let past = is(tokens, next, &["past", "after"]);
    let to = is(tokens, next, &["to", "till", "before", "of"]);
    let bare_number = !is(tokens, at, &["half", "quarter"]);
    // "5 to 7" may be a span and "2 of 5" anything: a bare number goes with `past`, or with `to` and a part of the day.
    if !(past || to) || (bare_number && to && minutes % 5 != 0) || (is(tokens, next, &["of"]) && bare_number)
    {
        return None;
    }
    let hour = number(tokens, next.saturating_add(1), 12).filter(|h| *h > 0)?;
    let after = next.saturating_add(2);
    let (half, after) = half(tokens, at, after);
    if bare_number && to && half.is_none() {
        return None;
    }
    let minutes = if past { minutes } else { 60i64.checked_sub(minutes)? };
    let hour = if past {
        hour
    } else if hour == 1 {
        12
    } else {
        hour.checked_sub(1)?
    };
    made(tokens, at, after, hour, minutes, half)
}

/// `10:45`, `7pm`, `7 pm`, `seven o'clock`, `eleven thirty am`, `at 7`, `five in the evening`.
fn digital(tokens: &[Token<'_>], at: usize) -> Option<(SaidTime, usize)> {
    let hour = number(tokens, at, 24)?;
    let token = tokens.get(at)?;
    let mut next = at.saturating_add(1);
    let mut minute = 0;
    let mut plain = false;
    let colon = is(tokens, next, &[":", "：", "."]);
    let behind = tokens.get(next.saturating_add(1)).filter(|t| t.is_digits() && t.text.len() == 2);
    // "10:45"; "10.45" only before am or pm.
    if let Some(after) =
        behind.filter(|t| colon && token.is_digits() && t.start == token.end.saturating_add(1))
    {
        let beyond = next.saturating_add(2);
        if is(tokens, next, &["."]) && meridiem(tokens, beyond).is_none() {
            return None;
        }
        minute = after.number.filter(|m| *m < 60)?;
        next = beyond;
        plain = true;
    } else if is(tokens, next, &["o'clock", "oclock", "o’clock"]) {
        next = next.saturating_add(1);
        plain = true;
    } else if let Some(spoken) = spoken_minute(tokens, next) {
        // "Eleven thirty", where something else shows that it is a time.
        let beyond = next.saturating_add(1);
        let (half, after) = half(tokens, at, beyond);
        if half.is_some() || is_at(tokens, at) {
            return made(tokens, at, after, hour, spoken, half);
        }
    }
    if let Some((late, after)) = meridiem(tokens, next) {
        return (hour > 0).then(|| made(tokens, at, after, hour, minute, Some(late)))?;
    }
    let (half, after) = half(tokens, at, next);
    if plain {
        let half = half.filter(|_| (1..=12).contains(&hour));
        return made(tokens, at, after, hour, minute, half);
    }
    // A bare number: beside a part of the day, or after "at" and before nothing that it could count.
    let beside = half.is_some() && (after > next || part_before(tokens, at).is_some());
    let counted = tokens
        .get(next)
        .is_some_and(|t| t.number.is_none() && t.text.chars().all(char::is_alphabetic) && !t.is(AFTER_BARE));
    let bare = is_at(tokens, at) && !counted && !is(tokens, next, &["%", "-", "/", "st", "nd", "rd", "th"]);
    ((1..=12).contains(&hour) && (beside || bare)).then(|| made(tokens, at, after, hour, 0, half))?
}

/// What may follow a bare hour: "at 7 on Monday", "at 7 for two".
const AFTER_BARE: &[&str] = &[
    "on", "for", "in", "please", "and", "today", "tomorrow", "tonight", "this", "next", "to", "if", "with",
    "thanks", "or", "then", "at", "sharp", "but", "is", "would", "instead",
];

fn is_at(tokens: &[Token<'_>], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| is(tokens, before, AT))
}

/// The minutes of "eleven thirty": ten or more.
fn spoken_minute(tokens: &[Token<'_>], at: usize) -> Option<i64> {
    number(tokens, at, 59).filter(|m| *m >= 10)
}

/// `am`, `pm`, `a.m.`
fn meridiem(tokens: &[Token<'_>], at: usize) -> Option<(Half, usize)> {
    let late = |word: &str| match word {
        "am" | "a" => Some(Half::Morning),
        "pm" | "p" => Some(Half::Later),
        _ => None,
    };
    let first = tokens.get(at)?;
    if first.is(&["am", "pm"]) {
        return Some((late(first.text)?, at.saturating_add(1)));
    }
    let (dot, m) = (at.saturating_add(1), at.saturating_add(2));
    if first.is(&["a", "p"]) && is(tokens, dot, &["."]) && is(tokens, m, &["m"]) {
        return Some((late(first.text)?, m.saturating_add(1)));
    }
    (first.is(&["a", "p"]) && is(tokens, dot, &["m"])).then(|| Some((late(first.text)?, m)))?
}

/// Which half of the day the words around a time from `first` to before `next` say, and where what belongs to it ends.
fn half(tokens: &[Token<'_>], first: usize, next: usize) -> (Option<Half>, usize) {
    if let Some((half, after)) = meridiem(tokens, next) {
        return (Some(half), after);
    }
    if is(tokens, next, &["noon"]) {
        return (Some(Half::Later), next.saturating_add(1));
    }
    if is(tokens, next, &["midnight"]) {
        return (Some(Half::Morning), next.saturating_add(1));
    }
    for at in next..next.saturating_add(REACH) {
        let Some(token) = tokens.get(at) else { break };
        let found = part(token);
        if found.is_some() {
            return (found, at.saturating_add(1));
        }
        if token.number.is_some() || token.is(&[".", ",", "?", "!", ";", "and"]) {
            break;
        }
    }
    (part_before(tokens, first), next)
}

fn part(token: &Token<'_>) -> Option<Half> {
    if token.is(MORNING) {
        Some(Half::Morning)
    } else if token.is(LATER) {
        Some(Half::Later)
    } else {
        None
    }
}

/// `morning 10:45`, `in the evening at 6:30`: right before the time, or with nothing between but "at". In "7 in the evening for 2 people" the
/// evening belongs to what stands before it.
fn part_before(tokens: &[Token<'_>], first: usize) -> Option<Half> {
    for at in (first.saturating_sub(3)..first).rev() {
        let token = tokens.get(at)?;
        let found = part(token);
        if found.is_some() {
            return found;
        }
        if !token.is(AT) && !token.is(&["of", "the"]) {
            return None;
        }
    }
    None
}

/// Parts of the day in Chinese by their two characters.
const HAN_PARTS: &[(&str, &str, Half)] = &[
    ("上", "午", Half::Morning),
    ("早", "上", Half::Morning),
    ("清", "晨", Half::Morning),
    ("凌", "晨", Half::Morning),
    ("中", "午", Half::Later),
    ("下", "午", Half::Later),
    ("傍", "晚", Half::Later),
    ("晚", "上", Half::Later),
    ("夜", "里", Half::Later),
    ("今", "晚", Half::Later),
    ("明", "晚", Half::Later),
    ("明", "早", Half::Morning),
    ("今", "早", Half::Morning),
];

/// `三点`, `3点半`, `下午三点一刻`, `十点十五分`, `19时30分`.
fn han(tokens: &[Token<'_>], at: usize) -> Option<(SaidTime, usize)> {
    let hour = number(tokens, at, 24)?;
    let mut next = at.saturating_add(1);
    if !is(tokens, next, &["点", "點", "时", "時"]) {
        return None;
    }
    next = next.saturating_add(1);
    if is(tokens, next, &["钟", "鐘", "整"]) {
        next = next.saturating_add(1);
    }
    // 一点 is "a little" where no part of the day stands before it and nothing of a clock behind it.
    let half = han_part(tokens, at);
    let mut minute = 0;
    let mut clock = half.is_some() || hour > 1 || next > at.saturating_add(2);
    if is(tokens, next, &["半"]) {
        (minute, next, clock) = (30, next.saturating_add(1), true);
    } else if let Some(said) = number(tokens, next, 59) {
        let after = next.saturating_add(1);
        if is(tokens, after, &["刻"]) {
            (minute, next, clock) =
                (said.checked_mul(15).filter(|m| *m < 60)?, after.saturating_add(1), true);
        } else if is(tokens, after, &["分"]) {
            (minute, next, clock) = (said, after.saturating_add(1), true);
        } else if said >= 10 || tokens.get(next).is_some_and(|t| t.text.chars().count() == 2) {
            (minute, next, clock) = (said, after, true);
        } else {
            // 三点五 is 3.5.
            return None;
        }
    }
    let (half, next) = match half {
        Some(half) => (Some(half), next),
        None => meridiem(tokens, next).map_or((None, next), |(half, after)| (Some(half), after)),
    };
    clock.then(|| made(tokens, at, next, hour, minute, half))?
}

fn han_part(tokens: &[Token<'_>], at: usize) -> Option<Half> {
    let (first, second) = (at.checked_sub(2)?, at.checked_sub(1)?);
    HAN_PARTS
        .iter()
        .find(|(a, b, _)| is(tokens, first, &[a]) && is(tokens, second, &[b]))
        .map(|(_, _, half)| *half)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokens;

    fn said(text: &str) -> Vec<(i64, i64, bool)> {
        times(&tokens(text)).iter().map(|t| (t.minute / 60, t.minute % 60, t.either_half)).collect()
    }

    #[test]
    fn english_times_are_read() {
        for (text, hour, minute, open) in [
            ("half past 11 in the morning", 11, 30, false),
            ("a quarter to 4 in the afternoon", 15, 45, false),
            ("quarter past 5 in the evening", 17, 15, false),
            ("7pm", 19, 0, false),
            ("seven pm", 19, 0, false),
            ("at 11 am", 11, 0, false),
            ("morning 10:45", 10, 45, false),
            ("15:30", 15, 30, false),
            ("5:30 p.m.", 17, 30, false),
            ("at 7 for two", 7, 0, true),
            ("3:30", 3, 30, true),
            ("12:30 pm", 12, 30, false),
            ("12 am", 0, 0, false),
            ("five in the evening", 17, 0, false),
            ("eleven thirty am", 11, 30, false),
            ("at noon", 12, 0, false),
            ("six o'clock", 6, 0, true),
            ("around ten past six tonight", 18, 10, false),
        ] {
            assert_eq!(said(text), [(hour, minute, open)], "{text}");
        }
    }

    #[test]
    fn chinese_times_are_read() {
        for (text, hour, minute, open) in [
            ("明天下午三点", 15, 0, false),
            ("晚上七点半", 19, 30, false),
            ("下午3点一刻", 15, 15, false),
            ("上午十点十五分", 10, 15, false),
            ("中午12点", 12, 0, false),
            ("19点30分", 19, 30, false),
            ("三点钟", 3, 0, true),
        ] {
            assert_eq!(said(text), [(hour, minute, open)], "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_times() {
        for text in [
            "a table for 4",
            "2 rooms",
            "march 7th",
            "at 92nd street",
            "快一点",
            "三点五",
            "$11.50",
            "a 4.3 rating",
            "at 4 people",
        ] {
            assert_eq!(said(text), Vec::new(), "{text}");
        }
    }

    #[test]
    fn a_count_behind_a_time_is_no_time() {
        for text in [
            "today at 12:15 pm for 2 people",
            "at 7 in the evening for 4 people",
            "seven in the evening, 3 of us",
            "tonight for 2",
        ] {
            assert!(said(text).len() <= 1, "{text}");
        }
    }

    #[test]
    fn an_open_half_of_the_day_fits_both() {
        let open = SaidTime { start: 0, end: 1, minute: 7 * 60, either_half: true };
        assert!(open.may_be(7 * 60) && open.may_be(19 * 60) && !open.may_be(8 * 60));
        let noon = SaidTime { start: 0, end: 1, minute: 12 * 60 + 30, either_half: true };
        assert!(noon.may_be(30) && noon.may_be(12 * 60 + 30));
    }
}
