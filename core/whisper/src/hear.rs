//! Understanding a reply: what was tapped, nodded or said, held against what was asked and against what the device itself just spoke.

use assent_types::{Challenge, Money, Tongue};
use serde::{Deserialize, Serialize};

use crate::challenge::{Word, take_word};
use crate::echo;
use crate::grammar::Question;
use crate::locale::Locale;
use crate::read::{Meaning, Reading, reading};

/// What the user did.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReplyEvent {
    /// Words, as speech recognition wrote them.
    Spoken {
        /// The words.
        words: String,
    },
    /// Words, typed.
    Typed {
        /// The words.
        words: String,
    },
    /// A nod.
    Nod,
    /// A shake of the head.
    Shake,
    /// A tap on the button that names the payment.
    Tap,
    /// A long press on it.
    LongPress,
    /// A tap on the button that refuses.
    Refuse,
    /// Swiped away, closed.
    Dismiss,
}

impl ReplyEvent {
    /// What it means where it has no words.
    pub fn meaning(&self) -> Option<Meaning> {
        match self {
            Self::Nod | Self::Tap | Self::LongPress => Some(Meaning::Yes),
            Self::Shake | Self::Refuse | Self::Dismiss => Some(Meaning::No),
            Self::Spoken { .. } | Self::Typed { .. } => None,
        }
    }
}

impl std::fmt::Debug for ReplyEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Spoken { .. } => "Spoken(…)",
            Self::Typed { .. } => "Typed(…)",
            Self::Nod => "Nod",
            Self::Shake => "Shake",
            Self::Tap => "Tap",
            Self::LongPress => "LongPress",
            Self::Refuse => "Refuse",
            Self::Dismiss => "Dismiss",
        })
    }
}

/// A reply and what it is held against.
#[derive(Clone, Copy)]
pub struct Hearing<'a> {
    /// What the user did.
    pub event: &'a ReplyEvent,
    /// The language of the whisper.
    pub tongue: Option<Tongue>,
    /// The amount that was asked.
    pub asked: Option<Money>,
    /// The sentence that the device spoke.
    pub spoken: Option<&'a str>,
    /// The word that a spoken yes has to come with.
    pub challenge: Option<&'a Challenge>,
}

/// A reply as it was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Understood {
    /// What it means. A yes without the word that was asked for is unclear.
    pub meaning: Meaning,
    /// What is asked back, with [`Meaning::Question`].
    pub question: Option<Question>,
    /// What was heard of the word.
    pub word: Word,
    /// The device heard itself: no reply at all, to be counted as nothing.
    pub echo: bool,
}

/// Understands a reply. What the device itself spoke is no reply; numbers are held against the amount; a word that was asked for has to be
/// there, and no other of its list. A nod cannot say a word.
pub fn understand(hearing: &Hearing<'_>) -> Understood {
    let plain = |reading: Reading| Understood {
        meaning: reading.meaning,
        question: reading.question,
        word: Word::NotAsked,
        echo: false,
    };
    let words = match hearing.event {
        ReplyEvent::Typed { words } => return plain(reading(words, hearing.asked)),
        ReplyEvent::Spoken { words } => words,
        touched => {
            let meaning = touched.meaning().unwrap_or(Meaning::Unclear);
            let wordless = *touched == ReplyEvent::Nod && hearing.challenge.is_some();
            return Understood {
                meaning: if wordless { Meaning::Unclear } else { meaning },
                question: None,
                word: if wordless { Word::Missing } else { Word::NotAsked },
                echo: false,
            };
        }
    };
    let heard = plain(reading(words, hearing.asked));
    if hearing.spoken.is_some_and(|spoken| echo::is_echo_of(words, spoken, heard.meaning == Meaning::No)) {
        return Understood { meaning: Meaning::Unclear, question: None, word: Word::NotAsked, echo: true };
    }
    let Some(challenge) = hearing.challenge else { return heard };
    let locale = hearing.tongue.map_or_else(|| Locale::of("en"), Locale::from);
    let (word, rest) = take_word(words, &challenge.word, locale);
    let meant = plain(reading(&rest, hearing.asked));
    match (meant.meaning, word) {
        (Meaning::Yes, Word::Right) => Understood { word, ..meant },
        (Meaning::Yes, _) => Understood { meaning: Meaning::Unclear, question: None, word, echo: false },
        _ => Understood { word, ..heard },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge() -> Challenge {
        Challenge { word: "blue".to_owned(), prompt: String::new() }
    }

    fn said(words: &str, challenge: Option<&Challenge>, spoken: Option<&str>) -> Understood {
        let event = ReplyEvent::Spoken { words: words.to_owned() };
        let asked = "15.00 CNY".parse().ok();
        understand(&Hearing { event: &event, tongue: None, asked, spoken, challenge })
    }

    #[test]
    fn a_yes_needs_its_word() {
        let blue = challenge();
        for (words, meaning, word) in [
            ("yes, blue", Meaning::Yes, Word::Right),
            ("blue, yes please", Meaning::Yes, Word::Right),
            ("yes and the word is blue", Meaning::Yes, Word::Right),
            ("yes", Meaning::Unclear, Word::Missing),
            ("yes, tiger", Meaning::Unclear, Word::Wrong),
            ("blue", Meaning::Unclear, Word::Right),
            ("no", Meaning::No, Word::Missing),
            ("no, blue", Meaning::No, Word::Right),
            ("yes blue tiger window", Meaning::Unclear, Word::Wrong),
            ("yes blue, make it two", Meaning::Change, Word::Right),
        ] {
            let understood = said(words, Some(&blue), None);
            assert_eq!((understood.meaning, understood.word), (meaning, word), "{words}");
        }
    }

    #[test]
    fn the_device_does_not_hear_itself() {
        let spoken = "Please check. Fifteen yuan, one five to “Noodle House”. You have not paid before. Your decision?";
        for words in [
            "your decision",
            "please check fifteen yuan",
            "have not paid before",
            "noodle house you have not paid",
        ] {
            assert!(said(words, None, Some(spoken)).echo, "{words}");
        }
        for (words, meaning) in [
            ("yes", Meaning::Yes),
            ("no", Meaning::No),
            ("not", Meaning::No),
            ("yes, fifteen yuan", Meaning::Yes),
        ] {
            let understood = said(words, None, Some(spoken));
            assert_eq!((understood.meaning, understood.echo), (meaning, false), "{words}");
        }
    }

    #[test]
    fn gestures_mean_what_they_are_and_a_nod_says_no_word() {
        let blue = challenge();
        let hear = |event, challenge| {
            understand(&Hearing { event: &event, tongue: None, asked: None, spoken: None, challenge }).meaning
        };
        assert_eq!(hear(ReplyEvent::Nod, None), Meaning::Yes);
        assert_eq!(hear(ReplyEvent::Nod, Some(&blue)), Meaning::Unclear);
        assert_eq!(hear(ReplyEvent::Tap, Some(&blue)), Meaning::Yes);
        assert_eq!(hear(ReplyEvent::LongPress, None), Meaning::Yes);
        assert_eq!(hear(ReplyEvent::Shake, Some(&blue)), Meaning::No);
        assert_eq!(hear(ReplyEvent::Dismiss, None), Meaning::No);
        assert_eq!(hear(ReplyEvent::Refuse, None), Meaning::No);
    }
}
