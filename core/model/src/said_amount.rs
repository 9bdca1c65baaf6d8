//! The amounts that were said, beside what the order would cost at most.

use std::collections::HashSet;

use assent_types::Money;
use assent_types::numerals::{Found, Number};

use crate::asked::Asked;
use crate::claims::LOOKED_AT;
use crate::heard::{Heard, Turn, meaningful};

/// How an amount that was said stands to the price.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct SaidAmount {
    /// An amount was said.
    pub said: bool,
    /// Exactly the most that may be paid.
    pub equal: bool,
    /// One that allows it: a ceiling, about so much, an item's price, so much for each.
    pub fits: bool,
    /// The log distance from the most that may be paid to the nearest amount in its currency.
    pub far: f64,
}

impl SaidAmount {
    /// An amount was said, and none that allows this price.
    pub fn differs(self) -> bool {
        self.said && !self.fits
    }
}

/// Words before a number that make it an amount even without a currency.
const PAY: &[&str] = &[
    "pay", "transfer", "send", "wire", "spend", "tip", "donate", "deposit", "转", "转账", "付", "花", "捐",
    "充", "打",
];
const CEILING: &[&str] = &[
    "under",
    "below",
    "less than",
    "at most",
    "up to",
    "max",
    "maximum",
    "budget",
    "no more than",
    "within",
    "limit",
    "不高于",
    "至多",
    "顶多",
    "不超过",
    "最多",
    "低于",
    "少于",
    "预算",
];
const CEILING_AFTER: &[&str] = &["以内", "以下", "之内", "or less", "max", "tops", "at most"];
const FLOOR: &[&str] = &["at least", "over", "more than", "above", "至少", "超过", "起码"];
/// "别超过 40", "don't go over 40": a floor that is denied is a ceiling.
const NOT: &[&str] = &["not ", "n't", "n’t", "no ", "never", "without", "不", "别", "勿", "莫"];
const FLOOR_AFTER: &[&str] = &["以上", "or more", "多"];
const ABOUT: &[&str] =
    &["about", "around", "roughly", "approximately", "some", "大概", "大约", "差不多", "约"];
const ABOUT_AFTER: &[&str] = &["左右", "or so", "上下"];
/// Words that make an amount the price of one.
const EACH: &[&str] =
    &["each", "每个", "每张", "每份", "每位", "每人", "一个", "一张", "一份", "一位", "一人", "单价"];
const EACH_AFTER: &[&str] = &[
    "each", "apiece", "a piece", "per ", "a head", "a person", "/", "每", "一个", "一张", "一份", "一位",
    "一人",
];
/// What may follow a bare number that is an amount: "at most 20 for lunch", not "at most 20 minutes".
const AFTER_AMOUNT: &[&str] = &[
    "for ",
    "please",
    "in total",
    "total",
    "altogether",
    "all in",
    "including",
    "and ",
    "then ",
    "行",
    "就",
    "吧",
];

/// "About" allows a fifth more or less.
const ABOUT_SHARE: f64 = 0.2;
/// "So much each" is tried with counts up to this.
const MOST_EACH: i64 = 100;

/// How the amounts that were said stand to the most that would be paid. What the order costs below that does not count: an agent
/// might ask for 38 and settle for 56.
pub(crate) fn amount(asked: &Asked<'_>, heard: &Heard) -> SaidAmount {
    let (price, most) = (asked.intent.price, asked.intent.most());
    let ordered = Ordered::of(asked);
    let parts = parts(asked, heard);
    let mut answer = SaidAmount { far: f64::INFINITY, ..SaidAmount::default() };
    let last_agreed = heard.turns.iter().rfind(|turn| turn.agreed).map(std::ptr::from_ref);
    // Said with a currency or as a ceiling: no bare number outweighs it.
    let (mut firm, mut bare_equal, mut bare_below) = (false, false, false);
    for (turn, found) in heard.numbers() {
        // What the user took earlier in a long talk may have been another thing; it may support this price, but not contradict it.
        let counts = !turn.agreed || last_agreed == Some(std::ptr::from_ref(turn));
        let around = Around::of(turn, found);
        let in_currency = !found.currencies.is_empty();
        let elsewhere = ordered.has(found.value);
        let is_ceiling = !elsewhere && around.is_bare_ceiling();
        if !in_currency && !is_ceiling && (elsewhere || !around.is_paid()) {
            // A bare number that is the price all the same is one that allows it.
            bare_equal |= found.may_be(most);
            bare_below |= counts && !elsewhere && found.may_be(price);
            continue;
        }
        answer.said |= counts;
        firm |= counts && (in_currency || is_ceiling);
        let other_currency = in_currency && !found.currencies.contains(&most.currency());
        let Some(said) = found.value.in_currency(most.currency()).filter(|_| !other_currency) else {
            continue;
        };
        let far = ((most.minor().max(1) as f64) / (said.minor().max(1) as f64)).ln();
        if far.abs() < answer.far.abs() {
            answer.far = far;
        }
        answer.equal |= said == most;
        answer.fits |=
            around.allows(said, most) || parts.contains(&said) || is_each(asked, heard, &around, said);
    }
    if bare_equal && !firm {
        return SaidAmount { said: true, equal: true, fits: true, far: 0.0 };
    }
    answer.fits |= answer.equal;
    answer.said |= answer.fits || bare_below;
    if !answer.far.is_finite() {
        answer.far = 0.0;
    }
    answer
}

