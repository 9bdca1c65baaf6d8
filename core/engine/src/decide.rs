//! The one place where an intent is decided. Rules forbid, the model only makes an answer more careful, doubt asks.

use assent_policy::{Ruling, Standing};
use assent_protocols::Proof;
use assent_types::{Decision, Reason, Text};
use serde::{Deserialize, Serialize};

use crate::agents::AgentStanding;
use crate::clock::Timing;
use crate::provenance::Provenance;

/// Everything that a decision is made from, and nothing else: whoever keeps it can decide again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Who asks.
    pub asker: Asker,
    /// What the user allows.
    pub ruling: Ruling,
    /// How the intent's times stand to the clock.
    pub timing: Timing,
    /// What this device cannot vouch for, and what its user cannot be asked.
    pub doubts: Doubts,
    /// What is unusual or reassuring about it, strongest first.
    pub observations: Vec<Reason>,
    /// Whether the model finds it familiar; `None` without a working model.
    pub familiar: Option<bool>,
    /// Who stands behind payee, amount and currency.
    pub provenance: Provenance,
}

/// Who asks, as far as it matters to a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asker {
    /// How the agent stands with the user.
    pub standing: AgentStanding,
    /// What the intent's signature proves.
    pub proof: Proof,
    /// The agent's key was replaced, and the user has not confirmed enough under the new one.
    pub key_changed: bool,
    /// A registered agent whose id looks like this one's, where this one is not registered.
    pub looks_like: Option<Text>,
    /// The agent was seen trying out limits and is slowed.
    pub slowed: bool,
}

impl Asker {
    /// An agent of this standing, with nothing else to be said of it.
    pub fn plain(standing: AgentStanding) -> Self {
        Self { standing, proof: Proof::NoKey, key_changed: false, looks_like: None, slowed: false }
    }
}

/// What this device cannot vouch for, and what its user cannot be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubts {
    /// Its two clocks disagree, or the one on the wall went back.
    pub clock: bool,
    /// The store was put back to an older state or lost its key, and the user has not decided what holds.
    pub state: bool,
    /// What is known of the user changed again and again while this was judged.
    pub changed_meanwhile: bool,
    /// The agent has asked the user too much already.
    #[serde(default)]
    pub flooded: bool,
}

/// A decision and why, the deciding reason first.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What becomes of the intent.
    pub decision: Decision,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Decides.
pub fn decide(question: &Question) -> Answer {
    let forbidden = forbidden(question);
    if !forbidden.is_empty() {
        return Answer { decision: Decision::Decline, reasons: forbidden };
    }
    let mut doubts = doubts(question);
    if doubts.is_empty() {
        // The last gate: money never moves on the agent's word alone, whatever else speaks for it.
        doubts.extend(question.provenance.agent_alone().map(Reason::OnlyAgentSays));
    }
    if !doubts.is_empty() && question.doubts.flooded {
        return Answer { decision: Decision::Decline, reasons: vec![Reason::TooManyQuestions] };
    }
    if !doubts.is_empty() {
        return Answer { decision: Decision::Escalate, reasons: doubts };
    }
    Answer { decision: Decision::Approve, reasons: assurances(question) }
}

/// What forbids the payment, whatever speaks for it.
fn forbidden(question: &Question) -> Vec<Reason> {
    let mut reasons = Vec::new();
    match question.asker.standing {
        AgentStanding::Revoked => reasons.push(Reason::AgentRevoked),
        AgentStanding::Suspended => reasons.push(Reason::AgentSuspended),
        AgentStanding::Active | AgentStanding::Unknown => {}
    }
    match question.asker.proof {
        Proof::Unsigned => reasons.push(Reason::AgentUnsigned),
        Proof::Bad => reasons.push(Reason::AgentSignatureBad),
        Proof::NoKey | Proof::Signed => {}
    }
    if question.ruling.standing == Standing::Forbidden {
        reasons.extend(told(question));
    }
    if question.timing.expired {
        reasons.push(Reason::OfferExpired);
    }
    reasons
}

