//! Numbers in Chinese characters: `三十八`, `两百`, `一千零五十`, `一万二`, `三点五`, `三块五`, `3万`.

use super::{Line, Number, Step};

fn digit(c: char) -> Option<i64> {
    let place = "零一二三四五六七八九".chars().position(|d| d == c);
    if c == '两' { Some(2) } else { place.and_then(|i| i64::try_from(i).ok()) }
}

fn small_unit(c: char) -> Option<i64> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1_000),
        _ => None,
    }
}

fn large_unit(c: char) -> Option<i64> {
    match c {
        '万' => Some(10_000),
        '亿' => Some(100_000_000),
        _ => None,
    }
}

/// What may follow a lone digit that is a number and no part of a name such as 三明治 or 四川.
const MEASURES: &str = "个份杯张瓶件块元毛角位人只支本盒包双台次天晚间辆片碗斤箱袋套条顿月年号点分打倍克升米部家桶串根颗款港美日欧英";

/// Words that begin like a number and are none.
const NO_NUMBERS: [&str; 21] = [
    "一下", "一样", "一起", "一直", "一定", "一切", "一些", "一般", "一会", "一旦", "一点", "一共", "一边",
    "一路", "一致", "一向", "一律", "一再", "十分", "十足", "两边",
];

/// Reads the number at `at`, or passes over a word that only begins like one.
pub(super) fn read(line: &Line, at: usize) -> Option<Step> {
    let c = line.get(at)?;
    if c == '半' {
        let unit = line.get(at.saturating_add(1))?;
        return matches!(unit, '块' | '元').then_some(Step::Number(Number::new(5, 1)?, at.saturating_add(1)));
    }
    (digit(c).is_some() || c == '十').then_some(())?;
    // 万一 means "in case"; a 万 of a number before it would have been read with it.
    let in_case = c == '一' && line.before(at) == Some('万');
    if in_case || NO_NUMBERS.iter().any(|word| line.starts_with(at, word)) {
        return Some(Step::Skip(at.saturating_add(if in_case { 1 } else { 2 })));
    }
    let (value, end) = whole(line, at)?;
    let length = end.saturating_sub(at);
    if matches!(line.before(at), Some('第' | '周' | '期' | '拜')) {
        return Some(Step::Skip(end));
    }
    let number = Number::whole(value)?;
    if let Some((number, end)) = decimals(line, number, end).or_else(|| with_small_change(line, number, end))
    {
        return Some(Step::Number(number, end));
    }
    let counted = line.get(end).is_none_or(|c| !c.is_alphanumeric() || MEASURES.contains(c));
    if length == 1 && !counted && !super::unit::follows(line, end) {
        return Some(Step::Skip(end));
    }
    Some(Step::Number(number, end))
}

/// A digit number times a following unit: `3万`, `1.2亿`, `5千`, and `3万2` as people write it.
pub(super) fn multiplied(line: &Line, number: Number, end: usize) -> Option<(Number, usize)> {
    let mut number = number;
    let mut end = end;
    let mut taken = false;
    while let Some(factor) = line.get(end).and_then(|c| small_unit(c).or_else(|| large_unit(c))) {
        (number, end, taken) = (number.times(factor)?, end.saturating_add(1), true);
    }
    taken.then_some((number, end))
}

/// A run of digits and units. `None` where it does not fit.
fn whole(line: &Line, at: usize) -> Option<(i64, usize)> {
    if let Some(run) = positional(line, at) {
        return Some(run);
    }
    // Within 亿, within 万, and the group of up to 9,999 that is being read.
    let (mut above, mut middle, mut group): (i64, i64, i64) = (0, 0, 0);
    let mut pending: Option<i64> = None;
    let mut last_unit: i64 = 0;
    let mut zero = false;
    let mut end = at;
    while let Some(c) = line.get(end) {
        if let Some(value) = digit(c) {
            if pending.is_some() {
                break;
            }
            if value == 0 {
                // A zero leads on only inside a number: 一千零五.
                if last_unit <= 10
                    || zero
                    || line.get(end.saturating_add(1)).and_then(digit).is_none()
                        && line.get(end.saturating_add(1)) != Some('十')
                {
                    if end == at {
                        pending = Some(0);
                        end = end.saturating_add(1);
                    }
                    break;
                }
                zero = true;
            } else {
                pending = Some(value);
            }
        } else if let Some(unit) = small_unit(c) {
            let fits = last_unit == 0 || unit < last_unit || last_unit >= 10_000;
            let lead = match pending {
                Some(0) => break,
                Some(value) => value,
                None if unit == 10 && (end == at || zero) => 1,
                None => break,
            };
            if !fits {
                break;
            }
            group = group.checked_add(lead.checked_mul(unit)?)?;
            (pending, last_unit, zero) = (None, unit, false);
        } else if let Some(unit) = large_unit(c) {
            let value = group.checked_add(pending.unwrap_or(0))?;
            if value == 0 && middle == 0 {
                break;
            }
            if unit == 10_000 {
                if middle > 0 {
                    break;
                }
                middle = value.checked_mul(unit)?;
            } else {
                if above > 0 {
                    break;
                }
                above = middle.checked_add(value)?.checked_mul(unit)?;
                middle = 0;
            }
            (group, pending, last_unit, zero) = (0, None, unit, false);
        } else {
            break;
        }
        end = end.saturating_add(1);
    }
    (end > at).then_some(())?;
    // 一万二 is 12,000 and 两百五 is 250: a last digit without zero stands for the next lower unit.
    let tail = pending.unwrap_or(0);
    let tail = if !zero && last_unit >= 100 { tail.checked_mul(last_unit / 10)? } else { tail };
    Some((above.checked_add(middle)?.checked_add(group)?.checked_add(tail)?, end))
}

