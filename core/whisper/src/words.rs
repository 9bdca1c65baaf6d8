//! A reply cut into words: NFKC, small letters, contractions written out, every Chinese character (simplified) a word of its own.

use unicode_normalization::UnicodeNormalization;

/// One word and where it stands in the normalised text, in bytes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub text: String,
    pub start: usize,
}

/// A question mark, the one punctuation that changes what is meant.
pub(crate) const QUESTION_MARK: &str = "?";
/// Any other punctuation: no phrase goes across it.
pub(crate) const BREAK: &str = ",";

/// NFKC, small letters, plain apostrophes, simplified characters.
pub(crate) fn normal(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).map(plain).collect()
}

/// The end of a sentence.
pub(crate) const STOP: &str = ".";

/// Whether this is punctuation and no word.
pub(crate) fn is_mark(word: &str) -> bool {
    matches!(word, BREAK | STOP | QUESTION_MARK)
}

/// The words of a normalised text.
pub(crate) fn split(normal: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut run = String::new();
    let mut begin = 0;
    for (at, c) in normal.char_indices() {
        if c.is_alphanumeric() && !is_han(c) || c == '\'' && !run.is_empty() {
            if run.is_empty() {
                begin = at;
            }
            run.push(c);
            continue;
        }
        flush(&mut words, &mut run, begin);
        if is_punctuation(c) && !matches!(c, '?' | '-' | '\'' | '"') {
            let mark = if matches!(c, '.' | '!' | ';' | '。' | '．') { STOP } else { BREAK };
            words.push(Word { text: mark.to_owned(), start: at });
        } else if is_han(c) || c == '?' || !(c.is_whitespace() || is_punctuation(c)) {
            words.push(Word { text: c.to_string(), start: at });
        }
    }
    flush(&mut words, &mut run, begin);
    words
}

fn flush(words: &mut Vec<Word>, run: &mut String, start: usize) {
    let word = std::mem::take(run);
    let word = word.trim_matches('\'');
    if !word.is_empty() {
        words.extend(written_out(word).into_iter().map(|text| Word { text, start }));
    }
}

/// `that's` is `that is`, `don't` is `do not`; also as speech recognition writes them, without the apostrophe.
fn written_out(word: &str) -> Vec<String> {
    let whole: &[&str] = match word {
        "can't" | "cant" => &["can", "not"],
        "won't" | "wont" => &["will", "not"],
        "shan't" => &["shall", "not"],
        "ain't" | "aint" => &["is", "not"],
        "thats" => &["that", "is"],
        "whats" => &["what", "is"],
        "im" => &["i", "am"],
        "ive" => &["i", "have"],
        "gonna" => &["going", "to"],
        "wanna" => &["want", "to"],
        "lemme" => &["let", "me"],
        "let's" | "lets" => &["let", "us"],
        "ma'am" => &["madam"],
        "y'all" => &["you"],
        "uhh" | "uhm" | "umm" => &["um"],
        "mhmm" => &["mhm"],
        "hmmm" => &["hmm"],
        "pls" | "plz" => &["please"],
        "ya" => &["yeah"],
        "yess" | "yesss" => &["yes"],
        "alrighty" => &["alright"],
        _ => &[],
    };
    if !whole.is_empty() {
        return whole.iter().map(|w| (*w).to_owned()).collect();
    }
    for (ending, expanded) in [
        ("n't", "not"),
        ("'s", "is"),
        ("'re", "are"),
        ("'ll", "will"),
        ("'d", "would"),
        ("'ve", "have"),
        ("'m", "am"),
    ] {
        if let Some(stem) = word.strip_suffix(ending).filter(|s| !s.is_empty()) {
            return vec![stem.to_owned(), expanded.to_owned()];
        }
    }
    let bare = [
        "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "wouldnt", "shouldnt", "couldnt",
        "havent", "hasnt",
    ];
    if bare.contains(&word)
        && let Some(stem) = word.strip_suffix("nt")
    {
        return vec![stem.to_owned(), "not".to_owned()];
    }
    vec![word.replace('\'', "")]
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() && !matches!(c, '$' | '%' | '@' | '#' | '<' | '>')
        || matches!(
            c,
            '。' | '、'
                | '…'
                | '“'
                | '”'
                | '‘'
                | '’'
                | '「'
                | '」'
                | '—'
                | '–'
                | '～'
                | '·'
                | '《'
                | '》'
                | '．'
        )
}

/// Apostrophes of every kind, and traditional characters of the words that the grammar knows.
fn plain(c: char) -> char {
    const TRADITIONAL: &str = "對没沒问問题題钱錢确確认認这這个個请請谢謝吗嗎么麼别別发發开開给給会會买買单單换換为為谁誰几幾样樣后後时時点點块塊两兩当當过過还還应應该該许許听聽说說话話错錯误誤绝絕骗騙贵貴费費价價终終实實现現总總减減动動让讓准準订訂账賬继繼续續意意无無";
    if matches!(c, '’' | '‘' | '`' | '´' | 'ʼ') {
        return '\'';
    }
    let mut pairs = TRADITIONAL.chars().skip(3);
    if c == '對' {
        return '对';
    }
    if c == '沒' {
        return '没';
    }
    while let (Some(simple), Some(traditional)) = (pairs.next(), pairs.next()) {
        if c == traditional {
            return simple;
        }
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        split(&normal(text)).into_iter().map(|w| w.text).collect()
    }

    #[test]
    fn contractions_are_written_out_and_characters_split() {
        assert_eq!(words("That’s right, don't!"), ["that", "is", "right", ",", "do", "not", "."]);
        assert_eq!(words("ＹＥＳ？ 沒問題，OK"), ["yes", "?", "没", "问", "题", ",", "ok"]);
        assert_eq!(words("確認對嗎👍"), ["确", "认", "对", "吗", "👍"]);
    }
}
