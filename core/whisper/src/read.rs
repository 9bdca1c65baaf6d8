//! Reading a reply. A closed grammar decides, never a model, and whatever it does not name is no yes.
//!
//! The reply is cut into the longest known phrases, left to right, so that `no problem` is not a no and `可不可以` not a yes. Then, in order:
//! 1. any cancelling or negating phrase: no;
//! 2. a question about the payment itself (how much, who, why): question;
//! 3. a wish for something else, or a number that is not the amount asked: change;
//! 4. a hedge or a trap: unclear;
//! 5. nothing but yes and courtesy: yes;
//! 6. a yes and then a request for information that leaves the payment as it is (`yes, what's their phone number?`): yes,
//!    because the payment, its payee and its amount were shown before, and the request asks for none of them;
//! 7. a question: question; anything else: unclear.
//!
//! A change is looked for before other questions, because people ask for changes (`can you make it two?`).

use assent_types::numerals;
use assent_types::{Money, Tongue};

use crate::grammar::{self, AMOUNT, Kind, NUMBER, Question};
use crate::sounds;
use crate::words::{self, BREAK, QUESTION_MARK, STOP, Word};

/// What a reply means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// Pay it as it was asked.
    Yes,
    /// Do not pay it.
    No,
    /// Something else is wanted: a new intent, never an approval.
    Change,
    /// Something is asked back; the whisper is asked again.
    Question,
    /// Not understood; twice means no.
    Unclear,
}

impl Meaning {
    /// The word for it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Change => "change",
            Self::Question => "question",
            Self::Unclear => "unclear",
        }
    }
}

/// The longest reply that is read, in characters; who says more says something else.
const LONGEST: usize = 400;

/// What a stretch of the reply is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Phrase(Kind),
    Unknown,
    /// A number that is not the amount asked, or that nothing can be held against.
    Number,
    QuestionMark,
    /// The end of a sentence.
    Stop,
}

/// Reads a reply in English or Chinese, whichever its words are in; `_tongue` is a hint that today's grammar does not need.
///
/// Numbers are held against `asked`: another number is a change. Without `asked` a reply with a number is never a yes.
pub fn read(words: &str, _tongue: Option<Tongue>, asked: Option<Money>) -> Meaning {
    reading(words, asked).meaning
}

/// What a reply asks back, where it asks something.
pub fn question(words: &str, asked: Option<Money>) -> Option<Question> {
    reading(words, asked).question
}

/// A meaning, and with a question what is asked.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    pub meaning: Meaning,
    pub question: Option<Question>,
}

/// Reads a reply.
pub(crate) fn reading(words: &str, asked: Option<Money>) -> Reading {
    let only = |meaning| Reading { meaning, question: None };
    if words.chars().count() > LONGEST {
        return only(Meaning::Unclear);
    }
    match letter(words) {
        Some('y') => return only(Meaning::Yes),
        Some('n') => return only(Meaning::No),
        _ => {}
    }
    let normal = words::normal(words);
    let said: Vec<String> = with_numbers(&normal, asked).into_iter().map(|word| word.text).collect();
    let said = without_fillers(said);
    let as_written = judged(&pieces(&said), asked);
    let may_be_a_yes = match as_written.meaning {
        Meaning::Unclear => true,
        Meaning::Question => as_written.question == Some(Question::Other),
        Meaning::Yes | Meaning::No | Meaning::Change => false,
    };
    if may_be_a_yes { misheard(&said, asked).unwrap_or(as_written) } else { as_written }
}

/// Sounds that people make while they think, wherever they make them. 唔 is none of them: in Cantonese it negates.
const FILLERS: [&str; 9] = ["um", "uh", "er", "erm", "ah", "hm", "hmm", "呃", "额"];

/// What 额 makes a word with (金额, 余额), so that it is no filler there.
const SUMS: [&str; 6] = ["金", "余", "数", "总", "全", "限"];

/// The reply without fillers; `uh huh` and `mm hmm` are none.
fn without_fillers(said: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut words = said.into_iter().peekable();
    while let Some(word) = words.next() {
        let half = word == "uh" && words.peek().is_some_and(|next| next == "huh")
            || word == "hmm" && kept.last().is_some_and(|before| before == "mm");
        let sum = word == "额" && kept.last().is_some_and(|before| SUMS.contains(&before.as_str()));
        if half || sum || !FILLERS.contains(&word.as_str()) {
            kept.push(word);
        }
    }
    kept
}

/// The most ways to hear a reply that are tried.
const MOST_HEARINGS: usize = 64;