/// What the user has to be asked about, the most alarming first.
fn doubts(question: &Question) -> Vec<Reason> {
    // Whoever tries out limits shall not find one by what a mandate leaves unasked within it.
    let named = names_it(&question.ruling) && !question.asker.slowed;
    let settled = |doubt: &Reason| named && settles(&question.ruling, doubt);
    let mut doubts = doubts_of_asker(&question.asker);
    if question.ruling.standing == Standing::NotAllowed {
        doubts.extend(told(question));
    }
    doubts.extend(question.observations.iter().filter(|o| weight(o) == Weight::Asks && !settled(o)).cloned());
    if question.timing.ahead || question.doubts.clock {
        doubts.push(Reason::ClockUnsure);
    }
    if question.timing.stale {
        doubts.push(Reason::Stale);
    }
    if question.doubts.state {
        doubts.push(Reason::StateUnsure);
    }
    if question.doubts.changed_meanwhile {
        doubts.push(Reason::ChangedMeanwhile);
    }
    let unfamiliar = match question.familiar {
        None => Some(Reason::ModelUnavailable),
        Some(false) if !named => Some(Reason::NotFamiliar),
        Some(_) => None,
    };
    doubts.sort_by_key(alarm);
    if doubts.is_empty() && unfamiliar.is_none() {
        return doubts;
    }
    // Where nothing else asks, the score decides; what explains it comes after it.
    let explains = question.observations.iter().filter(|o| weight(o) == Weight::Explains).cloned();
    if doubts.is_empty() {
        return unfamiliar.into_iter().chain(explains).collect();
    }
    doubts.extend(explains);
    doubts.extend(unfamiliar);
    doubts
}

/// What speaks against the agent itself.
fn doubts_of_asker(asker: &Asker) -> Vec<Reason> {
    let mut doubts = Vec::new();
    if asker.standing == AgentStanding::Unknown {
        doubts.push(Reason::AgentUnknown);
    }
    doubts.extend(asker.looks_like.iter().map(|known| Reason::AgentLookAlike { known: known.clone() }));
    if asker.key_changed {
        doubts.push(Reason::AgentKeyChanged);
    }
    if asker.slowed {
        doubts.push(Reason::LimitsProbed);
    }
    doubts
}

/// What an agent is told of the ruling. One that tries out limits is not told on which side of them its amount lies.
fn told(question: &Question) -> impl Iterator<Item = Reason> {
    let slowed = question.asker.slowed;
    question.ruling.reasons.iter().filter(move |reason| !(slowed && is_limit(reason))).cloned()
}

fn is_limit(reason: &Reason) -> bool {
    matches!(reason, Reason::SumLimit(_) | Reason::CountLimit(_) | Reason::Sliced | Reason::BeyondCard)
}

/// Why nobody needs to be asked.
fn assurances(question: &Question) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = question.ruling.reasons.clone();
    reasons.extend(question.observations.iter().filter(|o| weight(o) == Weight::Assures).cloned());
    reasons
}

/// Whether the user's own mandate names this payee, or gave the agent a card: then the payee need not be familiar.
fn names_it(ruling: &Ruling) -> bool {
    matches!(ruling.standing, Standing::Allowed { explicit: true, .. })
}

/// What an observation does to a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weight {
    /// The user is asked, however high the score.
    Asks,
    /// It explains a low score and decides nothing by itself.
    Explains,
    /// It speaks for the payment.
    Assures,
}

fn weight(reason: &Reason) -> Weight {
    match reason {
        Reason::Familiar { .. }
        | Reason::Due { .. }
        | Reason::AsSaid
        | Reason::MandateNames
        | Reason::SessionCovers
        | Reason::CardCovers => Weight::Assures,
        Reason::HourUnusual | Reason::PlaceUnusual | Reason::CategoryNew | Reason::AgentNewHere => {
            Weight::Explains
        }
        _ => Weight::Asks,
    }
}

/// Whether a mandate that names the payee, or a card, answers this doubt. A known name on the account that the user named is meant; on
/// any other, and out of a card, it deceives. What was said remains; so does a second payment at once, unless it comes out of a card, whose
/// quota is all that can be lost.
fn settles(ruling: &Ruling, doubt: &Reason) -> bool {
    match doubt {
        Reason::PayeeNew
        | Reason::CurrencyNew { .. }
        | Reason::AmountUnusual { .. }
        | Reason::NameChanged
        | Reason::NameMixed
        | Reason::BarelyKnown { .. } => true,
        Reason::SameNameOtherAccount | Reason::LooksForbidden(_) => {
            ruling.reasons.contains(&Reason::MandateNames)
        }
        Reason::TooSoon => ruling.reasons.contains(&Reason::CardCovers),
        _ => false,
    }
}

