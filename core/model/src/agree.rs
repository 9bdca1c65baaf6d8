//! Whether a user's turn agrees to what the agent said right before it. What is not plainly so agrees to nothing.

use crate::heard::Turn;

/// Words by which a user agrees, near the beginning of the first sentence.
const AGREE: &[&str] = &[
    "yes",
    "yeah",
    "yep",
    "yup",
    "sure",
    "ok",
    "okay",
    "correct",
    "perfect",
    "confirm",
    "confirmed",
    "absolutely",
    "exactly",
    "alright",
    "yea",
    "agreed",
    "definitely",
    "certainly",
    "indeed",
];
/// Words that agree only where they open the sentence, or follow nothing but words of `LEADING`: "good", "sounds good", not "a good one".
const AGREE_FIRST: &[&str] = &[
    "right",
    "great",
    "fine",
    "good",
    "works",
    "work",
    "go",
    "excellent",
    "wonderful",
    "awesome",
    "terrific",
    "fantastic",
    "cool",
    "nice",
    "amazing",
    "lovely",
    "brilliant",
    "fabulous",
    "super",
    "sweet",
    "suits",
    "proceed",
    "better",
];
const LEADING: &[&str] = &[
    "that",
    "that's",
    "thats",
    "this",
    "it",
    "it's",
    "its",
    "all",
    "everything",
    "sounds",
    "sound",
    "looks",
    "look",
    "is",
    "will",
    "would",
    "be",
    "just",
    "very",
    "really",
    "quite",
    "so",
    "well",
    "oh",
    "ah",
    "um",
    "great",
    "good",
    "works",
    "thanks",
    "thank",
    "you",
    "you're",
    "are",
    "should",
    "totally",
    "ok",
    "me",
    "please",
    "with",
    "for",
    "i",
];
/// Whole phrases that agree where a sentence begins with them.
const AGREE_PHRASES: &[&str] = &[
    "you got it",
    "that's it",
    "that is it",
    "thats it",
    "that's what i",
    "that is what i",
    "thats what i",
    "you are right",
    "please do",
];
/// "I'll take it", "book that one": a verb of taking right before a word for what was offered.
const TAKE: &[&str] = &["take", "book", "reserve", "buy", "get", "rent", "purchase", "order", "choose", "do"];
const OFFERED: &[&str] = &["it", "that", "this", "them", "those", "one"];
const AGREE_HAN: &[&str] =
    &["好", "是", "对", "行", "可以", "嗯", "没错", "不错", "没问题", "确认", "同意", "要得", "付吧"];
/// Words that only begin like them.
const NOT_AGREE_HAN: &[&str] = &[
    "好像",
    "好贵",
    "好吃",
    "好久",
    "好多",
    "好奇",
    "对方",
    "对面",
    "对于",
    "对不起",
    "行李",
    "行程",
    "是否",
];
/// Words by which a question begins, with a question mark or without: speech recognition often hears none.
const ASKING: &[&str] = &[
    "could", "can", "would", "will", "what", "what's", "whats", "how", "how's", "when", "where", "where's",
    "who", "who's", "which", "why", "is", "are", "do", "does", "did", "should", "may", "shall",
];
/// Of which a Chinese question has one somewhere.
const ASKING_HAN: &[&str] = &[
    "吗",
    "嗎",
    "么",
    "麼",
    "呢",
    "可不可以",
    "能不能",
    "是不是",
    "对不对",
    "好不好",
    "行不行",
    "什",
    "怎",
    "多少",
    "几",
    "谁",
    "哪",
];
/// Words by which a question about something else begins: after a plain yes it takes nothing back ("yes, how much is it?"), as "is that
/// right" would.
const ASKING_ELSE: &[&str] = &[
    "what", "what's", "whats", "how", "how's", "when", "where", "where's", "who", "who's", "do", "does",
    "can", "could", "may", "at", "and", "also", "any", "tell", "are",
];
/// Words by which a user takes it back or changes it; one of them and the agent's turn does not count.
const OBJECT: &[&str] = &[
    "no",
    "not",
    "don't",
    "dont",
    "doesn't",
    "isn't",
    "cancel",
    "instead",
    "but",
    "change",
    "actually",
    "rather",
    "wait",
    "stop",
    "different",
    "another",
    "else",
    "wrong",
    "except",
    "never",
    "however",
    "nope",
    "sorry",
    "oops",
    "switch",
    "update",
    "modify",
    "mistake",
];
/// Words by which a user asks for another offer: then the one before it is gone.
const OTHERS: &[&str] = &[
    "another",
    "else",
    "other",
    "others",
    "different",
    "options",
    "alternatives",
    "alternative",
    "instead",
    "rather",
];
const OTHERS_HAN: &[&str] = &["别的", "其他", "其它", "换", "另外"];
const OBJECT_HAN: &[&str] = &["不", "别", "換", "换", "取消", "但", "改", "等等", "错", "没有", "另"];
/// Phrases with an objecting word that object to nothing.
const NO_OBJECTION: &[&str] =
    &["no problem", "not bad", "nothing else", "why not", "没错", "不错", "没问题", "不用找"];

