//! Names compared as the eye compares them: through Unicode's confusable skeletons.

use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};
use unicode_security::confusable_detection::skeleton as confusable_skeleton;

/// What a name looks like: confusable characters replaced by one of their kind (Unicode Technical Standard #39, section 4), compatibility
/// forms folded, lower case, and without the white space and punctuation that a glance passes over. `i` and `l` count as one: in
/// capitals (`PayPaI`) or in lower case they stand for each other, and the table alone cannot know which case is meant.
///
/// Two names with the same skeleton look the same to a person. Skeletons are for comparison only, never for show.
pub fn skeleton(name: &str) -> String {
    let plain: String = name.chars().flat_map(plain).collect();
    // What one character stands for may itself look like two (`m` like `rn`), whichever case it came in.
    confusable_skeleton(&plain)
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .map(|c| if c == 'i' { 'l' } else { c })
        .collect()
}

/// A character in plain lower-case letters: what it looks like as it stands, or else as a capital, because each case has look-alikes of
/// its own.
fn plain(c: char) -> Vec<char> {
    let looks = |c: char| confusable_skeleton(c.encode_utf8(&mut [0; 4])).collect::<Vec<char>>();
    let as_it_stands = looks(c);
    let found = if as_it_stands.iter().all(char::is_ascii_alphanumeric) {
        as_it_stands
    } else {
        std::iter::once(c).nfkc().flat_map(char::to_uppercase).flat_map(looks).collect()
    };
    found.into_iter().flat_map(char::to_lowercase).collect()
}

/// Whether some word of the name mixes the letters of scripts that nobody mixes within a word: Latin and Cyrillic, say. Chinese, Japanese and
/// Korean are written with Latin letters everywhere (the *highly restrictive* level of Unicode Technical Standard #39, section 5.2).
pub fn mixes_scripts(name: &str) -> bool {
    const TOGETHER: [Script; 6] =
        [Script::Latin, Script::Han, Script::Hiragana, Script::Katakana, Script::Bopomofo, Script::Hangul];
    let own = |word: &str| -> Vec<Script> {
        let scripts = word.chars().map(|c| c.script());
        scripts
            .filter(|script| !matches!(script, Script::Common | Script::Inherited | Script::Unknown))
            .collect()
    };
    name.split(|c: char| !c.is_alphanumeric()).map(own).any(|scripts| {
        let one = scripts.first().is_none_or(|first| scripts.iter().all(|script| script == first));
        !one && !scripts.iter().all(|script| TOGETHER.contains(script))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn look_alikes_meet() {
        for (real, fake) in [
            ("Starbucks", "Stаrbucks"), // Cyrillic а
            ("PayPal", "PayPaI"),       // capital i
            ("Google", "G00gle"),
            ("amazon", "arnazon"),
            ("Luckin Coffee", "LUCKIN-COFFEE"),
            ("星巴克", "星 巴 克"),
            ("Apple", "Ａｐｐｌｅ"),
            ("ALDI", "ALD|"),
            ("ALDI", "Ꭺldi"), // Cherokee Ꭺ
            ("ВОДА", "вода"),
            ("Uber", "Ubeг"), // Cyrillic г
            ("Lyft", "Lyſt"), // long s
        ] {
            assert_eq!(skeleton(real), skeleton(fake), "{real} {fake}");
        }
        for (one, other) in
            [("Starbucks", "Star Books"), ("星巴克", "星巴客"), ("Noodle House", "Noodle Horse")]
        {
            assert_ne!(skeleton(one), skeleton(other), "{one} {other}");
        }
    }

    #[test]
    fn a_word_in_two_alphabets_is_a_mix_and_honest_names_are_not() {
        for mixed in ["Stаrbucks", "Αmazon", "Noodle Hоuse", "Ρay 面馆", "gооgle"] {
            assert!(mixes_scripts(mixed), "{mixed}");
        }
        for honest in [
            "Starbucks 星巴克",
            "KFC肯德基",
            "Москва Coffee",
            "Ω Watches",
            "カフェLatte",
            "7-Eleven",
            "بقالة Market",
            "Café",
            "",
            "面馆№1",
        ] {
            assert!(!mixes_scripts(honest), "{honest}");
        }
    }

    proptest! {
        #[test]
        fn a_skeleton_ignores_case_and_spacing(name in "[a-z]{1,12}( [a-z]{1,12})?") {
            prop_assert_eq!(skeleton(&name), skeleton(&name.to_uppercase().replace(' ', "  ")));
        }
    }
}
