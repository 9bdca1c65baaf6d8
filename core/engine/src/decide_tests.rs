//! The decision, by examples and by its invariants.

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
    assert_eq!(answer, Answer { decision: Decision::Approve, reasons: vec![Reason::Familiar { times: 12 }] });
}

#[test]
fn without_a_model_nothing_is_approved_not_even_what_a_mandate_names() {
    for explicit in [false, true] {
        let answer = decide(&question(&allowed(explicit), &[], None));
        assert_eq!((answer.decision, answer.reasons), (Decision::Escalate, vec![Reason::ModelUnavailable]));
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
    assert_eq!((forbidden.decision, forbidden.reasons), (Decision::Decline, vec![Reason::PayeeForbidden]));
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
