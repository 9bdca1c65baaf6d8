//! The day of the demo: what agents ask for, and what the person says and does.

use serde_json::{Value, json};

/// What happens after the verdict.
#[derive(Clone, Copy)]
pub enum Then {
    /// Nothing more.
    Nothing,
    /// The payment goes through.
    Settles,
    /// The person answers the whisper in these words; a yes lets the payment go through.
    Says(&'static str, &'static str),
}

/// One moment of the day.
pub struct Scene {
    /// What happens, in English and Chinese.
    pub told: (&'static str, &'static str),
    /// The intent.
    pub intent: Value,
    /// Where the person can be reached.
    pub channel: &'static str,
    /// What the person said before, in English and Chinese.
    pub said: Option<(&'static str, &'static str)>,
    /// Whether the person is driving.
    pub moving: bool,
    /// What happens then.
    pub then: Then,
}

/// The agents of the day.
pub const AGENTS: [&str; 3] = ["butler", "car", "arcade-bot"];

/// The person's own rule about coffee.
pub fn one_coffee_a_day() -> Value {
    json!({"id": "one-coffee-a-day", "payees": {"allow": ["lantern-coffee-lujiazui"]}, "currency": "CNY",
           "per_payment": "30.00", "limits": [{"per": "day", "count": 1}]})
}

/// The isolated card that the person gave to a game's agent.
pub fn arcade_card() -> Value {
    json!({"id": "arcade-card", "agents": ["arcade-bot"], "currency": "CNY", "per_payment": "30.00",
           "limits": [{"per": "total", "amount": "50.00"}], "card": true})
}

fn intent(
    id: &str,
    agent: &str,
    at: &str,
    service: (&str, &str, &str),
    amount: (&str, &str),
    item: &str,
) -> Value {
    json!({
        "id": id, "agent": agent,
        "service": {"id": service.0, "name": service.1, "category": service.2},
        "price": {"amount": amount.0, "currency": amount.1},
        "items": [{"name": item}],
        "created_at": format!("2026-06-15T{at}:00+08:00"),
    })
}

