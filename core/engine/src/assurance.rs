//! How sure a reply has to make that it is the owner's, and how sure each way of replying makes: the one table of both.
//!
//! # What a payment needs
//!
//! | | familiar | strange | alarming |
//! | --- | --- | --- | --- |
//! | low | voice | voice with the word | unlocked |
//! | middle | button, or voice with the word | wrist | biometric |
//! | high | biometric | biometric | biometric |
//!
//! How large an amount is stands in [`Tiers`], which the user may change; how it looks in [`assent_whisper::look`]. While care is raised
//! (the user says yes to everything, or faster than anybody reads) everything below a touch on an unlocked device needs one step more.
//!
//! # What a channel reaches
//!
//! Glasses: a nod or a voice. Cockpit: a button. Watch: the wrist. Desktop: a touch on the unlocked device. Phone: the biometric.
//! The random word lifts a voice by one step and never further, so that no voice alone authorises what is high or alarming. While the
//! user drives there is no screen and no biometric: only what is familiar and low is asked, by voice.

use assent_policy::{Tier, Tiers};
use assent_types::{Assurance, Channel, Look, Moment, Money, Presence, Wait};
use assent_whisper::{Demand, Device, ReplyEvent};

/// What there is to weigh about one payment and the device at hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weighed {
    pub tier: Tier,
    pub look: Look,
    pub device: Device,
    /// Whether care is raised.
    pub careful: bool,
    /// Whether it can wait for the summary.
    pub quiet: bool,
}

/// What a whisper demands, but for its word, which is drawn where one is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Needs {
    pub assurance: Assurance,
    /// What a spoken reply needs: at medium risk the random word, so that a television's or a bystander's yes is not enough.
    pub spoken: Assurance,
    pub waits_for: Option<Wait>,
    /// Whether the device listens and the word has to be asked for.
    pub word: bool,
}

impl Weighed {
    /// Weighs an amount that looks like this on this device.
    pub fn of(tiers: &Tiers, amount: Money, look: Look, device: Device) -> Self {
        Self { tier: tiers.of(amount), look, device, careful: false, quiet: false }
    }

    /// What it needs here.
    pub fn needs(self) -> Needs {
        let assurance = self.assurance();
        let listens =
            self.device.moving || matches!(self.device.channel, Channel::Glasses | Channel::Cockpit);
        let waits_for = if self.device.moving && !(self.look == Look::Familiar && self.tier == Tier::Low) {
            Some(Wait::Parked)
        } else if assurance > reach(self.device) {
            Some(Wait::StrongerDevice)
        } else {
            self.quiet.then_some(Wait::Later)
        };
        let elsewhere = matches!(waits_for, Some(Wait::Parked | Wait::StrongerDevice));
        let medium = self.look == Look::Strange && self.tier == Tier::Low;
        let spoken = if medium { assurance.max(Assurance::Button) } else { assurance };
        Needs { assurance, spoken, waits_for, word: listens && spoken == Assurance::Button && !elsewhere }
    }

    fn assurance(self) -> Assurance {
        let needed = needed(self.tier, self.look);
        if self.careful { one_step_more(needed) } else { needed }
    }
}

/// The first table.
pub(crate) fn needed(tier: Tier, look: Look) -> Assurance {
    match (tier, look) {
        (Tier::Low, Look::Familiar | Look::Strange) => Assurance::Voice,
        (Tier::Middle, Look::Familiar) => Assurance::Button,
        (Tier::Middle, Look::Strange) => Assurance::Wrist,
        (Tier::Low, Look::Alarming) => Assurance::Unlocked,
        (Tier::Middle, Look::Alarming) | (Tier::High, _) => Assurance::Biometric,
    }
}

fn one_step_more(needed: Assurance) -> Assurance {
    match needed {
        Assurance::Voice => Assurance::Button,
        Assurance::Button => Assurance::Wrist,
        Assurance::Wrist | Assurance::Unlocked => Assurance::Unlocked,
        Assurance::Biometric => Assurance::Biometric,
    }
}

/// The most that a device can give, with the random word where it listens.
pub(crate) fn reach(device: Device) -> Assurance {
    match device.channel {
        _ if device.moving => Assurance::Button,
        Channel::Glasses | Channel::Cockpit => Assurance::Button,
        Channel::Watch => Assurance::Wrist,
        Channel::Desktop => Assurance::Unlocked,
        Channel::Phone => Assurance::Biometric,
    }
}

