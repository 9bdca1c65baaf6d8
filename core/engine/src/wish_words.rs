//! Reading a standing wish: what, when, how often, how much, for how long. By rule, in English and Chinese; a model decides nothing here.
//!
//! What is not said stays open, and whoever proposes a mandate from it either has a careful figure of their own or says what is missing.
//! A sentence that forbids, or that wants no ceiling, is no wish.

use assent_types::numerals::{self, Found};
use assent_types::{Named, Period};
use jiff::civil::Weekday;

/// A kind of thing that people wish for regularly.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Its name; the locale files call it `wish-…`.
    pub id: &'static str,
    said: &'static [&'static str],
    /// The categories that it is bought in.
    pub categories: &'static [Named],
    /// The minutes of the day in which it is bought, where nothing else is said.
    hours: Option<(u16, u16)>,
    /// What part of a low amount it costs at the most, where neither words nor history tell: one over this.
    pub part: i64,
}

const MORNING: (u16, u16) = (6 * 60, 10 * 60);
const NOON: (u16, u16) = (10 * 60 + 30, 14 * 60);
const AFTERNOON: (u16, u16) = (13 * 60, 18 * 60);
const EVENING: (u16, u16) = (17 * 60, 22 * 60);
const NIGHT: (u16, u16) = (21 * 60, 24 * 60);

use Named::{
    Bakery, Charging, Coffee, Dining, FastFood, Fuel, Groceries, Parking, Pets, Pharmacy, Subscription, Taxi,
    Telecom, Tolls, Transit, Utilities,
};

/// The more particular stand before the more general: `phone credit` before `top up`.
const KINDS: &[Kind] = &[
    Kind {
        id: "breakfast",
        said: &["breakfast", "早餐", "早饭", "早点"],
        categories: &[Dining, FastFood, Coffee, Bakery],
        hours: Some(MORNING),
        part: 4,
    },
    Kind {
        id: "lunch",
        said: &["lunch", "午餐", "午饭", "中饭"],
        categories: &[Dining, FastFood],
        hours: Some(NOON),
        part: 3,
    },
    Kind {
        id: "dinner",
        said: &["dinner", "supper", "晚餐", "晚饭"],
        categories: &[Dining, FastFood],
        hours: Some(EVENING),
        part: 2,
    },
    Kind {
        id: "coffee",
        said: &["coffee", "latte", "espresso", "cappuccino", "tea", "咖啡", "拿铁", "美式", "奶茶", "茶"],
        categories: &[Coffee, Bakery, FastFood, Dining],
        hours: None,
        part: 4,
    },
    Kind {
        id: "groceries",
        said: &["groceries", "vegetables", "fruit", "milk", "买菜", "蔬菜", "水果", "牛奶"],
        categories: &[Groceries],
        hours: None,
        part: 1,
    },
    Kind {
        id: "ride",
        said: &["taxi", "ride", "cab", "打车", "叫车", "出租车"],
        categories: &[Taxi],
        hours: None,
        part: 2,
    },
    Kind {
        id: "transit",
        said: &["transit", "transit card", "metro", "subway", "bus", "地铁", "公交", "交通卡"],
        categories: &[Transit],
        hours: None,
        part: 2,
    },
    Kind {
        id: "phone",
        said: &["phone credit", "phone", "mobile", "data plan", "话费", "手机费", "流量"],
        categories: &[Telecom],
        hours: None,
        part: 2,
    },
    Kind {
        id: "utilities",
        said: &["electricity", "water bill", "gas bill", "电费", "水费", "燃气费", "水电"],
        categories: &[Utilities],
        hours: None,
        part: 1,
    },
    Kind { id: "parking", said: &["parking", "停车"], categories: &[Parking], hours: None, part: 4 },
    Kind {
        id: "tolls",
        said: &["tolls", "toll", "过路费", "高速费"],
        categories: &[Tolls],
        hours: None,
        part: 2,
    },
    Kind {
        id: "fuel",
        said: &["fuel", "petrol", "gasoline", "加油"],
        categories: &[Fuel],
        hours: None,
        part: 1,
    },
    Kind {
        id: "charging",
        said: &["charge the car", "charge my car", "charging", "充电"],
        categories: &[Charging],
        hours: None,
        part: 2,
    },
    Kind {
        id: "medicine",
        said: &["medicine", "pills", "买药", "药"],
        categories: &[Pharmacy],
        hours: None,
        part: 1,
    },
    Kind {
        id: "pet-food",
        said: &["pet food", "cat food", "dog food", "猫粮", "狗粮"],
        categories: &[Pets],
        hours: None,
        part: 1,
    },
    Kind {
        id: "subscription",
        said: &["subscription", "membership", "会员", "订阅"],
        categories: &[Subscription],
        hours: None,
        part: 1,
    },
    Kind {
        id: "top-up",
        said: &["top up", "top-up", "topup", "recharge", "充值", "充钱", "充上"],
        categories: &[Transit, Telecom],
        hours: None,
        part: 4,
    },
];

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Often {
    pub period: Period,
    pub count: u32,
}

