//! Standing wishes and suggestions: a sentence, or three yeses at one shop, becomes a proposed mandate that is read back and holds only
//! after the user's own yes. No proposal is without a ceiling, a sum and an end.

use std::collections::BTreeMap;

use assent_policy::{Mandate, Window};
use assent_store::{Reading, Table, Writing};
use assent_types::numerals::Found;
use assent_types::{
    Assurance, Currency, Id, Moment, Money, PastPayment, Period, Reason, Text, Tongue, Void, WrittenReason,
};
use assent_whisper::{Hearing, Meaning, phrase, understand};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::assurance::strength;
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::history;
use crate::ledger::Kept;
use crate::mandates;
use crate::preferences;
use crate::replies::Given;
use crate::wish_words::{self, Fault, Wish};
use crate::words::written;

/// A mandate that waits for the user's yes.
#[derive(Clone, PartialEq, Serialize)]
pub struct Proposal {
    /// Its id, which is also the mandate's.
    pub id: Id,
    /// The mandate as it would hold.
    pub mandate: Mandate,
    /// What it would allow, in the user's language, to be read back before it is accepted.
    pub read_back: String,
}

/// What a sentence came to: a proposal, or what it does not say.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Proposed {
    /// The proposal; `None` where something is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
    /// What is missing, or why nothing is proposed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Missing>,
}

/// Something that a sentence does not say: a stable code, and what to say.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Missing {
    /// The code.
    pub code: &'static str,
    /// What to say, in the user's language.
    pub text: String,
}

/// What the reply to a proposal came to.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Accepted {
    /// The proposal.
    pub id: Id,
    /// How the reply was understood.
    pub meaning: Meaning,
    /// Whether the mandate holds now.
    pub accepted: bool,
    /// Whether the proposal still waits for an answer.
    pub open: bool,
    /// Why a yes does not count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<WrittenReason>,
}

impl std::fmt::Debug for Proposal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proposal(…)")
    }
}

/// A proposal as it is kept; the mandate as JSON, the way mandates are.
#[derive(Serialize, Deserialize)]
struct KeptProposal {
    id: Id,
    mandate: String,
    read_back: String,
    tongue: Tongue,
    at: Moment,
    payees: Vec<Id>,
}

/// How often the user said yes at one payee in one currency, and the largest of it.
#[derive(Serialize, Deserialize)]
struct Yeses {
    times: u32,
    largest: Money,
}

/// So many yeses at one payee suggest a mandate.
const YESES: u32 = 3;
/// A proposal that nobody answered is gone after a day, in seconds.
const PROPOSAL_LIVES: i64 = 86_400;
/// How long a mandate lasts that names no end, and one that is suggested, in days.
const USUAL_DAYS: u16 = 30;
const SUGGESTED_DAYS: u16 = 90;
/// Payments that make a figure of the user's own, and a shop one of theirs.
const ENOUGH: usize = 3;
/// What hangs on a condition that only the agent sees may happen once a day, and so often a week.
const ON_CONDITION: u32 = 3;
const MOST_SHOPS: usize = 5;
const MOST_PROPOSALS: usize = 20;
const LIST: &str = "proposals";

fn key(id: &Id) -> String {
    format!("proposal\n{}", id.as_str())
}

fn yeses_key(payee: &Id, currency: Currency) -> String {
    format!("yeses\n{}\n{}", payee.as_str(), currency.code())
}

