//! What a device has learned from its user's own settled payments, kept so that one decision reads at most six bounded records.
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
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod amounts;
mod learn;
mod names;
mod places;
mod record;
mod rhythm;
mod shelf;
mod tally;

pub use amounts::Amounts;
pub use learn::{Recollection, learn, recall};
pub use names::{mixes_scripts, skeleton};
pub use places::Places;
pub use record::{AgentHabit, CategoryHabit, Known, NameHabit, PayeeHabit, Record, UserHabit};
pub use rhythm::{Rhythm, WeekHours};
pub use shelf::{Key, Memory, Shelf};
pub use tally::Tally;
