//! An event as it is printed, compared with its leaf.

use argus_audit_proof::Hash;
use argus_audit_proof::canonical::canonical;
use argus_audit_proof::commitment::commitment;
use argus_audit_proof::leaf::Leaf;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use serde_json::{Map, Value as Json};

use crate::check::{is_commitment, is_meant, later};
use crate::column::{CLEAR, SEALED, sealed};
use crate::explain::flags;
use crate::page::Value;

/// Members that stand in a leaf in another way, or are of the log and not of the event.
const OTHERS: [&str; 10] = [
    "id",
    "sequence",
    "customer",
    "timestamp",
    "timestampISO",
    "createdTimestamp",
    "createdTimestampISO",
    "receipt",
    "leafIndex",
    "erasedFields",
];

/// Why an event is not that of a leaf, and which of its values were erased.
pub fn compare(
    event: &Map<String, Json>,
    leaf: &Leaf,
    salts: &Map<String, Json>,
    index: u64,
) -> (Vec<String>, Vec<String>) {
    let mut reasons = Vec::new();
    let get = |name: &str| event.get(name).unwrap_or(&Json::Null);
    let mut same = |is: bool, name: &str| {
        if !is {
            reasons.push(format!("{name} differs from the leaf"));
        }
    };
    same(get("id") == leaf.id.as_str(), "id");
    for name in ["sequence", "leafIndex"] {
        same(event.get(name).is_none_or(|value| value.as_u64() == Some(index)), name);
    }
    let customer = get("customer");
    same(customer.get("id").unwrap_or(customer).as_i64() == Some(leaf.customer), "customer");
    for (name, nanos) in [("timestamp", leaf.timestamp), ("createdTimestamp", leaf.created)] {
        same(event.get(name).is_none_or(|value| value.as_i64() == Some(nanos.div_euclid(1_000_000))), name);
        let name = format!("{name}ISO");
        let time = get(&name).as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        same(time.and_then(|time| time.timestamp_nanos_opt()) == Some(nanos), &name);
    }
    for name in CLEAR.iter().map(|column| column.name) {
        let (said, value) = (leaf.clear.get(name), Some(get(name)).filter(|value| !value.is_null()));
        if name == "flags" {
            let now = value.and_then(flags_of).map_or(Value::Null, Value::Integer);
            same(said.and_then(flags).and_then(|said| later(said, now)).is_some(), name);
        } else {
            same(said.and_then(canonical) == value.and_then(canonical) && said.is_some() == value.is_some(), name);
        }
    }
    let erased = in_sealed(event, leaf, salts, &mut reasons);
    let known =
        |name: &str| OTHERS.contains(&name) || sealed(name).is_some() || CLEAR.iter().any(|column| column.name == name);
    for name in event.keys().filter(|name| !known(name)) {
        reasons.push(format!("{name} is in no leaf"));
    }
    let strange = leaf.clear.keys().filter(|name| !CLEAR.iter().any(|column| column.name == **name));
    for name in strange.chain(leaf.sealed.keys().filter(|name| sealed(name).is_none())) {
        reasons.push(format!("the leaf has {name}, which events have not"));
    }
    (reasons, erased)
}

/// Printed in any order.
fn flags_of(list: &Json) -> Option<i64> {
    let mut list = list.as_array()?.clone();
    list.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    flags(&Json::Array(list))
}

fn in_sealed(
    event: &Map<String, Json>,
    leaf: &Leaf,
    salts: &Map<String, Json>,
    reasons: &mut Vec<String>,
) -> Vec<String> {
    let gone = event.get("erasedFields").and_then(Json::as_array);
    let mut erased = Vec::new();
    for name in SEALED.iter().map(|column| column.name) {
        // Whom it names is printed with more than is in the leaf.
        let named = |value| if name.starts_with("createdBy") { Json::get(value, "id").unwrap_or(value) } else { value };
        let is_value = |value: &&Json| !value.is_null() || matches!(name, "before" | "after");
        let value = event.get(name).filter(is_value).map(named);
        let is_gone = gone.is_some_and(|gone| gone.iter().any(|gone| gone == name));
        let salt = salts.get(name).map(|salt| salt_of(salt).ok_or(()));
        match (value, leaf.sealed.get(name)) {
            (None, None) if is_gone => reasons.push(format!("{name} was never there, and is said to be erased")),
            (None, None) => {}
            (Some(_), None) => reasons.push(format!("{name} has a value, and the leaf no commitment to it")),
            (Some(_), Some(_)) if is_gone => reasons.push(format!("{name} has a value although it was erased")),
            (Some(value), Some(said)) => match (salt, canonical(value)) {
                (Some(Ok(salt)), Some(text)) if is_meant(said, &commitment(&salt, name, &text)) => {}
                (None, _) => reasons.push(format!("{name} has no salt")),
                _ => reasons.push(format!("{name} differs from its commitment")),
            },
            (None, Some(said)) if is_gone && is_commitment(said) && salt.is_none() => erased.push(name.to_owned()),
            (None, Some(_)) => reasons.push(format!("{name} has no value, and the leaf a commitment to it")),
        }
    }
    erased
}

fn salt_of(salt: &Json) -> Option<Hash> {
    URL_SAFE_NO_PAD.decode(salt.as_str()?).ok()?.try_into().ok()
}
