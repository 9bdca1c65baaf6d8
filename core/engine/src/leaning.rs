//! Which way a person leans: how they answered where only the score was in doubt. It moves their threshold, inside the model's band.

use assent_store::{Reading, Table, Writing};
use serde::{Deserialize, Serialize};

use crate::error::EngineError;

const KEY: &str = "leaning";

/// How many answers are remembered, the latest.
const REMEMBERED: u8 = 32;
/// So many yeses more than noes, weighed, take a threshold to the end of its band: two weeks of a daily question.
const ALL_THE_WAY: f64 = 16.0;
/// A no weighs as much as so many yeses: a wrong approval costs money, a needless question a tap.
const NO_WEIGHS: u32 = 4;

/// The latest answers, one bit each, the latest lowest; a set bit is a no.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Leaning {
    noes: u32,
    answers: u8,
}

impl Leaning {
    /// Adds an answer.
    pub fn add(&mut self, yes: bool) {
        self.noes = (self.noes << 1) | u32::from(!yes);
        self.answers = self.answers.saturating_add(1).min(REMEMBERED);
    }

    /// From -1 (noes) over 0 (nothing known) to 1 (yeses).
    pub fn position(self) -> f64 {
        let noes = self.noes.count_ones();
        let yeses = u32::from(self.answers).saturating_sub(noes);
        ((f64::from(yeses) - f64::from(noes.saturating_mul(NO_WEIGHS))) / ALL_THE_WAY).clamp(-1.0, 1.0)
    }
}

/// Which way the user leans.
pub(crate) fn of(book: &Reading<'_>) -> Result<Leaning, EngineError> {
    Ok(book.get(Table::Settings, KEY)?.unwrap_or_default())
}

/// Takes in an answer to a question that only the score had asked, or a contested payment that nobody had asked about (a no).
pub(crate) fn heard(book: &mut Writing<'_>, yes: bool) -> Result<(), EngineError> {
    let mut leaning = of(book)?;
    leaning.add(yes);
    Ok(book.put(Table::Settings, KEY, &leaning)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn yeses_move_it_slowly_and_noes_fast() {
        let mut leaning = Leaning::default();
        assert_eq!(leaning.position(), 0.0);
        (0..100).for_each(|_| leaning.add(true));
        assert_eq!(leaning.position(), 1.0);
        (0..4).for_each(|_| leaning.add(false));
        assert!(leaning.position() < 1.0);
        (0..4).for_each(|_| leaning.add(false));
        assert!(leaning.position() < 0.0);
        (0..32).for_each(|_| leaning.add(true));
        assert_eq!(leaning.position(), 1.0, "what was long ago is forgotten");
    }

    proptest! {
        #[test]
        fn a_no_never_makes_it_bolder_and_a_yes_never_more_careful_than_that_no(answers in prop::collection::vec(any::<bool>(), 0..80)) {
            let mut leaning = Leaning::default();
            answers.iter().for_each(|yes| leaning.add(*yes));
            let (mut yes, mut no) = (leaning, leaning);
            yes.add(true);
            no.add(false);
            prop_assert!((-1.0..=1.0).contains(&leaning.position()));
            prop_assert!(no.position() <= leaning.position() && no.position() <= yes.position());
        }
    }
}