/// Why a sentence is no standing wish as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It forbids something.
    Forbids,
    /// It wants no ceiling.
    Unlimited,
    /// Two amounts could be the ceiling of one payment.
    TwoAmounts,
    /// It ends at a time that cannot be read.
    Until,
}

/// A standing wish as it was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    pub kind: Option<&'static Kind>,
    /// Minutes of the day, from and until.
    pub hours: Option<(u16, u16)>,
    /// The days, empty for all.
    pub days: Vec<Weekday>,
    pub often: Option<Often>,
    /// `when under 20`: a condition that the device cannot see.
    pub threshold: Option<Found>,
    /// The most for one payment.
    pub each: Option<Found>,
    /// The most in all.
    pub total: Option<Found>,
    /// The most in a period.
    pub per: Option<(Period, Found)>,
    /// For how many days.
    pub lasts: Option<u16>,
    pub faults: Vec<Fault>,
}

/// The longest that a wish lasts, in days.
const LONGEST: u16 = 366;

/// Every kind that is known.
#[cfg(test)]
pub(crate) fn kinds() -> &'static [Kind] {
    KINDS
}

/// Reads a sentence.
pub(crate) fn read(sentence: &str) -> Wish {
    let text = sentence.trim().to_lowercase().replace('’', "'");
    let numbers = numerals::find(&text);
    let mut wish = Wish { kind: KINDS.iter().find(|kind| any(&text, kind.said)), ..Wish::default() };
    (wish.days, wish.often) = often(&text, &numbers);
    wish.hours =
        hours(&text, &numbers).or_else(|| part_of_day(&text)).or(wish.kind.and_then(|kind| kind.hours));
    amounts(&text, &numbers, &mut wish);
    lasts(&text, &numbers, &mut wish);
    if forbids(&text) {
        wish.faults.push(Fault::Forbids);
    }
    if any(&text, UNLIMITED) {
        wish.faults.push(Fault::Unlimited);
    }
    wish
}

/// Words that stand in many wishes beside those that the reader looks for.
const ORDINARY: &[&str] = &[
    "every",
    "under",
    "below",
    "between",
    "about",
    "please",
    "total",
    "yuan",
    "dollar",
    "dollars",
    "euros",
    "pound",
    "pounds",
    "there",
    "spend",
    "order",
    "money",
    "never",
    "always",
    "again",
    "给我",
    "帮我",
    "请你",
    "不超",
    "最多",
    "总共",
    "如果",
    "时候",
    "人民币",
    "美元",
];

/// Whether a text is made of what wishes are made of, so that it names nobody.
pub(crate) fn is_ordinary(text: &str) -> bool {
    let wish = read(text);
    let said = wish.kind.is_some() || wish.often.is_some() || wish.hours.is_some() || !wish.faults.is_empty();
    said || any(text, ORDINARY) || !numerals::find(text).is_empty()
}

impl Wish {
    /// Whether it is a wish for more than once: how often, or on what condition.
    pub fn is_standing(&self) -> bool {
        self.often.is_some() || self.threshold.is_some()
    }
}

