//! The real sample exports read whole, and what is made from them to break the reader.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::HashSet;

use assent_protocols::{Bill, BillError, Entry, Format, OtherApp, detect, read_bill};
use assent_types::{Code, Malformed, PastPayment};
use proptest::prelude::*;

const ALIPAY: &[u8] = include_bytes!("../../../tests/fixtures/bills/example-alipay-records.csv");
const WECHAT: &[u8] = include_bytes!("../../../tests/fixtures/bills/example-wechat-records.csv");
const SHEET: &[u8] = include_bytes!("../../../tests/fixtures/bills/example-wechat-records.xlsx");

const ALIPAY_HEAD: &str = "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,\n";
const WECHAT_HEAD: &str =
    "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n";

fn alipay(rows: &str) -> Bill {
    read_bill(None, format!("{ALIPAY_HEAD}{rows}").as_bytes()).unwrap()
}

fn wechat(rows: &str) -> Bill {
    read_bill(None, format!("{WECHAT_HEAD}{rows}").as_bytes()).unwrap()
}

/// How many payments, refunds, incomes, neutral, closed and faulty rows.
fn counts(bill: &Bill) -> [usize; 6] {
    let mut counts = [0; 6];
    for row in &bill.rows {
        counts[match row.entry {
            Entry::Payment(_) => 0,
            Entry::Refund { .. } => 1,
            Entry::Income => 2,
            Entry::Neutral => 3,
            Entry::Closed => 4,
            Entry::Faulty(_) => 5,
        }] += 1;
    }
    counts
}

fn payment(bill: &Bill, row: usize) -> &PastPayment {
    match &bill.rows[row].entry {
        Entry::Payment(payment) => payment,
        other => panic!("no payment in row {row}: {other:?}"),
    }
}

fn fault(bill: &Bill, row: usize) -> &Malformed {
    match &bill.rows[row].entry {
        Entry::Faulty(fault) => fault,
        other => panic!("no fault in row {row}: {other:?}"),
    }
}

fn json(payment: &PastPayment) -> String {
    serde_json::to_string(payment).unwrap()
}

fn payments(bill: &Bill) -> Vec<&PastPayment> {
    bill.rows.iter().filter_map(|r| if let Entry::Payment(p) = &r.entry { Some(p) } else { None }).collect()
}

#[test]
fn the_alipay_sample_reads_whole() {
    assert_eq!(detect(ALIPAY), Some(Format::Alipay));
    let bill = read_bill(None, ALIPAY).unwrap();
    assert_eq!(counts(&bill), [4, 2, 1, 1, 2, 0]);
    assert_eq!(bill.rows[0].line, 26);
    assert_eq!(
        json(payment(&bill, 1)),
        r#"{"id":"alipay:2xxxxxxxxxxxxxx0","at":"2023-02-08T14:16:52+08:00","service":{"id":"alipay:x4***6%23rim***@qq.com","name":"x4***6","category":"retail"},"price":{"amount":"20.00","currency":"CNY"},"items":[{"name":"商品示例"}]}"#
            .replace("%23", "#")
    );
    let Entry::Refund { of, payee, amount, at } = &bill.rows[6].entry else { panic!() };
    assert_eq!(of.as_ref().unwrap().as_str(), "alipay:2023xxxxx88");
    assert_eq!(payee.as_str(), "alipay:一卡通#fin***@jieyisoft.com");
    assert_eq!(
        (amount.to_string(), at.to_string()),
        ("50.00 CNY".into(), "2023-01-09T18:22:28+08:00".into())
    );
    assert!(matches!(bill.rows[7].entry, Entry::Closed));
    // Both carry the order number `xxxx`, which therefore tells neither of them.
    let (first, second) = (payment(&bill, 8), payment(&bill, 9));
    assert!(first.id != second.id && first.id.as_str().starts_with("alipay:row:"));
    assert_eq!((first.price.to_string(), second.price.to_string()), ("9.90 CNY".into(), "82.00 CNY".into()));
}

