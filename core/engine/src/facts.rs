//! What a verdict was made from, kept sealed beside it and erased with it: enough to decide again, bit for bit.

use assent_model::{FEATURES_VERSION, Features, HABIT_FEATURES, Model, SAID_FEATURES, SaidSlot};
use assent_policy::Mandate;
use assent_protocols::{AgentKey, Presented};
use assent_store::{Reading, Table, Writing};
use assent_types::{Evidence, Tongue};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::decide::Question;
use crate::error::EngineError;
use crate::seen::Seen;
use crate::session::hex;

/// The form of these facts; a later one reads the earlier.
pub(crate) const VERSION: u32 = 1;

/// What one verdict was made from.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// [`VERSION`].
    pub version: u32,
    /// The version of the engine.
    pub engine: String,
    /// The intent's own bytes.
    pub raw: String,
    /// The agent's signature over them.
    pub signature: Option<String>,
    /// The agent's key as it was registered then.
    pub key: Option<AgentKey>,
    /// All that the decision was made from.
    pub question: Question,
    /// What the model looked at; `None` where it did not.
    pub features: Option<Numbers>,
    /// Whether there was any payment of the user to judge from.
    pub has_history: bool,
    /// How the person answered before, from -1 to 1: it moves which score is enough.
    #[serde(default)]
    pub leaning: f64,
    /// The model, where there was one.
    pub model: Option<ModelStamp>,
    /// What the model said.
    pub score: Option<Scored>,
    /// The language of the reasons.
    pub tongue: Tongue,
    /// The mandates that had a say, as JSON.
    pub mandates: Vec<serde_json::Value>,
}

/// A score and the two opinions behind it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// The probability.
    pub score: f64,
    /// The opinions.
    pub evidence: Evidence,
    /// Whether that is familiar.
    pub familiar: bool,
}

/// Which model said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelStamp {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the hashes of its files, by name, each as `name:sha256` and a line break.
    pub files_sha256: String,
    /// SHA-256 of its thresholds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thresholds_sha256: Option<String>,
    /// The version of the features that it looks at.
    pub features_version: u32,
}

impl ModelStamp {
    pub(crate) fn of(model: &Model) -> Self {
        let manifest = &model.info().manifest;
        let files: String =
            manifest.files.iter().map(|(name, file)| format!("{name}:{}\n", file.sha256)).collect();
        Self {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            files_sha256: sha256(files.as_bytes()),
            thresholds_sha256: manifest.files.get("thresholds.json").map(|file| file.sha256.clone()),
            features_version: FEATURES_VERSION,
        }
    }
}

/// Features to the bit: 32-bit floats in little-endian bytes, as hexadecimal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    habit: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    said: Option<Vec<SlotNumbers>>,
}

/// The same for one slot of an order.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct SlotNumbers {
    slot: String,
    row: String,
}

impl Numbers {
    fn of(features: &Features) -> Self {
        let hexadecimal = |row: &[f32]| hex(&row.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>());
        let slot = |slot: &SaidSlot| SlotNumbers { slot: slot.slot.clone(), row: hexadecimal(&slot.row) };
        Self {
            habit: hexadecimal(&features.habit),
            said: features.said.as_ref().map(|slots| slots.iter().map(slot).collect()),
        }
    }

    /// SHA-256 of the bytes, the row on habit before those on words, in the order of the slots.
    pub(crate) fn digest(&self) -> String {
        let rows = std::iter::once(&self.habit).chain(self.said.iter().flatten().map(|slot| &slot.row));
        sha256(&rows.flat_map(|row| bytes(row).unwrap_or_default()).collect::<Vec<u8>>())
    }

