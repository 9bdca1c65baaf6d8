//! How the words stand to each slot of an order: where it was said and by whom, what was said in its place, and what came after.

use assent_habits::Recollection;
use assent_types::numerals::{Found, Number};

use crate::agree::objects;
use crate::asked::Asked;
use crate::claims;
use crate::cover::{aliases, covered};
use crate::dates::Fit;
use crate::ends::end_at;
use crate::features::{SaidSlot, SlotRow, flag, log1p};
use crate::heard::{Heard, Turn, contains_word, meaningful};
use crate::mentions::Counted;
use crate::said_amount::{self, SaidAmount};
use crate::slots::{SUPPORTED, Slot, Value, slots};
use crate::spare::Spare;
use crate::tokens::tokens;

/// So much a day or a time counts that may be meant but need not.
const MAYBE: f32 = 0.6;
/// So much a number counts of which nothing says what it counts.
const UNNAMED: f32 = 0.8;

/// One row for each slot of the order.
pub(crate) fn rows(asked: &Asked<'_>, heard: &Heard, known: &Recollection) -> Vec<SaidSlot> {
    let slots = slots(asked.intent, asked.now.civil().date());
    let view = View::new(asked, heard, &slots);
    let row = |(at, slot): (usize, &Slot<'_>)| SaidSlot {
        slot: slot.path.clone(),
        row: view.row(at, slot, known).into_array(),
    };
    slots.iter().enumerate().map(row).collect()
}

/// Whether every detail of the order was said, and said of the end that it is; a yes or no needs no words.
pub(crate) fn details_said(asked: &Asked<'_>, heard: &Heard) -> bool {
    let slots = slots(asked.intent, asked.now.civil().date());
    let view = View::new(asked, heard, &slots);
    let details = || {
        slots
            .iter()
            .enumerate()
            .filter(|(_, slot)| !slot.key.is_empty() && !matches!(slot.value, Value::Flag(_)))
    };
    details().all(|(at, slot)| {
        let mut row = SlotRow::default();
        view.in_its_place(&mut row, slot);
        view.around(&mut row, slot);
        view.is_said(at) && row.end_other == 0.0 && row.of_other == 0.0 && row.spare_after == 0.0
    })
}

/// What the rows are read from.
struct View<'a> {
    asked: &'a Asked<'a>,
    heard: &'a Heard,
    slots: &'a [Slot<'a>],
    /// The best support of each slot in the turns that count.
    supports: Vec<f32>,
    spare: Spare,
    amount: SaidAmount,
}

