//! Replies written by hand in both languages, each with what it means when 38.00 CNY are asked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use assent_types::{Currency, Money};
use assent_whisper::{Meaning, read};

fn asked() -> Money {
    Money::parse("38.00", Currency::from_code("CNY").unwrap()).unwrap()
}

fn replies() -> Vec<(&'static str, &'static str)> {
    [include_str!("replies_en.tsv"), include_str!("replies_zh.tsv")]
        .into_iter()
        .flat_map(str::lines)
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once('\t').unwrap_or_else(|| panic!("no tab in `{line}`")))
        .collect()
}

#[test]
fn every_reply_is_read_as_it_is_meant() {
    let wrong: Vec<_> = replies()
        .into_iter()
        .map(|(words, meant)| (words, meant, read(words, None, Some(asked())).as_str()))
        .filter(|(_, meant, got)| meant != got)
        .collect();
    assert!(wrong.is_empty(), "words, meant, read: {wrong:#?}");
}

#[test]
fn noise_and_courtesy_change_nothing_about_a_yes_or_a_no() {
    for (words, meant) in replies().into_iter().filter(|(_, m)| matches!(*m, "yes" | "no")) {
        for noisy in
            [words.to_uppercase(), format!("  {words} "), format!("um, {words}"), format!("嗯……{words}")]
        {
            assert_eq!(read(&noisy, None, Some(asked())).as_str(), meant, "{noisy}");
        }
    }
}

#[test]
fn nothing_but_a_yes_becomes_one_by_thanks_or_by_a_negation() {
    for (words, meant) in replies() {
        if meant != "yes" {
            assert_ne!(read(&format!("{words}, thanks"), None, Some(asked())), Meaning::Yes, "{words}");
        }
        for no in ["no", "don't", "cancel", "不要", "取消"] {
            assert_eq!(read(&format!("{words}. {no}"), None, Some(asked())), Meaning::No, "{words}");
        }
    }
}

#[test]
fn no_trap_is_a_yes_with_or_without_thanks() {
    for words in include_str!("traps_zh.txt").lines().filter(|line| !line.starts_with('#')) {
        for reply in [words.to_owned(), format!("嗯，{words}"), format!("{words}，谢谢")] {
            assert_ne!(read(&reply, None, Some(asked())), Meaning::Yes, "{reply}");
        }
    }
}

#[test]
fn what_was_misheard_is_found_and_never_makes_a_yes_of_a_refusal() {
    for (words, meant) in [
        ("yes that's write", Meaning::Yes),
        ("yes that sounds uh grate", Meaning::Yes),
        ("好的父吧", Meaning::Yes),
        ("write, thanks", Meaning::Unclear),
        ("hello, ai", Meaning::Unclear),
        ("fine weather", Meaning::Unclear),
        ("know", Meaning::Unclear),
        ("部付", Meaning::Unclear),
        ("部要", Meaning::Unclear),
        ("飞机", Meaning::Unclear),
    ] {
        assert_eq!(read(words, None, Some(asked())), meant, "{words}");
    }
}

/// Written by somebody who had not seen the grammar; every other line was held out when it was written. What is found of the yeses may
/// grow; what is read as a yes and is none may not.
#[test]
fn of_replies_written_independently_none_is_taken_for_a_yes_that_is_none() {
    let lines = include_str!("replies_zh_independent.tsv").lines().filter(|line| !line.starts_with('#'));
    let (mut yeses, mut found) = (0, 0);
    for line in lines {
        let (meant, words) = line.split_once('\t').unwrap();
        let is_yes = read(words, None, Some(asked())) == Meaning::Yes;
        assert!(!is_yes || meant == "yes", "{words}");
        yeses += usize::from(meant == "yes");
        found += usize::from(is_yes);
    }
    assert!(yeses == 222 && found >= 190, "{found} of {yeses}");
}
