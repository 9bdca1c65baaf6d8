//! The whisper: the light confirmation that an escalated intent asks for, and the reading of the user's reply.
//!
//! ```
//! use assent_types::{Currency, Money, Reason, Tongue};
//! use assent_whisper::{Meaning, explain, read};
//!
//! assert_eq!(explain(&Reason::AmountUnusual { times: 3.2 }, Tongue::English), "3 times your usual here");
//! let asked = Currency::from_code("CNY").and_then(|cny| Money::parse("38.00", cny).ok());
//! assert_eq!(read("好的，谢谢", None, asked), Meaning::Yes);
//! assert_eq!(read("yes, 58 yuan", None, asked), Meaning::Change);
//! assert_eq!(read("没问题", None, asked), Meaning::Unclear);
//! ```
//!
//! [`explain`] puts a reason into words, [`compose`] shapes a whisper for the device at hand, [`read`](read()) reads the reply with a closed
//! grammar in which whatever is not named is no yes. Wording is Project Fluent (`locales/*.ftl`), the grammar is `grammar/*.txt`:
//! both are added to without code. Nothing here reads a clock, a file or the network.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod amount;
mod answer;
mod bound;
mod challenge;
mod compose;
mod echo;
mod grammar;
mod hear;
mod label;
mod locale;
mod read;
mod sounds;
mod spoken;
mod ssml;
mod view;
mod wording;
mod words;

pub use amount::{amount, short_amount, spoken_amount};
pub use answer::answer;
pub use bound::Bound;
pub use challenge::{Word, challenge, challenge_words, heard_word};
pub use compose::{Asking, Demand, Device, LabelFrom, Payee, compose, gives, is_alarming, look};
pub use echo::is_echo;
pub use grammar::Question;
pub use hear::{Hearing, ReplyEvent, Understood, understand};
pub use locale::{Locale, phrase};
pub use read::{Meaning, question, read};
pub use wording::explain;
