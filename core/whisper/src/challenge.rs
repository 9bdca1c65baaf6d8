//! The random word that a spoken yes has to come with: a television's or a bystander's yes has none.
//!
//! The words of a language are the message `challenge-words`, each with what speech recognition writes for it. They were chosen so that
//! none sounds like another, and a word that is said counts only where no other of the list was said.

use assent_types::Challenge;

use crate::locale::{Locale, message};
use crate::words;

/// What was heard of the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// None was asked for.
    NotAsked,
    /// It was not said.
    Missing,
    /// Another word of the list was said.
    Wrong,
    /// It was said.
    Right,
}

/// A word of the list and what else is heard for it.
struct Entry {
    word: String,
    heard: Vec<String>,
}

fn entries(locale: Locale) -> Vec<Entry> {
    let list = message(locale, "challenge-words", None, Vec::new()).unwrap_or_default();
    let entry = |item: &str| {
        let heard: Vec<String> = item.split_whitespace().map(words::normal).collect();
        heard.first().cloned().map(|word| Entry { word, heard })
    };
    list.split(',').filter_map(entry).collect()
}

/// The words that a language can ask for.
pub fn challenge_words(locale: impl Into<Locale>) -> Vec<String> {
    entries(locale.into()).into_iter().map(|entry| entry.word).collect()
}

/// The word that this random number picks, and how it is asked for; `None` where a language has no words.
pub fn challenge(locale: impl Into<Locale>, random: u64) -> Option<Challenge> {
    let locale = locale.into();
    let mut list = challenge_words(locale);
    let count = u64::try_from(list.len()).ok().filter(|n| *n > 0)?;
    let at = usize::try_from(random % count).ok()?;
    let word = (at < list.len()).then(|| list.swap_remove(at))?;
    let prompt = message(locale, "challenge", None, vec![("word", word.clone().into())])?;
    Some(Challenge { word, prompt })
}

/// Whether the word was said in this reply.
pub fn heard_word(reply: &str, word: &str, locale: impl Into<Locale>) -> Word {
    take_word(reply, word, locale.into()).0
}

/// Whether the word was said, and the reply without it.
pub(crate) fn take_word(reply: &str, word: &str, locale: Locale) -> (Word, String) {
    let wanted = words::normal(word);
    let mut rest = words::normal(reply);
    let (mut right, mut wrong) = (false, false);
    for entry in entries(locale) {
        let said = take(&mut rest, &entry);
        if entry.word == wanted {
            right |= said;
        } else {
            wrong |= said;
        }
    }
    let heard = match (right, wrong) {
        (_, true) => Word::Wrong,
        (true, false) => Word::Right,
        (false, false) => Word::Missing,
    };
    (heard, rest)
}

/// Takes the word out of the text, wherever it or what is heard for it stands.
fn take(text: &mut String, entry: &Entry) -> bool {
    let mut found = false;
    for heard in &entry.heard {
        if heard.is_ascii() {
            let kept: Vec<&str> = text.split(' ').filter(|piece| !same(piece, heard)).collect();
            let kept = kept.join(" ");
            found |= kept.len() != text.len();
            *text = kept;
        } else if text.contains(heard.as_str()) {
            *text = text.replace(heard.as_str(), " ");
            found = true;
        }
    }
    found
}

/// The same but for punctuation around it, or for one letter in a word of six or more.
fn same(piece: &str, heard: &str) -> bool {
    let piece = piece.trim_matches(|c: char| !c.is_alphanumeric());
    piece == heard || heard.len() >= 6 && piece.len() >= 5 && strsim::osa_distance(piece, heard) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Meaning, read};

    const LOCALES: [&str; 2] = ["en", "zh"];

    #[test]
    fn every_word_is_heard_and_never_for_another() {
        for tag in LOCALES {
            let locale = Locale::of(tag);
            assert!(challenge_words(locale).len() >= 10);
            for entry in entries(locale) {
                for heard in &entry.heard {
                    assert_eq!(heard_word(heard, &entry.word, locale), Word::Right, "{heard}");
                    for other in challenge_words(locale).into_iter().filter(|w| *w != entry.word) {
                        assert_eq!(heard_word(heard, &other, locale), Word::Wrong, "{heard} for {other}");
                    }
                }
            }
        }
    }

    #[test]
    fn no_word_says_yes_or_no_or_a_number() {
        for tag in LOCALES {
            for entry in entries(Locale::of(tag)) {
                for heard in &entry.heard {
                    assert_eq!(read(heard, None, None), Meaning::Unclear, "{heard}");
                }
            }
        }
    }

    #[test]
    fn the_words_are_far_apart_in_letters() {
        let list = challenge_words(Locale::of("en"));
        for (i, one) in list.iter().enumerate() {
            for other in &list[i + 1..] {
                assert!(strsim::levenshtein(one, other) >= 4, "{one} {other}");
            }
        }
        let list = challenge_words(Locale::of("zh"));
        for (i, one) in list.iter().enumerate() {
            for other in &list[i + 1..] {
                assert!(!one.chars().any(|c| other.contains(c)), "{one} {other}");
            }
        }
    }

    #[test]
    fn any_number_picks_a_word_and_two_words_are_none() {
        for random in [0, 1, 11, 12, u64::MAX] {
            assert!(
                challenge_words(Locale::of("zh"))
                    .contains(&challenge(Locale::of("zh"), random).unwrap().word)
            );
        }
        let locale = Locale::of("en");
        assert_eq!(heard_word("yes blue tiger", "blue", locale), Word::Wrong);
        assert_eq!(heard_word("yes", "blue", locale), Word::Missing);
        assert_eq!(heard_word("Yes, elephent!", "elephant", locale), Word::Right);
    }
}
