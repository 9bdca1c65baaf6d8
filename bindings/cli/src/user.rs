//! What the user does by hand: bills, mandates, agents, trust, the journal, forgetting.

use std::path::Path;

use assent::{BillEntry, BillFormat, Forget, Id, Malformed as Refused, Mandate, Scoring, Trust, json};
use serde_json::{Value, json as object};

use crate::args::{AgentCall, Cli, Forget as ForgetArgs, JournalCall, MandateAdd, MandateCall, TrustCall};
use crate::lines::{self, Malformed};
use crate::out::{self, Failure};
use crate::{store, wish};

/// The largest bill that is read: ten years of payments are some megabytes.
const MAX_BILL_BYTES: u64 = 64 * 1024 * 1024;
/// The largest file with a mandate.
const MAX_MANDATE_BYTES: u64 = 1024 * 1024;

/// Takes past payments in.
pub fn import(cli: &Cli, format: Option<BillFormat>, file: &Path) -> Result<Malformed, Failure> {
    let bill = assent::read_bill(format, &lines::read_all(file, MAX_BILL_BYTES)?)?;
    let mut malformed = Malformed::default();
    for row in &bill.rows {
        if let BillEntry::Faulty(refused) = &row.entry {
            malformed.answer(row.line, refused)?;
        }
    }
    let done = store::open(cli)?.import(&bill)?;
    eprintln!(
        "{} payments learned, {} known already, {} taken back by refunds, {} lines that are no payments of yours, {} faulty",
        done.added, done.known, done.refunded, done.passed_over, done.faulty
    );
    if done.unmatched_refunds > 0 {
        eprintln!("{} refunds belong to payments that are not in this file", done.unmatched_refunds);
    }
    out::line(&done)?;
    Ok(malformed)
}

/// Carries a `mandate` call out.
pub fn mandate(cli: &Cli, call: &MandateCall) -> Result<Malformed, Failure> {
    match call {
        MandateCall::Propose { sentence, language } => wish::propose(cli, sentence, language.as_deref())?,
        MandateCall::Accept { id, words } => wish::accept(cli, id, &words.join(" "))?,
        MandateCall::Add(add) => {
            let mandate = match &add.file {
                Some(file) => Mandate::from_json(json::text(&lines::read_all(file, MAX_MANDATE_BYTES)?)?)?,
                None => Mandate::from_json(&written(add).to_string())?,
            };
            store::open(cli)?.add_mandate(&mandate)?;
            out::line(&mandate)?;
        }
        MandateCall::List => {
            for mandate in store::look(cli)?.mandates()? {
                out::line(&mandate)?;
            }
        }
        MandateCall::Remove { id } => {
            store::open(cli)?.remove_mandate(&Id::new(id)?)?;
            out::line(&object!({"removed": id}))?;
        }
    }
    Ok(Malformed::default())
}

/// The options of `mandate add` as the mandate's JSON, so that both ways in go through the same strict door.
fn written(add: &MandateAdd) -> Value {
    let mut mandate = serde_json::Map::new();
    let mut put = |key: &str, value: Value| mandate.insert(key.to_owned(), value);
    let list = |allow: &[String], forbid: &[String]| {
        let mut lists = serde_json::Map::new();
        if !allow.is_empty() {
            lists.insert("allow".to_owned(), object!(allow));
        }
        if !forbid.is_empty() {
            lists.insert("forbid".to_owned(), object!(forbid));
        }
        (!lists.is_empty()).then_some(Value::Object(lists))
    };
    let limits: Vec<Value> = [
        ("day", &add.per_day, add.count_per_day),
        ("week", &add.per_week, add.count_per_week),
        ("month", &add.per_month, add.count_per_month),
        ("total", &add.total, add.count_total),
    ]
    .into_iter()
    .filter(|(_, amount, count)| amount.is_some() || count.is_some())
    .map(|(per, amount, count)| {
        let mut limit = serde_json::Map::from_iter([("per".to_owned(), object!(per))]);
        limit.extend(amount.iter().map(|amount| ("amount".to_owned(), object!(amount))));
        limit.extend(count.map(|count| ("count".to_owned(), object!(count))));
        Value::Object(limit)
    })
    .collect();

    put("id", object!(add.id));
    (!add.agent.is_empty()).then(|| put("agents", object!(add.agent)));
    list(&add.payee, &add.forbid_payee).map(|lists| put("payees", lists));
    list(&add.category, &add.forbid_category).map(|lists| put("categories", lists));
    add.currency.iter().for_each(|currency| drop(put("currency", object!(currency))));
    add.per_payment.iter().for_each(|amount| drop(put("per_payment", object!(amount))));
    (!limits.is_empty()).then(|| put("limits", object!(limits)));
    add.from.iter().for_each(|time| drop(put("valid_from", object!(time))));
    add.until.iter().for_each(|time| drop(put("valid_until", object!(time))));
    add.decline_beyond.then(|| put("beyond", object!("decline")));
    add.session_per_minute.iter().for_each(|rate| drop(put("session", object!({"per_minute": rate}))));
    add.card.then(|| put("card", object!(true)));
    Value::Object(mandate)
}

