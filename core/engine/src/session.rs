//! Payments under a session allowance: granted once, then counted. One small record for each keeps its answer, one for all of them keeps the
//! sums; nothing is scored and nobody is asked.

use assent_policy::{Charge, Mandate, Ruling, Session, Standing};
use assent_store::{Reading, Table, Writing};
use assent_types::{Decision, Evidence, Id, Intent, Moment, Money, Reason, Receipt, Text, Tongue, Verdict};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::budgets;
use crate::error::EngineError;
use crate::state::{Outcome, State};
use crate::words::written;

/// One payment.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Micro {
    /// The intent's id.
    pub id: Id,
    /// SHA-256 of the canonical intent.
    pub digest: [u8; 32],
    /// The mandate with the session.
    pub session: Id,
    /// Who paid.
    pub agent: Id,
    /// Who was paid.
    pub payee: Id,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: Moment,
    /// In which of the user's months, `2026-05`.
    pub month: String,
    /// What became of it.
    pub state: State,
    /// Where the journal has it.
    pub receipt: Receipt,
    /// What it took from which budget.
    pub charges: Vec<Charge>,
    /// The language of its verdict.
    pub tongue: Tongue,
}

/// What one agent paid one payee in a month under one session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSum {
    /// The mandate with the session.
    pub session: Id,
    /// Who paid.
    pub agent: Id,
    /// Who was paid.
    pub payee: Id,
    /// The payee's name as it stood on the latest payment.
    pub payee_name: Text,
    /// The month in the user's time zone, `2026-05`.
    pub month: String,
    /// Paid, or approved and not known to have failed.
    pub sum: Money,
    /// How many payments.
    pub count: u32,
}

const SUMS: &str = "sessions";
/// So many sums are kept apart; after that the oldest go, which only the wallet's list notices: budgets are counted elsewhere.
const MOST_SUMS: usize = 256;

/// The payment of this id, where it was one in a session.
pub(crate) fn of(book: &Reading<'_>, id: &Id) -> Result<Option<Micro>, EngineError> {
    Ok(book.get(Table::Micro, id.as_str())?)
}

/// Every sum.
pub(crate) fn sums(book: &Reading<'_>) -> Result<Vec<SessionSum>, EngineError> {
    Ok(book.get(Table::Budgets, SUMS)?.unwrap_or_default())
}

/// Holds the session's rate: whatever comes faster is beyond it.
pub(crate) fn within_rate(
    book: &Reading<'_>,
    mandates: &[Mandate],
    ruling: Ruling,
    now: Moment,
) -> Result<Ruling, EngineError> {
    let Some(session) = ruling.session() else { return Ok(ruling) };
    let rate = mandates.iter().find(|mandate| mandate.id == *session).and_then(Mandate::session);
    let has_room = match rate {
        Some(Session { per_minute }) => paid_in(book, session, minute(now))? < per_minute,
        None => false,
    };
    let beyond =
        Ruling { standing: Standing::Forbidden, reasons: vec![Reason::BeyondSession], charges: Vec::new() };
    Ok(if has_room { ruling } else { beyond })
}

fn minute(now: Moment) -> i64 {
    now.seconds().div_euclid(60)
}

fn rate_key(session: &Id) -> String {
    format!("rate\n{}", session.as_str())
}

fn paid_in(book: &Reading<'_>, session: &Id, minute: i64) -> Result<u32, EngineError> {
    let last: Option<(i64, u32)> = book.get(Table::Budgets, &rate_key(session))?;
    // A minute that is over never opens again: a clock that went back counts on in the later one.
    Ok(last.filter(|(counted, _)| *counted >= minute).map_or(0, |(_, count)| count))
}

/// Records an approved payment.
pub(crate) fn record(
    book: &mut Writing<'_>,
    intent: &Intent,
    ruling: &Ruling,
    now: Moment,
    zone: &TimeZone,
    verdict: &mut Verdict,
    tongue: Tongue,
) -> Result<(), EngineError> {
    let Some(session) = ruling.session() else { return Ok(()) };
    let body = json!({
        "kind": "session_payment", "at": now, "intent_id": intent.id, "agent": intent.agent, "payee": intent.service.id,
        "amount": intent.most(), "mandate": session, "intent_sha256": hex(&intent.digest().0),
    });
    let receipt = book.append(&body.to_string())?;
    let counted = minute(now);
    let last: Option<(i64, u32)> = book.get(Table::Budgets, &rate_key(session))?;
    let counted = last.map_or(counted, |(minute, _)| minute.max(counted));
    let count = paid_in(book, session, counted)?.saturating_add(1);
    book.put(Table::Budgets, &rate_key(session), &(counted, count))?;
    budgets::book_all(book, &ruling.charges)?;
    let micro = Micro {
        id: intent.id.clone(),
        digest: intent.digest().0,
        session: session.clone(),
        agent: intent.agent.clone(),
        payee: intent.service.id.clone(),
        amount: intent.most(),
        at: now,
        month: now.date_in(zone).strftime("%Y-%m").to_string(),
        state: State::Approved,
        receipt: receipt.clone(),
        charges: ruling.charges.clone(),
        tongue,
    };
    add(book, &micro, &intent.service.name)?;
    book.put(Table::Micro, intent.id.as_str(), &micro)?;
    *verdict = answer(&micro, verdict.elapsed_us);
    Ok(())
}

