//! What the device itself saw and heard around an intent. Nothing in it comes from the agent, except the agent's side of a conversation.

use serde::{Deserialize, Serialize};

use crate::json::{self, Reader};
use crate::malformed::{Code, Malformed};
use crate::text::Text;

/// Where the user can be reached now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A phone in the hand: notification, sheet, biometric.
    Phone,
    /// Smart glasses: one glance, a nod or a word.
    Glasses,
    /// A car's cockpit: voice first.
    Cockpit,
    /// A watch on the wrist: a tap.
    Watch,
    /// A desktop computer.
    Desktop,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 5] = [Self::Phone, Self::Glasses, Self::Cockpit, Self::Watch, Self::Desktop];

    /// The word for it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Glasses => "glasses",
            Self::Cockpit => "cockpit",
            Self::Watch => "watch",
            Self::Desktop => "desktop",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.as_str() == text)
    }
}

/// How sure the device is that its owner is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Nothing is known.
    #[default]
    Unknown,
    /// The device is unlocked.
    Unlocked,
    /// The owner was recognised just now.
    Biometric,
}

/// A language that Assent speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Tongue {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Chinese.
    #[serde(rename = "zh")]
    Chinese,
}

/// The user's language as a BCP 47 tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Language(String);

impl Language {
    /// Takes a well-formed tag.
    pub fn parse(tag: &str) -> Result<Self, Malformed> {
        let bad = || {
            Malformed::new(
                Code::BadLanguage,
                "",
                "write a BCP 47 language tag, such as `en-GB` or `zh-Hans-CN`",
            )
        };
        if tag.len() > 64 {
            return Err(bad());
        }
        oxilangtag::LanguageTag::parse(tag).map_err(|_| bad())?;
        Ok(Self(tag.to_owned()))
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What Assent speaks to this user: Chinese where the tag says Chinese (or one of its languages), else English.
    pub fn tongue(&self) -> Tongue {
        let primary = self.0.split('-').next().unwrap_or_default().to_ascii_lowercase();
        if matches!(primary.as_str(), "zh" | "cmn" | "yue" | "wuu" | "hak" | "nan") {
            Tongue::Chinese
        } else {
            Tongue::English
        }
    }
}

/// A place on Earth, WGS 84.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lon: f64,
}

impl Place {
    pub(crate) fn take(reader: &Reader<'_>) -> Result<Self, Malformed> {
        let mut fields = reader.object()?;
        let lat = fields.required("lat")?.number_within(-90.0, 90.0)?;
        let lon = fields.required("lon")?.number_within(-180.0, 180.0)?;
        fields.finish()?;
        Ok(Self { lat, lon })
    }

    /// The distance along the surface in kilometres (haversine on a sphere of 6,371 km, the mean radius of IUGG).
    pub fn kilometres_to(self, other: Self) -> f64 {
        let (lat1, lat2) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = ((lat2 - lat1) / 2.0).sin();
        let half_lon = ((other.lon - self.lon).to_radians() / 2.0).sin();
        let a = half_lat.mul_add(half_lat, lat1.cos() * lat2.cos() * half_lon * half_lon);
        2.0 * 6371.0 * a.sqrt().min(1.0).asin()
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place(…)")
    }
}

/// Who spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The user.
    User,
    /// The agent; what it says counts only as far as the user then agrees.
    Agent,
}

/// One turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Utterance {
    /// Who spoke.
    pub from: Speaker,
    /// What was heard.
    pub text: Text,
}

/// The context of an intent; everything in it is optional.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Context {
    /// What was heard: the user's own words, or both sides of a conversation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub heard: Vec<Utterance>,
    /// The user's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Where the user can be reached now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Where the device is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Whether the user is driving.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moving: Option<bool>,
    /// How sure the device is that its owner is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence: Option<Presence>,
}

/// The longest `said` and the longest turn of a conversation, in characters.
pub(crate) const MAX_SAID: usize = 2_000;
const MAX_TURNS: usize = 64;

impl Context {
    /// Reads a context from JSON text.
    pub fn from_json(text: &str) -> Result<Self, Malformed> {
        Self::take(&json::read(text, json::MAX_LINE_BYTES)?.reader())
    }

    /// The language to speak in.
    pub fn tongue(&self) -> Tongue {
        self.language.as_ref().map(Language::tongue).unwrap_or_default()
    }

