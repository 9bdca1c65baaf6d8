//! What is recalled after payments were learned, and that it never grows.

use assent_types::Currency;
use proptest::prelude::*;

use super::*;
use crate::shelf::Memory;

fn payment(n: usize, service: &str, name: &str, at: &str, amount: &str, extra: &str) -> PastPayment {
    PastPayment::from_json(&format!(
        r#"{{"id":"p{n}","at":"{at}","service":{{"id":"{service}","name":"{name}","category":"dining"}},"price":{{"amount":"{amount}","currency":"CNY"}}{extra}}}"#
    ))
    .unwrap()
}

#[test]
fn a_lunch_habit_is_recalled() {
    let mut shelf = Memory::default();
    for day in 4..9 {
        let at = format!("2026-05-0{day}T12:01:00+08:00");
        let extra = r#","agent":"chef","items":[{"name":"beef noodles"}],"channel":"phone","place":{"lat":31.0,"lon":121.0}"#;
        learn(&mut shelf, &payment(day * 2, "cafe", "Café", &at.replace("12:", "11:"), "20.00", "")).unwrap();
        learn(&mut shelf, &payment(day, "noodle-1", "Noodle House", &at, "38.00", extra)).unwrap();
    }
    let asked = payment(99, "noodle-1", "Noodle House", "2026-05-11T12:01:00+08:00", "38.00", "");
    let found = recall(&shelf, &asked.service, &Id::new("chef").unwrap(), false).unwrap();
    let payee = found.payee.unwrap();
    assert_eq!((payee.count, payee.agents.count("chef"), payee.items.count("beef noodles")), (5, 5, 5));
    assert_eq!(payee.main_amounts().unwrap().usual().unwrap().to_string(), "38.00 CNY");
    assert_eq!(payee.after.count("cafe"), 5);
    assert_eq!(found.category.unwrap().payees, 2);
    assert_eq!(found.agent.unwrap().count, 5);
    assert_eq!(found.user.unwrap().count, 10);
    assert!(found.known.payees.is_empty(), "nothing asks for the names");
    let spelled = payment(100, "noodle-1", "NOODLE-HOUSE", "2026-05-11T12:01:00+08:00", "38.00", "");
    let chef = Id::new("chef").unwrap();
    assert!(recall(&shelf, &spelled.service, &chef, false).unwrap().known.payees.is_empty());
    let renamed = payment(101, "noodle-1", "Cafe", "2026-05-11T12:01:00+08:00", "38.00", "");
    assert_eq!(recall(&shelf, &renamed.service, &chef, false).unwrap().known.payees.len(), 2);
    assert_eq!(recall(&shelf, &asked.service, &chef, true).unwrap().known.payees.len(), 2);
}

#[test]
fn a_new_account_under_a_known_name_is_found() {
    let mut shelf = Memory::default();
    learn(&mut shelf, &payment(1, "noodle-1", "Noodle House", "2026-05-04T12:01:00+08:00", "38.00", ""))
        .unwrap();
    let asked = payment(2, "evil-9", "N00DLE HOUSE", "2026-05-05T12:01:00+08:00", "38.00", "");
    let found = recall(&shelf, &asked.service, &Id::new("chef").unwrap(), false).unwrap();
    assert!(found.payee.is_none());
    assert_eq!(found.same_name.payees[0].0.as_str(), "noodle-1");
    assert_eq!(found.known.payees.len(), 1);
}

proptest! {
    #[test]
    fn what_one_decision_reads_does_not_grow_with_the_history(payees in prop::collection::vec(0usize..400, 600..900)) {
        let mut shelf = Memory::default();
        for (n, payee) in payees.iter().enumerate() {
            let at = assent_types::Moment::parse("2026-01-01T00:00:00Z").unwrap().plus_seconds(n as i64 * 3600);
            let item = format!(r#","items":[{{"name":"item {n}"}}],"agent":"a{}","place":{{"lat":{},"lon":0}}"#, n % 50, n % 80);
            learn(&mut shelf, &payment(n, &format!("s{payee}"), &format!("Shop {payee}"), &at.to_string(), "1.00", &item)).unwrap();
        }
        for key in [Key::User, Key::Known, Key::Payee(Id::new("s1").unwrap()), Key::Agent(Id::new("a1").unwrap()), Key::Category(assent_types::Named::Dining)] {
            if let Some(record) = shelf.read(&key).unwrap() {
                let bytes = postcard::to_stdvec(&record).unwrap();
                prop_assert!(bytes.len() < 16_000, "{key:?}: {} bytes", bytes.len());
                prop_assert_eq!(postcard::from_bytes::<Record>(&bytes).unwrap(), record);
            }
        }
    }
}

#[test]
fn currencies_are_told_apart_and_bounded() {
    let mut shelf = Memory::default();
    for (n, code) in ["CNY", "CNY", "JPY", "EUR", "USD", "GBP", "HKD"].iter().enumerate() {
        let mut paid = payment(n, "shop", "Shop", "2026-05-04T12:01:00+08:00", "38", "");
        paid.price = assent_types::Money::parse("38", Currency::from_code(code).unwrap()).unwrap();
        learn(&mut shelf, &paid).unwrap();
    }
    let asked = payment(99, "shop", "Shop", "2026-05-11T12:01:00+08:00", "38", "");
    let payee = recall(&shelf, &asked.service, &Id::new("a").unwrap(), false).unwrap().payee.unwrap();
    assert_eq!(payee.amounts.len(), 4);
    assert_eq!(payee.main_amounts().unwrap().currency.code(), "CNY");
    assert_eq!(payee.amounts_like(asked.price).unwrap().count, 2);
}
