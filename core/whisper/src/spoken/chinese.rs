//! `三十八`, `两百`, `一千零五十`, `一万两千`, `三点五`; the renminbi with its small change: `三块五`, `三块五毛二`, `五分`.

const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

fn digit(at: u64) -> &'static str {
    usize::try_from(at).ok().and_then(|at| DIGITS.get(at)).copied().unwrap_or_default()
}

/// A whole number and its decimals, which are digits and may be empty. `counting`: a measure word follows, so that 2 is 两.
pub(crate) fn number(whole: u64, decimals: &str, counting: bool) -> String {
    let decimals = decimals.trim_end_matches('0');
    if whole == 2 && counting && decimals.is_empty() {
        return "两".to_owned();
    }
    let mut said = if whole == 0 { "零".to_owned() } else { cardinal(whole, true) };
    if !decimals.is_empty() {
        said.push('点');
        said.extend(decimals.chars().filter_map(|c| c.to_digit(10)).map(|d| digit(u64::from(d))));
    }
    said
}

/// `leads`: nothing stands before it, so that 15 is 十五 and not 一十五.
fn cardinal(n: u64, leads: bool) -> String {
    for (unit, name) in [(100_000_000, "亿"), (10_000, "万")] {
        if n >= unit {
            let head = n / unit;
            let head = if head == 2 { "两".to_owned() } else { cardinal(head, leads) };
            return format!("{head}{name}{}", behind(n % unit, unit / 10));
        }
    }
    for (unit, name) in [(1_000, "千"), (100, "百")] {
        if n >= unit {
            let head = if n / unit == 2 { "两" } else { digit(n / unit) };
            return format!("{head}{name}{}", behind(n % unit, unit / 10));
        }
    }
    match n {
        10..20 if leads && n == 10 => "十".to_owned(),
        10..20 if leads => format!("十{}", digit(n % 10)),
        10.. if n.is_multiple_of(10) => format!("{}十", digit(n / 10)),
        10.. => format!("{}十{}", digit(n / 10), digit(n % 10)),
        _ => digit(n).to_owned(),
    }
}

/// What follows a unit: with 零 where a place is empty.
fn behind(rest: u64, full: u64) -> String {
    match rest {
        0 => String::new(),
        _ if rest < full => format!("零{}", cardinal(rest, false)),
        _ => cardinal(rest, false),
    }
}

/// Renminbi, from fen: whole yuan are 元, and with small change 块, 毛 and 分, as people say them.
pub(crate) fn renminbi(fen: u64) -> String {
    let (yuan, jiao, rest) = (fen / 100, fen / 10 % 10, fen % 10);
    let count = |n| number(n, "", true);
    match (yuan, jiao, rest) {
        (_, 0, 0) => format!("{}元", count(yuan)),
        (0, 0, fen) => format!("{}分", count(fen)),
        (0, jiao, 0) => format!("{}毛", count(jiao)),
        (0, jiao, fen) => format!("{}毛{}", count(jiao), digit(fen)),
        (_, 0, fen) => format!("{}块零{}分", count(yuan), digit(fen)),
        (_, jiao, 0) => format!("{}块{}", count(yuan), digit(jiao)),
        (_, jiao, fen) => format!("{}块{}毛{}", count(yuan), digit(jiao), digit(fen)),
    }
}