impl Engine {
    /// Reads a standing wish and proposes a mandate from it, or says what is missing. Nothing holds before [`Engine::accept`].
    pub fn propose(&self, sentence: &str, tongue: Tongue) -> Result<Proposed, EngineError> {
        self.store.write(|book| {
            let wish = wish_words::read(sentence);
            let past = history::all(book)?;
            let now = Clock::system(&self.zone);
            let draft = match Draft::of(&wish, sentence, &past, &preferences::of(book)?, tongue, &self.zone) {
                Ok(draft) => draft,
                Err(missing) => {
                    let say = |code: &'static str| Missing {
                        code,
                        text: said(tongue, &format!("wish-missing-{}", code.replace('_', "-")), &[]),
                    };
                    return Ok(Proposed { proposal: None, missing: missing.into_iter().map(say).collect() });
                }
            };
            let id = free_id(book, &format!("wish-{}", draft.kind))?;
            let mandate = draft.mandate(&id, now, &self.zone)?;
            let read_back = draft.read_back(now, &self.zone);
            let proposal = Proposal { id, mandate, read_back };
            keep(book, &proposal, tongue, now)?;
            Ok(Proposed { proposal: Some(proposal), missing: Vec::new() })
        })
    }

    /// Takes the reply to a proposal. A yes has to be a touch on an unlocked device or more: a mandate opens more than one payment.
    ///
    /// # Errors
    /// [`EngineError::UnknownProposal`] where none of this id waits, [`EngineError::MandateExists`] where the id was taken meanwhile.
    pub fn accept(&self, id: &Id, given: &Given) -> Result<Accepted, EngineError> {
        self.store.write(|book| {
            let now = Clock::system(&self.zone);
            let kept: KeptProposal = book.get(Table::Settings, &key(id))?.ok_or(EngineError::UnknownProposal)?;
            if now.seconds().saturating_sub(kept.at.seconds()) > PROPOSAL_LIVES {
                return Err(EngineError::UnknownProposal);
            }
            let understood = understand(&Hearing {
                event: &given.event,
                tongue: Some(kept.tongue),
                asked: None,
                spoken: Some(&kept.read_back).filter(|_| !given.while_speaking).map(String::as_str),
                challenge: None,
            });
            let strong = strength(&given.event, given.device, given.presence, false) >= Assurance::Unlocked;
            let mut accepted = Accepted { id: id.clone(), meaning: understood.meaning, accepted: false, open: true, reasons: Vec::new() };
            let void = |why| vec![written(&Reason::ReplyVoid(why), kept.tongue)];
            match understood.meaning {
                _ if given.while_speaking || understood.echo => accepted.reasons = void(Void::Echo),
                Meaning::Yes if !strong => accepted.reasons = void(Void::NotEnough),
                Meaning::Yes => {
                    let mandate = Mandate::from_record(&kept.mandate).map_err(|_| EngineError::Unreadable("mandate"))?;
                    mandates::add(book, &mandate)?;
                    let body = json!({"kind": "mandate_added", "at": now, "mandate": mandate, "read_back": kept.read_back});
                    book.append(&body.to_string())?;
                    (accepted.accepted, accepted.open) = (true, false);
                }
                Meaning::No | Meaning::Change => accepted.open = false,
                Meaning::Question | Meaning::Unclear => {}
            }
            if !accepted.open {
                drop_proposal(book, id)?;
            }
            Ok(accepted)
        })
    }

    /// The proposals that wait for an answer.
    pub fn proposals(&self) -> Result<Vec<Proposal>, EngineError> {
        self.store.read(|book| all(book, Clock::system(&self.zone)))
    }
}

/// Every proposal that still waits.
pub(crate) fn all(book: &Reading<'_>, now: Moment) -> Result<Vec<Proposal>, EngineError> {
    let mut found = Vec::new();
    for id in list(book)? {
        let Some(kept) = book.get::<KeptProposal>(Table::Settings, &key(&id))? else { continue };
        if now.seconds().saturating_sub(kept.at.seconds()) <= PROPOSAL_LIVES {
            let mandate =
                Mandate::from_record(&kept.mandate).map_err(|_| EngineError::Unreadable("mandate"))?;
            found.push(Proposal { id: kept.id, mandate, read_back: kept.read_back });
        }
    }
    Ok(found)
}

fn list(book: &Reading<'_>) -> Result<Vec<Id>, EngineError> {
    Ok(book.get(Table::Settings, LIST)?.unwrap_or_default())
}