    fn take(reader: &Reader<'_>) -> Result<Self, Malformed> {
        let mut fields = reader.object()?;
        let said = fields.optional("said").map(|r| take_said(&r)).transpose()?;
        let conversation = fields.optional("conversation");
        let heard = match (said, conversation) {
            (Some(_), Some(conversation)) => {
                return Err(
                    conversation.refuse(Code::Contradiction, "give `said` or `conversation`, not both")
                );
            }
            (Some(text), None) => vec![Utterance { from: Speaker::User, text }],
            (None, Some(conversation)) => {
                conversation.array(MAX_TURNS)?.iter().map(take_utterance).collect::<Result<_, _>>()?
            }
            (None, None) => Vec::new(),
        };
        let context = Self {
            heard,
            language: fields
                .optional("language")
                .map(|r| r.place(Language::parse(r.string()?)))
                .transpose()?,
            channel: fields.optional("channel").map(|r| take_channel(&r)).transpose()?,
            place: fields.optional("place").map(|r| Place::take(&r)).transpose()?,
            moving: fields.optional("moving").map(|r| r.boolean()).transpose()?,
            presence: fields.optional("presence").map(|r| take_presence(&r)).transpose()?,
        };
        fields.finish()?;
        Ok(context)
    }
}

pub(crate) fn take_said(reader: &Reader<'_>) -> Result<Text, Malformed> {
    reader.place(Text::speech(reader.string()?, MAX_SAID))
}

pub(crate) fn take_channel(reader: &Reader<'_>) -> Result<Channel, Malformed> {
    Channel::parse(reader.string()?).ok_or_else(|| {
        reader
            .refuse(Code::UnknownValue, "one of `phone`, `glasses`, `cockpit`, `watch`, `desktop` is needed")
    })
}

fn take_presence(reader: &Reader<'_>) -> Result<Presence, Malformed> {
    match reader.string()? {
        "unknown" => Ok(Presence::Unknown),
        "unlocked" => Ok(Presence::Unlocked),
        "biometric" => Ok(Presence::Biometric),
        _ => Err(reader.refuse(Code::UnknownValue, "one of `unknown`, `unlocked`, `biometric` is needed")),
    }
}

fn take_utterance(reader: &Reader<'_>) -> Result<Utterance, Malformed> {
    let mut fields = reader.object()?;
    let from = fields.required("from")?;
    let from = match from.string()? {
        "user" => Speaker::User,
        "agent" => Speaker::Agent,
        _ => return Err(from.refuse(Code::UnknownValue, "`user` or `agent` is needed")),
    };
    let text = take_said(&fields.required("text")?)?;
    fields.finish()?;
    Ok(Utterance { from, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_context_is_read() {
        let context = Context::from_json(
            r#"{"conversation":[{"from":"agent","text":"Large or small?"},{"from":"user","text":"large"}],"language":"zh-Hans-CN",
                "channel":"glasses","place":{"lat":31.2,"lon":121},"moving":false,"presence":"biometric"}"#,
        )
        .unwrap();
        assert_eq!(context.heard.len(), 2);
        assert_eq!(context.tongue(), Tongue::Chinese);
    }

    #[test]
    fn faults_are_named_and_placed() {
        for (json, code, path) in [
            (r#"{"said":"a","conversation":[]}"#, Code::Contradiction, "conversation"),
            (r#"{"said":null}"#, Code::WrongType, "said"),
            (
                r#"{"conversation":[{"from":"user","text":"a"},{"from":"merchant","text":"b"}]}"#,
                Code::UnknownValue,
                "conversation[1].from",
            ),
            (r#"{"place":{"lat":91,"lon":0}}"#, Code::OutOfRange, "place.lat"),
            (r#"{"place":{"lat":1}}"#, Code::MissingField, "place.lon"),
            (r#"{"place":{"lat":1,"lon":1e999}}"#, Code::NotJson, ""),
            (r#"{"language":"english please"}"#, Code::BadLanguage, "language"),
            (r#"{"channel":"fax"}"#, Code::UnknownValue, "channel"),
            (r#"{"moving":"no"}"#, Code::WrongType, "moving"),
            (r#"{"said":"pay\u202e evil"}"#, Code::BadCharacter, "said"),
            (r#"{"friends_paid":3}"#, Code::UnknownKey, "friends_paid"),
            (r#"[]"#, Code::WrongType, ""),
        ] {
            let refused = Context::from_json(json).unwrap_err();
            assert_eq!((refused.code, refused.path.as_str()), (code, path), "{json}");
        }
        let long = format!(r#"{{"said":"{}"}}"#, "好".repeat(2001));
        assert_eq!(Context::from_json(&long).unwrap_err().code, Code::TooLong);
    }

    #[test]
    fn distances_are_those_of_the_earth() {
        let shanghai = Place { lat: 31.2304, lon: 121.4737 };
        let beijing = Place { lat: 39.9042, lon: 116.4074 };
        assert!((shanghai.kilometres_to(beijing) - 1068.0).abs() < 5.0);
        assert_eq!(format!("{shanghai:?}"), "Place(…)");
    }
}
