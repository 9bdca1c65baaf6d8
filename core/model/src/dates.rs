//! Days as people say them: `March 8th`, `the 13th`, `tomorrow`, `next Friday`, `3月8号`, `下周五`; and dates and times as services write them.

use jiff::civil::{Date, Weekday};

use crate::tokens::Token;

const MONTHS: [(&str, &str); 12] = [
    ("jan", "january"),
    ("feb", "february"),
    ("mar", "march"),
    ("apr", "april"),
    ("may", "may"),
    ("jun", "june"),
    ("jul", "july"),
    ("aug", "august"),
    ("sep", "september"),
    ("oct", "october"),
    ("nov", "november"),
    ("dec", "december"),
];
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];
const HAN_WEEKDAYS: [(char, Weekday); 9] = [
    ('一', Weekday::Monday),
    ('二', Weekday::Tuesday),
    ('三', Weekday::Wednesday),
    ('四', Weekday::Thursday),
    ('五', Weekday::Friday),
    ('六', Weekday::Saturday),
    ('日', Weekday::Sunday),
    ('天', Weekday::Sunday),
    ('末', Weekday::Saturday),
];
const ORDINALS: [&str; 20] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
];

/// Which week a weekday was said of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Week {
    /// None was named, or "this": the coming one.
    Coming,
    /// "Next Friday": the coming one or the one of next week, as people differ.
    Next,
    /// "Friday next week", 下周五: of the week after this one, Monday to Sunday.
    After,
}

/// A day as it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    /// So many days from today.
    In(i64),
    /// Month and day.
    OfMonth(i8, i8),
    /// A day of whichever month: `the 7th`.
    Number(i8),
    /// A day of the week.
    Weekday(Weekday, Week),
}

/// How surely a day that was said is a certain date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// It is not.
    No,
    /// It may be.
    Maybe,
    /// It is.
    Yes,
}

impl Day {
    /// Whether it is this date, said on `today`.
    pub fn fit(self, date: Date, today: Date) -> Fit {
        let ahead = days_between(today, date);
        let sure = |is: bool| if is { Fit::Yes } else { Fit::No };
        match self {
            // A day that is past already was spoken of on some day before: which one "tomorrow" was nobody knows.
            Self::In(_) if ahead < 0 => Fit::Maybe,
            Self::In(days) => sure(days == ahead),
            Self::OfMonth(month, day) => sure((date.month(), date.day()) == (month, day)),
            Self::Number(day) => sure(date.day() == day),
            Self::Weekday(weekday, week) if weekday == date.weekday() => {
                let after = week_of(today).saturating_add(1) == week_of(date);
                match week {
                    _ if !(0..=21).contains(&ahead) => Fit::Maybe,
                    Week::Coming if ahead <= 7 => Fit::Yes,
                    Week::Next if (1..=7).contains(&ahead) || after => Fit::Yes,
                    Week::After if after || (8..=13).contains(&ahead) => Fit::Yes,
                    Week::After if weekday == Weekday::Sunday && ahead > 0 && ahead < 8 => Fit::Maybe,
                    Week::After => Fit::No,
                    _ => Fit::Maybe,
                }
            }
            Self::Weekday(..) => Fit::No,
        }
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(i64::MAX, |span| i64::from(span.get_days()))
}

/// The number of the week, Monday to Sunday, since long ago.
fn week_of(date: Date) -> i64 {
    let epoch = jiff::civil::date(1969, 12, 29);
    days_between(epoch, date).div_euclid(7)
}

/// A day in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SaidDay {
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// What was said.
    pub day: Day,
}

/// The days of one text.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Days(pub Vec<SaidDay>);

