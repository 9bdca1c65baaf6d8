//! The number of the state of what is known of the user. Scoring happens before the one write transaction; a score that was made from an
//! older state is made again.

use assent_store::{Reading, Table, Writing};

use crate::error::EngineError;

const KEY: &str = "knowledge";

/// The number of the present state of habits and trust.
pub(crate) fn state(book: &Reading<'_>) -> Result<u64, EngineError> {
    Ok(book.get(Table::Settings, KEY)?.unwrap_or_default())
}

/// Habits or trust are changed in this transaction.
pub(crate) fn changed(book: &mut Writing<'_>) -> Result<(), EngineError> {
    let next = state(book)?.wrapping_add(1);
    Ok(book.put(Table::Settings, KEY, &next)?)
}
