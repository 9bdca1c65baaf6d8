//! Which end of a way or a span a word was said of: `from Seattle to Portland`, `check in on the 4th`, `从北京到上海`.

use crate::slots::End;
use crate::tokens::{Token, tokens};

const FROM: &[&str] = &[
    "leaving",
    "leave",
    "leaves",
    "depart",
    "departing",
    "departs",
    "departure",
    "origin",
    "starting",
    "start",
    "starts",
    "beginning",
    "pick",
    "picking",
    "pickup",
    "outbound",
    "出",
];
const TO: &[&str] = &[
    "until",
    "till",
    "through",
    "thru",
    "return",
    "returning",
    "returns",
    "back",
    "drop",
    "dropping",
    "dropoff",
    "inbound",
    "arriving",
    "arrive",
    "arrives",
    "arrival",
    "visit",
    "visiting",
    "towards",
    "destination",
    "going",
    "headed",
    "heading",
    "checkout",
    "ending",
    "回",
    "还",
    "至",
];
/// How far before or behind what was said a cue may stand, in tokens.
const BEFORE: usize = 7;
const BEHIND: usize = 3;
/// How near "to" and "from" have to stand: "want to", "hear from you".
const NEAR: usize = 3;

/// Which end the words around a place in a text say, the nearest cue first.
pub(crate) fn end_at(text: &str, start: usize, end: usize) -> Option<End> {
    let tokens = tokens(text);
    let first = tokens.iter().position(|t| t.end > start)?;
    let next = tokens.iter().position(|t| t.start >= end).unwrap_or(tokens.len());
    for far in 1..=BEFORE {
        let Some(at) = first.checked_sub(far) else { break };
        let token = tokens.get(at)?;
        if token.is(&[".", "?", "!", ";", "。", "？", "！"]) {
            break;
        }
        let found = cue(&tokens, at, far);
        if found.is_some() {
            return found;
        }
    }
    for far in 0..BEHIND {
        let token = tokens.get(next.saturating_add(far))?;
        if token.number.is_some()
            || token.is(&[".", ",", "?", "!", ";", "and", "to", "from", "on", "，", "。"])
        {
            break;
        }
        let found = cue(&tokens, next.saturating_add(far), NEAR.saturating_add(1));
        if found.is_some() {
            return found;
        }
    }
    None
}

fn cue(tokens: &[Token<'_>], at: usize, far: usize) -> Option<End> {
    let token = tokens.get(at)?;
    let then = |words: &[&str]| {
        tokens.get(at.saturating_add(1)).is_some_and(|t| {
            t.is(words) || t.text == "-" && tokens.get(at.saturating_add(2)).is_some_and(|t| t.is(words))
        })
    };
    if token.is(&["check", "checking", "checks"]) {
        return if then(&["in"]) {
            Some(End::From)
        } else if then(&["out"]) {
            Some(End::To)
        } else {
            None
        };
    }
    if token.is(&["入"]) && then(&["住"]) {
        return Some(End::From);
    }
    if token.is(&["退"]) && then(&["房"]) {
        return Some(End::To);
    }
    if far <= NEAR {
        if token.is(&["from", "my", "our", "从", "自"]) {
            return Some(End::From);
        }
        if token.is(&["to", "into", "his", "her", "their", "到", "去", "往"])
            || token.text.ends_with("'s") && !token.is(&["that's", "it's", "what's", "let's", "there's"])
        {
            return Some(End::To);
        }
    }
    if token.is(FROM) {
        Some(End::From)
    } else if token.is(TO) {
        Some(End::To)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(text: &str, what: &str) -> Option<End> {
        let start = text.rfind(what).unwrap();
        end_at(text, start, start + what.len())
    }

    #[test]
    fn the_nearest_cue_counts() {
        for (text, what, expected) in [
            ("a bus from seattle to portland", "seattle", Some(End::From)),
            ("a bus from seattle to portland", "portland", Some(End::To)),
            ("from my checking account to srinivas's savings account", "savings", Some(End::To)),
            ("from my checking account to srinivas's savings account", "checking", Some(End::From)),
            ("check in on march 4th", "march 4th", Some(End::From)),
            ("i want to check out on march 9th", "march 9th", Some(End::To)),
            ("the 9th check-out", "9th", Some(End::To)),
            ("a room in paris", "paris", None),
            ("从北京到上海", "上海", Some(End::To)),
            ("从北京到上海", "北京", Some(End::From)),
        ] {
            assert_eq!(end(text, what), expected, "{text} {what}");
        }
    }
}
