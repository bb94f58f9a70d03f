//! The same of one schema.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

/// Who sends it. A client's input may be freed, the server's answer may be tightened; never the reverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Client to server.
    Input,
    /// Server to client.
    Output,
}

/// Limits that grow when input is freed, and those that shrink.
const UPPER: [&str; 4] = ["maximum", "maxLength", "maxItems", "maxProperties"];
const LOWER: [&str; 4] = ["minimum", "minLength", "minItems", "minProperties"];

/// What must stay as it is, in both directions.
const FIXED: [&str; 5] = ["type", "format", "pattern", "multipleOf", "default"];

/// Compares schemas of two documents.
pub struct Schemas<'a> {
    released: &'a Value,
    current: &'a Value,
    direction: Direction,
    /// Pairs of references under comparison: schemas may contain themselves.
    open: HashSet<(String, String)>,
    /// What was found.
    pub broken: Vec<String>,
}

impl<'a> Schemas<'a> {
    /// Nothing compared yet.
    pub fn of(released: &'a Value, current: &'a Value, direction: Direction) -> Self {
        Self { released, current, direction, open: HashSet::new(), broken: Vec::new() }
    }

    /// Compares two schemas and all they refer to.
    pub fn compare(&mut self, place: &str, old: &Value, new: &Value) {
        let names = (reference(old), reference(new));
        if let (Some(old), Some(new)) = names
            && !self.open.insert((old.to_owned(), new.to_owned()))
        {
            return;
        }
        let (old, new) = (resolve(self.released, old), resolve(self.current, new));
        self.value(place, old, new);
        self.object(place, old, new);
        for part in ["items", "additionalProperties"] {
            match (&old[part], &new[part]) {
                (Value::Object(_), Value::Object(_)) => {
                    self.compare(&format!("{place}[]"), &old[part], &new[part]);
                }
                (old, new) if old != new => self.say(place, &format!("has other {part}")),
                _ => {}
            }
        }
        for part in ["allOf", "anyOf", "oneOf"] {
            let (old, new) = (parts(old, part), parts(new, part));
            if old.len() != new.len() {
                self.say(place, &format!("has another number of {part}"));
            }
            for (old, new) in old.iter().zip(new) {
                self.compare(place, old, new);
            }
        }
    }

    /// What a value may be, its members aside.
    fn value(&mut self, place: &str, old: &Value, new: &Value) {
        for key in FIXED {
            if old[key] != new[key] {
                self.say(place, &format!("has another {key}: {} was {}", new[key], old[key]));
            }
        }
        let nullable = |schema: &Value| schema["nullable"] == true;
        match self.direction {
            Direction::Input if nullable(old) && !nullable(new) => self.say(place, "cannot be null any more"),
            Direction::Output if nullable(new) && !nullable(old) => self.say(place, "can be null now"),
            _ => {}
        }
        let (before, after) = (words(old, "enum"), words(new, "enum"));
        match self.direction {
            // No list at all takes everything.
            Direction::Input if !after.is_empty() && (before.is_empty() || !before.is_subset(&after)) => {
                self.say(place, &format!("takes fewer values: {after:?} was {before:?}"));
            }
            Direction::Output if !before.is_empty() && (after.is_empty() || !after.is_subset(&before)) => {
                self.say(place, &format!("has values that nobody expects: {after:?} was {before:?}"));
            }
            _ => {}
        }
        if self.direction == Direction::Input {
            let bound = |schema: &Value, key: &str| schema[key].as_f64();
            for key in UPPER {
                let (before, after) = (bound(old, key), bound(new, key));
                if after.is_some_and(|after| before.is_none_or(|before| after < before)) {
                    self.say(place, &format!("has a tighter {key}"));
                }
            }
            for key in LOWER {
                let (before, after) = (bound(old, key), bound(new, key));
                if after.is_some_and(|after| before.is_none_or(|before| after > before)) {
                    self.say(place, &format!("has a tighter {key}"));
                }
            }
        }
    }

    fn object(&mut self, place: &str, old: &Value, new: &Value) {
        let (before, after) = (words(old, "required"), words(new, "required"));
        match self.direction {
            Direction::Input => {
                for name in after.difference(&before) {
                    self.say(&format!("{place}.{name}"), "is required now");
                }
            }
            Direction::Output => {
                for name in before.difference(&after) {
                    self.say(&format!("{place}.{name}"), "can be absent now");
                }
            }
        }
        for (name, member) in old["properties"].as_object().into_iter().flatten() {
            let place = format!("{place}.{name}");
            match new["properties"].get(name) {
                Some(found) => self.compare(&place, member, found),
                None => self.say(&place, "is gone"),
            }
        }
    }

    fn say(&mut self, place: &str, what: &str) {
        self.broken.push(format!("{place} {what}"));
    }
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()
}

/// The schema itself where it is a reference.
fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match reference(schema) {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null),
        None => schema,
    }
}

fn parts<'a>(schema: &'a Value, key: &str) -> &'a [Value] {
    schema[key].as_array().map_or(&[], Vec::as_slice)
}

fn words(schema: &Value, key: &str) -> BTreeSet<String> {
    let words = schema[key].as_array().into_iter().flatten();
    words.map(|word| word.as_str().map_or_else(|| word.to_string(), str::to_owned)).collect()
}