const UNLIMITED: &[&str] = &[
    "whatever it costs",
    "no limit",
    "without limit",
    "unlimited",
    "any amount",
    "any price",
    "as much as",
    "不限",
    "无限",
    "不管多少钱",
    "多少钱都",
    "随便多少",
];
const FORBIDDING: &[&str] = &[
    "don't", "do not", "never", "stop", "cancel", "not", "不要", "不许", "不准", "停止", "取消", "禁止", "别",
];

/// `no more than 30` and `别超过30` are ceilings.
fn forbids(text: &str) -> bool {
    let without = [
        "no more than",
        "not more than",
        "not over",
        "别超过",
        "不要超过",
        "do not exceed",
        "don't exceed",
        "never more than",
    ]
    .iter()
    .fold(text.to_owned(), |text, ceiling| text.replace(ceiling, " "));
    any(&without, FORBIDDING)
}

fn any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| has(text, phrase))
}

/// Whether the phrase stands in the text; an English one as whole words.
pub(crate) fn has(text: &str, phrase: &str) -> bool {
    find(text, phrase).is_some()
}

fn find(text: &str, phrase: &str) -> Option<usize> {
    let whole = |at: usize| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after =
            at.checked_add(phrase.len()).and_then(|end| text.get(end..)).and_then(|text| text.chars().next());
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        !phrase.is_ascii() || !letter(before) && !letter(after)
    };
    text.match_indices(phrase).map(|(at, _)| at).find(|at| whole(*at))
}

const DAYS: &[(Weekday, &[&str])] = &[
    (Weekday::Monday, &["monday", "mondays", "周一", "星期一", "礼拜一"]),
    (Weekday::Tuesday, &["tuesday", "tuesdays", "周二", "星期二", "礼拜二"]),
    (Weekday::Wednesday, &["wednesday", "wednesdays", "周三", "星期三", "礼拜三"]),
    (Weekday::Thursday, &["thursday", "thursdays", "周四", "星期四", "礼拜四"]),
    (Weekday::Friday, &["friday", "fridays", "周五", "星期五", "礼拜五"]),
    (Weekday::Saturday, &["saturday", "saturdays", "周六", "星期六", "礼拜六"]),
    (Weekday::Sunday, &["sunday", "sundays", "周日", "周天", "星期日", "星期天", "礼拜天"]),
];
const WORKDAYS: &[&str] = &[
    "weekday",
    "weekdays",
    "workday",
    "workdays",
    "working day",
    "monday to friday",
    "工作日",
    "周一到周五",
    "周一至周五",
    "星期一到星期五",
    "上班日",
];
const WEEKEND: &[&str] = &["weekend", "weekends", "周末"];
const DAILY: &[&str] = &[
    "every day",
    "daily",
    "each day",
    "everyday",
    "a day",
    "per day",
    "every morning",
    "each morning",
    "every afternoon",
    "every evening",
    "each evening",
    "every night",
    "every noon",
    "every workday morning",
    "每天",
    "天天",
    "每日",
    "每早",
    "每晚",
    "每个早上",
    "每个晚上",
];
const WEEKLY: &[&str] =
    &["every week", "weekly", "each week", "a week", "per week", "每周", "每星期", "每个星期", "每礼拜"];
const MONTHLY: &[&str] = &["every month", "monthly", "each month", "a month", "per month", "每月", "每个月"];

