//! Judging intents, answering whispers, closing payments.

use std::path::Path;

use assent::{Context, Engine, Id, Intent, Language, Malformed as Refused, Outcome, json};
use serde_json::json as object;

use crate::args::Cli;
use crate::lines::{self, Malformed};
use crate::out::{self, Failure};
use crate::store;

/// A verdict for each line `{"intent": …, "context"?: …}`.
pub fn run(cli: &Cli, dry_run: bool, file: &Path) -> Result<Malformed, Failure> {
    let engine = store::open(cli)?;
    lines::for_each(file, |line| {
        let (intent, context) = match read(line) {
            Ok(pair) => pair,
            Err(refused) => return Ok(Err(refused)),
        };
        let verdict = judge(&engine, dry_run, &intent, &context)?;
        out::line(&verdict).map(Ok)
    })
}

fn judge(
    engine: &Engine,
    dry_run: bool,
    intent: &Intent,
    context: &Context,
) -> Result<assent::Verdict, Failure> {
    Ok(if dry_run { engine.rehearse(intent, context)? } else { engine.validate(intent, context)? })
}

fn read(line: &str) -> Result<(Intent, Context), Refused> {
    let members = json::split(line, &["intent", "context"])?;
    let intent = json::member(&members, "intent")?;
    let intent = Intent::from_json(intent).map_err(|refused| refused.within("intent"))?;
    Ok((intent, context(&members)?))
}

/// The context among a line's members; an empty one where there is none.
pub fn context(members: &[(String, &str)]) -> Result<Context, Refused> {
    match members.iter().find(|(key, _)| key == "context") {
        Some((_, raw)) => Context::from_json(raw).map_err(|refused| refused.within("context")),
        None => Ok(Context::default()),
    }
}

/// The user's reply to an open whisper.
pub fn reply(cli: &Cli, intent_id: &str, words: &str) -> Result<Malformed, Failure> {
    let engine = store::open(cli)?;
    let replied = engine.reply(&Id::new(intent_id)?, words)?;
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
    Ok(assent::read_reply(&words, language.map(|language| language.tongue()), None))
}

/// What became of a payment.
pub fn outcome(cli: &Cli, intent_id: &str, outcome: Outcome) -> Result<Malformed, Failure> {
    let engine = store::open(cli)?;
    out::line(&engine.outcome(&Id::new(intent_id)?, outcome)?)?;
    Ok(Malformed::default())
}
