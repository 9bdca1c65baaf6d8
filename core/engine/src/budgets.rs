//! What is spent of every budget: booked and released together, in the transaction that is open, or not at all.

use std::collections::HashMap;

use assent_policy::{BudgetKey, Charge, Spent};
use assent_store::{Reading, Table, Writing};
use assent_types::Money;

use crate::error::EngineError;

fn budget_key(key: &BudgetKey) -> String {
    // Ids cannot hold a line break, so two keys never share a text.
    format!("{}\n{:?}\n{}", key.mandate.as_str(), key.period, key.start)
}

/// What is spent of these budgets.
pub(crate) fn spent(
    book: &Reading<'_>,
    charges: &[Charge],
) -> Result<HashMap<BudgetKey, Spent>, EngineError> {
    let mut spending = HashMap::new();
    for charge in charges {
        if let Some(spent) = book.get(Table::Budgets, &budget_key(&charge.key))? {
            spending.insert(charge.key.clone(), spent);
        }
    }
    Ok(spending)
}

/// What is spent of one budget.
pub(crate) fn spent_of(book: &Reading<'_>, key: &BudgetKey) -> Result<Option<Spent>, EngineError> {
    Ok(book.get(Table::Budgets, &budget_key(key))?)
}

/// Sets what is spent of one budget.
pub(crate) fn set(book: &mut Writing<'_>, key: &BudgetKey, spent: Spent) -> Result<(), EngineError> {
    Ok(book.put(Table::Budgets, &budget_key(key), &spent)?)
}

/// Books a payment on every budget that it draws on.
pub(crate) fn book_all(book: &mut Writing<'_>, charges: &[Charge]) -> Result<(), EngineError> {
    // A sum that no longer fits is above every cap: it stays at the largest, so that the budget stays closed.
    change_all(book, charges, |spent, amount| {
        spent.book(amount).unwrap_or(Spent { sum: largest(amount), count: u32::MAX })
    })
}

/// Takes a payment back from every budget that it was booked on.
pub(crate) fn release_all(book: &mut Writing<'_>, charges: &[Charge]) -> Result<(), EngineError> {
    // What was never booked cannot be released: the budget stays as it is.
    change_all(book, charges, |spent, amount| spent.release(amount).unwrap_or(spent))
}

fn largest(like: Money) -> Money {
    Money::from_minor(i64::MAX, like.currency()).unwrap_or(like)
}

fn change_all(
    book: &mut Writing<'_>,
    charges: &[Charge],
    change: impl Fn(Spent, Money) -> Spent,
) -> Result<(), EngineError> {
    for charge in charges {
        let key = budget_key(&charge.key);
        let spent = book.get(Table::Budgets, &key)?.unwrap_or(Spent::nothing(charge.amount.currency()));
        book.put(Table::Budgets, &key, &change(spent, charge.amount))?;
    }
    Ok(())
}
