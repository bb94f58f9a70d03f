//! Leaves: what the tree holds of each event, as canonical JSON. A leaf says what is public of an event in clear, and commits to
//! everything else, so that it can stay when a value has to go.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};

use serde_json::{Map, Value};

use crate::canonical::{canonical, write_text};

/// The form of leaves that is written now.
pub const VERSION: i64 = 1;

/// The most bytes of a leaf: bundles tell lengths in two bytes.
pub const LONGEST: usize = 65_535;

/// A leaf.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// The event's identifier: a UUID, lower case, with dashes.
    pub id: String,
    /// The customer's number.
    pub customer: i64,
    /// When it happened, in ns since the epoch.
    pub timestamp: i64,
    /// When it was received, in ns since the epoch.
    pub created: i64,
    /// What is public, as the event printed it when it was made: texts, integers, and the list of flags. Members without a
    /// value are not there.
    pub clear: BTreeMap<String, Value>,
    /// Commitments to all other members that have a value, by their names.
    pub sealed: BTreeMap<String, String>,
}

/// Why bytes are no leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// Not JSON in UTF-8.
    NotJson,
    /// JSON, but not in its canonical form.
    NotCanonical,
    /// Of another form than those that are known, or with other members.
    NotALeaf,
}

/// The text of a leaf around the time of receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    before: String,
    after: String,
}

impl Frame {
    /// The text of the leaf, received at that time in ns; nothing when it is longer than [`LONGEST`].
    #[must_use]
    pub fn text(&self, created: i64) -> Option<String> {
        let text = format!("{}{created}{}", self.before, self.after);
        (text.len() <= LONGEST).then_some(text)
    }

    /// Bytes of the text without the time.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.before.len() + self.after.len()
    }

    /// Whether the text is short enough, whatever the time.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.text(i64::MIN).is_some()
    }
}

impl Leaf {
    /// Its bytes. Nothing when there are too many, or for a value without a canonical form.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        self.frame()?.text(self.created)
    }

    /// Its canonical text but for the time of receipt: all that can be said before the leaf has its place. Nothing when
    /// something in it has no canonical form.
    #[must_use]
    pub fn frame(&self) -> Option<Frame> {
        let mut text = String::from("{\"clear\":{");
        for (place, (name, value)) in self.clear.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            write_text(name, &mut text);
            text.push(':');
            text.push_str(&canonical(value)?);
        }
        text.push_str("},\"createdTimestamp\":\"");
        let before = core::mem::take(&mut text);
        text.push_str("\",\"customer\":");
        text.push_str(&canonical(&self.customer.into())?);
        text.push_str(",\"id\":");
        write_text(&self.id, &mut text);
        text.push_str(",\"sealed\":{");
        for (place, (name, commitment)) in self.sealed.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            write_text(name, &mut text);
            text.push(':');
            write_text(commitment, &mut text);
        }
        text.push_str(&format!("}},\"timestamp\":\"{}\",\"v\":{VERSION}}}", self.timestamp));
        Some(Frame { before, after: text })
    }

    /// Reads a leaf. There is one text of each, so what is read prints as the same bytes.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let text = core::str::from_utf8(bytes).map_err(|_| Malformed::NotJson)?;
        let value: Value = serde_json::from_str(text).map_err(|_| Malformed::NotJson)?;
        if canonical(&value).as_deref() != Some(text) {
            return Err(Malformed::NotCanonical);
        }
        let Value::Object(members) = value else { return Err(Malformed::NotALeaf) };
        let leaf = Self::of(&members).ok_or(Malformed::NotALeaf)?;
        if members.len() == 7 && leaf.text().as_deref() == Some(text) { Ok(leaf) } else { Err(Malformed::NotALeaf) }
    }

    fn of(members: &Map<String, Value>) -> Option<Self> {
        if members.get("v")?.as_i64()? != VERSION {
            return None;
        }
        let sealed = members.get("sealed")?.as_object()?.iter();
        Some(Self {
            id: members.get("id")?.as_str()?.to_owned(),
            customer: members.get("customer")?.as_i64()?,
            timestamp: time(members.get("timestamp")?)?,
            created: time(members.get("createdTimestamp")?)?,
            clear: members
                .get("clear")?
                .as_object()?
                .iter()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            sealed: sealed
                .map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                .collect::<Option<_>>()?,
        })
    }
}

/// Nanoseconds, as a decimal text in its one form.
fn time(value: &Value) -> Option<i64> {
    let text = value.as_str()?;
    let nanos: i64 = text.parse().ok()?;
    (nanos.to_string() == text).then_some(nanos)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sample() -> Leaf {
        Leaf {
            id: "0190a1b2-0000-7000-8000-000000000001".to_owned(),
            customer: 1,
            timestamp: -5,
            created: 1_767_225_600_000_000_001,
            clear: [("flags", json!(["LOGIN"])), ("stage", json!(3)), ("dialect", json!("native"))]
                .map(|(name, value)| (name.to_owned(), value))
                .into(),
            sealed: [("action".to_owned(), "abc".to_owned())].into(),
        }
    }

    #[test]
    fn a_leaf_has_one_text() {
        let text = sample().text().unwrap();
        assert_eq!(
            text,
            "{\"clear\":{\"dialect\":\"native\",\"flags\":[\"LOGIN\"],\"stage\":3},\
            \"createdTimestamp\":\"1767225600000000001\",\"customer\":1,\
            \"id\":\"0190a1b2-0000-7000-8000-000000000001\",\"sealed\":{\"action\":\"abc\"},\"timestamp\":\"-5\",\"v\":1}"
        );
        assert_eq!(Leaf::parse(text.as_bytes()), Ok(sample()));
        assert_eq!(canonical(&serde_json::from_str(&text).unwrap()), Some(text));
    }

    #[test]
    fn what_is_no_leaf_is_told() {
        let text = sample().text().unwrap();
        for (from, to, expected) in [
            ("{\"clear\"", " {\"clear\"", Malformed::NotCanonical),
            ("\"v\":1", "\"v\":1.0", Malformed::NotCanonical),
            ("\"v\":1", "\"v\":2", Malformed::NotALeaf),
            ("\"v\":1", "\"v\":1,\"w\":1", Malformed::NotALeaf),
            ("\"-5\"", "\"-05\"", Malformed::NotALeaf),
            ("\"-5\"", "-5", Malformed::NotALeaf),
            ("\"abc\"", "7", Malformed::NotALeaf),
            ("\"v\":1}", "\"v\":1", Malformed::NotJson),
        ] {
            assert_eq!(Leaf::parse(text.replace(from, to).as_bytes()), Err(expected), "{to}");
        }
        assert_eq!(Leaf::parse(b"\xff"), Err(Malformed::NotJson));
        assert_eq!(Leaf::parse(b"[]"), Err(Malformed::NotALeaf));
    }

    #[test]
    fn a_leaf_has_a_longest() {
        let mut leaf = sample();
        let others = leaf.text().unwrap().len() - "native".len();
        leaf.clear.insert("dialect".to_owned(), json!("x".repeat(LONGEST - others)));
        assert_eq!(leaf.text().map(|text| text.len()), Some(LONGEST));
        leaf.clear.insert("dialect".to_owned(), json!("x".repeat(LONGEST - others + 1)));
        assert_eq!(leaf.text(), None);
        leaf = sample();
        leaf.customer = i64::MAX;
        assert_eq!(leaf.text(), None);
    }
}
