//! Shaping a whisper for the device at hand: one thing asked, and as many faces as there are devices.
//!
//! What is asked ([`Asking`]) is kept with the intent, so that another device can ask it too. What the reply has to be worth ([`Demand`])
//! is the engine's to say; how the question looks, sounds and feels is settled here.

use assent_types::{
    Assurance, Challenge, Channel, Haptic, Look, Moment, Money, Reason, Text, Wait, Way, Whisper,
};
use serde::{Deserialize, Serialize};

use crate::locale::{Locale, Values, message};
use crate::wording::{self, glance};
use crate::{amount, label, ssml, view};

/// Whose word a payee's label is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelFrom {
    /// The user's own name for the payee.
    Alias,
    /// The name that the user's own history or a signature vouches for.
    Known,
    /// The agent's word only: shown in quotation marks and as unverified, never read out.
    Claimed,
}

/// Who is paid, as it may be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payee {
    /// The label.
    pub label: Text,
    /// Whose word it is.
    pub from: LabelFrom,
}

/// What is asked, whatever the device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asking {
    /// Who is paid. Whether the name is a look-alike is for the caller to find.
    pub payee: Payee,
    /// What is to be paid.
    pub amount: Money,
    /// Why the user is asked, the deciding reason first.
    pub reasons: Vec<Reason>,
    /// Whether the payment is like many before.
    pub familiar: bool,
    /// The user's language as a BCP 47 tag.
    pub language: String,
    /// When the offer ends, if it does.
    pub offer_ends: Option<Moment>,
}

/// Where it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// The device at hand.
    pub channel: Channel,
    /// Whether the user is driving: nothing is shown then.
    pub moving: bool,
}

/// What the engine demands of the reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// How sure the reply has to be.
    pub assurance: Assurance,
    /// Why it cannot be answered here and now, where it cannot.
    pub waits_for: Option<Wait>,
    /// The word that a spoken yes has to come with.
    pub challenge: Option<String>,
    /// How long it waits for its reply, in seconds; never longer than the offer stands.
    pub seconds: i64,
}

/// The longest line on a small display, in characters.
pub(crate) const GLANCE: usize = 60;
/// On and off in turn, milliseconds: one soft tick for what is familiar, three long ones for what is not.
const FAMILIAR_PULSES: [u16; 1] = [40];
const STRANGE_PULSES: [u16; 5] = [120, 80, 120, 80, 240];
/// So many times the usual amount is alarming.
const ALARMING_TIMES: f64 = 10.0;

/// The whisper for this payment on this device: payee, amount and currency first, then what is unusual. The token is the engine's to add.
///
/// `show` has at most 60 characters on glasses, watches and in cars; the label gives way first, then the reason, never the amount. While
/// driving nothing is shown, and what waits for a better moment neither speaks nor is felt.
pub fn compose(asking: &Asking, device: &Device, demand: &Demand, now: Moment) -> Whisper {
    let words = Words { asking, device, locale: Locale::of(&asking.language) };
    let demand = &answerable(demand, device);
    let look = look(asking);
    let quiet = demand.waits_for == Some(Wait::Later);
    let speak = if quiet { String::new() } else { words.speak(look, demand) };
    let lapses_at = now.plus_seconds(demand.seconds);
    Whisper {
        channel: device.channel,
        show: words.show(),
        ssml: ssml::of(&speak, &words.spoken_amount(), look, words.locale),
        speak,
        button: words.button(),
        refuse: words.say("refuse", Vec::new()),
        haptic: if quiet { no_haptic() } else { haptic(look) },
        earcon: if quiet { "none" } else { look_name(look) }.to_owned(),
        reply: demand.assurance.reply(),
        lapses_at: asking.offer_ends.map_or(lapses_at, |ends| ends.min(lapses_at)),
        language: words.locale.tag().to_owned(),
        moving: device.moving,
        look,
        assurance: demand.assurance,
        ways: ways(device, demand),
        waits_for: demand.waits_for,
        views: view::of(&words, look, demand),
        challenge: demand.challenge.as_ref().map(|word| Challenge {
            word: word.clone(),
            prompt: words.say("challenge", vec![("word", word.clone().into())]),
        }),
        token: None,
    }
}

