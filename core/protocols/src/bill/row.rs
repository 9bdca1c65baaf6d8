//! One row of a bill: what it says happened, before refunds and payments are brought together.

use assent_types::{Code, Currency, Item, Malformed, Moment, Money, MoneyError, Service};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::table::{Column, Record, Table};
use super::{Format, category, names};

/// Both apps write China Standard Time, which has no summer time.
const CHINA_HOURS: i8 = 8;

/// What a row says happened.
pub(super) enum Told {
    /// The user paid; of the price so much is known to have come back.
    Paid { back: Option<Money> },
    /// Money came back.
    Refund,
    /// The user was paid.
    Income,
    /// Money stayed the user's own.
    Neutral,
    /// No money moved in the end.
    Closed,
}

/// A row that was read.
pub(super) struct Draft {
    pub(super) told: Told,
    /// The app's number for the payment, where it tells rows apart.
    pub(super) order: Option<String>,
    /// The shop's number for the order.
    pub(super) merchant: Option<String>,
    /// Who, how much, when and what; only where money moved to or from somebody.
    pub(super) deal: Option<Deal>,
}

/// The parts of a payment or a refund.
pub(super) struct Deal {
    pub(super) at: Moment,
    pub(super) service: Service,
    pub(super) price: Money,
    pub(super) item: Option<Item>,
}

/// Reads one row.
pub(super) fn read(table: &Table, record: &Record) -> Result<Draft, Malformed> {
    table.check(record)?;
    let told = told(table, record)?;
    let mut draft = Draft {
        told,
        order: number(table, record, Column::Order),
        merchant: number(table, record, Column::Merchant),
        deal: None,
    };
    if matches!(draft.told, Told::Paid { .. } | Told::Refund) {
        match amount(table, record, Column::Amount)? {
            Some(price) => draft.deal = Some(deal(table, record, price)?),
            None => draft.told = Told::Closed,
        }
    }
    Ok(draft)
}

fn told(table: &Table, record: &Record) -> Result<Told, Malformed> {
    let text = |column| names::tidy(table.cell(record, column).unwrap_or(""));
    let (kind, status, item) = (text(Column::Kind), text(Column::Status), text(Column::Item));
    let direction = text(Column::Direction);
    let refund = kind.contains("退款") || status == "退款成功" || item.starts_with("退款-");
    match direction.as_str() {
        "支出" | "收入" | "不计收支" | "其他" | "中性交易" | "/" | "" => {}
        _ => {
            return Err(table.refuse(
                record,
                Column::Direction,
                Code::UnknownValue,
                "this word is not known here",
            ));
        }
    }
    if is_broken_off(&status) {
        return Ok(Told::Closed);
    }
    if refund {
        return Ok(Told::Refund);
    }
    match direction.as_str() {
        "支出" if is_own_money(table.format(), &kind) => Ok(Told::Neutral),
        "支出" => standing(table, record, &status),
        "收入" => Ok(Told::Income),
        _ => Ok(Told::Neutral),
    }
}

/// Kinds of payment that move money between the user's own accounts, whatever the bill counts them as.
fn is_own_money(format: Format, kind: &str) -> bool {
    match format {
        Format::Alipay => ["投资理财", "信用借还", "账户存取"].contains(&kind),
        _ => ["信用卡还款", "零钱提现", "零钱充值", "转入零钱通", "零钱通转出", "购买理财通"]
            .iter()
            .any(|own| kind.starts_with(own)),
    }
}

/// Whether a payment, a refund or a transfer never came to its end.
fn is_broken_off(status: &str) -> bool {
    ["关闭", "失败", "取消", "撤销", "等待付款", "待付款", "未付款", "等待买家付款", "未支付"]
        .iter()
        .any(|word| status.contains(word))
}

/// What the state of an expense says. A state that is not known is refused: it may be a payment that never settled.
fn standing(table: &Table, record: &Record, status: &str) -> Result<Told, Malformed> {
    const PAID: [&str; 16] = [
        "已转账",
        "朋友已收钱",
        "对方已收钱",
        "已收钱",
        "已支付",
        "已付款",
        "已完成",
        "支付完成",
        "交易完成",
        "已到账",
        "等待确认收货",
        "等待收货",
        "等待发货",
        "等待卖家发货",
        "待发货",
        "卖家已发货",
    ];
    if let Some(back) = amount_if_told(table, record, Column::Refunded)? {
        return Ok(Told::Paid { back: Some(back) });
    }
    if status.contains("已全额退款") {
        return Ok(Told::Closed);
    }
    if status.contains("已退款") || status.contains("已退还") {
        let Some((_, rest)) = status.split_once(['￥', '¥']) else { return Ok(Told::Closed) };
        let figures = rest.trim_end_matches([')', '）', ' ']);
        return match Money::parse(figures, yuan(table, record)?) {
            Ok(back) => Ok(Told::Paid { back: Some(back) }),
            Err(error) => Err(refuse_amount(table, record, Column::Status, error)),
        };
    }
    if status.ends_with("成功") || PAID.contains(&status) {
        return Ok(Told::Paid { back: None });
    }
    Err(table.refuse(record, Column::Status, Code::UnknownValue, "this state of a payment is not known"))
}