/// The verdict that a payment in a session got. Nothing was compared: the user's own yes stands for the score.
pub(crate) fn answer(micro: &Micro, elapsed_us: u64) -> Verdict {
    Verdict {
        intent_id: micro.id.clone(),
        decision: Decision::Approve,
        score: 1.0,
        evidence: Evidence::default(),
        reasons: vec![written(&Reason::SessionCovers, micro.tongue)],
        whisper: None,
        receipt: Some(micro.receipt.clone()),
        elapsed_us,
    }
}

fn same(sum: &SessionSum, micro: &Micro) -> bool {
    (&sum.session, &sum.agent, &sum.payee, &sum.month)
        == (&micro.session, &micro.agent, &micro.payee, &micro.month)
        && sum.sum.currency() == micro.amount.currency()
}

fn add(book: &mut Writing<'_>, micro: &Micro, name: &Text) -> Result<(), EngineError> {
    let mut all = sums(book)?;
    match all.iter_mut().find(|sum| same(sum, micro)) {
        Some(sum) => {
            sum.sum = sum.sum.checked_add(micro.amount).unwrap_or(sum.sum);
            sum.count = sum.count.saturating_add(1);
            sum.payee_name = name.clone();
        }
        None => {
            if all.len() >= MOST_SUMS {
                all.remove(0);
            }
            let Micro { session, agent, payee, month, amount, .. } = micro.clone();
            all.push(SessionSum {
                session,
                agent,
                payee,
                payee_name: name.clone(),
                month,
                sum: amount,
                count: 1,
            });
        }
    }
    Ok(book.put(Table::Budgets, SUMS, &all)?)
}

fn take_off(book: &mut Writing<'_>, micro: &Micro) -> Result<(), EngineError> {
    let mut all = sums(book)?;
    if let Some(sum) = all.iter_mut().find(|sum| same(sum, micro)) {
        sum.sum = sum.sum.checked_sub(micro.amount).unwrap_or(sum.sum);
        sum.count = sum.count.saturating_sub(1);
    }
    all.retain(|sum| sum.count > 0);
    Ok(book.put(Table::Budgets, SUMS, &all)?)
}

/// Closes a payment: what was paid back or never paid is free again. Nothing is learned from it, because nothing was compared.
pub(crate) fn close(
    book: &mut Writing<'_>,
    mut micro: Micro,
    outcome: Outcome,
    now: Moment,
) -> Result<State, EngineError> {
    let (before, after) = (micro.state, micro.state.after(outcome).ok_or(EngineError::WrongState)?);
    if before == after {
        return Ok(after);
    }
    match (before.is_booked(), after.is_booked()) {
        (true, false) => {
            budgets::release_all(book, &micro.charges)?;
            take_off(book, &micro)?;
        }
        (false, true) => {
            budgets::book_all(book, &micro.charges)?;
            let name =
                Text::line(micro.payee.as_str(), 128).map_err(|_| EngineError::Unreadable("payment"))?;
            add(book, &micro, &name)?;
        }
        _ => {}
    }
    micro.state = after;
    let body = json!({"kind": "outcome", "at": now, "intent_id": micro.id, "outcome": outcome});
    book.append(&body.to_string())?;
    let id = micro.id.clone();
    book.put(Table::Micro, id.as_str(), &micro)?;
    Ok(after)
}

/// Forgets the payments for which `gone` holds: only that their ids were used is still known. Tells how many, and erases what the journal
/// says of them.
pub(crate) fn forget(
    book: &mut Writing<'_>,
    gone: impl Fn(&Micro) -> bool,
) -> Result<(usize, usize), EngineError> {
    let (mut forgotten, mut erased) = (0usize, 0usize);
    let mut all = sums(book)?;
    for micro in book.scan::<Micro>(Table::Micro)?.into_iter().filter(|micro| gone(micro)) {
        erased = erased.saturating_add(usize::from(book.erase(micro.receipt.index)?));
        all.retain(|sum| !same(sum, &micro));
        book.delete(Table::Micro, micro.id.as_str())?;
        forgotten = forgotten.saturating_add(1);
        let entry = crate::ledger::Entry::used_up(micro.state);
        crate::ledger::keep(book, &micro.id, &entry)?;
    }
    book.put(Table::Budgets, SUMS, &all)?;
    Ok((forgotten, erased))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