impl Days {
    /// No day was said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them may be this date.
    pub fn may_be(&self, date: Date, today: Date) -> bool {
        self.0.iter().any(|said| said.day.fit(date, today) > Fit::No)
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

/// A time of day as services write it, `18:00` or `18:00:00`: hours and minutes.
pub(crate) fn time(text: &str) -> Option<(i64, i64)> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let minutes = minutes.strip_suffix(":00").unwrap_or(minutes);
    let read = |part: &str, below: i64| {
        let sound = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        sound.then(|| part.parse().ok()).flatten().filter(|n| *n < below)
    };
    Some((read(hours, 24)?, read(minutes, 60)?))
}

/// The days that a text, cut into tokens, speaks of.
pub(crate) fn days(tokens: &[Token<'_>]) -> Days {
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match read(tokens, at) {
            Some((day, next)) => {
                let ends = next.checked_sub(1).and_then(|last| tokens.get(last));
                if let (Some(first), Some(last)) = (tokens.get(at), ends) {
                    out.push(SaidDay { start: first.start, end: last.end, day });
                }
                at = next.max(at.saturating_add(1));
            }
            None => at = at.saturating_add(1),
        }
    }
    Days(out)
}

fn read(tokens: &[Token<'_>], at: usize) -> Option<(Day, usize)> {
    written(tokens, at)
        .or_else(|| relative(tokens, at))
        .or_else(|| month_first(tokens, at))
        .or_else(|| day_first(tokens, at))
        .or_else(|| weekday(tokens, at))
        .or_else(|| han(tokens, at))
}

fn is(tokens: &[Token<'_>], at: usize, words: &[&str]) -> bool {
    tokens.get(at).is_some_and(|t| t.is(words))
}

fn follows(tokens: &[Token<'_>], at: usize, words: &[&str]) -> bool {
    words.iter().enumerate().all(|(n, word)| is(tokens, at.saturating_add(n), &[word]))
}

fn small(tokens: &[Token<'_>], at: usize, most: i64) -> Option<i8> {
    let number = tokens.get(at)?.number.filter(|n| (1..=most).contains(n))?;
    i8::try_from(number).ok()
}

/// `2026-05-04`, and `5/4` or `05/04/2026` month first.
fn written(tokens: &[Token<'_>], at: usize) -> Option<(Day, usize)> {
    let (second, third) = (at.saturating_add(2), at.saturating_add(4));
    let sign = |n: usize, signs: &[&str]| is(tokens, at.saturating_add(n), signs);
    if tokens.get(at)?.is_digits()
        && tokens.get(at)?.text.len() == 4
        && sign(1, &["-", "/"])
        && sign(3, &["-", "/"])
    {
        return Some((
            Day::OfMonth(small(tokens, second, 12)?, small(tokens, third, 31)?),
            third.saturating_add(1),
        ));
    }
    if !sign(1, &["/"]) || !tokens.get(at)?.is_digits() {
        return None;
    }
    let (month, day) = (small(tokens, at, 12)?, small(tokens, second, 31)?);
    let year = sign(3, &["/"]) && tokens.get(third).is_some_and(Token::is_digits);
    Some((Day::OfMonth(month, day), if year { third.saturating_add(1) } else { second.saturating_add(1) }))
}

/// `today`, `day after tomorrow`, `in three days`, `a week from today`.
fn relative(tokens: &[Token<'_>], at: usize) -> Option<(Day, usize)> {
    let next = at.saturating_add(1);
    let phrases: [(&[&str], i64); 11] = [
        (&["day", "after", "tomorrow"], 2),
        (&["day", "after", "next"], 2),
        (&["a", "week", "from", "today"], 7),
        (&["one", "week", "from", "today"], 7),
        (&["tomorrow"], 1),
        (&["tmrw"], 1),
        (&["today"], 0),
        (&["tonight"], 0),
        (&["this", "evening"], 0),
        (&["this", "afternoon"], 0),
        (&["this", "morning"], 0),
    ];
    if let Some((words, days)) = phrases.iter().find(|(words, _)| follows(tokens, at, words)) {
        return Some((Day::In(*days), at.saturating_add(words.len())));
    }
    if is(tokens, at, &["in"]) && is(tokens, at.saturating_add(2), &["days"]) {
        return Some((Day::In(i64::from(small(tokens, next, 60)?)), at.saturating_add(3)));
    }
    if is(tokens, next, &["days"])
        && is(tokens, next.saturating_add(1), &["from"])
        && is(tokens, next.saturating_add(2), &["now", "today"])
    {
        return Some((Day::In(i64::from(small(tokens, at, 60)?)), at.saturating_add(4)));
    }
    None
}

fn month(token: &Token<'_>) -> Option<i8> {
    let at = MONTHS
        .iter()
        .position(|(short, long)| token.is(&[short, long]) || (*short == "sep" && token.is(&["sept"])))?;
    i8::try_from(at.saturating_add(1)).ok()
}

/// A day's number with or without its ending, in digits or in words: `8`, `8th`, `eighth`; and where it ends.
fn ordinal(tokens: &[Token<'_>], at: usize) -> Option<(i8, usize, bool)> {
    let next = at.saturating_add(1);
    let token = tokens.get(at)?;
    if let Some(day) = small(tokens, at, 31) {
        // "Twenty first".
        if day == 20
            && !token.is_digits()
            && let Some(unit) = tokens.get(next).and_then(|t| ORDINALS.iter().position(|w| t.is(&[w])))
        {
            let day = i8::try_from(unit).ok()?.checked_add(21)?;
            return (day < 30).then_some((day, next.saturating_add(1), true));
        }
        let ends = tokens.get(next).is_some_and(|t| t.start == token.end && t.is(&["st", "nd", "rd", "th"]));
        return Some((day, if ends { next.saturating_add(1) } else { next }, ends));
    }
    if token.number == Some(30) && !token.is_digits() && is(tokens, next, &["first"]) {
        return Some((31, next.saturating_add(1), true));
    }
    if token.is(&["thirtieth"]) {
        return Some((30, next, true));
    }
    let day = ORDINALS.iter().position(|word| token.is(&[word]))?;
    Some((i8::try_from(day.saturating_add(1)).ok()?, next, true))
}

/// `March 8th`, `mar 8`, `march the 8th`.
fn month_first(tokens: &[Token<'_>], at: usize) -> Option<(Day, usize)> {
    let month = month(tokens.get(at)?)?;
    let mut next = at.saturating_add(1);
    if is(tokens, next, &[".", "the"]) {
        next = next.saturating_add(1);
    }
    let (day, after, _) = ordinal(tokens, next)?;
    // "may 4 of us come" is no date, but nobody says it to an agent; "march 7:30" is none.
    (!is(tokens, after, &[":"])).then_some((Day::OfMonth(month, day), after))
}

/// Words behind an ordinal that make it part of an address, a rank or a share.
const NO_DAY: &[&str] = &[
    "street",
    "st",
    "avenue",
    "ave",
    "av",
    "road",
    "rd",
    "floor",
    "fl",
    "boulevard",
    "blvd",
    "drive",
    "dr",
    "lane",
    "ln",
    "place",
    "pl",
    "one",
    "option",
    "time",
    "choice",
    "class",
    "row",
    "half",
    "quarter",
    "birthday",
    "grade",
    "choice",
    "result",
    "part",
    "person",
    "ticket",
    "hotel",
    "place",
    "leg",
    "thing",
    "season",
    "-",
];

/// `8th of March`, `8 march`, `the 8th`, `the eleventh`.
fn day_first(tokens: &[Token<'_>], at: usize) -> Option<(Day, usize)> {
    let (day, after, is_ordinal) = ordinal(tokens, at)?;
    let of = if is(tokens, after, &["of"]) { after.saturating_add(1) } else { after };
    if let Some(month) = tokens.get(of).and_then(month) {
        // In "may 3 march 4" the 3 belongs to May; that was read before.
        return Some((Day::OfMonth(month, day), of.saturating_add(1)));
    }
    let digits = tokens.get(at).is_some_and(Token::is_digits);
    let the = at.checked_sub(1).is_some_and(|before| is(tokens, before, &["the"]));
    let this_month = follows(tokens, of, &["this", "month"]) || follows(tokens, of, &["the", "month"]);
    let day_of = is_ordinal && (digits || this_month || (the && day > 2)) && !is(tokens, after, NO_DAY);
    let end = if this_month { of.saturating_add(2) } else { after };
    day_of.then_some((Day::Number(day), end))
}

/// `Friday`, `next Friday`, `Friday next week`, `this Friday`.
fn weekday(tokens: &[Token<'_>], at: usize) -> Option<(Day, usize)> {
    let (led, name) = match tokens.get(at)?.text {
        "next" => (Week::Next, at.saturating_add(1)),
        "this" | "coming" => (Week::Coming, at.saturating_add(1)),
        _ => (Week::Coming, at),
    };
    let token = tokens.get(name)?;
    let bare = token.text.strip_suffix('s').unwrap_or(token.text);
    let day = WEEKDAYS.iter().find(|(word, _)| *word == bare || *word == token.text).map(|(_, day)| *day)?;
    let next = name.saturating_add(1);
    if follows(tokens, next, &["next", "week"]) || follows(tokens, next, &["of", "next", "week"]) {
        let skip = if is(tokens, next, &["of"]) { 3 } else { 2 };
        return Some((Day::Weekday(day, Week::After), next.saturating_add(skip)));
    }
    Some((Day::Weekday(day, led), next))
}

/// `今天`, `后天`, `下周五`, `3月8号`, `八号`.
fn han(tokens: &[Token<'_>], at: usize) -> Option<(Day, usize)> {
    let (next, third) = (at.saturating_add(1), at.saturating_add(2));
    if is(tokens, at, &["今"]) && is(tokens, next, &["天", "日", "晚", "早"]) {
        return Some((Day::In(0), third));
    }
    if is(tokens, at, &["明"]) && is(tokens, next, &["天", "日", "晚", "早", "儿"]) {
        return Some((Day::In(1), third));
    }
    if follows(tokens, at, &["大", "后", "天"]) {
        return Some((Day::In(3), at.saturating_add(3)));
    }
    if is(tokens, at, &["后"]) && is(tokens, next, &["天", "日"]) {
        return Some((Day::In(2), third));
    }
    if let Some(found) = han_weekday(tokens, at) {
        return Some(found);
    }
    if is(tokens, next, &["月"]) {
        let (month, day) = (small(tokens, at, 12)?, small(tokens, third, 31)?);
        let end = at.saturating_add(3);
        let named = is(tokens, end, &["号", "號", "日"]);
        return Some((Day::OfMonth(month, day), if named { end.saturating_add(1) } else { end }));
    }
    if is(tokens, next, &["号", "號", "日"])
        && !is(tokens, third, &["楼", "线", "桌", "店", "院", "门", "厅", "房", "机", "站"])
    {
        return Some((Day::Number(small(tokens, at, 31)?), third));
    }
    None
}

/// `周五`, `星期天`, `下周五`, `下个星期五`.
fn han_weekday(tokens: &[Token<'_>], at: usize) -> Option<(Day, usize)> {
    let mut next = at;
    let mut week = Week::Coming;
    if is(tokens, next, &["下"]) {
        (week, next) = (Week::After, next.saturating_add(1));
    } else if is(tokens, next, &["这", "本"]) {
        next = next.saturating_add(1);
    }
    if next > at && is(tokens, next, &["个"]) {
        next = next.saturating_add(1);
    }
    let named = if is(tokens, next, &["周", "週"]) {
        next.saturating_add(1)
    } else if follows(tokens, next, &["星", "期"]) || follows(tokens, next, &["礼", "拜"]) {
        next.saturating_add(2)
    } else {
        return None;
    };
    let name = tokens.get(named)?.text.chars().next()?;
    let whole = tokens.get(named)?.text.chars().count() == 1;
    let day = HAN_WEEKDAYS.iter().find(|(c, _)| *c == name && whole).map(|(_, day)| *day)?;
    Some((Day::Weekday(day, week), named.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokens;
    use jiff::civil::date;

    /// A Friday.
    const TODAY: (i16, i8, i8) = (2019, 3, 1);

    fn fits(text: &str, day: i8) -> Fit {
        let today = date(TODAY.0, TODAY.1, TODAY.2);
        let said = days(&tokens(text));
        said.0.iter().map(|said| said.day.fit(date(2019, 3, day), today)).max().unwrap_or(Fit::No)
    }

    #[test]
    fn days_in_english() {
        for (text, day) in [
            ("on march 8th", 8),
            ("the 13th of this month", 13),
            ("8 march", 8),
            ("the eighth of march", 8),
            ("on the 4th", 4),
            ("tomorrow", 2),
            ("day after tomorrow", 3),
            ("this saturday", 2),
            ("next monday", 4),
            ("next friday", 8),
            ("wednesday next week", 6),
            ("sunday next week", 10),
            ("today", 1),
            ("3/9", 9),
            ("in three days", 4),
            ("march twenty first", 21),
        ] {
            assert_eq!(fits(text, day), Fit::Yes, "{text}");
            assert_eq!(fits(text, 12), Fit::No, "{text}");
        }
    }

    #[test]
    fn days_in_chinese() {
        for (text, day) in [
            ("明天下午", 2),
            ("后天", 3),
            ("大后天", 4),
            ("3月8号", 8),
            ("三月八日", 8),
            ("十三号", 13),
            ("周日", 3),
            ("下周五", 8),
            ("星期天", 3),
            ("下个礼拜一", 4),
        ] {
            assert_eq!(fits(text, day), Fit::Yes, "{text}");
            assert_eq!(fits(text, 12), Fit::No, "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_days() {
        for text in [
            "92nd street",
            "the second one",
            "a table for 4",
            "3号楼",
            "5号线",
            "one ticket",
            "a 4.3 rating",
            "4 people",
        ] {
            assert!(days(&tokens(text)).is_empty(), "{text}");
        }
    }
}
