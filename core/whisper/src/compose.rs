//! Shaping a whisper for the device at hand.
//!
//! # Which reply is enough (the first table)
//!
//! | | low | middle | high |
//! | --- | --- | --- | --- |
//! | familiar | any | tap | biometric |
//! | strange | any | tap | biometric |
//! | alarming | tap | biometric | biometric |
//!
//! *Low* is up to about 30 EUR, the low-value exemption for remote payments, *high* is over about 150 EUR, the cumulative limit of
//! contactless ones (Commission Delegated Regulation (EU) 2018/389, Articles 16 and 11), in round figures per currency; a currency
//! without a figure counts as high. *Alarming* is a look-alike, a known name on another account, a raised price, another currency, ten times
//! the usual amount, or something other than the user said. A strange and an alarming middle amount differ: a bystander must not help a thief.
//!
//! Glasses are the weakest channel (a nod, a voice): anything alarming there needs the biometric of a stronger device.
//! While driving only a familiar, low payment is asked; every other needs at least a tap and is spoken of as waiting.

use assent_types::{Channel, Haptic, Moment, Money, Reason, ReplyNeeded, Tongue, Whisper};

use crate::wording::{explain, glance, message};
use crate::{amount, label};

/// All that a whisper is made from.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// The payee's label; it may come from the agent and is shown in quotation marks. Whether it is a look-alike is for the caller to find.
    pub payee_label: &'a str,
    /// What is to be paid.
    pub amount: Money,
    /// Why the user is asked, the deciding reason first.
    pub reasons: &'a [Reason],
    /// The device at hand.
    pub channel: Channel,
    /// The user's language.
    pub tongue: Tongue,
    /// Whether the user is driving.
    pub moving: bool,
    /// The time now.
    pub now: Moment,
    /// When the offer ends, if it does.
    pub offer_ends: Option<Moment>,
    /// Whether the payment is like many before.
    pub familiar: bool,
}

/// How long a whisper waits for its reply, in seconds.
const WAITS: i64 = 30;
/// The same while driving.
const WAITS_DRIVING: i64 = 15;
/// The longest line on a small display, in characters.
const GLANCE: usize = 60;
/// On and off in turn, milliseconds: one soft tick for what is familiar, three long ones for what is not.
const FAMILIAR_PULSES: [u16; 1] = [40];
const STRANGE_PULSES: [u16; 5] = [120, 80, 120, 80, 240];
/// So many times the usual amount is alarming.
const ALARMING_TIMES: f64 = 10.0;

/// The whisper for this payment on this device: payee and amount first, then what is unusual.
///
/// `show` has at most 60 characters on glasses, watches and in cars; the label gives way, never the amount. It is empty while driving.
pub fn compose(asking: &Asking<'_>) -> Whisper {
    let reply = reply_needed(asking);
    let waits = if asking.moving { WAITS_DRIVING } else { WAITS };
    let lapses_at = asking.now.plus_seconds(waits);
    Whisper {
        channel: asking.channel,
        show: show(asking),
        speak: speak(asking, reply),
        button: say(asking, "button", vec![("amount", amount::amount(asking.amount, asking.tongue).into())]),
        haptic: haptic(asking.familiar && !alarming(asking.reasons)),
        reply,
        lapses_at: asking.offer_ends.map_or(lapses_at, |ends| ends.min(lapses_at)),
    }
}

fn say(asking: &Asking<'_>, id: &str, values: crate::wording::Values<'_>) -> String {
    // Where a language lacks the message the amount still stands; a test finds no such language.
    message(asking.tongue, id, None, values).unwrap_or_else(|| amount::amount(asking.amount, asking.tongue))
}

fn show(asking: &Asking<'_>) -> String {
    let small = matches!(asking.channel, Channel::Glasses | Channel::Watch | Channel::Cockpit);
    if asking.moving {
        return String::new();
    }
    let reason = asking
        .reasons
        .first()
        .map(|r| if small { glance(r, asking.tongue) } else { explain(r, asking.tongue) });
    let written = |room: usize| {
        let amount = amount::amount(asking.amount, asking.tongue);
        let mut values = vec![
            ("amount", amount.into()),
            ("payee", label::quoted(asking.payee_label, room, asking.tongue).into()),
        ];
        match reason.clone() {
            Some(reason) => {
                values.push(("reason", reason.into()));
                say(asking, "show-because", values)
            }
            None => say(asking, "show", values),
        }
    };
    let full = written(label::SHOWN);
    let over = full.chars().count().saturating_sub(GLANCE);
    if !small || over == 0 {
        return full;
    }
    let marks = 2;
    let label =
        label::quoted(asking.payee_label, label::SHOWN, asking.tongue).chars().count().saturating_sub(marks);
    written(label.saturating_sub(over).max(1))
}

fn speak(asking: &Asking<'_>, reply: ReplyNeeded) -> String {
    let waits = asking.moving && reply > ReplyNeeded::Any;
    let familiar = asking.familiar && !alarming(asking.reasons);
    let mut values = vec![
        ("amount", amount::spoken_amount(asking.amount, asking.tongue).into()),
        ("payee", label::spoken(asking.payee_label, asking.tongue).into()),
    ];
    if let Some(reason) = asking.reasons.first() {
        values.push(("reason", explain(reason, asking.tongue).into()));
    }
    let id = match (waits, familiar, asking.reasons.is_empty()) {
        (true, _, _) => "speak-parked",
        (false, true, true) => "speak-familiar",
        (false, true, false) => "speak-familiar-because",
        (false, false, true) => "speak-strange",
        (false, false, false) => "speak-strange-because",
    };
    say(asking, id, values)
}

fn haptic(familiar: bool) -> Haptic {
    let (name, pulses) = if familiar {
        ("familiar", FAMILIAR_PULSES.as_slice())
    } else {
        ("strange", STRANGE_PULSES.as_slice())
    };
    Haptic { name: name.to_owned(), pulses_ms: pulses.to_vec() }
}

/// The size of an amount in the table above.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Size {
    Low,
    Middle,
    High,
}

/// Up to where an amount is low, and over what it is high, in major units.
const SIZES: [(&str, i64, i64); 7] = [
    ("EUR", 30, 150),
    ("USD", 30, 150),
    ("GBP", 25, 130),
    ("CNY", 200, 1_000),
    ("JPY", 5_000, 25_000),
    ("HKD", 250, 1_200),
    ("KWD", 10, 50),
];

fn size(money: Money) -> Size {
    let unit = 10i64.saturating_pow(money.currency().exponent());
    match SIZES.iter().find(|(code, ..)| *code == money.currency().code()) {
        Some((_, low, _)) if money.minor() <= low.saturating_mul(unit) => Size::Low,
        Some((_, _, high)) if money.minor() <= high.saturating_mul(unit) => Size::Middle,
        _ => Size::High,
    }
}

fn alarming(reasons: &[Reason]) -> bool {
    reasons.iter().any(|reason| match reason {
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
    })
}

fn reply_needed(asking: &Asking<'_>) -> ReplyNeeded {
    let alarming = alarming(asking.reasons);
    let size = size(asking.amount);
    let needed = match (alarming, size) {
        (false, Size::Low) => ReplyNeeded::Any,
        (false, Size::Middle) | (true, Size::Low) => ReplyNeeded::Tap,
        (_, Size::High) | (true, Size::Middle) => ReplyNeeded::Biometric,
    };
    if alarming && asking.channel == Channel::Glasses {
        return ReplyNeeded::Biometric;
    }
    if asking.moving && !asking.familiar { needed.max(ReplyNeeded::Tap) } else { needed }
}

#[cfg(test)]
mod tests;
