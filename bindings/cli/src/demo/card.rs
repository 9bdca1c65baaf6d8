//! The second half of the demo: real payments of one purchase card, each judged before it is learned, and payments of strangers between them.

use assent::{Context, Decision, Intent, Mandate, Model, PastPayment, Profile, Rules};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::out::Failure;

/// See `data/NOTICE` for where it comes from and its licence.
const CARD: &str = include_str!("../../data/real-card.csv");
/// So many payments are learned before the first is judged.
const WARM_UP: usize = 20;

/// What became of the payments of one kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Judged.
    pub judged: usize,
    /// Approved.
    pub approved: usize,
    /// Of a payee that the card had never paid.
    pub new: usize,
    /// Of these, approved.
    pub new_approved: usize,
}

/// Judges the card's own payments and the strangers'.
pub fn judge(model: Model) -> Result<(Tally, Tally), Failure> {
    let wide = Mandate::from_json(r#"{"id":"wide","currency":"GBP","per_payment":"20000.00"}"#)?;
    let rules = Rules { model: Some(model), mandates: vec![wide], zone: TimeZone::UTC };
    let mut profile = Profile::default();
    let (mut own, mut strange) = (Tally::default(), Tally::default());
    let mut learned = 0usize;
    let mut rows = csv::Reader::from_reader(CARD.as_bytes());
    for (nth, row) in rows.records().enumerate() {
        let row = row.map_err(|error| Failure::new("demo", error.to_string()))?;
        let cell = |at: usize| row.get(at).unwrap_or_default();
        let is_own = cell(0) == "own";
        let order = json!({
            "service": {"id": format!("uk-pcard:{}", cell(2)), "name": cell(2)},
            "price": {"amount": cell(4), "currency": "GBP"},
            "items": [{"name": cell(3)}],
        });
        let at = format!("{}T12:00:00Z", cell(1));
        if learned >= WARM_UP {
            let intent = with(&order, json!({"id": format!("i-{nth}"), "agent": "demo", "created_at": at}));
            let verdict =
                rules.judge(&profile, &Intent::from_json(&intent.to_string())?, &Context::default());
            count(if is_own { &mut own } else { &mut strange }, &verdict);
        }
        if is_own {
            let payment = with(&order, json!({"id": format!("p-{nth}"), "at": at}));
            profile.learn(&PastPayment::from_json(&payment.to_string())?);
            learned = learned.saturating_add(1);
        }
    }
    Ok((own, strange))
}

fn with(order: &Value, more: Value) -> Value {
    let mut whole = order.clone();
    if let (Some(fields), Value::Object(more)) = (whole.as_object_mut(), more) {
        fields.extend(more);
    }
    whole
}

fn count(tally: &mut Tally, verdict: &assent::Verdict) {
    let (approved, new) = (
        verdict.decision == Decision::Approve,
        verdict.reasons.iter().any(|reason| reason.code == "payee_new"),
    );
    tally.judged = tally.judged.saturating_add(1);
    tally.approved = tally.approved.saturating_add(usize::from(approved));
    tally.new = tally.new.saturating_add(usize::from(new));
    tally.new_approved = tally.new_approved.saturating_add(usize::from(new && approved));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_payee_that_the_card_never_paid_is_approved_and_strangers_hardly_ever() -> Result<(), Failure> {
        let (own, strange) = judge(Model::embedded()?)?;
        assert!(own.judged > 100 && strange.judged > 100);
        assert_eq!((own.new_approved, strange.new_approved), (0, 0));
        assert!(own.approved * 5 > own.judged, "{own:?}");
        assert!(strange.approved * 20 < strange.judged, "{strange:?}");
        Ok(())
    }
}
