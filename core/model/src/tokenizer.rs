//! From a text to the ids of its pieces: our own reading of `tokenizer.json`, of the one kind that we train (WordPiece on BERT's
//! normalisation), held to the `tokenizers` crate's ids by tests.

use serde::Deserialize;

use crate::error::ModelError;
use crate::letters::{self, Cleaning};
use crate::pieces::{GOES_ON, Pieces};

const BEGIN: &str = "[CLS]";
const END: &str = "[SEP]";

/// Cuts texts into pieces.
pub(crate) struct Tokenizer {
    pieces: Pieces,
    cleaning: Cleaning,
    /// What stands for a word of which some part is no piece.
    unknown: u32,
    begin: u32,
    end: u32,
    /// Longer words, in characters, are unknown.
    longest_word: usize,
    /// Pieces at most, with the two that frame a text.
    longest: usize,
}

#[derive(Deserialize)]
struct Written {
    normalizer: Step,
    pre_tokenizer: Step,
    post_processor: PostProcessor,
    model: WordPiece,
}

#[derive(Deserialize)]
struct PostProcessor {
    single: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct WordPiece {
    r#type: String,
    unk_token: String,
    continuing_subword_prefix: String,
    max_input_chars_per_word: usize,
    vocab: Pieces,
}

/// A step of normalisation or of cutting into words.
#[derive(Deserialize, PartialEq)]
#[serde(tag = "type")]
enum Step {
    Sequence {
        #[serde(alias = "normalizers", alias = "pretokenizers")]
        steps: Vec<Step>,
    },
    #[serde(rename = "NFKC")]
    Nfkc,
    BertNormalizer {
        clean_text: bool,
        handle_chinese_chars: bool,
        strip_accents: Option<bool>,
        lowercase: bool,
    },
    BertPreTokenizer,
    Digits {
        individual_digits: bool,
    },
}

impl Step {
    fn flat(self) -> Vec<Self> {
        match self {
            Self::Sequence { steps } => steps,
            step => vec![step],
        }
    }
}

impl Tokenizer {
    /// Reads `tokenizer.json`; a text gets at most `longest` pieces.
    pub fn read(content: &[u8], longest: usize) -> Result<Self, ModelError> {
        let written: Written =
            serde_json::from_slice(content).map_err(|_| ModelError::damaged("tokenizer.json"))?;
        let other = ModelError::Shape("the tokenizer is of a kind that this version does not read");
        let bert = Step::BertNormalizer {
            clean_text: true,
            handle_chinese_chars: true,
            strip_accents: Some(true),
            lowercase: true,
        };
        let compatible = match written.normalizer.flat().as_slice() {
            [step] if *step == bert => false,
            [Step::Nfkc, step] if *step == bert => true,
            _ => return Err(other),
        };
        let digits = match written.pre_tokenizer.flat().as_slice() {
            [Step::BertPreTokenizer] => false,
            [Step::BertPreTokenizer, Step::Digits { individual_digits: true }] => true,
            _ => return Err(other),
        };
        let frame: Vec<Option<&str>> = written
            .post_processor
            .single
            .iter()
            .map(|part| part.pointer("/SpecialToken/id").or(part.pointer("/Sequence/id"))?.as_str())
            .collect();
        let model = written.model;
        let framed = frame == [Some(BEGIN), Some("A"), Some(END)];
        if !framed || model.r#type != "WordPiece" || model.continuing_subword_prefix != GOES_ON || longest < 2
        {
            return Err(other);
        }
        let id = |piece: &str| model.vocab.id(piece).ok_or(other.clone());
        let (unknown, begin, end) = (id(&model.unk_token)?, id(BEGIN)?, id(END)?);
        let cleaning = Cleaning { compatible, digits };
        let longest_word = model.max_input_chars_per_word;
        Ok(Self { pieces: model.vocab, cleaning, unknown, begin, end, longest_word, longest })
    }

    /// One more than the largest id.
    pub fn count(&self) -> usize {
        self.pieces.count
    }

    /// The ids of a text's pieces, framed. What looks like a frame in the text is text.
    pub fn ids(&self, text: &str) -> Vec<u32> {
        let most = self.longest.saturating_sub(1);
        let mut ids = Vec::with_capacity(self.longest.min(text.len().saturating_add(2)));
        ids.push(self.begin);
        letters::words(text, self.cleaning, |word| {
            if word.len() > self.longest_word || !self.pieces.cut(word, &mut ids) {
                ids.push(self.unknown);
            }
            // What comes after the last piece that is kept changes nothing.
            ids.len() < most
        });
        ids.truncate(most);
        ids.push(self.end);
        ids
    }
}