/// The scenes, in their order.
pub fn scenes() -> Vec<Scene> {
    let coffee = ("lantern-coffee-lujiazui", "Lantern Coffee 灯笼咖啡", "coffee");
    let noodles = ("yunshan-noodles-22", "云膳过桥米线", "dining");
    let lunch = intent("lunch-0615", "butler", "12:04", noodles, ("29.50", "CNY"), "鸡汤米线");
    let ride = |amount| {
        intent(
            "ride-0615",
            "butler",
            "14:10",
            ("harbour-cabs", "Harbour Cabs 海港出租", "taxi"),
            (amount, "CNY"),
            "ride to the station",
        )
    };
    vec![
        Scene {
            told: ("The usual morning coffee, ordered by the glasses", "智能眼镜点了每天早上的咖啡"),
            intent: intent("coffee-0615", "butler", "08:12", coffee, ("16.90", "CNY"), "flat white"),
            channel: "glasses",
            said: None,
            moving: false,
            then: Then::Settles,
        },
        Scene {
            told: ("The monthly phone bill, due today", "每月的话费，今天到期"),
            intent: intent(
                "phone-0615",
                "butler",
                "09:05",
                ("china-mobile-021", "中国移动", "telecom"),
                ("129.00", "CNY"),
                "monthly plan",
            ),
            channel: "phone",
            said: None,
            moving: false,
            then: Then::Settles,
        },
        Scene {
            told: ("The usual lunch, asked for in words", "开口点了平常的午饭"),
            intent: lunch.clone(),
            channel: "phone",
            said: Some(("Order my usual noodles, 鸡汤米线 please", "帮我点平时的鸡汤米线")),
            moving: false,
            then: Then::Settles,
        },
        Scene {
            told: ("A shop that was never paid before", "一家从没去过的店"),
            intent: intent(
                "cake-0615",
                "butler",
                "12:41",
                ("maple-bakery", "Maple Bakery 枫叶烘焙", "bakery"),
                ("32.00", "CNY"),
                "birthday cake slice",
            ),
            channel: "glasses",
            said: None,
            moving: false,
            then: Then::Says("Yes, pay it", "好的，付吧"),
        },
        Scene {
            told: (
                "A look-alike: the coffee shop's name with a Cyrillic о, on another account",
                "假冒商户：名字里混了西里尔字母，账户也不一样",
            ),
            intent: intent(
                "coffee-again",
                "butler",
                "13:30",
                ("lantern-c0ffee", "Lantern Cоffee 灯笼咖啡", "coffee"),
                ("16.90", "CNY"),
                "flat white",
            ),
            channel: "phone",
            said: None,
            moving: false,
            then: Then::Says("No!", "不要"),
        },
        Scene {
            told: ("A taxi with another company: asked", "换了一家出租车公司：先问"),
            intent: ride("46.00"),
            channel: "watch",
            said: None,
            moving: false,
            then: Then::Nothing,
        },
        Scene {
            told: (
                "… and before the answer the agent raises the price under the same id",
                "……还没等回答，代理就用同一个编号抬高了价格",
            ),
            intent: ride("64.00"),
            channel: "watch",
            said: None,
            moving: false,
            then: Then::Nothing,
        },
        Scene {
            told: (
                "A second coffee: Lin allows herself one a day, so the limit is reached",
                "第二杯咖啡：小林给自己定了一天一杯，到上限了",
            ),
            intent: intent("coffee-2-0615", "butler", "15:30", coffee, ("16.90", "CNY"), "flat white"),
            channel: "phone",
            said: None,
            moving: false,
            then: Then::Says("no, not today", "不要了"),
        },
        Scene {
            told: (
                "A slip of three digits into another asset: 68.000 Kuwaiti dinars for 68 yuan of charging",
                "资产和小数位都弄错了：68 元的充电费写成了 68.000 科威特第纳尔",
            ),
            intent: intent(
                "charge-0615",
                "car",
                "17:20",
                ("quick-charge", "QuickCharge 快充", "charging"),
                ("68.000", "KWD"),
                "charging",
            ),
            channel: "cockpit",
            said: None,
            moving: false,
            then: Then::Says("cancel", "取消"),
        },
        Scene {
            told: ("Parking at home, while driving", "开车时，车机付了每天的停车费"),
            intent: intent(
                "park-0615",
                "car",
                "19:08",
                ("riverside-parking", "Riverside Parking 滨江停车", "parking"),
                ("15.00", "CNY"),
                "parking",
            ),
            channel: "cockpit",
            said: None,
            moving: true,
            then: Then::Settles,
        },
        Scene {
            told: (
                "A game's agent spends from its isolated card of 50 yuan",
                "游戏代理从它那张 50 元的独立卡里付款",
            ),
            intent: intent(
                "arcade-1",
                "arcade-bot",
                "20:15",
                ("moon-arcade", "Moon Arcade 月亮游戏", "games"),
                ("30.00", "CNY"),
                "300 gems",
            ),
            channel: "phone",
            said: None,
            moving: false,
            then: Then::Settles,
        },
        Scene {
            told: ("… and tries to spend what is no longer on it", "……还想再花，卡里已经不够了"),
            intent: intent(
                "arcade-2",
                "arcade-bot",
                "20:16",
                ("moon-arcade", "Moon Arcade 月亮游戏", "games"),
                ("30.00", "CNY"),
                "300 gems",
            ),
            channel: "phone",
            said: None,
            moving: false,
            then: Then::Nothing,
        },
        Scene {
            told: (
                "In the evening a confused agent sends the lunch intent again: the same verdict, nothing spent twice",
                "晚上，糊涂的代理把午饭又发了一遍：同样的答复，不会付两次",
            ),
            intent: lunch,
            channel: "phone",
            said: Some(("Order my usual noodles, 鸡汤米线 please", "帮我点平时的鸡汤米线")),
            moving: false,
            then: Then::Nothing,
        },
    ]
}
