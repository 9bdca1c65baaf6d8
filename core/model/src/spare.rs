//! What the user said in a short talk that nothing in the order explains: the name of another payee, another thing.

use std::collections::HashSet;

use crate::heard::{Heard, Turn, meaningful};
use crate::request::is_request_word;
use crate::slots::{SUPPORTED, Slot, Value};
use crate::tokens::tokens;

/// What the user said that nothing in the order explains.
#[derive(Default)]
pub(crate) struct Spare {
    /// How many words.
    pub words: usize,
    /// How many of them stand where a payee or a place would.
    pub names: usize,
    /// The words of the slots that were said.
    explained: HashSet<String>,
}

/// Words behind which a payee or a place stands.
const BEFORE_NAMES: &[&str] = &["from", "at", "to", "pay", "ask", "with", "给", "在", "去", "到", "找", "从"];
/// In a longer talk people speak of much else.
const SHORT_TALK: usize = 3;
/// A longer text explains no words: an agent could write into it all that the user said.
const EXPLAINS_UP_TO: usize = 10;

impl Spare {
    /// Only slots that were said explain anything.
    pub fn of(slots: &[Slot<'_>], supports: &[f32], heard: &Heard) -> Self {
        let said = slots.iter().zip(supports).filter(|(_, support)| **support >= SUPPORTED);
        let explained: HashSet<String> = said
            .flat_map(|(slot, _)| match slot.value {
                Value::Payee(text) | Value::Item(text) | Value::Text(text) => {
                    let words = meaningful(text);
                    if words.len() <= EXPLAINS_UP_TO { words } else { Vec::new() }
                }
                Value::Count(number, _) | Value::Quantity(_, number) => vec![number.to_string()],
                _ => Vec::new(),
            })
            .collect();
        let mut spare = Self { words: 0, names: 0, explained };
        if heard.turns.len() > SHORT_TALK {
            return spare;
        }
        let own = || heard.turns.iter().filter(|turn| !turn.agreed);
        let words = own().flat_map(|turn| &turn.words).filter(|word| spare.is_spare(word)).count();
        let names = own().map(|turn| spare.names_in(turn)).sum();
        (spare.words, spare.names) = (words, names);
        spare
    }

    pub fn explains(&self, word: &str) -> bool {
        self.explained.contains(word)
    }

    fn is_spare(&self, word: &str) -> bool {
        !is_request_word(word) && !self.explains(word)
    }

    /// Words that stand where a name would.
    fn names_in(&self, turn: &Turn) -> usize {
        let tokens = tokens(&turn.text);
        let pairs = tokens.iter().zip(tokens.iter().skip(1));
        pairs
            .filter(|(before, name)| {
                let own = name.text.strip_suffix("'s").unwrap_or(name.text);
                let stem = own.strip_suffix('s').unwrap_or(own);
                before.is(BEFORE_NAMES)
                    && name.number.is_none()
                    && name.text.chars().any(char::is_alphanumeric)
                    && [name.text, own, stem].iter().all(|word| self.is_spare(word))
            })
            .count()
    }
}