#[test]
fn the_wechat_samples_read_alike_as_csv_and_as_spreadsheet() {
    let (csv, sheet) = (read_bill(None, WECHAT).unwrap(), read_bill(Some(Format::Wechat), SHEET).unwrap());
    assert_eq!((csv.format, sheet.format), (Format::Wechat, Format::Wechat));
    assert_eq!(counts(&csv), [11, 0, 5, 11, 0, 0]);
    assert_eq!((csv.rows[0].line, sheet.rows[0].line), (18, 19));
    let entries = |bill: Bill| bill.rows.into_iter().map(|row| row.entry).collect::<Vec<_>>();
    let (csv_entries, sheet_entries) = (entries(csv.clone()), entries(sheet));
    assert_eq!(csv_entries, sheet_entries);
    let noodles = payment(&csv, 0);
    assert_eq!(noodles.service.id.as_str(), "wechat:云膳过桥米线(传奇广场店)");
    assert_eq!(noodles.items[0].name.as_str(), "总共消费:28.16");
    let rent = payment(&csv, 3);
    assert_eq!(rent.service.category.unwrap().to_string(), "transfer");
    let card = payment(&csv, 16);
    assert_eq!(
        (card.id.as_str(), card.price.to_string()),
        ("wechat:42000011202110191201583411", "2243.46 CNY".into())
    );
    let ids: HashSet<_> = payments(&csv).iter().map(|p| p.id.clone()).collect();
    assert_eq!(ids.len(), 11);
}

#[test]
fn reading_twice_gives_the_same_ids_whatever_the_encoding_or_the_rows_around() {
    let gb = read_bill(None, ALIPAY).unwrap();
    let (text, _) = encoding_rs::GB18030.decode_without_bom_handling(ALIPAY);
    assert_eq!(read_bill(None, format!("\u{FEFF}{text}").as_bytes()).unwrap(), gb);
    assert_eq!(read_bill(None, text.replace('\n', "\r\n").as_bytes()).unwrap(), gb);
}

#[test]
fn a_refund_is_told_once() {
    let paid = |state: &str| {
        format!("2024-01-02 10:00:00,商户消费,店,鞋,支出,¥100.00,零钱,{state},4200000000000001,77,/\n")
    };
    let refund = "2024-01-03 10:00:00,店-退款,店,鞋,收入,¥30.00,零钱,已全额退款,5000000000000001,77,/\n";
    let alone = wechat(&paid("已退款(￥30.00)"));
    assert_eq!(payment(&alone, 0).price.to_string(), "70.00 CNY");
    let both = wechat(&format!("{refund}{}", paid("已退款(￥30.00)")));
    assert_eq!(payment(&both, 1).price.to_string(), "100.00 CNY");
    let Entry::Refund { of, amount, .. } = &both.rows[0].entry else { panic!() };
    assert_eq!((of.as_ref(), amount.to_string()), (Some(&payment(&both, 1).id), "30.00 CNY".into()));
    let two_parts = wechat(&format!("{refund}{}", paid("已退款￥50.00")));
    assert_eq!(payment(&two_parts, 1).price.to_string(), "80.00 CNY");
    for void in ["已全额退款", "已退款(￥100.00)", "对方已退还"] {
        assert!(matches!(wechat(&paid(void)).rows[0].entry, Entry::Closed), "{void}");
    }
    let more = wechat(&paid("已退款(￥100.01)"));
    assert_eq!(fault(&more, 0).code, Code::Contradiction);
}

#[test]
fn a_refund_of_an_earlier_bill_names_its_payment() {
    let row = |number: &str| {
        format!("2024-01-03 10:00:00,退款,店,/,退款-鞋,不计收支,30.00,,退款成功,{number}\t,T9\t,,\n")
    };
    let of = |number: &str| match &alipay(&row(number)).rows[0].entry {
        Entry::Refund { of, .. } => of.as_ref().map(|id| id.as_str().to_owned()),
        other => panic!("{other:?}"),
    };
    assert_eq!(of("2024010222001400000000000001_T9").unwrap(), "alipay:2024010222001400000000000001");
    assert_eq!(of("2024010222001400000000000001*T9").unwrap(), "alipay:2024010222001400000000000001");
    assert_eq!(of("17_9"), None);
}