fn deal(table: &Table, record: &Record, price: Money) -> Result<Deal, Malformed> {
    let format = table.format();
    let text = |column| table.cell(record, column).and_then(names::said);
    let at = |column: Column| {
        move |fault: Malformed| fault.within(&format!("[{}].{}", record.line, column.name(format)))
    };
    let kind = text(Column::Kind);
    let account = text(Column::Account);
    let (id, name) = match (text(Column::Payee), &account) {
        (Some(name), _) => (names::payee(format, &name, account.as_deref()), name),
        (None, Some(account)) => (names::payee(format, "", Some(account)), account.clone()),
        (None, None) => {
            let kind = kind.clone().unwrap_or_else(|| "未知".to_owned());
            (names::nobody(format, &kind), kind)
        }
    };
    let service = Service {
        id: id.map_err(at(Column::Payee))?,
        name: names::shown(&name).map_err(at(Column::Payee))?,
        category: kind.as_deref().and_then(|kind| category::of(format, kind)),
        country: None,
    };
    let item = text(Column::Item).map(|name| names::shown(&name)).transpose().map_err(at(Column::Item))?;
    Ok(Deal {
        at: moment(table, record)?,
        service,
        price,
        item: item.map(|name| Item { name, quantity: None, amount: None }),
    })
}

/// A number of the app or the shop. What a spreadsheet has rounded (`4.2E+27`) tells no rows apart any more and counts as absent.
fn number(table: &Table, record: &Record, column: Column) -> Option<String> {
    let text = names::said(table.cell(record, column)?)?;
    let rounded = text.contains("E+") && text.bytes().all(|b| b.is_ascii_digit() || b".E+".contains(&b));
    (!rounded).then_some(text)
}

/// A positive amount in yuan; `None` for nothing.
fn amount(table: &Table, record: &Record, column: Column) -> Result<Option<Money>, Malformed> {
    let cell = table.cell(record, column).unwrap_or("");
    let figures = cell.strip_prefix(['¥', '￥']).unwrap_or(cell).trim();
    match Money::parse(figures, yuan(table, record)?) {
        Ok(money) => Ok(Some(money)),
        Err(MoneyError::NotPositive) if !figures.starts_with('-') => Ok(None),
        Err(error) => Err(refuse_amount(table, record, column, error)),
    }
}

fn amount_if_told(table: &Table, record: &Record, column: Column) -> Result<Option<Money>, Malformed> {
    match table.cell(record, column) {
        None | Some("") => Ok(None),
        Some(_) => amount(table, record, column),
    }
}

fn yuan(table: &Table, record: &Record) -> Result<Currency, Malformed> {
    Currency::from_code("CNY")
        .ok_or_else(|| table.refuse(record, Column::Amount, Code::UnknownCurrency, "the yuan is not known"))
}

fn refuse_amount(table: &Table, record: &Record, column: Column, error: MoneyError) -> Malformed {
    let code = match error {
        MoneyError::TooManyDecimals => Code::TooManyDecimals,
        MoneyError::NotPositive => Code::NotPositive,
        MoneyError::TooLarge => Code::AmountTooLarge,
        MoneyError::NotDecimal | MoneyError::CurrencyMismatch => Code::BadAmount,
    };
    table.refuse(record, column, code, error.to_string())
}

/// `2023-02-12 21:32:14`, or `2023/2/12 21:32` as a spreadsheet program saves it again.
fn moment(table: &Table, record: &Record) -> Result<Moment, Malformed> {
    let cell = table.cell(record, Column::Time).unwrap_or("");
    let read = || {
        let offset = Offset::from_hours(CHINA_HOURS).ok()?;
        let Some((date, time)) = cell.split_once(' ') else {
            return Some(Moment::new(offset.to_timestamp(serial(cell)?).ok()?, offset));
        };
        let date = numbers(date, if date.contains('/') { '/' } else { '-' })?;
        let time = numbers(time.trim(), ':')?;
        let ([year, month, day], [hour, minute, rest @ ..]) = (date.as_slice(), time.as_slice()) else {
            return None;
        };
        let second = match rest {
            [] => 0,
            [second] => *second,
            _ => return None,
        };
        let small = |n: i16| i8::try_from(n).ok();
        let civil = DateTime::new(
            *year,
            small(*month)?,
            small(*day)?,
            small(*hour)?,
            small(*minute)?,
            small(second)?,
            0,
        )
        .ok()?;
        // The apps began in 2004 and 2013; an earlier or a far later year is a slip.
        (2000..2100).contains(year).then_some(())?;
        Some(Moment::new(offset.to_timestamp(civil).ok()?, offset))
    };
    read().ok_or_else(|| {
        table.refuse(
            record,
            Column::Time,
            Code::BadTimestamp,
            "a time such as `2023-02-12 21:32:14` is needed here",
        )
    })
}

/// A day count of a spreadsheet whose cell has lost its date format (`45123.5`), to the nearest second, from 2000 to 2099.
fn serial(cell: &str) -> Option<DateTime> {
    let plain = cell.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let days: f64 = if plain { cell.parse().ok()? } else { return None };
    if !(36_526.0..73_051.0).contains(&days) {
        return None;
    }
    // Exact: at this size a float resolves a microsecond, and the range above keeps the product far below 2^53.
    let seconds = (days * 86_400.0).round() as i64;
    DateTime::new(1899, 12, 30, 0, 0, 0, 0).ok()?.checked_add(SignedDuration::from_secs(seconds)).ok()
}

/// Unsigned numbers of one to four digits between separators.
fn numbers(text: &str, separator: char) -> Option<Vec<i16>> {
    text.split(separator)
        .map(|part| {
            let sound = (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            sound.then(|| part.parse().ok()).flatten()
        })
        .collect()
}
