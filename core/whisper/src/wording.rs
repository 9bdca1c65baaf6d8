//! Reasons in words.

use assent_types::{Money, Reason};
use fluent_bundle::FluentValue;

use crate::locale::{Locale, Values, message};
use crate::{amount, label};

/// One short sentence for a reason, in the user's language, without a full stop.
pub fn explain(reason: &Reason, locale: impl Into<Locale>) -> String {
    let locale = locale.into();
    // The code itself would stand in for a message that is missing; a test walks them all.
    message(locale, reason.code(), None, values(reason, locale, amount::amount))
        .unwrap_or_else(|| reason.code().replace('_', " "))
}

/// As [`explain`], for speech: amounts are words.
pub(crate) fn speak(reason: &Reason, locale: Locale) -> String {
    message(locale, reason.code(), None, values(reason, locale, amount::spoken_amount))
        .unwrap_or_else(|| reason.code().replace('_', " "))
}

/// A few words for a reason, at most 20 characters: for a glance.
pub(crate) fn glance(reason: &Reason, locale: Locale) -> String {
    message(locale, reason.code(), Some("short"), values(reason, locale, amount::amount)).unwrap_or_default()
}

fn values(reason: &Reason, locale: Locale, write: fn(Money, Locale) -> String) -> Values<'static> {
    match reason {
        Reason::IdReused { raised: Some((before, after)) } => {
            vec![("before", write(*before, locale).into()), ("after", write(*after, locale).into())]
        }
        Reason::CategoryForbidden(named) | Reason::LooksForbidden(named) => {
            let id = format!("category-{}", named.as_str());
            let name =
                message(locale, &id, None, Vec::new()).unwrap_or_else(|| named.as_str().replace('_', " "));
            vec![("category", name.into())]
        }
        Reason::LookAlike { known } | Reason::AgentLookAlike { known } => {
            vec![("known", label::quoted(known.as_str(), label::SHOWN, locale).into())]
        }
        Reason::CurrencyNew { usual } => vec![("currency", amount::currency(*usual, locale).into())],
        Reason::AmountUnusual { times } => {
            let (size, times) = how_many_times(*times);
            vec![("size", size.into()), ("times", times.into())]
        }
        Reason::Familiar { times: count }
        | Reason::BarelyKnown { times: count }
        | Reason::Due { every_days: count } => {
            vec![("count", FluentValue::from(*count)), ("times", amount::grouped(&count.to_string()).into())]
        }
        _ => Vec::new(),
    }
}

