//! What other systems write, read as what Assent knows: the bills that payment apps export, as past payments, and who signed an intent.
//!
//! ```
//! use assent_protocols::{Entry, Format, read_bill};
//!
//! let csv = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n\
//!            2026-05-04 12:01:00,商户消费,面馆,牛肉面,支出,¥28.00,零钱,支付成功,4200001\t,77\t,/\n";
//! let bill = read_bill(None, csv.as_bytes())?;
//! assert_eq!(bill.format, Format::Wechat);
//! assert!(matches!(&bill.rows[0].entry, Entry::Payment(paid) if paid.price.to_string() == "28.00 CNY"));
//! # Ok::<(), assent_protocols::BillError>(())
//! ```
//!
//! A bill is the user's own word about the past, so one bad row does not spoil it: each row becomes an [`Entry`], and a row that
//! cannot be read is [`Entry::Faulty`] with the column's name. Nothing here opens a file, and nothing panics on any bytes.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod bill;
mod signature;

pub use bill::{Bill, BillError, Entry, Format, MAX_BYTES, MAX_ROWS, OtherApp, Row, detect, read_bill};
pub use signature::{AgentKey, Algorithm, DOMAIN, Presented, Proof, Signature, signed_bytes};