/// The yes that an unclear reply may have been, where words that the grammar does not know sound like words that it knows: at least half of
/// the words stand as they were written, in English a yes among them, and it may have been nothing else that has a meaning.
fn misheard(said: &[String], asked: Option<Money>) -> Option<Reading> {
    let mut hearings: Vec<Vec<String>> = vec![Vec::new()];
    let mut replaced = 0usize;
    for word in said {
        let choices = sounds::may_be(word);
        if choices.is_empty() {
            hearings.iter_mut().for_each(|hearing| hearing.push(word.clone()));
            continue;
        }
        replaced = replaced.saturating_add(1);
        let with = |hearing: &Vec<String>, choice: &str| {
            let mut longer = hearing.clone();
            longer.push(choice.to_owned());
            longer
        };
        hearings = hearings.iter().flat_map(|h| choices.iter().map(move |choice| with(h, choice))).collect();
        if hearings.len() > MOST_HEARINGS {
            return None;
        }
    }
    let spoken = said.iter().filter(|word| !words::is_mark(word)).count();
    let mut readings: Vec<Reading> = hearings.iter().map(|hearing| judged(&pieces(hearing), asked)).collect();
    readings.retain(|reading| reading.meaning != Meaning::Unclear);
    let in_letters = said.iter().any(|word| word.is_ascii() && !sounds::may_be(word).is_empty());
    let has_a_yes = pieces(said).contains(&Piece::Phrase(Kind::Yes));
    if replaced.saturating_mul(2) > spoken || in_letters && !has_a_yes {
        return None;
    }
    readings.first().copied().filter(|_| readings.iter().all(|reading| reading.meaning == Meaning::Yes))
}

fn judged(pieces: &[Piece], asked: Option<Money>) -> Reading {
    let meaning = judge(pieces, asked.is_some());
    let named = pieces.iter().find_map(|piece| match piece {
        Piece::Phrase(Kind::Money(question)) => Some(*question),
        _ => None,
    });
    Reading { meaning, question: (meaning == Meaning::Question).then(|| named.unwrap_or(Question::Other)) }
}

/// The letter that is the whole reply, as people type it; inside a longer one a single letter says nothing.
fn letter(text: &str) -> Option<char> {
    let words = words::split(&words::normal(text));
    let mut words = words.iter().filter(|word| word.text != BREAK && word.text != STOP);
    let (first, rest) = (words.next()?, words.next());
    let mut letters = first.text.chars();
    let letter = letters.next()?;
    (rest.is_none() && letters.next().is_none()).then_some(letter)
}

fn judge(pieces: &[Piece], asked: bool) -> Meaning {
    let has = |kind| pieces.contains(&Piece::Phrase(kind));
    if has(Kind::No) {
        return Meaning::No;
    }
    if pieces.iter().any(|p| matches!(p, Piece::Phrase(Kind::Money(_)))) {
        return Meaning::Question;
    }
    if has(Kind::Change) || pieces.contains(&Piece::Number) && asked {
        return Meaning::Change;
    }
    let questioned = has(Kind::Ask) || pieces.contains(&Piece::QuestionMark);
    if has(Kind::Doubt) || pieces.contains(&Piece::Number) {
        return if questioned { Meaning::Question } else { Meaning::Unclear };
    }
    // A yes, and from there on a request: it begins with the phrase that asks, or with the sentence that holds this phrase.
    let ask = pieces.iter().position(|p| *p == Piece::Phrase(Kind::Ask)).unwrap_or(pieces.len());
    let sentence = pieces.iter().take(ask).rposition(|p| matches!(p, Piece::Stop | Piece::QuestionMark));
    let begins = if ask < pieces.len() { sentence.unwrap_or(ask) } else { ask };
    let splits = [ask, begins].map(|at| pieces.split_at_checked(at).unwrap_or((pieces, &[])));
    if splits.iter().any(|(answer, request)| consents(answer) && is_harmless(request)) {
        Meaning::Yes
    } else if questioned {
        Meaning::Question
    } else {
        Meaning::Unclear
    }
}

/// Whether this is a yes and nothing else.
fn consents(answer: &[Piece]) -> bool {
    answer.contains(&Piece::Phrase(Kind::Yes))
        && answer.iter().all(|p| matches!(p, Piece::Phrase(Kind::Yes | Kind::Courtesy) | Piece::Stop))
}

/// Whether a request for information leaves the payment as it is.
fn is_harmless(request: &[Piece]) -> bool {
    request.iter().all(|p| match p {
        Piece::Phrase(Kind::Ask | Kind::Detail | Kind::Courtesy | Kind::Yes)
        | Piece::Unknown
        | Piece::QuestionMark
        | Piece::Stop => true,
        Piece::Phrase(_) | Piece::Number => false,
    })
}