fn keep(book: &mut Writing<'_>, proposal: &Proposal, tongue: Tongue, now: Moment) -> Result<(), EngineError> {
    let mut ids = list(book)?;
    ids.retain(|id| *id != proposal.id);
    if ids.len() >= MOST_PROPOSALS {
        let oldest = ids.remove(0);
        book.delete(Table::Settings, &key(&oldest))?;
    }
    ids.push(proposal.id.clone());
    book.put(Table::Settings, LIST, &ids)?;
    let kept = KeptProposal {
        id: proposal.id.clone(),
        mandate: serde_json::to_string(&proposal.mandate).map_err(|_| EngineError::Unreadable("mandate"))?,
        read_back: proposal.read_back.clone(),
        tongue,
        at: now,
        payees: proposal.mandate.grant.as_ref().and_then(|grant| grant.payees.clone()).unwrap_or_default(),
    };
    Ok(book.put(Table::Settings, &key(&proposal.id), &kept)?)
}

fn drop_proposal(book: &mut Writing<'_>, id: &Id) -> Result<(), EngineError> {
    let mut ids = list(book)?;
    ids.retain(|other| other != id);
    book.put(Table::Settings, LIST, &ids)?;
    Ok(book.delete(Table::Settings, &key(id))?)
}

/// Forgets every proposal that names this payee.
pub(crate) fn forget_payee(book: &mut Writing<'_>, payee: &Id) -> Result<(), EngineError> {
    for id in list(book)? {
        let kept: Option<KeptProposal> = book.get(Table::Settings, &key(&id))?;
        if kept.is_some_and(|kept| kept.payees.contains(payee)) {
            drop_proposal(book, &id)?;
        }
    }
    for bounds in preferences::of(book)?.tiers.all() {
        book.delete(Table::Settings, &yeses_key(payee, bounds.low.currency()))?;
    }
    Ok(())
}

/// An id that no mandate and no proposal bears.
fn free_id(book: &Reading<'_>, stem: &str) -> Result<Id, EngineError> {
    let taken: Vec<Id> = mandates::all(book)?.into_iter().map(|mandate| mandate.id).collect();
    let mut id = Id::new(stem)?;
    let mut number = 2u32;
    while taken.contains(&id) {
        id = Id::new(&format!("{stem}-{number}"))?;
        number = number.saturating_add(1);
    }
    Ok(id)
}

/// Counts a yes at a payee that no mandate of the user's names; the third suggests one, for what is low or middle.
pub(crate) fn confirmed(
    book: &mut Writing<'_>,
    kept: &Kept,
    zone: &TimeZone,
) -> Result<Option<Proposal>, EngineError> {
    let Some(bounds) = preferences::of(book)?.tiers.bounds(kept.most.currency()) else { return Ok(None) };
    if kept.most.minor() > bounds.high.minor() {
        return Ok(None);
    }
    let key = yeses_key(&kept.payee, kept.most.currency());
    let before: Option<Yeses> = book.get(Table::Settings, &key)?;
    let (times, largest) = before.map_or((0, kept.most), |yeses| (yeses.times, yeses.largest));
    let yeses = Yeses {
        times: times.saturating_add(1),
        largest: if kept.most.minor() > largest.minor() { kept.most } else { largest },
    };
    if yeses.times < YESES {
        book.put(Table::Settings, &key, &yeses)?;
        return Ok(None);
    }
    // Asked once for every three: a suggestion that comes each time would be one more thing that nobody reads.
    book.put(Table::Settings, &key, &Yeses { times: 0, largest: yeses.largest })?;
    let now = Clock::system(zone);
    let each = round_up(yeses.largest);
    let Some(total) = times_over(each, u32::from(SUGGESTED_DAYS) / 3) else { return Ok(None) };
    let until = days_after(now, SUGGESTED_DAYS, zone);
    let id = free_id(book, "suggested")?;
    let written = json!({
        "id": id, "payees": {"allow": [kept.payee]}, "currency": each.currency(), "per_payment": each.amount(),
        "limits": [{"per": "day", "count": 1}, {"per": "total", "amount": total.amount()}], "valid_until": until,
    });
    let mandate = Mandate::from_json(&written.to_string())?;
    let name = history::payee_name(book, &kept.payee)?.unwrap_or_else(|| kept.payee_name.clone());
    let read_back = said(
        kept.tongue,
        "wish-suggest",
        &[
            ("times", yeses.times.to_string()),
            ("payee", quoted(&name, kept.tongue)),
            ("each", assent_whisper::amount(each, kept.tongue)),
            ("total", assent_whisper::amount(total, kept.tongue)),
            ("until", until.date_in(zone).to_string()),
        ],
    );
    let proposal = Proposal { id, mandate, read_back };
    keep(book, &proposal, kept.tongue, now)?;
    Ok(Some(proposal))
}