/// Carries an `agent` call out.
pub fn agent(cli: &Cli, call: &AgentCall) -> Result<Malformed, Failure> {
    match call {
        AgentCall::Add { id, key: None, .. } => out::line(&store::open(cli)?.add_agent(&Id::new(id)?)?)?,
        AgentCall::Add { id, key: Some(key), replace_key } => {
            let agent = store::open(cli)?.add_agent_with_key(&Id::new(id)?, &key.parse()?, *replace_key)?;
            if agent.to_confirm > 0 {
                eprintln!(
                    "the key is new: nothing is approved until you have confirmed {} payments",
                    agent.to_confirm
                );
            }
            out::line(&agent)?;
        }
        AgentCall::Suspend { id } => out::line(&store::open(cli)?.suspend_agent(&Id::new(id)?)?)?,
        AgentCall::Revoke { id } => out::line(&store::open(cli)?.revoke_agent(&Id::new(id)?)?)?,
        AgentCall::List => store::look(cli)?.agents()?.iter().try_for_each(out::line)?,
    }
    Ok(Malformed::default())
}

/// Takes trust signals in.
pub fn trust(cli: &Cli, call: &TrustCall) -> Result<Malformed, Failure> {
    let TrustCall::Import { file } = call;
    let mut signals = Vec::new();
    let malformed = lines::for_each(file, |line| Ok(read_trust(line).map(|signal| signals.push(signal))))?;
    store::open(cli)?.import_trust(&signals)?;
    out::line(&object!({"signals": signals.len()}))?;
    Ok(malformed)
}

fn read_trust(line: &str) -> Result<(Id, Trust), Refused> {
    let members = json::split(line, &["service_id", "in_contacts", "friends_paid"])?;
    let wrong = |key: &str, needed: &str| Refused::new(assent::Code::WrongType, key, needed);
    let raw = |key: &str| members.iter().find(|(name, _)| name == key).map(|(_, raw)| *raw);
    let id =
        Id::new(&json::string(&members, "service_id")?).map_err(|refused| refused.within("service_id"))?;
    let in_contacts = raw("in_contacts").map(serde_json::from_str).transpose();
    let friends_paid = raw("friends_paid").map(serde_json::from_str).transpose();
    let trust = Trust {
        in_contacts: in_contacts
            .map_err(|_| wrong("in_contacts", "true or false is needed here"))?
            .unwrap_or_default(),
        friends_paid: friends_paid
            .map_err(|_| wrong("friends_paid", "a whole number of zero or more is needed here"))?
            .unwrap_or_default(),
    };
    Ok((id, trust))
}

/// Carries a `journal` call out.
pub fn journal(cli: &Cli, call: &JournalCall) -> Result<Malformed, Failure> {
    let engine = store::look(cli)?;
    match call {
        JournalCall::Verify => {
            let found = engine.verify_journal()?;
            eprintln!(
                "the journal is whole: {} entries, {} of them erased on your wish",
                found.entries, found.erased
            );
            out::line(&object!({"entries": found.entries, "erased": found.erased, "head": found.head}))?;
        }
        JournalCall::Export { intent_id } => out::line(&engine.evidence(&Id::new(intent_id)?)?)?,
        JournalCall::Replay { intent_id } => {
            let again = engine.judge_again(&Id::new(intent_id)?)?;
            match again.scoring {
                Scoring::ModelChanged => eprintln!(
                    "another model is here now: the score is the one that was kept, the decision was made again"
                ),
                Scoring::Again | Scoring::NoScore => {}
            }
            out::line(&again)?;
            if !again.same {
                return Err(Failure::new(
                    "replay_differs",
                    "the decision came out otherwise than it was answered",
                ));
            }
        }
        JournalCall::Show { last } => engine.journal(*last)?.iter().try_for_each(out::line)?,
    }
    Ok(Malformed::default())
}

/// Forgets.
pub fn forget(cli: &Cli, forget: &ForgetArgs) -> Result<Malformed, Failure> {
    let what = match (&forget.payee, &forget.agent) {
        (Some(payee), _) => Forget::Payee(Id::new(payee)?),
        (None, Some(agent)) => Forget::Agent(Id::new(agent)?),
        (None, None) => Forget::Everything,
    };
    out::line(&store::open(cli)?.forget(&what)?)?;
    Ok(Malformed::default())
}
