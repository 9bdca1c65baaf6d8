//! Ids and texts from outside: which characters they may hold, and a `Debug` that does not show them.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::malformed::{Code, Malformed};

/// The name that a machine gave something: an intent, an agent, a service, a payment.
///
/// 1 to 128 characters, none of them invisible and no white space but inner spaces, so that a person who sees two different ids
/// sees that they differ or at least where to look.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Id(String);

/// A text that a person may read: a name, an item, what was said. Kept as it came, never trusted as a label or an instruction.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Text(String);

/// The longest id, in characters.
pub(crate) const MAX_ID: usize = 128;

impl Id {
    /// Takes `text` as an id, or says why it is none.
    pub fn new(text: &str) -> Result<Self, Malformed> {
        check_length(text, MAX_ID)?;
        if text.chars().any(|c| is_deceptive(c) || is_invisible(c) || (c.is_whitespace() && c != ' ')) {
            return Err(bad_character("an id may not hold control, bidirectional or invisible characters"));
        }
        if text.starts_with(' ') || text.ends_with(' ') {
            return Err(bad_character("an id may not begin or end with a space"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The id as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Text {
    /// Takes one line of at most `max` characters.
    pub fn line(text: &str, max: usize) -> Result<Self, Malformed> {
        check_length(text, max)?;
        check_line(text)
    }

    /// Takes one line of at most `max` characters that may be empty.
    pub fn free(text: &str, max: usize) -> Result<Self, Malformed> {
        if text.is_empty() {
            Ok(Self(String::new()))
        } else {
            check_longest(text, max).and_then(|()| check_line(text))
        }
    }

    /// Takes what was said: at most `max` characters, line breaks and tabs allowed, empty allowed.
    pub fn speech(text: &str, max: usize) -> Result<Self, Malformed> {
        check_longest(text, max)?;
        if text.chars().any(|c| is_deceptive(c) && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(bad_character("the text may not hold control or bidirectional characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_line(text: &str) -> Result<Text, Malformed> {
    if text.chars().any(|c| is_deceptive(c) || is_zero_width(c)) {
        return Err(bad_character("the text may not hold control, bidirectional or zero-width characters"));
    }
    Ok(Text(text.to_owned()))
}

fn check_length(text: &str, max: usize) -> Result<(), Malformed> {
    if text.chars().all(char::is_whitespace) {
        return Err(Malformed::new(Code::Empty, "", "the text may not be empty"));
    }
    check_longest(text, max)
}

fn check_longest(text: &str, max: usize) -> Result<(), Malformed> {
    if text.chars().count() > max {
        return Err(Malformed::new(Code::TooLong, "", format!("at most {max} characters are allowed")));
    }
    Ok(())
}

fn bad_character(message: &str) -> Malformed {
    Malformed::new(Code::BadCharacter, "", message)
}

/// Characters with no honest use in any field: controls, bidirectional marks, line separators, noncharacters, tags.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' // bidirectional
            | '\u{2028}' | '\u{2029}' // separators that break a line in some readers only
            | '\u{206A}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}' // deprecated and interlinear formatting
            | '\u{E0000}'..='\u{E007F}' // tags, a known way to smuggle text past a reader
            | '\u{FDD0}'..='\u{FDEF}')
        || (u32::from(c) & 0xFFFE) == 0xFFFE
}

/// Zero-width characters that no script needs between its letters.
fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{180E}')
}

/// Every other character that is drawn as nothing (Unicode `Default_Ignorable_Code_Point`), some of which names and emoji need.
fn is_invisible(c: char) -> bool {
    is_zero_width(c)
        || matches!(c,
            '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200C}' | '\u{200D}'
            | '\u{2065}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0080}'..='\u{E0FFF}')
}

macro_rules! private_text {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

private_text!(Id);
private_text!(Text);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(|e| serde::de::Error::custom(e.message))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::speech(&String::deserialize(deserializer)?, usize::MAX)
            .map_err(|e| serde::de::Error::custom(e.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn invisible_characters_never_make_an_id() {
        for c in [
            '\u{200B}',
            '\u{200C}',
            '\u{200D}',
            '\u{2060}',
            '\u{FEFF}',
            '\u{00AD}',
            '\u{3164}',
            '\u{FE0F}',
            '\u{E0041}',
            '\u{202E}',
            '\u{2066}',
            '\0',
            '\n',
            '\t',
            '\u{00A0}',
            '\u{3000}',
            '\u{FFFE}',
        ] {
            assert_eq!(
                Id::new(&format!("a{c}b")).unwrap_err().code,
                Code::BadCharacter,
                "U+{:04X}",
                u32::from(c)
            );
        }
        assert_eq!(Id::new(" a").unwrap_err().code, Code::BadCharacter);
        assert_eq!(Id::new("  ").unwrap_err().code, Code::Empty);
        assert_eq!(Id::new(&"a".repeat(129)).unwrap_err().code, Code::TooLong);
        assert!(Id::new("uk-pcard:bp  six ways f/stn").is_ok());
        assert!(Id::new(&"面".repeat(128)).is_ok());
    }

    #[test]
    fn names_keep_their_joiners_but_no_tricks() {
        assert!(Text::line("👩‍🍳 Café 兰州拉面", 256).is_ok());
        for c in ['\u{202E}', '\u{200B}', '\u{FEFF}', '\n', '\u{7}', '\u{E0041}'] {
            assert_eq!(Text::line(&format!("a{c}b"), 256).unwrap_err().code, Code::BadCharacter);
        }
        assert!(Text::speech("two lines\nof speech", 2000).is_ok());
        assert!(Text::speech("", 2000).is_ok());
    }

    proptest! {
        #[test]
        fn an_id_that_is_taken_shows_every_character(text in "\\PC{0,20}|.{0,20}") {
            if let Ok(id) = Id::new(&text) {
                prop_assert!(id.as_str() == text && !id.as_str().chars().any(|c| c.is_control() || is_invisible(c)));
                prop_assert_eq!(format!("{id:?}"), "Id(…)");
            }
        }
    }
}