/// Whole times, as people say it; below two, or beyond what anybody pictures, in words.
fn how_many_times(times: f64) -> (&'static str, String) {
    let whole = times.round();
    if !whole.is_finite() || whole >= 1_000_000.0 {
        ("vast", String::new())
    } else if whole < 2.0 {
        ("more", String::new())
    } else {
        ("times", amount::grouped(&format!("{whole:.0}")))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use assent_types::{Currency, Money, MoneyField, Named, Period, Slot, Text, Tongue, Void};

    const TONGUES: [Tongue; 2] = [Tongue::English, Tongue::Chinese];

    /// Every reason that there is. The match fails to build when a variant is added, so that this list grows with it.
    pub(crate) fn every_reason() -> Vec<Reason> {
        let cny = |amount| Money::parse(amount, Currency::from_code("CNY").unwrap()).unwrap();
        let mut all = vec![
            Reason::IdReused { raised: None },
            Reason::IdReused { raised: Some((cny("35.00"), cny("38.00"))) },
            Reason::Forgotten,
            Reason::AgentSuspended,
            Reason::AgentRevoked,
            Reason::PayeeForbidden,
            Reason::TooManyQuestions,
            Reason::Practice,
            Reason::OfferExpired,
            Reason::Stale,
            Reason::ClockUnsure,
            Reason::AgentUnknown,
            Reason::AgentUnsigned,
            Reason::AgentSignatureBad,
            Reason::AgentKeyChanged,
            Reason::AgentLookAlike { known: Text::line("butler", 99).unwrap() },
            Reason::LimitsProbed,
            Reason::Sliced,
            Reason::BeyondSession,
            Reason::OnlyAgentSays(MoneyField::Payee),
            Reason::OnlyAgentSays(MoneyField::Amount),
            Reason::OnlyAgentSays(MoneyField::Currency),
            Reason::ChangedMeanwhile,
            Reason::StateUnsure,
            Reason::NameMixed,
            Reason::SessionCovers,
            Reason::NotCovered,
            Reason::BeyondCard,
            Reason::PayeeNew,
            Reason::LookAlike { known: Text::line("Starbucks", 99).unwrap() },
            Reason::SameNameOtherAccount,
            Reason::NameChanged,
            Reason::TooSoon,
            Reason::CategoryNew,
            Reason::HourUnusual,
            Reason::PlaceUnusual,
            Reason::AgentNewHere,
            Reason::NotFamiliar,
            Reason::ModelUnavailable,
            Reason::MandateNames,
            Reason::CardCovers,
            Reason::AsSaid,
        ];
        all.extend(Named::ALL.iter().map(|named| Reason::CategoryForbidden(*named)));
        all.extend(Named::ALL.iter().map(|named| Reason::LooksForbidden(*named)));
        for period in [Period::Payment, Period::Day, Period::Week, Period::Month, Period::Total] {
            all.extend([Reason::SumLimit(period), Reason::CountLimit(period)]);
        }
        for slot in
            [Slot::Amount, Slot::Payee, Slot::Item, Slot::Quantity, Slot::Date, Slot::Place, Slot::Order]
        {
            all.push(Reason::NotAsSaid(slot));
        }
        all.extend(Void::ALL.map(Reason::ReplyVoid));
        for code in ["CNY", "JPY", "USD", "EUR", "GBP", "HKD", "KWD", "SEK"] {
            all.push(Reason::CurrencyNew { usual: Currency::from_code(code).unwrap() });
        }
        for times in [3.2, 1000.0, 1.4, 0.0, -1.0, 1e300, f64::NAN, f64::INFINITY] {
            all.push(Reason::AmountUnusual { times });
        }
        for n in [0, 1, 2, 12, u32::MAX] {
            all.extend([
                Reason::Familiar { times: n },
                Reason::BarelyKnown { times: n },
                Reason::Due { every_days: n },
            ]);
        }
        for reason in &all {
            match reason {
                Reason::IdReused { .. }
                | Reason::Forgotten
                | Reason::AgentSuspended
                | Reason::AgentRevoked
                | Reason::PayeeForbidden
                | Reason::CategoryForbidden(_)
                | Reason::TooManyQuestions
                | Reason::ReplyVoid(_)
                | Reason::Practice
                | Reason::OfferExpired
                | Reason::Stale
                | Reason::ClockUnsure
                | Reason::AgentUnknown
                | Reason::AgentUnsigned
                | Reason::AgentSignatureBad
                | Reason::AgentKeyChanged
                | Reason::AgentLookAlike { .. }
                | Reason::LimitsProbed
                | Reason::Sliced
                | Reason::BeyondSession
                | Reason::OnlyAgentSays(_)
                | Reason::ChangedMeanwhile
                | Reason::StateUnsure
                | Reason::NameMixed
                | Reason::SessionCovers
                | Reason::NotCovered
                | Reason::SumLimit(_)
                | Reason::CountLimit(_)
                | Reason::BeyondCard
                | Reason::PayeeNew
                | Reason::LookAlike { .. }
                | Reason::SameNameOtherAccount
                | Reason::NameChanged
                | Reason::BarelyKnown { .. }
                | Reason::LooksForbidden(_)
                | Reason::CurrencyNew { .. }
                | Reason::AmountUnusual { .. }
                | Reason::TooSoon
                | Reason::CategoryNew
                | Reason::HourUnusual
                | Reason::PlaceUnusual
                | Reason::AgentNewHere
                | Reason::NotAsSaid(_)
                | Reason::NotFamiliar
                | Reason::ModelUnavailable
                | Reason::Familiar { .. }
                | Reason::Due { .. }
                | Reason::MandateNames
                | Reason::CardCovers
                | Reason::AsSaid => {}
            }
        }
        all
    }

    #[test]
    fn every_reason_has_words_in_both_languages() {
        for tongue in TONGUES {
            for reason in every_reason() {
                for attribute in [None, Some("short")] {
                    let text = message(
                        tongue.into(),
                        reason.code(),
                        attribute,
                        values(&reason, tongue.into(), amount::amount),
                    );
                    let text = text.unwrap_or_else(|| panic!("{} {tongue:?} {attribute:?}", reason.code()));
                    assert!(!text.trim().is_empty() && !text.contains(['{', '}', '_', '\n']), "{text}");
                    assert!(attribute.is_none() || text.chars().count() <= 20, "{text}");
                    assert_eq!(
                        text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
                        tongue == Tongue::Chinese,
                        "{text}"
                    );
                }
            }
        }
    }

    #[test]
    fn numbers_are_written_for_people_and_limits_tell_no_rest() {
        let say = |reason: Reason, tongue| explain(&reason, tongue);
        assert_eq!(say(Reason::AmountUnusual { times: 3.2 }, Tongue::English), "3 times your usual here");
        assert_eq!(
            say(Reason::AmountUnusual { times: 1000.0 }, Tongue::English),
            "1,000 times your usual here"
        );
        assert_eq!(say(Reason::AmountUnusual { times: 1.4 }, Tongue::English), "More than your usual here");
        assert_eq!(
            say(Reason::AmountUnusual { times: f64::NAN }, Tongue::Chinese),
            "远远高于您平时在这里的金额"
        );
        assert_eq!(say(Reason::Familiar { times: 1 }, Tongue::English), "You have paid here once");
        assert_eq!(say(Reason::Familiar { times: 12 }, Tongue::English), "You have paid here 12 times");
        assert_eq!(say(Reason::BarelyKnown { times: 1 }, Tongue::English), "You have paid here only once");
        assert_eq!(say(Reason::BarelyKnown { times: 2 }, Tongue::English), "You have paid here only 2 times");
        assert_eq!(say(Reason::BarelyKnown { times: 2 }, Tongue::Chinese), "您在这里只付过 2 次");
        assert_eq!(
            say(Reason::LooksForbidden(Named::Gambling), Tongue::English),
            "Looks like gambling, which you do not allow"
        );
        assert_eq!(say(Reason::NotAsSaid(Slot::Order), Tongue::English), "Not what you asked for");
        for reason in every_reason() {
            if matches!(
                reason,
                Reason::SumLimit(_)
                    | Reason::CountLimit(_)
                    | Reason::BeyondCard
                    | Reason::BeyondSession
                    | Reason::LimitsProbed
                    | Reason::Sliced
            ) {
                for tongue in TONGUES {
                    assert!(!say(reason.clone(), tongue).contains(|c: char| c.is_numeric()));
                }
            }
        }
    }
}
