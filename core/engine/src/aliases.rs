//! The user's own names for payees. A whisper reads them out, because no agent can have written them.

use assent_store::{Reading, Table, Writing};
use assent_types::{Id, Text};
use serde_json::json;

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;

fn key(payee: &Id) -> String {
    format!("alias\n{}", payee.as_str())
}

/// The user's own name for this payee.
pub(crate) fn of(book: &Reading<'_>, payee: &Id) -> Result<Option<Text>, EngineError> {
    Ok(book.get(Table::Settings, &key(payee))?)
}

/// Forgets it.
pub(crate) fn forget(book: &mut Writing<'_>, payee: &Id) -> Result<(), EngineError> {
    Ok(book.delete(Table::Settings, &key(payee))?)
}

impl Engine {
    /// Gives a payee the user's own name, or takes it away again.
    pub fn set_alias(&self, payee: &Id, alias: Option<&Text>) -> Result<(), EngineError> {
        self.store.write(|book| {
            match alias {
                Some(alias) => book.put(Table::Settings, &key(payee), alias)?,
                None => forget(book, payee)?,
            }
            // The journal says that it happened and not what: a name is nobody's evidence, and stays forgettable.
            let body = json!({"kind": "alias", "at": Clock::system(&self.zone), "set": alias.is_some()});
            book.append(&body.to_string())?;
            Ok(())
        })
    }
}
