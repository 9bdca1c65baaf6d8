//! WeChat Pay's spreadsheet as a table. Cells are streamed and counted, so that a small file cannot unpack into a large one.

use std::io::{Cursor, Read};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use zip::ZipArchive;

use super::table::{self, Header, MAX_CELL, Record, Table};
use super::{BillError, MAX_BYTES, MAX_ROWS};

/// A spreadsheet may unpack to at most so many bytes; the XML around a bill is about eight times its text.
const MAX_UNPACKED: u64 = 4 * MAX_BYTES as u64;
/// Columns beyond this one belong to no bill.
const MAX_COLUMNS: u32 = 64;
/// From here on a float no longer holds every whole number, so that a payment's number in it has lost digits.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads the first sheet that has a bill's header.
pub(super) fn read(bytes: &[u8]) -> Result<Table, BillError> {
    check_size(bytes, MAX_UNPACKED)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| BillError::Spreadsheet)?;
    let mut budget = MAX_BYTES;
    for name in book.sheet_names() {
        if let Some(table) = read_sheet(&mut book, &name, &mut budget)? {
            return Ok(table);
        }
    }
    Err(BillError::Unknown)
}

/// Unpacks everything once into nothing: what an archive says of its own size is not to be trusted.
fn check_size(bytes: &[u8], most: u64) -> Result<(), BillError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| BillError::Spreadsheet)?;
    let mut left = most;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|_| BillError::Spreadsheet)?;
        let unpacked = std::io::copy(&mut file.take(left.saturating_add(1)), &mut std::io::sink())
            .map_err(|_| BillError::Spreadsheet)?;
        left = left.checked_sub(unpacked).ok_or(BillError::TooLarge)?;
    }
    Ok(())
}

fn read_sheet(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    budget: &mut usize,
) -> Result<Option<Table>, BillError> {
    // A chart or a macro sheet has no cells to read.
    let Ok(mut reader) = book.worksheet_cells_reader(name) else { return Ok(None) };
    let mut sheet = Sheet { header: None, records: Vec::new(), line: 0, cells: Vec::new() };
    while let Some(cell) = reader.next_cell().map_err(|_| BillError::Spreadsheet)? {
        let (row, column) = cell.get_position();
        let line = usize::try_from(row).unwrap_or(usize::MAX).saturating_add(1);
        if line < sheet.line {
            return Err(BillError::Spreadsheet);
        }
        if line > sheet.line {
            sheet.end_row()?;
            sheet.line = line;
        }
        let text = text_of(cell.get_value());
        if column >= MAX_COLUMNS || text.is_empty() {
            continue;
        }
        *budget = budget.checked_sub(text.len()).ok_or(BillError::TooLarge)?;
        let column = usize::try_from(column).unwrap_or(0);
        if sheet.cells.len() <= column {
            sheet.cells.resize(column.saturating_add(1), String::new());
        }
        if let Some(place) = sheet.cells.get_mut(column) {
            *place = text;
        }
    }
    sheet.end_row()?;
    Ok(sheet.header.map(|header| Table::new(header, sheet.records)))
}

/// A sheet while it is read.
struct Sheet {
    header: Option<Header>,
    records: Vec<Record>,
    line: usize,
    cells: Vec<String>,
}

impl Sheet {
    fn end_row(&mut self) -> Result<(), BillError> {
        let mut cells = std::mem::take(&mut self.cells);
        let Some(header) = &self.header else {
            let names: Vec<&str> = cells.iter().map(String::as_str).collect();
            self.header = table::header_of(&names, self.line, 0)?;
            return Ok(());
        };
        if table::is_aside(&cells, header.width()) {
            return Ok(());
        }
        if self.records.len() >= MAX_ROWS {
            return Err(BillError::TooManyRows);
        }
        // Empty cells at the end of a row are not written at all.
        if cells.len() < header.width() {
            cells.resize(header.width(), String::new());
        }
        self.records.push(Record { line: self.line, cells });
        Ok(())
    }
}

