//! The payment intent: one payment that an agent wants to make for the user. All of it is the agent's word.

use std::collections::BTreeMap;
use std::fmt;

use ring::digest::{SHA256, digest};
use serde::{Serialize, Serializer};

use crate::category::Category;
use crate::json::{self, Node, Reader};
use crate::malformed::{Code, Malformed};
use crate::moment::Moment;
use crate::money::{Currency, Money};
use crate::text::{Id, Text};

/// Who is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Service {
    /// The stable id; trust and habits hang on it.
    pub id: Id,
    /// The name as the agent gives it; never trusted as a label.
    pub name: Text,
    /// What kind of business, where the agent says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// The window in which the agent may still settle a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Negotiation {
    /// The most that may be paid in the end, in the price's currency.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "amount_alone")]
    pub max_amount: Option<Money>,
    /// When the offer ends.
    pub expires_at: Moment,
}

/// How many of an item, in thousandths, so that half a kilogram is exact.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Quantity(u64);

/// One thing that is bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What it is called.
    pub name: Text,
    /// How many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// What it costs, in the price's currency.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "amount_alone")]
    pub amount: Option<Money>,
}

/// The wallet's authentication token for this user. It is written and shown only as its SHA-256.
#[derive(Clone, PartialEq, Eq)]
pub struct UserToken(String);

/// A signed mandate in its own wire format, kept as it came.
#[derive(Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct SignedMandate(Node);

/// One payment that an agent wants to make for the user.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Intent {
    /// Chosen by the agent; the idempotency key.
    pub id: Id,
    /// The registered agent's id.
    pub agent: Id,
    /// Who is paid.
    pub service: Service,
    /// What will be paid.
    pub price: Money,
    /// The window in which a price may still be settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negotiation: Option<Negotiation>,
    /// What is bought.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// The order in the service's own parameters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<Text, Text>,
    /// When the agent says it made the intent.
    pub created_at: Moment,
    /// The wallet's token, for the host to check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_token: Option<UserToken>,
    /// A signed mandate, for the protocols to check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mandate: Option<SignedMandate>,
}

/// SHA-256 of an intent's canonical form: equal for the same meaning, whatever the order of keys or the white space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IntentDigest(pub [u8; 32]);

pub(crate) const MAX_NAME: usize = 256;
const MAX_ITEMS: usize = 100;
const MAX_DETAILS: usize = 32;
const MAX_DETAIL: usize = 1_000;
const MAX_TOKEN: usize = 8_192;

impl Intent {
    /// Reads an intent from JSON text and refuses whatever the contract does not allow.
    pub fn from_json(text: &str) -> Result<Self, Malformed> {
        Self::take(&json::read(text, json::MAX_INTENT_BYTES)?.reader())
    }

    /// Reads an intent as [`Intent::to_canonical_json`] wrote it, which may be longer than what came in.
    pub fn from_stored_json(text: &str) -> Result<Self, Malformed> {
        Self::take(&json::read(text, json::MAX_LINE_BYTES)?.reader())
    }

    /// The most that an approval of this intent would cover.
    pub fn most(&self) -> Money {
        self.negotiation.as_ref().and_then(|n| n.max_amount).unwrap_or(self.price)
    }

    /// The intent in its canonical form, which reads back as the same intent but for the token, of which it holds the hash.
    pub fn to_canonical_json(&self) -> String {
        // Strings, numbers and maps with text keys always serialise.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What tells this intent from another with the same id.
    pub fn digest(&self) -> IntentDigest {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, self.to_canonical_json().as_bytes()).as_ref());
        IntentDigest(bytes)
    }

    fn take(reader: &Reader<'_>) -> Result<Self, Malformed> {
        let mut fields = reader.object()?;
        let id = take_id(&fields.required("id")?)?;
        let agent = take_id(&fields.required("agent")?)?;
        let service = Service::take(&fields.required("service")?)?;
        let price = take_price(&fields.required("price")?)?;
        let negotiation = fields.optional("negotiation").map(|r| Negotiation::take(&r, price)).transpose()?;
        let items = fields
            .optional("items")
            .map(|r| take_items(&r, price.currency()))
            .transpose()?
            .unwrap_or_default();
        let details = fields.optional("details").map(|r| take_details(&r)).transpose()?.unwrap_or_default();
        let created_at = take_moment(&fields.required("created_at")?)?;
        let user_token = fields.optional("user_token").map(|r| UserToken::take(&r)).transpose()?;
        let mandate = fields.optional("mandate").map(|r| SignedMandate::take(&r)).transpose()?;
        fields.finish()?;
        Ok(Self { id, agent, service, price, negotiation, items, details, created_at, user_token, mandate })
    }
}

