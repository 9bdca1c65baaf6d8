//! The one place where an intent is decided. Rules forbid, the model only makes an answer more careful, doubt asks.

use assent_policy::{Ruling, Standing};
use assent_types::{Decision, Reason};

use crate::agents::AgentStanding;
use crate::clock::Timing;

/// Everything that a decision is made from.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Who asks.
    pub asker: AgentStanding,
    /// What the user allows.
    pub ruling: &'a Ruling,
    /// How the intent's times stand to the clock.
    pub timing: Timing,
    /// What is unusual or reassuring about it, strongest first.
    pub observations: &'a [Reason],
    /// Whether the model finds it familiar; `None` without a working model.
    pub familiar: Option<bool>,
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
pub fn decide(question: &Question<'_>) -> Answer {
    let forbidden = forbidden(question);
    if !forbidden.is_empty() {
        return Answer { decision: Decision::Decline, reasons: forbidden };
    }
    let doubts = doubts(question);
    if !doubts.is_empty() {
        return Answer { decision: Decision::Escalate, reasons: doubts };
    }
    Answer { decision: Decision::Approve, reasons: assurances(question) }
}

/// What forbids the payment, whatever speaks for it.
fn forbidden(question: &Question<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    match question.asker {
        AgentStanding::Revoked => reasons.push(Reason::AgentRevoked),
        AgentStanding::Suspended => reasons.push(Reason::AgentSuspended),
        AgentStanding::Active | AgentStanding::Unknown => {}
    }
    if question.ruling.standing == Standing::Forbidden {
        reasons.extend(question.ruling.reasons.iter().cloned());
    }
    if question.timing.expired {
        reasons.push(Reason::OfferExpired);
    }
    reasons
}

/// What the user has to be asked about, the most alarming first.
fn doubts(question: &Question<'_>) -> Vec<Reason> {
    let named = names_it(question.ruling);
    let settled = |doubt: &Reason| named && settles(question.ruling, doubt);
    let mut doubts = Vec::new();
    if question.asker == AgentStanding::Unknown {
        doubts.push(Reason::AgentUnknown);
    }
    if question.ruling.standing == Standing::NotAllowed {
        doubts.extend(question.ruling.reasons.iter().cloned());
    }
    doubts.extend(question.observations.iter().filter(|o| weight(o) == Weight::Asks && !settled(o)).cloned());
    if question.timing.ahead {
        doubts.push(Reason::ClockUnsure);
    }
    if question.timing.stale {
        doubts.push(Reason::Stale);
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

/// Why nobody needs to be asked.
fn assurances(question: &Question<'_>) -> Vec<Reason> {
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
        Reason::LookAlike { .. } => 0,
        Reason::SameNameOtherAccount => 1,
        Reason::NotAsSaid(_) => 2,
        Reason::AgentUnknown => 3,
        Reason::CurrencyNew { .. } => 4,
        Reason::AmountUnusual { .. } => 5,
        Reason::LooksForbidden(_) | Reason::NameChanged => 5,
        Reason::TooSoon => 6,
        Reason::ClockUnsure | Reason::Stale => 7,
        Reason::SumLimit(_) | Reason::CountLimit(_) => 8,
        Reason::PayeeNew | Reason::BarelyKnown { .. } => 9,
        _ => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assent_types::{Id, Period};
    use proptest::prelude::*;

    fn ruling(standing: Standing, reasons: Vec<Reason>) -> Ruling {
        Ruling { standing, reasons, charges: Vec::new() }
    }

    fn allowed(explicit: bool) -> Ruling {
        ruling(Standing::Allowed { by: vec![Id::new("m").unwrap()], explicit }, Vec::new())
    }

    fn question<'a>(ruling: &'a Ruling, observations: &'a [Reason], familiar: Option<bool>) -> Question<'a> {
        Question { asker: AgentStanding::Active, ruling, timing: Timing::default(), observations, familiar }
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

    proptest! {
        /// Rules forbid and doubts ask, whatever the model says; only their absence approves.
        #[test]
        fn the_model_never_overrides_a_rule(
            asker in prop::sample::select(vec![AgentStanding::Active, AgentStanding::Unknown, AgentStanding::Suspended, AgentStanding::Revoked]),
            standing in prop::sample::select(vec![Standing::Forbidden, Standing::NotAllowed, Standing::Allowed { by: vec![], explicit: false }, Standing::Allowed { by: vec![], explicit: true }]),
            observations in prop::collection::vec(any_observation(), 0..4),
            expired: bool, stale: bool, ahead: bool,
            familiar in prop::option::of(any::<bool>()),
        ) {
            let ruling = ruling(standing.clone(), match standing {
                Standing::Forbidden => vec![Reason::PayeeForbidden],
                Standing::NotAllowed => vec![Reason::NotCovered],
                Standing::Allowed { .. } => vec![],
            });
            let answer = decide(&Question { asker, ruling: &ruling, timing: Timing { expired, stale, ahead }, observations: &observations, familiar });
            let must_decline = matches!(asker, AgentStanding::Suspended | AgentStanding::Revoked) || standing == Standing::Forbidden || expired;
            prop_assert_eq!(answer.decision == Decision::Decline, must_decline);
            if answer.decision == Decision::Approve {
                prop_assert_eq!(asker, AgentStanding::Active);
                prop_assert!(familiar.is_some() && !stale && !ahead);
                prop_assert!(!observations.contains(&Reason::TooSoon));
                if standing == (Standing::Allowed { by: vec![], explicit: false }) {
                    prop_assert_eq!(familiar, Some(true));
                    prop_assert!(observations.iter().all(|o| weight(o) != Weight::Asks));
                }
            } else {
                prop_assert!(!answer.reasons.is_empty());
            }
        }
    }
}
