//! What the user allows, as it is kept: mandates in the store, written by the user's hand alone.

use assent_policy::{BudgetKey, Mandate, Room, rooms};
use assent_store::{Reading, Table, Writing};
use assent_types::{Id, Moment};
use jiff::tz::TimeZone;

use crate::error::EngineError;
use crate::ledger;

/// The setting that tells a new store from one whose user removed the default mandates.
const BEGUN: &str = "begun";

/// Gives a new store the default mandates; changes nothing in one that has begun.
pub(crate) fn begin(book: &mut Writing<'_>) -> Result<(), EngineError> {
    if book.get::<bool>(Table::Settings, BEGUN)?.is_some() {
        return Ok(());
    }
    for mandate in Mandate::default_set() {
        put(book, &mandate)?;
    }
    Ok(book.put(Table::Settings, BEGUN, &true)?)
}

/// Every mandate, by id.
pub(crate) fn all(book: &Reading<'_>) -> Result<Vec<Mandate>, EngineError> {
    let written: Vec<String> = book.scan(Table::Mandates)?;
    let mut mandates =
        written.iter().map(|json| Mandate::from_record(json)).collect::<Result<Vec<_>, _>>()?;
    mandates.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(mandates)
}

/// Adds a mandate; one of the same id has to be removed first.
pub(crate) fn add(book: &mut Writing<'_>, mandate: &Mandate) -> Result<(), EngineError> {
    if book.get::<String>(Table::Mandates, mandate.id.as_str())?.is_some() {
        return Err(EngineError::MandateExists);
    }
    put(book, mandate)
}

/// Removes a mandate. What was spent under it stays counted, so that adding it again opens nothing.
pub(crate) fn remove(book: &mut Writing<'_>, id: &Id) -> Result<(), EngineError> {
    if book.get::<String>(Table::Mandates, id.as_str())?.is_none() {
        return Err(EngineError::UnknownMandate);
    }
    Ok(book.delete(Table::Mandates, id.as_str())?)
}

fn put(book: &mut Writing<'_>, mandate: &Mandate) -> Result<(), EngineError> {
    let json = serde_json::to_string(mandate).map_err(|_| EngineError::Unreadable("mandate"))?;
    Ok(book.put(Table::Mandates, mandate.id.as_str(), &json)?)
}

/// What is left of every mandate now, for the user's own eyes.
pub(crate) fn room(
    book: &Reading<'_>,
    now: Moment,
    zone: &TimeZone,
) -> Result<Vec<(Mandate, Vec<Room>)>, EngineError> {
    let mut found = Vec::new();
    for mandate in all(book)? {
        let mut spent = std::collections::HashMap::new();
        let keys: Vec<BudgetKey> = mandate.budgets(now, zone);
        for key in keys {
            if let Some(gone) = ledger::spent_of(book, &key)? {
                spent.insert(key, gone);
            }
        }
        let left = rooms(&mandate, now, zone, &spent);
        found.push((mandate, left));
    }
    Ok(found)
}
