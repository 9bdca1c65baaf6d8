//! What the scoring heads look at, by name: rows of plain numbers, one for the habit and one for each slot of the order
//! that the words are held against. How they are computed stands in `habit.rs` and `slot_row.rs`.

/// The version of the two lists below. Whoever changes a name, an order or a meaning raises it, and old heads are refused.
pub const FEATURES_VERSION: u32 = 2;

/// No feature is larger than this either way.
const LARGEST: f32 = 8.0;

/// Finite and within bounds.
fn bounded(x: f32) -> f32 {
    if x.is_finite() { x.clamp(-LARGEST, LARGEST) } else { 0.0 }
}

/// Declares a row of features: a struct with a field for each, the list of names, and the array in the same order.
macro_rules! row {
    ($(#[$about:meta])* $names:ident, $count:ident, $row:ident: $($(#[$doc:meta])* $name:ident,)*) => {
        $(#[$about])*
        pub const $names: &[&str] = &[$(stringify!($name)),*];
        const $count: usize = $names.len();

        #[derive(Clone, Debug, Default)]
        pub(crate) struct $row { $($(#[$doc])* pub $name: f32,)* }

        impl $row {
            pub fn into_array(self) -> [f32; $count] {
                [$(bounded(self.$name)),*]
            }
        }
    };
}

row! {
    /// The names of the habit features, in order. Counts and times are `ln(1 + x)`; what is missing is 0 and has an indicator of its own;
    /// nothing is beyond ±8. The amount is the most that an approval would cover.
    ///
    /// | name | meaning |
    /// | --- | --- |
    /// | `payee_known` … `payee_days_since_first` | the user has paid here; how often; which share of all payments; days since the last and the first |
    /// | `payee_due`, `payee_regular`, `payee_early` | a regular payment is due; payments here are regular; and this comes before 60 % of the interval |
    /// | `payee_interval_known`, `payee_elapsed` | there is a usual interval; logarithm of the time since the last over it, ±4 |
    /// | `payee_again` | the last payment here was at most ten minutes ago |
    /// | `{payee,user}_amount_known` | there are amounts in this currency at that level |
    /// | `…_amount_far`, `…_amount_odd`, `…_amount_spread` | signed log distance from the usual; its size over (spread + 0.1); that spread |
    /// | `…_amount_at_least`, `…_amount_equal`, `…_cents` | share of earlier amounts that are at least, exactly this; that end in the same cents |
    /// | `…_amount_to_largest` | logarithm of amount over the largest that the user vouched for, ±5 |
    /// | `…_amount_near`, `…_amount_last` | log distance to the nearest remembered amount; signed, to the last one |
    /// | `…_amount_above`, `…_amount_over_lowest` | signed log distance from the highest and from the lowest remembered amount |
    /// | `…_amount_dense`, `…_amount_dense_latest` | density of remembered amounts here; of the latest ones above all (see `Amounts::density`) |
    /// | `amount_size`, `amount_whole`, `amount_tens` | half of ln(1 + major units); no minor units; a multiple of ten |
    /// | `{payee,user}_hour`, `{payee,user}_day` | share of payments within two hours of this time of day; on this day of the week |
    /// | `items_given`, `payee_items_known` | the intent names items; items are known here |
    /// | `item_payee_share`, `item_user_share` | mean share of the named items here, in all |
    /// | `item_payee_near`, `item_user_near` | mean over named items of the best cosine to known ones here, in all |
    /// | `name_same`, `name_near` | the name is the one last seen on this account; its cosine to that |
    /// | `kind_given` | what is bought is told: one named item, or else the kind of business |
    /// | `kind_known`, `kind_count`, `kind_share`, `kind_days_since` | it was bought before, from whomever; how often; share of all payments; days since |
    /// | `kind_amount_…` | the same questions to the amounts paid for it |
    /// | `near_known`, `near_likeness`, `near_word` | the payee is new: likeness of its name to the nearest known one; share of known names with one of its words |
    /// | `near_count`, `near_days_since`, `near_amount_far`, `near_amount_dense` | payments at that nearest payee; days since; the amount held against those there |
    /// | `agent_here`, `agent_here_share`, `agent_known`, `agent_count` | the agent has paid here; its share here; has paid at all; how often |
    /// | `channel_given`, `channel_here_share` | the device is known; its share here |
    /// | `payee_place_known`, `payee_km`, `user_place_known`, `user_km` | a place is known now and before; ln(1 + km) to the nearest |
    /// | `user_known`, `user_count`, `user_payees`, `user_novelty`, `user_days_since_last` | history at all; payments; payees; share of new payees among the last 32; days |
    /// | `follows_known`, `follows_share`, `follows_itself` | a payment in the last six hours; how often that payee came just before this one; it is this one |
    /// | `same_name_elsewhere`, `look_alike` | a payee with a name that looks the same, or nearly, on another account |
    /// | `currency_here`, `currency_known` | paid in this currency here; at all |
    /// | `trust_contact`, `trust_friends` | among the user's contacts; friends who paid it |
    HABIT_FEATURES, HABIT_COUNT, HabitRow:
    payee_known, payee_count, payee_share, payee_days_since_last, payee_days_since_first,
    payee_due, payee_regular, payee_early, payee_interval_known, payee_elapsed, payee_again,
    payee_amount_known, payee_amount_far, payee_amount_odd, payee_amount_at_least, payee_amount_equal, payee_amount_to_largest,
    payee_amount_spread, payee_amount_near, payee_amount_last, payee_amount_above, payee_amount_over_lowest,
    payee_amount_dense, payee_amount_dense_latest, payee_cents,
    user_amount_known, user_amount_far, user_amount_odd, user_amount_at_least, user_amount_equal, user_amount_to_largest,
    user_amount_near, user_amount_dense, user_amount_dense_latest, user_cents,
    kind_given, kind_known, kind_count, kind_share, kind_days_since,
    kind_amount_known, kind_amount_far, kind_amount_at_least, kind_amount_equal, kind_amount_near, kind_amount_above, kind_amount_dense,
    near_known, near_likeness, near_word, near_count, near_days_since, near_amount_far, near_amount_dense,
    amount_size, amount_whole, amount_tens,
    payee_hour, user_hour, payee_day, user_day,
    items_given, payee_items_known, item_payee_share, item_user_share, item_payee_near, item_user_near,
    name_same, name_near,
    agent_here, agent_here_share, agent_known, agent_count,
    channel_given, channel_here_share,
    payee_place_known, payee_km, user_place_known, user_km,
    user_known, user_count, user_payees, user_novelty, user_days_since_last,
    follows_known, follows_share, follows_itself,
    same_name_elsewhere, look_alike,
    currency_here, currency_known,
    trust_contact, trust_friends,
}

row! {
    /// The names of the features of one slot of the order, in order: one row for each slot. Turns that count are the user's own and those of the
    /// agent that the user agreed to; standing ones are what the agent put forward earlier, that the user did not turn down, before a later
    /// agreement. A mention is a value of the slot's kind in a turn; it is spare where no slot of the order explains it. Of the other slots only
    /// those that were said count for anything: what an agent adds to an order unasked cannot speak for the rest of it.
    ///
    /// | name | meaning |
    /// | --- | --- |
    /// | `is_price` … `is_text` | the slot's kind, one of ten |
    /// | `user`, `agreed`, `standing`, `last_agreed` | best support, 0 to 1, in the user's turns, agreed ones, standing ones; in the last agreed one |
    /// | `kind_said`, `recency`, `corrected_after` | a value of this kind was said; counting turns since the last support; user's turns since then that take something back; `ln(1 + x)` |
    /// | `spare`, `spare_after`, `spare_agreed`, `spare_last` | spare mentions, `ln(1 + x)`; any after the last support; in the last agreed turn; in the user's last turn with a value of this kind |
    /// | `end_said`, `end_other` | it was last said of the end that the slot is; only of the other end |
    /// | `of_said`, `of_other` | the number was said of what the slot counts; only of something else |
    /// | `twin`, `contested` | another slot of the kind has the same value; the order has the other end too |
    /// | `exact`, `length` | the text was said as it stands; its words, `ln(1 + x)` |
    /// | `key_said`, `key_agreed`, `left_out` | share of the key's words that were said; in the last agreed turn, and there without its value |
    /// | `flag_yes`, `flag_no`, `flag_denied` | yes; no; the key's words were said with a denial |
    /// | `amount_said`, `amount_equal`, `amount_fits`, `amount_differs`, `amount_far` | for the price: an amount was said; exactly this one; one that allows it; none that does; log distance to the nearest, ±5 |
    /// | `payee_other`, `item_other`, `quantity_other`, `payee_known` | another known payee, another usual item, another number was named; the user has paid this payee |
    /// | `rest_said`, `kin` | other slots that were said, `ln(1 + x)`; the best support of those of the same kind |
    /// | `spare_words`, `spare_name` | in a short talk: words of the user's that nothing in the order explains, `ln(1 + x)`; one right behind "from", "at", 给, 在 |
    /// | `turns`, `agreed_turns`, `words` | how many, `ln(1 + x)` |
    /// | `ends_agreed`, `usual` | the last turn agrees; the user asks for what is usual |
    SAID_FEATURES, SAID_COUNT, SlotRow:
    is_price, is_payee, is_item, is_quantity, is_money, is_count, is_day, is_time, is_flag, is_text,
    user, agreed, standing, last_agreed,
    kind_said, recency, corrected_after,
    spare, spare_after, spare_agreed, spare_last,
    end_said, end_other,
    of_said, of_other,
    twin, contested,
    exact, length,
    key_said, key_agreed, left_out,
    flag_yes, flag_no, flag_denied,
    amount_said, amount_equal, amount_fits, amount_differs, amount_far,
    payee_other, item_other, quantity_other, payee_known,
    rest_said, kin,
    spare_words, spare_name,
    turns, agreed_turns, words,
    ends_agreed, usual,
}

/// Both rows for one intent.
#[derive(Clone, PartialEq)]
pub struct Features {
    /// In the order of [`HABIT_FEATURES`].
    pub habit: [f32; HABIT_COUNT],
    /// A row for each slot of the order; `None` where there are no words to judge from.
    pub said: Option<Vec<SaidSlot>>,
}

/// How the words stand to one slot of an order.
#[derive(Clone, PartialEq)]
pub struct SaidSlot {
    /// Where it stands in the intent: `price`, `payee`, `items.0`, `items.0.quantity`, `details.date`.
    pub slot: String,
    /// In the order of [`SAID_FEATURES`].
    pub row: [f32; SAID_COUNT],
}

/// Hides the numbers: they tell what a user said.
impl std::fmt::Debug for SaidSlot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SaidSlot(…)")
    }
}

/// Hides the numbers: they tell what a user does.
impl std::fmt::Debug for Features {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.said.is_some() { "Features(habit, said)" } else { "Features(habit)" })
    }
}

/// 1 for yes, 0 for no.
pub(crate) fn flag(yes: bool) -> f32 {
    f32::from(u8::from(yes))
}

/// `ln(1 + x)`, 0 for what is negative.
pub(crate) fn log1p(x: f64) -> f32 {
    x.max(0.0).ln_1p() as f32
}
