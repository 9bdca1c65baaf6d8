//! Calibration and the joining of the two opinions.

use proptest::prelude::*;

use super::*;

fn heads(approve: f64, said_low: f64, said_prior: f64) -> Heads {
    let network = || Network {
        mean: vec![0.0],
        std: vec![1.0],
        hidden: Dense::new(vec![1.0], vec![0.0]),
        out: Dense::new(vec![1.0], vec![0.0]),
    };
    let platt = Calibration::Platt { a: 1.0, b: 0.0 };
    let thresholds = Thresholds {
        features_version: FEATURES_VERSION,
        habit_calibration: platt.clone(),
        said_calibration: Some(platt.clone()),
        said_prior,
        approve,
        approve_least: None,
        approve_most: None,
        said_low,
    };
    Heads { habit: network(), said: Some((network(), platt)), thresholds }
}

#[test]
fn knots_are_joined_by_straight_lines_and_flat_outside() {
    let knots = vec![(-2.0, 0.1), (0.0, 0.5), (2.0, 0.9)];
    for (z, p) in [(-9.0, 0.1), (-2.0, 0.1), (-1.0, 0.3), (0.0, 0.5), (1.0, 0.7), (2.0, 0.9), (9.0, 0.9)] {
        assert!((between(&knots, z) - p).abs() < 1e-12, "{z}");
    }
}

#[test]
fn a_calibration_that_turns_doubt_into_trust_is_refused() {
    let falling = Calibration::Knots { knots: vec![(0.0, 0.9), (1.0, 0.1)] };
    let unordered = Calibration::Knots { knots: vec![(1.0, 0.1), (0.0, 0.9)] };
    let empty = Calibration::Knots { knots: vec![] };
    let negative = Calibration::Platt { a: -1.0, b: 0.0 };
    let beyond = Calibration::Knots { knots: vec![(0.0, 1.5)] };
    for bad in [falling, unordered, empty, negative, beyond, Calibration::Platt { a: f64::NAN, b: 0.0 }] {
        assert!(!bad.is_sound(), "{bad:?}");
    }
}

#[test]
fn with_nothing_to_judge_from_nothing_is_familiar() {
    let opinion = heads(0.5, 0.0, 0.5).combine(None, None);
    assert_eq!((opinion.score, opinion.habit, opinion.said, opinion.familiar), (0.5, None, None, false));
}

#[test]
fn words_against_it_outweigh_any_habit() {
    let opinion = heads(0.9, 0.2, 0.5).combine(Some(7.0), Some(-2.0));
    assert!(opinion.score > 0.9 && !opinion.familiar);
}

#[test]
fn words_that_say_nothing_new_change_nothing() {
    let heads = heads(0.9, 0.2, 0.3);
    assert_eq!(heads.combine(Some(1.0), Some(logit(0.3))).score, heads.combine(Some(1.0), None).score);
}

#[test]
fn a_band_that_does_not_hold_its_threshold_is_refused() {
    let with = |least, most| Thresholds {
        approve_least: Some(least),
        approve_most: Some(most),
        ..heads(0.9, 0.2, 0.5).thresholds
    };
    assert!(with(0.8, 0.95).is_sound() && with(0.9, 0.9).is_sound());
    for bad in [with(0.91, 0.95), with(0.8, 0.89), with(0.4, 0.95), with(0.8, 1.1), with(f64::NAN, 0.95)] {
        assert!(!bad.is_sound(), "{bad:?}");
    }
}

proptest! {
    #[test]
    fn a_person_moves_the_threshold_within_its_band(one in -9.0f64..9.0, other in -9.0f64..9.0) {
        let mut thresholds = heads(0.9, 0.2, 0.5).thresholds;
        prop_assert_eq!(thresholds.approve_for(one), 0.9);
        (thresholds.approve_least, thresholds.approve_most) = (Some(0.85), Some(0.97));
        let (bold, careful) = (thresholds.approve_for(one.max(other)), thresholds.approve_for(one.min(other)));
        prop_assert!((0.85..=0.97).contains(&bold) && bold <= careful && careful <= 0.97);
        prop_assert_eq!(thresholds.approve_for(0.0), 0.9);
        prop_assert_eq!(thresholds.approve_for(f64::NAN), 0.97);
    }

    /// More support never lowers the score, and everything stays a probability with six decimals.
    #[test]
    fn the_score_rises_with_each_opinion(habit in -9.0f64..9.0, said in -9.0f64..9.0, more in 0.0f64..5.0, prior in 0.02f64..0.98) {
        let heads = heads(0.9, 0.1, prior);
        let base = heads.combine(Some(habit), Some(said));
        prop_assert!(heads.combine(Some(habit + more), Some(said)).score >= base.score);
        prop_assert!(heads.combine(Some(habit), Some(said + more)).score >= base.score);
        for p in [Some(base.score), base.habit, base.said].into_iter().flatten() {
            prop_assert!((0.0..=1.0).contains(&p));
            prop_assert_eq!(rounded(p), p);
        }
    }

    #[test]
    fn calibration_keeps_the_order(z in -9.0f64..9.0, more in 0.0f64..5.0, mut p in prop::collection::vec(0.0f64..=1.0, 1..8)) {
        p.sort_by(f64::total_cmp);
        let knots = p.iter().enumerate().map(|(at, p)| (at as f64 - 3.0, *p)).collect();
        let calibration = Calibration::Knots { knots };
        prop_assert!(calibration.is_sound());
        prop_assert!(calibration.log_odds(z + more) >= calibration.log_odds(z) - 1e-12);
    }
}

#[test]
fn one_more_slot_never_lifts_the_opinion_and_one_wrong_slot_decides() {
    let network = heads(0.9, 0.2, 0.5).said.unwrap().0;
    let slot = |z: f32| {
        let mut row = [0.0; SAID_FEATURES.len()];
        row[0] = z;
        SaidSlot { slot: "details.date".to_owned(), row }
    };
    let odds = |all: &[f32]| every_slot(&network, &all.iter().map(|z| slot(*z)).collect::<Vec<_>>()).unwrap();
    for one in [0.0f32, 0.5, 2.0, 4.9] {
        let mut all = vec![one];
        let mut last = odds(&all);
        for more in [0.0f32, 1.0, 4.0, 4.9, 4.9, 4.9] {
            all.push(more);
            let now = odds(&all);
            assert!(now.is_finite() && now <= last, "{all:?}");
            last = now;
        }
        assert!(last <= f64::from(one));
    }
}
