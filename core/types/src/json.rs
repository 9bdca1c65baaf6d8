//! A strict JSON reader: duplicate and unknown keys, depth and size are refused, and every refusal knows its path.
//!
//! serde alone repairs too much for money (the last duplicate wins in a map) and cannot say where a fault was; so JSON is read into a
//! small tree first (by `serde_json`) and taken out of it field by field.

use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::malformed::{Code, Malformed};
use crate::money::{Currency, Money, MoneyError};

/// The largest intent, in bytes.
pub const MAX_INTENT_BYTES: usize = 64 * 1024;
/// The largest line that holds an intent and its context: the context's longest valid conversation fits four times over.
pub const MAX_LINE_BYTES: usize = 1024 * 1024;
/// How deep a valid input can be nested, a signed mandate's own objects included.
const MAX_DEPTH: usize = 16;

/// A JSON value with its keys in order, duplicates kept until they are refused.
#[derive(Clone, PartialEq)]
#[expect(missing_docs, reason = "each name is JSON's own")]
pub enum Node {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    String(String),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// A value on its way out of the tree, with the path that leads to it.
pub struct Reader<'a> {
    node: &'a Node,
    path: String,
}

/// An object's fields, taken one by one; what is left over is unknown.
pub struct Fields<'a> {
    fields: &'a [(String, Node)],
    path: String,
    known: Vec<&'static str>,
}

/// Reads `text` into a tree and refuses what no valid input has.
pub fn read(text: &str, max_bytes: usize) -> Result<Node, Malformed> {
    if text.len() > max_bytes {
        return Err(Malformed::new(Code::TooLarge, "", format!("at most {max_bytes} bytes are allowed")));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let node = Depth(0).deserialize(&mut deserializer).map_err(|e| not_json(&e))?;
    deserializer.end().map_err(|e| not_json(&e))?;
    refuse_duplicates(&node, "")?;
    Ok(node)
}

/// Splits one object into its members without reading them, each of `allowed` at most once.
///
/// A line of `{"intent": …, "context": …}` keeps the intent's own bytes this way.
pub fn split<'a>(text: &'a str, allowed: &[&str]) -> Result<Vec<(String, &'a str)>, Malformed> {
    if text.len() > MAX_LINE_BYTES {
        return Err(Malformed::new(
            Code::TooLarge,
            "",
            format!("at most {MAX_LINE_BYTES} bytes a line are allowed"),
        ));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members: Members<'a> =
        serde::Deserialize::deserialize(&mut deserializer).map_err(|e| not_json(&e))?;
    deserializer.end().map_err(|e| not_json(&e))?;
    let mut seen: Vec<(String, &'a str)> = Vec::new();
    for (key, raw) in members.0 {
        if seen.iter().any(|(earlier, _)| *earlier == key) {
            return Err(Malformed::new(Code::DuplicateKey, safe_key(&key), "each key may stand once"));
        }
        if !allowed.contains(&key.as_str()) {
            return Err(unknown_key(&safe_key(&key)));
        }
        seen.push((key, raw));
    }
    Ok(seen)
}

/// Takes bytes as UTF-8 text.
pub fn text(bytes: &[u8]) -> Result<&str, Malformed> {
    std::str::from_utf8(bytes).map_err(|e| {
        Malformed::new(Code::NotUtf8, "", format!("the input is not UTF-8 from byte {}", e.valid_up_to()))
    })
}

fn not_json(error: &serde_json::Error) -> Malformed {
    // A visitor's own errors carry a marker; everything else is the parser's, which speaks of syntax and never of content.
    let said = error.to_string();
    if said.starts_with(TOO_DEEP) || said.starts_with("recursion limit") {
        return Malformed::new(Code::TooDeep, "", format!("at most {MAX_DEPTH} levels are allowed"));
    }
    if said.starts_with("invalid type") {
        return Malformed::new(Code::WrongType, "", "an object is needed here");
    }
    let place = format!("line {}, column {}", error.line(), error.column());
    Malformed::new(Code::NotJson, "", format!("the input is not JSON at {place}"))
}

fn unknown_key(path: &str) -> Malformed {
    Malformed::new(
        Code::UnknownKey,
        path,
        "no such key here; take it out, a wrong guess about money is worse than a refusal",
    )
}

/// A key in a path: shortened and stripped of what could mislead whoever reads the error.
fn safe_key(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_graphic() { c } else { '?' }).take(64).collect()
}

fn join(path: &str, key: &str) -> String {
    let key = safe_key(key);
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

fn refuse_duplicates(node: &Node, path: &str) -> Result<(), Malformed> {
    match node {
        Node::Object(fields) => {
            let mut keys: Vec<&str> = fields.iter().map(|(key, _)| key.as_str()).collect();
            keys.sort_unstable();
            if let Some([twice, _]) = keys.array_windows().find(|[a, b]| a == b) {
                return Err(Malformed::new(Code::DuplicateKey, join(path, twice), "each key may stand once"));
            }
            fields.iter().try_for_each(|(key, value)| refuse_duplicates(value, &join(path, key)))
        }
        Node::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(i, item)| refuse_duplicates(item, &format!("{path}[{i}]"))),
        _ => Ok(()),
    }
}

impl Node {
    /// Begins to take values out.
    pub fn reader(&self) -> Reader<'_> {
        Reader { node: self, path: String::new() }
    }
}

