//! What is found, worked out from the events as they are printed by looking at each of them: written from what the
//! document says of criteria, without a look at how Argus reads them.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

use serde_json::Value;

use crate::numbers::generate::moment;

/// An event, with what of it criteria are about.
pub struct Seen {
    pub sequence: i64,
    pub customer: String,
    customer_id: i64,
    user: Option<(i64, String)>,
    at: i64,
    created: i64,
    address: Option<u128>,
    flags: Vec<String>,
    /// Members that are texts.
    texts: HashMap<String, String>,
    /// The same of those in which keywords are looked for, without differences of case.
    folded: HashMap<String, String>,
}

impl Seen {
    /// As it was printed. `keywords` are the members in which keywords are looked for.
    pub fn of(event: &Value, keywords: &[&str]) -> Self {
        let members = event.as_object().unwrap().iter();
        let texts = members.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        let texts: HashMap<String, String> = texts.collect();
        let folded = keywords.iter().filter_map(|name| Some(((*name).to_owned(), without_case(texts.get(*name)?))));
        let user = &event["createdByUser"];
        Self {
            sequence: event["sequence"].as_i64().unwrap(),
            customer: event["customer"]["shortName"].as_str().unwrap().to_owned(),
            customer_id: event["customer"]["id"].as_i64().unwrap(),
            user: user["id"].as_i64().map(|id| (id, user["shortName"].as_str().unwrap().to_owned())),
            at: nanos(&event["timestamp"], &texts["timestampISO"]),
            created: nanos(&event["createdTimestamp"], &texts["createdTimestampISO"]),
            address: texts.get("clientIP").map(|text| bits(text.parse().unwrap())),
            flags: event["flags"].as_array().unwrap().iter().map(|flag| flag.as_str().unwrap().to_owned()).collect(),
            folded: folded.collect(),
            texts,
        }
    }

    /// What a filter of that name would look at.
    pub fn text(&self, name: &str) -> Option<&str> {
        if name == "customer" { Some(&self.customer) } else { self.texts.get(name).map(String::as_str) }
    }

    pub fn at(&self) -> i64 {
        self.at
    }

    fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|has| has == flag)
    }
}

/// A moment with all its digits.
fn nanos(millis: &Value, iso: &str) -> i64 {
    let fraction = iso.trim_end_matches('Z').split_once('.').map_or("", |(_, fraction)| fraction);
    let below = format!("{fraction:0<9}")[3..].parse::<i64>().unwrap();
    millis.as_i64().unwrap() * 1_000_000 + below
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => v6,
    }
    .to_bits()
}

fn without_case(text: &str) -> String {
    let upper = text.to_lowercase().replace('ς', "σ").to_uppercase();
    upper.chars().flat_map(char::to_lowercase).collect()
}

/// All that match, in their order; whoever asks sees these customers.
pub fn found<'s>(all: &'s [Seen], criteria: &Value, customers: Option<&[&str]>) -> Vec<&'s Seen> {
    let root = level(criteria);
    let internal = criteria["includeInternal"] == true || texts(&criteria["includeFlags"]).contains(&"INTERNAL");
    let deleted = criteria["includeDeleted"] == true;
    let mut found: Vec<&Seen> = all
        .iter()
        .filter(|seen| customers.is_none_or(|customers| customers.contains(&seen.customer.as_str())))
        .filter(|seen| (internal || !seen.has("INTERNAL")) && (deleted || !seen.has("DELETED")))
        .filter(|seen| root(seen))
        .collect();
    let keys = texts(&criteria["sortBy"]);
    let keys = if keys.is_empty() { vec!["-timestamp"] } else { keys };
    let keys: Vec<(&str, bool)> =
        keys.into_iter().map(|key| (key.trim_start_matches('-'), key.starts_with('-'))).collect();
    let last = [("sequence", keys.last().unwrap().1)];
    found.sort_by(|a, b| {
        let each = keys.iter().chain(&last).map(|(key, descending)| {
            let order = compare(key, a, b);
            if *descending { order.reverse() } else { order }
        });
        each.fold(Ordering::Equal, Ordering::then)
    });
    found
}

/// Nothing is smaller than anything; texts are sorted by code point.
fn compare(key: &str, a: &Seen, b: &Seen) -> Ordering {
    match key {
        "sequence" => a.sequence.cmp(&b.sequence),
        "timestamp" => a.at.cmp(&b.at),
        "createdTimestamp" => a.created.cmp(&b.created),
        _ => a.texts.get(key).cmp(&b.texts.get(key)),
    }
}

type Test = Box<dyn Fn(&Seen) -> bool>;

/// One level of criteria.
fn level(criteria: &Value) -> Test {
    let members = criteria.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
    let tests: Vec<Test> = members.filter_map(|(name, value)| test(name, value, criteria)).collect();
    Box::new(move |seen| tests.iter().all(|test| test(seen)))
}

