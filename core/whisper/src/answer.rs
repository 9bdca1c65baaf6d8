//! Answering what the user asks back, before the whisper is asked again.

use crate::compose::{Asking, Device, LabelFrom, Words};
use crate::grammar::Question;
use crate::locale::Locale;
use crate::wording;

/// One sentence that answers the question, to be spoken and shown. The agent's own words are not in it.
pub fn answer(question: Question, asking: &Asking, device: &Device) -> String {
    let words = Words { asking, device, locale: Locale::of(&asking.language) };
    let amount = || ("amount", words.spoken_amount().into());
    match question {
        Question::HowMuch => words.say("answer-how-much", vec![amount()]),
        Question::Who if asking.payee.from == LabelFrom::Claimed => {
            words.say("answer-who-unverified", Vec::new())
        }
        Question::Who => words.say("answer-who", vec![("payee", words.spoken_payee().into())]),
        Question::Why => match asking.reasons.first() {
            Some(reason) => {
                words.say("answer-why", vec![("reason", wording::speak(reason, words.locale).into())])
            }
            None => words.say("answer-why-nothing", Vec::new()),
        },
        Question::What | Question::Repeat | Question::Other => {
            words.say("answer-other", vec![amount(), ("payee", words.spoken_payee().into())])
        }
    }
}
