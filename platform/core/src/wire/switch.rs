//! Booleans in the query.

use std::borrow::Cow;

use poem_openapi::registry::MetaSchemaRef;
use poem_openapi::types::{ParseFromParameter, ParseResult, Type};

use super::Query;
use crate::error::FieldErrors;

/// `true` or `false` in the query, without regard to case (clients of Python send `True`). Anything else is refused when
/// it is read, so that one answer can name it beside other bad fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switch(Option<bool>);

impl Query<Option<Switch>> {
    /// What the parameter says, `default` without one; notes it when it is neither true nor false.
    pub fn read(&self, name: &str, default: bool, errors: &mut FieldErrors) -> bool {
        let Some(switch) = self.0 else { return default };
        switch.0.unwrap_or_else(|| {
            errors.add(name, "invalid.field.value", "Neither true nor false");
            default
        })
    }
}

impl Type for Switch {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        bool::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        bool::schema_ref()
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromParameter for Switch {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        Ok(Self(value.to_lowercase().parse().ok()))
    }
}
