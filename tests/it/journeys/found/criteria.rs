//! Criteria by chance: of everything that the document has, with values that events have.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::model::Seen;
use crate::dice::Dice;
use crate::numbers::generate::iso;

/// Members that say which part of what is found is wanted, and in what order.
const PAGING: [&str; 5] = ["count", "cursor", "limit", "offset", "sortBy"];

/// Words in few texts and in many, too short ones, and some that mean something to a store.
const WORDS: [&str; 17] = [
    "Contract",
    "contract-7",
    "tra",
    "ÅNGSTRÖM",
    "ström",
    "zebra",
    "re",
    "no such word",
    "a\"b\\c",
    "%",
    "_",
    "'",
    "",
    "ss",
    "ΣΑΣ",
    "ANNA",
    "änder",
];

const NETWORKS: [&str; 10] = [
    "10.0.0.1",
    "10.0.0.0/31",
    "10.0.0.0/16",
    "0.0.0.0/0",
    "::/0",
    "2001:db8::/32",
    "::ffff:10.0.0.2",
    "::1",
    "::/96",
    "255.255.255.255",
];

/// What criteria are made of, and with.
pub struct Maker<'m> {
    dice: Dice,
    /// The members of criteria, by the document.
    schema: &'m Map<String, Value>,
    filters: Vec<&'m str>,
    events: &'m [Seen],
    /// Members that were used so far.
    pub used: BTreeSet<String>,
}

impl<'m> Maker<'m> {
    pub fn new(schema: &'m Map<String, Value>, events: &'m [Seen]) -> Self {
        let in_levels = |name: &&str| {
            !PAGING.contains(name) && !["subCriteria", "includeDeleted", "includeInternal"].contains(name)
        };
        let filters = schema.keys().map(String::as_str).filter(in_levels).collect();
        Self { dice: Dice::new(), schema, filters, events, used: BTreeSet::new() }
    }

    /// Criteria for somebody who knows these customers, of each of whom there is a user of its name.
    pub fn criteria(&mut self, customers: &[&str]) -> Value {
        let mut criteria = self.level(customers, 0);
        for switch in ["includeInternal", "includeDeleted", "count"] {
            if self.dice.one_in(3) {
                criteria[switch] = json!(self.dice.one_in(2));
            }
        }
        criteria["limit"] = json!(self.dice.below(40) + 1);
        if self.dice.one_in(4) {
            criteria["offset"] = json!(self.dice.below(60));
        }
        if self.dice.one_in(2) {
            criteria["sortBy"] = self.sort();
        }
        self.used.extend(criteria.as_object().unwrap().keys().cloned());
        criteria
    }

    /// Keys of which none is named twice.
    fn sort(&mut self) -> Value {
        if self.dice.one_in(3) {
            return json!([self.dice.pick(&["timestamp", "-timestamp"])]);
        }
        let (mut keys, mut named) = (Vec::new(), BTreeSet::new());
        for _ in 0..=self.dice.below(3) {
            let key = self.dice.pick(choices(&self.schema["sortBy"])).as_str().unwrap();
            if named.insert(key.trim_start_matches('-')) {
                keys.push(key);
            }
        }
        json!(keys)
    }

    fn level(&mut self, customers: &[&str], depth: usize) -> Value {
        let mut level = json!({});
        for _ in 0..=self.dice.below(3) {
            let name = match self.dice.below(14) {
                // What has a way of its own to be found.
                0..=2 => "actorID",
                3 => "targetID",
                4 => *self.dice.pick(&["traceID", "seriesID", "machineID"]),
                5..=7 => "keywords",
                8 => "startTimestamp",
                _ => *self.dice.pick(&self.filters),
            };
            self.say(name, &mut level, customers);
        }
        if self.dice.one_in(4 + depth * 2) && depth < 3 {
            let mut subs = Vec::new();
            for _ in 0..=self.dice.below(3) {
                let mut sub = self.level(customers, depth + 1);
                match self.dice.below(3) {
                    0 => sub["required"] = json!(true),
                    1 => sub["exclude"] = json!(true),
                    _ => {}
                }
                subs.push(sub);
            }
            level["subCriteria"] = json!(subs);
        }
        self.used.extend(level.as_object().unwrap().keys().cloned());
        level
    }

    /// Gives a member a value, and what belongs to it sometimes too.
    fn say(&mut self, name: &str, level: &mut Value, customers: &[&str]) {
        if name.ends_with("Timestamp") {
            let (from, to) = (self.time(), self.time());
            let (from, to) = if from < to || self.dice.one_in(10) { (from, to) } else { (to, from) };
            for (name, at) in [("startTimestamp", from), ("endTimestamp", to)] {
                if !self.dice.one_in(4) {
                    level[name] = if self.dice.one_in(2) { json!(at.div_euclid(1_000_000)) } else { json!(iso(at)) };
                }
            }
        } else if self.schema[name]["type"] == "array" {
            let number = 1 + if self.dice.one_in(3) { self.dice.below(3) } else { 0 };
            level[name] = (0..number).map(|_| self.value(name, customers)).collect();
        } else {
            level[name] = self.value(name, customers);
        }
        let belonging = match name {
            "keywords" => ["keywordFieldStrategy", "keywordMatchStrategy"],
            "startTimestamp" | "endTimestamp" => ["timeFieldStrategy", "timeMatchStrategy"],
            _ => return,
        };
        for name in belonging {
            if self.dice.one_in(3) {
                self.say(name, level, customers);
            }
        }
    }

    fn time(&mut self) -> i64 {
        let step = [0, 0, 1, -1, 1_000_000, 5_000_000_000];
        self.dice.pick(self.events).at() + self.dice.pick(&step)
    }

    fn value(&mut self, name: &str, customers: &[&str]) -> Value {
        let known = choices(&self.schema[name]);
        if !known.is_empty() {
            return self.dice.pick(known).clone();
        }
        match name {
            "keywords" => json!(self.dice.pick(&WORDS)),
            "clientIP" => json!(self.dice.pick(&NETWORKS)),
            "user" => json!(format!("{}-sender", self.dice.pick(customers))),
            "customer" => json!(self.dice.pick(customers)),
            _ => {
                // Mostly of an event that has one. Not there: in the form of an identifier, which some have to have.
                let events = self.events;
                let some = (0..20).find_map(|_| self.dice.pick(events).text(name));
                let some = some.filter(|_| !self.dice.one_in(30));
                json!(some.unwrap_or("00000000-0000-0000-0000-000000000000"))
            }
        }
    }
}

/// The values that a schema, or that of its elements, allows; none where these are free.
fn choices(schema: &Value) -> &[Value] {
    let listed = schema["enum"].as_array().or_else(|| schema["items"]["enum"].as_array());
    listed.map_or(&[], Vec::as_slice)
}
