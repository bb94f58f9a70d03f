//! What the values of a described property are.

use poem_openapi::Enum;
use serde_json::{Value, json};

/// What the values of a property are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "PropertyType", rename_all = "camelCase")]
pub enum Kind {
    /// Texts.
    StringType,
    /// Numbers.
    FloatType,
    /// Whole numbers of 64 bits.
    IntegerType,
    /// Anything but null.
    JsonType,
    /// True or false.
    BooleanType,
    /// Texts of a list that the descriptor has.
    EnumType,
}

impl Kind {
    const ALL: [Self; 6] =
        [Self::StringType, Self::FloatType, Self::IntegerType, Self::JsonType, Self::BooleanType, Self::EnumType];

    /// Their names.
    pub const NAMES: &'static [&'static str] =
        &["stringType", "floatType", "integerType", "jsonType", "booleanType", "enumType"];

    /// The name that is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::StringType => "stringType",
            Self::FloatType => "floatType",
            Self::IntegerType => "integerType",
            Self::JsonType => "jsonType",
            Self::BooleanType => "booleanType",
            Self::EnumType => "enumType",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether a value is of it; of a list, whether it could stand there.
    #[must_use]
    pub fn takes(self, value: &Value) -> bool {
        match self {
            Self::StringType | Self::EnumType => value.is_string(),
            Self::FloatType => value.is_number(),
            Self::IntegerType => value.is_i64(),
            Self::JsonType => !value.is_null(),
            Self::BooleanType => value.is_boolean(),
        }
    }

    /// What values are, for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::StringType => "a text",
            Self::FloatType => "a number",
            Self::IntegerType => "a whole number of 64 bits",
            Self::JsonType => "any JSON but null",
            Self::BooleanType => "true or false",
            Self::EnumType => "a text that the descriptor lists",
        }
    }

    /// The JSON schema of all its values; `values` are those of the list.
    #[must_use]
    pub fn schema(self, values: &[String]) -> Value {
        match self {
            Self::StringType => json!({ "type": "string" }),
            Self::FloatType => json!({ "type": "number" }),
            Self::IntegerType => json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX }),
            Self::JsonType => json!({ "not": { "type": "null" } }),
            Self::BooleanType => json!({ "type": "boolean" }),
            Self::EnumType => json!({ "type": "string", "enum": values }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_all() {
        assert_eq!(Kind::ALL.map(Kind::name), Kind::NAMES);
        assert!(Kind::ALL.into_iter().all(|kind| Kind::parse(kind.name()) == Some(kind)));
        assert_eq!(Kind::parse("string"), None);
    }

    #[test]
    fn values_are_of_their_kind() {
        let samples = [json!("1"), json!(1.5), json!(1), json!({"a": 1}), json!(true), Value::Null, json!(u64::MAX)];
        let taken = |kind: Kind| samples.iter().map(|value| kind.takes(value)).collect::<Vec<_>>();
        assert_eq!(taken(Kind::StringType), [true, false, false, false, false, false, false]);
        assert_eq!(taken(Kind::FloatType), [false, true, true, false, false, false, true]);
        assert_eq!(taken(Kind::IntegerType), [false, false, true, false, false, false, false]);
        assert_eq!(taken(Kind::JsonType), [true, true, true, true, true, false, true]);
        assert_eq!(taken(Kind::BooleanType), [false, false, false, false, true, false, false]);
        assert_eq!(taken(Kind::EnumType), taken(Kind::StringType));
    }
}
