//! What the command prints: JSON lines for programs, and how it tells a person what went wrong.

use std::io::{self, IsTerminal, Write};

use assent::{BillError, EngineError, Malformed, ModelError};
use serde::Serialize;
use serde_json::json;

/// Why a call could not be carried out: a stable code and a sentence.
#[derive(Debug)]
pub struct Failure {
    code: String,
    message: String,
}

impl Failure {
    /// A failure with its code.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }

    /// A file that could not be read or written.
    pub fn file(path: &std::path::Path, error: &io::Error) -> Self {
        Self::new("file", format!("`{}` cannot be read: {error}", path.display()))
    }

    /// Tells it: as a JSON line to a program, as a sentence to a person.
    pub fn tell(&self) {
        if self.code == BROKEN_PIPE {
            return;
        }
        if !io::stdout().is_terminal() {
            let _ = line(&json!({"error": {"code": self.code, "message": self.message}}));
        }
        eprintln!("assent: {}", self.message);
    }
}

/// The reader of our output went away; there is nobody to tell.
const BROKEN_PIPE: &str = "broken_pipe";

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<Malformed> for Failure {
    fn from(malformed: Malformed) -> Self {
        Self::new(malformed.code.as_str(), malformed.to_string())
    }
}

impl From<BillError> for Failure {
    fn from(error: BillError) -> Self {
        Self::new("bill", error.to_string())
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        Self::new("model", error.to_string())
    }
}

/// Prints one JSON line and hands it over at once, so that a pipe stays interactive.
pub fn line(value: &impl Serialize) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = serde_json::to_writer(&mut out, value).map_err(io::Error::from);
    written.and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()).map_err(|error| {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::new(BROKEN_PIPE, ""),
            _ => Failure::new("output", format!("the output cannot be written: {error}")),
        }
    })
}

/// Whether words for people may stand in for JSON: nobody but a person reads our output.
pub fn for_a_person() -> bool {
    io::stdout().is_terminal()
}
