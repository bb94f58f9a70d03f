//! The canonical form of JSON (RFC 8785, JCS): no white space, members sorted by the UTF-16 units of their names, numbers as
//! ECMAScript prints them.

use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Number, Value};

/// Integers beyond it are not told apart by everybody: 2^53 - 1.
const LARGEST_INTEGER: u64 = (1 << 53) - 1;

/// The canonical text of a value. Nothing for one with an integer beyond 2^53 - 1, since doubles, which the form is made of, do
/// not hold it.
#[must_use]
pub fn canonical(value: &Value) -> Option<String> {
    let mut text = String::new();
    write(value, &mut text)?;
    Some(text)
}

fn write(value: &Value, into: &mut String) -> Option<()> {
    match value {
        Value::Null => into.push_str("null"),
        Value::Bool(true) => into.push_str("true"),
        Value::Bool(false) => into.push_str("false"),
        Value::Number(number) => write_number(number, into)?,
        Value::String(text) => write_text(text, into),
        Value::Array(values) => {
            into.push('[');
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    into.push(',');
                }
                write(value, into)?;
            }
            into.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            into.push('{');
            for (place, (name, value)) in members.into_iter().enumerate() {
                if place > 0 {
                    into.push(',');
                }
                write_text(name, into);
                into.push(':');
                write(value, into)?;
            }
            into.push('}');
        }
    }
    Some(())
}

fn write_number(number: &Number, into: &mut String) -> Option<()> {
    let integer = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
    if integer.is_some_and(|integer| integer > LARGEST_INTEGER) {
        return None;
    }
    let double = number.as_f64().filter(|double| double.is_finite())?;
    into.push_str(ryu_js::Buffer::new().format_finite(double));
    Some(())
}

/// Appends a text in its canonical form, RFC 8785 section 3.2.2.2: escaped is what must be, in its shortest form.
pub fn write_text(text: &str, into: &mut String) {
    into.push('"');
    // Most texts have nothing to escape.
    if !text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        into.push_str(text);
        into.push('"');
        return;
    }
    for sign in text.chars() {
        match sign {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\u{8}' => into.push_str("\\b"),
            '\t' => into.push_str("\\t"),
            '\n' => into.push_str("\\n"),
            '\u{c}' => into.push_str("\\f"),
            '\r' => into.push_str("\\r"),
            control if control < ' ' => {
                into.push_str("\\u00");
                let code = control as u32;
                into.extend([code >> 4, code & 15].into_iter().filter_map(|digit| char::from_digit(digit, 16)));
            }
            other => into.push(other),
        }
    }
    into.push('"');
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use serde_json::json;

    use super::*;

    fn of(text: &str) -> Option<String> {
        canonical(&serde_json::from_str(text).unwrap())
    }

    /// The example of RFC 8785 section 3.2.2, and what section 3.2.3 says of sorting.
    #[test]
    fn the_examples_of_the_standard() {
        let text = r#"{
            "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
            "literals": [null, true, false]
        }"#;
        let expected = "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
            \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}";
        assert_eq!(of(text).as_deref(), Some(expected));
        let text = r#"{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O"}"#;
        let names = ["\\r", "1", "\u{80}", "ö", "€", "😀", "\u{fb33}"];
        let canonical = of(text).unwrap();
        let places: Vec<usize> =
            names.iter().map(|name| canonical.find(&alloc::format!("\"{name}\":")).unwrap()).collect();
        assert!(places.is_sorted(), "{canonical}");
    }

    /// Appendix B of RFC 8785.
    #[test]
    fn numbers_are_those_of_the_standard() {
        for (bits, expected) in [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        ] {
            assert_eq!(canonical(&json!(f64::from_bits(bits))).as_deref(), Some(expected));
        }
        assert_eq!(of("[-0, 1.0, -5, 9007199254740991, 1e2]").as_deref(), Some("[0,1,-5,9007199254740991,100]"));
        assert_eq!(of("9007199254740992"), None);
        assert_eq!(of("[-9007199254740992]"), None);
        assert_eq!(of(&u64::MAX.to_string()), None);
    }
}
