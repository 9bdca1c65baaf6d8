//! Gives every payment its id and every refund the payment that it takes back.

use std::collections::HashMap;

use assent_types::{Code, Id, Malformed, Money, PastPayment};

use super::row::{Deal, Draft, Told};
use super::{Entry, Format, Row, names};

/// A refund number that begins with a payment's own of at least so many digits names a payment that may stand in another bill.
const SURE_NUMBER: usize = 16;

/// A number that more rows share tells nothing, and looking through them all would take the square of their count.
const MOST_ALIKE: usize = 64;

type Drafts = Vec<(usize, Result<Draft, Malformed>)>;

/// The rows of a bill that can be looked up by a number.
#[derive(Default)]
struct Index<'a> {
    by_order: HashMap<&'a str, Vec<usize>>,
    by_merchant: HashMap<&'a str, Vec<usize>>,
}

/// Brings the rows of one bill together.
pub(super) fn settle(format: Format, drafts: Drafts) -> Vec<Row> {
    let index = index(&drafts);
    let ids: Vec<Option<Result<Id, Malformed>>> = drafts
        .iter()
        .map(|(_, draft)| draft.as_ref().ok().and_then(|draft| id(format, draft, &index, &drafts)))
        .collect();
    let mut of: Vec<Option<Id>> = vec![None; drafts.len()];
    let mut told_apart: HashMap<usize, i64> = HashMap::new();
    for ((_, draft), of) in drafts.iter().zip(&mut of) {
        let Ok(Draft { told: Told::Refund, order, merchant, deal: Some(deal) }) = draft else { continue };
        match taken_back(order.as_deref(), merchant.as_deref(), deal, &index, &drafts) {
            Some(payment) => {
                *of = ids.get(payment).and_then(|id| id.clone()?.ok());
                let sum = told_apart.entry(payment).or_default();
                *sum = sum.saturating_add(deal.price.minor());
            }
            None => *of = order.as_deref().and_then(|order| elsewhere(format, order, &index)),
        }
    }
    let mut rows = Vec::with_capacity(drafts.len());
    for (position, (((line, draft), id), of)) in drafts.into_iter().zip(ids).zip(of).enumerate() {
        let told_apart = told_apart.get(&position).copied().unwrap_or(0);
        let entry =
            draft.and_then(|draft| entry(line, draft, id, of, told_apart)).unwrap_or_else(Entry::Faulty);
        rows.push(Row { line, entry });
    }
    rows
}

fn entry(
    line: usize,
    draft: Draft,
    id: Option<Result<Id, Malformed>>,
    of: Option<Id>,
    told_apart: i64,
) -> Result<Entry, Malformed> {
    Ok(match (draft.told, draft.deal, id) {
        (Told::Paid { back }, Some(deal), Some(id)) => {
            let id = id.map_err(|fault| fault.within(&format!("[{line}]")))?;
            match still_paid(deal.price, back, told_apart) {
                Some(price) if price.minor() == 0 => Entry::Closed,
                Some(price) => Entry::Payment(payment(id, price, deal)),
                None => {
                    let message = "more came back than was paid";
                    return Err(Malformed::new(Code::Contradiction, format!("[{line}]"), message));
                }
            }
        }
        (Told::Refund, Some(deal), _) => {
            Entry::Refund { of, payee: deal.service.id, amount: deal.price, at: deal.at }
        }
        (Told::Income, ..) => Entry::Income,
        (Told::Neutral, ..) => Entry::Neutral,
        _ => Entry::Closed,
    })
}

/// The price without what came back, except for what refund rows of the same bill take back themselves; `None` below zero.
fn still_paid(price: Money, back: Option<Money>, told_apart: i64) -> Option<Money> {
    let Some(back) = back else { return Some(price) };
    let silent = back.minor().saturating_sub(told_apart.min(back.minor()));
    (back.minor() <= price.minor())
        .then(|| Money::from_minor(price.minor().checked_sub(silent)?, price.currency()))
        .flatten()
}