#[test]
fn a_refund_of_one_of_two_alike_orders_takes_back_only_what_fits() {
    let bill = wechat(
        "2024-01-02 10:00:00,商户消费,甲,鞋,支出,¥100.00,零钱,支付成功,1,77,/\n\
         2024-01-02 11:00:00,商户消费,乙,帽,支出,¥100.00,零钱,支付成功,2,77,/\n\
         2024-01-03 10:00:00,乙-退款,乙,帽,收入,¥100.00,零钱,已全额退款,3,77,/\n",
    );
    let Entry::Refund { of, .. } = &bill.rows[2].entry else { panic!() };
    assert_eq!(of.as_ref().unwrap().as_str(), "wechat:2");
}

#[test]
fn faults_name_the_line_and_the_column() {
    let row = |time: &str, way: &str, amount: &str, state: &str| {
        wechat(&format!("\n{time},商户消费,店,鞋,{way},{amount},零钱,{state},1,2,/\n"))
    };
    let day = "2024-01-02 10:00:00";
    for (bill, code, path) in [
        (row(day, "支出", "\"1,000.00\"", "支付成功"), Code::BadAmount, "[3].金额(元)"),
        (row(day, "支出", "¥1.001", "支付成功"), Code::TooManyDecimals, "[3].金额(元)"),
        (row(day, "支出", "¥-1", "支付成功"), Code::NotPositive, "[3].金额(元)"),
        (row(day, "支出", "1e3", "支付成功"), Code::BadAmount, "[3].金额(元)"),
        (row(day, "支出", "$1", "支付成功"), Code::BadAmount, "[3].金额(元)"),
        (row(day, "支出", "99999999999999999999", "支付成功"), Code::AmountTooLarge, "[3].金额(元)"),
        (row("2024-02-30 10:00:00", "支出", "¥1", "支付成功"), Code::BadTimestamp, "[3].交易时间"),
        (row("2024-01-02 25:00:00", "支出", "¥1", "支付成功"), Code::BadTimestamp, "[3].交易时间"),
        (row(day, "借", "¥1", "支付成功"), Code::UnknownValue, "[3].收/支"),
        (row(day, "支出", "¥1", "处理中"), Code::UnknownValue, "[3].当前状态"),
    ] {
        assert_eq!((fault(&bill, 0).code, fault(&bill, 0).path.as_str()), (code, path));
    }
    let cut = wechat("2024-01-02 10:00:00,商户消费,店,鞋,支出");
    assert_eq!((fault(&cut, 0).code, fault(&cut, 0).path.as_str()), (Code::MissingField, "[2].金额(元)"));
    let giant = wechat(&format!(
        "2024-01-02 10:00:00,商户消费,{},鞋,支出,¥1,零钱,支付成功,1,2,/\n",
        "店".repeat(40_000)
    ));
    assert_eq!((fault(&giant, 0).code, fault(&giant, 0).path.as_str()), (Code::TooLong, "[2].交易对方"));
    let open = wechat(
        "2024-01-02 10:00:00,商户消费,店,\"鞋,支出,¥1,零钱,支付成功,1,2,/\n\
         2024-01-03 10:00:00,商户消费,店,帽\",支出,¥1,零钱,支付成功,1,2,/,,,,\n",
    );
    assert!(payments(&open).is_empty());
}

#[test]
fn nothing_that_did_not_settle_is_a_payment() {
    for state in ["交易关闭", "等待付款", "交易失败", "已取消", "处理中"] {
        let bill = alipay(&format!("2024-01-02 10:00:00,日用百货,店,/,鞋,支出,9.90,,{state},1,2,,\n"));
        assert!(payments(&bill).is_empty(), "{state}");
    }
    assert!(matches!(
        alipay("2024-01-02 10:00:00,日用百货,店,/,鞋,支出,0.00,,交易成功,1,2,,\n").rows[0].entry,
        Entry::Closed
    ));
    for kind in ["信用卡还款", "零钱提现", "零钱充值", "转入零钱通-来自零钱", "购买理财通"]
    {
        let bill = wechat(&format!("2024-01-02 10:00:00,{kind},店,/,支出,¥9,零钱,支付成功,1,2,/\n"));
        assert!(matches!(bill.rows[0].entry, Entry::Neutral), "{kind}");
    }
}

