//! Agents that try out where a limit stands: noticed by how their amounts close in on it, slowed for a growing time, and shown to the user.
//!
//! Every answer about a limit tells an agent on which side of it an amount lies. Whoever halves the gap again and again has the limit after a
//! few questions; nobody who buys things does that. What counts is therefore a step that lies between the largest amount that had room and
//! the smallest that had none, and that closes a good part of the gap. Amounts elsewhere count nothing, so that hiding the steps among them
//! gains nothing either.

use assent_policy::{Ruling, Standing};
use assent_store::{Reading, Table, Writing};
use assent_types::{Currency, Id, Moment, Money, Period, Reason};
use serde::{Deserialize, Serialize};

use crate::agents::AgentStanding;
use crate::error::EngineError;

/// So many closing steps are a search: by then halving has found a limit to three percent, and chance hardly ever makes as many.
const STEPS: u8 = 5;
/// A closing step leaves at most so much of the gap, in percent; halving leaves 50.
const CLOSES_TO: i64 = 75;
/// Steps further apart than this are not one search, in seconds.
const FORGOTTEN: i64 = 86_400;
/// How long an agent is slowed the first time, in seconds; each time after that twice as long …
const FIRST: i64 = 600;
/// … up to a day.
const LONGEST: i64 = 86_400;

/// What is kept about one agent's amounts around its limits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Probing {
    /// The latest step, in seconds since 1970.
    latest: i64,
    /// The search that may be under way, in one currency.
    search: Option<Search>,
    /// How often a search was noticed.
    noticed: u32,
    /// Until when the agent is slowed, in seconds since 1970.
    until: i64,
}

/// The gap in which the limit must lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Search {
    currency: Currency,
    /// The largest amount that had room, in minor units.
    fits: i64,
    /// The smallest that had none.
    over: Option<i64>,
    steps: u8,
}

/// What the wallet shows of an agent that tries out limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Probed {
    /// How often it was noticed.
    pub noticed: u32,
    /// Until when its intents are asked about; `None` where that time is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slowed_until: Option<Moment>,
}

/// The registered agent that is meant; `None` for all that nobody registered, who are one to us: a new name costs them nothing.
fn known(agent: &Id, standing: AgentStanding) -> Option<&Id> {
    (standing != AgentStanding::Unknown).then_some(agent)
}

fn key(agent: Option<&Id>) -> String {
    agent.map_or("probing".to_owned(), |agent| format!("probing\n{}", agent.as_str()))
}

fn of(book: &Reading<'_>, agent: Option<&Id>) -> Result<Probing, EngineError> {
    Ok(book.get(Table::Settings, &key(agent))?.unwrap_or_default())
}

/// Whether this agent is slowed now.
pub(crate) fn is_slowed(
    book: &Reading<'_>,
    agent: &Id,
    standing: AgentStanding,
    now: Moment,
) -> Result<bool, EngineError> {
    Ok(of(book, known(agent, standing))?.until > now.seconds())
}

/// What the wallet shows of this agent, or of all that nobody registered.
pub(crate) fn shown(
    book: &Reading<'_>,
    agent: Option<&Id>,
    now: Moment,
) -> Result<Option<Probed>, EngineError> {
    let probing = of(book, agent)?;
    let slowed = probing.until.saturating_sub(now.seconds());
    Ok((probing.noticed > 0).then(|| Probed {
        noticed: probing.noticed,
        slowed_until: (slowed > 0).then(|| now.plus_seconds(slowed)),
    }))
}

/// Remembers on which side of its limits an agent's amount lay, and tells whether a search was noticed by it.
pub(crate) fn note(
    book: &mut Writing<'_>,
    agent: &Id,
    standing: AgentStanding,
    ruling: &Ruling,
    amount: Money,
    now: Moment,
) -> Result<bool, EngineError> {
    let Some(over) = side(ruling) else { return Ok(false) };
    let agent = known(agent, standing);
    let mut probing = of(book, agent)?;
    let (before, noticed) = (probing.clone(), probing.step(amount, over, now.seconds()));
    if probing != before {
        book.put(Table::Settings, &key(agent), &probing)?;
    }
    Ok(noticed)
}

/// Forgets what an agent tried.
pub(crate) fn forget(book: &mut Writing<'_>, agent: &Id) -> Result<(), EngineError> {
    Ok(book.delete(Table::Settings, &key(Some(agent)))?)
}

