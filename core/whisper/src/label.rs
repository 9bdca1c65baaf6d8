//! Labels from outside, made harmless: one line, in quotation marks that the label itself cannot close, and short.

use assent_types::numerals;
use unicode_segmentation::UnicodeSegmentation;

use crate::locale::{Locale, message};

/// The longest label that is shown, in graphemes.
pub(crate) const SHOWN: usize = 40;
/// The longest label that is spoken, in graphemes: a long one would drown the question.
pub(crate) const SPOKEN: usize = 24;
/// The longest name that is shown of a payee nobody vouches for, in graphemes.
pub(crate) const CLAIMED: usize = 24;
/// The most characters of one grapheme: a family emoji has seven to eleven, a pile of accents more.
const MOST_PER_GRAPHEME: usize = 12;
const ELLIPSIS: &str = "…";

/// The label in the language's quotation marks, at most `room` graphemes and characters within them;
/// an unquoted phrase of our own where nothing is left of it.
pub(crate) fn quoted(label: &str, room: usize, locale: Locale) -> String {
    let short = shortened(&one_line(label), room);
    let whole = in_marks(&short, locale);
    // Our own phrase for no name may be too long where the room is small.
    if short.is_empty() && whole.chars().count() > room.saturating_add(2) {
        in_marks(ELLIPSIS, locale)
    } else {
        whole
    }
}

/// As [`quoted`], for speech: sentences within the label are run together, so that it cannot sound like the device's own words.
pub(crate) fn spoken(label: &str, locale: Locale) -> String {
    let ends = |c: char| {
        matches!(
            c,
            '.' | '!'
                | '?'
                | ';'
                | ':'
                | ','
                | '。'
                | '！'
                | '？'
                | '；'
                | '：'
                | '，'
                | '、'
                | '…'
                | '·'
                | '|'
                | '/'
                | '\\'
        )
    };
    let flat = one_line(&one_line(label).replace(ends, " "));
    in_marks(&shortened(&flat, SPOKEN), locale)
}

fn in_marks(label: &str, locale: Locale) -> String {
    let unnamed = || message(locale, "payee-unnamed", None, Vec::new()).unwrap_or_default();
    if label.is_empty() {
        return unnamed();
    }
    message(locale, "payee", None, vec![("label", label.to_owned().into())]).unwrap_or_else(unnamed)
}

/// A name that nobody vouches for, as it may be shown: only up to the end of its first sentence, amounts blotted out, short, in quotation
/// marks and marked as unverified. It is never spoken. `brief`: the mark is a question mark.
pub(crate) fn claimed(label: &str, room: usize, brief: bool, locale: Locale) -> String {
    let line = one_line(label);
    let sentence = line.split(['。', '！', '？', '；', '!', '?', ';', '\n']).next().unwrap_or_default();
    let sentence = sentence.split(". ").next().unwrap_or_default();
    let short = shortened(without_amounts(sentence).trim(), room.min(CLAIMED));
    let marked =
        |attribute| message(locale, "payee-claimed", attribute, vec![("label", short.clone().into())]);
    match short.is_empty() {
        true => in_marks("", locale),
        false => marked(brief.then_some("short")).unwrap_or_else(|| in_marks(&short, locale)),
    }
}

/// Digits that a reader could take for the amount that is paid become an ellipsis: any number with a currency or with decimals, and any
/// of three digits or more.
fn without_amounts(line: &str) -> String {
    let mut out = line.to_owned();
    for found in numerals::find(line).into_iter().rev() {
        let large = found.value.scaled(0).is_none_or(|whole| whole >= 100);
        if large || !found.currencies.is_empty() {
            out.replace_range(found.start..found.end, ELLIPSIS);
        }
    }
    out
}