fn pieces(said: &[String]) -> Vec<Piece> {
    let words: Vec<&str> = said.iter().map(String::as_str).collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if *word == BREAK {
            at = at.saturating_add(1);
            continue;
        }
        let (piece, length) = match *word {
            QUESTION_MARK => (Piece::QuestionMark, 1),
            STOP => (Piece::Stop, 1),
            _ => match grammar::longest(&words, at) {
                Some((kind, length)) => (Piece::Phrase(kind), length),
                None if *word == NUMBER => (Piece::Number, 1),
                None => (Piece::Unknown, 1),
            },
        };
        pieces.push(piece);
        at = at.saturating_add(length.max(1));
    }
    pieces
}

/// The words, each number in one piece: the amount asked, or another.
fn with_numbers(normal: &str, asked: Option<Money>) -> Vec<Word> {
    let mut words = words::split(normal);
    for found in numerals::find(normal).into_iter().rev() {
        let inside = |w: &Word| (found.start..found.end).contains(&w.start);
        let Some(first) = words.iter().position(inside) else { continue };
        let count = words.iter().filter(|w| inside(w)).count();
        let pronoun = words.get(first).is_some_and(|w| w.text == "one")
            && count == 1
            && first
                .checked_sub(1)
                .and_then(|i| words.get(i))
                .is_some_and(|w| matches!(w.text.as_str(), "the" | "that" | "this"));
        if pronoun {
            continue;
        }
        let text = if asked.is_some_and(|asked| found.may_be(asked)) { AMOUNT } else { NUMBER };
        let word = Word { text: text.to_owned(), start: found.start };
        words.splice(first..first.saturating_add(count), [word]);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use assent_types::Currency;
    use proptest::prelude::*;

    fn yuan(amount: &str) -> Option<Money> {
        Money::parse(amount, Currency::from_code("CNY").unwrap()).ok()
    }

    #[test]
    fn numbers_are_held_against_the_amount() {
        for (words, meaning) in [
            ("yes, 38 yuan", Meaning::Yes),
            ("pay 38", Meaning::Yes),
            ("付三十八块", Meaning::Yes),
            ("好的，三十八元", Meaning::Yes),
            ("yes 83 yuan", Meaning::Change),
            ("好的，八十三", Meaning::Change),
            ("yes, 38 dollars", Meaning::Change),
            ("yes, 38 and 5 more", Meaning::Change),
            ("38", Meaning::Unclear),
            ("yes that's the one", Meaning::Yes),
            ("yes one", Meaning::Change),
        ] {
            assert_eq!(read(words, None, yuan("38.00")), meaning, "{words}");
        }
        assert_eq!(read("yes, 38 yuan", None, None), Meaning::Unclear);
    }

    #[test]
    fn a_letter_counts_only_as_the_whole_reply() {
        for (words, meaning) in [
            ("y", Meaning::Yes),
            (" Y. ", Meaning::Yes),
            ("ｙ", Meaning::Yes),
            ("n", Meaning::No),
            ("N!", Meaning::No),
            ("y?", Meaning::Question),
            ("y n", Meaning::Unclear),
            ("y tho", Meaning::Unclear),
            ("generation y", Meaning::Unclear),
            ("x", Meaning::Unclear),
        ] {
            assert_eq!(read(words, None, yuan("38.00")), meaning, "{words}");
        }
    }

    proptest! {
        #[test]
        fn another_number_is_never_a_yes(asked in 1i64..1_000_000, said in 1i64..1_000_000, yes in prop::sample::select(vec!["yes", "ok", "好的", "pay", "付"])) {
            let money = Money::from_minor(asked.saturating_mul(100), Currency::from_code("CNY").unwrap());
            let meaning = read(&format!("{yes} {said}"), None, money);
            prop_assert_eq!(meaning == Meaning::Yes, asked == said);
        }

        #[test]
        fn a_negation_anywhere_is_never_a_yes(before in "[a-z ]{0,12}", after in "[a-z ]{0,12}",
            no in prop::sample::select(vec!["no", "not", "cancel", "don't", "stop", "never", "取消", "不要", "别付"])) {
            prop_assert_ne!(read(&format!("yes {before} {no} {after}"), None, None), Meaning::Yes);
            prop_assert_ne!(read(&format!("好的 {no}"), None, None), Meaning::Yes);
        }

        #[test]
        fn unknown_words_are_never_a_yes(text in "[b-df-hj-np-tv-xz]{4,9}( [b-df-hj-np-tv-xz]{4,9}){0,5}") {
            prop_assert_ne!(read(&format!("yes {text}"), None, None), Meaning::Yes);
        }

        #[test]
        fn any_text_is_read_without_panic(text in "(\\PC|yes|no|好|不| |38|\\?){0,40}") {
            let _ = read(&text, None, yuan("38.00"));
        }
    }
}
