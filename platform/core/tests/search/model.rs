//! Criteria as plain Rust, written without a look at the engine: which rows match, and in what order.

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::table::{KINDS, Model, NOW};

#[derive(Debug, Clone, Default)]
pub struct Level {
    pub labels: Vec<String>,
    pub titles: Vec<String>,
    pub kinds: Vec<usize>,
    pub amounts: Vec<i32>,
    pub ids: Vec<u8>,
    pub active: Option<bool>,
    pub customers: Vec<i64>,
    pub owners: Vec<i64>,
    pub ips: Vec<&'static str>,
    pub odd: Option<bool>,
    pub keywords: Vec<String>,
    pub keyword_fields: Vec<&'static str>,
    pub keyword_match: Option<&'static str>,
    pub start: Option<Time>,
    pub end: Option<Time>,
    pub time_fields: Vec<&'static str>,
    pub time_match: Option<&'static str>,
    pub users: Vec<i64>,
    pub user_fields: Vec<&'static str>,
    pub include_flags: Vec<&'static str>,
    pub exclude_flags: Vec<&'static str>,
    pub subs: Vec<(Role, Level)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Plain,
    Excluded,
    Required,
}

/// A time in one of the ways to write it.
#[derive(Debug, Clone, Copy)]
pub enum Time {
    Millis(i64),
    MillisText(i64),
    IsoMillis(i64),
    IsoNanos(i64),
    SecondsAgo(i64),
}

#[derive(Debug, Clone)]
pub struct Search {
    pub root: Level,
    pub include_deleted: bool,
    pub include_internal: bool,
    pub sort: Vec<(&'static str, bool)>,
    pub limit: Option<usize>,
    pub offset: Option<usize>,
    /// Customers that the caller may see.
    pub scope: Vec<i64>,
}

impl Search {
    /// All rows that the answer's pages hold together, in order.
    pub fn expected<'r>(&self, rows: &'r [Model]) -> Vec<&'r Model> {
        let internal = self.include_internal || self.root.include_flags.contains(&"INTERNAL");
        let mut found: Vec<&Model> = rows
            .iter()
            .filter(|row| self.scope.contains(&row.customer_id))
            .filter(|row| self.include_deleted || row.deleted.is_none())
            .filter(|row| internal || row.internal != Some(true))
            .filter(|row| self.root.matches(row))
            .collect();
        let keys = if self.sort.is_empty() { &[("created", true)][..] } else { &self.sort };
        found.sort_by(|a, b| {
            for (key, descending) in keys {
                let order = compare(key, a, b);
                let order = if *descending { order.reverse() } else { order };
                if order != Ordering::Equal {
                    return order;
                }
            }
            let order = a.sequence.cmp(&b.sequence);
            if keys.last().is_some_and(|key| key.1) { order.reverse() } else { order }
        });
        found
    }
}

/// `None` is smaller than anything for Rust's options, too.
fn compare(key: &str, a: &Model, b: &Model) -> Ordering {
    match key {
        "sequence" => a.sequence.cmp(&b.sequence),
        "id" => a.id.as_bytes().cmp(b.id.as_bytes()),
        "label" => a.label.cmp(&b.label),
        "title" => a.title.cmp(&b.title),
        "kind" => a.kind.cmp(&b.kind),
        "amount" => a.amount.cmp(&b.amount),
        "score" => a.score.partial_cmp(&b.score).unwrap(),
        "active" => a.active.cmp(&b.active),
        "created" => a.created.cmp(&b.created),
        "updated" => a.updated.cmp(&b.updated),
        _ => unreachable!("{key}"),
    }
}

impl Level {
    /// The same, without what is said of parity here and below.
    pub fn without_parity(mut self) -> Self {
        self.odd = None;
        self.subs = self.subs.into_iter().map(|(role, level)| (role, level.without_parity())).collect();
        self
    }

