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
];
/// Words that agree only where they open the sentence, or follow nothing but words of `LEADING`: "good", "sounds good", not "a good one".
const AGREE_FIRST: &[&str] = &["right", "great", "fine", "good", "please", "works", "go"];
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
];
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
];
const OBJECT_HAN: &[&str] = &["不", "别", "換", "换", "取消", "但", "改", "等等", "错", "没有", "另"];
/// Phrases with an objecting word that object to nothing.
const NO_OBJECTION: &[&str] =
    &["no problem", "not bad", "nothing else", "why not", "没错", "不错", "没问题", "不用找"];

/// How many words in an agreeing one still opens a sentence: later the same words mean other things.
const OPENING: usize = 5;

/// Whether the user's turn agrees to the agent's and corrects nothing: its first sentence opens with an agreeing word and is no question,
/// and the whole holds no objecting word and no number that the agent did not say. A later question ("Yes. What's their number?") takes
/// nothing back.
pub(crate) fn agrees(user: &Turn, agent: &Turn) -> bool {
    let text = user.text.replace('’', "'");
    let news = user.amounts().any(|found| !agent.numbers.iter().any(|said| said.value == found.value));
    opens(&text) && !objects(&text) && !news
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
    !asks && (opens_han || opens_latin(sentence))
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

fn objects(text: &str) -> bool {
    let mut text = text.to_owned();
    NO_OBJECTION.iter().for_each(|phrase| text = text.replace(phrase, " "));
    latin_words(&text).any(|word| OBJECT.contains(&word)) || OBJECT_HAN.iter().any(|word| text.contains(word))
}

fn latin_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|word| !word.is_empty())
}
