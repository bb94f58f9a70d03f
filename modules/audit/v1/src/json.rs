//! JSON inside events: objects, and values for which null is something other than absent.

use std::borrow::Cow;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use serde_json::Value;

macro_rules! json_type {
    ($name:ident, $schema:expr) => {
        impl Type for $name {
            const IS_REQUIRED: bool = false;

            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_ref() -> MetaSchemaRef {
                MetaSchemaRef::Inline(Box::new($schema))
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                Box::new(std::iter::once(self))
            }

            fn is_none(&self) -> bool {
                self.is_absent()
            }
        }
    };
}

/// Any JSON value, null among them, or nothing at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sent(pub Option<Value>);

impl Sent {
    fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

json_type!(Sent, MetaSchema { nullable: true, ..MetaSchema::ANY });

impl ParseFromJSON for Sent {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        Ok(Self(value))
    }
}

impl ToJSON for Sent {
    fn to_json(&self) -> Option<Value> {
        self.0.clone()
    }
}

/// A JSON object.
#[derive(Debug, Clone, PartialEq)]
pub struct Json(pub Value);

impl Json {
    fn is_absent(&self) -> bool {
        self.0.is_null()
    }
}

json_type!(Json, MetaSchema::new("object"));

impl ParseFromJSON for Json {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(object @ Value::Object(_)) => Ok(Self(object)),
            other => Err(ParseError::expected_type(other.unwrap_or_default())),
        }
    }
}

impl ToJSON for Json {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.clone())
    }
}