    fn matches(&self, row: &Model) -> bool {
        let plain: Vec<_> = self.subs.iter().filter(|(role, _)| *role == Role::Plain).collect();
        one_of(&self.labels, &Some(row.label.clone()))
            && one_of(&self.titles, &row.title)
            && one_of(&self.kinds.iter().map(|kind| KINDS[*kind].to_owned()).collect::<Vec<_>>(), &row.kind)
            && one_of(&self.amounts, &row.amount)
            && one_of(&self.ids, &Some(row.id.as_bytes()[15]))
            && self.active.is_none_or(|active| row.active == active)
            && one_of(&self.customers, &Some(row.customer_id))
            && one_of(&self.owners, &Some(row.created_by))
            && (self.ips.is_empty() || self.ips.iter().any(|network| is_within(network, row.client_ip.as_deref())))
            && self.odd.is_none_or(|odd| (row.sequence.abs() % 2 == 1) == odd)
            && self.keywords_match(row)
            && self.times_match(row)
            && self.users_match(row)
            && self.include_flags.iter().all(|flag| has_flag(flag, row))
            && !self.exclude_flags.iter().any(|flag| has_flag(flag, row))
            && (plain.is_empty() || plain.iter().any(|(_, level)| level.matches(row)))
            && self.subs.iter().all(|(role, level)| match role {
                Role::Plain => true,
                Role::Required => level.matches(row),
                Role::Excluded => !level.matches(row),
            })
    }

    fn keywords_match(&self, row: &Model) -> bool {
        let keywords: Vec<_> = self.keywords.iter().filter(|keyword| !keyword.is_empty()).collect();
        let texts: Vec<String> =
            [("label", Some(&row.label)), ("title", row.title.as_ref()), ("note", row.note.as_ref())]
                .into_iter()
                .filter(|(name, _)| is_named(&self.keyword_fields, name))
                .filter_map(|(_, text)| text.map(|text| without_case(text)))
                .collect();
        let found = |keyword: &&String| texts.iter().any(|text| text.contains(&without_case(keyword)));
        match self.keyword_match {
            _ if keywords.is_empty() => true,
            Some("any") => keywords.iter().any(found),
            _ => keywords.iter().all(found),
        }
    }

    fn times_match(&self, row: &Model) -> bool {
        if self.start.is_none() && self.end.is_none() {
            return true;
        }
        let fields = if self.time_fields.is_empty() { &["created"][..] } else { &self.time_fields };
        let mut times = Vec::new();
        if is_named(fields, "created") {
            times.push(Some(row.created));
        }
        if is_named(fields, "updated") {
            times.push(row.updated);
        }
        let within = |time: &Option<i64>| {
            time.is_some_and(|time| {
                self.start.is_none_or(|start| time >= start.first()) && self.end.is_none_or(|end| time <= end.last())
            })
        };
        if self.time_match == Some("all") { times.iter().all(within) } else { times.iter().any(within) }
    }

    fn users_match(&self, row: &Model) -> bool {
        let created = is_named(&self.user_fields, "createdByUser") && self.users.contains(&row.created_by);
        let updated =
            is_named(&self.user_fields, "updatedByUser") && row.updated_by.is_some_and(|by| self.users.contains(&by));
        self.users.is_empty() || created || updated
    }
}

fn one_of<T: PartialEq>(wanted: &[T], value: &Option<T>) -> bool {
    wanted.is_empty() || value.as_ref().is_some_and(|value| wanted.contains(value))
}

fn is_named(fields: &[&str], name: &str) -> bool {
    fields.is_empty() || fields.contains(&"all") || fields.contains(&name)
}

fn has_flag(flag: &str, row: &Model) -> bool {
    match flag {
        "ACTIVE" => row.active,
        "EXPIRED" => row.expires.is_some_and(|at| at <= NOW),
        "INTERNAL" => row.internal == Some(true),
        "ODD" => row.amount.is_some_and(|amount| amount.rem_euclid(2) == 1),
        _ => unreachable!("{flag}"),
    }
}

fn without_case(text: &str) -> String {
    let mut plain = String::new();
    for c in text.to_lowercase().replace('ς', "σ").to_uppercase().chars() {
        plain.extend(c.to_lowercase());
    }
    plain
}

fn is_within(network: &str, stored: Option<&str>) -> bool {
    let Some(stored) = stored else { return false };
    let address = std::net::Ipv6Addr::from(u128::from_str_radix(stored, 16).unwrap()).to_canonical();
    match network.parse::<IpAddr>() {
        Ok(wanted) => address == wanted.to_canonical(),
        Err(_) => network.parse::<ipnet::IpNet>().unwrap().contains(&address),
    }
}

impl Time {
    fn first(self) -> i64 {
        match self {
            Self::Millis(ms) | Self::MillisText(ms) | Self::IsoMillis(ms) => ms * 1_000_000,
            Self::IsoNanos(ns) => ns,
            Self::SecondsAgo(seconds) => NOW - seconds * 1_000_000_000,
        }
    }

    fn last(self) -> i64 {
        match self {
            Self::Millis(_) | Self::MillisText(_) | Self::IsoMillis(_) => self.first() + 999_999,
            _ => self.first(),
        }
    }
}