/// Everything that a mandate needs, drawn from a wish and from what the user usually does.
struct Draft {
    kind: &'static str,
    wish: Wish,
    tongue: Tongue,
    payees: Vec<(Id, Text)>,
    each: Money,
    total: Money,
    per: Option<(Period, Money)>,
    threshold: Option<Money>,
    days: u16,
    /// Whether the ceiling was said; else whether it is from the user's own payments.
    said_ceiling: bool,
    usual: bool,
}

impl Draft {
    fn of(
        wish: &Wish,
        sentence: &str,
        past: &[PastPayment],
        preferences: &preferences::Preferences,
        tongue: Tongue,
        zone: &TimeZone,
    ) -> Result<Self, Vec<&'static str>> {
        let named = named_payees(sentence, past).map_err(|code| vec![code])?;
        let mut missing: Vec<&'static str> = wish.faults.iter().map(|fault| code_of(*fault)).collect();
        if wish.kind.is_none() && named.is_empty() {
            missing.push("what");
        }
        if !wish.is_standing() {
            missing.push("how_often");
        }
        let window = wish.hours.and_then(|(from, until)| Window::new(&wish.days, from, until));
        let alike: Vec<&PastPayment> =
            past.iter().filter(|payment| is_alike(payment, wish, &named, window.as_ref(), zone)).collect();
        let currency = currency(wish, &alike, past, tongue);
        let Some(currency) = currency else {
            missing.push("currency");
            return Err(missing);
        };
        let said = wish.each.as_ref().map(|found| found.value.in_currency(currency));
        let from_history = usual(&alike, currency);
        let part = wish.kind.map_or(4, |kind| kind.part);
        let guess = || {
            let low = preferences.tiers.bounds(currency)?.low;
            Money::from_minor(low.minor().checked_div(part)?, currency).map(round_up)
        };
        let each = match said {
            Some(said) => said,
            None => from_history.or_else(guess),
        };
        let Some(each) = each.filter(|each| each.minor() > 0) else {
            missing.push("ceiling");
            return Err(missing);
        };
        if !missing.is_empty() {
            return Err(missing);
        }
        let in_currency = |found: &Found| found.value.in_currency(currency).filter(|money| money.minor() > 0);
        let days = wish.lasts.unwrap_or(USUAL_DAYS);
        let total = match &wish.total {
            Some(total) => in_currency(total),
            None => times_over(each, payments_in(wish, days)),
        };
        let Some(total) = total else { return Err(vec!["ceiling"]) };
        let per = match &wish.per {
            Some((period, most)) => Some((*period, in_currency(most).ok_or_else(|| vec!["ceiling"])?)),
            None => None,
        };
        let payees = if named.is_empty() { usual_shops(&alike) } else { named };
        Ok(Self {
            kind: wish.kind.map_or("payments", |kind| kind.id),
            wish: wish.clone(),
            tongue,
            payees,
            each,
            total,
            per,
            threshold: wish.threshold.as_ref().and_then(in_currency),
            days,
            said_ceiling: wish.each.is_some(),
            usual: from_history.is_some(),
        })
    }

    fn until(&self, now: Moment, zone: &TimeZone) -> Moment {
        days_after(now, self.days, zone)
    }

    /// The limits: how often, what a period may cost, and the sum, each period once.
    fn limits(&self) -> Vec<Value> {
        let mut limits: BTreeMap<&str, serde_json::Map<String, Value>> = BTreeMap::new();
        let often = match self.wish.often {
            Some(often) => vec![(often.period, often.count)],
            // On a condition that only the agent sees.
            None => vec![(Period::Day, 1), (Period::Week, ON_CONDITION)],
        };
        for (period, count) in often {
            limits.entry(name_of(period)).or_default().insert("count".to_owned(), json!(count));
        }
        let sums = self.per.into_iter().chain([(Period::Total, self.total)]);
        for (period, most) in sums {
            limits.entry(name_of(period)).or_default().insert("amount".to_owned(), json!(most.amount()));
        }
        limits
            .into_iter()
            .map(|(period, mut limit)| {
                limit.insert("per".to_owned(), json!(period));
                Value::Object(limit)
            })
            .collect()
    }

    /// The mandate, through the same strict door as one that is written by hand.
    fn mandate(&self, id: &Id, now: Moment, zone: &TimeZone) -> Result<Mandate, EngineError> {
        let mut written = json!({
            "id": id, "currency": self.each.currency(), "per_payment": self.each.amount(), "limits": self.limits(),
            "valid_until": self.until(now, zone),
        });
        let Some(fields) = written.as_object_mut() else { return Err(EngineError::Unreadable("mandate")) };
        if self.payees.is_empty() {
            let categories = self.wish.kind.map_or(&[][..], |kind| kind.categories);
            let names: Vec<&str> = categories.iter().map(|named| named.as_str()).collect();
            fields.insert("categories".to_owned(), json!({"allow": names}));
        } else {
            let ids: Vec<&Id> = self.payees.iter().map(|(id, _)| id).collect();
            fields.insert("payees".to_owned(), json!({"allow": ids}));
        }
        let (from, until) = self.wish.hours.unwrap_or((0, 24 * 60));
        let restricts = self.wish.hours.is_some() || !self.wish.days.is_empty();
        if let Some(window) = Window::new(&self.wish.days, from, until).filter(|_| restricts) {
            fields.insert("window".to_owned(), json!(window));
        }
        Ok(Mandate::from_json(&written.to_string())?)
    }

    fn read_back(&self, now: Moment, zone: &TimeZone) -> String {
        let tongue = self.tongue;
        let amount = |money: Money| assent_whisper::amount(money, tongue);
        let mut parts = vec![said(
            tongue,
            "wish-read-back",
            &[
                ("what", self.what()),
                ("often", self.often()),
                ("each", amount(self.each)),
                ("total", amount(self.total)),
                ("until", self.until(now, zone).date_in(zone).to_string()),
            ],
        )];
        if let Some((period, most)) = self.per {
            let id = format!("wish-note-per-{}", name_of(period));
            parts.push(said(tongue, &id, &[("amount", amount(most))]));
        }
        if !self.said_ceiling {
            parts.push(said(tongue, if self.usual { "wish-note-usual" } else { "wish-note-guess" }, &[]));
        }
        if let Some(threshold) = self.threshold {
            parts.push(said(tongue, "wish-note-condition", &[("amount", amount(threshold))]));
        }
        if self.payees.is_empty() {
            parts.push(said(tongue, "wish-note-new-shops", &[]));
        }
        parts.push(said(tongue, "wish-ask", &[]));
        parts.join(if tongue == Tongue::Chinese { "" } else { " " })
    }

    fn what(&self) -> String {
        let what = said(self.tongue, &format!("wish-{}", self.kind), &[]);
        if self.payees.is_empty() {
            return what;
        }
        let names: Vec<String> = self.payees.iter().map(|(_, name)| quoted(name, self.tongue)).collect();
        let payees = names.join(if self.tongue == Tongue::Chinese { "、" } else { ", " });
        said(self.tongue, "wish-at", &[("what", what), ("payees", payees)])
    }

    fn often(&self) -> String {
        let tongue = self.tongue;
        let (period, count) =
            self.wish.often.map_or((Period::Week, ON_CONDITION), |often| (often.period, often.count));
        let how = if count == 1 { "once" } else { "times" };
        let mut often =
            said(tongue, &format!("wish-{how}-a-{}", name_of(period)), &[("count", count.to_string())]);
        if let Some(window) =
            self.wish.hours.and_then(|(from, until)| Window::new(&self.wish.days, from, until))
        {
            often = said(
                tongue,
                "wish-between",
                &[("often", often), ("from", window.from()), ("until", window.until())],
            );
        }
        if !self.wish.days.is_empty() {
            let days: Vec<String> = self
                .wish
                .days
                .iter()
                .map(|day| said(tongue, &format!("wish-{}", day_name(*day)), &[]))
                .collect();
            let days = days.join(if tongue == Tongue::Chinese { "、" } else { ", " });
            often = said(tongue, "wish-on", &[("often", often), ("days", days)]);
        }
        often
    }
}