    /// The features again; `None` where they have another width than today's.
    pub(crate) fn features(&self) -> Option<Features> {
        let slot = |slot: &SlotNumbers| {
            Some(SaidSlot { slot: slot.slot.clone(), row: floats::<{ SAID_FEATURES.len() }>(&slot.row)? })
        };
        Some(Features {
            habit: floats::<{ HABIT_FEATURES.len() }>(&self.habit)?,
            said: match &self.said {
                Some(slots) => Some(slots.iter().map(slot).collect::<Option<_>>()?),
                None => None,
            },
        })
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes().chunks_exact(2).filter(|_| hex.len().is_multiple_of(2));
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

fn floats<const N: usize>(hex: &str) -> Option<[f32; N]> {
    let words = bytes(hex)?;
    let floats: Vec<f32> = words.as_chunks::<4>().0.iter().map(|word| f32::from_le_bytes(*word)).collect();
    floats.try_into().ok()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

impl Facts {
    pub fn of(
        presented: &Presented,
        key: Option<AgentKey>,
        question: &Question,
        seen: &Seen,
        model: Option<ModelStamp>,
        mandates: &[Mandate],
        tongue: Tongue,
    ) -> Self {
        let judged = seen.judged.as_ref();
        let intent = &presented.intent;
        let speaks = |mandate: &&Mandate| {
            let currency = mandate.grant.as_ref().map(|grant| grant.currency);
            mandate.speaks_of(&intent.agent)
                && currency.is_none_or(|currency| currency == intent.price.currency())
        };
        Self {
            version: VERSION,
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            raw: presented.raw().to_owned(),
            signature: presented.signature().map(ToString::to_string),
            key,
            question: question.clone(),
            features: judged.map(|judged| Numbers::of(&judged.features)),
            has_history: seen.has_history,
            leaning: seen.leaning,
            model,
            score: judged.map(|judged| Scored {
                score: judged.score,
                evidence: judged.evidence,
                familiar: seen.familiar().unwrap_or(false),
            }),
            tongue,
            mandates: mandates.iter().filter(speaks).filter_map(|m| serde_json::to_value(m).ok()).collect(),
        }
    }

    /// What the journal says of them in clear: enough to hold them against it, nothing of what they say.
    pub fn stamp(&self, json: &str) -> serde_json::Value {
        serde_json::json!({
            "facts_sha256": sha256(json.as_bytes()),
            "engine": self.engine,
            "model": self.model,
            "features_sha256": self.features.as_ref().map(Numbers::digest),
            "proof": self.question.asker.proof,
            "key_sha256": self.key.as_ref().map(AgentKey::thumbprint),
            "provenance": self.question.provenance,
            "mandates": self.mandates.iter().filter_map(|mandate| mandate.get("id")).collect::<Vec<_>>(),
            "policy_sha256": sha256(serde_json::Value::from(self.mandates.clone()).to_string().as_bytes()),
        })
    }

    /// Compact JSON with sorted keys: whoever reads it and writes it again in that form gets the same bytes, and the same hash.
    pub fn to_json(&self) -> Result<String, EngineError> {
        let sorted = serde_json::to_value(self).map_err(|_| EngineError::Unreadable("facts"))?;
        Ok(sorted.to_string())
    }
}

/// Keeps facts under an intent's slot.
pub(crate) fn keep(book: &mut Writing<'_>, slot: &str, json: &String) -> Result<(), EngineError> {
    Ok(book.put(Table::Facts, slot, json)?)
}

/// The facts of an intent's slot, and the JSON that they were read from.
pub(crate) fn of(book: &Reading<'_>, slot: &str) -> Result<Option<(Facts, String)>, EngineError> {
    let Some(json) = book.get::<String>(Table::Facts, slot)? else { return Ok(None) };
    let facts = serde_json::from_str(&json).map_err(|_| EngineError::Unreadable("facts"))?;
    Ok(Some((facts, json)))
}

/// Forgets them.
pub(crate) fn forget(book: &mut Writing<'_>, slot: &str) -> Result<(), EngineError> {
    Ok(book.delete(Table::Facts, slot)?)
}
