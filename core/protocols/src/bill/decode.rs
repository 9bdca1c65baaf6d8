//! Bytes to text: UTF-8 with or without a mark, or GB18030, as the apps have written it over the years.

use std::borrow::Cow;

use encoding_rs::GB18030;

use super::BillError;

pub(super) const UTF8_BOM: &[u8] = b"\xEF\xBB\xBF";

/// How much is read to tell a format; the header stands within the first few KiB.
const BEGINNING: usize = 64 * 1024;
/// What a byte sequence becomes that its encoding does not know. A row that holds it is refused.
pub(super) const UNREADABLE: char = '\u{FFFD}';

pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

pub(super) fn looks_like_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(UTF8_BOM).unwrap_or(bytes);
    bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{')
}

/// The beginning of a bill, for a look at it.
pub(super) fn beginning(bytes: &[u8]) -> Cow<'_, str> {
    decode(bytes.get(..BEGINNING).unwrap_or(bytes))
}

/// The whole of a bill. Damaged places hold [`UNREADABLE`]; a file that is mostly damage is refused.
pub(super) fn whole(bytes: &[u8]) -> Result<Cow<'_, str>, BillError> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") || bytes.contains(&0) {
        return Err(BillError::Encoding);
    }
    let text = decode(bytes);
    if damage(&text) > text.len() / 20 { Err(BillError::Encoding) } else { Ok(text) }
}

/// UTF-8 where it is that; otherwise whichever of the two encodings leaves less unread.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(UTF8_BOM).unwrap_or(bytes);
    let utf8 = String::from_utf8_lossy(bytes);
    let Cow::Owned(_) = utf8 else { return utf8 };
    let (gb, _) = GB18030.decode_without_bom_handling(bytes);
    if damage(&utf8) <= damage(&gb) { utf8 } else { gb }
}

fn damage(text: &str) -> usize {
    text.chars().filter(|c| *c == UNREADABLE).count()
}
