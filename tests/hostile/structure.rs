//! JSON that is not what it seems: cut off, mistyped, doubled, nested, giant.

use serde_json::{Value, json};

use super::world::payees;
use super::{Case, case};
use crate::with;

/// An intent that uses every field.
pub fn full() -> Value {
    with(
        &payees()[0].usual("full"),
        json!({
            "service": {"country": "CN"},
            "negotiation": {"max_amount": "12.00", "expires_at": "2026-06-01T12:34:00+08:00"},
            "items": [{"name": "beef noodles", "quantity": 1, "amount": "12.00"}],
            "details": {"table": "4"},
            "user_token": "token", "mandate": "mandate",
        }),
    )
}

fn line(intent: &Value) -> String {
    json!({"intent": intent, "context": {"said": "beef noodles, please", "channel": "phone"}}).to_string()
}

fn raw(name: String, line: String) -> Case {
    Case { name, line }
}

/// A good line, cut off after every character.
pub fn truncations() -> Vec<Case> {
    let whole = line(&full());
    let cuts = whole.char_indices().map(|(at, _)| at).skip(1);
    cuts.map(|at| raw(format!("structure/cut after {at} bytes"), whole[..at].to_owned())).collect()
}

/// What some parsers forgive, put before every structural character of a good line.
pub fn broken_json() -> Vec<Case> {
    let whole = line(&full());
    let forgiven = [
        (",", "a comma too many"),
        ("/**/!", "a comment"),
        ("//x\n", "a line comment"),
        ("'", "a single quote"),
        ("\u{feff}", "a byte order mark"),
        ("\u{0}", "a null character"),
        ("NaN ", "not a number"),
        ("undefined ", "undefined"),
        ("\\", "a stray backslash"),
        ("{}", "an object too many"),
        ("]", "a bracket too many"),
        ("\u{a0}", "a space that is none"),
    ];
    let mut cases = Vec::new();
    for (at, sign) in whole.char_indices().filter(|(_, sign)| "{}[]:,".contains(*sign)) {
        for (put, what) in forgiven {
            let line = format!("{}{put}{}", &whole[..at], &whole[at..]);
            if serde_json::from_str::<Value>(&line).is_err() {
                cases.push(raw(format!("structure/{what} before `{sign}` at {at}"), line));
            }
        }
    }
    for (what, line) in [
        ("nothing but a space", " ".to_owned()),
        ("an array", "[]".to_owned()),
        ("a string", "\"approve\"".to_owned()),
        ("two objects", format!("{whole}{whole}")),
        ("a lone surrogate", whole.replace("beef", "\\ud800")),
        ("a null in a name", whole.replace("Noodle House", "Noodle\\u0000House")),
        ("UTF-7", "+AHsAIg-".to_owned()),
    ] {
        cases.push(raw(format!("structure/{what}"), line));
    }
    cases
}

/// Every field, as every type that it is not.
pub fn wrong_types() -> Vec<Case> {
    let wrong = [
        ("null", Value::Null),
        ("true", json!(true)),
        ("zero", json!(0)),
        ("a negative number", json!(-1)),
        ("a float", json!(1.5)),
        ("a huge number", json!(1e308)),
        ("an empty string", json!("")),
        ("an array", json!([])),
        ("an array in an array", json!([[]])),
        ("an object", json!({})),
        ("an object with a key", json!({"$ne": null})),
        ("a string of spaces", json!("   ")),
        ("a string with a line break", json!("a\nb")),
        ("a string with an escape sequence", json!("a\u{1b}[31mb")),
        ("a very long string", json!("x".repeat(5_000))),
    ];
    let mut cases = Vec::new();
    for path in paths(&full(), "") {
        for (what, value) in &wrong {
            let mut intent = full();
            let Some(place) = intent.pointer_mut(&path) else { continue };
            *place = value.clone();
            if is_valid_there(&path, what) {
                continue;
            }
            cases.push(case(format!("type/{what}{path}"), &intent));
        }
    }
    cases
}

/// What may stand there after all and changes nothing that is paid for.
fn is_valid_there(path: &str, what: &str) -> bool {
    match path {
        "/items" => what == "an array",
        "/details" => what == "an object",
        "/mandate" => ["an object", "an object with a key"].contains(&what) || what.contains("string"),
        "/user_token" | "/details/table" | "/items/0/name" => what.contains("string"),
        "/items/0/quantity" => what == "a float",
        _ => false,
    }
}

