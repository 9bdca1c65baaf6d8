//! Several small questions of one agent asked in one whisper: what was put off, is low and alarms nobody, together not more than one low
//! amount. One yes pays exactly those that were shown, each held against the rules by itself.

use assent_store::Table;
use assent_types::{Assurance, Id, Look, Moment, Money, Tongue, Wait};
use assent_whisper::{Hearing, Meaning, amount, phrase, spoken_amount, understand};
use serde::{Deserialize, Serialize};

use crate::assurance::{WAITS, strength};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ledger::{self, State};
use crate::preferences;
use crate::replies::{Given, Replied};
use crate::whispers::{self, Waiting};

/// Several questions as one.
#[derive(Clone, PartialEq, Serialize)]
pub struct Batch {
    /// The agent that asks.
    pub agent: Id,
    /// The intents, in the order in which they lapse.
    pub intents: Vec<Id>,
    /// What a yes pays in all.
    pub amount: Money,
    /// One line to show.
    pub show: String,
    /// One sentence to speak.
    pub speak: String,
    /// What the button says.
    pub button: String,
    /// The assurance that a yes needs: a touch on an unlocked device.
    pub assurance: Assurance,
    /// Silence until then means no.
    pub lapses_at: Moment,
}

impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Batch({} intents, …)", self.intents.len())
    }
}

/// The batch that is out.
#[derive(Serialize, Deserialize)]
struct Out {
    intents: Vec<Id>,
    amount: Money,
    tongue: Tongue,
    lapses_at: Moment,
}

const KEY: &str = "batch";
/// More than this nobody reads in one glance.
const MOST: usize = 5;

impl Engine {
    /// The questions of this agent that can be asked together; `None` where there are fewer than two.
    pub fn batch(&self, agent: &Id, tongue: Tongue) -> Result<Option<Batch>, EngineError> {
        let waiting = self.open_whispers()?;
        self.store.write(|book| {
            let preferences = preferences::of(book)?;
            let mut chosen: Vec<&Waiting> = Vec::new();
            let mut sum: Option<Money> = None;
            for one in waiting.iter().filter(|one| one.agent == *agent && is_small(one)) {
                let with = match sum {
                    None => Some(one.amount),
                    Some(sum) => sum.checked_add(one.amount).ok(),
                };
                let low = |sum: &Money| {
                    preferences.tiers.bounds(sum.currency()).is_some_and(|b| sum.minor() <= b.low.minor())
                };
                if let Some(with) = with.filter(low).filter(|_| chosen.len() < MOST) {
                    chosen.push(one);
                    sum = Some(with);
                }
            }
            let (Some(sum), Some(first)) = (sum.filter(|_| chosen.len() > 1), chosen.first()) else {
                return Ok(None);
            };
            let mut names: Vec<String> = Vec::new();
            for one in &chosen {
                let open = whispers::of(book, &one.intent_id)?;
                let name = open.map_or_else(|| one.payee_name.clone(), |open| open.asking.payee.label);
                let quoted = phrase(
                    tongue,
                    "payee",
                    &[("label", name.as_str().replace(['“', '”', '「', '」', '"'], "'"))],
                );
                names.extend(quoted.filter(|name| !names.contains(name)));
            }
            let payees = names.join(if tongue == Tongue::Chinese { "、" } else { ", " });
            let say = |id: &str, amount: String| {
                let values = [
                    ("count", chosen.len().to_string()),
                    ("payees", payees.clone()),
                    ("amount", amount.clone()),
                ];
                phrase(tongue, id, &values).unwrap_or(amount)
            };
            let now = Clock::system(&self.zone);
            let patience = now.plus_seconds(preferences.wait().unwrap_or(WAITS));
            let lapses_at =
                if matches!(self.clock, Clock::Intent) { patience } else { patience.min(first.lapses_at) };
            let batch = Batch {
                agent: agent.clone(),
                intents: chosen.iter().map(|one| one.intent_id.clone()).collect(),
                amount: sum,
                show: say("batch-show", amount(sum, tongue)),
                speak: say("batch-speak", spoken_amount(sum, tongue)),
                button: say("batch-button", amount(sum, tongue)),
                assurance: Assurance::Unlocked,
                lapses_at,
            };
            let out = Out { intents: batch.intents.clone(), amount: sum, tongue, lapses_at };
            book.put(Table::Settings, KEY, &out)?;
            Ok(Some(batch))
        })
    }

    /// Takes the reply to the batch that was shown last: a yes or a no answers each of its intents, anything else none.
    ///
    /// # Errors
    /// [`EngineError::NoOpenWhisper`] where no batch is out or it lapsed.
    pub fn answer_batch(&self, given: &Given) -> Result<Vec<Replied>, EngineError> {
        let out = self.store.write(|book| {
            let out: Out = book.get(Table::Settings, KEY)?.ok_or(EngineError::NoOpenWhisper)?;
            let hearing = Hearing {
                event: &given.event,
                tongue: Some(out.tongue),
                asked: Some(out.amount),
                spoken: None,
                challenge: None,
            };
            let meaning = understand(&hearing).meaning;
            let strong = strength(&given.event, given.device, given.presence, false) >= Assurance::Unlocked;
            let lapsed = out.lapses_at.timestamp() < Clock::system(&self.zone).timestamp();
            let counts = meaning == Meaning::No || meaning == Meaning::Yes && strong && !given.while_speaking;
            if counts || lapsed {
                book.delete(Table::Settings, KEY)?;
            }
            Ok::<_, EngineError>(if lapsed { None } else { Some((out, counts, meaning == Meaning::Yes)) })
        })?;
        let (out, counts, yes) = out.ok_or(EngineError::NoOpenWhisper)?;
        if !counts {
            return Ok(Vec::new());
        }
        let mut replied = Vec::new();
        for id in &out.intents {
            // One that was answered on another device meanwhile stays answered.
            let still = self.store.read(|book| {
                Ok::<_, EngineError>(
                    ledger::entry(book, id)?.is_some_and(|entry| entry.state == State::Asked),
                )
            })?;
            if still {
                match self.answer(id, &given.without_words(yes)) {
                    Err(EngineError::NoOpenWhisper | EngineError::Answered(_)) => {}
                    answered => replied.push(answered?),
                }
            }
        }
        Ok(replied)
    }
}

/// What may be asked with others: put off, not alarming, and not more than a touch on an unlocked device could answer by itself.
fn is_small(one: &Waiting) -> bool {
    one.waits_for == Some(Wait::Later) && one.look != Look::Alarming && one.assurance <= Assurance::Unlocked
}
