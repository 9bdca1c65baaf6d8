//! Standing wishes, and how the user wants to be asked.

use assent::{Given, Id, Language, Money, Text, Tongue};
use serde_json::json;

use crate::args::{Cli, Prefer};
use crate::lines::Malformed;
use crate::out::{self, Failure};
use crate::store;

/// Proposes a mandate from a sentence: the proposal as JSON, and what it would allow as a person reads it.
pub fn propose(cli: &Cli, sentence: &str, language: Option<&str>) -> Result<(), Failure> {
    let tongue = match language {
        Some(tag) => Language::parse(tag)?.tongue(),
        None if sentence.chars().any(|c| ('\u{3400}'..='\u{9FFF}').contains(&c)) => Tongue::Chinese,
        None => Tongue::English,
    };
    let proposed = store::open(cli)?.propose(sentence, tongue)?;
    match &proposed.proposal {
        Some(proposal) => {
            eprintln!("{}", proposal.read_back);
            eprintln!("answer with: assent mandate accept {} yes", proposal.id.as_str());
        }
        None => proposed.missing.iter().for_each(|missing| eprintln!("{}", missing.text)),
    }
    out::line(&proposed)
}

/// Takes the reply to a proposal.
pub fn accept(cli: &Cli, id: &str, words: &str) -> Result<(), Failure> {
    let accepted = store::open(cli)?.accept(&Id::new(id)?, &Given::typed(words))?;
    accepted.reasons.iter().for_each(|reason| eprintln!("{}", reason.text));
    out::line(&accepted)
}

/// Gives a payee the user's own name, or takes it away.
pub fn alias(cli: &Cli, payee: &str, name: Option<&str>) -> Result<Malformed, Failure> {
    let (payee, alias) = (Id::new(payee)?, name.map(|name| Text::line(name, LONGEST_ALIAS)).transpose()?);
    store::open(cli)?.set_alias(&payee, alias.as_ref())?;
    out::line(&json!({"payee": payee, "alias": alias}))?;
    Ok(Malformed::default())
}

/// The longest name, in characters: longer ones are no names, and a whisper would cut them.
const LONGEST_ALIAS: usize = 40;

/// Sets how the user wants to be asked, and shows what holds.
pub fn prefer(cli: &Cli, prefer: &Prefer) -> Result<Malformed, Failure> {
    let engine = store::open(cli)?;
    let mut wanted = engine.preferences()?;
    wanted.whispers_a_day = prefer.whispers_a_day.unwrap_or(wanted.whispers_a_day);
    wanted.whispers_a_week = prefer.whispers_a_week.unwrap_or(wanted.whispers_a_week);
    wanted.wait_seconds = prefer.wait.or(wanted.wait_seconds);
    for tier in &prefer.tier {
        let wrong = || {
            Failure::new("tier", format!("`{tier}` is no pair of amounts; write for example CNY=200,1000"))
        };
        let (code, amounts) = tier.split_once('=').ok_or_else(wrong)?;
        let (low, high) = amounts.split_once(',').ok_or_else(wrong)?;
        let money = |amount: &str| format!("{amount} {code}").parse::<Money>().map_err(|_| wrong());
        if !wanted.tiers.set(money(low)?, money(high)?) {
            return Err(wrong());
        }
    }
    let changes =
        prefer.whispers_a_day.is_some() || prefer.whispers_a_week.is_some() || prefer.wait.is_some();
    let holds = if changes || !prefer.tier.is_empty() { engine.prefer(wanted)? } else { wanted };
    out::line(&holds)?;
    Ok(Malformed::default())
}