/// The order in which doubts are told: deceit, then contradiction, then who and how much, then what is merely new.
fn alarm(reason: &Reason) -> u8 {
    match reason {
        Reason::LookAlike { .. } | Reason::AgentLookAlike { .. } => 0,
        Reason::SameNameOtherAccount => 1,
        Reason::NotAsSaid(_) => 2,
        Reason::AgentUnknown | Reason::AgentKeyChanged | Reason::LimitsProbed => 3,
        Reason::StateUnsure => 3,
        Reason::CurrencyNew { .. } => 4,
        Reason::AmountUnusual { .. } => 5,
        Reason::LooksForbidden(_) | Reason::NameChanged | Reason::NameMixed => 5,
        Reason::TooSoon => 6,
        Reason::ClockUnsure | Reason::Stale => 7,
        Reason::SumLimit(_) | Reason::CountLimit(_) | Reason::Sliced => 8,
        Reason::PayeeNew | Reason::BarelyKnown { .. } => 9,
        _ => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::Sources;
    use assent_types::{Id, Period};
    use proptest::prelude::*;

    fn ruling(standing: Standing, reasons: Vec<Reason>) -> Ruling {
        Ruling { standing, reasons, charges: Vec::new() }
    }

    fn allowed(explicit: bool) -> Ruling {
        ruling(Standing::Allowed { by: vec![Id::new("m").unwrap()], explicit }, Vec::new())
    }

    fn backed() -> Provenance {
        let history = Sources { history: true, ..Sources::default() };
        Provenance { payee: history, amount: history, currency: history }
    }

    fn question(ruling: &Ruling, observations: &[Reason], familiar: Option<bool>) -> Question {
        Question {
            asker: Asker::plain(AgentStanding::Active),
            ruling: ruling.clone(),
            timing: Timing::default(),
            doubts: Doubts::default(),
            observations: observations.to_vec(),
            familiar,
            provenance: backed(),
        }
    }

    #[test]
    fn familiar_and_allowed_is_approved() {
        let answer = decide(&question(&allowed(false), &[Reason::Familiar { times: 12 }], Some(true)));
        assert_eq!(
            answer,
            Answer { decision: Decision::Approve, reasons: vec![Reason::Familiar { times: 12 }] }
        );
    }

    #[test]
    fn without_a_model_nothing_is_approved_not_even_what_a_mandate_names() {
        for explicit in [false, true] {
            let answer = decide(&question(&allowed(explicit), &[], None));
            assert_eq!(
                (answer.decision, answer.reasons),
                (Decision::Escalate, vec![Reason::ModelUnavailable])
            );
        }
    }

    #[test]
    fn a_mandate_that_names_the_payee_needs_no_habit_but_no_deceit_passes() {
        assert_eq!(
            decide(&question(&allowed(true), &[Reason::PayeeNew], Some(false))).decision,
            Decision::Approve
        );
        let deceit = [Reason::LookAlike { known: assent_types::Text::line("PayPal", 64).unwrap() }];
        assert_eq!(decide(&question(&allowed(true), &deceit, Some(true))).decision, Decision::Escalate);
    }

    #[test]
    fn deceit_is_told_first_and_the_score_last() {
        let observations = [Reason::PayeeNew, Reason::HourUnusual, Reason::SameNameOtherAccount];
        let over = ruling(Standing::NotAllowed, vec![Reason::SumLimit(Period::Day)]);
        let codes: Vec<_> =
            decide(&question(&over, &observations, Some(false))).reasons.iter().map(Reason::code).collect();
        assert_eq!(
            codes,
            ["same_name_other_account", "over_day_limit", "payee_new", "hour_unusual", "not_familiar"]
        );
    }

    fn any_observation() -> impl Strategy<Value = Reason> {
        prop::sample::select(vec![
            Reason::PayeeNew,
            Reason::SameNameOtherAccount,
            Reason::AmountUnusual { times: 9.0 },
            Reason::TooSoon,
            Reason::HourUnusual,
            Reason::Familiar { times: 3 },
        ])
    }

    #[test]
    fn a_slowed_agent_does_not_hear_on_which_side_of_a_limit_it_is() {
        let over = ruling(Standing::NotAllowed, vec![Reason::SumLimit(Period::Day)]);
        let slowed = |ruling: &Ruling| {
            let mut question = question(ruling, &[Reason::Familiar { times: 9 }], Some(true));
            question.asker.slowed = true;
            decide(&question)
        };
        assert_eq!(slowed(&over), slowed(&allowed(false)));
        let beyond = slowed(&ruling(Standing::Forbidden, vec![Reason::BeyondCard]));
        assert_eq!((&beyond, &beyond), (&slowed(&allowed(false)), &slowed(&allowed(true))));
        let forbidden = slowed(&ruling(Standing::Forbidden, vec![Reason::PayeeForbidden]));
        assert_eq!(
            (forbidden.decision, forbidden.reasons),
            (Decision::Decline, vec![Reason::PayeeForbidden])
        );
    }

    #[test]
    fn a_question_reads_back_as_it_was_kept() {
        let observations = [
            Reason::LookAlike { known: Text::line("PayPal", 64).unwrap() },
            Reason::AmountUnusual { times: 3.4 },
            Reason::NotAsSaid(assent_types::Slot::Order),
            Reason::Due { every_days: 7 },
        ];
        let question = question(&allowed(true), &observations, Some(false));
        let kept = serde_json::to_string(&question).unwrap();
        assert_eq!(serde_json::from_str::<Question>(&kept).unwrap(), question);
    }

    fn any_sources() -> impl Strategy<Value = Sources> {
        any::<[bool; 4]>().prop_map(|[said, merchant, history, mandate]| Sources {
            said,
            merchant,
            history,
            mandate,
        })
    }

    fn any_asker() -> impl Strategy<Value = Asker> {
        (
            prop::sample::select(vec![
                AgentStanding::Active,
                AgentStanding::Unknown,
                AgentStanding::Suspended,
                AgentStanding::Revoked,
            ]),
            prop::sample::select(vec![Proof::NoKey, Proof::Signed, Proof::Unsigned, Proof::Bad]),
            any::<(bool, bool)>(),
        )
            .prop_map(|(standing, proof, (key_changed, slowed))| Asker {
                proof,
                key_changed,
                slowed,
                ..Asker::plain(standing)
            })
    }

    proptest! {
        /// Rules forbid and doubts ask, whatever the model says; only their absence approves, and never on the agent's word alone.
        #[test]
        fn the_model_never_overrides_a_rule(
            asker in any_asker(),
            standing in prop::sample::select(vec![Standing::Forbidden, Standing::NotAllowed, Standing::Allowed { by: vec![], explicit: false }, Standing::Allowed { by: vec![], explicit: true }]),
            observations in prop::collection::vec(any_observation(), 0..4),
            (expired, stale, ahead) in any::<(bool, bool, bool)>(),
            (clock, state, changed_meanwhile) in any::<(bool, bool, bool)>(),
            familiar in prop::option::of(any::<bool>()),
            (payee, amount, currency) in (any_sources(), any_sources(), any_sources()),
        ) {
            let ruling = ruling(standing.clone(), match standing {
                Standing::Forbidden => vec![Reason::PayeeForbidden],
                Standing::NotAllowed => vec![Reason::NotCovered],
                Standing::Allowed { .. } => vec![],
            });
            let question = Question {
                asker: asker.clone(),
                ruling,
                timing: Timing { expired, stale, ahead },
                doubts: Doubts { clock, state, changed_meanwhile, flooded: false },
                observations: observations.clone(),
                familiar,
                provenance: Provenance { payee, amount, currency },
            };
            let answer = decide(&question);
            let unproven = matches!(asker.proof, Proof::Unsigned | Proof::Bad);
            let gone = matches!(asker.standing, AgentStanding::Suspended | AgentStanding::Revoked);
            prop_assert_eq!(answer.decision == Decision::Decline, gone || unproven || standing == Standing::Forbidden || expired);
            if answer.decision == Decision::Approve {
                prop_assert_eq!(asker.standing, AgentStanding::Active);
                prop_assert!(!asker.key_changed && !asker.slowed && !unproven);
                prop_assert!(familiar.is_some() && !stale && !ahead && !clock && !state && !changed_meanwhile);
                prop_assert!(!observations.contains(&Reason::TooSoon));
                for sources in [payee, amount, currency] {
                    prop_assert!(sources.said || sources.merchant || sources.history || sources.mandate);
                }
                if standing == (Standing::Allowed { by: vec![], explicit: false }) {
                    prop_assert_eq!(familiar, Some(true));
                    prop_assert!(observations.iter().all(|o| weight(o) != Weight::Asks));
                }
            } else {
                prop_assert!(!answer.reasons.is_empty());
            }
            // An agent that has asked too much is not passed on; what is approved or forbidden stays so.
            let flooded = Question { doubts: Doubts { flooded: true, ..question.doubts }, ..question };
            let passed_on = decide(&flooded);
            if answer.decision == Decision::Escalate {
                prop_assert_eq!((passed_on.decision, passed_on.reasons), (Decision::Decline, vec![Reason::TooManyQuestions]));
            } else {
                prop_assert_eq!(passed_on, answer);
            }
        }
    }
}
