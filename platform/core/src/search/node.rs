//! One level of criteria: what a root and a sub-criterion have in common, read from JSON.

use std::collections::BTreeSet;

use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Expr;
use serde::Serialize;
use serde_json::Value;

use super::fields::{Field, Filter, Flag};
use super::input::{Given, Level, Reader, joined};
use super::ip::{self, Range};
use super::kind::Kind;
use super::names::Name;
use super::time::{Bound, parse_time};
use super::{MAX_DEPTH, MAX_NODES, MAX_VALUES, fold};
use crate::clock::Nanos;

/// Criteria of one level, all of them ANDed. Serialised for fingerprints: equal criteria give equal bytes, whatever
/// the order of lists in the input.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Node {
    pub(super) filters: Vec<(&'static Filter, BTreeSet<Operand>)>,
    pub(super) keywords: Option<Keywords>,
    pub(super) times: Option<Times>,
    pub(super) users: Option<(BTreeSet<i64>, Vec<&'static Field>)>,
    pub(super) include_flags: Vec<&'static Flag>,
    pub(super) exclude_flags: Vec<&'static Flag>,
    pub(super) children: Vec<(Role, Node)>,
}

impl Node {
    /// Whether it says nothing but filters and times.
    pub(super) fn is_plain(&self) -> bool {
        self.keywords.is_none()
            && self.users.is_none()
            && self.include_flags.is_empty()
            && self.exclude_flags.is_empty()
            && self.children.is_empty()
    }
}

/// What a sub-criterion does to its parent (S2-96, S2-97).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) enum Role {
    /// ORed with the other plain ones.
    Plain,
    /// AND NOT.
    Excluded,
    /// AND.
    Required,
}

