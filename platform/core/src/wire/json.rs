//! Strict JSON: what two parsers could read differently is refused.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, de};
use serde_json::{Map, Number, Value};

use crate::error::ApiError;

/// How deep a document may be nested; the document itself counts as 1.
pub const MAX_DEPTH: usize = 32;

/// The largest integer that every JSON reader keeps exactly: 2^53 - 1 (RFC 8785 section 3.1, RFC 7493).
const MAX_EXACT_INTEGER: u64 = (1 << 53) - 1;

/// From here on, either way, an integer does not fit 64 bits: 2^63.
const BEYOND_64_BITS: f64 = 9_223_372_036_854_775_808.0;

/// Parses a JSON document, refusing duplicate names, nesting beyond [`MAX_DEPTH`], NUL characters, integers beyond
/// 2^53 - 1 either way, numbers beyond a double, lone surrogates and invalid UTF-8.
///
/// # Errors
/// 412 about the request as a whole, with the place in the text.
pub fn parse(bytes: &[u8]) -> Result<Value, ApiError> {
    let (mut deserializer, huge) = (serde_json::Deserializer::from_slice(bytes), Cell::new(false));
    let parsed = Strict { depth: 1, huge: &huge }.deserialize(&mut deserializer).and_then(|value| {
        deserializer.end()?;
        if huge.get() && has_long_integer(bytes) { Err(inexact()) } else { Ok(value) }
    });
    parsed.map_err(|error| ApiError::unmet("invalid.json", format!("The body cannot be read as JSON: {error}")))
}

/// Whether an integer far beyond [`MAX_EXACT_INTEGER`] stands in a sound document: one beyond 64 bits comes out of the
/// parser as a double, and only the text tells it from a number with an exponent.
fn has_long_integer(document: &[u8]) -> bool {
    let mut rest = document;
    while let Some((first, tail)) = rest.split_first() {
        rest = match first {
            b'"' => after_text(tail),
            b'-' | b'0'..=b'9' => {
                let more = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
                let (number, after) = tail.split_at(tail.iter().take_while(more).count());
                if number.len() > 16 && number.iter().all(u8::is_ascii_digit) {
                    return true;
                }
                after
            }
            _ => tail,
        };
    }
    false
}

/// What stands behind a text's closing quote.
fn after_text(mut rest: &[u8]) -> &[u8] {
    while let Some((byte, tail)) = rest.split_first() {
        rest = match byte {
            b'"' => return tail,
            b'\\' => tail.get(1..).unwrap_or_default(),
            _ => tail,
        };
    }
    rest
}

fn inexact<E: Error>() -> E {
    E::custom("an integer beyond 2^53 - 1 either way; send it as text")
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: usize,
    /// A whole number beyond 64 bits was seen.
    huge: &'a Cell<bool>,
}

impl Strict<'_> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth > MAX_DEPTH {
            return Err(E::custom(format_args!("nested deeper than {MAX_DEPTH}")));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

fn text<E: Error>(text: String) -> Result<String, E> {
    if text.contains('\0') { Err(E::custom("a text contains the character NUL")) } else { Ok(text) }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        if value > MAX_EXACT_INTEGER {
            return Err(inexact());
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        if value.unsigned_abs() > MAX_EXACT_INTEGER {
            return Err(inexact());
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        if value.abs() >= BEYOND_64_BITS {
            self.huge.set(true);
        }
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number beyond a double"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        text(value).map(Value::String)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let name = text::<A::Error>(name)?;
            if map.contains_key(&name) {
                return Err(de::Error::custom(format_args!("the name `{}` stands twice", name.escape_debug())));
            }
            let value = members.next_value_seed(inner)?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        parse(text.as_bytes()).unwrap_err().messages[0].text.to_string()
    }

    #[test]
    fn what_readers_differ_on_is_refused() {
        assert!(refused(r#"{"a":1,"a":2}"#).contains("stands twice"));
        assert!(refused(r#"{"a":"\u0000"}"#).contains("NUL"));
        assert!(refused(r#"{"\u0000":1}"#).contains("NUL"));
        assert!(refused("9007199254740992").contains("2^53"));
        assert!(refused("-9007199254740992").contains("2^53"));
        for integer in
            ["18446744073709551616", "-9223372036854775809", "[0.5,{\"\\\"\":123456789012345678901234567890}]"]
        {
            assert!(refused(integer).contains("2^53"), "{integer}");
        }
        assert!(refused("1e999").contains("out of range"));
        assert!(refused(r#""\udc00""#).contains("surrogate"));
        assert!(refused(r#""\ud800""#).contains("hex escape"));
        assert!(refused("{} {}").contains("trailing"));
        assert!(refused("").contains("EOF"));
        assert!(parse(b"\"\xff\"").is_err());
    }

    #[test]
    fn depth_counts_the_document_as_one() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert!(refused(&nested(MAX_DEPTH + 1)).contains("nested deeper"));
        assert!(parse(nested(1000).as_bytes()).is_err());
    }

    #[test]
    fn values_survive() {
        let text = r#"{"a":[1,-2,0.1,1e3,"\u00e9\ud83d\ude00",null,true],"b":{"c":{}}}"#;
        assert_eq!(parse(text.as_bytes()).unwrap(), serde_json::from_str::<Value>(text).unwrap());
        assert!(parse(b"9007199254740991").is_ok());
        for number in ["1e22", "123456789012345678901.5", "[\"a\\\"123456789012345678901234567890\", -1.0e300]"] {
            assert!(parse(number.as_bytes()).is_ok(), "{number}");
        }
    }
}
