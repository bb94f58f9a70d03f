//! The model's criteria as clients write them.

use serde_json::{Map, Value, json};

use crate::model::{Level, Role, Search, Time};
use crate::table::KINDS;

impl Time {
    fn json(self) -> Value {
        let iso = |ns| chrono::DateTime::from_timestamp_nanos(ns);
        match self {
            Self::Millis(ms) => json!(ms),
            Self::MillisText(ms) => json!(ms.to_string()),
            Self::IsoMillis(ms) => json!(iso(ms * 1_000_000).format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()),
            Self::IsoNanos(ns) => json!(iso(ns).format("%Y-%m-%dT%H:%M:%S%.9fZ").to_string()),
            Self::SecondsAgo(0) => json!("NOW"),
            Self::SecondsAgo(seconds) => json!(format!("now - {seconds} sec")),
        }
    }
}

impl Search {
    pub fn json(&self) -> Value {
        let mut members = self.root.json();
        if self.include_deleted {
            members.insert("includeDeleted".into(), json!(true));
        }
        if self.include_internal {
            members.insert("includeInternal".into(), json!(true));
        }
        let sort = self.sort.iter().map(|(key, descending)| format!("{}{key}", if *descending { "-" } else { "" }));
        put(&mut members, "sortBy", sort);
        members.extend(self.limit.map(|limit| ("limit".to_owned(), json!(limit))));
        members.extend(self.offset.map(|offset| ("offset".to_owned(), json!(offset))));
        Value::Object(members)
    }
}

impl Level {
    fn json(&self) -> Map<String, Value> {
        let mut m = Map::new();
        put(&mut m, "label", self.labels.iter());
        put(&mut m, "title", self.titles.iter());
        put(&mut m, "kind", self.kinds.iter().map(|kind| KINDS[*kind]));
        put(&mut m, "amount", self.amounts.iter());
        put(&mut m, "id", self.ids.iter().map(|id| uuid::Uuid::from_u128((*id).into()).to_string()));
        put(&mut m, "active", self.active.iter());
        put(
            &mut m,
            "customer",
            self.customers.iter().map(|id| if id % 2 == 0 { json!(id) } else { json!(format!("c{id}")) }),
        );
        put(&mut m, "owner", self.owners.iter().map(|id| format!("u{id}")));
        put(&mut m, "clientIP", self.ips.iter());
        put(&mut m, "parity", self.odd.iter().map(|odd| if *odd { "odd" } else { "even" }));
        put(&mut m, if self.keywords.len().is_multiple_of(2) { "keywords" } else { "keyword" }, self.keywords.iter());
        put(&mut m, "keywordFieldStrategy", self.keyword_fields.iter());
        put(&mut m, "keywordMatchStrategy", self.keyword_match.iter());
        put(&mut m, "startTimestamp", self.start.iter().map(|time| time.json()));
        put(&mut m, "endTimestamp", self.end.iter().map(|time| time.json()));
        put(&mut m, "timeFieldStrategy", self.time_fields.iter());
        put(&mut m, "timeMatchStrategy", self.time_match.iter());
        put(&mut m, "user", self.users.iter().map(|id| id.to_string()));
        put(&mut m, "userFieldStrategy", self.user_fields.iter());
        put(&mut m, "includeFlags", self.include_flags.iter());
        put(&mut m, "excludeFlags", self.exclude_flags.iter());
        let subs = self.subs.iter().map(|(role, level)| {
            let mut members = level.json();
            match role {
                Role::Plain => {}
                Role::Excluded => _ = members.insert("exclude".into(), json!(true)),
                Role::Required => _ = members.insert("required".into(), json!(true)),
            }
            members
        });
        put(&mut m, "subCriteria", subs);
        m
    }
}

/// A list of one as a single value.
fn put<T: serde::Serialize>(members: &mut Map<String, Value>, name: &str, values: impl Iterator<Item = T>) {
    let mut values: Vec<Value> = values.map(|value| json!(value)).collect();
    match values.len() {
        0 => {}
        1 => _ = members.insert(name.to_owned(), values.remove(0)),
        _ => _ = members.insert(name.to_owned(), Value::Array(values)),
    }
}
