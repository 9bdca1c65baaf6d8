//! What a whisper's token is bound to. The engine signs it; whoever changes any of it has another token.

use assent_types::{Moment, Money};

/// The things that a token stands for.
#[derive(Clone, Copy)]
pub struct Bound<'a> {
    /// The intent.
    pub intent_id: &'a str,
    /// The payee's id: never its name.
    pub payee: &'a str,
    /// The amount and its currency.
    pub amount: Money,
    /// The offer: the digest of the intent.
    pub offer: &'a [u8],
    /// When the whisper lapses.
    pub lapses_at: Moment,
    /// Fresh for every whisper, so that no two tokens are alike.
    pub nonce: &'a [u8],
}

impl Bound<'_> {
    /// The bytes to sign: a name for what they are, and each part behind its length, so that no two bindings have the same bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let minor = self.amount.minor().to_be_bytes();
        let lapses = self.lapses_at.timestamp().as_nanosecond().to_be_bytes();
        let parts: [&[u8]; 8] = [
            b"assent whisper token 1",
            self.intent_id.as_bytes(),
            self.payee.as_bytes(),
            &minor,
            self.amount.currency().code().as_bytes(),
            self.offer,
            &lapses,
            self.nonce,
        ];
        let mut bytes = Vec::new();
        for part in parts {
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assent_types::Currency;
    use proptest::prelude::*;

    fn bound<'a>(
        texts: &'a (String, String),
        minor: i64,
        code: &str,
        offer: &'a [u8],
        seconds: i64,
        nonce: &'a [u8],
    ) -> Bound<'a> {
        Bound {
            intent_id: &texts.0,
            payee: &texts.1,
            amount: Money::from_minor(minor, Currency::from_code(code).unwrap()).unwrap(),
            offer,
            lapses_at: Moment::parse("2026-05-04T12:00:00+08:00").unwrap().plus_seconds(seconds),
            nonce,
        }
    }

    proptest! {
        #[test]
        fn another_binding_has_other_bytes(
            texts in ("[ab]{0,2}", "[ab]{0,2}"), others in ("[ab]{0,2}", "[ab]{0,2}"), minor in 0i64..3, other in 0i64..3,
            codes in prop::sample::select(vec![("CNY", "CNY"), ("CNY", "JPY")]), seconds in 0i64..2, later in 0i64..2,
            offers in (prop::collection::vec(0u8..2, 0..2), prop::collection::vec(0u8..2, 0..2)),
        ) {
            let one = bound(&texts, minor, codes.0, &offers.0, seconds, b"n").bytes();
            let two = bound(&others, other, codes.1, &offers.1, later, b"n").bytes();
            let same = texts == others && minor == other && codes.0 == codes.1 && offers.0 == offers.1 && seconds == later;
            prop_assert_eq!(one == two, same);
            prop_assert_ne!(bound(&texts, minor, codes.0, &offers.0, seconds, b"m").bytes(), one);
        }
    }
}