/// A cell as the CSV would have it.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) => bounded(text),
        DataRef::SharedString(text) => bounded(text),
        DataRef::Int(number) => number.to_string(),
        // The shortest decimal that reads back as this number: 548.58000000000004 in the file is 548.58.
        DataRef::Float(number) if number.abs() < EXACT => number.to_string(),
        DataRef::DateTime(time) => civil(time),
        DataRef::DateTimeIso(text) => bounded(text).replacen('T', " ", 1),
        DataRef::Float(_)
        | DataRef::Bool(_)
        | DataRef::DurationIso(_)
        | DataRef::Error(_)
        | DataRef::Empty => String::new(),
    }
}

/// A text, or enough of it to be refused as too long.
fn bounded(text: &str) -> String {
    if text.len() <= MAX_CELL { text.to_owned() } else { "…".repeat(MAX_CELL) }
}

/// A serial date to its nearest second, which is what the app counts in.
fn civil(time: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let small = |n: u8| i8::try_from(n).ok();
    let read = || {
        let year = i16::try_from(year).ok()?;
        let floor =
            DateTime::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?, 0)
                .ok()?;
        floor.checked_add(SignedDuration::from_secs(i64::from(milli >= 500))).ok()
    };
    // What is no date at all (Excel knows a 29 February 1900) is no text either, and is refused as a time.
    read().map_or_else(String::new, |civil| civil.to_string().replacen('T', " ", 1))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn numbers_become_the_decimals_that_were_typed() {
        for (number, text) in [
            ("548.58000000000004".parse().unwrap(), "548.58"),
            ("7.0000000000000007E-2".parse().unwrap(), "0.07"),
            (12.0, "12"),
            (100.1, "100.1"),
            (0.1 + 0.2, "0.30000000000000004"),
            (4.200_001e27, ""),
            (f64::NAN, ""),
        ] {
            assert_eq!(text_of(&DataRef::Float(number)), text);
        }
    }

    #[test]
    fn serial_dates_are_exact_to_the_second_in_both_date_systems() {
        for second in (0..86_400).step_by(7) {
            let serial = 45_943.0 + f64::from(second) / 86_400.0;
            let clock = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
            let in_1900 = ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false);
            assert_eq!(civil(&in_1900), format!("2025-10-13 {clock}"));
            let in_1904 = ExcelDateTime::new(serial - 1462.0, ExcelDateTimeType::DateTime, true);
            assert_eq!(civil(&in_1904), format!("2025-10-13 {clock}"));
        }
    }

    #[test]
    fn an_archive_that_unpacks_into_far_more_is_refused() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for name in ["xl/workbook.xml", "xl/sharedStrings.xml"] {
            archive.start_file(name, options).unwrap();
            archive.write_all(&vec![0; 600_000]).unwrap();
        }
        let bytes = archive.finish().unwrap().into_inner();
        assert!(bytes.len() < 10_000);
        assert_eq!(check_size(&bytes, 1_199_999), Err(BillError::TooLarge));
        assert_eq!(check_size(&bytes, 1_200_000), Ok(()));
    }

    /// The sample with one of its parts changed, packed again so that the change reaches the XML reader.
    fn changed(part: &str, changes: &[(proptest::sample::Index, u8)]) -> Vec<u8> {
        const SAMPLE: &[u8] = include_bytes!("../../../../tests/fixtures/bills/example-wechat-records.xlsx");
        let mut sample = ZipArchive::new(Cursor::new(SAMPLE)).unwrap();
        let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for index in 0..sample.len() {
            let mut file = sample.by_index(index).unwrap();
            let (name, mut bytes) = (file.name().unwrap().into_owned(), Vec::new());
            file.read_to_end(&mut bytes).unwrap();
            if name == part {
                for (place, byte) in changes {
                    let place = place.index(bytes.len());
                    bytes[place] = *byte;
                }
            }
            packed.start_file(name, options).unwrap();
            packed.write_all(&bytes).unwrap();
        }
        packed.finish().unwrap().into_inner()
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(128))]
        #[test]
        fn no_change_inside_a_spreadsheet_makes_it_panic(
            part in proptest::sample::select(vec![
                "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels",
            ]),
            changes in proptest::collection::vec((proptest::prelude::any::<proptest::sample::Index>(), b' '..=b'~'), 0..10),
        ) {
            let _ = read(&changed(part, &changes));
        }
    }

    #[test]
    fn the_sample_reads_after_it_is_packed_again() {
        assert_eq!(read(&changed("", &[])).unwrap().records().len(), 27);
    }
}