/// How sure a reply makes: what was done, on which device, how sure the device was of its owner, and whether the random word was heard.
pub(crate) fn strength(event: &ReplyEvent, device: Device, presence: Presence, word: bool) -> Assurance {
    let heard = if word { Assurance::Button } else { Assurance::Voice };
    let given = match (event, device.channel) {
        _ if presence == Presence::Biometric => Assurance::Biometric,
        (ReplyEvent::Tap | ReplyEvent::LongPress | ReplyEvent::Typed { .. }, channel) => match channel {
            Channel::Glasses => Assurance::Voice,
            Channel::Cockpit => Assurance::Button,
            // Nobody knows whose hand it is on a device that does not say that it is unlocked.
            _ if presence == Presence::Unknown => Assurance::Button,
            Channel::Watch => Assurance::Wrist,
            Channel::Phone | Channel::Desktop => Assurance::Unlocked,
        },
        _ => heard,
    };
    // Whoever drives neither looks at a screen nor into a camera.
    if device.moving { given.min(Assurance::Button) } else { given }
}

/// How long a whisper waits for its reply unless the user set it otherwise, in seconds; while driving half of it.
pub(crate) const WAITS: i64 = 30;
/// A whisper that waits for a stronger device, for the parked car or for the summary lapses when its intent is as old as this, in
/// seconds: the age at which an intent without a window of its own counts as stale.
pub(crate) const WAITS_ELSEWHERE: i64 = crate::clock::STALE_SECONDS;

/// How long this whisper waits, in seconds. `made` is when its intent was made, `setting` what the user set.
pub(crate) fn seconds(needs: Needs, device: Device, setting: Option<i64>, made: Moment, now: Moment) -> i64 {
    let usual = setting.unwrap_or(if device.moving { WAITS / 2 } else { WAITS });
    if needs.waits_for.is_none() {
        return usual;
    }
    let age = now.seconds().saturating_sub(made.seconds()).max(0);
    WAITS_ELSEWHERE.saturating_sub(age).max(usual)
}

