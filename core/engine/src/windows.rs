//! Negotiation windows: a reservation lapses when the window in which the agent could still settle a price has ended. One without a window
//! never lapses by itself, because nobody knows what became of the money.

use assent_store::{Reading, Table, Writing};
use assent_types::{Id, Moment};
use serde_json::json;

use crate::error::EngineError;
use crate::ledger::{self, State};

const KEY: &str = "windows";
/// So many open windows are watched. A reservation beyond that stays until its outcome is known: budgets stay closed rather than open.
const MOST: usize = 512;

/// Ends, in seconds since 1970, and the intents that they close.
type Windows = Vec<(i64, Id)>;

fn all(book: &Reading<'_>) -> Result<Windows, EngineError> {
    Ok(book.get(Table::Settings, KEY)?.unwrap_or_default())
}

/// Watches the window of a reservation, where it has one.
pub(crate) fn open(book: &mut Writing<'_>, intent: &Id, ends: Option<Moment>) -> Result<(), EngineError> {
    let Some(ends) = ends else { return Ok(()) };
    let mut windows = all(book)?;
    if windows.len() < MOST {
        windows.push((ends.seconds(), intent.clone()));
        book.put(Table::Settings, KEY, &windows)?;
    }
    Ok(())
}

/// Releases every reservation whose window has ended, and journals each.
pub(crate) fn close(book: &mut Writing<'_>, now: Moment) -> Result<(), EngineError> {
    let windows = all(book)?;
    let (ended, still): (Windows, Windows) =
        windows.into_iter().partition(|(ends, _)| *ends <= now.seconds());
    if ended.is_empty() {
        return Ok(());
    }
    book.put(Table::Settings, KEY, &still)?;
    for (_, id) in ended {
        let Some(mut entry) = ledger::entry(book, &id)? else { continue };
        let (State::Approved | State::Confirmed, Some(kept)) = (entry.state, &entry.kept) else { continue };
        ledger::release(book, kept)?;
        entry.state = State::Lapsed;
        let body = json!({"kind": "window_ended", "at": now, "intent_id": id});
        entry.journal.push(book.append(&body.to_string())?.index);
        ledger::keep(book, &id, &entry)?;
    }
    Ok(())
}
