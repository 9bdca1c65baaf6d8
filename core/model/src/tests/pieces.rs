//! Our tokenizer gives the ids that the `tokenizers` crate gives.

use proptest::prelude::*;
use tempfile::TempDir;

use super::write_tiny_model;
use crate::Model;
use crate::reference::Reference;

thread_local!(static SHIPPED: (Model, Reference) = (Model::embedded().unwrap(), Reference::embedded().unwrap()));

fn same(text: &str) {
    SHIPPED.with(|(model, reference)| {
        assert_eq!(
            model.pieces(text).unwrap(),
            reference.ids(text).unwrap(),
            "{text:?} {}",
            text.escape_unicode()
        );
    });
}

#[test]
fn texts_that_were_made_to_be_difficult() {
    for text in [
        "",
        " ",
        "\t\n\r",
        "a",
        "Ａ",
        "ａｂｃ　１２３",
        "Café CRÈME",
        "cafe\u{301}",
        "ﬁ ﬂ Ⅻ ㎏ ½ ² ①",
        "星巴克（王府井店）",
        "麥當勞",
        "[CLS] [SEP] [PAD] [UNK]",
        "##ing ##a a##b",
        "x\u{0}y",
        "a\u{200d}b",
        "a\u{feff}b",
        "\u{fffd}",
        "a\u{ad}b",
        "\u{202e}gnp",
        "İstanbul ẞ ǅ ΑΣ",
        "한국어 각",
        "カﾞ ｶﾞ が",
        "หิว ไทย",
        "हिन्दी",
        "🙂👩‍👩‍👧",
        "龘𠮷",
        "⼈ ⺠ 豈 \u{2f800}",
        "a。b、c·d…e“f”",
        "１２.３４元 99.90",
        "¥€£₹",
        "٣٤٥ १२३",
        "\u{85}\u{a0}\u{2028}\u{3000}x",
        "\u{1d400}\u{1d7d8}",
        "\u{e000}\u{10ffff}",
        "\u{378}",
        "\u{1e900}\u{10400}",
        "\u{a64b}",
        "ŀ ŉ ǰ",
        "\u{1100}\u{200d}\u{1161}",
        "\u{3f4}\u{1e9e}\u{130}",
        "e\u{301}\u{323}\u{327}",
        "\u{302e}\u{3099}か",
    ] {
        same(text);
    }
    for long in [59, 60, 61, 62, 100] {
        same(&"a".repeat(long));
        same(&"coffee ".repeat(long));
        same(&"面".repeat(long));
        same(&format!("{} b", "龘".repeat(long)));
    }
}

/// One after the other and between letters, every character that there is.
#[test]
fn every_character() {
    let all: Vec<char> = ('\u{0}'..=char::MAX).collect();
    // Characters by tens, so that words stay short and a difference shows.
    for chars in all.chunks(10) {
        let text: String = chars.iter().flat_map(|c| ['a', *c, 'b', ' ']).collect();
        same(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text(text in "\\PC{0,60}|.{0,60}|[a-zA-Z0-9 ,.#*'-]{0,80}|[\\p{Han}a-z0-9，。（）]{0,40}|[\\p{M}a-zé]{0,30}|[\\p{Hangul}\\p{M}]{0,20}") {
        same(&text);
    }

    /// The tiny model's has no compatibility forms and lets digits join.
    #[test]
    fn any_text_in_the_other_kind(text in "[ab12Ａ１ａ，。 　é\u{301}noodles]{0,40}|\\PC{0,30}") {
        thread_local!(static TINY: (TempDir, Model, Reference) = {
            let folder = TempDir::new().unwrap();
            write_tiny_model(folder.path(), false);
            let (model, reference) = (Model::open(folder.path()).unwrap(), Reference::open(folder.path()).unwrap());
            (folder, model, reference)
        });
        TINY.with(|(_, model, reference)| {
            assert_eq!(model.pieces(&text).unwrap(), reference.ids(&text).unwrap(), "{text:?}");
        });
    }
}
