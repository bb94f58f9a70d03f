//! What a document took away from those who relied on an earlier one.
//!
//! A released version of a module only gains: operations, optional input, members of answers. Everything else here is
//! a breaking change, and belongs into the module's next version.

mod schema;
mod unit;

use argus_core::access::Level;
use serde_json::{Map, Value};

use schema::{Direction, Schemas};

/// Every breaking change from one document to another, each as a sentence that begins with its place.
pub fn changes(released: &Value, current: &Value) -> Vec<String> {
    let mut found = Comparison { released, current, broken: Vec::new() };
    for (path, methods) in members(released, "/paths") {
        for (method, old) in methods.as_object().into_iter().flatten() {
            let place = format!("{} {path}", method.to_uppercase());
            match current["paths"][path].get(method) {
                Some(new) => found.operation(&place, old, new),
                None => found.broken.push(format!("{place} is gone")),
            }
        }
    }
    found.broken
}

struct Comparison<'a> {
    released: &'a Value,
    current: &'a Value,
    broken: Vec<String>,
}

impl Comparison<'_> {
    fn operation(&mut self, place: &str, old: &Value, new: &Value) {
        for key in ["operationId", "x-function"] {
            if old[key] != new[key] {
                self.broken.push(format!("{place} has another {key}: {} was {}", new[key], old[key]));
            }
        }
        let level = |operation: &Value| Level::parse(operation["x-level"].as_str().unwrap_or_default());
        if level(new) > level(old) {
            self.broken.push(format!("{place} needs a higher level: {} was {}", new["x-level"], old["x-level"]));
        }
        self.parameters(place, old, new);
        self.request(place, old, new);
        self.responses(place, old, new);
    }

    fn parameters(&mut self, place: &str, old: &Value, new: &Value) {
        for parameter in list(old, "parameters") {
            let place = format!("{place}, parameter {}", parameter["name"]);
            match like(new, parameter) {
                Some(found) => {
                    if needed(found) && !needed(parameter) {
                        self.broken.push(format!("{place} is required now"));
                    }
                    self.schema(&place, &parameter["schema"], &found["schema"], Direction::Input);
                }
                None => self.broken.push(format!("{place} is gone")),
            }
        }
        for parameter in list(new, "parameters") {
            if needed(parameter) && like(old, parameter).is_none() {
                self.broken.push(format!("{place}, parameter {} is new and required", parameter["name"]));
            }
        }
    }

    fn request(&mut self, place: &str, old: &Value, new: &Value) {
        let place = format!("{place}, body");
        let (old, new) = (&old["requestBody"], &new["requestBody"]);
        if needed(new) && !needed(old) {
            self.broken.push(format!("{place} is required now"));
        }
        self.content(&place, old, new, Direction::Input);
    }

    fn responses(&mut self, place: &str, old: &Value, new: &Value) {
        for (status, answer) in members(old, "/responses") {
            let place = format!("{place}, answer {status}");
            match new["responses"].get(status) {
                Some(found) => self.content(&place, answer, found, Direction::Output),
                None => self.broken.push(format!("{place} is gone")),
            }
        }
        for (status, _) in members(new, "/responses") {
            if old["responses"].get(status).is_none() {
                self.broken.push(format!("{place}, answer {status} is new: nobody expects it"));
            }
        }
    }

    fn content(&mut self, place: &str, old: &Value, new: &Value, direction: Direction) {
        for (kind, media) in members(old, "/content") {
            match new["content"].get(kind) {
                Some(found) => self.schema(place, &media["schema"], &found["schema"], direction),
                None => self.broken.push(format!("{place} is not {kind} any more")),
            }
        }
    }

    fn schema(&mut self, place: &str, old: &Value, new: &Value, direction: Direction) {
        let mut schemas = Schemas::of(self.released, self.current, direction);
        schemas.compare(place, old, new);
        self.broken.append(&mut schemas.broken);
    }
}

fn members<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.pointer(pointer).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn like<'a>(operation: &'a Value, parameter: &Value) -> Option<&'a Value> {
    list(operation, "parameters").find(|it| it["name"] == parameter["name"] && it["in"] == parameter["in"])
}

fn needed(value: &Value) -> bool {
    value["required"] == true
}