impl<'a> View<'a> {
    fn new(asked: &'a Asked<'a>, heard: &'a Heard, slots: &'a [Slot<'a>]) -> Self {
        let amount = said_amount::amount(asked, heard);
        let mut view = Self { asked, heard, slots, supports: Vec::new(), spare: Spare::default(), amount };
        view.supports = slots
            .iter()
            .map(|slot| heard.turns.iter().map(|turn| view.in_turn(slot, turn)).fold(0.0, f32::max))
            .collect();
        view.spare = Spare::of(slots, &view.supports, heard);
        view
    }

    fn is_said(&self, at: usize) -> bool {
        self.supports.get(at).is_some_and(|support| *support >= SUPPORTED)
    }

    fn row(&self, at: usize, slot: &Slot<'_>, known: &Recollection) -> SlotRow {
        let heard = self.heard;
        let mut row = SlotRow {
            turns: log1p(heard.turns.len() as f64),
            agreed_turns: log1p(heard.turns.iter().filter(|turn| turn.agreed).count() as f64),
            words: log1p(heard.words.len() as f64),
            ends_agreed: flag(heard.ends_agreed),
            usual: flag(heard.asks_for_the_usual()),
            payee_known: flag(known.payee.is_some()),
            contested: flag(slot.end.is_some()),
            spare_words: log1p(self.spare.words as f64),
            spare_name: flag(self.spare.names > 0),
            ..SlotRow::default()
        };
        *kind_flag(&mut row, slot.value) = 1.0;
        let others = || {
            self.slots.iter().enumerate().filter(|(n, other)| {
                *n != at && self.is_said(*n) && !matches!(other.value, Value::Price | Value::Quantity(..))
            })
        };
        row.rest_said = log1p(others().count() as f64);
        let kin = others().filter(|(_, other)| other.value.is_like(slot.value));
        row.kin = kin.filter_map(|(n, _)| self.supports.get(n)).copied().fold(0.0, f32::max);
        self.support(&mut row, slot);
        self.in_its_place(&mut row, slot);
        self.around(&mut row, slot);
        match slot.value {
            Value::Price => self.price(&mut row),
            Value::Payee(_) => row.payee_other = flag(claims::other_payee(self.asked, heard, known)),
            Value::Item(_) => row.item_other = flag(claims::other_item(self.asked, heard, known)),
            Value::Quantity(name, many) => {
                row.quantity_other = flag(claims::other_quantity(heard, name, many))
            }
            Value::Flag(yes) => {
                (row.flag_yes, row.flag_no) = (flag(yes), flag(!yes));
                row.flag_denied = flag(heard.turns.iter().any(|turn| denied(turn, &slot.key)));
            }
            _ => {}
        }
        row
    }

    /// Where the slot was said.
    fn support(&self, row: &mut SlotRow, slot: &Slot<'_>) {
        let heard = self.heard;
        let supports: Vec<f32> = heard.turns.iter().map(|turn| self.in_turn(slot, turn)).collect();
        for (turn, support) in heard.turns.iter().zip(&supports) {
            let side = if turn.agreed { &mut row.agreed } else { &mut row.user };
            *side = side.max(*support);
            if turn.agreed {
                row.last_agreed = *support;
            }
        }
        row.standing = heard.standing.iter().map(|turn| self.in_turn(slot, turn)).fold(0.0, f32::max);
        if let Some(last) = supports.iter().rposition(|support| *support >= SUPPORTED) {
            let after = heard.turns.get(last.saturating_add(1)..).unwrap_or_default();
            row.recency = log1p(after.len() as f64);
            row.corrected_after =
                log1p(after.iter().filter(|turn| !turn.agreed && objects(&turn.text)).count() as f64);
        }
        let last_agreed = heard.turns.iter().rfind(|turn| turn.agreed);
        let said = |turn: &Turn| share(&slot.key, |word| turn.words.contains(word));
        row.key_said = share(&slot.key, |word| heard.words.contains(word));
        row.key_agreed = last_agreed.map_or(0.0, said);
        row.left_out = flag(row.key_agreed > 0.0 && row.last_agreed < SUPPORTED);
        if let Value::Payee(text) | Value::Item(text) | Value::Text(text) = slot.value {
            let lower = text.trim().to_lowercase();
            row.exact = flag(heard.turns.iter().any(|turn| contains_word(&turn.text, &lower)));
            row.length = log1p(meaningful(text).len() as f64);
        }
    }

    /// What was said of the slot's kind that nothing in the order explains.
    fn in_its_place(&self, row: &mut SlotRow, slot: &Slot<'_>) {
        let turns = &self.heard.turns;
        let spare: Vec<(usize, usize)> = turns.iter().map(|turn| self.mentions(slot, turn)).collect();
        let many: usize = spare.iter().map(|(_, spare)| *spare).sum();
        row.kind_said = flag(spare.iter().any(|(said, _)| *said > 0));
        row.spare = log1p(many as f64);
        let last = turns.iter().rposition(|turn| self.in_turn(slot, turn) >= SUPPORTED);
        let after = |at: usize| last.is_none_or(|last| at > last);
        row.spare_after = flag(spare.iter().enumerate().any(|(at, (_, spare))| *spare > 0 && after(at)));
        let zipped = || turns.iter().zip(&spare);
        let of_last =
            |agreed: bool| zipped().rfind(|(turn, (said, _))| turn.agreed == agreed && (agreed || *said > 0));
        row.spare_agreed = flag(of_last(true).is_some_and(|(_, (_, spare))| *spare > 0));
        row.spare_last = flag(of_last(false).is_some_and(|(_, (_, spare))| *spare > 0));
        row.twin = flag(self.others(slot).any(|other| other.value == slot.value));
    }

    /// Of which end, and of what, the slot was said.
    fn around(&self, row: &mut SlotRow, slot: &Slot<'_>) {
        let turns = || self.heard.turns.iter();
        if let Some(end) = slot.end {
            // The last turn that says of which end: what was said of an account's balance before is not what is paid from it.
            let ends = |turn: &Turn| -> Vec<_> {
                self.places(slot, turn)
                    .into_iter()
                    .filter_map(|(start, end)| end_at(&turn.text, start, end))
                    .collect()
            };
            let found = turns().rev().map(ends).find(|found| !found.is_empty()).unwrap_or_default();
            row.end_said = flag(found.contains(&end));
            row.end_other = flag(!found.is_empty() && !found.contains(&end));
        }
        if let Value::Count(value, Some(of)) = slot.value {
            let said: Vec<_> =
                turns().flat_map(|turn| &turn.mentions.counts).filter(|said| said.value == value).collect();
            row.of_said = flag(said.iter().any(|said| said.of == Some(of)));
            row.of_other =
                flag(!said.is_empty() && said.iter().all(|said| said.of.is_some_and(|other| other != of)));
        }
    }

    fn price(&self, row: &mut SlotRow) {
        let amount = self.amount;
        row.amount_said = flag(amount.said);
        row.amount_equal = flag(amount.equal);
        row.amount_fits = flag(amount.fits);
        row.amount_differs = flag(amount.differs());
        row.amount_far = amount.far.clamp(-5.0, 5.0) as f32;
    }

    fn others<'s>(&'s self, slot: &'s Slot<'_>) -> impl Iterator<Item = &'s Slot<'s>> {
        self.slots.iter().filter(move |other| other.path != slot.path && other.value.is_like(slot.value))
    }