#[test]
fn payees_of_the_same_name_and_tricks_with_names_stay_apart() {
    let id = |name: &str, account: &str| {
        let bill =
            alipay(&format!("2024-01-02 10:00:00,餐饮美食,{name},{account},面,支出,9,,交易成功,1,2,,\n"));
        let paid = payment(&bill, 0);
        (paid.service.id.as_str().to_owned(), paid.service.name.as_str().to_owned())
    };
    let all = [
        id("店", "/"),
        id("店", "a***@b.com"),
        id("店", "c***@b.com"),
        id("店#a***@b.com", "/"),
        id("店%23", "/"),
        id("店\u{200B}", "/"),
        id("店%E2%80%8B", "/"),
        id("店\u{202E}", "/"),
        id(&"店".repeat(300), "/"),
        id(&"店".repeat(301), "/"),
    ];
    assert_eq!(all.iter().map(|(id, _)| id).collect::<HashSet<_>>().len(), all.len());
    assert_eq!(id("店\u{202E}x", "/").1, "店\u{FFFD}x");
    assert_eq!(id(" 店 \t 铺 ", "/"), id("店 铺", " / "));
    assert_eq!(id("/", "/"), ("alipay:%none:餐饮美食".into(), "餐饮美食".into()));
}

#[test]
fn a_number_that_a_spreadsheet_has_rounded_merges_no_payments() {
    let bill = wechat(
        "2024/1/2 10:00,商户消费,店,鞋,支出,¥1,零钱,支付成功,4.20000E+27,2,/\n\
         2024/1/3 10:00,商户消费,店,鞋,支出,¥1,零钱,支付成功,4.20000E+27,2,/\n",
    );
    assert_ne!(payment(&bill, 0).id, payment(&bill, 1).id);
    assert!(payment(&bill, 0).id.as_str().starts_with("wechat:row:"));
    assert_eq!(payment(&bill, 0).at.to_string(), "2024-01-02T10:00:00+08:00");
}

#[test]
fn columns_may_stand_in_any_order_and_a_missing_one_is_named() {
    let turned = "收/支,交易对方,对方账号,商品说明,收/付款方式,金额,交易状态,交易分类,交易订单号,商家订单号,交易时间\n\
                  支出,店,/,鞋,,9.90,交易成功,服饰装扮,1,2,2024-01-02 10:00:00\n";
    let bill = read_bill(None, turned.as_bytes()).unwrap();
    assert_eq!(
        bill.rows[0].entry,
        alipay("2024-01-02 10:00:00,服饰装扮,店,/,鞋,支出,9.90,,交易成功,1,2,,\n").rows[0].entry
    );
    for column in ["交易时间", "交易类型", "交易对方", "商品", "收/支", "金额(元)", "当前状态", "交易单号"]
    {
        let head: Vec<&str> = WECHAT_HEAD.trim().split(',').filter(|name| *name != column).collect();
        assert_eq!(read_bill(None, head.join(",").as_bytes()), Err(BillError::MissingColumn { column }));
    }
}

#[test]
fn alipay_s_export_on_the_web_reads_with_its_trailer() {
    let web = "支付宝交易记录明细查询\n账号:[x@y.com]\n---------------------------------交易记录明细列表------------------------------------\n\
        交易号                  ,商家订单号               ,交易创建时间              ,付款时间                ,最近修改时间              ,交易来源地     ,类型              ,交易对方            ,商品名称                ,金额（元）   ,收/支     ,交易状态    ,服务费（元）   ,成功退款（元）  ,备注                  ,资金状态     ,\n\
        2019010122001 \t,T1 \t,2019-01-01 08:00:00 ,2019-01-01 08:00:01 ,2019-01-02 08:00:00 ,淘宝 ,即时到账交易 ,店 ,书 ,20.00 ,支出 ,交易成功 ,0.00 ,5.00 , ,已支出 ,\n\
        ------------------------------------------------------------------------------------\n共1笔记录\n已收入:0笔,0.00元\n导出时间:[2019-02-01 00:00:00]    用户:某\n";
    let bill = read_bill(None, &encoding_rs::GB18030.encode(web).0).unwrap();
    assert_eq!(counts(&bill), [1, 0, 0, 0, 0, 0]);
    assert_eq!(payment(&bill, 0).price.to_string(), "15.00 CNY");
}

