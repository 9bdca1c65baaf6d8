//! The spoken sentence in the W3C's Speech Synthesis Markup Language 1.1: valid XML whatever a label holds, the amount stressed, and what is
//! not familiar spoken more slowly.

use assent_types::Look;

use crate::locale::Locale;

/// The sentence as SSML; empty where nothing is spoken.
pub(crate) fn of(sentence: &str, amount: &str, look: Look, locale: Locale) -> String {
    if sentence.is_empty() {
        return String::new();
    }
    let rate = match look {
        Look::Familiar => "medium",
        Look::Strange | Look::Alarming => "slow",
    };
    let sentences: Vec<String> =
        sentences(sentence).into_iter().map(|s| format!("<s>{}</s>", stressed(s, amount))).collect();
    format!(
        "<speak version=\"1.1\" xmlns=\"http://www.w3.org/2001/10/synthesis\" xml:lang=\"{}\"><prosody rate=\"{rate}\">{}</prosody></speak>",
        locale.tag(),
        sentences.join("<break time=\"250ms\"/>"),
    )
}

/// Cut behind each full stop or question mark.
fn sentences(text: &str) -> Vec<&str> {
    let ends = |c| matches!(c, '.' | '?' | '!' | '。' | '？' | '！');
    text.split_inclusive(ends).map(str::trim).filter(|s| !s.is_empty()).collect()
}

fn stressed(sentence: &str, amount: &str) -> String {
    match sentence.split_once(amount) {
        Some((before, after)) if !amount.is_empty() => {
            format!("{}<emphasis>{}</emphasis>{}", escaped(before), escaped(amount), escaped(after))
        }
        _ => escaped(sentence),
    }
}

/// Characters with a meaning in XML escaped, those that XML does not allow left out.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {}
            other => out.push(other),
        }
    }
    out
}
