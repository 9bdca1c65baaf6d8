//! The world that the hostile corpus is aimed at: one person, a hundred familiar payees, and the usual payment to each.

use assent::{Bill, BillEntry, BillFormat, BillRow, PastPayment};
use serde_json::{Value, json};

/// A payee that the person has paid often, always about the same.
#[derive(Clone, Copy, Debug)]
pub struct Payee {
    /// Its number, from 0.
    pub number: usize,
    /// Its name.
    pub name: &'static str,
    /// Its category.
    pub category: &'static str,
}

/// So many times each payee was paid.
const TIMES: i64 = 12;

/// A hundred payees: names in Latin letters, in Chinese and in both.
pub fn payees() -> Vec<Payee> {
    let rows = NAMES.lines().filter(|line| !line.trim().is_empty());
    rows.enumerate()
        .filter_map(|(number, row)| {
            let (category, name) = row.trim().split_once(' ')?;
            Some(Payee { number, name, category })
        })
        .collect()
}

impl Payee {
    /// Its id, on which trust hangs.
    pub fn id(&self) -> String {
        format!("payee-{}", self.number)
    }

    /// What it is always paid, in fen: between 12 and 111 yuan.
    fn fen(&self) -> u64 {
        1_200 + 100 * self.number as u64
    }

    /// What it is always paid, times a power of ten.
    pub fn amount(&self, power: u32) -> String {
        let fen = u128::from(self.fen()) * 10u128.pow(power);
        format!("{}.{:02}", fen / 100, fen % 100)
    }

    /// The usual payment, wanted a week after the last.
    pub fn usual(&self, intent_id: &str) -> Value {
        json!({
            "id": intent_id, "agent": "chef",
            "service": {"id": self.id(), "name": self.name, "category": self.category},
            "price": {"amount": self.amount(0), "currency": "CNY"},
            "created_at": "2026-06-01T12:04:00+08:00",
        })
    }
}

/// The person's past: every payee paid weekly, at noon of a Monday.
pub fn history() -> Bill {
    let last = jiff::civil::date(2026, 5, 25);
    let mut rows = Vec::new();
    for week in (0..TIMES).rev() {
        let day = last.checked_sub(jiff::Span::new().weeks(week)).unwrap_or(last);
        for payee in payees() {
            let payment = json!({
                "id": format!("{day}-{}", payee.number), "at": format!("{day}T12:{:02}:00+08:00", payee.number % 60),
                "service": {"id": payee.id(), "name": payee.name, "category": payee.category},
                "price": {"amount": payee.amount(0), "currency": "CNY"},
            });
            if let Ok(payment) = PastPayment::from_json(&payment.to_string()) {
                rows.push(BillRow { line: rows.len() + 1, entry: BillEntry::Payment(payment) });
            }
        }
    }
    Bill { format: BillFormat::Jsonl, rows }
}

const NAMES: &str = "
dining Noodle House
coffee Starbucks
coffee Blue Bottle Coffee
bakery Maple Bakery
fast_food McDonald's
fast_food Burger King
fast_food Subway
groceries Whole Foods
groceries Trader Joe's
groceries Carrefour
groceries Walmart
groceries ALDI
retail IKEA
clothing Uniqlo
clothing H&M
clothing Zara
electronics Apple Store
electronics Best Buy
retail Amazon
retail eBay
subscription Netflix
subscription Spotify
subscription YouTube Premium
software Adobe
software GitHub
games Steam
games Nintendo eShop
books Kindle Store
taxi Uber
taxi Lyft
transit Oyster Card
rail Deutsche Bahn
airline Lufthansa
airline Air China
lodging Hilton
lodging Airbnb
fuel Shell
fuel BP
charging Tesla Supercharger
parking Q-Park
tolls E-ZPass
telecom Vodafone
telecom T-Mobile
utilities City Water
utilities Green Power
insurance Allianz
pharmacy Boots
pharmacy Walgreens
health Smile Dental
sport PureGym
beauty Nail Bar
pets Pet Corner
gifts Flower Box
charity Red Cross
post DHL
services PayPal
education Coursera
entertainment Odeon
home Home Depot
childcare Little Steps
coffee 星巴克
coffee 瑞幸咖啡
fast_food 肯德基
fast_food 麦当劳
dining 海底捞火锅
dining 兰州拉面
dining 沙县小吃
dining 外婆家
bakery 好利来
coffee 喜茶
groceries 盒马鲜生
groceries 永辉超市
groceries 大润发
groceries 美宜佳便利店
retail 京东
retail 拼多多
retail 天猫超市
taxi 滴滴出行
transit 上海地铁
transit 北京公交
rail 铁路12306
airline 东方航空
lodging 如家酒店
fuel 中国石化
fuel 中国石油
charging 特来电
telecom 中国移动
telecom 中国联通
utilities 国家电网
utilities 上海燃气
pharmacy 老百姓大药房
health 仁济医院
education 新东方
entertainment 万达影城
books 新华书店
sport 超级猩猩
post 顺丰速运
services 美团
games 腾讯游戏
subscription 爱奇艺 VIP
";
