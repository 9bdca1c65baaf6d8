//! Playing a whisper in the terminal as a device would show, speak and let it be felt, and taking the answer by typing.

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::{Command, Stdio};
use std::time::Instant;

use assent::{
    Channel, Checked, Device, EngineError, Given, Id, Language, Presence, Replied, ReplyEvent, State, Tongue,
    View, Wait, Waiting,
};
use serde_json::json;

use crate::args::{self, Cli};
use crate::lines::Malformed;
use crate::out::{self, Failure};
use crate::store::Opener;

/// Plays what the call names: one whisper, several together, the check, or the list of what waits.
pub fn run(cli: &Cli, call: &args::Whisper) -> Result<Malformed, Failure> {
    let language = call.language.as_deref().map(Language::parse).transpose()?;
    let opener = Opener::of(cli)?;
    match (&call.intent_id, &call.together) {
        _ if call.check => check(call, &opener, language)?,
        (Some(id), _) => one(call, &opener, &Id::new(id)?, language.as_ref())?,
        (None, Some(agent)) => together(call, &opener, &Id::new(agent)?, language.as_ref())?,
        (None, None) => list(&opener)?,
    }
    Ok(Malformed::default())
}

fn device(call: &args::Whisper) -> Device {
    Device { channel: call.device.into(), moving: call.moving }
}

/// What waits for a reply, each on a line; for a person how to answer.
fn list(opener: &Opener) -> Result<(), Failure> {
    let waiting: Vec<Waiting> = opener.open()?.open_whispers()?;
    match waiting.len() {
        0 => eprintln!("nothing waits for your reply"),
        1 => eprintln!("1 whisper waits for your reply; answer it with: assent whisper ID"),
        more => eprintln!("{more} whispers wait for your reply; answer one with: assent whisper ID"),
    }
    let later = waiting.iter().filter(|one| one.waits_for == Some(Wait::Later));
    let mut agents: Vec<&str> = later.map(|one| one.agent.as_str()).collect();
    agents.sort_unstable();
    agents.dedup();
    agents.iter().for_each(|agent| {
        eprintln!("what was put off can be asked together: assent whisper --together {agent}")
    });
    waiting.iter().try_for_each(out::line)
}

/// One whisper, asked until it is answered, put off or nobody answers.
fn one(call: &args::Whisper, opener: &Opener, id: &Id, language: Option<&Language>) -> Result<(), Failure> {
    loop {
        let whisper = opener.open()?.show_in_language(id, device(call), language)?;
        eprintln!("{}", drawn(&whisper));
        out::line(&whisper)?;
        if call.speak && !whisper.ssml.is_empty() {
            speak(&whisper.ssml, &whisper.language);
        }
        let shown = Instant::now();
        let Some(words) = answer(call)? else { return Ok(()) };
        let took_ms =
            call.answer.is_none().then(|| u32::try_from(shown.elapsed().as_millis()).unwrap_or(u32::MAX));
        let given = Given { token: whisper.token.clone(), took_ms, ..given(call, &words) };
        // The store is given back while the user thinks, so another device may have been first.
        let replied = match opener.open()?.answer(id, &given) {
            Err(EngineError::Answered(state)) => {
                eprintln!("it was answered on another device: {}", state.as_str());
                return out::line(&json!({"intent_id": id, "state": state}));
            }
            replied => replied?,
        };
        tell(&replied);
        out::line(&replied)?;
        if replied.state != State::Asked || call.answer.is_some() || replied.waits_for.is_some() {
            return Ok(());
        }
    }
}

/// Several questions in one.
fn together(
    call: &args::Whisper,
    opener: &Opener,
    agent: &Id,
    language: Option<&Language>,
) -> Result<(), Failure> {
    let tongue = language.map_or(Tongue::English, Language::tongue);
    let Some(batch) = opener.open()?.batch(agent, tongue)? else {
        eprintln!("nothing of this agent's can be asked together; `assent whisper` lists what waits");
        return Ok(());
    };
    eprintln!("{}\n  voice  {}\n  [{}]", batch.show, batch.speak, batch.button);
    out::line(&batch)?;
    let Some(words) = answer(call)? else { return Ok(()) };
    let replied = opener.open()?.answer_batch(&given(call, &words))?;
    if replied.is_empty() {
        eprintln!("that was no clear yes or no, or not strong enough; nothing is answered");
    }
    replied.iter().try_for_each(out::line)
}

/// The check whether the user reads.
fn check(call: &args::Whisper, opener: &Opener, language: Option<Language>) -> Result<(), Failure> {
    let language = match language {
        Some(language) => language,
        None => Language::parse("en")?,
    };
    let Some(whisper) = opener.open()?.check(device(call), &language)? else {
        eprintln!("no check is due");
        return Ok(());
    };
    eprintln!("{}", drawn(&whisper));
    out::line(&whisper)?;
    let Some(words) = answer(call)? else { return Ok(()) };
    let checked: Checked = opener.open()?.answer_check(&given(call, &words))?;
    eprintln!("{}", checked.note);
    out::line(&checked)
}