    /// How far one turn supports a slot, 0 to 1.
    fn in_turn(&self, slot: &Slot<'_>, turn: &Turn) -> f32 {
        let today = self.asked.now.civil().date();
        let said = &turn.mentions;
        match slot.value {
            Value::Price => {
                let most = self.asked.intent.most();
                turn.amounts().map(|found| flag(found.may_be(most))).fold(0.0, f32::max)
            }
            Value::Money(value) => {
                let fits = |found: &&Found| found.value == value;
                turn.amounts()
                    .filter(fits)
                    .map(|found| if found.currencies.is_empty() { UNNAMED } else { 1.0 })
                    .fold(0.0, f32::max)
            }
            Value::Quantity(_, value) => {
                said.counts.iter().map(|said| flag(said.value == value)).fold(0.0, f32::max)
            }
            Value::Count(value, of) => {
                said.counts.iter().map(|said| count_fit(value, of, said.value, said.of)).fold(0.0, f32::max)
            }
            Value::Day(date) => said
                .days
                .0
                .iter()
                .map(|said| match said.day.fit(date, today) {
                    Fit::Yes => 1.0,
                    Fit::Maybe => MAYBE,
                    Fit::No => 0.0,
                })
                .fold(0.0, f32::max),
            Value::Time(minute) => said
                .times
                .iter()
                .filter(|said| said.may_be(minute))
                .map(|said| if said.either_half { UNNAMED } else { 1.0 })
                .fold(0.0, f32::max),
            Value::Flag(yes) => {
                let said = share(&flag_words(&slot.key), |word| turn.words.contains(word));
                if denied(turn, &slot.key) == yes { 0.0 } else { said }
            }
            Value::Payee(text) | Value::Item(text) => covered(turn, text, false),
            Value::Text(text) => covered(turn, text, true),
        }
    }

    /// How many values of the slot's kind a turn has, and how many of them no slot of the order explains.
    fn mentions(&self, slot: &Slot<'_>, turn: &Turn) -> (usize, usize) {
        let today = self.asked.now.civil().date();
        let alike = || self.slots.iter().filter(|other| other.value.is_like(slot.value));
        let tally = |fits: &mut dyn Iterator<Item = bool>| {
            fits.fold((0usize, 0usize), |(said, spare), fits| {
                (said.saturating_add(1), spare.saturating_add(usize::from(!fits)))
            })
        };
        match slot.value {
            Value::Day(_) => tally(&mut turn.mentions.days.0.iter().map(|said| {
                alike().any(
                    |other| matches!(other.value, Value::Day(date) if said.day.fit(date, today) > Fit::No),
                )
            })),
            Value::Time(_) => tally(&mut turn.mentions.times.iter().map(|said| {
                alike().any(|other| matches!(other.value, Value::Time(minute) if said.may_be(minute)))
            })),
            Value::Count(_, of) => {
                let meant = |said: Option<Counted>| match (of, said) {
                    (_, Some(Counted::Nothing)) => false,
                    (Some(of), Some(said)) => of == said,
                    _ => true,
                };
                let said = turn.mentions.counts.iter().filter(|said| meant(said.of));
                tally(&mut said.map(|said| {
                    alike().any(|other| matches!(other.value, Value::Count(value, of) if count_fit(value, of, said.value, said.of) > 0.0))
                }))
            }
            Value::Money(_) => {
                let most = self.asked.intent.most();
                let said = turn.amounts().filter(|found| !found.currencies.is_empty());
                tally(&mut said.map(|found| {
                    found.may_be(most)
                        || alike()
                            .any(|other| matches!(other.value, Value::Money(value) if value == found.value))
                }))
            }
            Value::Price => {
                // Any number may be the price, but for one that counts something or is part of a name that was said.
                let other = |found: &Found| {
                    self.spare.explains(&found.value.to_string())
                        || turn
                            .mentions
                            .counts
                            .iter()
                            .any(|said| said.start == found.start && said.of.is_some())
                        || turn
                            .mentions
                            .days
                            .0
                            .iter()
                            .any(|said| said.start < found.end && found.start < said.end)
                        || turn
                            .mentions
                            .times
                            .iter()
                            .any(|said| said.start < found.end && found.start < said.end)
                };
                let said = turn.amounts().filter(|found| !found.currencies.is_empty() || !other(found));
                tally(&mut said.map(|_| self.amount.fits))
            }
            _ => (0, 0),
        }
    }

