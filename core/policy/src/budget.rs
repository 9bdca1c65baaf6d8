//! Budgets: which one a payment draws on, what is spent of it, and where a calendar period begins.

use assent_types::{Currency, Id, Moment, Money, MoneyError, Period};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// One budget: a mandate's limit over one calendar period.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BudgetKey {
    /// The mandate whose limit it is.
    pub mandate: Id,
    /// The limit's period.
    pub period: Period,
    /// The period's first day in the user's time zone, as ISO 8601 writes it (`2026-05-04`); empty for [`Period::Total`].
    pub start: String,
}

/// What is gone from a budget, reserved and settled together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// The money.
    pub sum: Money,
    /// The payments.
    pub count: u32,
}

/// What an approval takes from one budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// The budget.
    pub key: BudgetKey,
    /// The money; the payment also counts as one.
    pub amount: Money,
}

impl BudgetKey {
    /// The budget that this mandate's limit has at this moment.
    pub fn at(mandate: &Id, period: Period, at: Moment, zone: &TimeZone) -> Self {
        let start = first_day(period, at.date_in(zone)).map_or(String::new(), |day| day.to_string());
        Self { mandate: mandate.clone(), period, start }
    }
}

impl Spent {
    /// Nothing yet.
    pub fn nothing(currency: Currency) -> Self {
        Self { sum: Money::zero(currency), count: 0 }
    }

    /// One payment more. Fails where the sum no longer fits or the currency is another; a count stops at its largest number.
    pub fn book(self, amount: Money) -> Result<Self, MoneyError> {
        Ok(Self { sum: self.sum.checked_add(amount)?, count: self.count.saturating_add(1) })
    }

    /// One payment less, as it was booked. Fails where less than that was booked or the currency is another.
    pub fn release(self, amount: Money) -> Result<Self, MoneyError> {
        Ok(Self { sum: self.sum.checked_sub(amount)?, count: self.count.saturating_sub(1) })
    }
}

/// The first day of the period that `day` lies in; `None` for a period that is none of the calendar's.
fn first_day(period: Period, day: Date) -> Option<Date> {
    match period {
        Period::Payment | Period::Total => None,
        Period::Day => Some(day),
        Period::Week => {
            let since_monday = i64::from(day.weekday().to_monday_zero_offset());
            // Only the first week that the calendar can hold has no Monday; it begins where the calendar does.
            Some(day.checked_sub(jiff::Span::new().days(since_monday)).unwrap_or(Date::MIN))
        }
        Period::Month => Some(day.first_of_month()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(period: Period, at: &str, zone: &TimeZone) -> String {
        BudgetKey::at(&Id::new("m").unwrap(), period, Moment::parse(at).unwrap(), zone).start
    }

    /// New York's rules since 2007, written out so that the test needs no time zone database.
    fn new_york() -> TimeZone {
        TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap()
    }

    fn shanghai() -> TimeZone {
        TimeZone::fixed(jiff::tz::offset(8))
    }

    #[test]
    fn a_day_is_the_users_own_whatever_offset_the_moment_has() {
        assert_eq!(start(Period::Day, "2026-05-03T16:00:00Z", &shanghai()), "2026-05-04");
        assert_eq!(start(Period::Day, "2026-05-03T16:00:00Z", &TimeZone::UTC), "2026-05-03");
        assert_eq!(start(Period::Day, "2026-05-04T00:30:00+08:00", &TimeZone::UTC), "2026-05-03");
        assert_eq!(start(Period::Day, "2026-05-03T15:59:59.999Z", &shanghai()), "2026-05-03");
    }

    #[test]
    fn days_of_23_and_25_hours_begin_at_local_midnight() {
        // 8 March 2026 in New York lasts from 05:00Z to 04:00Z, 1 November from 04:00Z to 05:00Z.
        for (at, day) in [
            ("2026-03-08T04:59:59Z", "2026-03-07"),
            ("2026-03-08T05:00:00Z", "2026-03-08"),
            ("2026-03-09T03:59:59Z", "2026-03-08"),
            ("2026-03-09T04:00:00Z", "2026-03-09"),
            ("2026-11-01T03:59:59Z", "2026-10-31"),
            ("2026-11-01T04:00:00Z", "2026-11-01"),
            ("2026-11-01T05:30:00Z", "2026-11-01"), // 01:30 for the first time
            ("2026-11-01T06:30:00Z", "2026-11-01"), // 01:30 for the second time
            ("2026-11-02T04:59:59Z", "2026-11-01"),
            ("2026-11-02T05:00:00Z", "2026-11-02"),
        ] {
            assert_eq!(start(Period::Day, at, &new_york()), day, "{at}");
        }
    }

    #[test]
    fn weeks_begin_on_monday_across_new_year() {
        for (at, monday) in [
            ("2025-12-28T23:59:59Z", "2025-12-22"),
            ("2025-12-29T00:00:00Z", "2025-12-29"), // week 1 of 2026 begins in 2025
            ("2026-01-01T12:00:00Z", "2025-12-29"),
            ("2026-01-04T23:59:59Z", "2025-12-29"),
            ("2026-01-05T00:00:00Z", "2026-01-05"),
            ("2027-01-03T12:00:00Z", "2026-12-28"), // week 53 of 2026 ends in 2027
        ] {
            assert_eq!(start(Period::Week, at, &TimeZone::UTC), monday, "{at}");
        }
    }

    #[test]
    fn months_end_when_they_end() {
        for (at, first) in [
            ("2028-02-29T23:59:59Z", "2028-02-01"),
            ("2027-02-28T23:59:59Z", "2027-02-01"),
            ("2027-03-01T00:00:00Z", "2027-03-01"),
            ("2026-04-30T23:59:59Z", "2026-04-01"),
            ("2026-12-31T23:59:59Z", "2026-12-01"),
            ("2027-01-01T00:00:00Z", "2027-01-01"),
        ] {
            assert_eq!(start(Period::Month, at, &TimeZone::UTC), first, "{at}");
        }
        assert_eq!(start(Period::Month, "2026-04-30T23:59:59Z", &shanghai()), "2026-05-01");
        assert_eq!(start(Period::Month, "2026-05-01T03:59:59Z", &new_york()), "2026-04-01");
        assert_eq!(start(Period::Total, "2026-05-01T03:59:59Z", &new_york()), "");
    }

    #[test]
    fn the_ends_of_the_calendar_are_days_too() {
        assert_eq!(first_day(Period::Week, Date::MIN), Some(Date::MIN));
        assert!(first_day(Period::Week, Date::MAX).unwrap() <= Date::MAX);
    }

    #[test]
    fn what_is_booked_can_be_released_and_nothing_more() {
        let yuan = |text: &str| text.parse::<Money>().unwrap();
        let nothing = Spent::nothing(yuan("1 CNY").currency());
        let booked = nothing.book(yuan("38 CNY")).unwrap();
        assert_eq!((booked.sum, booked.count), (yuan("38 CNY"), 1));
        assert_eq!(booked.release(yuan("38 CNY")), Ok(nothing));
        assert_eq!(booked.release(yuan("38.01 CNY")), Err(MoneyError::NotPositive));
        assert_eq!(booked.book(yuan("38 JPY")), Err(MoneyError::CurrencyMismatch));
        assert_eq!(
            booked.book(Money::from_minor(i64::MAX, booked.sum.currency()).unwrap()),
            Err(MoneyError::TooLarge)
        );
    }
}
