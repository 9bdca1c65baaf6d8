//! What a device has learned from its user's own settled payments, kept so that one decision reads at most seven bounded records.
//!
//! ```
//! use assent_habits::{Memory, learn, recall};
//! use assent_types::{Id, PastPayment};
//!
//! let mut shelf = Memory::default();
//! let paid = PastPayment::from_json(
//!     r#"{"id":"p1","at":"2026-05-04T12:01:00+08:00","service":{"id":"noodle-1","name":"Noodle House"},"price":{"amount":"38.00","currency":"CNY"}}"#,
//! )?;
//! learn(&mut shelf, &paid)?;
//!
//! let known = recall(&shelf, &paid.service, &Id::new("chef")?, false)?;
//! assert_eq!(known.payee.map(|payee| payee.count), Some(1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Aggregates are plain data that forget by being small: the last 32 amounts, the last 12 intervals, the most used items, agents and
//! places. Where they are kept is a [`Shelf`]: sealed in the store, or in memory for replays. Payments are learned in the order of
//! time; whoever finds an older one (a late import, a dispute, a forgotten payee) empties the shelf and learns all again, so that what
//! was taken back leaves no trace.
//!
//! Not every payment teaches as much. What an agent paid and nobody but this device said yes to ([`Vouched::No`]) counts, but never
//! widens a range of amounts: an agent cannot raise what is usual by its own payments.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod amounts;
mod kinds;
mod learn;
mod names;
mod near;
mod places;
mod record;
mod rhythm;
mod shelf;
mod tally;

pub use amounts::{Amounts, Gaps};
pub use kinds::{Kind, Kinds};
pub use learn::{Near, Recollection, Vouched, learn, learn_as, recall};
pub use names::{mixes_scripts, skeleton};
pub use places::Places;
pub use record::{AgentHabit, CategoryHabit, Known, NameHabit, PayeeHabit, Record, UserHabit};
pub use rhythm::{Rhythm, WeekHours};
pub use shelf::{Key, Memory, Shelf};
pub use tally::Tally;
