//! What of a row stands in its leaf, and how: the names and values that the event is printed with. What can be erased is
//! sealed; what cannot be is clear.

use std::collections::BTreeMap;

use argus_audit_proof::canonical::canonical;
use argus_audit_proof::commitment::{Salts, commit};
use argus_audit_proof::leaf::Leaf;
use serde_json::Value;

use crate::derive;
use crate::event::{Column, Model, flag};

/// Characters that a clear text may have.
pub const LONGEST: usize = 255;

/// Flags that an event may get after it was written: no leaf has them.
const LATER: i64 = flag::DELETED | flag::ERASED;

/// The names of the clear texts, in the order of their names.
fn clear_texts(row: &Model) -> [(&'static str, Option<&str>); 9] {
    [
        ("accessType", row.access_type.as_deref()),
        ("actorType", row.actor_type.as_deref()),
        ("category", row.category.as_deref()),
        ("dialect", Some(&row.dialect)),
        ("eventType", row.event_type.as_deref()),
        ("outcome", Some(&row.outcome)),
        ("severity", Some(&row.severity)),
        ("targetType", row.target_type.as_deref()),
        ("verb", row.verb.as_deref()),
    ]
}

/// Clear texts that are too long for a leaf.
pub fn too_long(row: &Model) -> impl Iterator<Item = &'static str> {
    // Bytes first: what has few bytes has few characters.
    let long = |text: &str| text.len() > LONGEST && text.chars().count() > LONGEST;
    clear_texts(row).into_iter().filter_map(move |(name, text)| text.filter(|text| long(text)).map(|_| name))
}

fn clear(row: &Model) -> BTreeMap<String, Value> {
    let texts = clear_texts(row).into_iter().filter_map(|(name, text)| Some((name.to_owned(), Value::from(text?))));
    let mut clear: BTreeMap<String, Value> = texts.collect();
    if let Some(stage) = row.stage {
        clear.insert("stage".to_owned(), stage.into());
    }
    if let Some(series) = row.series_id {
        clear.insert("seriesID".to_owned(), series.to_string().into());
    }
    let mut flags: Vec<&str> =
        flag::NAMES.into_iter().filter(|(_, bit)| row.flags & bit & !LATER != 0).map(|(name, _)| name).collect();
    flags.sort_unstable();
    clear.insert("flags".to_owned(), flags.into());
    clear
}

/// The names of all members that a leaf can seal, which are those that can be erased.
pub const SEALED: [&str; 41] = [
    "action",
    "actorDetail",
    "actorEmail",
    "actorID",
    "actorName",
    "affectedResources",
    "after",
    "application",
    "authMethod",
    "authUser",
    "before",
    "changes",
    "clientIP",
    "cpuUsage",
    "createdByKey",
    "createdByUser",
    "description",
    "device",
    "environment",
    "eventDetail",
    "eventName",
    "externalID",
    "fingerprint",
    "latency",
    "location",
    "machineID",
    "memoryUsage",
    "metadata",
    "metadataList",
    "method",
    "metrics",
    "origin",
    "requestMetadata",
    "responseMetadata",
    "status",
    "targetDetail",
    "targetID",
    "targetName",
    "totalDuration",
    "traceID",
    "userAgent",
];

/// What else an event prints, where it has a value: everything that can be erased. Nothing when a column holds what is no
/// JSON.
#[must_use]
pub fn sealed(row: &Model) -> Option<Vec<(&'static str, Value)>> {
    let mut members = Vec::with_capacity(24);
    let texts = [
        ("action", &row.action),
        ("actorEmail", &row.actor_email),
        ("actorID", &row.actor_id),
        ("actorName", &row.actor_name),
        ("application", &row.application),
        ("authMethod", &row.auth_method),
        ("createdByKey", &row.created_by_key),
        ("description", &row.description),
        ("device", &row.device),
        ("environment", &row.environment),
        ("eventName", &row.event_name),
        ("externalID", &row.external_id),
        ("fingerprint", &row.fingerprint),
        ("location", &row.location),
        ("machineID", &row.machine_id),
        ("method", &row.method),
        ("origin", &row.origin),
        ("status", &row.status),
        ("targetID", &row.target_id),
        ("targetName", &row.target_name),
        ("traceID", &row.trace_id),
        ("userAgent", &row.user_agent),
    ];
    members.extend(texts.into_iter().filter_map(|(name, text)| Some((name, Value::from(text.as_deref()?)))));
    for document in &DOCUMENTS {
        if let Some(text) = (document.of)(row) {
            members.push((document.name, serde_json::from_str(text).ok()?));
        }
    }
    let integers = [
        ("affectedResources", row.affected_resources),
        ("authUser", row.auth_user),
        ("createdByUser", row.created_by_user),
    ];
    members.extend(integers.into_iter().filter_map(|(name, number)| Some((name, Value::from(number?)))));
    let numbers = [
        ("cpuUsage", row.cpu_usage),
        ("latency", row.latency),
        ("memoryUsage", row.memory_usage),
        ("totalDuration", row.total_duration),
    ];
    members.extend(numbers.into_iter().filter_map(|(name, number)| Some((name, Value::from(number?)))));
    if let Some(address) = row.client_ip.as_deref().and_then(derive::address_of) {
        members.push(("clientIP", address.to_string().into()));
    }
    Some(members)
}

