//! What kind of business is paid: a merchant category code of ISO 18245, or one of the project's own names.

mod codes;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::malformed::{Code, Malformed};

macro_rules! named {
    ($($variant:ident = $text:literal,)*) => {
        /// The project's own categories. Names are added, never renamed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each name says what it is")]
        pub enum Named { $($variant,)* }

        impl Named {
            /// Every category, in the order of the model's category head.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name as it stands in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

named! {
    Groceries = "groceries", Dining = "dining", FastFood = "fast_food", Coffee = "coffee", Bar = "bar", Bakery = "bakery",
    Fuel = "fuel", Charging = "charging", Parking = "parking", Tolls = "tolls", Taxi = "taxi", Transit = "transit", Rail = "rail",
    Airline = "airline", Lodging = "lodging", CarRental = "car_rental", Vehicle = "vehicle", Travel = "travel",
    Telecom = "telecom", Utilities = "utilities", Rent = "rent", Insurance = "insurance", Banking = "banking",
    Government = "government", Health = "health", Pharmacy = "pharmacy", Education = "education", Childcare = "childcare",
    Clothing = "clothing", Electronics = "electronics", Home = "home", Hardware = "hardware", Beauty = "beauty", Sport = "sport",
    Entertainment = "entertainment", Games = "games", Books = "books", Subscription = "subscription", Software = "software",
    Pets = "pets", Gifts = "gifts", Charity = "charity", Post = "post", Services = "services", Retail = "retail",
    Transfer = "transfer", Cash = "cash", Investment = "investment", Gambling = "gambling", Adult = "adult",
    AlcoholTobacco = "alcohol_tobacco", Weapons = "weapons", Crypto = "crypto",
}

impl Named {
    /// The category of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|named| named.as_str() == name)
    }
}

impl Serialize for Named {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_name(&String::deserialize(deserializer)?)
            .ok_or_else(|| serde::de::Error::custom("not a category of this project"))
    }
}

/// A category as it was given: a name of the project, or a four-digit merchant category code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// One of the project's names.
    Named(Named),
    /// A merchant category code, 0 to 9999.
    Code(u16),
}

impl Category {
    /// Reads `coffee` or `5814`.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        if text.len() == 4
            && text.bytes().all(|b| b.is_ascii_digit())
            && let Ok(code) = text.parse()
            && codes::is_known(code)
        {
            return Ok(Self::Code(code));
        }
        Named::from_name(text).map(Self::Named).ok_or_else(|| {
            Malformed::new(
                Code::UnknownCategory,
                "",
                "give a four-digit merchant category code (ISO 18245) or one of the project's category names",
            )
        })
    }

    /// The project's name for it.
    pub fn named(self) -> Named {
        match self {
            Self::Named(named) => named,
            Self::Code(code) => of_code(code),
        }
    }

    /// Whether a rule about `self` speaks of `other`: a name covers every code that it stands for, a code only itself.
    pub fn covers(self, other: Self) -> bool {
        match self {
            Self::Named(named) => named == other.named(),
            Self::Code(_) => self == other,
        }
    }
}

impl std::fmt::Display for Category {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Named(named) => f.write_str(named.as_str()),
            Self::Code(code) => write!(f, "{code:04}"),
        }
    }
}

impl Serialize for Category {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Category {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(|e| serde::de::Error::custom(e.message))
    }
}