/// White space in a row becomes one space; controls, bidirectional and zero-width characters go; double quotation marks become single.
fn one_line(label: &str) -> String {
    let visible = label.chars().filter_map(|c| match c {
        c if c.is_whitespace() => Some(' '),
        c if c.is_control() => None,
        '\u{00AD}'
        | '\u{061C}'
        | '\u{180E}'
        | '\u{200B}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{3164}'
        | '\u{FFA0}' => None,
        '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '「' | '」' | '『' | '』' | '〝' | '〞' | '＂' | '｢'
        | '｣' | '《' | '》' | '″' | '‶' | '❝' | '❞' | '〟' => Some('\''),
        // The dot that parts the payee from the reason.
        '·' | '•' | '・' | '∙' | '⋅' => Some('-'),
        c => Some(c),
    });
    visible.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `room` graphemes and, emoji aside, about as many characters; an ellipsis stands for what is cut.
fn shortened(label: &str, room: usize) -> String {
    let graphemes: Vec<&str> = label
        .graphemes(true)
        .map(|g| if g.chars().count() > MOST_PER_GRAPHEME { "\u{FFFD}" } else { g })
        .collect();
    let length = |parts: &[&str]| parts.iter().map(|g| g.chars().count()).sum::<usize>();
    if length(&graphemes) <= room {
        return graphemes.concat();
    }
    let mut kept = String::new();
    let mut left = room.saturating_sub(1);
    for grapheme in graphemes {
        let Some(rest) = left.checked_sub(grapheme.chars().count()) else { break };
        kept.push_str(grapheme);
        left = rest;
    }
    format!("{}{ELLIPSIS}", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_label_cannot_pose_as_the_device() {
        let label = "Noodle House” is approved. Say yes.\nPay now 「ok」";
        assert_eq!(quoted(label, SHOWN, Locale::of("en")), "“Noodle House' is approved. Say yes. Pay…”");
        assert_eq!(spoken(label, Locale::of("en")), "“Noodle House' is approv…”");
        assert_eq!(spoken("Noodle. Yes!", Locale::of("en")), "“Noodle Yes”");
        assert_eq!(quoted("\u{202E}\u{200B} ", SHOWN, Locale::of("en")), "a payee without a name");
        assert_eq!(quoted("兰州拉面", SHOWN, Locale::of("zh")), "「兰州拉面」");
    }

    #[test]
    fn a_claimed_name_gives_no_instructions_and_no_amounts() {
        let shown = |label| claimed(label, SHOWN, false, Locale::of("en"));
        assert_eq!(shown("Noodle House"), "“Noodle House” (unverified)");
        assert_eq!(shown("Noodle House. Approved. Say yes"), "“Noodle House” (unverified)");
        assert_eq!(shown("Only 1.00 CNY shop"), "“Only … shop” (unverified)");
        assert_eq!(shown("7-Eleven"), "“7-Eleven” (unverified)");
        assert_eq!(shown("Shop 9,999"), "“Shop …” (unverified)");
        assert_eq!(shown("\u{202E}"), "a payee without a name");
        assert_eq!(claimed("只要一块钱小店！请说好", SHOWN, true, Locale::of("zh")), "「只要…小店」？");
    }

    #[test]
    fn a_grapheme_is_never_cut() {
        assert_eq!(shortened("ab👩‍👩‍👧‍👦", 5), "ab…");
        assert_eq!(shortened("e\u{301}e\u{301}e\u{301}", 5), "e\u{301}e\u{301}…");
        assert_eq!(shortened(&format!("a{}", "\u{301}".repeat(50)), 5), "\u{FFFD}");
    }

    proptest! {
        #[test]
        fn no_label_leaves_its_marks_or_its_room(label in "(\\PC|[“”「」\"]|\\s|\u{202E}|\u{301}){0,80}", room in 1usize..40) {
            for (locale, open, close) in [(Locale::of("en"), '“', '”'), (Locale::of("zh"), '「', '」')] {
                let shown = quoted(&label, room, locale);
                if shown != quoted("", SHOWN, locale) {
                    prop_assert!(shown.starts_with(open) && shown.ends_with(close));
                    prop_assert_eq!(shown.chars().filter(|c| *c == open || *c == close).count(), 2);
                    prop_assert!(shown.chars().count() <= room + 2);
                }
                prop_assert!(!shown.contains(|c: char| c.is_control()));
            }
        }
    }
}
