//! Query strings as criteria: the same members as in a body, less sub-criteria, with repeated parameters as lists.

use serde_json::{Map, Value};

/// What a query string holds, and the names of parameters that are not validly encoded.
pub(super) fn parse(query: &str) -> (Value, Vec<String>) {
    let (mut members, mut broken) = (Map::new(), Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (Some(name), Some(value)) = (decode(name), decode(value)) else {
            broken.push(decode(name).unwrap_or_else(|| name.to_owned()));
            continue;
        };
        match members.get_mut(&name) {
            None => _ = members.insert(name, Value::String(value)),
            Some(Value::Array(values)) => values.push(Value::String(value)),
            Some(first) => *first = Value::Array(vec![first.take(), Value::String(value)]),
        }
    }
    (Value::Object(members), broken)
}

/// Decodes one name or value of a form; `None` for broken percent-encoding and for what is not UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn repeated_parameters_are_lists() {
        let (members, broken) = parse("a=1&b=x%20y+z&a=2&&c&a=%C3%A5&d=a,b&e=a=b");
        assert_eq!(members, json!({"a": ["1", "2", "å"], "b": "x y z", "c": "", "d": "a,b", "e": "a=b"}));
        assert!(broken.is_empty());
    }

    #[test]
    fn broken_encodings_are_named() {
        let (members, broken) = parse("a=%&b=%4&c=%zz&d=%ff&%=1&e=%+1&ok=%25");
        assert_eq!(members, json!({"ok": "%"}));
        assert_eq!(broken, ["a", "b", "c", "d", "%", "e"]);
    }
}
