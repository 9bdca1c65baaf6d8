//! What one turn says in values: days, times of day, how many. Each number is read as one of them only.

use assent_types::numerals::{Found, Number};

use crate::clock::{self, SaidTime};
use crate::dates::{self, Days};
use crate::tokens::{Token, tokens};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// People, and what each of them has one of: seats, tickets.
    People,
    /// Rooms.
    Rooms,
    /// Days and nights.
    Nights,
    /// What no order counts: stars, minutes, results of a search.
    Nothing,
}

/// Words for what is counted, singular.
const COUNTED: [(Counted, &[&str]); 4] = [
    (
        Counted::People,
        &[
            "people",
            "person",
            "passenger",
            "traveler",
            "traveller",
            "rider",
            "adult",
            "guest",
            "seat",
            "ticket",
            "party",
            "group",
            "individual",
            "folk",
            "spot",
            "attendee",
            "pax",
            "diner",
            "men",
            "women",
            "人",
            "位",
            "张",
            "票",
            "座",
        ],
    ),
    (Counted::Rooms, &["room", "suite", "间", "房"]),
    (Counted::Nights, &["day", "night", "stay", "duration", "天", "晚", "夜"]),
    (
        Counted::Nothing,
        &[
            "star", "rating", "result", "option", "minute", "min", "hour", "mile", "percent", "degree", "%",
            "bath", "bedroom", "bed", "stop", "transfer", "choice", "星", "分",
        ],
    ),
];
/// Words for what no order counts where nothing that it does count follows them: "10 buses", but "4 bus tickets".
const LEADING: &[&str] = &[
    "hotel",
    "restaurant",
    "place",
    "movie",
    "event",
    "bus",
    "buse",
    "car",
    "flight",
    "apartment",
    "house",
    "salon",
    "dentist",
    "doctor",
];

/// What a word counts, in singular or plural.
pub(crate) fn counted(word: &str) -> Option<Counted> {
    let single = word.strip_suffix('s').unwrap_or(word);
    COUNTED
        .iter()
        .find(|(_, words)| words.contains(&single) || words.contains(&word))
        .map(|(counted, _)| *counted)
}

/// How many of something were said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SaidCount {
    /// Where it stands, in bytes.
    pub start: usize,
    /// How many.
    pub value: Number,
    /// Of what, where that was said.
    pub of: Option<Counted>,
}

/// The values in one turn.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    /// Days.
    pub days: Days,
    /// Times of day.
    pub times: Vec<SaidTime>,
    /// How many.
    pub counts: Vec<SaidCount>,
}

impl Mentions {
    /// Reads a lower-case text and the numbers that were found in it.
    pub fn of(text: &str, numbers: &[Found]) -> Self {
        let tokens = tokens(text);
        let days = dates::days(&tokens);
        let times: Vec<SaidTime> = clock::times(&tokens)
            .into_iter()
            .filter(|time| !days.0.iter().any(|day| day.start < time.end && time.start < day.end))
            .collect();
        let mut counts: Vec<SaidCount> = numbers
            .iter()
            .filter(|found| found.currencies.is_empty())
            .filter(|found| !days.0.iter().any(|day| day.start < found.end && found.start < day.end))
            .filter(|found| !times.iter().any(|time| time.start < found.end && found.start < time.end))
            .filter_map(|found| count(text, &tokens, found))
            .collect();
        counts.extend(singles(&tokens));
        Self { days, times, counts }
    }
}

/// How far behind a number the word for what is counted may stand, in tokens: "4 economy bus tickets".
const REACH: usize = 4;
/// Words that end the reach.
const ENDS: &[&str] = &[
    "for", "on", "at", "in", "from", "to", "and", "with", ".", ",", "?", "!", ";", "，", "。", "the", "my",
    "that", "is",
];

