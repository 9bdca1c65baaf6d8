//! A mandate as JSON: read strictly, every fault with its code and path, and written back the same.

use assent_types::json::{self, Node, Reader};
use assent_types::{Category, Code, Currency, Id, Malformed, Moment, Money, Period};
use serde::{Serialize, Serializer};

use crate::mandate::{Beyond, DEFAULT_PREFIX, Forbid, Grant, Limit, Mandate, Session};
use crate::window::Window;

/// The most entries of one list of agents, payees or categories.
const MAX_ENTRIES: usize = 1_000;

impl Mandate {
    /// Reads what the user wrote.
    ///
    /// Ids that begin with `default-` are kept for the shipped mandates: only such a mandate as it was shipped may bear its id, so that
    /// one that was removed can be put back.
    pub fn from_json(text: &str) -> Result<Self, Malformed> {
        let mandate = Self::from_record(text)?;
        if mandate.id.as_str().starts_with(DEFAULT_PREFIX) && !Self::default_set().contains(&mandate) {
            let message =
                "ids that begin with `default-` are kept for the mandates that Assent ships; choose another";
            return Err(Malformed::new(Code::Contradiction, "id", message));
        }
        Ok(mandate)
    }

    /// Reads what this crate wrote, a shipped mandate of an earlier release included. As strict as [`Mandate::from_json`] otherwise.
    pub fn from_record(text: &str) -> Result<Self, Malformed> {
        let node = json::read(text, json::MAX_INTENT_BYTES)?;
        let mandate = take_mandate(&node.reader())?;
        mandate.check()?;
        Ok(mandate)
    }
}

fn take_mandate(reader: &Reader<'_>) -> Result<Mandate, Malformed> {
    let mut fields = reader.object()?;
    let id = take_id(&fields.required("id")?)?;
    let agents = fields.optional("agents").map(|r| take_list(&r, take_id)).transpose()?;
    let (payees, forbidden_payees) = take_rule(fields.optional("payees"), take_id)?;
    let (categories, forbidden_categories) = take_rule(fields.optional("categories"), take_category)?;
    let currency = fields.optional("currency").map(|r| take_currency(&r)).transpose()?;
    let per_payment = fields.optional("per_payment");
    let limits = fields.optional("limits");
    let valid_from = fields.optional("valid_from").map(|r| take_moment(&r)).transpose()?;
    let valid_until = fields.optional("valid_until").map(|r| take_moment(&r)).transpose()?;
    let beyond = fields.optional("beyond").map(|r| take_beyond(&r)).transpose()?;
    let session = fields.optional("session").map(|r| take_session(&r)).transpose()?;
    let card = fields.optional("card").map(|r| r.boolean()).transpose()?.unwrap_or(false);
    let window = fields.optional("window").map(|r| Window::take(&r)).transpose()?;
    fields.finish()?;

    let grant = match currency {
        Some(currency) => Some(Grant {
            payees,
            categories,
            currency,
            per_payment: per_payment.map(|r| r.amount(currency)).transpose()?,
            limits: limits.map(|r| take_limits(&r, currency)).transpose()?.unwrap_or_default(),
            beyond: beyond.unwrap_or(if card || session.is_some() { Beyond::Decline } else { Beyond::Ask }),
            session,
            card,
            window,
        }),
        None => {
            let allows =
                payees.is_some() || categories.is_some() || card || beyond.is_some() || window.is_some();
            if allows || session.is_some() || per_payment.is_some() || limits.is_some() {
                let message = "a mandate that allows something needs the currency in which it does";
                return Err(Malformed::new(Code::MissingField, "currency", message));
            }
            None
        }
    };
    let forbid = Forbid { payees: forbidden_payees, categories: forbidden_categories };
    Ok(Mandate { id, agents, forbid, grant, valid_from, valid_until })
}

/// What one list allows (`None`: anything) and what it forbids.
type Rule<T> = (Option<Vec<T>>, Vec<T>);