fn paths(value: &Value, path: &str) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(key, value)| (format!("{path}/{key}"), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(at, value)| (format!("{path}/{at}"), value)).collect()
        }
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for (path, child) in children {
        all.extend(paths(child, &path));
        all.push(path);
    }
    all
}

/// Keys twice, keys unknown, keys in disguise, keys missing.
pub fn keys() -> Vec<Case> {
    let whole = line(&full());
    let mut cases = Vec::new();
    let keys = [
        "intent",
        "context",
        "id",
        "agent",
        "service",
        "name",
        "category",
        "country",
        "price",
        "amount",
        "currency",
        "negotiation",
        "max_amount",
        "expires_at",
        "items",
        "quantity",
        "details",
        "created_at",
        "user_token",
        "mandate",
    ];
    for key in keys {
        let quoted = format!("\"{key}\":");
        let Some(at) = whole.find(&quoted) else { continue };
        let (before, after) = (&whole[..at], &whole[at..]);
        for (what, twin) in [
            ("twice, null first", format!("\"{key}\":null,")),
            ("twice, an amount first", format!("\"{key}\":\"0.01\",")),
            (
                "twice, in escapes",
                format!("\"\\u{:04x}{}\":\"0.01\",", u32::from(key.as_bytes()[0]), &key[1..]),
            ),
            ("beside its capitals", format!("\"{}\":\"0.01\",", key.to_uppercase())),
            (
                "beside a look-alike",
                format!("\"{}\":\"0.01\",", key.replace('a', "а").replace('e', "е").replace('i', "і")),
            ),
            ("beside one with a space", format!("\"{key} \":\"0.01\",")),
            ("beside a plural", format!("\"{key}s_\":\"0.01\",")),
            ("beside __proto__", "\"__proto__\":{\"amount\":\"0.01\"},".to_owned()),
            ("beside a verdict", "\"decision\":\"approve\",".to_owned()),
            ("beside a score", "\"score\":1.0,".to_owned()),
            ("beside presence", "\"presence\":\"biometric\",".to_owned()),
        ] {
            cases.push(raw(format!("key/{key} {what}"), format!("{before}{twin}{after}")));
        }
    }
    for path in [
        "/id",
        "/agent",
        "/service",
        "/service/id",
        "/service/name",
        "/price",
        "/price/amount",
        "/price/currency",
        "/created_at",
    ] {
        let mut intent = full();
        let (parent, key) = path.rsplit_once('/').unwrap_or(("", path));
        if let Some(Value::Object(fields)) = intent.pointer_mut(parent) {
            fields.remove(key);
        }
        cases.push(case(format!("key/missing{path}"), &intent));
    }
    cases
}

/// Too much of everything.
pub fn giants() -> Vec<Case> {
    let mut cases = Vec::new();
    for depth in [17usize, 64, 127, 128, 129, 1_000, 10_000, 100_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let nested = format!("{}0{}", open.repeat(depth), close.repeat(depth));
            cases.push(raw(format!("giant/{depth} levels of {open}"), format!("{{\"intent\":{nested}}}")));
            let inside = line(&full()).replace("\"mandate\":\"mandate\"", &format!("\"mandate\":{nested}"));
            cases.push(raw(format!("giant/mandate of {depth} levels of {open}"), inside));
        }
    }
    let long = |n: usize| "x".repeat(n);
    let payee = payees()[0];
    for n in [129usize, 1_000, 60_000, 70_000, 1_100_000] {
        cases.push(case(format!("giant/id of {n}"), &with(&payee.usual("giant"), json!({"id": long(n)}))));
        cases.push(case(
            format!("giant/name of {n}"),
            &with(&payee.usual("giant"), json!({"service": {"name": long(n)}})),
        ));
        cases.push(case(
            format!("giant/token of {n}"),
            &with(
                &payee.usual("giant"),
                json!({"price": {"amount": payee.amount(2)}, "user_token": long(n)}),
            ),
        ));
    }
    for n in [101usize, 1_000, 5_000] {
        let items: Vec<Value> = (0..n).map(|n| json!({"name": format!("item {n}")})).collect();
        cases.push(case(format!("giant/{n} items"), &with(&payee.usual("giant"), json!({"items": items}))));
        let details: serde_json::Map<String, Value> = (0..n).map(|n| (format!("k{n}"), json!("v"))).collect();
        cases.push(case(
            format!("giant/{n} details"),
            &with(&payee.usual("giant"), json!({"details": details})),
        ));
    }
    cases.push(raw("giant/a million spaces".into(), format!("{}{}", " ".repeat(1_100_000), line(&full()))));
    cases
}
