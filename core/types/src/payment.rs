//! A past payment: what the user really paid, and what habits are learned from.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::context::{Channel, Place, take_channel, take_said};
use crate::intent::{Intent, Item, Service, take_details, take_id, take_items, take_moment, take_price};
use crate::json::{self, Reader};
use crate::malformed::Malformed;
use crate::moment::Moment;
use crate::money::Money;
use crate::text::{Id, Text};

/// A payment that settled.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PastPayment {
    /// What makes a second import of it change nothing.
    pub id: Id,
    /// When it settled.
    pub at: Moment,
    /// Who was paid.
    pub service: Service,
    /// What was paid.
    pub price: Money,
    /// The agent that made it, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<Id>,
    /// What was bought.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// The order in the service's own parameters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<Text, Text>,
    /// What the user had said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Text>,
    /// Where the user was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Where the device was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

impl PastPayment {
    /// Reads a past payment from JSON text.
    pub fn from_json(text: &str) -> Result<Self, Malformed> {
        Self::take(&json::read(text, json::MAX_INTENT_BYTES)?.reader())
    }

    /// Reads a payment as it serialises, which may be longer than what came in.
    pub fn from_stored_json(text: &str) -> Result<Self, Malformed> {
        Self::take(&json::read(text, json::MAX_LINE_BYTES)?.reader())
    }

    /// What an intent becomes once it has settled.
    pub fn of_intent(intent: &Intent, at: Moment, channel: Option<Channel>, place: Option<Place>) -> Self {
        Self {
            id: intent.id.clone(),
            at,
            service: intent.service.clone(),
            price: intent.price,
            agent: Some(intent.agent.clone()),
            items: intent.items.clone(),
            details: intent.details.clone(),
            said: None,
            channel,
            place,
        }
    }

    fn take(reader: &Reader<'_>) -> Result<Self, Malformed> {
        let mut fields = reader.object()?;
        let id = take_id(&fields.required("id")?)?;
        let at = take_moment(&fields.required("at")?)?;
        let service = Service::take(&fields.required("service")?)?;
        let price = take_price(&fields.required("price")?)?;
        let payment = Self {
            id,
            at,
            service,
            price,
            agent: fields.optional("agent").map(|r| take_id(&r)).transpose()?,
            items: fields
                .optional("items")
                .map(|r| take_items(&r, price.currency()))
                .transpose()?
                .unwrap_or_default(),
            details: fields.optional("details").map(|r| take_details(&r)).transpose()?.unwrap_or_default(),
            said: fields.optional("said").map(|r| take_said(&r)).transpose()?,
            channel: fields.optional("channel").map(|r| take_channel(&r)).transpose()?,
            place: fields.optional("place").map(|r| Place::take(&r)).transpose()?,
        };
        fields.finish()?;
        Ok(payment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::malformed::Code;

    const PAYMENT: &str = r#"{"id":"p1","at":"2026-05-04T12:01:00+08:00","service":{"id":"n","name":"Noodle House"},"price":{"amount":"38","currency":"CNY"},"items":[{"name":"beef noodles","quantity":2,"amount":"19.00"}],"place":{"lat":31.0,"lon":121.0}}"#;

    #[test]
    fn a_payment_reads_back_as_it_is_written() {
        let payment = PastPayment::from_json(PAYMENT).unwrap();
        assert_eq!(PastPayment::from_json(&serde_json::to_string(&payment).unwrap()).unwrap(), payment);
        assert!(!format!("{payment:?}").contains("Noodle"));
    }

    #[test]
    fn a_refund_is_no_payment() {
        let refused = PastPayment::from_json(&PAYMENT.replace("\"38\"", "\"-38\"")).unwrap_err();
        assert_eq!((refused.code, refused.path.as_str()), (Code::NotPositive, "price.amount"));
    }
}