#[test]
fn other_peoples_files_are_refused_with_their_name() {
    let jd = "\u{FEFF}导出信息：\n交易时间,商户名称,交易说明,金额,收/付款方式,交易状态,收/支,交易分类,交易订单号,商家订单号,备注\n";
    assert_eq!(read_bill(None, jd.as_bytes()), Err(BillError::OtherApp(OtherApp::Jd)));
    let meituan = "美团交易账单明细\n交易创建时间,交易成功时间,交易类型,订单标题,收/支,支付方式,订单金额,实付金额,交易单号,商家单号,备注\n";
    assert_eq!(
        read_bill(Some(Format::Wechat), meituan.as_bytes()),
        Err(BillError::OtherApp(OtherApp::Meituan))
    );
    assert_eq!(detect(jd.as_bytes()), None);
    for (bytes, error) in [
        (&b""[..], BillError::Empty),
        (b" \r\n", BillError::Empty),
        (b"\xEF\xBB\xBF", BillError::Empty),
        (b"hello,world\n", BillError::Unknown),
        (b"\xFF\xFEa\0b\0", BillError::Encoding),
        (b"PK\x03\x04junk", BillError::Spreadsheet),
        (b"%PDF-1.7\n", BillError::Unknown),
    ] {
        assert_eq!(read_bill(None, bytes), Err(error));
    }
    let (asked, found) = (Format::Alipay, Format::Wechat);
    assert_eq!(read_bill(Some(asked), WECHAT), Err(BillError::OtherFormat { asked, found }));
    let (asked, found) = (Format::Jsonl, Format::Alipay);
    assert_eq!(read_bill(Some(asked), ALIPAY), Err(BillError::OtherFormat { asked, found }));
    assert_eq!(read_bill(None, &vec![b'x'; assent_protocols::MAX_BYTES + 1]), Err(BillError::TooLarge));
}

#[test]
fn a_file_cut_anywhere_keeps_only_whole_rows() {
    for whole in [ALIPAY, WECHAT] {
        let all = read_bill(None, whole).unwrap();
        for cut in 0..whole.len() {
            let Ok(part) = read_bill(None, &whole[..cut]) else { continue };
            // All but the last row stand there in full. Ids are left out: a number that repeats further down tells nothing yet.
            for (row, whole) in part.rows.iter().zip(&all.rows).rev().skip(1) {
                assert_eq!(row.line, whole.line, "cut at {cut}");
                match (&row.entry, &whole.entry) {
                    (Entry::Payment(a), Entry::Payment(b)) => {
                        assert_eq!(
                            (a.price, a.at, &a.service, &a.items),
                            (b.price, b.at, &b.service, &b.items),
                            "cut at {cut}"
                        );
                    }
                    (Entry::Refund { amount: a, .. }, Entry::Refund { amount: b, .. }) => {
                        assert_eq!(a, b, "cut at {cut}")
                    }
                    (a, b) => assert_eq!(a, b, "cut at {cut}"),
                }
            }
            assert!(part.rows.len() <= all.rows.len());
        }
    }
    for cut in (0..SHEET.len()).step_by(97) {
        assert!(read_bill(None, &SHEET[..cut]).is_err(), "cut at {cut}");
    }
}

