//! Who says so: for payee, amount and currency, whether anybody but the agent stands behind it.

use assent_habits::skeleton;
use assent_policy::{Mandate, Ruling, Standing};
use assent_types::{Context, Intent, MoneyField, Speaker, numerals};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};

/// Who stands behind a field of an intent, besides the agent, who always says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// The user said it.
    pub said: bool,
    /// The merchant signed it.
    pub merchant: bool,
    /// The user's own history has it.
    pub history: bool,
    /// A mandate of the user's covers it.
    pub mandate: bool,
}

impl Sources {
    const NAMES: [&str; 4] = ["said", "merchant", "history", "mandate"];

    fn flags(self) -> [bool; 4] {
        [self.said, self.merchant, self.history, self.mandate]
    }

    /// Whether nobody but the agent says so.
    pub fn is_agent_alone(self) -> bool {
        self.flags() == [false; 4]
    }
}

/// Written as a list of words that begins with `agent`.
impl Serialize for Sources {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        list.serialize_element("agent")?;
        for (name, _) in Self::NAMES.iter().zip(self.flags()).filter(|(_, holds)| *holds) {
            list.serialize_element(name)?;
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for Sources {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        let has = |name: &str| words.iter().any(|word| word == name);
        Ok(Self {
            said: has("said"),
            merchant: has("merchant"),
            history: has("history"),
            mandate: has("mandate"),
        })
    }
}

/// Who stands behind the fields without which no money can be paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Who is paid.
    pub payee: Sources,
    /// How much.
    pub amount: Sources,
    /// In which currency.
    pub currency: Sources,
}

impl Provenance {
    /// The fields for which there is nothing but the agent's word.
    pub fn agent_alone(&self) -> impl Iterator<Item = MoneyField> {
        let fields = [
            (MoneyField::Payee, self.payee),
            (MoneyField::Amount, self.amount),
            (MoneyField::Currency, self.currency),
        ];
        fields.into_iter().filter(|(_, sources)| sources.is_agent_alone()).map(|(field, _)| field)
    }
}

/// What the user's own history says of an intent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// The user has paid this payee.
    pub payee: bool,
    /// And in this currency.
    pub currency: bool,
    /// And no amount far below this one.
    pub amount: bool,
}

/// Who stands behind an intent's fields. The shipped mandates bound what agents may do and speak for nobody: the user never said so.
pub(crate) fn of(
    intent: &Intent,
    context: &Context,
    known: Known,
    mandates: &[Mandate],
    ruling: &Ruling,
) -> Provenance {
    let (by, explicit) = match &ruling.standing {
        Standing::Allowed { by, explicit } => (by.as_slice(), *explicit),
        _ => (&[][..], false),
    };
    let own = explicit || mandates.iter().any(|mandate| !mandate.is_default() && by.contains(&mandate.id));
    let said = Said::of(intent, context);
    Provenance {
        payee: Sources { said: said.payee, merchant: false, history: known.payee, mandate: explicit },
        amount: Sources { said: said.amount, merchant: false, history: known.amount, mandate: own },
        currency: Sources { said: said.currency, merchant: false, history: known.currency, mandate: own },
    }
}

/// What the user's own words name. Only a plain match counts: this is kept as evidence, and approves nothing by itself.
struct Said {
    payee: bool,
    amount: bool,
    currency: bool,
}

impl Said {
    fn of(intent: &Intent, context: &Context) -> Self {
        let turns =
            || context.heard.iter().filter(|turn| turn.from == Speaker::User).map(|turn| turn.text.as_str());
        let price = intent.price;
        let numbers: Vec<_> = turns().flat_map(numerals::find).collect();
        let name = skeleton(intent.service.name.as_str());
        Self {
            payee: name.chars().count() >= 2 && turns().any(|said| skeleton(said).contains(&name)),
            amount: numbers.iter().any(|number| number.value.in_currency(price.currency()) == Some(price)),
            currency: numbers.iter().any(|number| number.currencies.contains(&price.currency())),
        }
    }
}