impl Service {
    pub(crate) fn take(reader: &Reader<'_>) -> Result<Self, Malformed> {
        let mut fields = reader.object()?;
        let service = Self {
            id: take_id(&fields.required("id")?)?,
            name: take_name(&fields.required("name")?)?,
            category: fields
                .optional("category")
                .map(|r| r.place(Category::parse(r.string()?)))
                .transpose()?,
            country: fields.optional("country").map(|r| take_country(&r)).transpose()?,
        };
        fields.finish()?;
        Ok(service)
    }
}

impl Negotiation {
    fn take(reader: &Reader<'_>, price: Money) -> Result<Self, Malformed> {
        let mut fields = reader.object()?;
        let max_amount = match fields.optional("max_amount") {
            None => None,
            Some(r) => {
                let most = r.amount(price.currency())?;
                if most.minor() < price.minor() {
                    return Err(r.refuse(Code::Contradiction, "the price is above the most that may be paid"));
                }
                Some(most)
            }
        };
        let expires_at = take_moment(&fields.required("expires_at")?)?;
        fields.finish()?;
        Ok(Self { max_amount, expires_at })
    }
}

impl Item {
    fn take(reader: &Reader<'_>, currency: Currency) -> Result<Self, Malformed> {
        let mut fields = reader.object()?;
        let item = Self {
            name: take_name(&fields.required("name")?)?,
            quantity: fields.optional("quantity").map(|r| Quantity::take(&r)).transpose()?,
            amount: fields.optional("amount").map(|r| r.amount(currency)).transpose()?,
        };
        fields.finish()?;
        Ok(item)
    }
}

impl Quantity {
    /// The most of one item, a million.
    const MOST: u64 = 1_000_000_000;

    /// So many whole pieces; `None` for zero or over a million.
    pub fn whole(pieces: u64) -> Option<Self> {
        pieces.checked_mul(1000).filter(|q| (1..=Self::MOST).contains(q)).map(Self)
    }

    /// The quantity in thousandths.
    pub fn thousandths(self) -> u64 {
        self.0
    }