/// How many words in an agreeing one still opens a sentence: later the same words mean other things.
const OPENING: usize = 5;

/// What a user's turn does to what the agent said right before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It agrees to it and corrects nothing.
    Agrees,
    /// It neither agrees nor turns it down: a question, a detail more, a correction that names what it puts in its place.
    GoesOn,
    /// It turns it down, or asks for something else.
    TurnsDown,
}

/// How the user's turn answers the agent's. It agrees where its first sentence opens with an agreeing word and is no question, and the whole
/// holds no objecting word and no number, day or time beside one that the agent said. A later question ("Yes. What's their number?")
/// takes nothing back.
pub(crate) fn answer(user: &Turn, agent: &Turn) -> Answer {
    let text = user.text.replace('’', "'");
    let (objects, news) = (objects(&text), user.corrects(agent));
    if opens(&text) && !objects && !news {
        return Answer::Agrees;
    }
    let others = latin_words(&text).any(|word| OTHERS.contains(&word))
        || OTHERS_HAN.iter().any(|word| text.contains(word));
    if others || (objects && !user.says_values()) { Answer::TurnsDown } else { Answer::GoesOn }
}

fn opens(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let end = text.find(['.', '!', '?', '。', '！', '？', '\n']);
    let (sentence, rest) = text.split_at_checked(end.unwrap_or(text.len())).unwrap_or((text, ""));
    let mut words = latin_words(sentence);
    let asks = rest.trim_start_matches(['.', '!', '。', '！']).starts_with(['?', '？'])
        || words.next().is_some_and(|first| ASKING.contains(&first))
        || ASKING_HAN.iter().any(|word| sentence.contains(word));
    let begins = |words: &[&str]| words.iter().any(|word| sentence.starts_with(word));
    let opens_han = begins(AGREE_HAN) && !begins(NOT_AGREE_HAN);
    if asks {
        yes_and_asks(sentence)
    } else {
        opens_han || opens_latin(sentence) || begins(AGREE_PHRASES) || takes(sentence)
    }
}

/// "Yes, that's right, how much is it?": agreeing words and nothing else, and then a question about something else.
fn yes_and_asks(sentence: &str) -> bool {
    let words: Vec<&str> = latin_words(sentence).collect();
    let agrees = |word: &&str| AGREE.contains(word) || (AGREE_FIRST.contains(word) && *word != "go");
    let yes = words.iter().position(|word| !(agrees(word) || LEADING.contains(word)));
    let (yes, rest) = words.split_at_checked(yes.unwrap_or(words.len())).unwrap_or_default();
    yes.iter().any(agrees) && rest.first().is_some_and(|word| ASKING_ELSE.contains(word))
}

/// "I'll take it", "please reserve that for me".
fn takes(sentence: &str) -> bool {
    let words: Vec<&str> = latin_words(sentence).collect();
    words.windows(2).any(|pair| matches!(pair, [verb, what] if TAKE.contains(verb) && OFFERED.contains(what)))
}

fn opens_latin(sentence: &str) -> bool {
    let words: Vec<&str> = latin_words(sentence).take(OPENING).collect();
    let strong = words.iter().enumerate().any(|(at, word)| {
        let made_sure = at.checked_sub(1).and_then(|before| words.get(before)) == Some(&"make");
        AGREE.contains(word) && !made_sure
    });
    let first = words.iter().position(|word| !LEADING.contains(word));
    let weak = words
        .iter()
        .take(first.map_or(words.len(), |at| at.saturating_add(1)))
        .any(|word| AGREE_FIRST.contains(word));
    strong || weak
}

/// Whether a text holds a word by which a user takes something back or changes it.
pub(crate) fn objects(text: &str) -> bool {
    let mut text = text.to_owned();
    NO_OBJECTION.iter().for_each(|phrase| text = text.replace(phrase, " "));
    latin_words(&text).any(|word| OBJECT.contains(&word)) || OBJECT_HAN.iter().any(|word| text.contains(word))
}

fn latin_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|word| !word.is_empty())
}
