//! Questions by chance: of every operation that reads, with every parameter that the document has.

use argus_audit_log::numbers::CATEGORICAL;
use serde_json::{Map, Value, json};

use super::events::{Name, SIDES, at, series, shared, text};
use crate::dice::Dice;
use crate::numbers::generate::iso;

/// Who reads, and who writes. An operation of another function has to be put to one of them.
const READS: &str = "viewAuditEvents";
const WRITES: [&str; 2] = ["submitAuditEvents", "eraseAuditDetails"];

/// What events are made into, beside requests: files, messages, findings. That these keep customers apart their own journeys
/// show; the answers to these operations have no event in them.
const MADE: [&str; 3] = ["exportAuditEvents", "manageAuditSubscriptions", "manageAuditRules"];

/// Of the log itself: hashes, for everybody; and leaves of all customers, for whoever may see all.
const OF_THE_LOG: &str = "audit_v1_log_";

/// An operation that reads.
pub struct Operation {
    pub id: String,
    method: String,
    path: String,
    /// Names, places, schemas.
    parameters: Vec<(String, String, Value)>,
    /// The members of its body.
    body: Option<Map<String, Value>>,
}

impl Operation {
    pub fn is_stream(&self) -> bool {
        self.path.ends_with("/stream")
    }
}

/// All of the document.
pub fn operations() -> Vec<Operation> {
    let documents = argus_server::documents::all().unwrap();
    let (_, document) = documents.into_iter().find(|(name, _)| name == "audit.v1.json").unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let (id, function) =
                (operation["operationId"].as_str().unwrap(), operation["x-function"].as_str().unwrap());
            if (WRITES.contains(&function) && method != "get") || MADE.contains(&function) || id.starts_with(OF_THE_LOG)
            {
                continue;
            }
            assert_eq!(function, READS, "{id}: whether it shows events has to be said here");
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let body = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
            operations.push(Operation {
                id: id.to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                parameters: parameters.map(|it| (text(&it["name"]), text(&it["in"]), it["schema"].clone())).collect(),
                body: body.map(|schema| {
                    let schema = document.pointer(schema.trim_start_matches('#')).unwrap();
                    schema["properties"].as_object().unwrap().clone()
                }),
            });
        }
    }
    operations
}

/// What somebody asks.
#[derive(Debug)]
pub struct Question {
    pub operation: usize,
    pub method: String,
    /// Has [`SEQUENCE`] where the place of an event in the log is to stand.
    pub path: String,
    pub query: Vec<(String, String)>,
    pub body: Option<Value>,
    /// The event whose place is meant.
    pub event: Name,
}

/// Stands for the place of an event, which differs from log to log.
pub const SEQUENCE: &str = "SEQUENCE";

impl Question {
    /// Path and query, where the event is at that place.
    pub fn address(&self, sequence: i64) -> String {
        let query: String = self.query.iter().map(|(name, value)| format!("&{name}={}", encoded(value))).collect();
        format!("{}?{query}", self.path.replace(SEQUENCE, &sequence.to_string()))
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Makes questions about so many events of each side.
pub struct Asker<'a> {
    pub dice: Dice,
    pub operations: &'a [Operation],
    pub events: [usize; 2],
}

impl Asker<'_> {
    /// A question of somebody of that side.
    pub fn question(&mut self, side: usize) -> Question {
        let operations = self.operations;
        let is_list =
            |operation: &Operation| ["audit_v1_event_list", "audit_v1_event_search"].contains(&&*operation.id);
        let number = (0..2).map(|_| self.dice.below(operations.len())).find(|number| is_list(&operations[*number]));
        let number = number.unwrap_or_else(|| self.dice.below(operations.len()));
        let operation = &operations[number];
        let event = self.name(side);
        let steps = operation.path.split('/').map(|step| {
            let name = step.strip_prefix('{').and_then(|step| step.strip_suffix('}'));
            name.map_or_else(|| step.to_owned(), |name| self.step(name, operation, side, event))
        });
        let path = steps.collect::<Vec<_>>().join("/");
        let mut query = Vec::new();
        for (name, place, schema) in &operation.parameters {
            match place.as_str() {
                "query" if self.dice.below(operation.parameters.len()) < 2 => {
                    for _ in 0..self.times(schema) {
                        query.push((name.clone(), self.value(name, schema, side)));
                    }
                }
                // Steps of the path are said already, and a stream is resumed always.
                "query" | "path" => {}
                _ => assert_eq!(name, "Last-Event-ID", "nothing is known to send as {name}"),
            }
        }
        // What is asked of a stream has no pages.
        query.retain(|(name, _)| !(operation.is_stream() && name == "cursor"));
        let body = operation.body.as_ref().map(|members| self.body(members, side, 0));
        Question { operation: number, method: operation.method.clone(), path, query, body, event }
    }

