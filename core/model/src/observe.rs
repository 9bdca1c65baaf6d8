//! What is unusual or reassuring about an intent, by plain rules: they hold with and without a model, and a person can check them.

use assent_habits::{Amounts, PayeeHabit, Recollection};
use assent_types::{Money, Reason};

use crate::asked::Asked;
use crate::claims;
use crate::heard::Heard;
use crate::look;
use crate::said_amount;
use crate::slot_row;

/// "Again" is within ten minutes: an agent that repeats a call after a time-out, a double tap, a cloned order. In days.
pub(crate) const AGAIN_DAYS: f64 = 10.0 / 1440.0;
/// Nobody pays the same payee twice within a minute on purpose, in days. Rides and machines come close, a few minutes apart.
const AT_ONCE_DAYS: f64 = 1.0 / 1440.0;
/// So many earlier intervals as short make a short one usual: one pair may have been the first theft.
const SHORT_IS_USUAL: usize = 3;
/// A regular payment is early before this share of its interval. [`assent_habits::Rhythm`] calls it due from 75 % on; between the two a
/// holiday or a week-end may have moved it.
pub(crate) const EARLY: f64 = 0.6;
/// Three times the usual is more than prices, company and appetite explain.
const FAR_TIMES: f64 = 3.0;
/// Or three robust deviations, three sigma of the logarithms, with a floor of a tenth so that a fixed price is not brittle …
const FAR_SPREADS: f64 = 3.0;
const SPREAD_FLOOR: f64 = 0.1;
/// … but never for less than one and a half times, and not before there are amounts enough for a spread.
const LEAST_TIMES: f64 = 1.5;
const ENOUGH_FOR_SPREAD: u32 = 5;
/// Where at least this share of earlier amounts were as large, the amount is one of two habits, not a slip.
const USUAL_SHARE: f64 = 0.1;
/// What the user vouched for at a payee, twice over, is as far as anything goes unasked: what agents paid without asking widens nothing
/// (see [`assent_habits::Vouched`]), so a slow climb ends here, however many small steps it takes.
const MOST_TIMES_VOUCHED: i64 = 2;
/// At a new payee an amount is held against all others once there are this many, and has to be above the largest of them.
const ENOUGH_FOR_USER: u32 = 10;
/// From this many payments on, what never occurred in them says something (at 2 % one would expect it once in fifty, and 20 show the hours kept).
const ENOUGH_HISTORY: u32 = 20;
/// An hour of the day with less than this share of payments is unusual.
const RARE_HOUR: f64 = 0.02;
/// Beyond a day's usual ways, in kilometres: farther than nearly all commuting.
const FAR_KM: f64 = 50.0;
/// So many payments make a payee familiar: the first may be chance, the second a try, and a thief's kiosk paid once is no habit.
const FAMILIAR: u32 = 3;
/// So much of the payee's name or of an item has to be said for "the user asked for it".
const MOSTLY: f32 = 0.5;

/// What is unusual about an intent, the strongest first, and after that what is reassuring.
pub fn observe(asked: &Asked<'_>, known: &Recollection) -> Vec<Reason> {
    let heard = Heard::of(&asked.context.heard);
    let money = asked.intent.most();
    let mut reasons = Vec::new();
    reasons.extend(deceit(asked, known).or_else(|| name_changed(asked, known)));
    if let Some(heard) = &heard {
        reasons.extend(claims::contradictions(asked, heard, known).into_iter().map(Reason::NotAsSaid));
    }
    let contradicted = reasons.iter().any(|reason| matches!(reason, Reason::NotAsSaid(_)));
    reasons.extend(new_currency(money, known));
    reasons.extend(unusual_amount(money, known).map(|times| Reason::AmountUnusual { times }));
    match &known.payee {
        None => reasons.push(Reason::PayeeNew),
        Some(payee) => {
            if too_soon(asked, payee) {
                reasons.push(Reason::TooSoon);
            }
            if payee.count < FAMILIAR {
                reasons.push(Reason::BarelyKnown { times: payee.count });
            }
            if payee.agents.count(asked.intent.agent.as_str()) == 0 {
                reasons.push(Reason::AgentNewHere);
            }
        }
    }
    reasons.extend(surroundings(asked, known));
    reasons.extend(assurances(asked, known));
    if heard.is_some_and(|heard| !contradicted && as_said(asked, &heard)) {
        reasons.push(Reason::AsSaid);
    }
    reasons
}

/// The name of a payee the user knows, or one that looks like it, on another account: a new one, or one that had another name before.
fn deceit(asked: &Asked<'_>, known: &Recollection) -> Option<Reason> {
    let service = &asked.intent.service;
    if look::keeps_its_name(service, known) {
        return None;
    }
    let mut same_look = look::same_look(service, known).peekable();
    if same_look.peek().is_some() {
        // Where any of them is spelled otherwise, somebody drew this name to look like it.
        return Some(match same_look.find(|(_, name)| !look::same_spelling(name, &service.name)) {
            Some((_, name)) => Reason::LookAlike { known: name.clone() },
            None => Reason::SameNameOtherAccount,
        });
    }
    look::near_miss(service, known).map(|name| Reason::LookAlike { known: name.clone() })
}

