//! The closed grammars of `grammar/*.txt`: phrases by kind, built from classes of words, and the longest phrase at a place.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

use crate::words;

/// What a phrase does in a reply; where two of one length fit, the earlier kind wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Cancels or negates.
    No,
    /// Neither: a hedge, a trap, words about somebody else.
    Doubt,
    /// A question about the payment itself.
    Money(Question),
    /// Wants something else.
    Change,
    /// Opens a request for information.
    Ask,
    /// A yes.
    Yes,
    /// Thanks, fillers: says nothing.
    Courtesy,
    /// Belongs to a request for information; anywhere else it is a doubt.
    Detail,
    /// May not stand in a request for information.
    Stranger,
}

/// What is asked back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// How much it is.
    HowMuch,
    /// Who is paid.
    Who,
    /// Why it is asked, or paid.
    Why,
    /// What is bought.
    What,
    /// To say it again.
    Repeat,
    /// Something else about the payment.
    Other,
}

enum Part {
    Word(String),
    Class { choices: Vec<Vec<Part>>, optional: bool },
}

struct Phrase {
    kind: Kind,
    parts: Vec<Part>,
}

/// Stands for the very amount that was asked.
pub(crate) const AMOUNT: &str = "<amount>";
/// Stands for a number that may not pass.
pub(crate) const NUMBER: &str = "<number>";

/// The files of `grammar`: the tag and the text of each. A reply may mix languages, so that all are read together.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/grammars.rs"));

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut phrases = Phrases::new();
    for phrase in FILES.iter().flat_map(|(_, text)| parse(text).0).map(Arc::new) {
        for word in first_words(&phrase.parts) {
            phrases.entry(word).or_default().push(Arc::clone(&phrase));
        }
    }
    phrases
});

/// The phrases by the words that they can begin with.
type Phrases = HashMap<String, Vec<Arc<Phrase>>>;

/// The words of all phrases.
pub(crate) static VOCABULARY: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let mut words = BTreeSet::new();
    for phrase in PHRASES.values().flatten() {
        collect(&phrase.parts, &mut words);
    }
    words
});

fn collect(parts: &[Part], words: &mut BTreeSet<String>) {
    for part in parts {
        match part {
            Part::Word(word) => {
                words.insert(word.clone());
            }
            Part::Class { choices, .. } => choices.iter().for_each(|choice| collect(choice, words)),
        }
    }
}

/// The words that these parts can begin with.
fn first_words(parts: &[Part]) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for part in parts {
        match part {
            Part::Word(word) => {
                words.insert(word.clone());
                return words;
            }
            Part::Class { choices, optional } => {
                words.extend(choices.iter().flat_map(|choice| first_words(choice)));
                let empty = |choice: &Vec<Part>| {
                    choice.iter().all(|part| matches!(part, Part::Class { optional: true, .. }))
                };
                if !optional && !choices.iter().any(empty) {
                    return words;
                }
            }
        }
    }
    words
}

/// The longest phrase that begins at `at`: its kind and its length in words.
pub(crate) fn longest(words: &[&str], at: usize) -> Option<(Kind, usize)> {
    let rest = words.get(at..)?;
    let mut best: Option<(Kind, usize)> = None;
    for phrase in PHRASES.get(*rest.first()?)?.iter() {
        let Some(length) = longest_match(&phrase.parts, rest).filter(|n| *n > 0) else { continue };
        let better = best.is_none_or(|(kind, best)| length > best || length == best && phrase.kind < kind);
        if better {
            best = Some((phrase.kind, length));
        }
    }
    best
}

fn longest_match(parts: &[Part], words: &[&str]) -> Option<usize> {
    let Some((part, others)) = parts.split_first() else { return Some(0) };
    match part {
        Part::Word(word) => {
            let (first, rest) = words.split_first()?;
            (first == word).then_some(())?;
            longest_match(others, rest)?.checked_add(1)
        }
        Part::Class { choices, optional } => {
            let mut best = if *optional { longest_match(others, words) } else { None };
            for choice in choices {
                let Some(taken) = longest_match(choice, words) else { continue };
                let Some(more) = words.get(taken..).and_then(|rest| longest_match(others, rest)) else {
                    continue;
                };
                best = best.max(taken.checked_add(more));
            }
            best
        }
    }
}

