//! What stands in a cell as names and ids: tidied, never trusted, and different for whatever is different.

use assent_types::{Id, Malformed, Text};
use ring::digest::{SHA256, digest};

use super::Format;
use super::decode::UNREADABLE;

/// The longest name of a payee or an item, in characters (the contract's own limit).
const MAX_NAME: usize = 256;

/// A cell without the padding that the apps put around it: trimmed, each run of white space one space.
pub(super) fn tidy(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a cell says, where it says something: `/` stands for nothing.
pub(super) fn said(cell: &str) -> Option<String> {
    Some(tidy(cell)).filter(|text| !text.is_empty() && text != "/")
}

/// A text to show: characters that could mislead a reader stand as `�`, and what is too long ends in `…`.
pub(super) fn shown(text: &str) -> Result<Text, Malformed> {
    let mut safe: String = text
        .chars()
        .take(MAX_NAME)
        .map(|c| if c.is_alphanumeric() || Text::line(&format!("a{c}"), 2).is_ok() { c } else { UNREADABLE })
        .collect();
    if text.chars().count() > MAX_NAME {
        safe = safe.chars().take(MAX_NAME.saturating_sub(1)).chain(['…']).collect();
    }
    Text::line(&safe, MAX_NAME)
}

/// The id of a payee: the app, the name, and the account where the bill shows one. Two payees never share an id.
pub(super) fn payee(format: Format, name: &str, account: Option<&str>) -> Result<Id, Malformed> {
    let mut id = format!("{}:{}", format.as_str(), escaped(name));
    if let Some(account) = account {
        id.push('#');
        id.push_str(&escaped(account));
    }
    // No escape begins with `%s`, so a hash is never taken for a name.
    Id::new(&id).or_else(|_| Id::new(&format!("{}:%sha256:{}", format.as_str(), hash(&[&id]))))
}

/// The id of payees that the bill does not name, one for each kind of payment.
pub(super) fn nobody(format: Format, kind: &str) -> Result<Id, Malformed> {
    // No escape begins with `%n` either.
    let id = format!("{}:%none:{}", format.as_str(), escaped(kind));
    Id::new(&id).or_else(|_| Id::new(&format!("{}:%none", format.as_str())))
}

/// `text` with whatever an id may not hold, and the two signs that ids are put together with, as percent-escaped UTF-8.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '%'
            && c != '#'
            && (c == ' ' || c.is_alphanumeric() || Id::new(&format!("a{c}a")).is_ok())
            && !hidden(c)
        {
            out.push(c);
        } else {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    out
}

/// Letters to Unicode that are drawn as nothing (the Hangul fillers).
fn hidden(c: char) -> bool {
    matches!(c, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}')
}

/// SHA-256 over `parts`, each with its length before it, in lower-case hexadecimal.
pub(super) fn hash(parts: &[&str]) -> String {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    digest(&SHA256, &bytes).as_ref().iter().map(|b| format!("{b:02x}")).collect()
}