fn code_of(fault: Fault) -> &'static str {
    match fault {
        Fault::Forbids => "permission",
        Fault::Unlimited => "ceiling",
        Fault::TwoAmounts => "one_amount",
        Fault::Until => "until",
    }
}

fn name_of(period: Period) -> &'static str {
    match period {
        Period::Payment | Period::Day => "day",
        Period::Week => "week",
        Period::Month => "month",
        Period::Total => "total",
    }
}

fn day_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    }
}

fn said(tongue: Tongue, id: &str, values: &[(&str, String)]) -> String {
    // A test walks every message that is asked for here.
    phrase(tongue, id, values).unwrap_or_else(|| id.replace('-', " "))
}

fn quoted(name: &Text, tongue: Tongue) -> String {
    phrase(tongue, "payee", &[("label", name.as_str().replace(['“', '”', '「', '」', '"'], "'"))])
        .unwrap_or_else(|| name.as_str().to_owned())
}

/// How many payments a wish makes in so many days, at the most.
fn payments_in(wish: &Wish, days: u16) -> u32 {
    let days = u32::from(days);
    let weeks = days.div_ceil(7);
    match wish.often {
        None => weeks.saturating_mul(ON_CONDITION),
        Some(often) => {
            let periods = match often.period {
                Period::Week => weeks,
                Period::Month => days.div_ceil(30),
                _ if wish.days.is_empty() => days,
                _ => weeks.saturating_mul(u32::try_from(wish.days.len()).unwrap_or(7)),
            };
            periods.saturating_mul(often.count).max(1)
        }
    }
}

