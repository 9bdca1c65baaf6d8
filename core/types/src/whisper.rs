//! The whisper as data: what each device shows, speaks and lets feel, and which reply is enough.

use serde::{Deserialize, Serialize};

use crate::context::Channel;
use crate::moment::Moment;

/// Which reply is enough, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyNeeded {
    /// A nod, a tap or a spoken yes.
    Any,
    /// A tap on the button that names the payment.
    Tap,
    /// The owner's biometric on a phone.
    Biometric,
}

/// How sure a reply on a channel makes that it is the owner's, the weakest first: the ceiling of a channel, and what a payment needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// A voice or a nod on glasses: a bystander's could be taken for it.
    Voice,
    /// A button in the cockpit: somebody who sits in the car.
    Button,
    /// A tap on a watch that is worn and unlocked.
    Wrist,
    /// A tap on a phone or a desktop that is unlocked.
    Unlocked,
    /// The owner's biometric.
    Biometric,
}

impl Assurance {
    /// The weakest reply that gives it.
    pub fn reply(self) -> ReplyNeeded {
        match self {
            Self::Voice => ReplyNeeded::Any,
            Self::Button | Self::Wrist | Self::Unlocked => ReplyNeeded::Tap,
            Self::Biometric => ReplyNeeded::Biometric,
        }
    }
}

/// How a whisper comes across; each looks, sounds and feels different from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Like many payments before.
    Familiar,
    /// Unlike them.
    Strange,
    /// Something about it is what a fraud would look like.
    Alarming,
}

/// A way of replying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A nod for yes, a shake of the head for no.
    Nod,
    /// Spoken words.
    Voice,
    /// A tap on the button that names the payment.
    Tap,
    /// The owner's biometric.
    Biometric,
}

/// Why a whisper cannot be answered here and now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    /// The user is driving; it is asked when the car is parked.
    Parked,
    /// It needs a reply that this device cannot give.
    StrongerDevice,
    /// It is kept for a better moment, quietly.
    Later,
}

/// A random word that a spoken yes has to come with, so that a television's or a bystander's yes is not enough.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// The word to say: `blue`.
    pub word: String,
    /// How it is asked for.
    pub prompt: String,
}

impl std::fmt::Debug for Challenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Challenge(…)")
    }
}

/// Where a device shows something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// A phone's notification: it opens the sheet, it never pays.
    Notification,
    /// A phone's confirmation sheet.
    Sheet,
    /// One line before the eyes.
    Glance,
    /// A parked car's screen.
    Panel,
    /// A watch's face.
    Face,
    /// A desktop's window.
    Window,
}

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// Pays what the whisper names.
    Pay,
    /// Refuses it.
    Refuse,
    /// Shows more, and decides nothing.
    Details,
}

/// A button.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// What it says, to the eye and to a screen reader alike.
    pub says: String,
    /// What it does.
    pub does: Does,
}

/// What one surface shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Where.
    pub surface: Surface,
    /// The heading: in words whether it is familiar or not, so that nobody needs to see a colour.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    /// The lines below it, the payment itself first.
    pub lines: Vec<String>,
    /// The buttons.
    pub actions: Vec<Action>,
    /// What a screen reader reads: the heading and the lines, nothing else and nothing less.
    pub label: String,
}

/// A pattern for the haptic motor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Haptic {
    /// Its name, for devices with patterns of their own: `familiar` or `strange`; `none` where it waits quietly.
    pub name: String,
    /// Milliseconds on and off in turn, beginning with on.
    pub pulses_ms: Vec<u16>,
}

/// The light confirmation that an escalated intent asks for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whisper {
    /// The device that it is shaped for.
    pub channel: Channel,
    /// One line to show.
    pub show: String,
    /// One sentence to speak.
    pub speak: String,
    /// What the button says: the payment itself, never a bare "OK".
    pub button: String,
    /// What to feel.
    pub haptic: Haptic,
    /// Which reply is enough.
    pub reply: ReplyNeeded,
    /// Silence until then means no.
    pub lapses_at: Moment,
    /// The language that it is worded in, as a BCP 47 tag.
    pub language: String,
    /// Whether the user is driving: nothing is shown then.
    pub moving: bool,
    /// How it comes across.
    pub look: Look,
    /// The assurance that the payment needs.
    pub assurance: Assurance,
    /// The ways of replying that are enough and that the device has; none where it has to wait.
    pub ways: Vec<Way>,
    /// Why it cannot be answered here and now, where it cannot.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub waits_for: Option<Wait>,
    /// The sentence to speak in the W3C's Speech Synthesis Markup Language 1.1.
    pub ssml: String,
    /// The sound to play before the sentence: `familiar`, `strange` or `alarming`.
    pub earcon: String,
    /// What the button that refuses says.
    pub refuse: String,
    /// What each surface of the device shows; none while driving.
    pub views: Vec<View>,
    /// The word that a spoken yes has to come with.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub challenge: Option<Challenge>,
    /// Single-use, and bound to the intent, the payee, the amount and its currency, the offer and the time at which the whisper lapses.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub token: Option<String>,
}

impl std::fmt::Debug for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Action({:?}, …)", self.does)
    }
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "View({:?}, …)", self.surface)
    }
}

impl std::fmt::Debug for Whisper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Whisper({}, …)", self.channel.as_str())
    }
}