/// The demand, waiting where no reply that this device can give is enough: nobody is asked what cannot be answered.
fn answerable(demand: &Demand, device: &Device) -> Demand {
    let wait = if device.moving { Wait::Parked } else { Wait::StrongerDevice };
    let unanswerable = ways(device, demand).is_empty().then_some(wait);
    Demand { waits_for: demand.waits_for.or(unanswerable), ..demand.clone() }
}

/// How this comes across.
pub fn look(asking: &Asking) -> Look {
    match (asking.reasons.iter().any(is_alarming), asking.familiar) {
        (true, _) => Look::Alarming,
        (false, true) => Look::Familiar,
        (false, false) => Look::Strange,
    }
}

/// Whether this is what a fraud would look like: a look-alike, a known name on another account or under another name, a raised price,
/// another currency, ten times the usual amount, a forbidden kind of business, or something other than the user said.
pub fn is_alarming(reason: &Reason) -> bool {
    match reason {
        Reason::LookAlike { .. }
        | Reason::SameNameOtherAccount
        | Reason::AgentLookAlike { .. }
        | Reason::NameMixed
        | Reason::NameChanged
        | Reason::LooksForbidden(_)
        | Reason::IdReused { .. }
        | Reason::CurrencyNew { .. }
        | Reason::NotAsSaid(_) => true,
        // Not a number is alarming too.
        Reason::AmountUnusual { times } => times.is_nan() || *times >= ALARMING_TIMES,
        _ => false,
    }
}

/// What a reply that is given so on this device is worth; `None` where the device has no such way.
pub fn gives(device: &Device, way: Way) -> Option<Assurance> {
    match (device.channel, way, device.moving) {
        (Channel::Glasses, Way::Nod, false) | (_, Way::Voice, _) => {
            (device.channel != Channel::Watch).then_some(Assurance::Voice)
        }
        // Nobody who drives is asked to look or to touch.
        (_, _, true) => None,
        (Channel::Cockpit, Way::Tap, _) => Some(Assurance::Button),
        (Channel::Watch, Way::Tap, _) => Some(Assurance::Wrist),
        (Channel::Phone | Channel::Desktop, Way::Tap, _) => Some(Assurance::Unlocked),
        (Channel::Phone | Channel::Desktop, Way::Biometric, _) => Some(Assurance::Biometric),
        _ => None,
    }
}

/// The ways that are enough, the lightest first.
fn ways(device: &Device, demand: &Demand) -> Vec<Way> {
    if demand.waits_for.is_some() {
        return Vec::new();
    }
    let all = [Way::Nod, Way::Voice, Way::Tap, Way::Biometric];
    // A nod says no word.
    let asked_for_a_word = |way: &Way| demand.challenge.is_none() || *way != Way::Nod;
    let enough = |way: &Way| gives(device, *way).is_some_and(|given| given >= demand.assurance);
    all.into_iter().filter(asked_for_a_word).filter(enough).collect()
}

fn haptic(look: Look) -> Haptic {
    let (name, pulses) = match look {
        Look::Familiar => ("familiar", FAMILIAR_PULSES.as_slice()),
        Look::Strange | Look::Alarming => ("strange", STRANGE_PULSES.as_slice()),
    };
    Haptic { name: name.to_owned(), pulses_ms: pulses.to_vec() }
}

fn no_haptic() -> Haptic {
    Haptic { name: "none".to_owned(), pulses_ms: Vec::new() }
}

fn look_name(look: Look) -> &'static str {
    match look {
        Look::Familiar => "familiar",
        Look::Strange => "strange",
        Look::Alarming => "alarming",
    }
}

/// The words of one whisper.
pub(crate) struct Words<'a> {
    pub asking: &'a Asking,
    pub device: &'a Device,
    pub locale: Locale,
}

