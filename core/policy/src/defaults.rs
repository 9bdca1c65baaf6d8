//! What holds for a new user who has said nothing yet. Figures, sources and reasons: `docs/default-mandate.md`.

use crate::mandate::Mandate;

/// The shipped mandates as the user sees them; `docs/default-mandate.md` shows the same lines, and a test holds the two together.
const SHIPPED: [&str; 5] = [
    r#"{"id":"default-forbid","categories":{"forbid":["gambling","crypto","cash"]}}"#,
    // Commission Delegated Regulation (EU) 2018/389, Article 16: EUR 30, EUR 100, five payments.
    r#"{"id":"default-eur","currency":"EUR","per_payment":"30.00","limits":[{"per":"day","amount":"100.00","count":5}]}"#,
    // The United Kingdom's technical standards on strong customer authentication, Article 16: GBP 25, GBP 85, five payments.
    r#"{"id":"default-gbp","currency":"GBP","per_payment":"25.00","limits":[{"per":"day","amount":"85.00","count":5}]}"#,
    // The day's sum: People's Bank of China, Yinfa [2017] No. 296, static codes (class D). Payment and count: our own.
    r#"{"id":"default-cny","currency":"CNY","per_payment":"200.00","limits":[{"per":"day","amount":"500.00","count":10}]}"#,
    // No rule to borrow from: the figures of EUR.
    r#"{"id":"default-usd","currency":"USD","per_payment":"30.00","limits":[{"per":"day","amount":"100.00","count":5}]}"#,
];

impl Mandate {
    /// The mandates of a new user: one that forbids, and one small daily budget for each of four currencies.
    ///
    /// In every other currency nothing is allowed, so every payment asks.
    pub fn default_set() -> Vec<Self> {
        SHIPPED.iter().filter_map(|text| Self::from_record(text).ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_mandate_reads_and_is_a_default() {
        let set = Mandate::default_set();
        assert_eq!(set.len(), SHIPPED.len());
        for (mandate, text) in set.iter().zip(SHIPPED) {
            assert!(mandate.is_default());
            assert_eq!(serde_json::to_string(mandate).unwrap(), text);
        }
    }

    #[test]
    fn the_documentation_shows_what_is_shipped() {
        let page = include_str!("../../../docs/default-mandate.md");
        for text in SHIPPED {
            assert!(page.lines().any(|line| line == text), "docs/default-mandate.md lacks {text}");
        }
    }
}