/// A value of a filter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) enum Operand {
    Text(String),
    Integer(i64),
    Uuid(Uuid),
    Bool(bool),
    Range(Range),
    /// Name, and value as JSON.
    Member(String, String),
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Keywords {
    /// Folded, none empty.
    pub(super) words: BTreeSet<String>,
    pub(super) fields: Vec<&'static Field>,
    pub(super) all: bool,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Times {
    pub(super) start: Option<Nanos>,
    pub(super) end: Option<Nanos>,
    pub(super) fields: Vec<&'static Field>,
    pub(super) all: bool,
}

impl Reader<'_> {
    /// Reads one level with everything below it.
    pub(super) fn node(&mut self, level: &Level) -> Node {
        let fields = self.fields;
        Node {
            filters: fields.filters.iter().filter_map(|filter| self.filter(level, filter)).collect(),
            keywords: if fields.keywords.is_empty() { None } else { self.keywords(level) },
            times: if fields.times.is_empty() { None } else { self.times(level) },
            users: if fields.users.is_empty() { None } else { self.users(level) },
            include_flags: self.flags(level, &["includeFlags", "includeFlag"]),
            exclude_flags: self.flags(level, &["excludeFlags", "excludeFlag"]),
            children: self.children(level),
        }
    }

    fn filter(&mut self, level: &Level, filter: &'static Filter) -> Option<(&'static Filter, BTreeSet<Operand>)> {
        if let Kind::Members { condition, .. } = filter.kind {
            return Some((filter, self.members(level, filter.name, condition)?));
        }
        if self.from_query && matches!(filter.kind, Kind::Object(_)) {
            return None;
        }
        let given = self.list(level, &[filter.name]);
        let last = given.last()?.member.clone();
        let operands: BTreeSet<_> = given.iter().filter_map(|given| self.operand(given, filter.kind)).collect();
        let variables = match filter.kind {
            Kind::Ip | Kind::Custom(_) | Kind::TextThat(_) | Kind::UserThat(_) | Kind::CustomerThat(_) => 4,
            Kind::Object(_) => 8,
            _ => 1,
        };
        self.spend(&last, operands.len().saturating_mul(variables));
        Some((filter, operands))
    }

    /// The members of an object; none of them is no filter.
    fn members(
        &mut self,
        level: &Level,
        name: &str,
        condition: fn(&str, &Value) -> Result<Expr, String>,
    ) -> Option<BTreeSet<Operand>> {
        if self.from_query {
            return None;
        }
        let given = self.single(level, &[name])?;
        let Value::Object(members) = given.value else {
            self.bad(&given.member, "Not an object");
            return None;
        };
        if members.len() > MAX_VALUES {
            self.bad(&given.member, format!("More than {MAX_VALUES} values"));
            return None;
        }
        for (name, value) in members {
            if let Err(text) = condition(name, value) {
                self.bad(&format!("{}.{name}", given.member), text);
            }
        }
        self.spend(&given.member, members.len().saturating_mul(4));
        let operands: BTreeSet<_> =
            members.iter().map(|(name, value)| Operand::Member(name.clone(), value.to_string())).collect();
        (!operands.is_empty()).then_some(operands)
    }

    fn operand(&mut self, given: &Given, kind: Kind) -> Option<Operand> {
        let operand = match kind {
            Kind::Text | Kind::TextThat(_) => Ok(Operand::Text(self.text(given)?.to_owned())),
            Kind::Integer => Ok(Operand::Integer(self.integer(given)?)),
            Kind::Bool => Ok(Operand::Bool(self.boolean(given)?)),
            Kind::Customer | Kind::CustomerThat(_) => Ok(Operand::Integer(self.named(given, Name::Customer)?)),
            Kind::User | Kind::UserThat(_) => Ok(Operand::Integer(self.named(given, Name::User)?)),
            Kind::Uuid => Uuid::try_parse(self.text(given)?).map(Operand::Uuid).map_err(|_| "Not a UUID".to_owned()),
            Kind::Ip => ip::parse_range(self.text(given)?).map(Operand::Range).map_err(str::to_owned),
            Kind::Words(words) => {
                let text = self.text(given)?;
                let known = words.contains(&text);
                let unknown = || format!("Unknown value; known are {}", joined(words.iter().copied()));
                if known { Ok(Operand::Text(text.to_owned())) } else { Err(unknown()) }
            }
            Kind::Custom(condition) => {
                let text = self.text(given)?;
                condition(text).map(|_| Operand::Text(text.to_owned()))
            }
            // Read as a whole, above.
            Kind::Members { .. } => return None,
            Kind::Object(condition) => condition(given.value).map(|_| Operand::Text(given.value.to_string())),
        };
        operand.map_err(|text| self.bad(&given.member, text)).ok()
    }

    fn keywords(&mut self, level: &Level) -> Option<Keywords> {
        // Read all members also when there is no keyword: a bad one is refused in any case.
        let all = self.strategy(level, &["keywordMatchStrategy", "keywordMatch"], true);
        let strategy = ["keywordFieldStrategy", "keywordField"];
        let mut fields = self.picked(level, &strategy, &self.fields.keywords, &[]);
        fields.retain(|field| !self.veiled.contains(&field.name));
        let given = self.list(level, &["keywords", "keyword"]);
        let texts: Vec<_> = given.iter().filter_map(|given| self.text(given)).collect();
        // An empty keyword is in every text; it stands for a form field that was left empty, and is no criterion.
        let words: BTreeSet<_> = texts.into_iter().filter(|text| !text.is_empty()).map(fold::fold).collect();
        self.spend(&given.last()?.member, words.len().saturating_mul(fields.len()));
        if words.is_empty() { None } else { Some(Keywords { words, fields, all }) }
    }

    fn times(&mut self, level: &Level) -> Option<Times> {
        let all = self.strategy(level, &["timeMatchStrategy"], false);
        let fields = self.picked(level, &["timeFieldStrategy"], &self.fields.times, &self.fields.default_times);
        let start = self.time(level, "startTimestamp", Bound::Start);
        let end = self.time(level, "endTimestamp", Bound::End);
        if start.is_none() && end.is_none() {
            return None;
        }
        self.spend(&format!("{}timeFieldStrategy", level.path), fields.len().saturating_mul(2));
        Some(Times { start, end, fields, all })
    }

    fn time(&mut self, level: &Level, name: &str, bound: Bound) -> Option<Nanos> {
        let given = self.single(level, &[name])?;
        parse_time(given.value, self.now, bound).map_err(|text| self.bad(&given.member, text)).ok()
    }

    fn users(&mut self, level: &Level) -> Option<(BTreeSet<i64>, Vec<&'static Field>)> {
        let fields = self.picked(level, &["userFieldStrategy"], &self.fields.users, &[]);
        let given = self.list(level, &["user"]);
        let last = given.last()?.member.clone();
        let ids: BTreeSet<_> = given.iter().filter_map(|given| self.named(given, Name::User)).collect();
        self.spend(&last, ids.len().saturating_mul(fields.len()));
        Some((ids, fields))
    }

    fn flags(&mut self, level: &Level, names: &[&str]) -> Vec<&'static Flag> {
        let known = &self.fields.flags;
        if known.is_empty() {
            return Vec::new();
        }
        let mut named = BTreeSet::new();
        for given in self.list(level, names) {
            let Some(text) = self.text(&given) else { continue };
            if known.iter().any(|flag| flag.name == text) {
                named.insert(text);
            } else {
                let known = joined(known.iter().map(|flag| flag.name));
                self.bad(&given.member, format!("Unknown flag; known are {known}"));
            }
        }
        self.spend(&format!("{}{}", level.path, names.first().unwrap_or(&"")), named.len());
        known.iter().filter(|flag| named.contains(flag.name)).collect()
    }

    fn children(&mut self, level: &Level) -> Vec<(Role, Node)> {
        let mut children = Vec::new();
        if self.from_query {
            return children;
        }
        for given in self.list(level, &["subCriteria"]) {
            let Value::Object(members) = given.value else {
                self.bad(&given.member, "Not an object");
                continue;
            };
            self.nodes += 1;
            if self.nodes > MAX_NODES {
                self.bad("subCriteria", format!("More than {MAX_NODES} sub-criteria"));
                break;
            }
            if level.depth >= MAX_DEPTH {
                self.bad("subCriteria", format!("More than {MAX_DEPTH} levels"));
                break;
            }
            let below = Level { members, path: format!("{}.", given.member), depth: level.depth + 1 };
            children.push((self.role(&below), self.node(&below)));
        }
        children
    }

    fn role(&mut self, level: &Level) -> Role {
        let excluded = self.switch(level, &["exclude"]) | self.switch(level, &["excluded"]);
        let required = self.switch(level, &["required"]);
        if excluded && required {
            self.bad(&format!("{}required", level.path), "Cannot be both excluded and required");
        }
        match (excluded, required) {
            (true, _) => Role::Excluded,
            (false, true) => Role::Required,
            (false, false) => Role::Plain,
        }
    }

    /// A root is neither excluded nor required.
    pub(super) fn root_role(&mut self, level: &Level) {
        for name in ["exclude", "excluded", "required"] {
            if self.switch(level, &[name]) {
                self.bad(name, "Only for sub-criteria");
            }
        }
    }
}
