//! Reading of single members of criteria: types and bounds, every bad one gathered.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::fields::{Field, Fields};
use super::names::{Directory, Name};
use super::{MAX_COMPARISONS, MAX_NAMES, MAX_TEXT_CHARS, MAX_VALUES};
use crate::clock::Nanos;
use crate::error::FieldErrors;

/// One level of criteria, and how its members are called in errors (`subCriteria.` before their names).
pub(super) struct Level<'v> {
    pub(super) members: &'v Map<String, Value>,
    pub(super) path: String,
    /// 0 is the root.
    pub(super) depth: usize,
}

/// A value, and the member that it stands in.
#[derive(Clone)]
pub(super) struct Given<'v> {
    pub(super) member: String,
    pub(super) value: &'v Value,
}

/// Reads criteria and gathers what is wrong with them. It never stops at an error: what it returns is of use only when
/// there was none.
pub(super) struct Reader<'a> {
    pub(super) fields: &'static Fields,
    pub(super) now: Nanos,
    /// The values are the texts of query parameters, also of numbers and booleans.
    pub(super) from_query: bool,
    pub(super) directory: &'a Directory,
    /// Keyword fields into which the caller must not look.
    pub(super) veiled: Vec<&'static str>,
    /// Names that the directory was not asked for yet.
    pub(super) wanted: BTreeSet<Name>,
    pub(super) errors: FieldErrors,
    /// Said already: lists and sub-criteria would repeat the same message for every element.
    said: BTreeSet<(String, String)>,
    /// Sub-criteria so far.
    pub(super) nodes: usize,
    spent: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(fields: &'static Fields, now: Nanos, from_query: bool, directory: &'a Directory) -> Self {
        Self {
            fields,
            now,
            from_query,
            directory,
            veiled: Vec::new(),
            wanted: BTreeSet::new(),
            errors: FieldErrors::default(),
            said: BTreeSet::new(),
            nodes: 0,
            spent: 0,
        }
    }

    /// Notes a bad member.
    pub(super) fn bad(&mut self, member: &str, text: impl Into<String>) {
        let text = text.into();
        if self.said.insert((member.to_owned(), text.clone())) {
            self.errors.add(member, "invalid.field.value", text);
        }
    }

    /// All values of a list that may be given under several names; a single value is a list of one, null is no value.
    pub(super) fn list<'v>(&mut self, level: &Level<'v>, names: &[&str]) -> Vec<Given<'v>> {
        let mut list = Vec::new();
        for name in names {
            let member = format!("{}{name}", level.path);
            let values = match level.members.get(*name) {
                None | Some(Value::Null) => continue,
                Some(Value::Array(values)) => values.as_slice(),
                Some(value) => std::slice::from_ref(value),
            };
            if values.len() > MAX_VALUES {
                self.bad(&member, format!("More than {MAX_VALUES} values"));
                continue;
            }
            list.extend(values.iter().map(|value| Given { member: member.clone(), value }));
        }
        list
    }

    /// The one value that may be given under several names.
    pub(super) fn single<'v>(&mut self, level: &Level<'v>, names: &[&str]) -> Option<Given<'v>> {
        let mut found = None;
        for name in names {
            let member = format!("{}{name}", level.path);
            match level.members.get(*name) {
                None | Some(Value::Null) => {}
                Some(Value::Array(_)) => self.bad(&member, "Takes one value"),
                Some(_) if found.is_some() => self.bad(&member, "Given twice, under two names"),
                Some(value) => found = Some(Given { member, value }),
            }
        }
        found
    }

    /// A text within the bounds that hold for every text.
    pub(super) fn text<'v>(&mut self, given: &Given<'v>) -> Option<&'v str> {
        let Value::String(text) = given.value else {
            self.bad(&given.member, "Not a text");
            return None;
        };
        if text.contains('\0') {
            self.bad(&given.member, "Contains the character NUL");
            return None;
        }
        // Counting is only needed when there are more bytes than characters are allowed.
        if text.len() > MAX_TEXT_CHARS && text.chars().count() > MAX_TEXT_CHARS {
            self.bad(&given.member, format!("Longer than {MAX_TEXT_CHARS} characters"));
            return None;
        }
        Some(text)
    }

    pub(super) fn integer(&mut self, given: &Given) -> Option<i64> {
        let number = match given.value {
            Value::Number(number) => number.as_i64(),
            // `parse` alone would take a plus sign too.
            Value::String(text) if self.from_query && !text.starts_with('+') => text.parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.bad(&given.member, "Not an integer, or out of range");
        }
        number
    }

    pub(super) fn boolean(&mut self, given: &Given) -> Option<bool> {
        match given.value {
            Value::Bool(value) => return Some(*value),
            Value::String(text) if self.from_query && text.eq_ignore_ascii_case("true") => return Some(true),
            Value::String(text) if self.from_query && text.eq_ignore_ascii_case("false") => return Some(false),
            _ => {}
        }
        self.bad(&given.member, "Neither true nor false");
        None
    }

    /// A boolean member; false when it is absent.
    pub(super) fn switch(&mut self, level: &Level, names: &[&str]) -> bool {
        self.single(level, names).and_then(|given| self.boolean(&given)).unwrap_or(false)
    }

    /// Whether a match strategy says `all`.
    pub(super) fn strategy(&mut self, level: &Level, names: &[&str], default_all: bool) -> bool {
        let Some(given) = self.single(level, names) else { return default_all };
        match given.value.as_str() {
            Some("all") => true,
            Some("any") => false,
            _ => {
                self.bad(&given.member, "Neither any nor all");
                default_all
            }
        }
    }

    /// The fields that a field strategy names, each once; `default` when it names none.
    pub(super) fn picked(
        &mut self,
        level: &Level,
        names: &[&str],
        fields: &'static [Field],
        default: &[&str],
    ) -> Vec<&'static Field> {
        let mut picked = BTreeSet::new();
        for given in self.list(level, names) {
            let Some(text) = self.text(&given) else { continue };
            let named: Vec<_> = fields.iter().map(|f| f.name).filter(|name| text == "all" || text == *name).collect();
            if named.is_empty() {
                let known = joined(fields.iter().map(|field| field.name));
                self.bad(&given.member, format!("Unknown field; known are all, {known}"));
            }
            picked.extend(named);
        }
        if picked.is_empty() {
            picked.extend(default);
        }
        fields.iter().filter(|field| picked.is_empty() || picked.contains(field.name)).collect()
    }

    /// The id of a customer or user; noted as wanted when nobody was asked yet.
    pub(super) fn named(&mut self, given: &Given, name: fn(String) -> Name) -> Option<i64> {
        let text = match given.value {
            Value::Number(number) if number.is_i64() => number.to_string(),
            _ => self.text(given)?.to_owned(),
        };
        let name = name(text);
        match self.directory.get(&name) {
            Some(Some(id)) => return Some(id),
            Some(None) => self.bad(&given.member, "Unknown, or not visible to you"),
            None if self.wanted.len() >= MAX_NAMES && !self.wanted.contains(&name) => {
                self.bad(&given.member, format!("More than {MAX_NAMES} customers and users in all criteria together"));
            }
            None => _ = self.wanted.insert(name),
        }
        None
    }

    /// Counts comparisons, of which the stores cannot do any number in one statement; the member with which there are too
    /// many is the bad one.
    pub(super) fn spend(&mut self, member: &str, comparisons: usize) {
        let before = self.spent;
        self.spent = before.saturating_add(comparisons);
        if before <= MAX_COMPARISONS && self.spent > MAX_COMPARISONS {
            self.bad(member, format!("More than {MAX_COMPARISONS} comparisons in all criteria together"));
        }
    }
}

/// Names for a person.
pub(super) fn joined<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
