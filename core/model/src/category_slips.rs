//! What it costs to lay a known name along a text, letter by letter: bills cut names off, drop vowels and swap letters.

/// A missing vowel within a word.
const VOWEL: f32 = 0.4;
/// A letter cut off with the text's end, at most.
const CUT: f32 = 0.5;

/// The cost, and how many letters the name has. A letter that is wrong, missing or too many costs 1, and to begin or end within a word
/// costs 1; beginning and end of the text outside the name are free.
pub(crate) fn slips(name: &str, text: &[Vec<char>]) -> (f32, f32) {
    let line: Vec<char> = text.iter().flatten().copied().collect();
    let mut edges = vec![false; line.len().saturating_add(1)];
    let mut at = 0usize;
    for length in std::iter::once(0).chain(text.iter().map(Vec::len)) {
        at = at.saturating_add(length);
        if let Some(edge) = edges.get_mut(at) {
            *edge = true;
        }
    }
    // The cost of what was laid so far, ending after each letter of the line. Nothing begins at the line's end.
    let mut row: Vec<f32> = edges.iter().map(|edge| if *edge { 0.0 } else { 1.0 }).collect();
    if let Some(last) = row.last_mut() {
        *last = 1.0;
    }
    let mut length = 0.0f32;
    for word in name.split(' ') {
        for (place, letter) in word.chars().enumerate() {
            length += 1.0;
            let missing =
                if place > 0 && matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u') { VOWEL } else { 1.0 };
            lay(&mut row, &line, letter, missing);
        }
    }
    let cost = row
        .iter()
        .zip(&edges)
        .map(|(cost, edge)| if *edge { *cost } else { cost + 1.0 })
        .fold(f32::MAX, f32::min);
    (cost, length)
}

/// One letter more: `row` becomes the costs with it.
fn lay(row: &mut [f32], line: &[char], letter: char, missing: f32) {
    let Some((first, rest)) = row.split_first_mut() else { return };
    let mut diagonal = *first;
    *first += 1.0;
    let mut before = *first;
    let last = line.len();
    for ((cost, c), at) in rest.iter_mut().zip(line).zip(1usize..) {
        let wrong = diagonal + if *c == letter { 0.0 } else { 1.0 };
        let gone = *cost + if at == last { missing.min(CUT) } else { missing };
        diagonal = *cost;
        *cost = wrong.min(gone).min(before + 1.0);
        before = *cost;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(name: &str, text: &[&str]) -> f32 {
        slips(name, &text.iter().map(|word| word.chars().collect()).collect::<Vec<_>>()).0
    }

    #[test]
    fn what_bills_do_costs_little_and_another_name_much() {
        let near = |text: &[&str], wanted: f32| {
            assert!((cost("blue bottle", text) - wanted).abs() < 1e-6, "{text:?}")
        };
        near(&["blue", "bottle"], 0.0);
        near(&["sq", "bluebottle", "west"], 0.0);
        near(&["blue", "bttl"], 0.8);
        near(&["blue", "bot"], 1.4);
        near(&["bluf", "bottle"], 1.0);
        near(&["xblue", "bottle"], 1.0);
        assert!(cost("blue bottle", &["green", "garden"]) > 3.5);
        assert!(cost("market", &["supermarket"]) >= 1.0);
    }

    #[test]
    fn no_text_costs_every_letter() {
        assert_eq!(slips("ab", &[]).1, 2.0);
        assert!(cost("xb", &[]) >= 1.0);
    }
}
