//! What is allowed: the user's mandates held against one intent, with what is spent of them.

use std::collections::HashMap;

use assent_policy::{BudgetKey, Mandate, Request, Ruling, Spent, Standing};
use assent_store::Reading;
use assent_types::{Category, Intent, Moment, Reason};
use jiff::tz::TimeZone;

use crate::error::EngineError;
use crate::{ledger, mandates, recent, session};

/// What the mandates are asked about an intent. What the user's own history says of the payee's category goes before the agent's word.
pub(crate) fn request<'a>(
    intent: &'a Intent,
    now: Moment,
    history: Option<Category>,
    zone: &'a TimeZone,
) -> Request<'a> {
    Request {
        agent: &intent.agent,
        payee: &intent.service.id,
        category: history.or(intent.service.category),
        amount: intent.most(),
        at: now,
        zone,
    }
}

/// What the user allows of an intent now, and the mandates that say so.
pub(crate) fn what_is_allowed(
    book: &Reading<'_>,
    intent: &Intent,
    request: &Request<'_>,
) -> Result<(Ruling, Vec<Mandate>), EngineError> {
    let mandates = mandates::all(book)?;
    let spent = ledger::spent(book, &assent_policy::charges(&mandates, request))?;
    let ruling = ruling(&mandates, request, intent.service.category, &spent);
    let mut ruling = session::within_rate(book, &mandates, ruling, request.at)?;
    if matches!(ruling.standing, Standing::Allowed { explicit: false, .. }) {
        let sliced = recent::sliced(book, &mandates, request, &intent.service)?;
        if !sliced.is_empty() {
            ruling = Ruling { standing: Standing::NotAllowed, reasons: sliced, charges: ruling.charges };
        }
    }
    Ok((ruling, mandates))
}

/// What the mandates say. Where the history and the agent call the payee's business differently, the history's word counts for what is
/// allowed, and either is enough for what is forbidden.
pub(crate) fn ruling(
    mandates: &[Mandate],
    request: &Request<'_>,
    agents_word: Option<Category>,
    spent: &HashMap<BudgetKey, Spent>,
) -> Ruling {
    let agents_word = Request { category: agents_word, ..*request };
    let forbidden = assent_policy::judge(mandates, &agents_word, spent);
    if forbidden.reasons.iter().any(|reason| matches!(reason, Reason::CategoryForbidden(_))) {
        return forbidden;
    }
    assent_policy::judge(mandates, request, spent)
}