    /// An event of one's own, or of the others.
    fn name(&mut self, side: usize) -> Name {
        let side = self.side(side);
        (side, self.dice.below(self.events[side]))
    }

    fn side(&mut self, own: usize) -> usize {
        if self.dice.one_in(3) { 1 - own } else { own }
    }

    /// How often a parameter is given.
    fn times(&mut self, schema: &Value) -> usize {
        if schema["type"] == "array" && self.dice.one_in(3) { 2 } else { 1 }
    }

    fn step(&mut self, name: &str, operation: &Operation, side: usize, (whose, number): Name) -> String {
        let other = self.side(side);
        match name {
            "id" => match self.dice.below(5) {
                0 => format!("external-{number}"),
                1 => format!("audit_20260101_{SEQUENCE}"),
                2 => format!("log_{}{number:024x}", SIDES[whose].id),
                _ => format!("{}-0000-0000-0000-{number:012x}", SIDES[whose].id),
            },
            "name" if operation.path.ends_with("/count") => self.dice.pick(&CATEGORICAL).name.to_owned(),
            "name" => encoded(&text(&mut self.dice, "metric", other)),
            "seriesID" => series(&mut self.dice, other).to_string(),
            "targetType" | "targetID" => encoded(&text(&mut self.dice, name, other)),
            _ => panic!("nothing is known to ask for {name} of {}", operation.path),
        }
    }

    fn value(&mut self, name: &str, schema: &Value, side: usize) -> String {
        let known = schema["enum"].as_array().or_else(|| schema["items"]["enum"].as_array());
        if let Some(known) = known {
            return self.dice.pick(known).as_str().unwrap().to_owned();
        }
        let other = self.side(side);
        let of = |dice: &mut Dice, list: &[&str]| (*dice.pick(list)).to_owned();
        let dice = &mut self.dice;
        match name {
            _ if schema["type"] == "boolean" => of(dice, &["true", "false"]),
            "limit" => of(dice, &["0", "1", "2", "7", "25", "100000"]),
            "offset" => of(dice, &["0", "1", "5", "40"]),
            "cursor" => "none".to_owned(),
            "startTimestamp" | "endTimestamp" | "asOf" => match dice.below(3) {
                0 => "now-9h".to_owned(),
                1 => at(dice).div_euclid(1_000_000).to_string(),
                _ => iso(at(dice)),
            },
            "clientIP" => of(dice, &["10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32", "::/0"]),
            "customer" => of(dice, &["red", "red-branch", "blue", "blue-branch", "root", "nobody"]),
            "user" => of(dice, &["red-sender", "red-helper", "blue-sender", "blue-helper", "admin"]),
            "keywords" => {
                of(dice, &["ruby", "SAPPHIRE", "~", "zebra", "ström", "contract", "ann", "agent~", "B", "ändern"])
            }
            "interval" => of(dice, &["1h", "6h", "37m", "1d", "1mo"]),
            "aggregate" => {
                of(dice, &["mean", "sum", "min", "max", "count", "median", "stddev", "spread", "first", "last"])
            }
            "fields" => of(dice, &["actorID", "targetID,description", "metadata", "verb"]),
            "groupBy" => dice.pick(&CATEGORICAL).name.to_owned(),
            "seriesID" => series(dice, other).to_string(),
            _ if shared(name).is_some() => text(dice, name, other),
            _ => panic!("nothing is known to ask for {name}"),
        }
    }

    fn body(&mut self, members: &Map<String, Value>, side: usize, depth: usize) -> Value {
        let mut body = json!({});
        for (name, schema) in members {
            // Sub-criteria have no pages and hide nothing.
            let of_root =
                ["limit", "offset", "cursor", "count", "sortBy"].contains(&&**name) || schema["type"] == "boolean";
            if self.dice.below(members.len()) >= 3 || (depth > 0 && of_root) {
                continue;
            }
            let times = self.times(schema);
            body[name] = match schema["type"].as_str().unwrap() {
                "array" if name == "subCriteria" && depth > 2 => continue,
                "array" if name == "subCriteria" => (0..=times).map(|_| self.sub(members, side, depth + 1)).collect(),
                "array" => (0..times).map(|_| self.value(name, schema, side)).collect(),
                "string" => json!(self.value(name, schema, side)),
                _ => serde_json::from_str(&self.value(name, schema, side)).unwrap(),
            };
        }
        body
    }

    fn sub(&mut self, members: &Map<String, Value>, side: usize, depth: usize) -> Value {
        let mut sub = self.body(members, side, depth);
        match self.dice.below(4) {
            0 => sub["required"] = json!(true),
            1 => sub["exclude"] = json!(true),
            _ => {}
        }
        sub
    }
}