/// What a member says; nothing where it is only a part of what another one says.
fn test(name: &str, value: &Value, criteria: &Value) -> Option<Test> {
    Some(match name {
        "limit" | "offset" | "sortBy" | "cursor" | "count" | "includeInternal" | "includeDeleted" => return None,
        "exclude" | "required" | "userFieldStrategy" | "keywordFieldStrategy" | "keywordMatchStrategy" => return None,
        "timeFieldStrategy" | "timeMatchStrategy" => return None,
        "keywords" => keywords(criteria),
        "startTimestamp" | "endTimestamp" => times(criteria),
        "subCriteria" => subs(value),
        "includeFlags" => {
            let flags = owned(value);
            Box::new(move |seen| flags.iter().all(|flag| seen.has(flag)))
        }
        "excludeFlags" => {
            let flags = owned(value);
            Box::new(move |seen| !flags.iter().any(|flag| seen.has(flag)))
        }
        "user" => {
            let users = owned(value);
            one_of(users, |seen, user| {
                seen.user.as_ref().is_some_and(|(id, name)| name == user || id.to_string() == user)
            })
        }
        "customer" => {
            one_of(owned(value), |seen, customer| seen.customer == customer || seen.customer_id.to_string() == customer)
        }
        "clientIP" => {
            one_of(owned(value), |seen, network| seen.address.is_some_and(|address| is_within(address, network)))
        }
        _ => {
            let (name, values) = (name.to_owned(), owned(value));
            one_of(values, move |seen, value| seen.texts.get(&name).is_some_and(|text| text == value))
        }
    })
}

/// An empty list is no criterion.
fn one_of(values: Vec<String>, is: impl Fn(&Seen, &str) -> bool + 'static) -> Test {
    Box::new(move |seen| values.is_empty() || values.iter().any(|value| is(seen, value)))
}

fn keywords(criteria: &Value) -> Test {
    let words: Vec<String> = owned(&criteria["keywords"]).iter().map(|word| without_case(word)).collect();
    let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let fields = named(&criteria["keywordFieldStrategy"]);
    let any = criteria["keywordMatchStrategy"] == "any";
    Box::new(move |seen| {
        let is_in = |word: &String| {
            let mut texts = seen.folded.iter().filter(|(name, _)| fields.is_empty() || fields.contains(name));
            texts.any(|(_, text)| text.contains(word.as_str()))
        };
        words.is_empty() || if any { words.iter().any(is_in) } else { words.iter().all(is_in) }
    })
}

fn times(criteria: &Value) -> Test {
    let bound = |value: &Value, rest: i64| match (value.as_i64(), value.as_str()) {
        (Some(millis), _) => millis * 1_000_000 + rest,
        (None, Some(iso)) => moment(iso),
        (None, None) if rest == 0 => i64::MIN,
        (None, None) => i64::MAX,
    };
    let range = bound(&criteria["startTimestamp"], 0)..=bound(&criteria["endTimestamp"], 999_999);
    let mut fields = named(&criteria["timeFieldStrategy"]);
    if criteria["timeFieldStrategy"].is_null() {
        fields.push("timestamp".to_owned());
    }
    let all = criteria["timeMatchStrategy"] == "all";
    Box::new(move |seen| {
        let times = [("timestamp", seen.at), ("createdTimestamp", seen.created)];
        let mut meant = times.iter().filter(|(name, _)| fields.is_empty() || fields.iter().any(|field| field == name));
        if all { meant.all(|(_, at)| range.contains(at)) } else { meant.any(|(_, at)| range.contains(at)) }
    })
}

/// Every required one, no excluded one, and one of the others where there are any.
fn subs(list: &Value) -> Test {
    let (mut required, mut excluded, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for sub in list.as_array().unwrap() {
        let role = match (&sub["required"], &sub["exclude"]) {
            (Value::Bool(true), _) => &mut required,
            (_, Value::Bool(true)) => &mut excluded,
            _ => &mut plain,
        };
        role.push(level(sub));
    }
    Box::new(move |seen| {
        required.iter().all(|test| test(seen))
            && !excluded.iter().any(|test| test(seen))
            && (plain.is_empty() || plain.iter().any(|test| test(seen)))
    })
}

/// The fields that a strategy names; none is all of them.
fn named(value: &Value) -> Vec<String> {
    let names = owned(value);
    if names.iter().any(|name| name == "all") { Vec::new() } else { names }
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap()).collect()
}

fn owned(value: &Value) -> Vec<String> {
    texts(value).into_iter().map(str::to_owned).collect()
}

/// Whether an address is another one, or in a network. Those of the old kind are in no network of the new kind but in those
/// that are written as such.
fn is_within(address: u128, network: &str) -> bool {
    let (of, length) = network.split_once('/').unwrap_or((network, ""));
    let of: IpAddr = of.parse().unwrap();
    let is_old = |bits: u128| Ipv6Addr::from_bits(bits).to_ipv4_mapped().is_some();
    let all = if of.is_ipv4() { 32 } else { 128 };
    let fixed = if length.is_empty() { 128 } else { length.parse::<u32>().unwrap() + 128 - all };
    let mask = u128::MAX.checked_shl(128 - fixed).unwrap_or(0);
    is_old(address) == is_old(bits(of)) && address & mask == bits(of) & mask
}
