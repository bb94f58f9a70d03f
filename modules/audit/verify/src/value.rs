//! From values in columns to the canonical form of what an event prints.

use std::fmt::{self, Write};
use std::net::{IpAddr, Ipv6Addr};

use argus_audit_proof::canonical::{canonical, write_text};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};

use crate::column::Kind;
use crate::page::Value;

/// Integers beyond it are not told apart by everybody: 2^53 - 1.
const LARGEST_INTEGER: u64 = (1 << 53) - 1;

/// A value that no event can have in that column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfit;

/// Puts the canonical form of a value into `text`, whose former contents go. False when there is none. Texts that are JSON stand
/// as they are in the column, which mostly is their canonical form; see [`parsed`].
///
/// # Errors
/// When no event can have it.
pub fn form(kind: Kind, value: Value<'_>, text: &mut String) -> Result<bool, Unfit> {
    text.clear();
    match (kind, value) {
        (_, Value::Null) => return Ok(false),
        (Kind::Text, Value::Text(value)) => write_text(value, text),
        (Kind::Json, Value::Text(value)) => text.push_str(value),
        (Kind::Integer, Value::Integer(value)) if value.unsigned_abs() <= LARGEST_INTEGER => number(value, text),
        (Kind::Real, Value::Real(value)) => text.push_str(&canonical(&Json::from(value)).ok_or(Unfit)?),
        (Kind::Address, Value::Text(column)) => write_text(&address(column).ok_or(Unfit)?.to_string(), text),
        (Kind::Uuid, Value::Blob(bytes)) => {
            text.push('"');
            uuid(bytes.try_into().map_err(|_| Unfit)?, text);
            text.push('"');
        }
        _ => return Err(Unfit),
    }
    Ok(true)
}

/// Appends a whole number.
pub fn number(value: i64, text: &mut String) {
    // A text takes everything.
    let _ = write!(text, "{value}");
}

/// Appends a UUID as it is printed: lower case, with dashes.
pub fn uuid(bytes: &[u8; 16], text: &mut String) {
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
        }
    }
}

/// Reads a UUID as it is printed.
#[must_use]
pub fn uuid_of(printed: &str) -> Option<[u8; 16]> {
    let digits: String = printed.split('-').collect();
    let bytes = u128::from_str_radix(&digits, 16).ok()?.to_be_bytes();
    let mut again = String::with_capacity(36);
    uuid(&bytes, &mut again);
    (again == printed).then_some(bytes)
}

/// The address in a column, of which there is one form.
fn address(column: &str) -> Option<IpAddr> {
    let bits = u128::from_str_radix(column, 16).ok()?;
    let address = Ipv6Addr::from(bits);
    let printed = address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4);
    (format!("{bits:032x}") == column).then_some(printed)
}

/// The canonical form of a text that is JSON. Nothing when it is none, or has two members of one name: of those, who reads it
/// could see the one or the other.
#[must_use]
pub fn parsed(text: &str) -> Option<String> {
    canonical(&json(text)?)
}

/// A text that is JSON, without members of the same name.
#[must_use]
pub fn json(text: &str) -> Option<Json> {
    serde_json::from_str::<Strict>(text).ok().map(|strict| strict.0)
}

/// JSON without members of the same name.
struct Strict(Json);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader).map(Strict)
    }
}

/// Reads [`Strict`].
struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, into: &mut fmt::Formatter<'_>) -> fmt::Result {
        into.write_str("JSON without members of the same name")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Number::from_f64(value).map(Json::Number).ok_or_else(|| E::custom("no number"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Json, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = from.next_element()? {
            values.push(value);
        }
        Ok(Json::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Json, A::Error> {
        let mut members = Map::new();
        while let Some((name, Strict(value))) = from.next_entry::<String, Strict>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("two members of one name"));
            }
        }
        Ok(Json::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: Kind, value: Value<'_>) -> Result<Option<String>, Unfit> {
        let mut text = "before".to_owned();
        form(kind, value, &mut text).map(|is| is.then_some(text))
    }

    #[test]
    fn values_have_one_form_each() {
        let some = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(of(Kind::Text, Value::Null), Ok(None));
        assert_eq!(of(Kind::Text, Value::Text("a\"ä")), some("\"a\\\"ä\""));
        assert_eq!(of(Kind::Text, Value::Integer(1)), Err(Unfit));
        assert_eq!(of(Kind::Text, Value::Blob(b"\xff")), Err(Unfit));
        assert_eq!(of(Kind::Integer, Value::Integer(-7)), some("-7"));
        assert_eq!(of(Kind::Integer, Value::Integer(1 << 53)), Err(Unfit));
        assert_eq!(of(Kind::Real, Value::Real(1e30)), some("1e+30"));
        assert_eq!(of(Kind::Real, Value::Real(2.0)), some("2"));
        assert_eq!(of(Kind::Address, Value::Text("00000000000000000000ffffc0000201")), some("\"192.0.2.1\""));
        assert_eq!(of(Kind::Address, Value::Text("00000000000000000000FFFFC0000201")), Err(Unfit));
        assert_eq!(of(Kind::Address, Value::Text("1")), Err(Unfit));
        assert_eq!(of(Kind::Uuid, Value::Blob(&[0xab; 16])), some("\"abababab-abab-abab-abab-abababababab\""));
        assert_eq!(of(Kind::Uuid, Value::Blob(&[0; 15])), Err(Unfit));
    }

    #[test]
    fn identifiers_are_read_in_one_form() {
        assert_eq!(uuid_of("abababab-abab-abab-abab-abababababab"), Some([0xab; 16]));
        for wrong in ["ABababab-abab-abab-abab-abababababab", "abababababababababababababababab", "", "x"] {
            assert_eq!(uuid_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_that_stand_twice_are_refused() {
        assert_eq!(
            parsed(r#"{ "b": [1.0, null, true], "a": -0.5e1 }"#).as_deref(),
            Some(r#"{"a":-5,"b":[1,null,true]}"#)
        );
        assert_eq!(parsed(r#"{"a":1,"a":1}"#), None);
        assert_eq!(parsed(r#"[{"a":{"b":1,"b":1}}]"#), None);
        assert_eq!(parsed("{"), None);
    }
}