fn take_rule<T>(
    reader: Option<Reader<'_>>,
    take: fn(&Reader<'_>) -> Result<T, Malformed>,
) -> Result<Rule<T>, Malformed> {
    let Some(reader) = reader else {
        return Ok((None, Vec::new()));
    };
    let mut fields = reader.object()?;
    let allow = fields.optional("allow").map(|r| take_list(&r, take)).transpose()?;
    let forbid = fields.optional("forbid").map(|r| take_list(&r, take)).transpose()?.unwrap_or_default();
    fields.finish()?;
    Ok((allow, forbid))
}

fn take_list<T>(
    reader: &Reader<'_>,
    take: fn(&Reader<'_>) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    reader.array(MAX_ENTRIES)?.iter().map(take).collect()
}

fn take_limits(reader: &Reader<'_>, currency: Currency) -> Result<Vec<Limit>, Malformed> {
    let entries = reader.array(MAX_ENTRIES)?;
    if entries.is_empty() {
        return Err(reader.refuse(Code::Contradiction, "the list has no limit; give one, or leave it out"));
    }
    entries.iter().map(|entry| take_limit(entry, currency)).collect()
}

fn take_limit(reader: &Reader<'_>, currency: Currency) -> Result<Limit, Malformed> {
    let mut fields = reader.object()?;
    let per = fields.required("per")?;
    let period = match per.string()? {
        "day" => Period::Day,
        "week" => Period::Week,
        "month" => Period::Month,
        "total" => Period::Total,
        _ => {
            let message =
                "a limit counts per `day`, `week`, `month` or `total`; for one payment write `per_payment`";
            return Err(per.refuse(Code::UnknownValue, message));
        }
    };
    let amount = fields.optional("amount").map(|r| r.amount(currency)).transpose()?;
    let count = fields.optional("count").map(|r| take_count(&r)).transpose()?;
    fields.finish()?;
    Ok(Limit { period, amount, count })
}

fn take_session(reader: &Reader<'_>) -> Result<Session, Malformed> {
    let mut fields = reader.object()?;
    let per_minute = take_count(&fields.required("per_minute")?)?;
    fields.finish()?;
    Ok(Session { per_minute })
}

fn take_count(reader: &Reader<'_>) -> Result<u32, Malformed> {
    match reader.node() {
        Node::Integer(count) if *count <= 0 => {
            Err(reader.refuse(Code::NotPositive, "the count has to be greater than zero"))
        }
        Node::Integer(count) => u32::try_from(*count).map_err(|_| {
            reader.refuse(Code::OutOfRange, format!("a count of at most {} is needed here", u32::MAX))
        }),
        _ => Err(reader.refuse(Code::WrongType, "a whole number is needed here")),
    }
}

fn take_beyond(reader: &Reader<'_>) -> Result<Beyond, Malformed> {
    match reader.string()? {
        "ask" => Ok(Beyond::Ask),
        "decline" => Ok(Beyond::Decline),
        _ => Err(reader.refuse(Code::UnknownValue, "beyond a ceiling a mandate says `ask` or `decline`")),
    }
}

fn take_currency(reader: &Reader<'_>) -> Result<Currency, Malformed> {
    Currency::from_code(reader.string()?).ok_or_else(|| {
        reader.refuse(Code::UnknownCurrency, "write a currency of ISO 4217 in upper case, such as `CNY`")
    })
}

fn take_id(reader: &Reader<'_>) -> Result<Id, Malformed> {
    reader.place(Id::new(reader.string()?))
}

fn take_category(reader: &Reader<'_>) -> Result<Category, Malformed> {
    reader.place(Category::parse(reader.string()?))
}

fn take_moment(reader: &Reader<'_>) -> Result<Moment, Malformed> {
    reader.place(Moment::parse(reader.string()?))
}

/// The fields in the order in which the documentation shows them.
#[derive(Serialize)]
struct Written<'a> {
    id: &'a Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    agents: Option<&'a [Id]>,
    #[serde(skip_serializing_if = "WrittenRule::says_nothing")]
    payees: WrittenRule<'a, Id>,
    #[serde(skip_serializing_if = "WrittenRule::says_nothing")]
    categories: WrittenRule<'a, Category>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_payment: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    limits: Vec<WrittenLimit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beyond: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<Session>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<&'a Window>,
}

#[derive(Serialize)]
struct WrittenRule<'a, T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    allow: Option<&'a [T]>,
    #[serde(skip_serializing_if = "<[T]>::is_empty")]
    forbid: &'a [T],
}

impl<T> WrittenRule<'_, T> {
    fn says_nothing(&self) -> bool {
        self.allow.is_none() && self.forbid.is_empty()
    }
}

#[derive(Serialize)]
struct WrittenLimit {
    per: Period,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
}

impl Serialize for Mandate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { id, agents, forbid, grant, valid_from, valid_until } = self;
        let grant = grant.as_ref();
        let limits = grant.map(|grant| grant.limits.as_slice()).unwrap_or_default();
        Written {
            id,
            agents: agents.as_deref(),
            payees: WrittenRule { allow: grant.and_then(|g| g.payees.as_deref()), forbid: &forbid.payees },
            categories: WrittenRule {
                allow: grant.and_then(|g| g.categories.as_deref()),
                forbid: &forbid.categories,
            },
            currency: grant.map(|g| g.currency),
            per_payment: grant.and_then(|g| g.per_payment).map(Money::amount),
            limits: limits
                .iter()
                .map(|l| WrittenLimit { per: l.period, amount: l.amount.map(Money::amount), count: l.count })
                .collect(),
            valid_from: *valid_from,
            valid_until: *valid_until,
            beyond: grant
                .filter(|g| !g.card && g.session.is_none() && g.beyond == Beyond::Decline)
                .map(|_| "decline"),
            session: grant.and_then(|g| g.session),
            card: grant.filter(|g| g.card).map(|_| true),
            window: grant.and_then(|g| g.window.as_ref()),
        }
        .serialize(serializer)
    }
}