#[test]
fn many_rows_of_one_number_take_no_square_of_time() {
    let row = "2024-01-02 10:00:00,商户消费,店,鞋,支出,¥1,零钱,支付成功,1,2,/\n";
    let refund = "2024-01-03 10:00:00,店-退款,店,鞋,收入,¥1,零钱,已全额退款,3,2,/\n";
    let bill = wechat(&format!("{}{}", row.repeat(50_000), refund.repeat(50_000)));
    assert_eq!(counts(&bill), [50_000, 50_000, 0, 0, 0, 0]);
    assert!(bill.rows.iter().all(|row| !matches!(row.entry, Entry::Refund { of: Some(_), .. })));
}

#[test]
fn json_lines_go_on_after_a_bad_one() {
    let good = r#"{"id":"p1","at":"2026-05-04T12:01:00+08:00","service":{"id":"n","name":"N"},"price":{"amount":"38","currency":"CNY"}}"#;
    let bill =
        read_bill(None, format!("{good}\n\n{}\n{good}", good.replace("38", "-38")).as_bytes()).unwrap();
    assert_eq!(counts(&bill), [2, 0, 0, 0, 0, 1]);
    assert_eq!((fault(&bill, 1).path.as_str(), bill.rows[1].line), ("[3].price.amount", 3));
}

#[test]
fn no_name_amount_or_id_shows_in_debug_or_in_errors() {
    let shown = format!("{:?}", read_bill(None, ALIPAY).unwrap());
    for private in ["rim***", "一卡通", "49.74", "2023xxxxx88", "商品示例"] {
        assert!(!shown.contains(private), "{private}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), format in 0..4usize) {
        let format = [None, Some(Format::Alipay), Some(Format::Wechat), Some(Format::Jsonl)][format];
        let _ = (detect(&bytes), read_bill(format, &bytes));
        let below = [WECHAT_HEAD.as_bytes(), &bytes].concat();
        let _ = read_bill(None, &below);
        let _ = read_bill(None, &[b"PK\x03\x04", bytes.as_slice()].concat());
    }

    #[test]
    fn no_change_to_a_sample_makes_it_panic(
        which in 0..3usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut bytes = [ALIPAY, WECHAT, SHEET][which].to_vec();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = (detect(&bytes), read_bill(None, &bytes));
    }

    #[test]
    fn a_generated_bill_reads_back_exactly(
        rows in prop::collection::vec((1i64..=100_000_000, "[a-z面店（）\", ]{1,12}[a-z]", "[面鞋帽a-z]{1,9}", 0i64..2_000_000_000), 1..20),
        sign in prop::sample::select(vec!["", "¥", "￥"]),
    ) {
        let mut csv = WECHAT_HEAD.to_owned();
        for (number, (fen, payee, item, seconds)) in rows.iter().enumerate() {
            let (day, clock) = (seconds / 86_400 % 28 + 1, seconds % 86_400);
            let time = format!("2000-01-{day:02} {:02}:{:02}:{:02}", clock / 3600, clock / 60 % 60, clock % 60);
            csv.push_str(&format!(
                "{time},商户消费,\"{}\",{item},支出,{sign}{}.{:02},零钱,支付成功,9{number}\t,\t/,/\n",
                payee.replace('"', "\"\""), fen / 100, fen % 100,
            ));
        }
        let bill = read_bill(None, csv.as_bytes()).unwrap();
        prop_assert_eq!(bill.rows.len(), rows.len());
        for (number, (fen, payee, item, seconds)) in rows.iter().enumerate() {
            let paid = payment(&bill, number);
            let tidy = payee.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(paid.price.minor(), *fen);
            prop_assert_eq!(paid.service.name.as_str(), tidy.as_str());
            prop_assert_eq!(paid.items[0].name.as_str(), item.as_str());
            prop_assert_eq!(paid.id.as_str(), format!("wechat:9{number}"));
            let civil = paid.at.civil();
            prop_assert_eq!(i64::from(civil.hour()) * 3600 + i64::from(civil.minute()) * 60 + i64::from(civil.second()), seconds % 86_400);
            prop_assert_eq!(bill.rows[number].line, number + 2);
            prop_assert_eq!(&PastPayment::from_json(&json(paid)).unwrap(), paid);
        }
    }
}
