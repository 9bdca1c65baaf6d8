//! The `assent` command: JSON lines on standard output, words for people on standard error.

mod anchor;
mod args;
mod demo;
mod lines;
mod model;
mod out;
mod recover;
mod replay;
mod store;
mod user;
mod validate;
mod wallet;
mod whisper;
mod wish;

use std::process::ExitCode;

use args::{Call, Cli};
use clap::Parser;
use out::Failure;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(malformed) => malformed.exit_code(),
        Err(failure) => {
            failure.tell();
            ExitCode::from(1)
        }
    }
}

fn run(cli: &Cli) -> Result<lines::Malformed, Failure> {
    match &cli.call {
        Call::Demo { language } => demo::run(*language),
        Call::Import { format, file } => user::import(cli, format.map(Into::into), file),
        Call::Validate { dry_run, file } => validate::run(cli, *dry_run, file),
        Call::Replay(replay) => replay::run(cli, replay),
        Call::Reply { read: Some(file), .. } => validate::read_replies(file),
        Call::Reply { intent_id, words, given, .. } => {
            validate::reply(cli, intent_id.as_deref().unwrap_or_default(), &words.join(" "), (*given).into())
        }
        Call::Whisper(whisper) => whisper::run(cli, whisper),
        Call::Alias { payee, name } => wish::alias(cli, payee, name.as_deref()),
        Call::Prefer(prefer) => wish::prefer(cli, prefer),
        Call::Outcome { intent_id, outcome, amount, currency, payee } => {
            let paid = validate::paid(amount.as_deref().zip(currency.as_deref()), payee.as_deref())?;
            validate::outcome(cli, intent_id, (*outcome).into(), paid)
        }
        Call::Mandate(call) => user::mandate(cli, call),
        Call::Agent(call) => user::agent(cli, call),
        Call::Trust(call) => user::trust(cli, call),
        Call::Wallet { json } => wallet::run(cli, *json),
        Call::Journal(call) => user::journal(cli, call),
        Call::Recover { call } => recover::run(cli, call.as_ref()),
        Call::Zone { name } => recover::zone(cli, name.as_deref()),
        Call::Forget(forget) => user::forget(cli, forget),
        Call::Model(call) => model::run(cli, call),
    }
}