/// The amounts of the order's items where, each times its quantity, they add up to the whole and something of every item was said: the price
/// of one item is no leave to add others to it.
fn parts(asked: &Asked<'_>, heard: &Heard) -> Vec<Money> {
    let items = &asked.intent.items;
    let sum = items.iter().try_fold(0i64, |sum, item| {
        let minor = item.amount.map_or(0, Money::minor);
        let thousandths = item.quantity.map_or(Some(1000), |q| i64::try_from(q.thousandths()).ok())?;
        let cost = minor.checked_mul(thousandths)?;
        (cost % 1000 == 0).then_some(())?;
        sum.checked_add(cost / 1000)
    });
    let add_up = sum == Some(asked.intent.most().minor());
    if add_up && items.iter().all(|item| heard.overlap(item.name.as_str()) > 0.0) {
        items.iter().filter_map(|item| item.amount).collect()
    } else {
        Vec::new()
    }
}

/// Whether a said amount is so much for each: of a number that was said, where "each" or a quantity of the order makes it one, or of a
/// quantity of the order, where "each" was said.
fn is_each(asked: &Asked<'_>, heard: &Heard, around: &Around, said: Money) -> bool {
    let most = asked.intent.most().minor();
    let times =
        |count: i64| said.minor().checked_mul(count) == Some(most) && (2..=MOST_EACH).contains(&count);
    let quantities = asked.intent.items.iter().take(LOOKED_AT).filter_map(|item| item.quantity);
    let ordered = quantities.filter_map(|q| i64::try_from(q.thousandths() / 1000).ok()).any(times);
    let spoken = || heard.numbers().any(|(_, found)| found.value.scaled(0).is_some_and(times));
    if around.is_each() { ordered || spoken() } else { ordered && spoken() }
}

/// What the order has in numbers and words but for its price.
pub(crate) struct Ordered(HashSet<String>);

impl Ordered {
    /// Read once, however many numbers were said.
    pub fn of(asked: &Asked<'_>) -> Self {
        let intent = asked.intent;
        let items = intent.items.iter().map(|item| item.name.as_str());
        let texts =
            items.chain(intent.details.values().map(AsRef::as_ref)).chain([intent.service.name.as_str()]);
        let quantities = intent.items.iter().filter_map(|item| item.quantity).map(|q| q.to_string());
        Self(texts.flat_map(meaningful).chain(quantities).collect())
    }

    /// Whether the order has this number: a quantity, a detail, a part of a name.
    pub fn has(&self, number: Number) -> bool {
        self.0.contains(&number.to_string())
    }
}

/// The words around a number.
struct Around {
    before: String,
    after: String,
}

impl Around {
    fn of(turn: &Turn, found: &Found) -> Self {
        let head = turn.text.get(..found.start).unwrap_or_default();
        let tail: Vec<char> = head.chars().rev().take(16).collect();
        let after = turn.text.get(found.end..).unwrap_or_default();
        Self {
            before: tail.into_iter().rev().collect(),
            after: after.trim_start().chars().take(12).collect(),
        }
    }

    /// Whether a paying word stands right before the number.
    fn is_paid(&self) -> bool {
        ends_with_any(&self.before, PAY)
    }

    fn is_ceiling(&self) -> bool {
        // "最多花 40": a paying word may stand between.
        let before =
            PAY.iter().find_map(|word| self.before.trim_end().strip_suffix(word)).unwrap_or(&self.before);
        ends_with_any(before, CEILING)
            || starts_with_any(&self.after, CEILING_AFTER)
            || (ends_with_any(before, FLOOR) && NOT.iter().any(|word| before.contains(word)))
    }

    /// A ceiling on nothing that is named, as on minutes or people: then it is one on money.
    fn is_bare_ceiling(&self) -> bool {
        let after = CEILING_AFTER.iter().find_map(|phrase| self.after.strip_prefix(phrase));
        let after = after.unwrap_or(&self.after).trim_start();
        let mut letters = after.chars();
        let ends = match letters.next() {
            // "20.5" and "20,50" go on.
            Some('.' | ',') => !letters.next().is_some_and(|c| c.is_ascii_digit()),
            Some(c) => ";!?，。；！？、)".contains(c),
            None => true,
        };
        // The 30 of "at most 20:30" is none.
        let apart = !self.before.ends_with([':', '-', '/', '.', ',']);
        apart && self.is_ceiling() && (ends || starts_with_any(after, AFTER_AMOUNT))
    }

    fn is_each(&self) -> bool {
        ends_with_any(&self.before, EACH) || starts_with_any(&self.after, EACH_AFTER)
    }

    /// Whether the amount, as it was put, allows so much.
    fn allows(&self, said: Money, most: Money) -> bool {
        let about = ends_with_any(&self.before, ABOUT) || starts_with_any(&self.after, ABOUT_AFTER);
        let ceiling = self.is_ceiling();
        // "No more than" holds "more than".
        let floor =
            !ceiling && (ends_with_any(&self.before, FLOOR) || starts_with_any(&self.after, FLOOR_AFTER));
        let (said, most) = (said.minor() as f64, most.minor() as f64);
        (about && (most - said).abs() <= said * ABOUT_SHARE)
            || (ceiling && most <= said)
            || (floor && most >= said)
            || (said - most).abs() < 0.5
    }
}

fn ends_with_any(text: &str, phrases: &[&str]) -> bool {
    let text = text.trim_end_matches([' ', ':', '$', '¥', '￥', '£', '€']);
    // "Send her 200": one short word may stand between.
    let shorter = text.rsplit_once(' ').filter(|(_, last)| last.chars().count() <= 4).map(|(head, _)| head);
    let ends = |text: &str| {
        phrases.iter().any(|phrase| {
            text.strip_suffix(phrase).is_some_and(|head| {
                !phrase.is_ascii() || !head.ends_with(|c: char| c.is_ascii_alphanumeric())
            })
        })
    };
    ends(text) || shorter.is_some_and(ends)
}

fn starts_with_any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.starts_with(phrase))
}
