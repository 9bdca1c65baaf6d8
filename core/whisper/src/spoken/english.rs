//! `thirty-eight`, `one hundred and five`, `fifteen point five zero`, and the digits one by one where teens and tens sound alike.

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SCALES: [(u64, &str); 6] = [
    (1_000_000_000_000_000_000, "quintillion"),
    (1_000_000_000_000_000, "quadrillion"),
    (1_000_000_000_000, "trillion"),
    (1_000_000_000, "billion"),
    (1_000_000, "million"),
    (1_000, "thousand"),
];

fn name(list: &[&'static str], at: u64) -> &'static str {
    usize::try_from(at).ok().and_then(|at| list.get(at)).copied().unwrap_or_default()
}

/// A whole number and its decimals, which are digits and may be empty.
pub(crate) fn number(whole: u64, decimals: &str) -> String {
    let mut said = cardinal(whole);
    if !decimals.is_empty() {
        said.push_str(" point ");
        said.push_str(&one_by_one(decimals));
    }
    said
}

fn cardinal(n: u64) -> String {
    for (scale, word) in SCALES {
        if n >= scale {
            let head = format!("{} {word}", cardinal(n / scale));
            return match n % scale {
                0 => head,
                rest if rest < 100 => format!("{head} and {}", cardinal(rest)),
                rest => format!("{head} {}", cardinal(rest)),
            };
        }
    }
    match n {
        0..20 => name(&SMALL, n).to_owned(),
        20..100 if n.is_multiple_of(10) => name(&TENS, n / 10).to_owned(),
        20..100 => format!("{}-{}", name(&TENS, n / 10), name(&SMALL, n % 10)),
        _ if n.is_multiple_of(100) => format!("{} hundred", name(&SMALL, n / 100)),
        _ => format!("{} hundred and {}", name(&SMALL, n / 100), cardinal(n % 100)),
    }
}

fn one_by_one(digits: &str) -> String {
    let words = digits.chars().filter_map(|c| c.to_digit(10)).map(|d| name(&SMALL, u64::from(d)));
    words.collect::<Vec<_>>().join(" ")
}

/// The digits one by one, where the number holds a word that another number's could be heard as: `fifteen` and `fifty`.
pub(crate) fn clearer(whole: u64, decimals: &str) -> Option<String> {
    let mut rest = whole;
    let mut alike = false;
    while rest > 0 {
        let last = rest % 100;
        alike |= (13..20).contains(&last) || (30..100).contains(&last) && last.is_multiple_of(10);
        rest /= 1_000;
    }
    alike.then(|| {
        let said = one_by_one(&whole.to_string());
        if decimals.is_empty() { said } else { format!("{said} point {}", one_by_one(decimals)) }
    })
}
