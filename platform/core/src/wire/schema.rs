//! Checks a JSON value against the schema its type publishes, naming every bad field.

use std::borrow::Cow;
use std::collections::BTreeMap;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde_json::Value;

use crate::error::{ApiError, FieldErrors};

/// The published schema of a type, ready to check input with.
pub struct Validator {
    root: MetaSchemaRef,
    schemas: BTreeMap<String, MetaSchema>,
}

impl Validator {
    /// The schema of `T` and of everything it refers to.
    #[must_use]
    pub fn of<T: Type>() -> Self {
        let mut registry = Registry::new();
        T::register(&mut registry);
        Self { root: T::schema_ref(), schemas: registry.schemas }
    }

    /// Checks a value.
    ///
    /// # Errors
    /// 412 with one message per bad field. A field inside an object is named with dots, an element of a list by the
    /// name of its list.
    pub fn check(&self, value: &Value) -> Result<(), ApiError> {
        let mut errors = FieldErrors::default();
        if self.root_is_object() && !value.is_object() {
            return Err(ApiError::unmet("invalid.body", "The body must be a JSON object"));
        }
        self.walk(&self.root, value, "", &mut errors);
        errors.finish()
    }

    /// What is left of a value without the members in which the error found anything wrong, and with something in the
    /// place of a required text.
    #[must_use]
    pub fn without(&self, mut value: Value, error: &ApiError) -> Value {
        let Some(root) = self.resolve(&self.root) else { return value };
        for field in error.messages.iter().filter_map(|message| message.field.as_deref()) {
            remove(&mut value, field);
            let known = root.properties.iter().find(|(known, _)| *known == field && root.required.contains(known));
            let is_text =
                known.and_then(|(_, schema)| self.resolve(schema)).is_some_and(|schema| schema.ty == "string");
            if let Some(members) = value.as_object_mut().filter(|_| is_text) {
                members.insert(field.to_owned(), Value::from("-"));
            }
        }
        value
    }

    fn root_is_object(&self) -> bool {
        self.resolve(&self.root).is_some_and(|schema| schema.ty == "object")
    }

    fn resolve<'a>(&'a self, schema: &'a MetaSchemaRef) -> Option<&'a MetaSchema> {
        match schema {
            MetaSchemaRef::Inline(schema) => Some(schema),
            MetaSchemaRef::Reference(name) => self.schemas.get(name),
        }
    }

    fn walk(&self, schema: &MetaSchemaRef, value: &Value, field: &str, errors: &mut FieldErrors) {
        let Some(schema) = self.resolve(schema) else { return };
        for part in &schema.all_of {
            self.walk(part, value, field, errors);
        }
        if let Some(problem) = problem(schema, value) {
            errors.add(field, problem.0, problem.1);
            return;
        }
        match value {
            Value::Object(members) => self.members(schema, members, field, errors),
            Value::Array(items) => {
                let Some(of) = &schema.items else { return };
                let before = errors.len();
                for item in items {
                    // One message a list is enough; a thousand bad elements are one mistake.
                    if errors.len() == before {
                        self.walk(of, item, field, errors);
                    }
                }
            }
            _ => {}
        }
    }

    fn members(
        &self,
        schema: &MetaSchema,
        members: &serde_json::Map<String, Value>,
        field: &str,
        errors: &mut FieldErrors,
    ) {
        for (name, property) in &schema.properties {
            let required = schema.required.contains(name);
            match members.get(*name) {
                None | Some(Value::Null) if required => {
                    errors.add(path(field, name), "missing.field.value", "This field is required");
                }
                None | Some(Value::Null) => {}
                Some(value) => self.walk(property, value, &path(field, name), errors),
            }
        }
        if let Some(of) = &schema.additional_properties {
            for (name, value) in members {
                if !schema.properties.iter().any(|(known, _)| known == name) {
                    self.walk(of, value, &path(field, name), errors);
                }
            }
        }
    }
}

/// Where a member stands. At the top, where most of them are, its name is its path and nothing is copied.
fn path<'a>(field: &str, name: &'a str) -> Cow<'a, str> {
    if field.is_empty() { Cow::Borrowed(name) } else { Cow::Owned(format!("{field}.{name}")) }
}

/// Takes away the member of that path, or else the innermost one on the way to it.
fn remove(value: &mut Value, path: &str) {
    let Some(members) = value.as_object_mut() else { return };
    let (name, below) = path.split_once('.').unwrap_or((path, ""));
    let next = below.split('.').next().unwrap_or_default();
    match members.get_mut(name) {
        Some(inner) if inner.get(next).is_some() => remove(inner, below),
        _ => _ = members.remove(name),
    }
}

type Problem = (&'static str, String);

/// What is wrong with the value itself, its parts aside.
fn problem(schema: &MetaSchema, value: &Value) -> Option<Problem> {
    let wrong = |what: &str| Some(("invalid.field.type", format!("Must be {what}")));
    match (schema.ty, value) {
        ("string", Value::String(text)) => text_problem(schema, text),
        ("string", _) => wrong("a text"),
        ("integer", Value::Number(number)) if number.as_i64().is_some() => {
            number_problem(schema, number.as_f64().unwrap_or(f64::MAX))
                .or_else(|| integer_problem(schema, number.as_i64().unwrap_or(i64::MAX)))
        }
        ("integer", _) => wrong("a whole number"),
        ("number", Value::Number(number)) => number_problem(schema, number.as_f64().unwrap_or(f64::MAX)),
        ("number", _) => wrong("a number"),
        ("boolean", Value::Bool(_)) | ("object", Value::Object(_)) => None,
        ("boolean", _) => wrong("true or false"),
        ("object", _) => wrong("an object"),
        ("array", Value::Array(items)) => list_problem(schema, items.len()),
        ("array", _) => wrong("a list"),
        _ => None,
    }
}

fn text_problem(schema: &MetaSchema, text: &str) -> Option<Problem> {
    if !schema.enum_items.is_empty() && !schema.enum_items.iter().any(|item| item.as_str() == Some(text)) {
        let known: Vec<_> = schema.enum_items.iter().filter_map(Value::as_str).collect();
        return Some(("invalid.field.value", format!("Must be one of {}", known.join(", "))));
    }
    if schema.format == Some("uuid") && uuid::Uuid::try_parse(text).is_err() {
        return Some(("invalid.field.value", "Must be a UUID".into()));
    }
    let longest = schema.max_length?;
    // The number of bytes is never less than that of characters, and is known without counting.
    let fits = text.len() <= longest || text.chars().count() <= longest;
    (!fits).then(|| ("invalid.field.length", format!("Must be at most {longest} characters long"))).or_else(|| {
        let shortest = schema.min_length?;
        (text.chars().count() < shortest)
            .then(|| ("invalid.field.length", format!("Must be at least {shortest} characters long")))
    })
}

fn number_problem(schema: &MetaSchema, value: f64) -> Option<Problem> {
    let out = |what: &str, bound: f64| Some(("invalid.field.range", format!("Must be at {what} {bound}")));
    match (schema.minimum, schema.maximum) {
        (Some(least), _) if value < least => out("least", least),
        (_, Some(most)) if value > most => out("most", most),
        _ => None,
    }
}

fn integer_problem(schema: &MetaSchema, value: i64) -> Option<Problem> {
    (schema.format == Some("int32") && i32::try_from(value).is_err())
        .then(|| ("invalid.field.range", "Must be a 32-bit number".into()))
}

fn list_problem(schema: &MetaSchema, length: usize) -> Option<Problem> {
    let most = schema.max_items?;
    (length > most).then(|| ("invalid.field.length", format!("Must have at most {most} elements")))
}