impl<'a> Reader<'a> {
    /// The value itself.
    pub fn node(&self) -> &'a Node {
        self.node
    }

    /// A refusal of this value.
    pub fn refuse(&self, code: Code, message: impl Into<String>) -> Malformed {
        Malformed::new(code, self.path.clone(), message)
    }

    /// Puts this value's path before that of a refusal from inside it.
    pub fn place<T>(&self, result: Result<T, Malformed>) -> Result<T, Malformed> {
        result.map_err(|e| if self.path.is_empty() { e } else { e.within(&self.path) })
    }

    /// The value as a string.
    pub fn string(&self) -> Result<&'a str, Malformed> {
        match self.node {
            Node::String(s) => Ok(s),
            _ => Err(self.refuse(Code::WrongType, "a string is needed here")),
        }
    }

    /// The value as a positive amount of this currency, written as a decimal string.
    pub fn amount(&self, currency: Currency) -> Result<Money, Malformed> {
        Money::parse(self.string()?, currency).map_err(|error| {
            let code = match error {
                MoneyError::TooManyDecimals => Code::TooManyDecimals,
                MoneyError::NotPositive => Code::NotPositive,
                MoneyError::TooLarge => Code::AmountTooLarge,
                MoneyError::NotDecimal | MoneyError::CurrencyMismatch => Code::BadAmount,
            };
            self.refuse(code, error.to_string())
        })
    }

    /// The value as true or false.
    pub fn boolean(&self) -> Result<bool, Malformed> {
        match self.node {
            Node::Bool(b) => Ok(*b),
            _ => Err(self.refuse(Code::WrongType, "true or false is needed here")),
        }
    }

    /// The value as a number from `low` to `high`.
    pub fn number_within(&self, low: f64, high: f64) -> Result<f64, Malformed> {
        let number = match self.node {
            Node::Integer(i) => *i as f64,
            Node::Float(f) => *f,
            _ => return Err(self.refuse(Code::WrongType, "a number is needed here")),
        };
        if (low..=high).contains(&number) {
            Ok(number)
        } else {
            Err(self.refuse(Code::OutOfRange, format!("a number from {low} to {high} is needed here")))
        }
    }

    /// The value as a list of at most `max` entries.
    pub fn array(&self, max: usize) -> Result<Vec<Reader<'a>>, Malformed> {
        let Node::Array(items) = self.node else {
            return Err(self.refuse(Code::WrongType, "a list is needed here"));
        };
        if items.len() > max {
            return Err(self.refuse(Code::TooMany, format!("at most {max} entries are allowed")));
        }
        Ok(items
            .iter()
            .enumerate()
            .map(|(i, node)| Reader { node, path: format!("{}[{i}]", self.path) })
            .collect())
    }

    /// The value as an object with known keys.
    pub fn object(&self) -> Result<Fields<'a>, Malformed> {
        match self.node {
            Node::Object(fields) => Ok(Fields { fields, path: self.path.clone(), known: Vec::new() }),
            _ => Err(self.refuse(Code::WrongType, "an object is needed here")),
        }
    }

    /// An object whose keys are data, in order.
    pub fn entries(&self, max: usize) -> Result<Vec<(&'a str, Reader<'a>)>, Malformed> {
        let Node::Object(fields) = self.node else {
            return Err(self.refuse(Code::WrongType, "an object is needed here"));
        };
        if fields.len() > max {
            return Err(self.refuse(Code::TooMany, format!("at most {max} entries are allowed")));
        }
        Ok(fields
            .iter()
            .map(|(key, node)| (key.as_str(), Reader { node, path: join(&self.path, key) }))
            .collect())
    }
}