/// So many days later, to the second.
fn days_after(now: Moment, days: u16, zone: &TimeZone) -> Moment {
    let seconds = now.seconds().saturating_add(i64::from(days).saturating_mul(86_400));
    let then = jiff::Timestamp::from_second(seconds).unwrap_or(now.timestamp());
    Moment::of(&then.to_zoned(zone.clone()))
}

fn times_over(each: Money, times: u32) -> Option<Money> {
    Money::from_minor(each.minor().checked_mul(i64::from(times.max(1)))?, each.currency())
}

/// The next round figure: 26.25 becomes 30, 38 becomes 40, 130 becomes 150.
fn round_up(money: Money) -> Money {
    let minor = money.minor().max(1);
    let magnitude = 10i64.checked_pow(minor.ilog10()).unwrap_or(1);
    let step = (magnitude / 2).max(1);
    let rounded = minor.checked_add(step.saturating_sub(1)).map(|minor| minor / step * step);
    rounded.and_then(|minor| Money::from_minor(minor, money.currency())).unwrap_or(money)
}

/// The payees of the user's own history that a sentence names; an error where one name belongs to several.
fn named_payees(sentence: &str, past: &[PastPayment]) -> Result<Vec<(Id, Text)>, &'static str> {
    let text = sentence.to_lowercase();
    let mut found: Vec<(Id, Text, String)> = Vec::new();
    for payment in past {
        let service = &payment.service;
        let Some(part) =
            parts_of(service.name.as_str()).into_iter().find(|part| wish_words::has(&text, part))
        else {
            continue;
        };
        if !found.iter().any(|(id, _, _)| *id == service.id) {
            found.push((service.id.clone(), service.name.clone(), part));
        }
    }
    let twice =
        found.iter().any(|(id, _, part)| found.iter().any(|(other, _, same)| other != id && same == part));
    if twice { Err("one_payee") } else { Ok(found.into_iter().map(|(id, name, _)| (id, name)).collect()) }
}

