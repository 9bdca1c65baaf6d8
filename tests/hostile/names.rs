//! Familiar names on other accounts: every confusable of every payee, invisible characters, the very name elsewhere.

use std::collections::HashMap;

use serde_json::json;
use unicode_security::confusable_detection::skeleton;

use super::world::Payee;
use super::{Case, case};
use crate::with;

/// Each payee's name with one character replaced by each of its confusables (Unicode TS 39), under another id.
pub fn confusables(payees: &[Payee]) -> Vec<Case> {
    let alike = alike();
    let mut cases = Vec::new();
    for payee in payees {
        for (at, original) in payee.name.char_indices() {
            for other in alike.get(&looks(original)).into_iter().flatten().filter(|other| **other != original)
            {
                let before = &payee.name[..at];
                let after = &payee.name[at + original.len_utf8()..];
                let name = format!("{before}{other}{after}");
                let code = u32::from(*other);
                cases.push(under_another_id(
                    payee,
                    format!("confusable/U+{code:04X} at {at}/{}", payee.name),
                    &name,
                ));
            }
        }
    }
    cases
}

/// Each payee's name with something in it that nobody sees.
pub fn invisible_characters(payees: &[Payee]) -> Vec<Case> {
    let unseen = [
        '\u{00ad}',
        '\u{034f}',
        '\u{061c}',
        '\u{115f}',
        '\u{180e}',
        '\u{200b}',
        '\u{200c}',
        '\u{200d}',
        '\u{200e}',
        '\u{200f}',
        '\u{202a}',
        '\u{202b}',
        '\u{202d}',
        '\u{202e}',
        '\u{2060}',
        '\u{2066}',
        '\u{2067}',
        '\u{2069}',
        '\u{3164}',
        '\u{feff}',
        '\u{fe0f}',
        '\u{e0041}',
    ];
    let mut cases = Vec::new();
    for payee in payees {
        for sign in unseen {
            let mut name = payee.name.to_owned();
            let middle = name.char_indices().nth(name.chars().count() / 2).map_or(0, |(at, _)| at);
            name.insert(middle, sign);
            let code = u32::from(sign);
            cases.push(under_another_id(payee, format!("invisible/U+{code:04X}/{}", payee.name), &name));
        }
    }
    cases
}

/// Each payee's name on other accounts, and another name on its account with a strange price.
pub fn other_accounts(payees: &[Payee]) -> Vec<Case> {
    let mut cases = Vec::new();
    for payee in payees {
        let number = payee.number;
        for id in [
            format!("payee-{number}0"),
            format!("payee_{number}"),
            format!("PAYEE-{number}"),
            format!("payee-00{number}"),
            format!("pаyee-{number}"),
            format!("payee-{number}."),
            format!("x-payee-{number}"),
        ] {
            let intent = with(&payee.usual("account"), json!({"service": {"id": id}}));
            cases.push(case(format!("other account/{id}/{}", payee.name), &intent));
        }
        let upper = payee.name.to_uppercase();
        if upper != payee.name {
            cases.push(under_another_id(payee, format!("other account/upper case/{}", payee.name), &upper));
        }
        for (what, name) in [
            ("official", format!("{} Official", payee.name)),
            ("support", format!("{} Support", payee.name)),
            ("官方旗舰店", format!("{}官方旗舰店", payee.name)),
            ("doubled space", payee.name.replace(' ', "  ")),
            ("reversed", payee.name.chars().rev().collect()),
        ] {
            cases.push(under_another_id(payee, format!("other account/{what}/{}", payee.name), &name));
        }
    }
    cases
}

fn under_another_id(payee: &Payee, name: String, shown: &str) -> Case {
    let intent = with(
        &payee.usual("account"),
        json!({"service": {"id": format!("account-{}", payee.number), "name": shown}}),
    );
    case(name, &intent)
}

/// Every character by what it looks like.
fn alike() -> HashMap<String, Vec<char>> {
    let mut alike: HashMap<String, Vec<char>> = HashMap::new();
    for c in ('\u{21}'..=char::MAX).filter(|c| !c.is_control()) {
        let looks = looks(c);
        if looks.chars().count() <= 2 {
            alike.entry(looks).or_default().push(c);
        }
    }
    alike
}

fn looks(c: char) -> String {
    let mut buffer = [0; 4];
    skeleton(c.encode_utf8(&mut buffer)).collect()
}