fn count(text: &str, tokens: &[Token<'_>], found: &Found) -> Option<SaidCount> {
    let at = tokens.iter().position(|t| t.end > found.start)?;
    let next = tokens.iter().position(|t| t.start >= found.end).unwrap_or(tokens.len());
    let behind = tokens.get(next..).unwrap_or_default();
    let of_us = matches!(behind, [of, us, ..] if of.text == "of" && us.is(&["us", "them"]));
    let phrase = || behind.iter().take(REACH).take_while(|t| t.number.is_none() && !t.is(ENDS));
    let leading = || phrase().any(|t| LEADING.contains(&t.text.strip_suffix('s').unwrap_or(t.text)));
    let named = phrase().find_map(|t| counted(t.text)).or_else(|| leading().then_some(Counted::Nothing));
    let before = tokens.get(at.saturating_sub(3)..at).unwrap_or_default();
    let party = matches!(before, [.., what, of] if of.text == "of" && what.is(&["party", "group", "total"]))
        || (before.iter().any(|t| t.text == "table") && before.last().is_some_and(|t| t.text == "for"));
    let of = named.or_else(|| (of_us || party).then_some(Counted::People));
    // "That one", "the other one": a pronoun unless something is counted by it.
    let pronoun = text.get(found.start..found.end) == Some("one");
    // The 3 of "4.3", the 5 of "#5" and "room 5" count nothing.
    let apart = !before
        .last()
        .is_some_and(|t| t.is(&["#", ".", "/", "-", ":", "room", "gate", "suite", "apt", "unit"]));
    (apart && (of.is_some() || !pronoun)).then_some(SaidCount { start: found.start, value: found.value, of })
}

/// "A ticket", "just me", "both of us".
fn singles(tokens: &[Token<'_>]) -> Vec<SaidCount> {
    let mut out = Vec::new();
    let mut push = |start: usize, value: i64, of: Counted| {
        out.extend(Number::whole(value).map(|value| SaidCount { start, value, of: Some(of) }));
    };
    for (at, token) in tokens.iter().enumerate() {
        let next = tokens.get(at.saturating_add(1));
        let two = tokens.get(at.saturating_add(2));
        let is = |t: Option<&Token<'_>>, words: &[&str]| t.is_some_and(|t| t.is(words));
        if token.is(&["a", "an", "single", "another"])
            && let Some(of) = next.filter(|t| !t.text.ends_with('s')).and_then(|t| counted(t.text))
            && !is(next, &["group", "party"])
        {
            push(token.start, 1, of);
        }
        if (token.is(&["just", "only"]) && is(next, &["me", "myself"]))
            || token.is(&["myself", "alone", "solo"])
            || (token.is(&["自"]) && is(next, &["己"]))
        {
            push(token.start, 1, Counted::People);
        }
        if token.is(&["both"]) && is(next, &["of"]) && is(two, &["us"]) {
            push(token.start, 2, Counted::People);
        }
        if token.is(&["couple"]) && is(next, &["of"]) && two.and_then(|t| counted(t.text)).is_some() {
            push(token.start, 2, Counted::People);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use assent_types::numerals;

    fn counts(text: &str) -> Vec<(String, Option<Counted>)> {
        Mentions::of(text, &numerals::find(text)).counts.iter().map(|c| (c.value.to_string(), c.of)).collect()
    }

    #[test]
    fn each_number_is_one_thing() {
        let said =
            Mentions::of("2 tickets at 7 pm on march 3rd", &numerals::find("2 tickets at 7 pm on march 3rd"));
        assert_eq!((said.days.0.len(), said.times.len(), said.counts.len()), (1, 1, 1));
        assert_eq!(counts("4 economy bus tickets"), [("4".to_owned(), Some(Counted::People))]);
        assert_eq!(counts("a table for 3"), [("3".to_owned(), Some(Counted::People))]);
        assert_eq!(
            counts("two rooms for 3 days"),
            [("2".to_owned(), Some(Counted::Rooms)), ("3".to_owned(), Some(Counted::Nights))]
        );
        assert_eq!(counts("just me"), [("1".to_owned(), Some(Counted::People))]);
        assert_eq!(counts("订两张票"), [("2".to_owned(), Some(Counted::People))]);
        assert_eq!(counts("that one has a 4.3 rating"), [("4.3".to_owned(), Some(Counted::Nothing))]);
        assert_eq!(counts("one ticket"), [("1".to_owned(), Some(Counted::People))]);
    }
}