impl Words<'_> {
    pub(crate) fn say(&self, id: &str, values: Values<'_>) -> String {
        // Where a language lacks the message the amount still stands; a test finds no such language.
        message(self.locale, id, None, values)
            .unwrap_or_else(|| amount::amount(self.asking.amount, self.locale))
    }

    pub(crate) fn amount(&self) -> String {
        amount::amount(self.asking.amount, self.locale)
    }

    /// What the button that pays says.
    pub(crate) fn button(&self) -> String {
        let amount = amount::short_amount(self.asking.amount, self.locale);
        self.say("button", vec![("amount", amount.into())])
    }

    pub(crate) fn spoken_amount(&self) -> String {
        amount::spoken_amount(self.asking.amount, self.locale)
    }

    /// The payee as it is shown, in at most `room` characters besides its marks.
    fn payee(&self, room: usize, brief: bool) -> String {
        let label = self.asking.payee.label.as_str();
        match self.asking.payee.from {
            LabelFrom::Alias | LabelFrom::Known => label::quoted(label, room, self.locale),
            LabelFrom::Claimed => label::claimed(label, room, brief, self.locale),
        }
    }

    /// The payee as it is spoken: never in the agent's words.
    pub(crate) fn spoken_payee(&self) -> String {
        match self.asking.payee.from {
            LabelFrom::Alias | LabelFrom::Known => {
                label::spoken(self.asking.payee.label.as_str(), self.locale)
            }
            LabelFrom::Claimed => self.say("payee-unspoken", Vec::new()),
        }
    }

    /// The payment itself: what, to whom.
    pub(crate) fn payment(&self) -> String {
        let payee = self.payee(label::SHOWN, false);
        self.say("show", vec![("amount", self.amount().into()), ("payee", payee.into())])
    }

    /// Everything in one line.
    pub(crate) fn show(&self) -> String {
        if self.device.moving {
            return String::new();
        }
        let small = matches!(self.device.channel, Channel::Glasses | Channel::Watch | Channel::Cockpit);
        let reason = self.asking.reasons.first();
        if !small {
            return self.line(label::SHOWN, false, reason.map(|r| wording::explain(r, self.locale)));
        }
        let reason = reason.map(|r| glance(r, self.locale));
        let length = |line: &String| line.chars().count();
        let fits = |line: &String| length(line) <= GLANCE;
        // The label gives way, then the reason.
        (1..=label::SHOWN)
            .rev()
            .map(|room| self.line(room, true, reason.clone()))
            .find(fits)
            .or_else(|| (1..=label::SHOWN).rev().map(|room| self.line(room, true, None)).find(fits))
            .unwrap_or_else(|| self.amount())
    }

    fn line(&self, room: usize, brief: bool, reason: Option<String>) -> String {
        let mut values = vec![("amount", self.amount().into()), ("payee", self.payee(room, brief).into())];
        match reason {
            Some(reason) => {
                values.push(("reason", reason.into()));
                self.say("show-because", values)
            }
            None => self.say("show", values),
        }
    }

    /// How the question ends.
    pub(crate) fn ask(&self, demand: &Demand) -> String {
        match (demand.waits_for, &demand.challenge) {
            (Some(Wait::Parked), _) => self.say("ask-parked", Vec::new()),
            (Some(Wait::StrongerDevice), _) => self.say("ask-stronger", Vec::new()),
            (Some(Wait::Later), _) => self.say("ask-later", Vec::new()),
            (None, Some(word)) => self.say("challenge", vec![("word", word.clone().into())]),
            (None, None) => self.say("ask", Vec::new()),
        }
    }

    fn speak(&self, look: Look, demand: &Demand) -> String {
        let mut values = vec![
            ("amount", self.spoken_amount().into()),
            ("payee", self.spoken_payee().into()),
            ("ask", self.ask(demand).into()),
        ];
        let mut id = format!("speak-{}", look_name(look));
        if let Some(reason) = self.asking.reasons.first() {
            values.push(("reason", wording::speak(reason, self.locale).into()));
            id.push_str("-because");
        }
        self.say(&id, values)
    }
}

/// The title in words: whether it is familiar is never told by a colour alone.
pub(crate) fn title(words: &Words<'_>, look: Look) -> String {
    words.say(&format!("title-{}", look_name(look)), Vec::new())
}

#[cfg(test)]
mod tests;
