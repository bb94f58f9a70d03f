//! Bodies, member by member: all that is wrong is told at once.

use argus_core::error::{ApiError, FieldErrors};
use argus_core::wire::parse;
use serde_json::{Map, Value};

/// The members of a body.
///
/// # Errors
/// 412 for what is no JSON object.
pub fn members(bytes: &[u8]) -> Result<Map<String, Value>, ApiError> {
    match parse(bytes)? {
        Value::Object(members) => Ok(members),
        _ => Err(ApiError::unmet("invalid.body", "The body must be a JSON object")),
    }
}

/// An object that is being read.
pub struct Reading<'a> {
    members: Option<&'a Map<String, Value>>,
    /// What the names of its members begin with in errors.
    within: String,
}

impl<'a> Reading<'a> {
    /// Of the body itself.
    pub fn of(members: &'a Map<String, Value>) -> Self {
        Self { members: Some(members), within: String::new() }
    }

    /// What the names of its members begin with in errors.
    pub fn within(&self) -> &str {
        &self.within
    }

    /// A member; null is none.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.members?.get(name).filter(|value| !value.is_null())
    }

    /// Notes what is wrong with a member.
    pub fn wrong(&self, name: &str, text: impl Into<String>, errors: &mut FieldErrors) {
        let text: String = text.into();
        errors.add(format!("{}{name}", self.within), "invalid.field.value", text);
    }

    /// A member that is an object; one without members where it is absent.
    pub fn object(&self, name: &str, errors: &mut FieldErrors) -> Self {
        let value = self.get(name);
        if value.is_some_and(|value| !value.is_object()) {
            self.wrong(name, "Must be an object", errors);
        }
        Self { members: value.and_then(Value::as_object), within: format!("{}{name}.", self.within) }
    }

    /// Whether the object is there.
    pub fn is_there(&self) -> bool {
        self.members.is_some()
    }

    /// A member that is a text.
    pub fn text(&self, name: &str, errors: &mut FieldErrors) -> Option<String> {
        let value = self.get(name)?;
        let text = value.as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(name, "Must be a text", errors);
        }
        text
    }

    /// A member that has to be there, and is one of those words.
    pub fn word(&self, name: &str, known: &[&'static str], errors: &mut FieldErrors) -> Option<&'static str> {
        let sent = self.get(name).and_then(Value::as_str);
        let found = sent.and_then(|sent| known.iter().find(|known| **known == sent)).copied();
        if found.is_none() {
            self.wrong(name, format!("Must be {}", known.join(" or ")), errors);
        }
        found
    }

    /// A member that is true or false; false where it is absent.
    pub fn switch(&self, name: &str, errors: &mut FieldErrors) -> bool {
        let Some(value) = self.get(name) else { return false };
        if !value.is_boolean() {
            self.wrong(name, "Must be true or false", errors);
        }
        value.as_bool().unwrap_or(false)
    }
}