impl<'a> Fields<'a> {
    /// The field's value, where it stands there.
    pub fn optional(&mut self, key: &'static str) -> Option<Reader<'a>> {
        self.known.push(key);
        let (_, node) = self.fields.iter().find(|(k, _)| k == key)?;
        Some(Reader { node, path: join(&self.path, key) })
    }

    /// The field's value, or a refusal.
    pub fn required(&mut self, key: &'static str) -> Result<Reader<'a>, Malformed> {
        let path = join(&self.path, key);
        self.optional(key).ok_or_else(|| Malformed::new(Code::MissingField, path, "this field is needed"))
    }

    /// Refuses what no call above has asked for.
    pub fn finish(self) -> Result<(), Malformed> {
        match self.fields.iter().find(|(key, _)| !self.known.contains(&key.as_str())) {
            Some((key, _)) => Err(unknown_key(&join(&self.path, key))),
            None => Ok(()),
        }
    }
}

const TOO_DEEP: &str = "nested too deep";

struct Depth(usize);

impl<'de> DeserializeSeed<'de> for Depth {
    type Value = Node;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Depth {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(i64::try_from(value).map_or(Node::Float(value as f64), Node::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let inner = self.deeper::<A::Error>()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(Depth(inner))? {
            items.push(item);
        }
        Ok(Node::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let inner = self.deeper::<A::Error>()?;
        let mut fields = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            fields.push((key, map.next_value_seed(Depth(inner))?));
        }
        Ok(Node::Object(fields))
    }
}

impl Depth {
    fn deeper<E: serde::de::Error>(&self) -> Result<usize, E> {
        let inner = self.0.saturating_add(1);
        if inner > MAX_DEPTH { Err(E::custom(TOO_DEEP)) } else { Ok(inner) }
    }
}

struct Members<'a>(Vec<(String, &'a str)>);

impl<'de> serde::Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Outer;
        impl<'de> Visitor<'de> for Outer {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    members.push((key, map.next_value::<&'de RawValue>()?.get()));
                    if members.len() > 64 {
                        return Err(A::Error::custom("too many members"));
                    }
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Outer)
    }
}

/// Writes a tree back with sorted keys and no white space: one form for one meaning.
impl serde::Serialize for Node {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(b) => serializer.serialize_bool(*b),
            Self::Integer(i) => serializer.serialize_i64(*i),
            Self::Float(f) => serializer.serialize_f64(*f),
            Self::String(s) => serializer.serialize_str(s),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(fields) => {
                let mut sorted: Vec<_> = fields.iter().map(|(k, v)| (k, v)).collect();
                sorted.sort_by_key(|(key, _)| *key);
                serializer.collect_map(sorted)
            }
        }
    }
}

/// The needed member of a split line.
pub fn member<'a>(members: &[(String, &'a str)], key: &str) -> Result<&'a str, Malformed> {
    let found = members.iter().find(|(name, _)| name == key).map(|(_, raw)| *raw);
    found.ok_or_else(|| Malformed::new(Code::MissingField, key, "this field is needed"))
}

/// The needed member of a split line, as text.
pub fn string(members: &[(String, &str)], key: &str) -> Result<String, Malformed> {
    serde_json::from_str(member(members, key)?)
        .map_err(|_| Malformed::new(Code::WrongType, key, "a string is needed here"))
}