fn often(text: &str, numbers: &[Found]) -> (Vec<Weekday>, Option<Often>) {
    let times = times(text, numbers);
    let daily = |days: &[Weekday]| (days.to_vec(), Some(Often { period: Period::Day, count: times }));
    if any(text, WORKDAYS) {
        return daily(&[
            Weekday::Monday,
            Weekday::Tuesday,
            Weekday::Wednesday,
            Weekday::Thursday,
            Weekday::Friday,
        ]);
    }
    if any(text, WEEKEND) {
        return daily(&[Weekday::Saturday, Weekday::Sunday]);
    }
    let named: Vec<Weekday> = DAYS.iter().filter(|(_, said)| any(text, said)).map(|(day, _)| *day).collect();
    if !named.is_empty()
        && any(
            text,
            &[
                "every",
                "each",
                "每",
                "mondays",
                "tuesdays",
                "wednesdays",
                "thursdays",
                "fridays",
                "saturdays",
                "sundays",
            ],
        )
    {
        return daily(&named);
    }
    let first = [(DAILY, Period::Day), (WEEKLY, Period::Week), (MONTHLY, Period::Month)]
        .into_iter()
        .find(|(said, period)| any(text, said) && !only_in_a_ceiling(text, numbers, said, *period));
    (Vec::new(), first.map(|(_, period)| Often { period, count: times }))
}

/// `200 a month` is a ceiling, not how often, where nothing else says how often.
fn only_in_a_ceiling(text: &str, numbers: &[Found], said: &[&str], _: Period) -> bool {
    let bare: Vec<&str> = said
        .iter()
        .copied()
        .filter(|phrase| phrase.starts_with("a ") || phrase.starts_with("per "))
        .collect();
    let rest: Vec<&str> = said.iter().copied().filter(|phrase| !bare.contains(phrase)).collect();
    if any(text, &rest) {
        return false;
    }
    let follows = |found: &&Found| {
        text.get(found.end..)
            .is_some_and(|after| bare.iter().any(|phrase| after.trim_start().starts_with(phrase)))
    };
    numbers.iter().any(|found| follows(&found))
}

fn times(text: &str, numbers: &[Found]) -> u32 {
    if any(text, &["twice", "两次", "二次", "俩次"]) {
        return 2;
    }
    let counted = numbers.iter().find(|found| {
        text.get(found.end..)
            .is_some_and(|after| after.starts_with('次') || after.trim_start().starts_with("times"))
    });
    counted
        .and_then(|found| found.value.scaled(0))
        .and_then(|count| u32::try_from(count).ok())
        .filter(|count| (1..=20).contains(count))
        .unwrap_or(1)
}

fn part_of_day(text: &str) -> Option<(u16, u16)> {
    [
        (&["morning", "mornings", "早上", "早晨", "上午", "清晨", "每早"][..], MORNING),
        (&["noon", "midday", "中午"], NOON),
        (&["afternoon", "afternoons", "下午"], AFTERNOON),
        (&["evening", "evenings", "傍晚", "晚上", "每晚"], EVENING),
        (&["night", "nights", "夜里", "深夜"], NIGHT),
    ]
    .into_iter()
    .find(|(said, _)| any(text, said))
    .map(|(_, hours)| hours)
}

/// The hours that a sentence names: `at 8`, `between 7 and 9`, `7点到9点`, `8:30`.
fn hours(text: &str, numbers: &[Found]) -> Option<(u16, u16)> {
    let mut minutes: Vec<u16> = Vec::new();
    for (at, found) in numbers.iter().enumerate() {
        if is_hour(text, numbers, at) {
            let hour = u16::try_from(found.value.scaled(0)?).ok()?;
            let after = text.get(found.end..).unwrap_or_default();
            let later = after.trim_start().starts_with("pm")
                || after.starts_with('点') && any(text, &["下午", "晚上", "傍晚"]);
            let hour = if later && hour < 12 { hour.saturating_add(12) } else { hour };
            let half = if after.starts_with("点半") { 30 } else { 0 };
            minutes.push(
                hour.saturating_mul(60).saturating_add(half).saturating_add(minute_after(text, numbers, at)),
            );
        }
    }
    match minutes.as_slice() {
        [at] => Some((at.saturating_sub(60), at.saturating_add(60).min(24 * 60))),
        [from, until] if from < until => Some((*from, (*until).min(24 * 60))),
        _ => None,
    }
}

