//! Where the user counts days: kept with the first verdict, so that naming another zone at the next call cannot begin another day.

use assent_policy::{BudgetKey, Spent};
use assent_store::{Reading, Table, Writing};
use assent_types::Moment;
use jiff::tz::{Offset, TimeZone};

use crate::error::EngineError;
use crate::{budgets, mandates};

const KEY: &str = "zone";

/// A zone's name: that of the time zone database, or its offset from UTC in seconds. `None` for one that has neither.
pub(crate) fn name(zone: &TimeZone) -> Option<String> {
    if let Some(name) = zone.iana_name() {
        return Some(name.to_owned());
    }
    zone.to_fixed_offset().ok().map(|offset| offset.seconds().to_string())
}

fn named(name: &str) -> Option<TimeZone> {
    match name.parse::<i32>() {
        Ok(seconds) => Offset::from_seconds(seconds).ok().map(TimeZone::fixed),
        Err(_) => TimeZone::get(name).ok(),
    }
}

/// The zone that is kept, where one is.
pub(crate) fn kept(book: &Reading<'_>) -> Result<Option<TimeZone>, EngineError> {
    let Some(name) = book.get::<String>(Table::Settings, KEY)? else { return Ok(None) };
    named(&name).map(Some).ok_or(EngineError::Unreadable("time zone"))
}

/// Keeps the zone, where none is kept yet.
pub(crate) fn keep(book: &mut Writing<'_>, zone: &TimeZone) -> Result<(), EngineError> {
    match (book.get::<String>(Table::Settings, KEY)?, name(zone)) {
        (None, Some(name)) => Ok(book.put(Table::Settings, KEY, &name)?),
        _ => Ok(()),
    }
}

/// Moves the user to another zone. What is spent of the days, weeks and months that are running is spent of the same periods there.
pub(crate) fn change(
    book: &mut Writing<'_>,
    from: &TimeZone,
    to: &TimeZone,
    now: Moment,
) -> Result<(), EngineError> {
    let name = name(to).ok_or(EngineError::UnknownZone)?;
    for mandate in mandates::all(book)? {
        for (old, new) in mandate.budgets(now, from).iter().zip(mandate.budgets(now, to)) {
            carry_over(book, old, &new)?;
        }
    }
    Ok(book.put(Table::Settings, KEY, &name)?)
}

fn carry_over(book: &mut Writing<'_>, old: &BudgetKey, new: &BudgetKey) -> Result<(), EngineError> {
    let Some(here) = budgets::spent_of(book, old)? else { return Ok(()) };
    let both = match budgets::spent_of(book, new)? {
        Some(there) if there.sum.currency() == here.sum.currency() => Spent {
            sum: if there.sum.minor() > here.sum.minor() { there.sum } else { here.sum },
            count: there.count.max(here.count),
        },
        _ => here,
    };
    budgets::set(book, new, both)
}
