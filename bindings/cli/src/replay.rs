//! Judging a timeline of many users on all cores, with verdicts in the order of the lines.
//!
//! One thread reads lines; each batch of what has arrived is judged user by user in parallel, because a user's own lines depend on each
//! other and on nobody else's. A slow pipe makes small batches, so that it stays interactive.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, IsTerminal};
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use assent::{
    Context, Decision, Id, Intent, Malformed as Refused, Mandate, PastPayment, Profile, Rules, SaidSlot, json,
};
use comfy_table::{Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::tz::TimeZone;
use rayon::prelude::*;
use serde_json::{Value, json as object};

use crate::args::{Cli, Replay};
use crate::lines::{self, Line, Malformed};
use crate::out::{self, Failure};
use crate::{store, validate};

/// The most lines in one batch: enough to keep every core busy, few enough that progress shows.
const BATCH: usize = 4096;
/// The most bytes in one batch, and the most lines that wait for the next: a timeline of giant lines takes bounded memory.
const BATCH_BYTES: usize = 16 * 1024 * 1024;
const WAITING: usize = 64;

/// Replays a timeline.
pub fn run(cli: &Cli, replay: &Replay) -> Result<Malformed, Failure> {
    let rules = rules(cli, replay)?;
    let started = Instant::now();
    let progress = progress(&replay.file);
    let mut profiles: HashMap<Id, Profile> = HashMap::new();
    let (mut malformed, mut summary) = (Malformed::default(), Summary::default());

    let input = lines::open(&replay.file)?;
    let (send, receive) = mpsc::sync_channel(WAITING);
    let reader = std::thread::spawn(move || read(input, &send));
    while let Ok(first) = receive.recv() {
        let (batch, bytes) = gather(first, &receive);
        for (line, answer) in judge_batch(&rules, replay, &mut profiles, batch) {
            match answer {
                Answer::Learned => summary.learned = summary.learned.saturating_add(1),
                Answer::Skipped => {}
                Answer::Refused(_) if line <= replay.after => {}
                Answer::Refused(refused) => malformed.answer(line, &refused)?,
                Answer::Judged { decision, label, line: answered } => {
                    summary.count(decision, label);
                    out::line(&answered)?;
                }
            }
        }
        progress.inc(bytes as u64);
    }
    progress.finish_and_clear();
    match reader.join() {
        Ok(read) => read.map_err(|error| Failure::file(&replay.file, &error))?,
        Err(_) => return Err(Failure::new("file", "the reading of the timeline broke off")),
    }
    summary.tell(started.elapsed(), malformed.0, profiles.len());
    Ok(malformed)
}

/// A batch of what has arrived. A fast reader gets a moment to bring more, so that batches are large where there is much to do.
fn gather(first: Line, receive: &mpsc::Receiver<Line>) -> (Vec<Line>, usize) {
    let mut bytes = first.bytes.len().saturating_add(1);
    let mut batch = vec![first];
    while batch.len() < BATCH && bytes < BATCH_BYTES {
        let Ok(line) = receive.recv_timeout(Duration::from_millis(1)) else { break };
        bytes = bytes.saturating_add(line.bytes.len()).saturating_add(1);
        batch.push(line);
    }
    (batch, bytes)
}

fn rules(cli: &Cli, replay: &Replay) -> Result<Rules, Failure> {
    let mut rules = Rules { model: store::model(cli), mandates: Mandate::default_set(), zone: TimeZone::UTC };
    if cli.zone.is_some() {
        rules.zone = store::zone(cli)?;
    }
    if let Some(file) = &replay.mandate {
        let bytes = lines::read_all(file, 1024 * 1024)?;
        let text = json::text(&bytes)?;
        rules.mandates = mandates(text)?;
    }
    Ok(rules)
}

/// One mandate over any number of lines, or one on each line.
fn mandates(text: &str) -> Result<Vec<Mandate>, Failure> {
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    if lines().next().is_none() {
        return Err(Failure::new("empty", "the file with the mandate is empty"));
    }
    match Mandate::from_json(text) {
        Ok(mandate) => Ok(vec![mandate]),
        Err(refused) if lines().any(|line| !line.trim_end().ends_with('}')) || lines().count() == 1 => {
            Err(refused.into())
        }
        Err(_) => Ok(lines().map(Mandate::from_json).collect::<Result<_, _>>()?),
    }
}

fn read(mut input: Box<dyn io::BufRead + Send>, send: &mpsc::SyncSender<Line>) -> io::Result<()> {
    let mut number = 0;
    while let Some(line) = lines::next(&mut *input, &mut number)? {
        if send.send(line).is_err() {
            break;
        }
    }
    Ok(())
}

/// What a line asks for.
enum Asked {
    Learn(Box<PastPayment>),
    Judge(Box<(Intent, Context, Option<Value>)>),
}

/// What a line came to.
enum Answer {
    Learned,
    Skipped,
    Refused(Refused),
    Judged { decision: Option<Decision>, label: Option<String>, line: Value },
}

fn judge_batch(
    rules: &Rules,
    replay: &Replay,
    profiles: &mut HashMap<Id, Profile>,
    batch: Vec<Line>,
) -> Vec<(usize, Answer)> {
    let parsed: Vec<_> = batch.into_par_iter().map(|line| (line.number, parse(&line))).collect();
    let mut answers = Vec::with_capacity(parsed.len());
    let mut by_user: BTreeMap<Id, Vec<(usize, Asked)>> = BTreeMap::new();
    for (number, line) in parsed {
        match line {
            Ok((user, asked)) => by_user.entry(user).or_default().push((number, asked)),
            Err(refused) => answers.push((number, Answer::Refused(refused))),
        }
    }
    let work: Vec<_> = by_user
        .into_iter()
        .map(|(user, lines)| {
            let profile = profiles.remove(&user).unwrap_or_default();
            (user, profile, lines)
        })
        .collect();
    let done: Vec<_> = work
        .into_par_iter()
        .map(|(user, mut profile, lines)| {
            let answers: Vec<_> = lines
                .into_iter()
                .map(|(number, asked)| (number, answer(rules, replay, &user, &mut profile, number, asked)))
                .collect();
            (user, profile, answers)
        })
        .collect();
    for (user, profile, user_answers) in done {
        profiles.insert(user, profile);
        answers.extend(user_answers);
    }
    answers.sort_by_key(|(number, _)| *number);
    answers
}

fn parse(line: &Line) -> Result<(Id, Asked), Refused> {
    let text = json::text(&line.bytes)?;
    let members = json::split(text, &["user", "payment", "intent", "context", "label"])?;
    let user = Id::new(&json::string(&members, "user")?).map_err(|refused| refused.within("user"))?;
    let raw = |key: &str| members.iter().find(|(name, _)| name == key).map(|(_, raw)| *raw);
    match (raw("payment"), raw("intent")) {
        (Some(payment), None) => {
            if raw("context").is_some() {
                return Err(Refused::new(
                    assent::Code::UnknownKey,
                    "context",
                    "a past payment has no context",
                ));
            }
            let payment = PastPayment::from_json(payment).map_err(|refused| refused.within("payment"))?;
            Ok((user, Asked::Learn(Box::new(payment))))
        }
        (None, Some(intent)) => {
            let intent = Intent::from_json(intent).map_err(|refused| refused.within("intent"))?;
            let label = raw("label").map(|raw| serde_json::from_str(raw).unwrap_or(Value::Null));
            Ok((user, Asked::Judge(Box::new((intent, validate::context(&members)?, label)))))
        }
        _ => Err(Refused::new(assent::Code::Contradiction, "", "give `payment` or `intent`, one of them")),
    }
}

fn answer(
    rules: &Rules,
    replay: &Replay,
    user: &Id,
    profile: &mut Profile,
    number: usize,
    asked: Asked,
) -> Answer {
    match asked {
        Asked::Learn(payment) => {
            profile.learn(&payment);
            Answer::Learned
        }
        Asked::Judge(_) if number <= replay.after => Answer::Skipped,
        Asked::Judge(asked) => {
            let (intent, context, label) = *asked;
            let (decision, mut line) = if replay.features {
                let features = rules.features(profile, &intent, &context);
                let habit = features.as_ref().map(|features| features.habit.as_slice());
                let said = features.as_ref().and_then(|features| features.said.as_ref()).map(|slots| {
                    let row = |slot: &SaidSlot| object!({"slot": slot.slot, "row": slot.row.as_slice()});
                    slots.iter().map(row).collect::<Vec<_>>()
                });
                (None, object!({"intent_id": intent.id, "habit": habit, "said": said}))
            } else {
                let verdict = rules.judge(profile, &intent, &context);
                (Some(verdict.decision), object!(verdict))
            };
            if let Some(fields) = line.as_object_mut() {
                fields.insert("line".to_owned(), object!(number));
                fields.insert("user".to_owned(), object!(user));
                label.iter().for_each(|label| drop(fields.insert("label".to_owned(), label.clone())));
            }
            Answer::Judged { decision, label: label.map(|label| label.to_string()), line }
        }
    }
}

/// What a replay came to, in all and for each label.
#[derive(Debug, Default)]
struct Summary {
    learned: usize,
    judged: usize,
    by_label: BTreeMap<String, BTreeMap<Decision, usize>>,
}

impl Summary {
    fn count(&mut self, decision: Option<Decision>, label: Option<String>) {
        self.judged = self.judged.saturating_add(1);
        if let Some(decision) = decision {
            let decisions = self.by_label.entry(label.unwrap_or_else(|| "none".to_owned())).or_default();
            let count = decisions.entry(decision).or_default();
            *count = count.saturating_add(1);
        }
    }

    fn tell(&self, took: Duration, malformed: usize, users: usize) {
        let rate = self.judged as f64 / took.as_secs_f64().max(1e-9);
        eprintln!(
            "{} payments learned and {} intents judged for {users} users in {:.1} s ({rate:.0} intents a second); {malformed} malformed lines",
            self.learned,
            self.judged,
            took.as_secs_f64(),
        );
        let mut table = Table::new();
        table
            .load_style(presets::UTF8_HORIZONTAL_ONLY)
            .set_header(["label", "intents", "approve", "escalate", "decline"]);
        for (label, decisions) in &self.by_label {
            let all: usize = decisions.values().sum();
            let share = |decision: Decision| {
                let count = decisions.get(&decision).copied().unwrap_or_default();
                format!("{count} ({:.1} %)", 100.0 * count as f64 / all.max(1) as f64)
            };
            table.add_row([
                label.clone(),
                all.to_string(),
                share(Decision::Approve),
                share(Decision::Escalate),
                share(Decision::Decline),
            ]);
        }
        if !self.by_label.is_empty() {
            eprintln!("{table}");
        }
    }
}

fn progress(file: &Path) -> ProgressBar {
    let size = std::fs::metadata(file).map(|meta| meta.len()).ok();
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match size {
        Some(bytes) => (ProgressBar::new(bytes), "{bar:40} {percent} % {bytes_per_sec}, {eta} left"),
        None => (ProgressBar::new_spinner(), "{spinner} {bytes} read"),
    };
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}
