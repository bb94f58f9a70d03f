//! JSON schemas of properties. They come from clients, so the work that one can make is bounded: they are short, refer to
//! nothing (also not to themselves: a chain of references can double at every step), and have few patterns, which `regex`
//! matches in linear time.

use boon::{Compiler, Draft, SchemaIndex, Schemas, SchemeUrlLoader, ValidationError};
use regex::RegexBuilder;
use serde_json::Value;

/// The longest schema, in bytes of JSON.
pub const LONGEST_SCHEMA: usize = 16 * 1024;

/// The most patterns of a schema.
const MOST_PATTERNS: usize = 20;

/// Bytes that a pattern may take when it is compiled.
const LARGEST_PATTERN: usize = 256 * 1024;

/// Under which address the compiler knows the schema. Nothing is fetched from there, nor from anywhere else.
const ADDRESS: &str = "https://schema.invalid/";

/// A JSON schema, ready to be met.
pub struct Schema {
    known: Schemas,
    index: SchemaIndex,
}

impl Schema {
    /// Reads a schema: an object, of draft 4, 6, 7, 2019-09 or 2020-12, as `$schema` says; the last without that.
    ///
    /// # Errors
    /// What is wrong with it, for a person.
    pub fn read(json: &Value) -> Result<Self, String> {
        if !json.is_object() {
            return Err("A JSON schema is an object here".to_owned());
        }
        if json.to_string().len() > LONGEST_SCHEMA {
            return Err(format!("Must be at most {LONGEST_SCHEMA} bytes long as JSON"));
        }
        let mut patterns = 0;
        check(json, &mut patterns)?;
        let wrong = |place: String| format!("Not a JSON schema of draft 4 to 2020-12{place}");
        let (mut compiler, mut known) = (Compiler::new(), Schemas::new());
        compiler.use_loader(Box::new(SchemeUrlLoader::new()));
        compiler.add_resource(ADDRESS, json.clone()).map_err(|_| wrong(String::new()))?;
        match compiler.compile(ADDRESS, &mut known) {
            Ok(index) => Ok(Self { known, index }),
            Err(boon::CompileError::ValidationError { src, .. }) => Err(wrong(place(&src))),
            Err(_) => Err(wrong(String::new())),
        }
    }

    /// Sees that a value meets it.
    ///
    /// # Errors
    /// Where it does not, for a person; never what stands there.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let met = self.known.validate(value, self.index);
        met.map_err(|error| format!("Does not meet the schema of the property{}", place(&error)))
    }
}

/// Sees to what a schema may hold, wherever it stands in there.
fn check(json: &Value, patterns: &mut usize) -> Result<(), String> {
    let members = match json {
        Value::Object(members) => members,
        Value::Array(elements) => return elements.iter().try_for_each(|element| check(element, patterns)),
        _ => return Ok(()),
    };
    for (name, value) in members {
        match (name.as_str(), value) {
            ("$ref" | "$dynamicRef" | "$recursiveRef", _) => {
                return Err(format!("{name} is not followed: put what it refers to in its place"));
            }
            ("$schema", Value::String(draft)) if Draft::from_url(draft).is_none() => {
                return Err("$schema names none of the drafts 4, 6, 7, 2019-09 and 2020-12".to_owned());
            }
            ("pattern", Value::String(pattern)) => check_pattern(pattern, patterns)?,
            ("patternProperties", Value::Object(matched)) => {
                matched.keys().try_for_each(|pattern| check_pattern(pattern, patterns))?;
            }
            _ => {}
        }
        check(value, patterns)?;
    }
    Ok(())
}

fn check_pattern(pattern: &str, patterns: &mut usize) -> Result<(), String> {
    *patterns += 1;
    if *patterns > MOST_PATTERNS {
        return Err(format!("At most {MOST_PATTERNS} patterns"));
    }
    let built = RegexBuilder::new(pattern).size_limit(LARGEST_PATTERN).build();
    built.map(|_| ()).map_err(|_| "A pattern is none, looks around or back, or is too large".to_owned())
}

/// Where the first thing is that is wrong; nothing for the whole.
fn place(error: &ValidationError<'_, '_>) -> String {
    let mut inner = error;
    while let Some(cause) = inner.causes.first() {
        inner = cause;
    }
    let place = inner.instance_location.to_string();
    if place.is_empty() { place } else { format!(", at {place}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(json: &Value) -> String {
        Schema::read(json).err().unwrap_or_else(|| panic!("{json} was taken"))
    }

    #[test]
    fn values_meet_schemas_or_not() {
        let schema = json!({
            "type": "object", "required": ["a"], "additionalProperties": false,
            "properties": { "a": { "type": "integer", "maximum": 3 }, "b": { "items": { "pattern": "^x\\d$" } } },
        });
        let schema = Schema::read(&schema).unwrap();
        assert_eq!(schema.check(&json!({ "a": 3, "b": ["x1"] })), Ok(()));
        for (value, place) in [
            (json!({}), "property"),
            (json!("a"), "property"),
            (json!({ "a": 4 }), "at /a"),
            (json!({ "a": 1, "b": ["x1", "secret"] }), "at /b/1"),
            (json!({ "a": 1, "b": ["x\u{0663}"] }), "at /b/0"),
        ] {
            let said = schema.check(&value).unwrap_err();
            assert!(said.ends_with(place) && !said.contains("secret"), "{value}: {said}");
        }
    }

    #[test]
    fn drafts_are_told_apart_by_what_they_are_called() {
        let draft = |name: &str| json!({ "$schema": name, "exclusiveMinimum": true, "minimum": 1 });
        let four = Schema::read(&draft("http://json-schema.org/draft-04/schema#")).unwrap();
        assert!(four.check(&json!(1)).is_err() && four.check(&json!(2)).is_ok());
        assert!(refused(&draft("https://json-schema.org/draft/2020-12/schema")).ends_with("at /exclusiveMinimum"));
        for other in ["http://example.com/schema", "file:///etc/passwd", ""] {
            assert!(refused(&draft(other)).contains("drafts"), "{other}");
        }
    }

    #[test]
    fn schemas_are_bounded_and_refer_to_nothing() {
        for (json, said) in [
            (json!(true), "object"),
            (json!({ "type": "text" }), "at /type"),
            (json!({ "description": "x".repeat(LONGEST_SCHEMA) }), "bytes"),
            (json!({ "allOf": [{ "$ref": "#" }] }), "$ref"),
            (json!({ "properties": { "a": { "$ref": "file:///etc/passwd" } } }), "$ref"),
            (json!({ "$dynamicRef": "#x" }), "$dynamicRef"),
            (json!({ "pattern": "(" }), "pattern"),
            (json!({ "pattern": "(?=a)" }), "pattern"),
            (json!({ "pattern": "(a{1000}){1000}" }), "pattern"),
            (json!({ "patternProperties": { "(": {} } }), "pattern"),
            (json!({ "allOf": (0..21).map(|_| json!({ "pattern": "a" })).collect::<Vec<_>>() }), "20 patterns"),
        ] {
            assert!(refused(&json).contains(said), "{json}");
        }
    }
}
