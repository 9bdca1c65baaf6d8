//! How far a turn says a name: by its words, by what people call it, through a slip in a long word, and not where it is part of another.

use crate::heard::{Turn, contains_word, meaningful};
use crate::tokens::tokens;

/// A word with a slip in it counts so much.
const SLIP: f32 = 0.6;

/// What people call some large cities; SFO and LAX stand for theirs.
pub(crate) fn aliases(lower: &str) -> &'static [&'static str] {
    match lower {
        "san francisco" => &["sf", "sfo", "san fran", "frisco", "旧金山"],
        "los angeles" => &["la", "lax", "l.a", "洛杉矶"],
        "new york" | "new york city" => &["nyc", "ny", "new york", "纽约"],
        "san diego" => &["sd", "san diego"],
        "washington" | "washington d.c." | "washington dc" => &["dc", "d.c", "washington"],
        "philadelphia" => &["philly", "phl"],
        "las vegas" => &["vegas"],
        "seattle" => &["sea"],
        "atlanta" => &["atl"],
        "chicago" => &["chi-town", "ord"],
        "london" => &["伦敦"],
        "paris" => &["巴黎"],
        "beijing" => &["北京"],
        "shanghai" => &["上海"],
        "北京" => &["beijing"],
        "上海" => &["shanghai"],
        "vancouver" => &["yvr", "温哥华"],
        "portland" => &["pdx"],
        "phoenix" => &["phx"],
        "sydney" => &["悉尼"],
        "mexico city" => &["cdmx"],
        _ => &[],
    }
}

/// Words of names that many share: they weigh little.
const COMMON: &[&str] = &[
    "hotel",
    "restaurant",
    "the",
    "inn",
    "museum",
    "airport",
    "international",
    "station",
    "street",
    "road",
    "avenue",
    "salon",
    "dental",
    "dr",
    "md",
    "dds",
    "cafe",
    "bar",
    "grill",
    "vs",
    "company",
    "airline",
    "shop",
    "store",
    "house",
    "center",
    "centre",
    "city",
    "park",
    "and",
    "&",
    "店",
    "馆",
    "餐",
    "厅",
    "酒",
    "路",
    "街",
    "市",
    "区",
    "公",
    "司",
    "园",
    "的",
];
const COMMON_WEIGHT: f32 = 0.3;
/// So long a word of a name may be several that a till wrote as one: `COENMARKETS`.
const SQUASHED: usize = 7;
/// Longer turns are not searched for slips: what an agent floods a talk with must not cost time.
const SLIPS_UP_TO: usize = 300;

/// The share of a text's words that a turn says; a slip in a long word still counts for something where that is asked for.
pub(crate) fn covered(turn: &Turn, text: &str, slips: bool) -> f32 {
    let lower = text.trim().to_lowercase();
    if aliases(&lower).iter().any(|alias| contains_word(&turn.text, alias)) {
        return 1.0;
    }
    let wanted = meaningful(&lower);
    let weight = |word: &String| if COMMON.contains(&word.as_str()) { COMMON_WEIGHT } else { 1.0 };
    let all: f32 = wanted.iter().map(weight).sum();
    let said: f32 = wanted
        .iter()
        .map(|word| {
            let slip = slips && turn.words.len() <= SLIPS_UP_TO && wanted.len() <= 12;
            weight(word)
                * if turn.words.contains(word)
                    || (word.len() >= SQUASHED && turn.squashed.contains(word.as_str()))
                {
                    1.0
                } else if slip && turn.words.iter().any(|said| is_slip(word, said)) {
                    SLIP
                } else {
                    0.0
                }
        })
        .sum();
    if all > 0.0 { said / all * if is_only_part(turn, &lower, &wanted) { PART } else { 1.0 } } else { 0.0 }
}

/// Words that make another thing of the name beside them: premium economy is not economy.
const MODIFY: &[&str] = &[
    "premium", "extra", "plus", "super", "deluxe", "basic", "junior", "mini", "non", "not", "light", "pro",
    "max",
];
/// What is said only together with such a word counts so much.
const PART: f32 = 0.4;

/// Whether a one-word name stands in a turn only beside a word that makes another thing of it.
fn is_only_part(turn: &Turn, lower: &str, wanted: &[String]) -> bool {
    if wanted.len() != 1 || !turn.text.contains(lower) {
        return false;
    }
    let tokens = tokens(&turn.text);
    let beside = |at: Option<usize>| at.and_then(|at| tokens.get(at)).is_some_and(|t| t.is(MODIFY));
    let mut places = tokens.iter().enumerate().filter(|(_, t)| t.text == lower).peekable();
    places.peek().is_some() && places.all(|(at, _)| beside(at.checked_sub(1)) || beside(at.checked_add(1)))
}

/// One letter off in a word of five or more.
fn is_slip(word: &str, said: &str) -> bool {
    word.len() >= 5
        && said.len().abs_diff(word.len()) <= 1
        && said.chars().next() == word.chars().next()
        && !word.bytes().any(|b| b.is_ascii_digit())
        && strsim::osa_distance(word, said) <= 1
}