    /// A whole number as a JSON integer, or a decimal string with at most three decimals.
    fn take(reader: &Reader<'_>) -> Result<Self, Malformed> {
        let parse = |text: &str| {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
            let sound = !whole.is_empty()
                && whole.len() <= 7
                && fraction.len() <= 3
                && digits(whole)
                && digits(fraction);
            let padded = format!("{whole}{fraction:0<3}");
            (sound && !text.ends_with('.')).then(|| padded.parse::<u64>().ok()).flatten()
        };
        let thousandths = match reader.node() {
            Node::Integer(pieces) => u64::try_from(*pieces)
                .map_err(|_| reader.refuse(Code::NotPositive, "the quantity has to be greater than zero"))?
                .checked_mul(1000),
            Node::String(text) => Some(parse(text).ok_or_else(|| {
                reader.refuse(
                    Code::BadAmount,
                    "write the quantity as a whole number, or as text with at most three decimals",
                )
            })?),
            _ => {
                return Err(reader
                    .refuse(Code::WrongType, "a whole number, or a decimal number as text, is needed here"));
            }
        };
        match thousandths {
            Some(0) => Err(reader.refuse(Code::NotPositive, "the quantity has to be greater than zero")),
            Some(t) if t <= Self::MOST => Ok(Self(t)),
            _ => Err(reader.refuse(Code::OutOfRange, "the quantity has to be at most 1000000")),
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1000, self.0 % 1000);
        if rest == 0 {
            write!(f, "{whole}")
        } else {
            f.write_str(format!("{whole}.{rest:03}").trim_end_matches('0'))
        }
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Quantity(…)")
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl UserToken {
    fn take(reader: &Reader<'_>) -> Result<Self, Malformed> {
        let text = reader.string()?;
        if text.is_empty() {
            return Err(reader.refuse(Code::Empty, "the token may not be empty"));
        }
        if text.len() > MAX_TOKEN {
            return Err(reader.refuse(Code::TooLong, format!("at most {MAX_TOKEN} bytes are allowed")));
        }
        if !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(reader.refuse(Code::BadCharacter, "a token has visible ASCII characters only"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The token itself, for the host that checks it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UserToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserToken(…)")
    }
}

impl Serialize for UserToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let hash = digest(&SHA256, self.0.as_bytes());
        let hex: String = hash.as_ref().iter().map(|b| format!("{b:02x}")).collect();
        serializer.serialize_str(&format!("sha256:{hex}"))
    }
}

impl SignedMandate {
    fn take(reader: &Reader<'_>) -> Result<Self, Malformed> {
        match reader.node() {
            Node::String(text) => {
                reader.place(Text::speech(text, usize::MAX))?;
                Ok(Self(reader.node().clone()))
            }
            Node::Object(_) => Ok(Self(reader.node().clone())),
            _ => Err(reader.refuse(Code::WrongType, "a string or an object is needed here")),
        }
    }
}

impl fmt::Debug for SignedMandate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedMandate(…)")
    }
}

/// Writes an amount whose currency stands in the price.
fn amount_alone<S: Serializer>(money: &Option<Money>, serializer: S) -> Result<S::Ok, S::Error> {
    match money {
        Some(money) => serializer.serialize_str(&money.amount()),
        None => serializer.serialize_none(),
    }
}

pub(crate) fn take_id(reader: &Reader<'_>) -> Result<Id, Malformed> {
    reader.place(Id::new(reader.string()?))
}

pub(crate) fn take_name(reader: &Reader<'_>) -> Result<Text, Malformed> {
    reader.place(Text::line(reader.string()?, MAX_NAME))
}

pub(crate) fn take_moment(reader: &Reader<'_>) -> Result<Moment, Malformed> {
    reader.place(Moment::parse(reader.string()?))
}

pub(crate) fn take_price(reader: &Reader<'_>) -> Result<Money, Malformed> {
    let mut fields = reader.object()?;
    let amount = fields.required("amount")?;
    let currency = fields.required("currency")?;
    let known = Currency::from_code(currency.string()?).ok_or_else(|| {
        currency.refuse(Code::UnknownCurrency, "write a currency of ISO 4217 in upper case, such as `CNY`")
    })?;
    let price = amount.amount(known)?;
    fields.finish()?;
    Ok(price)
}

pub(crate) fn take_items(reader: &Reader<'_>, currency: Currency) -> Result<Vec<Item>, Malformed> {
    reader.array(MAX_ITEMS)?.iter().map(|r| Item::take(r, currency)).collect()
}

pub(crate) fn take_details(reader: &Reader<'_>) -> Result<BTreeMap<Text, Text>, Malformed> {
    let mut details = BTreeMap::new();
    for (key, value) in reader.entries(MAX_DETAILS)? {
        let key = value.place(Text::line(key, crate::text::MAX_ID))?;
        details.insert(key, value.place(Text::free(value.string()?, MAX_DETAIL))?);
    }
    Ok(details)
}

fn take_country(reader: &Reader<'_>) -> Result<String, Malformed> {
    let code = reader.string()?;
    let known = code.len() == 2
        && code.bytes().all(|b| b.is_ascii_uppercase())
        && celes::Country::from_alpha2(code).is_ok();
    if known {
        Ok(code.to_owned())
    } else {
        Err(reader
            .refuse(Code::UnknownCountry, "write an ISO 3166-1 alpha-2 code in upper case, such as `CN`"))
    }
}

#[cfg(test)]
#[path = "intent_tests.rs"]
mod tests;
