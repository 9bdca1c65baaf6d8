//! The words of Assent as types: an intent, the context it came in, a past payment and the verdict, parsed strictly and never repaired.
//!
//! ```
//! use assent_types::Intent;
//!
//! let intent = Intent::from_json(
//!     r#"{"id":"i-1","agent":"chef","service":{"id":"noodle-1","name":"Noodle House"},
//!         "price":{"amount":"38.00","currency":"CNY"},"created_at":"2026-05-04T12:01:00+08:00"}"#,
//! )?;
//! assert_eq!(intent.price.to_string(), "38.00 CNY");
//!
//! let refused = Intent::from_json(r#"{"id":"i-1","price":{"amount":38}}"#).unwrap_err();
//! assert_eq!((refused.code.as_str(), refused.path.as_str()), ("missing_field", "agent"));
//! # Ok::<(), assent_types::Malformed>(())
//! ```
//!
//! What a value may hold is settled here once: an amount is positive and has no more decimals than its currency, an id has no
//! invisible characters, a moment has an offset. Every refusal is a [`Malformed`] with a stable [`Code`] and the path of the field.
//! Nothing here reads a file, a clock or the network, and no `Debug` output shows what a user bought, said or paid.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod category;
mod context;
mod intent;
pub mod json;
mod malformed;
mod moment;
mod money;
pub mod numerals;
mod payment;
mod reason;
mod text;
mod verdict;
mod whisper;

pub use category::{Category, Named};
pub use context::{Channel, Context, Language, Place, Presence, Speaker, Tongue, Utterance};
pub use intent::{Intent, IntentDigest, Item, Negotiation, Quantity, Service, SignedMandate, UserToken};
pub use malformed::{Code, Malformed};
pub use moment::Moment;
pub use money::{Currency, Money, MoneyError};
pub use payment::PastPayment;
pub use reason::{MoneyField, Period, Reason, Slot, Void};
pub use text::{Id, Text};
pub use verdict::{Decision, Evidence, Receipt, Verdict, WrittenReason};
pub use whisper::{
    Action, Assurance, Challenge, Does, Haptic, Look, ReplyNeeded, Surface, View, Wait, Way, Whisper,
};