/// The answer of the call, or a line that is typed; `None` where nobody types any more.
fn answer(call: &args::Whisper) -> Result<Option<String>, Failure> {
    if let Some(words) = &call.answer {
        return Ok(Some(words.clone()));
    }
    if io::stdin().is_terminal() {
        eprint!("your reply: ");
        let _ = io::stderr().flush();
    }
    let mut line = String::new();
    let read =
        io::stdin().lock().read_line(&mut line).map_err(|error| Failure::new("input", error.to_string()))?;
    Ok((read > 0).then(|| line.trim().to_owned()))
}

/// The words as this device takes them: spoken to glasses, in cars and at the wheel, touched elsewhere.
fn given(call: &args::Whisper, words: &str) -> Given {
    let device = device(call);
    let listens = device.moving || matches!(device.channel, Channel::Glasses | Channel::Cockpit);
    let how = call.given.unwrap_or(if listens { args::Given::Voice } else { args::Given::Touch });
    let (event, presence) = match how {
        args::Given::Voice => (ReplyEvent::Spoken { words: words.to_owned() }, Presence::Unknown),
        args::Given::Touch => (ReplyEvent::Typed { words: words.to_owned() }, Presence::Unlocked),
        args::Given::Biometric => (ReplyEvent::Typed { words: words.to_owned() }, Presence::Biometric),
    };
    Given { device, ..Given::on(device.channel, event, presence) }
}

/// Tells a person what their reply came to, beyond its state.
pub fn tell(replied: &Replied) {
    replied.answer.iter().for_each(|answer| eprintln!("{answer}"));
    replied.reasons.iter().for_each(|reason| eprintln!("{}", reason.text));
    match replied.waits_for {
        Some(Wait::Parked) => eprintln!("it waits until you are parked"),
        Some(Wait::StrongerDevice) => eprintln!("it waits for a device that can take a stronger reply"),
        Some(Wait::Later) | None => {}
    }
    if let Some(suggested) = &replied.suggests {
        eprintln!(
            "{}\nanswer with: assent mandate accept {} yes",
            suggested.read_back,
            suggested.id.as_str()
        );
    }
}

/// A whisper as text: what is felt and heard first, what is shown, what is spoken, and what may be answered.
fn drawn(whisper: &assent::Whisper) -> String {
    let mut lines =
        vec![format!("{}{}", whisper.channel.as_str(), if whisper.moving { ", driving" } else { "" })];
    let pulses: String = whisper
        .haptic
        .pulses_ms
        .iter()
        .enumerate()
        .map(|(at, ms)| {
            if at % 2 == 1 {
                ' '
            } else if *ms < 60 {
                '·'
            } else if *ms < 200 {
                '–'
            } else {
                '━'
            }
        })
        .collect();
    lines.push(format!("  feel   {} {pulses}", whisper.haptic.name));
    lines.push(format!("  sound  {}", whisper.earcon));
    for View { surface, title, lines: shown, actions, .. } in &whisper.views {
        lines.push(format!("  {surface:?}").to_lowercase());
        lines.extend(title.iter().map(|title| format!("    {title}")));
        lines.extend(shown.iter().map(|line| format!("    {line}")));
        let buttons: Vec<String> = actions.iter().map(|action| format!("[{}]", action.says)).collect();
        lines.push(format!("    {}", buttons.join(" ")));
    }
    if !whisper.speak.is_empty() {
        lines.push(format!("  voice  {}", whisper.speak));
    }
    lines.extend(whisper.challenge.iter().map(|challenge| format!("  word   {}", challenge.prompt)));
    match whisper.waits_for {
        Some(Wait::Parked) => lines.push("  waits until you are parked".to_owned()),
        Some(Wait::StrongerDevice) => lines.push("  waits for a stronger device".to_owned()),
        Some(Wait::Later) => lines.push("  waits quietly for a better moment".to_owned()),
        None => {}
    }
    lines.join("\n")
}

/// Speaks through `espeak-ng`, which understands SSML; nothing happens where it is not installed.
fn speak(ssml: &str, language: &str) {
    let voice = if language.starts_with("zh") { "cmn" } else { "en" };
    let started = Command::new("espeak-ng")
        .args(["-m", "-v", voice, "--stdin"])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(mut child) => {
            if let Some(mut input) = child.stdin.take() {
                let _ = input.write_all(ssml.as_bytes());
            }
            let _ = child.wait();
        }
        Err(_) => eprintln!("assent: `espeak-ng` is not installed, so nothing is spoken"),
    }
}