/// The minutes behind an hour that is written `8:30`.
fn minute_after(text: &str, numbers: &[Found], at: usize) -> u16 {
    let follows = |next: &Found| {
        numbers
            .get(at)
            .is_some_and(|hour| text.get(hour.end..next.start).is_some_and(|gap| gap == ":" || gap == "："))
    };
    let next = at.checked_add(1).and_then(|at| numbers.get(at)).filter(|next| follows(next));
    next.and_then(|next| next.value.scaled(0))
        .and_then(|minute| u16::try_from(minute).ok())
        .filter(|minute| *minute < 60)
        .unwrap_or(0)
}

fn is_hour(text: &str, numbers: &[Found], at: usize) -> bool {
    let Some(found) = numbers.get(at) else { return false };
    let whole = found.value.scaled(0).is_some_and(|hour| (0..=24).contains(&hour));
    if !whole || !found.currencies.is_empty() {
        return false;
    }
    let (before, after) = around(text, found);
    let marked = after.starts_with('点')
        || after.starts_with(':') && !before.ends_with(':')
        || ["am", "pm", "o'clock"].iter().any(|mark| after.trim_start().starts_with(mark));
    let led =
        ["at", "between", "before", "after", "around"].iter().any(|lead| before.trim_end().ends_with(lead));
    let second = before.trim_end().ends_with("and")
        && at.checked_sub(1).is_some_and(|earlier| is_hour(text, numbers, earlier));
    marked || (led || second) && !counts_something(after)
}

fn is_minute(text: &str, found: &Found) -> bool {
    let (before, _) = around(text, found);
    before.ends_with(':') && before.trim_end_matches(':').ends_with(|c: char| c.is_ascii_digit())
}

/// Whether a number counts things or days rather than money.
fn counts_something(after: &str) -> bool {
    let chinese = [
        "次", "天", "日", "周", "个", "月", "份", "杯", "瓶", "点", "分钟", "小时", "星期", "礼拜", "顿",
        "张",
    ];
    let english =
        ["times", "day", "days", "week", "weeks", "month", "months", "cup", "cups", "hours", "minutes", "x"];
    chinese.iter().any(|unit| after.starts_with(unit))
        || english.iter().any(|unit| find(after.trim_start(), unit) == Some(0))
}

fn around<'a>(text: &'a str, found: &Found) -> (&'a str, &'a str) {
    (text.get(..found.start).unwrap_or_default(), text.get(found.end..).unwrap_or_default())
}

/// The last words before a place, as far as a sentence's next comma.
fn tail(before: &str) -> &str {
    let start = before.rfind([',', '，', '。', ';', '；']).map_or(0, |at| at.saturating_add(1));
    let clause = before.get(start..).unwrap_or(before);
    let cut = clause.char_indices().rev().nth(28).map_or(0, |(at, _)| at);
    clause.get(cut..).unwrap_or(clause)
}

fn amounts(text: &str, numbers: &[Found], wish: &mut Wish) {
    for (at, found) in numbers.iter().enumerate() {
        let (before, after) = around(text, found);
        let pronoun = found.currencies.is_empty() && text.get(found.start..found.end) == Some("one");
        if is_hour(text, numbers, at)
            || is_minute(text, found)
            || pronoun
            || found.currencies.is_empty() && counts_something(after)
        {
            continue;
        }
        let (lead, follow) = (tail(before), after.trim_start());
        let below =
            ["under", "below", "less than", "lower than", "低于", "不足", "少于", "不到", "小于", "只剩"];
        let when =
            any(lead, &["when", "if", "whenever", "once", "balance", "left", "如果", "当", "余额", "要是"])
                || follow.starts_with('时')
                || follow.starts_with("就")
                || follow.starts_with("的时候")
                || follow.starts_with("left");
        let period = [
            (Period::Day, &["a day", "per day", "每天最多", "每天不超过", "每日"][..]),
            (Period::Week, &["a week", "per week", "每周最多", "每周不超过"]),
            (
                Period::Month,
                &["a month", "per month", "每月最多", "每月不超过", "每个月最多", "每个月不超过"],
            ),
        ]
        .into_iter()
        .find(|(_, said)| {
            said.iter()
                .any(|said| if said.is_ascii() { follow.starts_with(said) } else { lead.ends_with(said) })
        });
        let total = any(lead, &["in total", "total of", "altogether", "总共", "一共", "合计", "总计"])
            || ["in total", "in all", "altogether", "total"].iter().any(|said| follow.starts_with(said));
        if below.iter().any(|cue| lead.trim_end().ends_with(cue)) && when {
            wish.threshold = Some(found.clone());
        } else if total {
            wish.total = Some(found.clone());
        } else if let Some((period, _)) = period {
            wish.per = Some((period, found.clone()));
        } else if wish.each.as_ref().is_some_and(|each| !is_same(each, found)) {
            wish.faults.push(Fault::TwoAmounts);
        } else {
            wish.each = Some(found.clone());
        }
    }
}