/// Reads a grammar; with it the lines that could not be read, of which a test finds none.
fn parse(text: &str) -> (Vec<Phrase>, Vec<String>) {
    let mut classes: HashMap<String, String> = HashMap::new();
    let mut rules: Vec<(Kind, String)> = Vec::new();
    let mut faults = Vec::new();
    for line in joined(text) {
        if let Some((name, choices)) = line.split_once(" = ").or_else(|| line.split_once("= ")) {
            classes.insert(name.trim().to_owned(), choices.to_owned());
        } else if let Some((kind, choices)) = line.split_once(':').and_then(|(k, c)| Some((kind(k)?, c))) {
            rules.push((kind, choices.to_owned()));
        } else {
            faults.push(line);
        }
    }
    let mut phrases = Vec::new();
    for (kind, choices) in rules {
        for choice in choices.split('|') {
            match parts(choice, &classes, 0) {
                Some(parts) => phrases.push(Phrase { kind, parts }),
                None => faults.push(choice.to_owned()),
            }
        }
    }
    (phrases, faults)
}

/// Lines without comments, those that begin with a space put behind the one before.
fn joined(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
        match lines.last_mut() {
            Some(last) if line.starts_with(' ') => last.push_str(line),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

fn kind(name: &str) -> Option<Kind> {
    Some(match name.trim() {
        "NO" => Kind::No,
        "DOUBT" => Kind::Doubt,
        "HOW-MUCH" => Kind::Money(Question::HowMuch),
        "WHO" => Kind::Money(Question::Who),
        "WHY" => Kind::Money(Question::Why),
        "WHAT" => Kind::Money(Question::What),
        "REPEAT" => Kind::Money(Question::Repeat),
        "MONEY" => Kind::Money(Question::Other),
        "CHANGE" => Kind::Change,
        "ASK" => Kind::Ask,
        "YES" => Kind::Yes,
        "COURTESY" => Kind::Courtesy,
        "DETAIL" => Kind::Detail,
        "STRANGER" => Kind::Stranger,
        _ => return None,
    })
}

/// The parts of one phrase; `None` where a class is unknown, nested too deep, or nothing is left.
fn parts(choice: &str, classes: &HashMap<String, String>, depth: usize) -> Option<Vec<Part>> {
    (depth < 4).then_some(())?;
    let mut parts = Vec::new();
    for piece in choice.split_whitespace() {
        let (piece, optional) = match piece.strip_suffix('?') {
            Some(stem) => (stem, true),
            None => (piece, false),
        };
        if piece == AMOUNT || piece == NUMBER {
            parts.push(Part::Word(piece.to_owned()));
        } else if let Some(name) = piece.strip_prefix('<').and_then(|p| p.strip_suffix('>')) {
            let choices = classes
                .get(name)?
                .split('|')
                .map(|c| self::parts(c, classes, depth.saturating_add(1)))
                .collect::<Option<_>>()?;
            parts.push(Part::Class { choices, optional });
        } else {
            let words = words::split(&words::normal(piece)).into_iter().map(|w| Part::Word(w.text));
            if optional {
                parts.push(Part::Class { choices: vec![words.collect()], optional });
            } else {
                parts.extend(words);
            }
        }
    }
    (!parts.is_empty()).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_grammars_is_read() {
        for (_, text) in FILES {
            assert_eq!(parse(text).1, Vec::<String>::new());
        }
    }

    #[test]
    fn the_longest_phrase_wins_and_no_wins_a_tie() {
        let kind = |words: &[&str]| longest(words, 0);
        assert_eq!(kind(&["no", "problem"]), Some((Kind::Courtesy, 2)));
        assert_eq!(kind(&["no", "trouble"]), Some((Kind::No, 1)));
        assert_eq!(kind(&["可", "不", "可", "以"]), Some((Kind::Money(Question::Other), 4)));
        assert_eq!(kind(&["好", "像"]), Some((Kind::Doubt, 2)));
        assert_eq!(kind(&["that", "sounds", "good", "to", "me", "he"]), Some((Kind::Yes, 5)));
        assert_eq!(kind(&["purple"]), None);
    }
}