/// Whether the amount was over a ceiling (`true`), or within all of them; `None` where nothing was said about ceilings. Only a ceiling on
/// money can be searched by amounts.
fn side(ruling: &Ruling) -> Option<bool> {
    let over = ruling.reasons.iter().any(|reason| {
        matches!(
            reason,
            Reason::SumLimit(Period::Payment | Period::Day | Period::Week | Period::Month | Period::Total)
                | Reason::BeyondCard
        )
    });
    match ruling.standing {
        Standing::Allowed { .. } => Some(false),
        _ if over => Some(true),
        _ => None,
    }
}

impl Probing {
    fn step(&mut self, amount: Money, over: bool, now: i64) -> bool {
        if now.saturating_sub(self.latest) > FORGOTTEN
            || self.search.as_ref().is_some_and(|search| search.currency != amount.currency())
        {
            self.search = None;
        }
        self.latest = self.latest.max(now);
        let search =
            self.search.get_or_insert(Search { currency: amount.currency(), fits: 0, over: None, steps: 0 });
        search.step(amount.minor(), over);
        if search.steps < STEPS {
            return false;
        }
        self.search = None;
        let doubled = FIRST.checked_shl(self.noticed).filter(|seconds| (FIRST..LONGEST).contains(seconds));
        self.noticed = self.noticed.saturating_add(1);
        self.until = self.until.max(now).saturating_add(doubled.unwrap_or(LONGEST));
        true
    }
}

impl Search {
    fn step(&mut self, amount: i64, over: bool) {
        let Some(known_over) = self.over else {
            if over {
                self.over = Some(amount);
            } else {
                self.fits = self.fits.max(amount);
            }
            return;
        };
        if !(self.fits..known_over).contains(&amount) || amount == self.fits {
            return;
        }
        let gap = known_over.saturating_sub(self.fits);
        if over {
            self.over = Some(amount);
        } else {
            self.fits = amount;
        }
        let left = self.over.unwrap_or(known_over).saturating_sub(self.fits);
        if left.saturating_mul(100) <= gap.saturating_mul(CLOSES_TO) {
            self.steps = self.steps.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn yuan(minor: i64) -> Money {
        Money::from_minor(minor, Currency::from_code("CNY").unwrap()).unwrap()
    }

    fn tried(probing: &mut Probing, amounts: &[i64], ceiling: i64, from: i64) -> Option<usize> {
        amounts.iter().enumerate().find_map(|(at, amount)| {
            probing.step(yuan(*amount), *amount > ceiling, from + at as i64 * 60).then_some(at)
        })
    }

    proptest! {
        /// Wherever the limit stands: whoever halves the gap is noticed before the limit is known to one percent, other amounts between or not.
        #[test]
        fn a_search_by_halving_is_noticed(ceiling in 1_000i64..1_000_000, start in 1i64..8, noise in prop::collection::vec(1i64..900, 0..20)) {
            let mut probing = Probing::default();
            let (mut low, mut high) = (0, ceiling * (start + 1));
            let mut noticed = false;
            for step in 0..40 {
                let middle = (low + high) / 2;
                if noticed || (high - low) * 100 <= high {
                    break;
                }
                noticed |= probing.step(yuan(middle), middle > ceiling, step * 30);
                for amount in &noise {
                    noticed |= probing.step(yuan(*amount), *amount > ceiling, step * 30);
                }
                if middle > ceiling { high = middle } else { low = middle }
            }
            prop_assert!(noticed);
        }

        /// Ordinary purchases with a large one now and then are no search.
        #[test]
        fn purchases_are_no_search(amounts in prop::collection::vec(500i64..19_000, 1..60), large in 25_000i64..500_000, at in 0usize..60) {
            let mut probing = Probing::default();
            let mut all = amounts.clone();
            all.insert(at % (amounts.len() + 1), large);
            prop_assert_eq!(tried(&mut probing, &all, 20_000, 0), None);
        }
    }

    #[test]
    fn each_search_slows_for_longer_and_none_for_more_than_a_day() {
        let mut probing = Probing::default();
        let search = [40_000, 10_000, 25_000, 17_500, 21_250, 19_375, 20_312];
        let mut longest = 0;
        for round in 0..12i64 {
            let from = round * 1_000_000;
            let at = tried(&mut probing, &search, 20_000, from).unwrap() as i64;
            let slowed = probing.until - (from + at * 60);
            assert!(slowed > longest || slowed == LONGEST, "{round}: {slowed}");
            longest = slowed;
        }
        assert_eq!((probing.noticed, longest), (12, LONGEST));
    }
}
