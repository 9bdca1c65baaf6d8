//! Why a verdict is what it is, as data. The sentence in the user's language is made from it elsewhere.

use crate::category::Named;
use crate::money::{Currency, Money};
use crate::text::Text;

/// The span over which a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// One payment.
    Payment,
    /// A calendar day in the user's time zone.
    Day,
    /// A calendar week, Monday to Sunday (ISO 8601).
    Week,
    /// A calendar month.
    Month,
    /// As long as the mandate lives.
    Total,
}

/// A part of an order that words and intent can agree on or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// How much is paid.
    Amount,
    /// Who is paid.
    Payee,
    /// What is bought.
    Item,
    /// How many.
    Quantity,
    /// For when.
    Date,
    /// Where, or where to.
    Place,
    /// The order as a whole.
    Order,
}

/// A field without which no money can be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyField {
    /// Who is paid.
    Payee,
    /// How much.
    Amount,
    /// In which currency.
    Currency,
}

/// Why a reply does not count, although it may have been a yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Void {
    /// Its token is not the one of the whisper that is open.
    Token,
    /// The word that was asked for was not said, or another one was.
    Word,
    /// It was heard while the device itself spoke, or repeats what it said.
    Echo,
    /// It was given in a way that is not enough for this payment.
    NotEnough,
    /// The user is driving, and this payment waits until they are parked.
    Moving,
    /// Too many replies to this whisper failed.
    Failures,
    /// Too many replies in a row failed: replies wait until the owner unlocks them.
    Locked,
    /// It came faster than anybody reads.
    TooFast,
}

impl Void {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Token,
        Self::Word,
        Self::Echo,
        Self::NotEnough,
        Self::Moving,
        Self::Failures,
        Self::Locked,
        Self::TooFast,
    ];
}

/// One reason; the code is stable, the data is what the sentence needs.
///
/// A limit never tells how much of it was left: an agent could find the rest by asking.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The id was used for another intent before; `raised` holds the earlier and the new price where the price went up.
    IdReused {
        /// The earlier and the new price.
        raised: Option<(Money, Money)>,
    },
    /// The user had this intent forgotten.
    Forgotten,
    /// The user suspended the agent.
    AgentSuspended,
    /// The user revoked the agent.
    AgentRevoked,
    /// The user forbids this payee.
    PayeeForbidden,
    /// The user forbids this category.
    CategoryForbidden(Named),
    /// The agent asked too much within an hour and was answered too little.
    TooManyQuestions,
    /// A reply that does not count.
    ReplyVoid(Void),
    /// No payment at all, but a check whether the user still reads.
    Practice,
    /// The offer ended before it could be judged.
    OfferExpired,
    /// The agent made the intent long ago.
    Stale,
    /// The intent comes from the future, or the device's clock went back.
    ClockUnsure,
    /// Nobody knows this agent.
    AgentUnknown,
    /// The agent has a key, and the intent came without a signature.
    AgentUnsigned,
    /// The intent's signature is not that of the agent's key.
    AgentSignatureBad,
    /// The agent's key was replaced, and the user has not yet confirmed enough payments under the new one.
    AgentKeyChanged,
    /// The agent's id looks like that of an agent the user knows, and is none.
    AgentLookAlike {
        /// The id that the user knows.
        known: Text,
    },
    /// The agent keeps trying amounts around a limit.
    LimitsProbed,
    /// Many small payments to one payee within a day come to more than one payment may.
    Sliced,
    /// The session allowance that names this payee has no room for it.
    BeyondSession,
    /// Nobody but the agent says so: no habit, no mandate and no merchant's signature stands behind it.
    OnlyAgentSays(MoneyField),
    /// What is known of the user changed again and again while this was judged.
    ChangedMeanwhile,
    /// The store was put back to an older state, or its key was lost, and the user has not decided what holds.
    StateUnsure,
    /// The user allowed nothing like it.
    NotCovered,
    /// A limit on the sum is reached.
    SumLimit(Period),
    /// A limit on the number of payments is reached.
    CountLimit(Period),
    /// The isolated card does not cover it.
    BeyondCard,
    /// The user has never paid this payee.
    PayeeNew,
    /// The name looks like that of a payee the user knows, and is none.
    LookAlike {
        /// The name that the user knows.
        known: Text,
    },
    /// A name that the user knows, on another account.
    SameNameOtherAccount,
    /// A name that mixes the letters of scripts that do not belong together.
    NameMixed,
    /// A payee the user knows, under a name that is quite another than before.
    NameChanged,
    /// The user has paid here, but too seldom to call it a habit.
    BarelyKnown {
        /// How often.
        times: u32,
    },
    /// The name looks like a kind of business that the user forbids.
    LooksForbidden(Named),
    /// The user never paid in this currency here.
    CurrencyNew {
        /// The currency that is usual.
        usual: Currency,
    },
    /// Far more than usual here.
    AmountUnusual {
        /// How many times the usual amount.
        times: f64,
    },
    /// A second payment to the same payee sooner than ever before.
    TooSoon,
    /// A kind of business that the user never paid.
    CategoryNew,
    /// An hour at which the user never pays.
    HourUnusual,
    /// Far from where the user pays.
    PlaceUnusual,
    /// This agent never paid here before.
    AgentNewHere,
    /// The words that the user said do not match.
    NotAsSaid(Slot),
    /// Not familiar enough on the whole.
    NotFamiliar,
    /// There is no working model; nothing is approved without one.
    ModelUnavailable,
    /// A payment like many before.
    Familiar {
        /// How often the user has paid here.
        times: u32,
    },
    /// A regular payment that is due.
    Due {
        /// The usual distance in days.
        every_days: u32,
    },
    /// The user's own mandate names it.
    MandateNames,
    /// The agent's isolated card covers it.
    CardCovers,
    /// A session allowance covers it.
    SessionCovers,
    /// The user asked for it in so many words.
    AsSaid,
}