/// The same amount again; where only one of the two names its currency, that one is meant.
fn is_same(one: &Found, other: &Found) -> bool {
    let named = !one.currencies.is_empty() && !other.currencies.is_empty();
    one.value == other.value && (!named || one.currencies == other.currencies)
}

/// Chinese stretches of time and their days.
const SPANS: [(&str, u16); 8] = [
    ("一周", 7),
    ("两周", 14),
    ("一个星期", 7),
    ("两个星期", 14),
    ("一个月", 30),
    ("两个月", 60),
    ("半年", 182),
    ("一年", 365),
];

/// Whether what stands before leads to a stretch of time rather than to how often.
fn leads(before: &str) -> bool {
    let leads = ["for", "next", "the next", "接下来", "未来", "持续", "为期", ",", "，", "。"];
    leads.iter().any(|lead| before.trim_end().ends_with(lead))
}

fn lasts(text: &str, numbers: &[Found], wish: &mut Wish) {
    for found in numbers {
        let (before, after) = around(text, found);
        let led = leads(before);
        let unit: Option<u16> = [
            (&["days", "day", "天"][..], 1),
            (&["weeks", "week", "周", "个星期", "星期", "个礼拜"], 7),
            (&["months", "month", "个月"], 30),
        ]
        .into_iter()
        .find(|(said, _)| said.iter().any(|said| after.trim_start().starts_with(said)))
        .map(|(_, days)| days);
        // `三天一次` is how often, `一个月` behind `每` is no end.
        if let (true, Some(days), Some(count)) =
            (led, unit, found.value.scaled(0).and_then(|count| u16::try_from(count).ok()))
        {
            wish.lasts = Some(days.saturating_mul(count).clamp(1, LONGEST));
        }
    }
    let whole = ["for a week", "for a month", "for a year"].into_iter().zip([7, 30, 365]);
    let said = whole.into_iter().find(|(said, _)| has(text, said));
    // Small Chinese numbers before a stretch of time are words: `两周`.
    let led = SPANS
        .iter()
        .copied()
        .find(|(span, _)| text.match_indices(span).any(|(at, _)| text.get(..at).is_some_and(leads)));
    wish.lasts = wish.lasts.or(said.or(led).map(|(_, days)| days));
    if wish.lasts.is_none()
        && any(text, &["until", "till", "直到", "为止", "forever", "for ever", "永远", "一直"])
    {
        wish.faults.push(Fault::Until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(found: &Option<Found>) -> Option<String> {
        found.as_ref().map(|found| found.value.to_string())
    }

    #[test]
    fn wishes_are_read_in_both_languages() {
        for (sentence, kind, hours, often) in [
            ("Buy me a breakfast every morning", "breakfast", Some(MORNING), Some((Period::Day, 1))),
            ("每天早上给我买份早餐", "breakfast", Some(MORNING), Some((Period::Day, 1))),
            ("top up when under 20", "top-up", None, None),
            ("低于20元时充值", "top-up", None, None),
            ("a latte on weekdays at 8", "coffee", Some((7 * 60, 9 * 60)), Some((Period::Day, 1))),
            ("工作日早上8点半来一杯咖啡", "coffee", Some((7 * 60 + 30, 9 * 60 + 30)), Some((Period::Day, 1))),
            ("lunch between 11 and 13 every day", "lunch", Some((11 * 60, 13 * 60)), Some((Period::Day, 1))),
            ("每周买两次水果", "groceries", None, Some((Period::Week, 2))),
            ("pay my electricity every month", "utilities", None, Some((Period::Month, 1))),
            ("每个月交电费", "utilities", None, Some((Period::Month, 1))),
            ("晚上7点到9点每天打车", "ride", Some((19 * 60, 21 * 60)), Some((Period::Day, 1))),
        ] {
            let wish = read(sentence);
            assert_eq!(wish.kind.map(|kind| kind.id), Some(kind), "{sentence}");
            assert_eq!(wish.hours, hours, "{sentence}");
            assert_eq!(wish.often.map(|often| (often.period, often.count)), often, "{sentence}");
            assert!(wish.is_standing() && wish.faults.is_empty(), "{sentence}: {:?}", wish.faults);
        }
    }

    #[test]
    fn amounts_have_their_roles() {
        for (sentence, each, total, per, threshold) in [
            ("coffee every day for up to 30 yuan", Some("30"), None, None, None),
            ("coffee every day, no more than 30 yuan, 500 in total", Some("30"), Some("500"), None, None),
            ("每天买咖啡，不超过三十元，总共500元", Some("30"), Some("500"), None, None),
            ("groceries every week, 200 a month", None, None, Some("200"), None),
            ("每周买菜，每月最多800元", None, None, Some("800"), None),
            ("top up 50 when the balance is under 20", Some("50"), None, None, Some("20")),
            ("余额低于20就充50", Some("50"), None, None, Some("20")),
            ("每天早上给我买份早餐", None, None, None, None),
            ("a coffee twice a day", None, None, None, None),
            ("lunch at 12:30 every day for 40", Some("40"), None, None, None),
        ] {
            let wish = read(sentence);
            assert_eq!(money(&wish.each).as_deref(), each, "{sentence}");
            assert_eq!(money(&wish.total).as_deref(), total, "{sentence}");
            assert_eq!(
                wish.per.as_ref().map(|(_, found)| found.value.to_string()).as_deref(),
                per,
                "{sentence}"
            );
            assert_eq!(money(&wish.threshold).as_deref(), threshold, "{sentence}");
        }
    }

    #[test]
    fn what_forbids_or_knows_no_ceiling_is_a_fault() {
        for (sentence, fault) in [
            ("never buy me breakfast", Fault::Forbids),
            ("不要每天买早餐", Fault::Forbids),
            ("别再每天买咖啡", Fault::Forbids),
            ("buy breakfast every day whatever it costs", Fault::Unlimited),
            ("每天买早餐，多少钱都行", Fault::Unlimited),
            ("breakfast every day for 20 yuan or 40 yuan", Fault::TwoAmounts),
            ("breakfast every day until I am rich", Fault::Until),
            ("永远每天给我买早餐", Fault::Until),
        ] {
            assert!(read(sentence).faults.contains(&fault), "{sentence}: {:?}", read(sentence).faults);
        }
        assert!(read("每天买咖啡，别超过30元").faults.is_empty());
    }

    #[test]
    fn once_is_no_standing_wish_and_an_end_is_read() {
        assert!(!read("buy me a breakfast").is_standing());
        assert!(!read("给我买份早餐").is_standing());
        for (sentence, days) in [
            ("coffee every day for two weeks", 14),
            ("接下来三个月每天一杯咖啡", 90),
            ("coffee daily for a month", 30),
            ("每天一杯咖啡，两周", 14),
            ("coffee daily for 9000 days", LONGEST),
        ] {
            assert_eq!(read(sentence).lasts, Some(days), "{sentence}");
        }
    }

    proptest! {
        #[test]
        fn any_sentence_is_read_without_panic(text in "(\\PC|every |day |早|每天|under |20|点|:|元|for |when | ){0,40}") {
            let wish = read(&text);
            if let Some((from, until)) = wish.hours {
                prop_assert!(from < until && until <= 24 * 60);
            }
        }
    }
}