/// The project's name for a merchant category code, after the descriptions of ISO 18245 as the card networks publish them.
fn of_code(code: u16) -> Named {
    match code {
        3000..=3350 | 4511 => Named::Airline,
        3351..=3500 | 7512 | 7513 | 7519 => Named::CarRental,
        3501..=3999 | 7011 | 7012 | 7032 | 7033 => Named::Lodging,
        4111 | 4131 => Named::Transit,
        4112 => Named::Rail,
        4121 => Named::Taxi,
        4784 => Named::Tolls,
        7523 => Named::Parking,
        4411 | 4582 | 4722 | 4723 | 4789 | 7991 => Named::Travel,
        4214 | 4215 | 9402 => Named::Post,
        4812..=4816 | 4821 => Named::Telecom,
        4829 | 6538 => Named::Transfer,
        6540 => Named::Transfer,
        4899 | 5815 | 5968 => Named::Subscription,
        4900 => Named::Utilities,
        5411 | 5422 | 5451 | 5499 | 5300 | 5331 | 5399 => Named::Groceries,
        5441 | 5462 => Named::Bakery,
        5811 | 5812 => Named::Dining,
        5814 => Named::FastFood,
        5813 => Named::Bar,
        5921 | 5993 => Named::AlcoholTobacco,
        5541 | 5542 | 5172 | 5983 => Named::Fuel,
        5552 => Named::Charging,
        5511 | 5521 | 5531..=5533 | 5551 | 5561 | 5571 | 5592 | 5598 | 5599 | 7531..=7549 => Named::Vehicle,
        5912 | 5122 => Named::Pharmacy,
        5047 | 5975 | 5976 | 8011..=8099 | 4119 => Named::Health,
        8211 | 8220 | 8241 | 8244 | 8249 | 8299 => Named::Education,
        8351 => Named::Childcare,
        5611 | 5621 | 5631 | 5641 | 5651 | 5655 | 5661 | 5681 | 5691 | 5697..=5699 | 5137 | 5139 => {
            Named::Clothing
        }
        5045 | 5732 | 5722 | 5946 => Named::Electronics,
        5712..=5714 | 5718 | 5719 | 5021 | 5950 => Named::Home,
        5200 | 5211 | 5231 | 5251 | 5261 | 5039 | 5072 | 5074 | 5065 => Named::Hardware,
        5977 | 7230 | 7297 | 7298 => Named::Beauty,
        5940 | 5941 | 7992 | 7997 | 7941 => Named::Sport,
        5733 | 5735 | 7829..=7841 | 7911 | 7922 | 7929 | 7932 | 7933 | 7996 | 7998 | 7999 => {
            Named::Entertainment
        }
        5816 | 5945 | 7993 | 7994 => Named::Games,
        5192 | 5942 | 5994 => Named::Books,
        5734 | 5817 | 5818 | 7372 | 7379 => Named::Software,
        5995 | 742 => Named::Pets,
        5947 | 5992 | 5193 => Named::Gifts,
        8398 | 8661 => Named::Charity,
        6010 | 6011 | 6050 => Named::Cash,
        6012 => Named::Banking,
        6051 => Named::Crypto,
        6211 => Named::Investment,
        6300 | 5960 => Named::Insurance,
        6513 => Named::Rent,
        7800..=7802 | 7995 | 9754 => Named::Gambling,
        5967 | 7273 => Named::Adult,
        9211 | 9222 | 9223 | 9311 | 9399 | 9405 => Named::Government,
        5099 | 5131 | 5199 | 5309 | 5310 | 5311 | 5931..=5937 | 5943 | 5944 | 5948 | 5949 | 5963..=5999 => {
            Named::Retail
        }
        _ => Named::Services,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_read_back() {
        for named in Named::ALL {
            assert_eq!(Category::parse(named.as_str()).unwrap(), Category::Named(*named));
        }
        assert_eq!(Category::parse("0742").unwrap().to_string(), "0742");
        for bad in ["", "Coffee", "581", "58121", "５８１２", "casino", "-812", "0000", "1234", "9999"] {
            assert_eq!(Category::parse(bad).unwrap_err().code, Code::UnknownCategory, "{bad}");
        }
    }

    #[test]
    fn a_name_covers_its_codes_and_a_code_only_itself() {
        let gambling = Category::parse("gambling").unwrap();
        assert!(gambling.covers(Category::parse("7995").unwrap()));
        assert!(!gambling.covers(Category::parse("5812").unwrap()));
        assert!(!Category::parse("7995").unwrap().covers(gambling));
    }
}