impl Reason {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::IdReused { raised: Some(_) } => "price_raised",
            Self::IdReused { raised: None } => "id_reused",
            Self::Forgotten => "forgotten",
            Self::AgentSuspended => "agent_suspended",
            Self::AgentRevoked => "agent_revoked",
            Self::PayeeForbidden => "payee_forbidden",
            Self::CategoryForbidden(_) => "category_forbidden",
            Self::TooManyQuestions => "too_many_questions",
            Self::ReplyVoid(Void::Token) => "token_wrong",
            Self::ReplyVoid(Void::Word) => "word_missing",
            Self::ReplyVoid(Void::Echo) => "heard_itself",
            Self::ReplyVoid(Void::NotEnough) => "reply_not_enough",
            Self::ReplyVoid(Void::Moving) => "not_while_moving",
            Self::ReplyVoid(Void::Failures) => "too_many_failures",
            Self::ReplyVoid(Void::Locked) => "replies_locked",
            Self::ReplyVoid(Void::TooFast) => "reply_too_fast",
            Self::Practice => "practice",
            Self::OfferExpired => "offer_expired",
            Self::Stale => "intent_stale",
            Self::ClockUnsure => "clock_unsure",
            Self::AgentUnknown => "agent_unknown",
            Self::AgentUnsigned => "agent_unsigned",
            Self::AgentSignatureBad => "agent_signature_bad",
            Self::AgentKeyChanged => "agent_key_changed",
            Self::AgentLookAlike { .. } => "agent_look_alike",
            Self::LimitsProbed => "limits_probed",
            Self::Sliced => "sliced",
            Self::BeyondSession => "beyond_session",
            Self::OnlyAgentSays(MoneyField::Payee) => "payee_only_agent_says",
            Self::OnlyAgentSays(MoneyField::Amount) => "amount_only_agent_says",
            Self::OnlyAgentSays(MoneyField::Currency) => "currency_only_agent_says",
            Self::ChangedMeanwhile => "changed_meanwhile",
            Self::StateUnsure => "state_unsure",
            Self::NotCovered => "not_covered",
            Self::SumLimit(Period::Payment) => "over_payment_limit",
            Self::SumLimit(Period::Day) => "over_day_limit",
            Self::SumLimit(Period::Week) => "over_week_limit",
            Self::SumLimit(Period::Month) => "over_month_limit",
            Self::SumLimit(Period::Total) => "over_total_limit",
            Self::CountLimit(Period::Payment | Period::Total) => "over_total_count",
            Self::CountLimit(Period::Day) => "over_day_count",
            Self::CountLimit(Period::Week) => "over_week_count",
            Self::CountLimit(Period::Month) => "over_month_count",
            Self::BeyondCard => "beyond_card",
            Self::PayeeNew => "payee_new",
            Self::LookAlike { .. } => "look_alike",
            Self::SameNameOtherAccount => "same_name_other_account",
            Self::NameMixed => "name_mixed",
            Self::NameChanged => "name_changed",
            Self::BarelyKnown { .. } => "barely_known",
            Self::LooksForbidden(_) => "looks_forbidden",
            Self::CurrencyNew { .. } => "currency_new",
            Self::AmountUnusual { .. } => "amount_unusual",
            Self::TooSoon => "too_soon",
            Self::CategoryNew => "category_new",
            Self::HourUnusual => "hour_unusual",
            Self::PlaceUnusual => "place_unusual",
            Self::AgentNewHere => "agent_new_here",
            Self::NotAsSaid(Slot::Amount) => "amount_not_as_said",
            Self::NotAsSaid(Slot::Payee) => "payee_not_as_said",
            Self::NotAsSaid(Slot::Item) => "item_not_as_said",
            Self::NotAsSaid(Slot::Quantity) => "quantity_not_as_said",
            Self::NotAsSaid(Slot::Date) => "date_not_as_said",
            Self::NotAsSaid(Slot::Place) => "place_not_as_said",
            Self::NotAsSaid(Slot::Order) => "order_not_as_said",
            Self::NotFamiliar => "not_familiar",
            Self::ModelUnavailable => "model_unavailable",
            Self::Familiar { .. } => "familiar",
            Self::Due { .. } => "due",
            Self::MandateNames => "mandate_names",
            Self::CardCovers => "card_covers",
            Self::SessionCovers => "session_covers",
            Self::AsSaid => "as_said",
        }
    }
}
