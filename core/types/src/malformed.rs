//! Why an input was refused: a stable code, the path of the field, and a sentence that says what to do.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($(#[doc = $doc:expr])* $variant:ident = $text:literal,)*) => {
        /// The stable name of a refusal. Codes are added, never renamed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[doc = $doc])* $variant,)* }

        impl Code {
            /// The code as it stands in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Every code, for documentation and for tests that want to meet each of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
        }
    };
}

codes! {
    /// The bytes are not UTF-8.
    NotUtf8 = "not_utf8",
    /// The text is not JSON.
    NotJson = "not_json",
    /// The input is larger than the contract allows.
    TooLarge = "too_large",
    /// The input is nested deeper than any valid one.
    TooDeep = "too_deep",
    /// A key stands twice in one object.
    DuplicateKey = "duplicate_key",
    /// A key that the contract does not know.
    UnknownKey = "unknown_key",
    /// A needed field is not there.
    MissingField = "missing_field",
    /// The field has another JSON type than the contract says.
    WrongType = "wrong_type",
    /// The text is empty or only white space.
    Empty = "empty",
    /// The text is longer than allowed.
    TooLong = "too_long",
    /// The list or object has more members than allowed.
    TooMany = "too_many",
    /// A control, bidirectional, invisible or otherwise deceptive character.
    BadCharacter = "bad_character",
    /// The amount is not a plain decimal number.
    BadAmount = "bad_amount",
    /// The amount has more decimals than its currency.
    TooManyDecimals = "too_many_decimals",
    /// The amount or quantity is zero or negative.
    NotPositive = "not_positive",
    /// The amount does not fit.
    AmountTooLarge = "amount_too_large",
    /// No such currency in ISO 4217, or one without minor units.
    UnknownCurrency = "unknown_currency",
    /// Neither a merchant category code nor a named category.
    UnknownCategory = "unknown_category",
    /// No such country in ISO 3166-1 alpha-2.
    UnknownCountry = "unknown_country",
    /// Not an RFC 3339 date and time.
    BadTimestamp = "bad_timestamp",
    /// The offset from UTC is missing or is none that exists.
    BadOffset = "bad_offset",
    /// Not a BCP 47 language tag.
    BadLanguage = "bad_language",
    /// The text is none of the words that the field knows.
    UnknownValue = "unknown_value",
    /// The number is outside its range.
    OutOfRange = "out_of_range",
    /// Two fields contradict each other.
    Contradiction = "contradiction",
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// An input that was refused. It never carries the refused value itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{code} at `{path}`: {message}")]
pub struct Malformed {
    /// What kind of fault it is.
    pub code: Code,
    /// Where: field names joined by dots, list positions in brackets; empty for the whole input.
    pub path: String,
    /// What was wrong and what to do, in English.
    pub message: String,
}

impl Malformed {
    /// A refusal at `path`.
    pub fn new(code: Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, path: path.into(), message: message.into() }
    }

    /// The same refusal, seen from one object further out.
    pub fn within(mut self, outer: &str) -> Self {
        self.path = match self.path.as_str() {
            "" => outer.to_owned(),
            inner if inner.starts_with('[') => format!("{outer}{inner}"),
            inner => format!("{outer}.{inner}"),
        };
        self
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
