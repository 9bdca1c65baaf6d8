//! The tables, and the names of the databases behind them.

/// Where the schema, the wrapped keys, the header and the journal's end stand.
pub(crate) const META: &str = "meta";
/// The journal's leaves.
pub(crate) const JOURNAL: &str = "journal";
/// The journal's bodies.
pub(crate) const BODIES: &str = "bodies";
/// The nodes of the journal's tree above its leaves.
pub(crate) const NODES: &str = "nodes";
/// Sealed records whose key was lost.
pub(crate) const ASIDE: &str = "aside";

/// The databases that are no tables, in the order of their slots.
const OWN: [&str; 5] = [META, JOURNAL, BODIES, NODES, ASIDE];

/// How many databases there are.
pub(crate) const COUNT: usize = OWN.len() + Table::ALL.len();

/// Every database; the place of each is its slot, which is part of what is kept, so new ones come at the end.
pub(crate) fn databases() -> impl Iterator<Item = &'static str> {
    OWN.into_iter().chain(Table::ALL.into_iter().map(Table::name))
}

/// A table of sealed records. What a record holds is its user's affair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// What the user set.
    Settings,
    /// The registered agents.
    Agents,
    /// What the user allows.
    Mandates,
    /// What was spent of it.
    Budgets,
    /// The intents that were judged, with their verdicts.
    Intents,
    /// The settled payments.
    Payments,
    /// What was learned from them.
    Habits,
    /// The host's signals of trust.
    Trust,
    /// What was computed from texts, to be found again.
    Texts,
    /// Payments under a session allowance, one small record each.
    Micro,
    /// What verdicts were made from.
    Facts,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 11] = [
        Self::Settings,
        Self::Agents,
        Self::Mandates,
        Self::Budgets,
        Self::Intents,
        Self::Payments,
        Self::Habits,
        Self::Trust,
        Self::Texts,
        Self::Micro,
        Self::Facts,
    ];

    /// Its name on disk, which is part of every record's seal.
    pub fn name(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Agents => "agents",
            Self::Mandates => "mandates",
            Self::Budgets => "budgets",
            Self::Intents => "intents",
            Self::Payments => "payments",
            Self::Habits => "habits",
            Self::Trust => "trust",
            Self::Texts => "texts",
            Self::Micro => "micro",
            Self::Facts => "facts",
        }
    }

    /// Its place among all databases.
    pub(crate) fn slot(self) -> usize {
        OWN.len().saturating_add(self as usize)
    }
}
