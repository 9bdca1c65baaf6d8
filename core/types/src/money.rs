//! Money: a whole number of minor units and a currency of ISO 4217. No floats, no silent rounding, no overflow.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A currency of ISO 4217 that has minor units (so none of the metals and test codes).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The currency with this three-letter code, in upper case as the standard writes it.
    pub fn from_code(code: &str) -> Option<Self> {
        let currency = iso_currency::Currency::from_code(code)?;
        (currency.code() == code).then_some(())?;
        currency.exponent().map(|_| Self(currency))
    }

    /// The three-letter code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals an amount may have: 0, 2, 3 or 4.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }

    /// The English name of the currency, as ISO 4217 has it.
    pub fn name(self) -> String {
        self.0.name().to_owned()
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| serde::de::Error::custom("not a currency of ISO 4217"))
    }
}

/// Why an amount could not be read or computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not digits, optionally a point and digits.
    #[error("an amount is written as digits with an optional decimal point, such as `12.50`")]
    NotDecimal,
    /// More decimals than the currency has.
    #[error("the amount has more decimals than its currency allows")]
    TooManyDecimals,
    /// Zero or less where money has to change hands.
    #[error("the amount has to be greater than zero")]
    NotPositive,
    /// Larger than an `i64` of minor units holds.
    #[error("the amount is larger than any this engine handles")]
    TooLarge,
    /// Two amounts of different currencies were put together.
    #[error("amounts of different currencies cannot be put together")]
    CurrencyMismatch,
}