/// A column that holds JSON.
pub struct Document {
    /// The member that the event prints of it.
    pub name: &'static str,
    /// The column.
    pub column: Column,
    /// Its value in a row.
    pub of: fn(&Model) -> &Option<String>,
    of_mut: fn(&mut Model) -> &mut Option<String>,
}

impl Document {
    /// Gives a row another value there.
    pub fn set(&self, row: &mut Model, value: Option<String>) {
        *(self.of_mut)(row) = value;
    }
}

macro_rules! documents {
    ($(($name:literal, $column:ident, $field:ident)),* $(,)?) => {
        [$(Document {
            name: $name,
            column: Column::$column,
            of: |row| &row.$field,
            of_mut: |row| &mut row.$field,
        }),*]
    };
}

/// The columns that hold JSON, in the order of their members.
pub static DOCUMENTS: [Document; 11] = documents![
    ("actorDetail", ActorDetail, actor_detail),
    ("after", After, after),
    ("before", Before, before),
    ("changes", Changes, changes),
    ("eventDetail", EventDetail, event_detail),
    ("metadata", Metadata, metadata),
    ("metadataList", MetadataList, metadata_list),
    ("metrics", Metrics, metrics),
    ("requestMetadata", RequestMetadata, request_metadata),
    ("responseMetadata", ResponseMetadata, response_metadata),
    ("targetDetail", TargetDetail, target_detail),
];

/// Makes texts of integers that not every reader of JSON keeps, in all documents of a row.
pub fn make_exact(row: &mut Model) {
    for document in &DOCUMENTS {
        let text = (document.of_mut)(row);
        let Some(Ok(mut value)) = text.as_deref().map(serde_json::from_str::<Value>) else { continue };
        if exact(&mut value) {
            *text = Some(value.to_string());
        }
    }
}

/// Whether there was such an integer.
fn exact(value: &mut Value) -> bool {
    match value {
        Value::Array(values) => values.iter_mut().fold(false, |any, value| exact(value) | any),
        Value::Object(members) => members.values_mut().fold(false, |any, value| exact(value) | any),
        Value::Number(number) if canonical(&Value::Number(number.clone())).is_none() => {
            *value = Value::String(number.to_string());
            true
        }
        _ => false,
    }
}

/// The leaf of a row, its fields salted with these. Nothing when a value has no canonical form.
#[must_use]
pub fn leaf(row: &Model, salts: &Salts) -> Option<Leaf> {
    let sealed = sealed(row)?.into_iter().map(|(name, value)| {
        let commitment = commit(&salts.field(name), name, &value)?;
        Some((name.to_owned(), commitment))
    });
    Some(Leaf {
        id: row.id.to_string(),
        customer: row.customer_id,
        timestamp: row.timestamp,
        created: row.created_at,
        clear: clear(row),
        sealed: sealed.collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use argus_core::clock::{Clock, Ids};
    use serde_json::json;

    use super::*;
    use crate::entry::Entry;
    use crate::record::empty;

    #[test]
    fn every_sealed_member_has_a_name() {
        let mut row = empty();
        row.action = Some("read".to_owned());
        for document in &DOCUMENTS {
            document.set(&mut row, Some("{}".to_owned()));
        }
        let names: Vec<&str> = sealed(&row).unwrap().into_iter().map(|(name, _)| name).collect();
        assert!(names.iter().all(|name| SEALED.contains(name)) && names.len() == 12);
        assert!(SEALED.is_sorted());
    }

    #[test]
    fn what_argus_writes_of_itself_has_a_leaf_too() {
        let after =
            json!({ "validUntil": 1_767_225_600_000_000_000_i64, "list": [-9_007_199_254_740_992_i64, 1, 2.5] });
        let row = Model { after: Some(after.to_string()), ..empty() };
        let entry = Entry::of(row, &Ids::new(Clock::manual(0))).unwrap();
        let exact = json!({ "validUntil": "1767225600000000000", "list": ["-9007199254740992", 1, 2.5] });
        assert_eq!(serde_json::from_str::<Value>(entry.row.after.as_deref().unwrap()).unwrap(), exact);
    }
}
