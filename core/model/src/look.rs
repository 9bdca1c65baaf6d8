//! Names that deceive: one that looks like that of a payee the user knows, on another account.

use std::collections::HashSet;

use assent_habits::{Recollection, skeleton};
use assent_types::{Id, Named, Service, Text};

/// Shorter skeletons, in letters, have neighbours by chance (Visa and Vista, Lidl and Aldi).
const ONE_SLIP: usize = 5;
/// From this length on two slips still look the same to a glance.
const TWO_SLIPS: usize = 8;
/// Chinese names are short and every character counts: one other character of three or more.
const HAN_SLIP: usize = 3;

/// The payees on other accounts whose names look the same as this one's.
pub(crate) fn same_look<'a>(
    service: &'a Service,
    known: &'a Recollection,
) -> impl Iterator<Item = &'a (Id, Text)> {
    known.same_name.payees.iter().filter(|(id, _)| *id != service.id)
}

/// Whether two names are spelled the same but for case, spacing and punctuation: then it is the same name, not a look-alike of it.
pub(crate) fn same_spelling(one: &Text, other: &Text) -> bool {
    let letters = |name: &Text| -> String {
        name.as_str().chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    letters(one) == letters(other)
}

/// Whether the payee is one the user knows and has had this name, or one that looks the same, before: then nobody hides behind it.
/// Branches of one chain under one account differ in their numbers only.
pub(crate) fn keeps_its_name(service: &Service, known: &Recollection) -> bool {
    known.payee.as_ref().is_some_and(|payee| {
        payee.name == service.name
            || skeleton(payee.name.as_str()) == skeleton(service.name.as_str())
            || differ_in_number(&payee.name, &service.name)
            || known.same_name.payees.iter().any(|(id, _)| *id == service.id)
    })
}

/// Whether two names have nothing in common: neither holds the other, and no word of two letters or pair of Chinese characters is in both.
pub(crate) fn share_nothing(one: &Text, other: &Text) -> bool {
    let (a, b) = (skeleton(one.as_str()), skeleton(other.as_str()));
    let holds = |long: &str, short: &str| short.chars().count() >= 2 && long.contains(short);
    a != b && !holds(&a, &b) && !holds(&b, &a) && pieces(one).is_disjoint(&pieces(other))
}

/// The words of a name of at least two letters, and its pairs of Chinese characters, as they look.
fn pieces(name: &Text) -> HashSet<String> {
    let mut pieces = HashSet::new();
    for word in name.as_str().split(|c: char| !c.is_alphanumeric()) {
        let look = skeleton(word);
        let han: Vec<char> = look.chars().filter(|c| is_han(*c)).collect();
        pieces.extend(han.windows(2).map(String::from_iter));
        let letters: Vec<&str> = look.split(is_han).filter(|run| is_word(run)).collect();
        pieces.extend(letters.into_iter().map(str::to_owned));
    }
    pieces
}

fn is_word(run: &str) -> bool {
    run.chars().filter(|c| c.is_alphabetic()).count() >= 2
}

/// The latest known payee on another account whose name this one's misses by a slip of the finger or of the eye.
pub(crate) fn near_miss<'a>(service: &Service, known: &'a Recollection) -> Option<&'a Text> {
    if keeps_its_name(service, known) {
        return None;
    }
    let new = skeleton(service.name.as_str());
    let letters = Letters::of(&service.name);
    let is_person = service.category.is_some_and(|category| category.named() == Named::Transfer);
    let candidates = known.known.payees.iter().rev().filter(|(id, _)| *id != service.id);
    candidates.map(|(_, name)| name).filter(|name| letters.may_be_near(&Letters::of(name))).find(|name| {
        is_slip(&new, &skeleton(name.as_str()), is_person) && !differ_in_number(&service.name, name)
    })
}

/// Whether two different skeletons are a slip apart, in their Chinese characters or in the rest of them but not in both.
fn is_slip(new: &str, known: &str, is_person: bool) -> bool {
    let parts = |skeleton: &str| -> (String, String) { skeleton.chars().partition(|c| is_han(*c)) };
    let ((new_han, new_rest), (han, rest)) = (parts(new), parts(known));
    match (new_han == han, new_rest == rest) {
        (false, true) => is_han_slip(&new_han, &han, is_person),
        (true, false) => is_letter_slip(&new_rest, &rest),
        _ => false,
    }
}