/// Two or more digits read off one by one: 三八, 二零二六.
fn positional(line: &Line, at: usize) -> Option<(i64, usize)> {
    let digits: Vec<i64> =
        (at..line.len()).map_while(|i| line.get(i).filter(|c| *c != '两').and_then(digit)).collect();
    (digits.len() >= 2).then_some(())?;
    let end = at.saturating_add(digits.len());
    line.get(end).and_then(|c| small_unit(c).or_else(|| large_unit(c))).is_none().then_some(())?;
    let value = digits.iter().try_fold(0i64, |sum, d| sum.checked_mul(10)?.checked_add(*d))?;
    Some((value, end))
}

/// 三点五, 三点一四.
fn decimals(line: &Line, number: Number, end: usize) -> Option<(Number, usize)> {
    (line.get(end)? == '点').then_some(())?;
    let start = end.saturating_add(1);
    let digits: Vec<i64> =
        (start..line.len()).map_while(|i| line.get(i).filter(|c| *c != '两').and_then(digit)).collect();
    let places = u8::try_from(digits.len()).ok().filter(|n| *n > 0)?;
    let stop = start.saturating_add(digits.len());
    // 三点五十 is a time of day.
    line.get(stop).and_then(small_unit).is_none().then_some(())?;
    let mantissa =
        digits.iter().try_fold(number.scaled(0)?, |sum, d| sum.checked_mul(10)?.checked_add(*d))?;
    let number = Number::new(mantissa, places)?;
    Some(match line.get(stop).and_then(large_unit) {
        Some(unit) => (number.times(unit)?, stop.saturating_add(1)),
        None => (number, stop),
    })
}

/// 三块五, 三块五毛二, 三元零五分, 三块半, 五毛: ends behind the small change; the unit 块 is part of it.
pub(super) fn with_small_change(line: &Line, number: Number, end: usize) -> Option<(Number, usize)> {
    let unit = line.get(end)?;
    if matches!(unit, '毛' | '角') {
        let number = tenths(number)?;
        let at = end.saturating_add(1);
        return match cents(line, at) {
            Some((change, at)) => Some((number.plus(change)?, at)),
            None => Some((number, at)),
        };
    }
    matches!(unit, '块' | '元').then_some(())?;
    (number.decimals() == 0).then_some(())?;
    let at = end.saturating_add(1);
    let at = if line.get(at) == Some('钱') { return None } else { at };
    if line.get(at) == Some('半') {
        return Some((number.plus(Number::new(5, 1)?)?, at.saturating_add(1)));
    }
    if line.get(at) == Some('零') {
        let (change, at) = cents(line, at.saturating_add(1))?;
        return Some((number.plus(change)?, at));
    }
    let (first, at) = one_digit(line, at)?;
    let number = number.plus(Number::new(first, 1)?)?;
    if matches!(line.get(at), Some('毛' | '角')) {
        let at = at.saturating_add(1);
        return match cents(line, at) {
            Some((change, at)) => Some((number.plus(change)?, at)),
            None => Some((number, at)),
        };
    }
    match one_digit(line, at) {
        Some((second, at)) if one_digit(line, at).is_none() => {
            Some((number.plus(Number::new(second, 2)?)?, at))
        }
        // 三块五十: two amounts, not one.
        _ if line.get(at).is_some_and(|c| {
            c.is_ascii_digit() || small_unit(c).is_some() || large_unit(c).is_some() || MEASURES.contains(c)
        }) =>
        {
            None
        }
        _ => Some((number, at)),
    }
}

fn tenths(number: Number) -> Option<Number> {
    (number.decimals() == 0).then_some(())?;
    Number::new(number.mantissa(), 1)
}

/// The fen behind the last unit: 二, 二分; after 毛 the 分 may be left out.
fn cents(line: &Line, at: usize) -> Option<(Number, usize)> {
    let (value, at) = one_digit(line, at)?;
    let at = if line.get(at) == Some('分') { at.saturating_add(1) } else { at };
    Some((Number::new(value, 2)?, at))
}

fn one_digit(line: &Line, at: usize) -> Option<(i64, usize)> {
    let c = line.get(at)?;
    let value = c.to_digit(10).map(i64::from).or_else(|| digit(c).filter(|_| c != '两'))?;
    Some((value, at.saturating_add(1)))
}
