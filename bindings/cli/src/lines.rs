//! Reading a file line by line, or standard input as it comes, and answering malformed lines without stopping.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::ExitCode;

use assent::json::MAX_LINE_BYTES;
use serde_json::json;

use crate::out::{self, Failure};

/// How many lines were malformed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Malformed(pub usize);

impl Malformed {
    /// 0 where all was read and answered, 3 where some lines were malformed.
    pub fn exit_code(self) -> ExitCode {
        if self.0 == 0 { ExitCode::SUCCESS } else { ExitCode::from(3) }
    }

    /// Answers a malformed line.
    pub fn answer(&mut self, line: usize, malformed: &assent::Malformed) -> Result<(), Failure> {
        self.0 = self.0.saturating_add(1);
        out::line(&json!({"line": line, "error": malformed}))
    }
}

/// A file, or standard input for `-`.
pub fn open(path: &Path) -> Result<Box<dyn BufRead + Send>, Failure> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let file = File::open(path).map_err(|error| Failure::file(path, &error))?;
    if file.metadata().is_ok_and(|meta| meta.is_dir()) {
        return Err(Failure::new("file", format!("`{}` is a folder, not a file", path.display())));
    }
    Ok(Box::new(BufReader::new(file)))
}

/// A whole file, at most `most` bytes.
pub fn read_all(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    open(path)?
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::file(path, &error))?;
    if bytes.len() as u64 > most {
        return Err(Failure::new("too_large", format!("`{}` is larger than {most} bytes", path.display())));
    }
    Ok(bytes)
}

/// One line of input: its number, from 1, and its bytes without the line break.
#[derive(Debug)]
pub struct Line {
    /// Its number.
    pub number: usize,
    /// Its content; cut after what any valid line can hold, so that the reader refuses it as too large.
    pub bytes: Vec<u8>,
}

/// Reads the next line that is not blank; `None` at the end.
pub fn next(input: &mut dyn BufRead, number: &mut usize) -> io::Result<Option<Line>> {
    loop {
        match next_of_any_kind(input, number)? {
            Some(line) if line.bytes.iter().all(u8::is_ascii_whitespace) => {}
            found => return Ok(found),
        }
    }
}

/// Reads the next line; `None` at the end. A line of any length takes bounded memory.
fn next_of_any_kind(input: &mut dyn BufRead, number: &mut usize) -> io::Result<Option<Line>> {
    let mut bytes = Vec::new();
    let most = MAX_LINE_BYTES.saturating_add(2) as u64;
    if input.take(most).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    *number = number.saturating_add(1);
    if bytes.last() != Some(&b'\n') && bytes.len() as u64 >= most {
        skip_to_line_end(input)?;
    }
    while matches!(bytes.last(), Some(b'\n' | b'\r')) {
        bytes.pop();
    }
    Ok(Some(Line { number: *number, bytes }))
}

fn skip_to_line_end(input: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(buffer.len(), |at| at.saturating_add(1));
        input.consume(used);
        if end.is_some() {
            return Ok(());
        }
    }
}

/// Carries `each` out for every line of a file that is not blank; a line that it refuses is answered, and the rest goes on.
pub fn for_each(
    path: &Path,
    each: impl FnMut(&str) -> Result<Result<(), assent::Malformed>, Failure>,
) -> Result<Malformed, Failure> {
    for_each_of(path, next, each)
}

/// The same for every line, blank ones included: as many answers as lines.
pub fn for_every(
    path: &Path,
    each: impl FnMut(&str) -> Result<Result<(), assent::Malformed>, Failure>,
) -> Result<Malformed, Failure> {
    for_each_of(path, next_of_any_kind, each)
}

fn for_each_of(
    path: &Path,
    next: fn(&mut dyn BufRead, &mut usize) -> io::Result<Option<Line>>,
    mut each: impl FnMut(&str) -> Result<Result<(), assent::Malformed>, Failure>,
) -> Result<Malformed, Failure> {
    let mut input = open(path)?;
    let (mut number, mut malformed) = (0, Malformed::default());
    while let Some(line) = next(&mut *input, &mut number).map_err(|error| Failure::file(path, &error))? {
        let answered = match assent::json::text(&line.bytes) {
            Ok(text) => each(text)?,
            Err(refused) => Err(refused),
        };
        if let Err(refused) = answered {
            malformed.answer(line.number, &refused)?;
        }
    }
    Ok(malformed)
}
