//! Types of single settings.

use std::fmt;
use std::time::Duration;

use serde::de::{Error, IntoDeserializer, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A length of time: `250ms`, `2s`, `5m`, `1h`, `30d`, or a number of seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(Duration);

impl Span {
    /// So many seconds.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// So many milliseconds.
    #[must_use]
    pub const fn millis(millis: u64) -> Self {
        Self(Duration::from_millis(millis))
    }

    /// As the standard library has it.
    #[must_use]
    pub const fn duration(self) -> Duration {
        self.0
    }

    /// In nanoseconds.
    #[must_use]
    pub fn nanos(self) -> i64 {
        i64::try_from(self.0.as_nanos()).unwrap_or(i64::MAX)
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (amount, unit) = text.split_at_checked(digits)?;
        let amount: u64 = amount.parse().ok()?;
        let millis = match unit.trim() {
            "ms" => 1,
            "" | "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        amount.checked_mul(millis).map(Self::millis)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];
        let fit = units.into_iter().find(|(size, _)| millis >= *size && millis.is_multiple_of(*size));
        match fit {
            Some((size, unit)) => write!(f, "{}{unit}", millis / size),
            None => write!(f, "{millis}ms"),
        }
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Span;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a length of time such as 250ms, 2s, 5m, 1h or 30d")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Span, E> {
                Span::parse(text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }

            fn visit_u64<E: Error>(self, seconds: u64) -> Result<Span, E> {
                Ok(Span::seconds(seconds))
            }

            fn visit_i64<E: Error>(self, seconds: i64) -> Result<Span, E> {
                let seconds = u64::try_from(seconds);
                seconds.map(Span::seconds).map_err(|_| E::custom("a length of time cannot be negative"))
            }
        }
        deserializer.deserialize_any(Text)
    }
}

/// A setting that may hold a password: neither `Debug` nor `argus config` shows it.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// A secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The value itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is none, or one of at least so many characters that is no address: of those more is shown.
    pub(super) fn is_empty_or(&self, least: usize) -> bool {
        self.0.is_empty() || (self.0.chars().count() >= least && !self.0.contains("://"))
    }

    /// The value with the password of an address hidden.
    fn hidden(&self) -> String {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            return if self.0.is_empty() { "" } else { "***" }.into();
        };
        match rest.rsplit_once('@') {
            Some((who, place)) => {
                let user = who.split(':').next().unwrap_or_default();
                format!("{scheme}://{user}:***@{}", without_query(place))
            }
            None => format!("{scheme}://{}", without_query(rest)),
        }
    }
}

/// A query can hold a password too.
fn without_query(place: &str) -> String {
    match place.split_once('?') {
        Some((path, _)) => format!("{path}?***"),
        None => place.to_owned(),
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hidden())
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.hidden())
    }
}

/// A password, of which nothing is ever shown, wherever it stands.
#[derive(Clone, Default)]
pub struct Password(String);

impl Password {
    /// A password.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The value itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn hidden(&self) -> &'static str {
        if self.0.is_empty() { "" } else { "***" }
    }
}

/// Without a word about what stands there, which is a password all the same.
impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Given {
            Text(String),
            Other(serde::de::IgnoredAny),
        }
        match Given::deserialize(deserializer)? {
            Given::Text(text) => Ok(Self(text)),
            Given::Other(_) => Err(D::Error::custom("must be a text; put it into quotation marks")),
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.hidden())
    }
}

impl Serialize for Password {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.hidden())
    }
}

/// A text; the environment's `123` is one too.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Text(String),
        Number(i64),
    }
    Ok(match Given::deserialize(deserializer)? {
        Given::Text(text) => text,
        Given::Number(number) => number.to_string(),
    })
}

/// A list; in the environment a JSON array or a comma list.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    struct Items<T>(std::marker::PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list, or a text with commas between its elements")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Vec<T>, E> {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            parts.map(|part| T::deserialize(part.to_owned().into_deserializer())).collect()
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
            let mut all = Vec::new();
            while let Some(item) = items.next_element()? {
                all.push(item);
            }
            Ok(all)
        }
    }
    deserializer.deserialize_any(Items(std::marker::PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_printed() {
        for (text, printed) in [("250ms", "250ms"), ("2s", "2s"), ("120", "2m"), ("90s", "90s"), ("48h", "2d")] {
            assert_eq!(Span::parse(text).unwrap().to_string(), printed);
        }
        assert!(Span::parse("2 fortnights").is_none());
        assert!(Span::parse("-2s").is_none());
    }

    #[test]
    fn of_passwords_nothing_is_shown() {
        let read: Password = serde_json::from_str("\"a://b\"").unwrap();
        assert_eq!((read.reveal(), format!("{read:?}")), ("a://b", "***".to_owned()));
        assert_eq!(serde_json::to_string(&[read, Password::default()]).unwrap(), r#"["***",""]"#);
        let refused = serde_json::from_str::<Password>("4711").unwrap_err().to_string();
        assert!(refused.contains("quotation marks") && !refused.contains("4711"), "{refused}");
    }

    #[test]
    fn passwords_in_addresses_are_hidden() {
        for (url, hidden) in [
            ("postgres://argus:p@ss@db/argus", "postgres://argus:***@db/argus"),
            ("postgres://db/argus?password=x", "postgres://db/argus?***"),
            ("sqlite://a/b.db", "sqlite://a/b.db"),
            ("", ""),
        ] {
            assert_eq!(format!("{:?}", Secret::new(url)), hidden);
        }
    }
}