fn payment(id: Id, price: Money, deal: Deal) -> PastPayment {
    PastPayment {
        id,
        at: deal.at,
        service: deal.service,
        price,
        agent: None,
        items: deal.item.into_iter().collect(),
        details: Default::default(),
        said: None,
        channel: None,
        place: None,
    }
}

/// What a refund can take back: expenses, settled or closed.
fn index(drafts: &Drafts) -> Index<'_> {
    let mut index = Index::default();
    for (position, (_, draft)) in drafts.iter().enumerate() {
        let Ok(draft) = draft else { continue };
        if !matches!(draft.told, Told::Paid { .. } | Told::Closed) {
            continue;
        }
        if let Some(order) = &draft.order {
            index.by_order.entry(order).or_default().push(position);
        }
        if let Some(merchant) = &draft.merchant {
            index.by_merchant.entry(merchant).or_default().push(position);
        }
    }
    index
}

/// The app's own number where it stands for one payment of the bill; otherwise a hash of what makes the row this one. States, notes and
/// kinds are left out of it: they change from one export to the next.
fn id(format: Format, draft: &Draft, index: &Index<'_>, drafts: &Drafts) -> Option<Result<Id, Malformed>> {
    let order = draft.order.as_deref();
    let deal = match (&draft.told, &draft.deal) {
        (Told::Paid { .. }, Some(deal)) => deal,
        (Told::Closed, _) => return order.map(|order| plain(format, order)),
        _ => return None,
    };
    if let Some(order) = order {
        let alike = index.by_order.get(order).map_or(&[][..], Vec::as_slice);
        if alike.len() <= MOST_ALIKE
            && alike.iter().filter(|other| is_paid(drafts, **other)).count() <= 1
            && let Ok(id) = plain(format, order)
        {
            return Some(Ok(id));
        }
    }
    let (at, price) = (deal.at.to_string(), deal.price.to_string());
    let parts = [
        at.as_str(),
        deal.service.id.as_str(),
        price.as_str(),
        deal.item.as_ref().map_or("", |item| item.name.as_str()),
        order.unwrap_or(""),
        draft.merchant.as_deref().unwrap_or(""),
    ];
    Some(Id::new(&format!("{}:row:{}", format.as_str(), names::hash(&parts))))
}

fn plain(format: Format, order: &str) -> Result<Id, Malformed> {
    Id::new(&format!("{}:{order}", format.as_str()))
}

fn is_paid(drafts: &Drafts, position: usize) -> bool {
    matches!(drafts.get(position), Some((_, Ok(Draft { told: Told::Paid { .. }, .. }))))
}

/// The row that a refund takes back: named by the payment's number, alone or before a `_` or `*`, or by the shop's.
fn taken_back(
    order: Option<&str>,
    merchant: Option<&str>,
    refund: &Deal,
    index: &Index<'_>,
    drafts: &Drafts,
) -> Option<usize> {
    let by_order =
        order.and_then(|order| index.by_order.get(order).or_else(|| index.by_order.get(head(order)?)));
    let by_merchant = || merchant.and_then(|merchant| index.by_merchant.get(merchant));
    let candidates = by_order.or_else(by_merchant)?;
    if let [only] = candidates.as_slice() {
        return Some(*only);
    }
    if candidates.len() > MOST_ALIKE {
        return None;
    }
    let mut fitting = candidates.iter().copied().filter(|position| {
        let Some((_, Ok(Draft { told: Told::Paid { .. }, deal: Some(paid), .. }))) = drafts.get(*position)
        else {
            return false;
        };
        paid.service.id == refund.service.id
            && paid.at <= refund.at
            && paid.price.minor() >= refund.price.minor()
    });
    fitting.next().filter(|_| fitting.next().is_none())
}

/// The payment of another bill that a refund's number begins with.
fn elsewhere(format: Format, order: &str, index: &Index<'_>) -> Option<Id> {
    let head = head(order)?;
    let sure = head.len() >= SURE_NUMBER && head.bytes().all(|b| b.is_ascii_digit());
    (sure && !index.by_order.contains_key(head)).then(|| plain(format, head).ok()).flatten()
}

fn head(order: &str) -> Option<&str> {
    order.split_once(['_', '*']).map(|(head, _)| head).filter(|head| !head.is_empty())
}