/// A known account under a name that has nothing of the one it had.
fn name_changed(asked: &Asked<'_>, known: &Recollection) -> Option<Reason> {
    let service = &asked.intent.service;
    let before = &known.payee.as_ref()?.name;
    (!look::keeps_its_name(service, known) && look::share_nothing(before, &service.name))
        .then_some(Reason::NameChanged)
}

fn new_currency(money: Money, known: &Recollection) -> Option<Reason> {
    let (amounts, alike) = match (&known.payee, &known.user) {
        (Some(payee), _) => (payee.main_amounts(), payee.amounts_like(money)),
        (None, Some(user)) => (user.main_amounts(), user.amounts_like(money)),
        (None, None) => return None,
    };
    match alike {
        Some(_) => None,
        None => amounts.map(|usual| Reason::CurrencyNew { usual: usual.currency }),
    }
}

/// How many times the usual amount this is, where that is unusual.
fn unusual_amount(money: Money, known: &Recollection) -> Option<f64> {
    if let Some(amounts) = known.payee.as_ref().and_then(|payee| payee.amounts_like(money)) {
        return far_above(amounts, money);
    }
    // Nothing in this currency here: hold it against all that was ever paid in it.
    let amounts = known.user.as_ref().and_then(|user| user.amounts_like(money))?;
    let above_all = amounts.largest().is_some_and(|largest| money.minor() > largest.minor());
    (amounts.count >= ENOUGH_FOR_USER && above_all).then(|| far_above(amounts, money)).flatten()
}

fn far_above(amounts: &Amounts, money: Money) -> Option<f64> {
    let (far, spread) = amounts.distance(money)?;
    let usual = amounts.usual()?.minor().max(1) as f64;
    let times = money.minor() as f64 / usual;
    let beyond_spread = amounts.count >= ENOUGH_FOR_SPREAD
        && far > FAR_SPREADS * (spread + SPREAD_FLOOR)
        && times >= LEAST_TIMES;
    let is_habit = amounts.count >= ENOUGH_FOR_SPREAD && amounts.share_at_least(money) >= USUAL_SHARE;
    let beyond_vouched = amounts
        .largest()
        .is_some_and(|largest| money.minor() > largest.minor().saturating_mul(MOST_TIMES_VOUCHED));
    let unusual = ((times >= FAR_TIMES || beyond_spread) && !is_habit) || beyond_vouched;
    unusual.then(|| (times * 10.0).round() / 10.0)
}

/// A second payment within minutes, whatever its amount, where that is no habit; or a regular bill long before it is due.
fn too_soon(asked: &Asked<'_>, payee: &PayeeHabit) -> bool {
    let since = payee.rhythm.days_since_last(asked.now);
    // To the second the same time: a history of dates without hours, as some banks export it, which says nothing of minutes.
    let has_hours = since != 0.0;
    // A clock that went back a little is no excuse.
    let again = has_hours
        && since.abs() <= AGAIN_DAYS
        && (since.abs() < AT_ONCE_DAYS || payee.rhythm.comes_within(since.abs()) < SHORT_IS_USUAL);
    let early = payee.rhythm.regular_days().is_some_and(|days| (0.0..days * EARLY).contains(&since));
    again || early
}

fn surroundings(asked: &Asked<'_>, known: &Recollection) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let Some(user) = known.user.as_ref().filter(|user| user.count >= ENOUGH_HISTORY) else { return reasons };
    if asked.intent.service.category.is_some() && known.category.is_none() {
        reasons.push(Reason::CategoryNew);
    }
    let far = |km: Option<f64>| km.is_some_and(|km| km > FAR_KM);
    if let Some(place) = asked.context.place {
        let here = known.payee.as_ref().and_then(|payee| payee.places.nearest_km(place));
        if far(user.places.nearest_km(place)) && (here.is_none() || far(here)) {
            reasons.push(Reason::PlaceUnusual);
        }
    }
    let hour = asked.now.hour_of_week();
    let usual_here = known.payee.as_ref().is_some_and(|payee| payee.hours.share_near_hour(hour) >= RARE_HOUR);
    if user.hours.share_near_hour(hour) < RARE_HOUR && !usual_here {
        reasons.push(Reason::HourUnusual);
    }
    reasons
}

fn assurances(asked: &Asked<'_>, known: &Recollection) -> Vec<Reason> {
    let Some(payee) = &known.payee else { return Vec::new() };
    let due = payee.rhythm.due(asked.now).map(|days| Reason::Due { every_days: days.round() as u32 });
    let familiar = (payee.count >= FAMILIAR).then_some(Reason::Familiar { times: payee.count });
    due.into_iter().chain(familiar).collect()
}

/// Payee or items were named, every detail was said, and the amount was said or left open.
fn as_said(asked: &Asked<'_>, heard: &Heard) -> bool {
    let intent = asked.intent;
    let mostly = |text: &str| heard.overlap(text) >= MOSTLY;
    let payee = heard.names(intent.service.name.as_str()) || mostly(intent.service.name.as_str());
    let items = !intent.items.is_empty() && intent.items.iter().all(|item| mostly(item.name.as_str()));
    let details = slot_row::details_said(asked, heard);
    let amount = said_amount::amount(asked, heard);
    (payee || items) && details && (amount.fits || !amount.said) && !heard.cut
}