/// An amount of zero or more, in minor units (cents, fen, yen) of one currency.
///
/// `Debug` shows the currency alone: what somebody paid does not belong in a log.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// Nothing, in this currency.
    pub fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// An amount of minor units; `None` where it is negative.
    pub fn from_minor(minor: i64, currency: Currency) -> Option<Self> {
        (minor >= 0).then_some(Self { minor, currency })
    }

    /// Reads a decimal string of major units and refuses whatever is not exactly one positive amount of this currency.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (whole, fraction) = match amount.split_once('.') {
            Some((_, "")) => return Err(MoneyError::NotDecimal),
            Some((whole, fraction)) => (whole, fraction),
            None => (amount, ""),
        };
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if let Some(unsigned) = amount.strip_prefix('-') {
            return match Self::parse(unsigned, currency) {
                Ok(_) => Err(MoneyError::NotPositive),
                Err(error) => Err(error),
            };
        }
        let padded = whole.len() > 1 && whole.starts_with('0');
        if whole.is_empty() || padded || !digits(whole) || !digits(fraction) {
            return Err(MoneyError::NotDecimal);
        }
        let decimals = currency.exponent() as usize;
        if fraction.len() > decimals {
            return Err(MoneyError::TooManyDecimals);
        }
        let mut minor: i64 = 0;
        let zeros = std::iter::repeat_n(b'0', decimals.saturating_sub(fraction.len()));
        for digit in whole.bytes().chain(fraction.bytes()).chain(zeros) {
            minor = minor
                .checked_mul(10)
                .and_then(|m| m.checked_add(i64::from(digit.wrapping_sub(b'0'))))
                .ok_or(MoneyError::TooLarge)?;
        }
        if minor == 0 {
            return Err(MoneyError::NotPositive);
        }
        Ok(Self { minor, currency })
    }

    /// The amount in minor units.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The sum, or why there is none.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// The difference, or why there is none; money never goes below zero.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_sub(other.minor).filter(|m| *m >= 0).ok_or(MoneyError::NotPositive)?;
        Ok(Self { minor, ..self })
    }

    /// The amount in major units as a float: for statistics only, never for money.
    pub fn approximate(self) -> f64 {
        self.minor as f64 / 10f64.powi(self.currency.exponent() as i32)
    }

    /// The amount in major units with all its decimals, without the currency: `38.00`.
    pub fn amount(self) -> String {
        let decimals = self.currency.exponent() as usize;
        let digits = format!("{:0>width$}", self.minor, width = decimals.saturating_add(1));
        let (whole, fraction) =
            digits.split_at_checked(digits.len().saturating_sub(decimals)).unwrap_or(("0", ""));
        if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency { Ok(()) } else { Err(MoneyError::CurrencyMismatch) }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Money(… {})", self.currency)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    /// Reads `38.00 CNY`, the form that [`fmt::Display`] writes.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (amount, code) = text.split_once(' ').ok_or(MoneyError::NotDecimal)?;
        Self::parse(amount, Currency::from_code(code).ok_or(MoneyError::NotDecimal)?)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    amount: String,
    currency: Currency,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { amount: self.amount(), currency: self.currency }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        match Self::parse(&written.amount, written.currency) {
            // What was stored may be nothing: a budget of which nothing is spent.
            Err(MoneyError::NotPositive) if !written.amount.starts_with('-') => {
                Ok(Self::zero(written.currency))
            }
            other => other.map_err(serde::de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        Currency::from_code(code).unwrap()
    }

    #[test]
    fn decimals_follow_the_currency() {
        for (code, amount, minor) in
            [("JPY", "38", 38), ("CNY", "38.5", 3850), ("KWD", "38.001", 38_001), ("CLF", "0.0001", 1)]
        {
            assert_eq!(Money::parse(amount, currency(code)).unwrap().minor(), minor, "{code}");
        }
        for (code, amount) in [("JPY", "38.0"), ("CNY", "38.500"), ("KWD", "1.0001"), ("CLF", "1.00001")] {
            assert_eq!(Money::parse(amount, currency(code)), Err(MoneyError::TooManyDecimals), "{code}");
        }
    }

    #[test]
    fn only_plain_positive_decimals_are_amounts() {
        for bad in [
            "", ".", ".5", "5.", "+5", "1e3", "1E3", "NaN", "inf", "1,000", "１２", "0x10", " 1", "1 ", "01",
            "1.2.3", "1_0",
        ] {
            assert_eq!(Money::parse(bad, currency("EUR")), Err(MoneyError::NotDecimal), "{bad}");
        }
        for zero in ["0", "0.00", "-1", "-0.01", "-0"] {
            assert_eq!(Money::parse(zero, currency("EUR")), Err(MoneyError::NotPositive), "{zero}");
        }
        assert_eq!(Money::parse("92233720368547758.08", currency("EUR")), Err(MoneyError::TooLarge));
        assert_eq!(Money::parse("92233720368547758.07", currency("EUR")).unwrap().minor(), i64::MAX);
    }

    #[test]
    fn metals_test_codes_and_lower_case_are_no_currencies() {
        for code in ["XAU", "XXX", "XTS", "cny", "CNH", "BTC", "USDC", "", "CN", "人民币"] {
            assert_eq!(Currency::from_code(code), None, "{code}");
        }
    }

    #[test]
    fn debug_hides_the_amount() {
        assert_eq!(format!("{:?}", Money::parse("38.00", currency("CNY")).unwrap()), "Money(… CNY)");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(minor in 1i64..=i64::MAX, code in prop::sample::select(vec!["JPY", "CNY", "KWD", "CLF"])) {
            let money = Money::from_minor(minor, currency(code)).unwrap();
            prop_assert_eq!(money.to_string().parse::<Money>(), Ok(money));
            let json = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
        }

        #[test]
        fn sums_are_exact_or_refused(a in 0i64..=i64::MAX, b in 0i64..=i64::MAX) {
            let (x, y) = (Money::from_minor(a, currency("EUR")).unwrap(), Money::from_minor(b, currency("EUR")).unwrap());
            match a.checked_add(b) {
                Some(sum) => {
                    let total = x.checked_add(y).unwrap();
                    prop_assert_eq!(total.minor(), sum);
                    prop_assert_eq!(total.checked_sub(y), Ok(x));
                }
                None => prop_assert_eq!(x.checked_add(y), Err(MoneyError::TooLarge)),
            }
            prop_assert_eq!(x.checked_add(Money::zero(currency("JPY"))), Err(MoneyError::CurrencyMismatch));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = Money::parse(&text, currency("EUR"));
            let _ = text.parse::<Money>();
        }
    }
}