impl Needs {
    /// As the whisper crate takes it.
    pub fn demand(self, challenge: Option<String>, seconds: i64) -> Demand {
        Demand { assurance: self.assurance, waits_for: self.waits_for, challenge, seconds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TIERS: [Tier; 3] = [Tier::Low, Tier::Middle, Tier::High];
    const LOOKS: [Look; 3] = [Look::Familiar, Look::Strange, Look::Alarming];

    fn device(channel: Channel, moving: bool) -> Device {
        Device { channel, moving }
    }

    fn weighed(tier: Tier, look: Look, channel: Channel, moving: bool) -> Needs {
        Weighed { tier, look, device: device(channel, moving), careful: false, quiet: false }.needs()
    }

    fn spoken() -> ReplyEvent {
        ReplyEvent::Spoken { words: "yes".to_owned() }
    }

    fn tap() -> ReplyEvent {
        ReplyEvent::Tap
    }

    #[test]
    fn more_money_and_more_strangeness_never_need_less() {
        for pair in TIERS.windows(2) {
            for look in LOOKS {
                assert!(needed(pair[0], look) <= needed(pair[1], look));
            }
        }
        for pair in LOOKS.windows(2) {
            for tier in TIERS {
                assert!(needed(tier, pair[0]) <= needed(tier, pair[1]));
            }
        }
    }

    #[test]
    fn the_channels_stand_in_their_order() {
        let order = [Channel::Glasses, Channel::Cockpit, Channel::Watch, Channel::Phone];
        let strengths = order.map(|channel| match channel {
            Channel::Glasses => strength(&spoken(), device(channel, false), Presence::Unlocked, false),
            channel => strength(&tap(), device(channel, false), Presence::Unlocked, false),
        });
        assert_eq!(strengths, [Assurance::Voice, Assurance::Button, Assurance::Wrist, Assurance::Unlocked]);
        assert_eq!(
            strength(&tap(), device(Channel::Phone, false), Presence::Biometric, false),
            Assurance::Biometric
        );
    }

    #[test]
    fn no_voice_alone_authorises_what_is_high_or_alarming() {
        for channel in Channel::ALL {
            for presence in [Presence::Unknown, Presence::Unlocked] {
                for event in [spoken(), ReplyEvent::Nod] {
                    let given = strength(&event, device(channel, false), presence, true);
                    assert!(given <= Assurance::Button);
                    for tier in TIERS {
                        assert!(given < needed(tier, Look::Alarming));
                        assert!(given < needed(Tier::High, Look::Familiar));
                    }
                }
            }
        }
    }

    #[test]
    fn above_a_channels_ceiling_a_stronger_device_is_waited_for() {
        for (tier, look, channel, waits) in [
            (Tier::Low, Look::Familiar, Channel::Glasses, None),
            (Tier::Low, Look::Strange, Channel::Glasses, None),
            (Tier::Middle, Look::Familiar, Channel::Glasses, None),
            (Tier::Middle, Look::Strange, Channel::Glasses, Some(Wait::StrongerDevice)),
            (Tier::Middle, Look::Strange, Channel::Watch, None),
            (Tier::Low, Look::Alarming, Channel::Watch, Some(Wait::StrongerDevice)),
            (Tier::Low, Look::Alarming, Channel::Desktop, None),
            (Tier::High, Look::Familiar, Channel::Desktop, Some(Wait::StrongerDevice)),
            (Tier::High, Look::Alarming, Channel::Phone, None),
        ] {
            assert_eq!(weighed(tier, look, channel, false).waits_for, waits, "{tier:?} {look:?} {channel:?}");
        }
    }

    #[test]
    fn driving_asks_only_what_is_familiar_and_low() {
        for tier in TIERS {
            for look in LOOKS {
                let needs = weighed(tier, look, Channel::Cockpit, true);
                let asked = tier == Tier::Low && look == Look::Familiar;
                assert_eq!(needs.waits_for, (!asked).then_some(Wait::Parked), "{tier:?} {look:?}");
                assert!(!needs.word, "what is asked while driving is one short exchange");
            }
        }
        let given = strength(&tap(), device(Channel::Phone, true), Presence::Biometric, false);
        assert_eq!(given, Assurance::Button, "neither a screen nor a biometric counts at the wheel");
    }

    #[test]
    fn medium_risk_by_voice_asks_for_a_word_and_a_touch_never_does() {
        for (tier, look, channel, word) in [
            (Tier::Low, Look::Familiar, Channel::Glasses, false),
            (Tier::Low, Look::Strange, Channel::Glasses, true),
            (Tier::Middle, Look::Familiar, Channel::Glasses, true),
            (Tier::Middle, Look::Familiar, Channel::Cockpit, true),
            (Tier::Middle, Look::Familiar, Channel::Watch, false),
            (Tier::Low, Look::Strange, Channel::Phone, false),
            (Tier::Low, Look::Strange, Channel::Desktop, false),
            (Tier::High, Look::Familiar, Channel::Glasses, false),
        ] {
            assert_eq!(weighed(tier, look, channel, false).word, word, "{tier:?} {look:?} {channel:?}");
        }
    }

    proptest! {
        /// Care asks for more, never for less, and never for a biometric that would not be needed without it.
        #[test]
        fn care_raises_by_a_step(tier in prop::sample::select(TIERS.to_vec()), look in prop::sample::select(LOOKS.to_vec()),
            channel in prop::sample::select(Channel::ALL.to_vec()), moving: bool) {
            let at_ease = Weighed { tier, look, device: device(channel, moving), careful: false, quiet: false };
            let (before, after) = (at_ease.needs().assurance, Weighed { careful: true, ..at_ease }.needs().assurance);
            prop_assert!(after >= before);
            prop_assert_eq!(after == Assurance::Biometric, before == Assurance::Biometric);
        }

        /// A whisper lapses in the time the user set where it is asked now, and never later than its intent goes stale where it waits.
        #[test]
        fn nothing_waits_for_ever(age in 0i64..100_000, setting in prop::option::of(15i64..=300), waits in prop::option::of(Just(Wait::Later)), moving: bool) {
            let made = Moment::parse("2026-06-01T12:00:00Z").unwrap();
            let now = made.plus_seconds(age);
            let needs = Needs { assurance: Assurance::Voice, spoken: Assurance::Voice, waits_for: waits, word: false };
            let waited = seconds(needs, device(Channel::Cockpit, moving), setting, made, now);
            let most = setting.unwrap_or(WAITS);
            prop_assert!(waited >= setting.unwrap_or(WAITS / 2));
            prop_assert!(waited <= most || age + waited <= WAITS_ELSEWHERE);
        }
    }
}
