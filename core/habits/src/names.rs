//! Names compared as the eye compares them: through Unicode's confusable skeletons.

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton as confusable_skeleton;

/// What a name looks like: compatibility forms folded, confusable characters replaced by one of their kind (Unicode Technical Standard
/// #39, section 4), in capitals first and then in lower case, because each case has look-alikes of its own, and without the white space
/// and punctuation that a glance passes over. `i` and `l` count as one: in capitals (`PayPaI`) or in lower case they stand for each
/// other, and the table alone cannot know which case is meant.
///
/// Two names with the same skeleton look the same to a person. Skeletons are for comparison only, never for show.
pub fn skeleton(name: &str) -> String {
    let capitals: String = name.nfkc().flat_map(char::to_uppercase).collect();
    let small: String = confusable_skeleton(&capitals).flat_map(char::to_lowercase).collect();
    confusable_skeleton(&small)
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .map(|c| if c == 'i' { 'l' } else { c })
        .collect()
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
        ] {
            assert_eq!(skeleton(real), skeleton(fake), "{real} {fake}");
        }
        for (one, other) in
            [("Starbucks", "Star Books"), ("星巴克", "星巴客"), ("Noodle House", "Noodle Horse")]
        {
            assert_ne!(skeleton(one), skeleton(other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn a_skeleton_ignores_case_and_spacing(name in "[a-z]{1,12}( [a-z]{1,12})?") {
            prop_assert_eq!(skeleton(&name), skeleton(&name.to_uppercase().replace(' ', "  ")));
        }
    }
}
