//! A bill as a table: the header found by its column names, the rows below it with their lines, the rest left out.

use assent_types::{Code, Malformed};

use super::decode::UNREADABLE;
use super::{BillError, Format, MAX_ROWS, OtherApp};

/// The longest cell, in bytes; Excel itself allows 32,767 characters.
pub(super) const MAX_CELL: usize = 32_767;
/// Within so many lines the header has to come.
const HEADER_WITHIN: usize = 200;
/// A header has at least so many columns that its app is known by.
const ENOUGH: usize = 5;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Time,
    Kind,
    Payee,
    Account,
    Item,
    Direction,
    Amount,
    Refunded,
    Status,
    Order,
    Merchant,
}

const NEEDED: [Column; 8] = [
    Column::Time,
    Column::Kind,
    Column::Payee,
    Column::Item,
    Column::Direction,
    Column::Amount,
    Column::Status,
    Column::Order,
];
const WELCOME: [Column; 3] = [Column::Account, Column::Refunded, Column::Merchant];

impl Column {
    /// The names that the app has given it, the present one first. Alipay's second names are those of its export on the web.
    fn names(self, format: Format) -> &'static [&'static str] {
        match (format, self) {
            (Format::Wechat, Self::Kind) => &["交易类型"],
            (Format::Wechat, Self::Item) => &["商品"],
            (Format::Wechat, Self::Amount) => &["金额(元)", "金额（元）"],
            (Format::Wechat, Self::Status) => &["当前状态"],
            (Format::Wechat, Self::Order) => &["交易单号"],
            (Format::Wechat, Self::Merchant) => &["商户单号"],
            (Format::Wechat, Self::Time) => &["交易时间"],
            (Format::Wechat, Self::Account | Self::Refunded) => &[],
            (_, Self::Time) => &["交易时间", "交易创建时间"],
            (_, Self::Kind) => &["交易分类", "类型"],
            (_, Self::Payee) => &["交易对方"],
            (_, Self::Account) => &["对方账号"],
            (_, Self::Item) => &["商品说明", "商品名称"],
            (_, Self::Direction) => &["收/支"],
            (_, Self::Amount) => &["金额", "金额（元）", "金额(元)"],
            (_, Self::Refunded) => &["成功退款（元）", "成功退款(元)"],
            (_, Self::Status) => &["交易状态"],
            (_, Self::Order) => &["交易订单号", "交易号"],
            (_, Self::Merchant) => &["商家订单号", "商户订单号"],
        }
    }

    /// The name to speak of it by.
    pub(super) fn name(self, format: Format) -> &'static str {
        self.names(format).first().copied().unwrap_or("?")
    }
}

/// A header row: whose it is and which column stands where.
pub(super) struct Header {
    pub(super) format: Format,
    columns: Vec<(Column, usize)>,
    width: usize,
    /// Its line, from 1.
    line: usize,
    /// Where the line after it begins, in bytes.
    end: usize,
}

#[cfg(feature = "xlsx")]
impl Header {
    /// How many columns it has.
    pub(super) fn width(&self) -> usize {
        self.width
    }
}

/// One row below the header.
pub(super) struct Record {
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

/// The rows of a bill.
pub(super) struct Table {
    header: Header,
    records: Vec<Record>,
}

impl Table {
    pub(super) fn format(&self) -> Format {
        self.header.format
    }

    pub(super) fn records(&self) -> &[Record] {
        &self.records
    }

    /// The cell of a column; `None` where the bill has no such column or the row ends before it.
    pub(super) fn cell<'a>(&self, record: &'a Record, column: Column) -> Option<&'a str> {
        let (_, index) = self.header.columns.iter().find(|(c, _)| *c == column)?;
        record.cells.get(*index).map(|cell| cell.trim())
    }

    /// A refusal of a row's cell.
    pub(super) fn refuse(
        &self,
        record: &Record,
        column: Column,
        code: Code,
        message: impl Into<String>,
    ) -> Malformed {
        let path = format!("[{}].{}", record.line, column.name(self.format()));
        Malformed::new(code, path, message)
    }

    /// Refuses a row that is cut off, damaged or out of all measure.
    pub(super) fn check(&self, record: &Record) -> Result<(), Malformed> {
        for column in NEEDED {
            let Some(cell) = self.cell(record, column) else {
                return Err(self.refuse(
                    record,
                    column,
                    Code::MissingField,
                    "the row ends before this field",
                ));
            };
            if cell.len() > MAX_CELL {
                return Err(self.refuse(record, column, Code::TooLong, "this field is longer than any cell"));
            }
        }
        let path = || format!("[{}]", record.line);
        if record.cells.len() < self.header.width && !self.lean_end(record) {
            return Err(Malformed::new(
                Code::MissingField,
                path(),
                "the row has fewer fields than the header",
            ));
        }
        if record.cells.iter().any(|cell| cell.contains(UNREADABLE)) {
            return Err(Malformed::new(
                Code::BadCharacter,
                path(),
                "the row holds bytes of another encoding",
            ));
        }
        if record.cells.iter().any(|cell| swallows_a_row(cell)) {
            return Err(Malformed::new(
                Code::Contradiction,
                path(),
                "a quotation mark is left open in this row",
            ));
        }
        Ok(())
    }

    /// Whether all that the row lacks is one field at the end that the header has only because it ends in a comma.
    fn lean_end(&self, record: &Record) -> bool {
        record.cells.len().checked_add(1) == Some(self.header.width)
            && self.header.columns.iter().all(|(_, index)| index.saturating_add(1) < self.header.width)
    }

    /// Puts a table together from a header and what stands below it.
    #[cfg(feature = "xlsx")]
    pub(super) fn new(header: Header, records: Vec<Record>) -> Self {
        Self { header, records }
    }
}

