//! What counts of what was heard, and its words and numbers.

use std::collections::HashSet;

use assent_types::numerals::{self, Found};
use assent_types::{Speaker, Text, Utterance};

use crate::agree::{self, Answer};
use crate::look::is_han;
use crate::mentions::Mentions;
use crate::request::{USUAL, is_empty_word, is_request_word};

/// Numbers read of one turn, and of all turns. People say far fewer; what an agent floods a talk with must not cost time.
pub(crate) const NUMBERS_PER_TURN: usize = 64;
pub(crate) const NUMBERS_IN_ALL: usize = 256;

/// One turn that counts.
pub(crate) struct Turn {
    /// As it was heard, in lower case.
    pub text: String,
    /// Its numbers, with places in `text`.
    pub numbers: Vec<Found>,
    /// Its days, times and counts.
    pub mentions: Mentions,
    /// Its words, numbers as decimals.
    pub words: HashSet<String>,
    /// Its letters and digits without what stands between them.
    pub squashed: String,
    /// Which turn of the conversation it is.
    pub at: usize,
    /// Whether the agent said it and the user agreed.
    pub agreed: bool,
    /// Whether it holds more numbers than are kept.
    cut: bool,
}

impl Turn {
    fn new(text: &Text, at: usize, agreed: bool) -> Self {
        let text = text.as_str().to_lowercase();
        let mut turn = Self {
            numbers: numerals::find(&text),
            mentions: Mentions::default(),
            words: HashSet::new(),
            squashed: text.chars().filter(|c| c.is_alphanumeric()).collect(),
            text,
            at,
            agreed,
            cut: false,
        };
        turn.keep(NUMBERS_PER_TURN);
        turn.mentions = Mentions::of(&turn.text, &turn.numbers);
        turn.words = words(&turn.text, &turn.numbers).into_iter().collect();
        turn
    }

    /// Whether it names a value of a kind that the other turn names too, and another one: a correction.
    pub fn corrects(&self, other: &Self) -> bool {
        let (own, theirs) = (&self.mentions, &other.mentions);
        let money = |turn: &Self| turn.numbers.iter().any(|found| !found.currencies.is_empty());
        let number = self.amounts().any(|found| !other.numbers.iter().any(|said| said.value == found.value));
        let plain = |turn: &Self| {
            turn.numbers.iter().any(|found| found.currencies.is_empty())
                || !(turn.mentions.counts.is_empty()
                    && turn.mentions.times.is_empty()
                    && turn.mentions.days.is_empty())
        };
        let time = own.times.iter().any(|t| !theirs.times.iter().any(|o| o.may_be(t.minute)));
        let day = own.days.0.iter().any(|d| !theirs.days.0.iter().any(|o| o.day == d.day));
        let count = own.counts.iter().any(|c| !theirs.counts.iter().any(|o| o.value == c.value));
        (number && (money(other) || (money(self) && plain(other))))
            || (time && !theirs.times.is_empty())
            || (day && !theirs.days.is_empty())
            || (count && !theirs.counts.is_empty())
    }

    /// Whether it names any value: a number, a day, a time.
    pub fn says_values(&self) -> bool {
        let said = &self.mentions;
        self.amounts().next().is_some()
            || !(said.days.is_empty() && said.times.is_empty() && said.counts.is_empty())
    }

    /// Keeps the first numbers; gives how many are left of those allowed.
    fn keep(&mut self, most: usize) -> usize {
        self.cut |= self.numbers.len() > most;
        self.numbers.truncate(most);
        most.saturating_sub(self.numbers.len())
    }

    /// Its numbers but for the pronoun "one".
    pub fn amounts(&self) -> impl Iterator<Item = &Found> {
        self.numbers.iter().filter(|found| self.text.get(found.start..found.end) != Some("one"))
    }
}

/// Everything that counts, in order.
pub(crate) struct Heard {
    pub turns: Vec<Turn>,
    /// What the agent put forward earlier, that the user did not turn down, and went on from to a later agreement. Weaker than a yes.
    pub standing: Vec<Turn>,
    /// Whether the last thing that the user said agrees to what the agent had said.
    pub ends_agreed: bool,
    /// All its words, numbers as decimals.
    pub words: HashSet<String>,
    /// Whether more numbers were heard than are kept: then nothing may be taken for said in full.
    pub cut: bool,
}

