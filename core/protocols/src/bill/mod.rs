//! Bill exports: Alipay (CSV), WeChat Pay (CSV and XLSX) and the project's own JSON lines.

mod category;
mod decode;
mod names;
mod pair;
mod row;
#[cfg(feature = "xlsx")]
mod sheet;
mod table;

use assent_types::{Id, Malformed, Moment, Money, PastPayment, json};

/// The largest bill, in bytes; years of payments fit in a hundredth of it.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
/// The most rows of one bill.
pub const MAX_ROWS: usize = 1_000_000;

/// Who wrote a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Alipay's CSV export, in GB18030 or UTF-8.
    Alipay,
    /// WeChat Pay's export, as CSV or XLSX.
    Wechat,
    /// One past payment of the contract a line, as JSON.
    Jsonl,
}

impl Format {
    /// The word for it on the command line, and the first part of the ids that its bills give.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alipay => "alipay",
            Self::Wechat => "wechat",
            Self::Jsonl => "jsonl",
        }
    }
}

/// An app whose bills are recognised and not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherApp {
    /// JD Pay (京东).
    Jd,
    /// Meituan (美团).
    Meituan,
}

impl OtherApp {
    fn as_str(self) -> &'static str {
        match self {
            Self::Jd => "JD",
            Self::Meituan => "Meituan",
        }
    }
}

/// Why a whole bill could not be read. No text in it comes from the bill.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BillError {
    /// There is nothing in the file.
    #[error("the bill is empty, export it again")]
    Empty,
    /// More than [`MAX_BYTES`], packed or unpacked.
    #[error("the bill is larger than {} MiB, export a shorter period", MAX_BYTES / (1024 * 1024))]
    TooLarge,
    /// More than [`MAX_ROWS`].
    #[error("the bill has more than {MAX_ROWS} rows, export a shorter period")]
    TooManyRows,
    /// Neither UTF-8 nor GB18030.
    #[error("the bill is neither in UTF-8 nor in GB18030, give the file as the app exported it")]
    Encoding,
    /// No header row of any known bill.
    #[error(
        "no bill of Alipay or WeChat Pay and no JSON lines were found, give the file as the app exported it"
    )]
    Unknown,
    /// A bill of an app that is not read.
    #[error("this is a bill of {}, only those of Alipay and WeChat Pay are read", .0.as_str())]
    OtherApp(OtherApp),
    /// Another format than the one that was asked for.
    #[error("this is a bill of format `{}`, not of `{}`", found.as_str(), asked.as_str())]
    OtherFormat {
        /// The format that was asked for.
        asked: Format,
        /// The format that the bill has.
        found: Format,
    },
    /// The header row lacks a column.
    #[error("the bill has no column `{column}`, give the file as the app exported it")]
    MissingColumn {
        /// The column's name as the app writes it.
        column: &'static str,
    },
    /// The spreadsheet cannot be opened.
    #[error("the spreadsheet is damaged, locked or cut off, export it again")]
    Spreadsheet,
    /// Built without the feature `xlsx`.
    #[error("this build reads no spreadsheets, save the bill as CSV")]
    NoSpreadsheets,
}

/// A bill that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Bill {
    /// Who wrote it.
    pub format: Format,
    /// Its rows in the order of the file.
    pub rows: Vec<Row>,
}

/// One row of a bill.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The line of the file on which it begins, or the row of the sheet, from 1.
    pub line: usize,
    /// What it says.
    pub entry: Entry,
}

/// What a row of a bill says.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// The user paid somebody.
    Payment(PastPayment),
    /// Money that came back.
    ///
    /// Each refund is told once: where a payment's own row knows that part of it came back, its price is lowered only by what no
    /// refund row of this bill takes back. A refund of a payment that was never learned takes nothing back.
    Refund {
        /// The payment that it takes back, where the bill tells; it may stand in an earlier bill, or be [`Entry::Closed`] in this one.
        of: Option<Id>,
        /// Who had been paid.
        payee: Id,
        /// How much came back.
        amount: Money,
        /// When.
        at: Moment,
    },
    /// The user was paid.
    Income,
    /// Money that stayed the user's own: top-ups, transfers between own accounts, investments, card repayments.
    Neutral,
    /// No money moved in the end: cancelled, failed, unpaid, free, or wholly refunded.
    Closed,
    /// A row that could not be read; the path is `[line].column`.
    Faulty(Malformed),
}

/// Tells the format of a bill by its beginning; `None` where it is no bill that can be read.
///
/// A spreadsheet is taken for WeChat Pay's, the only app that exports one.
pub fn detect(bytes: &[u8]) -> Option<Format> {
    if decode::is_archive(bytes) {
        return Some(Format::Wechat);
    }
    if decode::looks_like_json(bytes) {
        return Some(Format::Jsonl);
    }
    table::find_header(&decode::beginning(bytes)).ok().map(|header| header.format)
}

/// Reads a bill; without a format, the one that [`detect`] sees.
///
/// ```
/// # use assent_protocols::{BillError, read_bill};
/// assert_eq!(read_bill(None, b"").unwrap_err(), BillError::Empty);
/// assert_eq!(read_bill(None, b"date;amount").unwrap_err(), BillError::Unknown);
/// ```
pub fn read_bill(format: Option<Format>, bytes: &[u8]) -> Result<Bill, BillError> {
    if bytes.len() > MAX_BYTES {
        return Err(BillError::TooLarge);
    }
    if bytes.iter().all(u8::is_ascii_whitespace) || bytes == decode::UTF8_BOM {
        return Err(BillError::Empty);
    }
    let json_seen = decode::looks_like_json(bytes);
    if format == Some(Format::Jsonl) || (format.is_none() && json_seen) {
        return match detect(bytes) {
            Some(found) if found != Format::Jsonl => {
                Err(BillError::OtherFormat { asked: Format::Jsonl, found })
            }
            _ => read_lines(bytes),
        };
    }
    let table = if decode::is_archive(bytes) {
        read_sheet(bytes)?
    } else {
        match (format, json_seen) {
            (Some(asked), true) => return Err(BillError::OtherFormat { asked, found: Format::Jsonl }),
            _ => table::of_text(&decode::whole(bytes)?)?,
        }
    };
    let found = table.format();
    if let Some(asked) = format.filter(|asked| *asked != found) {
        return Err(BillError::OtherFormat { asked, found });
    }
    let drafts = table.records().iter().map(|record| (record.line, row::read(&table, record))).collect();
    Ok(Bill { format: found, rows: pair::settle(found, drafts) })
}

#[cfg(feature = "xlsx")]
fn read_sheet(bytes: &[u8]) -> Result<table::Table, BillError> {
    sheet::read(bytes)
}

#[cfg(not(feature = "xlsx"))]
fn read_sheet(_: &[u8]) -> Result<table::Table, BillError> {
    Err(BillError::NoSpreadsheets)
}

fn read_lines(bytes: &[u8]) -> Result<Bill, BillError> {
    let mut rows = Vec::new();
    let bytes = bytes.strip_prefix(decode::UTF8_BOM).unwrap_or(bytes);
    for (index, line) in bytes.split(|b| *b == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if rows.len() >= MAX_ROWS {
            return Err(BillError::TooManyRows);
        }
        let line_number = index.saturating_add(1);
        let entry = match json::text(line).and_then(PastPayment::from_json) {
            Ok(payment) => Entry::Payment(payment),
            Err(fault) => Entry::Faulty(fault.within(&format!("[{line_number}]"))),
        };
        rows.push(Row { line: line_number, entry });
    }
    Ok(Bill { format: Format::Jsonl, rows })
}