/// The parts of a name by which people call a shop: `noodle house` and `面馆` of `Noodle House 面馆`. What is too short or made of a wish's
/// own words is none: a shop that calls itself `Every Morning` is not meant by everybody who says so.
fn parts_of(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let mut parts: Vec<String> = Vec::new();
    let mut run = String::new();
    let mut was_ascii = true;
    for c in lower.chars().chain(std::iter::once('\u{0}')) {
        let fits = c.is_alphanumeric() || c == ' ' || c == '\'';
        if run.is_empty() {
            was_ascii = c.is_ascii();
        }
        if !fits || c != ' ' && c.is_ascii() != was_ascii {
            parts.push(std::mem::take(&mut run).trim().to_owned());
            was_ascii = c.is_ascii();
        }
        if fits {
            run.push(c);
        }
    }
    let long = |part: &String| part.chars().count() >= if part.is_ascii() { 5 } else { 2 };
    parts.retain(|part| long(part) && !wish_words::is_ordinary(part));
    parts
}

fn is_alike(
    payment: &PastPayment,
    wish: &Wish,
    named: &[(Id, Text)],
    window: Option<&Window>,
    zone: &TimeZone,
) -> bool {
    let at_hour = window.is_none_or(|window| window.holds_at(payment.at, zone));
    if !named.is_empty() {
        return at_hour && named.iter().any(|(id, _)| *id == payment.service.id);
    }
    let categories = wish.kind.map_or(&[][..], |kind| kind.categories);
    at_hour && payment.service.category.is_some_and(|category| categories.contains(&category.named()))
}

/// The shops that the user pays for this already, the most used first.
fn usual_shops(alike: &[&PastPayment]) -> Vec<(Id, Text)> {
    let mut counts: BTreeMap<&Id, (usize, &Text)> = BTreeMap::new();
    for payment in alike {
        let entry = counts.entry(&payment.service.id).or_insert((0, &payment.service.name));
        *entry = (entry.0.saturating_add(1), &payment.service.name);
    }
    let mut shops: Vec<_> = counts.into_iter().filter(|(_, (count, _))| *count >= ENOUGH).collect();
    shops.sort_by(|(a, (m, _)), (b, (n, _))| n.cmp(m).then_with(|| a.cmp(b)));
    shops.into_iter().take(MOST_SHOPS).map(|(id, (_, name))| (id.clone(), name.clone())).collect()
}

/// What the user usually pays at the most: the ninth decile, a quarter more, rounded up.
fn usual(alike: &[&PastPayment], currency: Currency) -> Option<Money> {
    let mut minor: Vec<i64> =
        alike.iter().filter(|p| p.price.currency() == currency).map(|p| p.price.minor()).collect();
    if minor.len() < ENOUGH {
        return None;
    }
    minor.sort_unstable();
    let at = minor.len().saturating_mul(9) / 10;
    let high = minor.get(at.min(minor.len().saturating_sub(1)))?;
    Money::from_minor(high.checked_mul(5)? / 4, currency).map(round_up)
}