impl Heard {
    /// What counts of a conversation: the user's turns, and an agent's turn where the user's next one agrees to it without correcting it.
    /// `None` where nothing was said.
    pub fn of(conversation: &[Utterance]) -> Option<Self> {
        let (mut turns, mut standing) = (Vec::new(), Vec::new());
        let (mut settled, mut ends_agreed) = (0, false);
        let mut offered: Option<(usize, &Text)> = None;
        for (at, utterance) in conversation.iter().enumerate() {
            match utterance.from {
                // Of several turns in a row only the last is what the user answers.
                Speaker::Agent => offered = Some((at, &utterance.text)),
                Speaker::User => {
                    if utterance.text.as_str().trim().is_empty() {
                        continue;
                    }
                    let turn = Turn::new(&utterance.text, at, false);
                    ends_agreed = false;
                    if let Some(offer) = offered.take().map(|(at, text)| Turn::new(text, at, true)) {
                        match agree::answer(&turn, &offer) {
                            Answer::Agrees => {
                                (settled, ends_agreed) = (offer.at, true);
                                turns.push(offer);
                            }
                            Answer::GoesOn => standing.push(offer),
                            Answer::TurnsDown => {}
                        }
                    }
                    turns.push(turn);
                }
            }
        }
        standing.retain(|offer| offer.at < settled);
        // The user's own numbers go first, and the latest: what an agent floods the talk with may not push them out.
        let mut left = NUMBERS_IN_ALL;
        for agreed in [false, true] {
            for turn in turns.iter_mut().rev().filter(|turn: &&mut Turn| turn.agreed == agreed) {
                left = turn.keep(left);
            }
        }
        let words = turns.iter().flat_map(|turn| turn.words.iter().cloned()).collect();
        let cut = turns.iter().any(|turn| turn.cut);
        (!turns.is_empty()).then_some(Self { turns, standing, ends_agreed, words, cut })
    }

    /// Whether the user asks for what is usual: "the usual", "same as last time", 老样子. What that is only the habit can tell.
    pub fn asks_for_the_usual(&self) -> bool {
        self.turns
            .iter()
            .any(|turn| !turn.agreed && USUAL.iter().any(|phrase| contains_word(&turn.text, phrase)))
    }

    /// Whether that is all the user says: "the usual, please". Nothing that the agent said was agreed to either.
    pub fn is_only_the_usual(&self) -> bool {
        let only = |turn: &Turn| {
            let mut rest = turn.text.clone();
            USUAL.iter().for_each(|phrase| rest = rest.replace(phrase, " "));
            let numbers = numerals::find(&rest);
            let named = numbers.iter().any(|found| rest.get(found.start..found.end) != Some("one"));
            !named && words(&rest, &[]).iter().all(|word| is_request_word(word))
        };
        self.asks_for_the_usual() && self.turns.iter().all(|turn| !turn.agreed && only(turn))
    }

    /// The share of a text's words that were said; 1 for a text without words.
    pub fn overlap(&self, text: &str) -> f32 {
        let wanted = meaningful(text);
        if wanted.is_empty() {
            return 1.0;
        }
        wanted.iter().filter(|word| self.words.contains(*word)).count() as f32 / wanted.len() as f32
    }

    /// Whether a name was said as it stands, in lower case; as a whole word where it is written in letters with spaces between words.
    pub fn names(&self, name: &str) -> bool {
        let name = name.trim().to_lowercase();
        let long_enough = name.chars().count() >= if name.chars().any(is_han) { 2 } else { 4 };
        long_enough && self.turns.iter().any(|turn| contains_word(&turn.text, &name))
    }

    /// Every number, with its turn.
    pub fn numbers(&self) -> impl Iterator<Item = (&Turn, &Found)> {
        self.turns.iter().flat_map(|turn| turn.amounts().map(move |found| (turn, found)))
    }
}

/// Where a phrase stands in a text, not inside a longer word.
pub(crate) fn contains_word(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(start, found)| {
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_han(c));
        let before = text.get(..start).and_then(|t| t.chars().next_back());
        let after = text.get(start.saturating_add(found.len())..).and_then(|t| t.chars().next());
        let first_is_letter = phrase.chars().next().is_some_and(|c| !is_han(c));
        let last_is_letter = phrase.chars().next_back().is_some_and(|c| !is_han(c));
        !(first_is_letter && inside(before) || last_is_letter && inside(after))
    })
}

/// The words of a text that say something; all of them where none does.
pub(crate) fn meaningful(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let all = words(&lower, &numerals::find(&lower));
    let some: Vec<String> = all.iter().filter(|word| !is_empty_word(word)).cloned().collect();
    if some.is_empty() { all } else { some }
}

/// The words of a lower-case text: runs of letters and digits, single Han characters, and its numbers as decimals.
fn words(text: &str, numbers: &[Found]) -> Vec<String> {
    let mut words = Vec::new();
    let mut from = 0;
    for found in numbers {
        split(text.get(from..found.start).unwrap_or_default(), &mut words);
        words.push(found.value.to_string());
        from = found.end;
    }
    split(text.get(from..).unwrap_or_default(), &mut words);
    words
}

fn split(text: &str, words: &mut Vec<String>) {
    let mut run = String::new();
    let mut finish = |run: &mut String| {
        let word = std::mem::take(run);
        // "noodles" and "noodle", "mum's" and "mum" are one word here.
        let stem =
            word.strip_suffix('s').filter(|stem| stem.len() >= 3 && !stem.ends_with('s')).unwrap_or(&word);
        if !stem.is_empty() {
            words.push(stem.to_owned());
        }
    };
    for c in text.chars() {
        if is_han(c) {
            finish(&mut run);
            run.push(c);
            finish(&mut run);
        } else if c.is_alphanumeric() {
            run.push(c);
        } else if !matches!(c, '\'' | '’') {
            finish(&mut run);
        }
    }
    finish(&mut run);
}
