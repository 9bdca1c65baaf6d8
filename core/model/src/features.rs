//! What the scoring heads look at, by name: two rows of plain numbers. How they are computed stands in `habit.rs` and `said.rs`.

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
    amount_size, amount_whole, amount_tens,
    user_amount_near, user_amount_dense, user_amount_dense_latest, user_cents,
    kind_given, kind_known, kind_count, kind_share, kind_days_since,
    kind_amount_known, kind_amount_far, kind_amount_at_least, kind_amount_equal, kind_amount_near, kind_amount_above, kind_amount_dense,
    near_known, near_likeness, near_word, near_count, near_days_since, near_amount_far, near_amount_dense,
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
    /// The names of the features of what was said, in order. Only the user's own turns count, and an agent's turn that the user's next turn
    /// agrees to without correcting it. A slot is one part of the order: the payee's name, an item's name, a detail's value. Overlap is the
    /// share of a slot's words that were said (dates and times of day are compared as such); near is the best cosine to any turn.
    ///
    /// | name | meaning |
    /// | --- | --- |
    /// | `turns`, `agreed_turns`, `words` | counting turns; those of the agent among them; different words; `ln(1 + x)` |
    /// | `payee_overlap`, `payee_near` | the payee's name |
    /// | `items_given`, `item_overlap_min`, `item_overlap_mean`, `item_near_min`, `item_near_mean` | items |
    /// | `details_given`, `detail_overlap_min`, `detail_overlap_mean`, `detail_near_min`, `detail_near_mean` | details; yes/no values are left out |
    /// | `details_unmatched`, `details_unmatched_share` | details with an overlap under one half; `ln(1 + x)`; share |
    /// | `unmatched_near_min` | the lowest cosine among unmatched details and items; 1 where all match |
    /// | `support_min`, `support_mean` | over all slots, the better of overlap and cosine |
    /// | `numbers_given`, `numbers_missing`, `numbers_spare` | numbers in items and details, `ln(1 + x)`; share of them not said; said numbers that nothing in the order has, `ln(1 + x)` |
    /// | `amount_said`, `amount_equal`, `amount_fits`, `amount_differs`, `amount_far` | an amount was said; exactly this one; one that allows it; none that does; log distance to the nearest, ±5 |
    /// | `quantity_differs` | another number was said right before an item's name |
    /// | `date_given`, `date_said`, `date_equal`, `date_differs` | the order has dates; days were said; all the order's are among them; none is |
    /// | `time_given`, `time_equal` | the order has a time of day; it was said |
    /// | `payee_other`, `item_other` | another known payee, another usual item was named instead |
    /// | `all_near`, `all_overlap` | cosine of the whole order to all turns; share of all its words that were said |
    SAID_FEATURES, SAID_COUNT, SaidRow:
    turns, agreed_turns, words,
    payee_overlap, payee_near,
    items_given, item_overlap_min, item_overlap_mean, item_near_min, item_near_mean,
    details_given, detail_overlap_min, detail_overlap_mean, detail_near_min, detail_near_mean,
    details_unmatched, details_unmatched_share, unmatched_near_min,
    support_min, support_mean,
    numbers_given, numbers_missing, numbers_spare,
    amount_said, amount_equal, amount_fits, amount_differs, amount_far,
    quantity_differs,
    date_given, date_said, date_equal, date_differs,
    time_given, time_equal,
    payee_other, item_other,
    all_near, all_overlap,
}

/// Both rows for one intent.
#[derive(Clone, PartialEq)]
pub struct Features {
    /// In the order of [`HABIT_FEATURES`].
    pub habit: [f32; HABIT_COUNT],
    /// In the order of [`SAID_FEATURES`]; `None` where no words count.
    pub said: Option<[f32; SAID_COUNT]>,
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
