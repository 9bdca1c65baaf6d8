//! Judging intents, answering whispers, closing payments.

use std::path::Path;

use assent::{
    Context, Currency, Engine, Id, Language, Malformed as Refused, Money, Outcome, Paid, Presented,
    ReplyNeeded, State, json, numerals,
};
use serde_json::json as object;

use crate::args::Cli;
use crate::lines::{self, Malformed};
use crate::out::{self, Failure};
use crate::store::{self, Opener};

/// A verdict for each line `{"intent": …, "context"?: …, "signature"?: …}`. On a pipe the store is given back between lines, so that the user can reply to
/// a whisper while the agent's pipe stays open.
pub fn run(cli: &Cli, dry_run: bool, file: &Path) -> Result<Malformed, Failure> {
    let opener = if dry_run { Opener::to_look(cli)? } else { Opener::of(cli)? };
    let held = if file.as_os_str() == "-" { None } else { Some(opener.open()?) };
    lines::for_each(file, |line| {
        let (presented, context) = match read(line) {
            Ok(pair) => pair,
            Err(refused) => return Ok(Err(refused)),
        };
        let verdict = match &held {
            Some(engine) => judge(engine, dry_run, &presented, &context)?,
            None => judge(&opener.open()?, dry_run, &presented, &context)?,
        };
        out::line(&verdict).map(Ok)
    })
}

fn judge(
    engine: &Engine,
    dry_run: bool,
    presented: &Presented,
    context: &Context,
) -> Result<assent::Verdict, Failure> {
    Ok(match dry_run {
        true => engine.rehearse_presented(presented, context)?,
        false => engine.validate_presented(presented, context)?,
    })
}

fn read(line: &str) -> Result<(Presented, Context), Refused> {
    let members = json::split(line, &["intent", "context", "signature"])?;
    let intent = json::member(&members, "intent")?;
    let signature = match members.iter().any(|(key, _)| key == "signature") {
        true => Some(json::string(&members, "signature")?.parse()?),
        false => None,
    };
    let presented = Presented::from_json(intent, signature).map_err(|refused| refused.within("intent"))?;
    Ok((presented, context(&members)?))
}

/// The context among a line's members; an empty one where there is none.
pub fn context(members: &[(String, &str)]) -> Result<Context, Refused> {
    match members.iter().find(|(key, _)| key == "context") {
        Some((_, raw)) => Context::from_json(raw).map_err(|refused| refused.within("context")),
        None => Ok(Context::default()),
    }
}

/// The user's reply to an open whisper.
pub fn reply(cli: &Cli, intent_id: &str, words: &str, given: ReplyNeeded) -> Result<Malformed, Failure> {
    let engine = store::open(cli)?;
    let replied = engine.reply(&Id::new(intent_id)?, words, given)?;
    match replied.needs {
        Some(ReplyNeeded::Biometric) => {
            eprintln!("this payment needs more than that; confirm it with your biometric (`--as biometric`)")
        }
        Some(_) => {
            eprintln!("this payment needs more than a voice; touch the button that names it (`--as touch`)")
        }
        None => {}
    }
    crate::whisper::tell(&replied);
    out::line(&replied)?;
    Ok(Malformed::default())
}

/// What each reply of a file means; no store is opened.
pub fn read_replies(file: &Path) -> Result<Malformed, Failure> {
    lines::for_each(file, |line| match read_reply(line) {
        Ok(meaning) => out::line(&object!({"meaning": meaning})).map(Ok),
        Err(refused) => Ok(Err(refused)),
    })
}

fn read_reply(line: &str) -> Result<assent::Meaning, Refused> {
    let members = json::split(line, &["words", "language", "whisper"])?;
    let words = json::string(&members, "words")?;
    let language = match members.iter().any(|(key, _)| key == "language") {
        true => Some(
            Language::parse(&json::string(&members, "language")?)
                .map_err(|refused| refused.within("language"))?,
        ),
        false => None,
    };
    let asked = members.iter().find(|(key, _)| key == "whisper").and_then(|(_, raw)| amount_in(raw));
    Ok(assent::read_reply(&words, language.map(|language| language.tongue()), asked))
}

/// The amount that a whisper names, where it names one: the whisper as a verdict holds it, or its text alone.
fn amount_in(whisper: &str) -> Option<Money> {
    let texts: Vec<String> = match serde_json::from_str(whisper).ok()? {
        serde_json::Value::String(text) => vec![text],
        serde_json::Value::Object(fields) => ["button", "show", "speak"]
            .iter()
            .filter_map(|key| fields.get(*key)?.as_str().map(str::to_owned))
            .collect(),
        _ => return None,
    };
    texts.iter().find_map(|text| {
        numerals::find(text).iter().find_map(|found| found.value.in_currency(*found.currencies.first()?))
    })
}

/// What was really paid, as the options say.
pub fn paid(amount: Option<(&str, &str)>, payee: Option<&str>) -> Result<Option<Paid>, Failure> {
    let amount = amount.map(|(amount, currency)| {
        let known = Currency::from_code(currency).ok_or_else(|| {
            Failure::new("unknown_currency", "write a currency of ISO 4217 in upper case, such as `CNY`")
        })?;
        Money::parse(amount, known).map_err(|error| Failure::new("bad_amount", error.to_string()))
    });
    let paid = Paid { amount: amount.transpose()?, payee: payee.map(Id::new).transpose()? };
    Ok((paid != Paid::default()).then_some(paid))
}

/// What became of a payment.
pub fn outcome(
    cli: &Cli,
    intent_id: &str,
    outcome: Outcome,
    paid: Option<Paid>,
) -> Result<Malformed, Failure> {
    let id = Id::new(intent_id)?;
    let closed = match paid {
        Some(_) if outcome != Outcome::Settled => {
            return Err(Failure::new("usage", "what was paid is said of a payment that is `settled`"));
        }
        Some(paid) => store::open(cli)?.settled(&id, &paid)?,
        None => store::open(cli)?.outcome(&id, outcome)?,
    };
    if closed.state == State::Void {
        eprintln!(
            "this is not what was approved: the approval is void, and the money that left stays counted"
        );
    }
    out::line(&closed)?;
    Ok(Malformed::default())
}
