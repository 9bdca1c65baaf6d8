//! The person of the demo: five months of payments, drawn from a timetable and always the same.

use assent::{Bill, BillEntry, BillFormat, BillRow, PastPayment};
use jiff::civil::{Date, Time, Weekday, date};
use serde_json::json;

use crate::out::Failure;

/// Somewhere that the person pays again and again.
struct Habit {
    id: &'static str,
    name: &'static str,
    category: &'static str,
    item: &'static str,
    on: fn(Date) -> bool,
    hour: i8,
    /// The amount in fen and how far it varies.
    fen: (i64, i64),
    place: (f64, f64),
}

const HOME: (f64, f64) = (31.2231, 121.4456);
const WORK: (f64, f64) = (31.2354, 121.5060);

const HABITS: &[Habit] = &[
    Habit {
        id: "lantern-coffee-lujiazui",
        name: "Lantern Coffee 灯笼咖啡",
        category: "coffee",
        item: "flat white",
        on: workday,
        hour: 8,
        fen: (1690, 0),
        place: WORK,
    },
    Habit {
        id: "yunshan-noodles-22",
        name: "云膳过桥米线",
        category: "dining",
        item: "鸡汤米线",
        on: workday,
        hour: 12,
        fen: (2950, 150),
        place: WORK,
    },
    Habit {
        id: "city-metro",
        name: "City Metro 地铁",
        category: "transit",
        item: "single ride",
        on: workday,
        hour: 18,
        fen: (400, 0),
        place: WORK,
    },
    Habit {
        id: "riverside-parking",
        name: "Riverside Parking 滨江停车",
        category: "parking",
        item: "parking",
        on: workday,
        hour: 19,
        fen: (1500, 0),
        place: HOME,
    },
    Habit {
        id: "fresh-market-xuhui",
        name: "Fresh Market 鲜市集",
        category: "groceries",
        item: "groceries",
        on: weekend,
        hour: 10,
        fen: (12_600, 3800),
        place: HOME,
    },
    Habit {
        id: "quick-charge",
        name: "QuickCharge 快充",
        category: "charging",
        item: "charging",
        on: sunday,
        hour: 16,
        fen: (6800, 900),
        place: HOME,
    },
    Habit {
        id: "hello-ride",
        name: "Hello Ride 你好出行",
        category: "taxi",
        item: "ride home",
        on: friday,
        hour: 22,
        fen: (3900, 900),
        place: WORK,
    },
    Habit {
        id: "china-mobile-021",
        name: "中国移动",
        category: "telecom",
        item: "monthly plan",
        on: fifteenth,
        hour: 9,
        fen: (12_900, 0),
        place: HOME,
    },
    Habit {
        id: "blue-whale-video",
        name: "Blue Whale Video 蓝鲸视频",
        category: "subscription",
        item: "monthly pass",
        on: third,
        hour: 7,
        fen: (2500, 0),
        place: HOME,
    },
];

fn workday(day: Date) -> bool {
    !weekend(day)
}

fn weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn sunday(day: Date) -> bool {
    day.weekday() == Weekday::Sunday
}

fn friday(day: Date) -> bool {
    day.weekday() == Weekday::Friday
}

fn fifteenth(day: Date) -> bool {
    day.day() == 15
}

fn third(day: Date) -> bool {
    day.day() == 3
}

/// The first day of the history and the day of the story.
const BEGINS: Date = date(2026, 1, 5);
const STORY: Date = date(2026, 6, 15);

/// The person's history as a bill.
pub fn history() -> Result<Bill, Failure> {
    let mut rows = Vec::new();
    for day in BEGINS.series(jiff::Span::new().days(1)).take_while(|day| *day < STORY) {
        for (nth, habit) in HABITS.iter().enumerate().filter(|(_, habit)| (habit.on)(day)) {
            let payment = paid(day, nth, habit)?;
            rows.push(BillRow { line: rows.len().saturating_add(1), entry: BillEntry::Payment(payment) });
        }
    }
    Ok(Bill { format: BillFormat::Jsonl, rows })
}

fn paid(day: Date, nth: usize, habit: &Habit) -> Result<PastPayment, Failure> {
    // A small fixed scatter: the same on every machine, and no two days alike.
    let scatter = i64::from(day.day_of_year()).wrapping_mul(7919).wrapping_add(nth as i64 * 104_729) % 1000;
    let fen = habit.fen.0.saturating_add(habit.fen.1.saturating_mul(scatter.saturating_sub(500)) / 500);
    let minute = i8::try_from(scatter % 25).unwrap_or_default();
    let at = day.to_datetime(Time::constant(habit.hour, minute, 0, 0));
    let (lat, lon) = habit.place;
    let payment = json!({
        "id": format!("{day}-{}", habit.id),
        "at": format!("{at}+08:00"),
        "service": {"id": habit.id, "name": habit.name, "category": habit.category},
        "price": {"amount": format!("{}.{:02}", fen / 100, fen % 100), "currency": "CNY"},
        "items": [{"name": habit.item}],
        "place": {"lat": lat, "lon": lon},
    });
    Ok(PastPayment::from_json(&payment.to_string())?)
}
