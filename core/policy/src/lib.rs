//! What the user allows: mandates, their ceilings and budgets, and one pure function that holds a payment against them.
//!
//! ```
//! use std::collections::HashMap;
//!
//! use assent_policy::{Mandate, Request, Standing, judge};
//! use assent_types::{Id, Moment};
//!
//! let lunch = Mandate::from_json(
//!     r#"{"id":"lunch","payees":{"allow":["noodle-1"]},"currency":"CNY","per_payment":"50.00","limits":[{"per":"day","count":2}]}"#,
//! )?;
//! let request = Request {
//!     agent: &Id::new("chef")?,
//!     payee: &Id::new("noodle-1")?,
//!     category: None,
//!     amount: "38.00 CNY".parse().unwrap(),
//!     at: Moment::parse("2026-05-04T12:01:00+08:00")?,
//!     zone: &jiff::tz::TimeZone::fixed(jiff::tz::offset(8)),
//! };
//! let ruling = judge(&[lunch], &request, &HashMap::new());
//! assert!(matches!(ruling.standing, Standing::Allowed { explicit: true, .. }));
//! assert_eq!(ruling.charges.len(), 1); // what an approval has to book: the day's budget of `lunch`
//! # Ok::<(), assent_types::Malformed>(())
//! ```
//!
//! # The rules, in their order
//!
//! 1. **Forbid wins.** A mandate that speaks of this agent at this moment and forbids the payee or the category ends the matter.
//! 2. **A card is all that its agent has.** As long as a mandate with `card` stands on the list for an agent, no other grant applies to
//!    that agent, and whatever the card does not cover is forbidden. A card that has run out or not begun still isolates: its end must
//!    not open anything wider.
//! 3. **A session allowance is a purse of its own.** A payment that is no larger than a session's ceiling for one payment, to a payee that
//!    the session names, draws on the session alone, and beyond its total it is declined.
//! 4. **Every grant that covers the payment has to have room for it**, and an approval draws on all of their budgets or on none.
//! 5. **One exception: the user's own word about a payee goes before the default mandate.** Where a grant that the user set names the
//!    payee, the shipped mandates (ids `default-…`) neither limit the payment nor count it. Otherwise nobody could raise the default
//!    for one shop without giving it up for all.
//! 6. **What nobody covers is not allowed**, which means: ask the user.
//!
//! Nothing here reads a clock, a file or the store: the caller says what time it is, where the user counts days, and what is spent.
//! No ruling tells how much room was left, because an agent could find the rest by asking; [`rooms`] does, and is for the user alone.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod budget;
mod check;
mod defaults;
mod judge;
mod mandate;
mod room;
mod tiers;
mod window;
mod written;

pub use budget::{BudgetKey, Charge, Spent};
pub use judge::{Request, Ruling, Standing, ceiling, charges, judge, shipped_days};
pub use mandate::{Beyond, Forbid, Grant, Limit, Mandate, Session};
pub use room::{Room, rooms};
pub use tiers::{Bounds, Tier, Tiers};
pub use window::Window;