/// Whether a quoted cell runs on into what looks like the next row.
fn swallows_a_row(cell: &str) -> bool {
    cell.split(['\n', '\r']).skip(1).any(|line| {
        let date: String = line.trim_start_matches(['"', ' ']).chars().take(8).collect();
        date.starts_with("20") && date.matches(['-', '/']).count() >= 1 && line.contains(',')
    })
}

/// Reads the cells of a header row, where they are one.
pub(super) fn header_of(cells: &[&str], line: usize, end: usize) -> Result<Option<Header>, BillError> {
    let cells: Vec<&str> = cells.iter().map(|cell| cell.trim().trim_matches('"').trim()).collect();
    let has = |name: &str| cells.contains(&name);
    if has("商户名称") && has("交易说明") {
        return Err(BillError::OtherApp(OtherApp::Jd));
    }
    if has("订单标题") && has("订单金额") {
        return Err(BillError::OtherApp(OtherApp::Meituan));
    }
    let place = |format: Format, column: Column| {
        column.names(format).iter().find_map(|name| cells.iter().position(|cell| cell == name))
    };
    let columns = |format: Format| -> Vec<(Column, usize)> {
        NEEDED.iter().chain(&WELCOME).filter_map(|column| Some((*column, place(format, *column)?))).collect()
    };
    let (alipay, wechat) = (columns(Format::Alipay), columns(Format::Wechat));
    let (format, columns) =
        if wechat.len() > alipay.len() { (Format::Wechat, wechat) } else { (Format::Alipay, alipay) };
    if columns.len() < ENOUGH {
        return Ok(None);
    }
    for column in NEEDED {
        if !columns.iter().any(|(c, _)| *c == column) {
            return Err(BillError::MissingColumn { column: column.name(format) });
        }
    }
    Ok(Some(Header { format, columns, width: cells.len(), line, end }))
}

/// Finds the header in the text of a CSV.
pub(super) fn find_header(text: &str) -> Result<Header, BillError> {
    let mut end: usize = 0;
    for (index, line) in text.split_inclusive('\n').enumerate().take(HEADER_WITHIN) {
        end = end.saturating_add(line.len());
        let cells: Vec<&str> = line.split(',').collect();
        if let Some(header) = header_of(&cells, index.saturating_add(1), end)? {
            return Ok(header);
        }
    }
    Err(BillError::Unknown)
}

/// Reads the text of a CSV.
pub(super) fn of_text(text: &str) -> Result<Table, BillError> {
    let header = find_header(text)?;
    let body = text.get(header.end..).unwrap_or("");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(body.as_bytes());
    let mut records = Vec::new();
    let mut fields = csv::StringRecord::new();
    let (mut seen, mut line): (usize, usize) = (0, header.line.saturating_add(1));
    while reader.read_record(&mut fields).map_err(|_| BillError::Encoding)? {
        // The reader's own position is that of the empty lines before a record, so lines are counted here.
        let start = fields.position().map_or(seen, |p| usize::try_from(p.byte()).unwrap_or(seen));
        let empty = body
            .get(start..)
            .map_or(0, |rest| rest.bytes().take_while(|b| matches!(b, b'\n' | b'\r')).count());
        let start = start.saturating_add(empty);
        let passed = body.get(seen..start).unwrap_or("").matches('\n').count();
        (seen, line) = (start, line.saturating_add(passed));
        let cells: Vec<String> = fields.iter().map(str::to_owned).collect();
        if !is_aside(&cells, header.width) {
            if records.len() >= MAX_ROWS {
                return Err(BillError::TooManyRows);
            }
            records.push(Record { line, cells });
        }
    }
    Ok(Table { header, records })
}

/// Whether a row is none of the bill's own: empty, a rule of dashes, or a line of the summary below the table.
pub(super) fn is_aside(cells: &[String], width: usize) -> bool {
    let first = cells.first().map_or("", |cell| cell.trim());
    let begins_a_row = first.starts_with(|c: char| c.is_ascii_digit())
        || ["支出", "收入", "不计收支", "其他"].contains(&first)
        || first.contains(UNREADABLE);
    cells.iter().all(|cell| cell.trim().is_empty())
        || first.starts_with("---")
        || (cells.len() < width && !begins_a_row)
}
