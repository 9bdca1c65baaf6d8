//! Numbers in digits: `1,050.50`, `3万`, `2.5 million`, `3块5`.

use super::{Line, Number, Step, chinese, english};

/// Reads the run of digits at `at`.
pub(super) fn read(line: &Line, at: usize) -> Step {
    let run_end = run_end(line, at);
    let inside_word =
        line.before(at).is_some_and(|c| c.is_ascii_alphanumeric()) && !super::unit::ends_prefix(line, at);
    // `.5` could be a half or the end of a sentence.
    if inside_word || line.before(at) == Some('.') {
        return Step::Skip(run_end);
    }
    let Some((number, end)) = plain(line, at) else { return Step::Skip(run_end) };
    if ordinal_or_share(line, end) || (line.get(end) == Some('.') && is_digit(line, end.saturating_add(1))) {
        return Step::Skip(run_end.max(end.saturating_add(1)));
    }
    let (number, end) = chinese::multiplied(line, number, end)
        .or_else(|| english::multiplied(line, number, end))
        .unwrap_or((number, end));
    if line.get(end).is_some_and(|c| c.is_ascii_alphanumeric()) && !super::unit::follows(line, end) {
        return Step::Skip(run_end.max(super::word_end(line, end)));
    }
    let (number, end) = chinese::with_small_change(line, number, end).unwrap_or((number, end));
    Step::Number(number, end)
}

/// Digits, with commas between full groups of three, and decimals; `None` where it is too large or malformed.
pub(super) fn plain(line: &Line, at: usize) -> Option<(Number, usize)> {
    let mut whole = digits(line, at);
    let mut end = at.saturating_add(whole.len());
    if (1..=3).contains(&whole.len()) {
        while line.get(end) == Some(',') {
            let group = digits(line, end.saturating_add(1));
            if group.len() != 3 {
                break;
            }
            whole.push_str(&group);
            end = end.saturating_add(4);
        }
    }
    let mut decimals = String::new();
    if line.get(end) == Some('.') {
        decimals = digits(line, end.saturating_add(1));
        if !decimals.is_empty() {
            end = end.saturating_add(1).saturating_add(decimals.len());
        }
    }
    let places = u8::try_from(decimals.len()).ok()?;
    whole.push_str(&decimals);
    Some((Number::new(whole.parse().ok()?, places)?, end))
}

fn digits(line: &Line, at: usize) -> String {
    (at..line.len()).map_while(|i| line.get(i)).take_while(char::is_ascii_digit).collect()
}

fn is_digit(line: &Line, at: usize) -> bool {
    line.get(at).is_some_and(|c| c.is_ascii_digit())
}

/// The end of all that hangs together with the digits at `at`.
fn run_end(line: &Line, at: usize) -> usize {
    let mut end = at;
    while is_digit(line, end)
        || (matches!(line.get(end), Some('.' | ',')) && is_digit(line, end.saturating_add(1)))
    {
        end = end.saturating_add(1);
    }
    end
}

fn ordinal_or_share(line: &Line, end: usize) -> bool {
    matches!(line.get(end), Some('%' | '‰'))
        || line.word(end).is_some_and(|(word, _)| matches!(word.as_str(), "st" | "nd" | "rd" | "th"))
}