/// The currency that was said, or else the one that the user pays in; a unit that several currencies share is the user's own.
fn currency(wish: &Wish, alike: &[&PastPayment], past: &[PastPayment], tongue: Tongue) -> Option<Currency> {
    let most = |payments: &mut dyn Iterator<Item = &PastPayment>| {
        let mut counts: BTreeMap<Currency, usize> = BTreeMap::new();
        payments.for_each(|payment| *counts.entry(payment.price.currency()).or_default() += 1);
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(currency, _)| currency)
    };
    let own = most(&mut alike.iter().copied()).or_else(|| most(&mut past.iter()));
    let own = own.or_else(|| (tongue == Tongue::Chinese).then(|| Currency::from_code("CNY")).flatten());
    let per = wish.per.as_ref().map(|(_, found)| found);
    let said = [wish.each.as_ref(), wish.total.as_ref(), per, wish.threshold.as_ref()];
    let said: Vec<&Found> = said.into_iter().flatten().filter(|found| !found.currencies.is_empty()).collect();
    match said.first() {
        None => own,
        Some(found) => {
            let possible: Vec<Currency> = found
                .currencies
                .iter()
                .copied()
                .filter(|currency| said.iter().all(|other| other.currencies.contains(currency)))
                .collect();
            match (possible.as_slice(), own) {
                ([only], _) => Some(*only),
                (several, Some(own)) if several.contains(&own) => Some(own),
                _ => None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    #[test]
    fn figures_are_rounded_up_to_what_people_say() {
        for (exact, round) in [
            ("26.25 CNY", "30.00 CNY"),
            ("38.00 CNY", "40.00 CNY"),
            ("130.00 CNY", "150.00 CNY"),
            ("50.00 CNY", "50.00 CNY"),
            ("1 JPY", "1 JPY"),
        ] {
            assert_eq!(round_up(money(exact)), money(round), "{exact}");
        }
    }

    #[test]
    fn every_message_is_there_in_both_languages() {
        let mut ids: Vec<String> =
            wish_words::kinds().iter().map(|kind| format!("wish-{}", kind.id)).collect();
        for how in ["once", "times"] {
            ids.extend(["day", "week", "month"].map(|period| format!("wish-{how}-a-{period}")));
        }
        let faults = [Fault::Forbids, Fault::Unlimited, Fault::TwoAmounts, Fault::Until].map(code_of);
        let missing = faults.into_iter().chain(["what", "how_often", "currency", "one_payee"]);
        ids.extend(missing.map(|code| format!("wish-missing-{}", code.replace('_', "-"))));
        let days = [
            Weekday::Monday,
            Weekday::Tuesday,
            Weekday::Wednesday,
            Weekday::Thursday,
            Weekday::Friday,
            Weekday::Saturday,
            Weekday::Sunday,
        ];
        ids.extend(days.map(|day| format!("wish-{}", day_name(day))));
        ids.extend(["day", "week", "month"].map(|period| format!("wish-note-per-{period}")));
        let others = [
            "payments",
            "at",
            "on",
            "between",
            "read-back",
            "note-usual",
            "note-guess",
            "note-new-shops",
            "note-condition",
            "ask",
            "suggest",
        ];
        ids.extend(others.map(|id| format!("wish-{id}")));
        let names = [
            "what", "often", "each", "total", "until", "payees", "from", "days", "count", "amount", "times",
            "payee",
        ];
        let values: Vec<(&str, String)> = names.into_iter().map(|name| (name, "x".to_owned())).collect();
        for id in ids {
            let [english, chinese] =
                [Tongue::English, Tongue::Chinese].map(|tongue| phrase(tongue, &id, &values));
            assert!(english.is_some() && chinese.is_some() && english != chinese, "{id}");
        }
    }

    #[test]
    fn a_shop_is_called_by_a_part_of_its_name() {
        assert_eq!(parts_of("Noodle House 面馆"), ["noodle house", "面馆"]);
        assert_eq!(parts_of("Starbucks 星巴克"), ["starbucks", "星巴克"]);
        assert!(parts_of("咖啡").is_empty(), "a kind of thing is no shop");
        for greedy in
            ["Every Morning", "Every", "每天", "早上", "Daily Coffee", "No Limit", "Under", "Please Buy"]
        {
            assert!(parts_of(greedy).is_empty(), "{greedy}");
        }
        assert!(parts_of("A1").is_empty());
    }

    proptest! {
        #[test]
        fn rounding_never_goes_down_and_never_far(minor in 1i64..1_000_000_000) {
            let exact = Money::from_minor(minor, Currency::from_code("CNY").unwrap()).unwrap();
            let round = round_up(exact).minor();
            prop_assert!(round >= minor && round <= minor.saturating_mul(2));
        }
    }
}