/// One other character. People's names of three characters often are that near, by family, and are let pass.
fn is_han_slip(new: &str, known: &str, is_person: bool) -> bool {
    let needed = if is_person { HAN_SLIP.saturating_add(1) } else { HAN_SLIP };
    known.chars().count() >= needed && strsim::hamming(new, known) == Ok(1)
}

fn is_letter_slip(new: &str, known: &str) -> bool {
    let shorter = new.chars().count().min(known.chars().count());
    let allowed = if shorter >= TWO_SLIPS { 2 } else { usize::from(shorter >= ONE_SLIP) };
    allowed > 0 && strsim::osa_distance(new, known) <= allowed
}

/// Whether both names carry numbers and only those differ: two branches of one chain, not a forgery.
fn differ_in_number(one: &Text, other: &Text) -> bool {
    let numbered = |name: &Text| name.as_str().chars().any(is_number);
    let bare = |name: &Text| -> String {
        name.as_str()
            .chars()
            .filter(|c| !is_number(*c) && !c.is_whitespace())
            .flat_map(char::to_lowercase)
            .collect()
    };
    numbered(one) && numbered(other) && bare(one) == bare(other)
}

fn is_number(c: char) -> bool {
    c.is_numeric() || matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// How often each letter occurs in a name, with those ASCII characters taken together that a skeleton takes together: a skeleton costs
/// microseconds and most names differ in far more than two letters.
struct Letters {
    counts: [i16; Self::BINS],
    /// Characters of which only the skeleton knows what they look like.
    unknown: i16,
}

impl Letters {
    const BINS: usize = 192;
    /// Each of two slips takes one letter from a name and puts another there.
    const SLIPS: i16 = 4;
    /// A character of another script may stand for up to three letters in the other name, and for one that is not there.
    const UNKNOWN: i16 = 4;

    fn of(name: &Text) -> Self {
        let mut letters = Self { counts: [0; Self::BINS], unknown: 0 };
        for c in name.as_str().chars().filter(|c| c.is_alphanumeric()) {
            match c.to_ascii_lowercase() {
                'm' => letters.count(&[usize::from(b'r'), usize::from(b'n')]),
                '0' => letters.count(&[usize::from(b'o')]),
                '1' | 'i' => letters.count(&[usize::from(b'l')]),
                c if c.is_ascii() => letters.count(&[c as usize]),
                c if is_han(c) => letters.count(&[(c as usize % 64).saturating_add(128)]),
                _ => letters.unknown = letters.unknown.saturating_add(1),
            }
        }
        letters
    }

    fn count(&mut self, bins: &[usize]) {
        for bin in bins {
            if let Some(count) = self.counts.get_mut(*bin) {
                *count = count.saturating_add(1);
            }
        }
    }

    fn may_be_near(&self, other: &Self) -> bool {
        let apart = self
            .counts
            .iter()
            .zip(&other.counts)
            .map(|(a, b)| a.abs_diff(*b))
            .fold(0u16, u16::saturating_add);
        let unknown = self.unknown.saturating_add(other.unknown).saturating_mul(Self::UNKNOWN);
        apart <= Self::SLIPS.saturating_add(unknown).unsigned_abs()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The short way out never loses a pair that the skeletons would have found.
        #[test]
        fn letters_never_hide_a_slip(name in "[a-z0-9mil ]{5,14}|[a-zа-яЁΑ-Ωａ-ｚ茶喜面星巴克万]{3,10}", at in 0usize..14, put in "[a-zA-Z0-9аеорсуIlm茶面]{0,2}") {
            let chars: Vec<char> = name.chars().collect();
            let at = at % chars.len();
            let other: String = chars[..at].iter().chain(put.chars().collect::<Vec<_>>().iter()).chain(chars[at + 1..].iter()).collect();
            if let (Ok(one), Ok(two)) = (Text::line(&name, 64), Text::line(&other, 64))
                && is_slip(&skeleton(&name), &skeleton(&other), false)
            {
                prop_assert!(Letters::of(&one).may_be_near(&Letters::of(&two)));
            }
        }
    }
}