    /// Where a turn says the slot, in bytes.
    fn places(&self, slot: &Slot<'_>, turn: &Turn) -> Vec<(usize, usize)> {
        let today = self.asked.now.civil().date();
        match slot.value {
            Value::Day(date) => turn
                .mentions
                .days
                .0
                .iter()
                .filter(|said| said.day.fit(date, today) > Fit::No)
                .map(|said| (said.start, said.end))
                .collect(),
            Value::Time(minute) => turn
                .mentions
                .times
                .iter()
                .filter(|said| said.may_be(minute))
                .map(|said| (said.start, said.end))
                .collect(),
            Value::Text(text) => {
                let lower = text.trim().to_lowercase();
                let alias = aliases(&lower).iter().copied();
                std::iter::once(lower.as_str())
                    .chain(alias)
                    .filter(|name| contains_word(&turn.text, name))
                    .flat_map(|name| {
                        turn.text.match_indices(name).map(|(at, found)| (at, at.saturating_add(found.len())))
                    })
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

fn count_fit(value: Number, of: Option<Counted>, said: Number, said_of: Option<Counted>) -> f32 {
    match (of, said_of) {
        _ if value != said => 0.0,
        (_, Some(Counted::Nothing)) => 0.0,
        (Some(of), Some(said)) if of == said => 1.0,
        (Some(_), Some(_)) => 0.0,
        _ => UNNAMED,
    }
}

fn kind_flag<'r>(row: &'r mut SlotRow, value: Value<'_>) -> &'r mut f32 {
    match value {
        Value::Price => &mut row.is_price,
        Value::Payee(_) => &mut row.is_payee,
        Value::Item(_) => &mut row.is_item,
        Value::Quantity(..) => &mut row.is_quantity,
        Value::Money(_) => &mut row.is_money,
        Value::Count(..) => &mut row.is_count,
        Value::Day(_) => &mut row.is_day,
        Value::Time(_) => &mut row.is_time,
        Value::Flag(_) => &mut row.is_flag,
        Value::Text(_) => &mut row.is_text,
    }
}

fn share(words: &[String], said: impl Fn(&str) -> bool) -> f32 {
    if words.is_empty() {
        return 0.0;
    }
    words.iter().filter(|word| said(word) || word.strip_suffix('s').is_some_and(&said)).count() as f32
        / words.len() as f32
}

/// Words of a yes-or-no key that say nothing of what it asks.
const FLAG_EMPTY: &[&str] = &[
    "is", "has", "have", "with", "wants", "want", "needs", "need", "allows", "allow", "accepts", "serves",
    "offers", "in", "of", "the", "a", "to",
];

fn flag_words(key: &[String]) -> Vec<String> {
    key.iter().filter(|word| !FLAG_EMPTY.contains(&word.as_str())).cloned().collect()
}

const DENIES: &[&str] =
    &["no", "not", "don't", "dont", "doesn't", "without", "never", "non", "isn't", "needn't", "won't"];
const DENIES_HAN: &[char] = &['不', '没', '别', '无'];

/// Whether a key's word was said with a denial before it: "without insurance", "I don't want to share the ride", 不要.
fn denied(turn: &Turn, key: &[String]) -> bool {
    let tokens = tokens(&turn.text);
    let words = flag_words(key);
    tokens.iter().enumerate().any(|(at, token)| {
        let stem = |word: &String| token.text == word || token.text.strip_suffix('s') == Some(word);
        // A key that itself denies ("non_stop") is denied by another word only.
        let before = tokens.get(at.saturating_sub(5)..at).unwrap_or_default();
        words.iter().any(stem)
            && before.iter().rev().take_while(|t| !t.is(&[".", ",", "?", "!", ";", "but"])).any(|t| {
                (DENIES.contains(&t.text) && !words.iter().any(|word| word == t.text))
                    || t.text.chars().any(|c| DENIES_HAN.contains(&c))
            })
    })
}
