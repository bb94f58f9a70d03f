//! From rows to what is printed.

use argus_audit_log::event::Model;
use argus_dialects_common::time::micros;
use chrono::DateTime;
use poem_openapi::types::Any;
use serde_json::{Map, Value};

use crate::model::Entry;

/// Names that stand where identifiers do, of which no entry can be called.
const TAKEN: [&str; 3] = ["stats", "errors", "export"];

/// An entry, whichever door its event came through (S3-11).
pub fn entry(row: Model) -> Entry {
    let (before, after) = values(&row);
    Entry {
        timestamp: micros(row.timestamp),
        is_successful: row.outcome != "FAILURE",
        id: row
            .external_id
            .filter(|id| !TAKEN.contains(&id.as_str()))
            .unwrap_or_else(|| printed_id(row.timestamp, row.sequence)),
        actor: row.actor_name.or(row.actor_email).or(row.actor_id),
        action: row.action,
        resource_type: row.target_type,
        resource_id: row.target_id,
        machine_id: row.machine_id,
        before_value: before.map(Any),
        after_value: after.map(Any),
        severity: row.severity,
    }
}

/// What an event without an identifier of its own is called: `audit_20250125_1`.
fn printed_id(timestamp: i64, sequence: i64) -> String {
    format!("audit_{}_{sequence}", DateTime::from_timestamp_nanos(timestamp).format("%Y%m%d"))
}

/// How the resource was before and after, as it was sent; of an event that only says what changed, what that says of it.
fn values(row: &Model) -> (Option<Value>, Option<Value>) {
    let read = |text: &Option<String>| serde_json::from_str::<Value>(text.as_deref()?).ok();
    let (before, after) = (read(&row.before), read(&row.after));
    if row.before.is_some() || row.after.is_some() {
        return (before.filter(|it| !it.is_null()), after.filter(|it| !it.is_null()));
    }
    let changes = read(&row.changes);
    let Some(changes) = changes.as_ref().and_then(Value::as_object) else { return (None, None) };
    let side = |side: &str| {
        let values = changes.iter().filter_map(|(field, change)| Some((field.clone(), change.get(side)?.clone())));
        Some(values.collect::<Map<_, _>>()).filter(|values| !values.is_empty()).map(Value::Object)
    };
    (side("from"), side("to"))
}

#[cfg(test)]
mod tests {
    use argus_audit_log::record::empty;
    use serde_json::json;

    use super::*;

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn the_actor_is_what_a_person_would_call_it() {
        let of = |name: Option<&str>, email: Option<&str>, id: Option<&str>| {
            let [actor_name, actor_email, actor_id] = [name, email, id].map(|it| it.map(str::to_owned));
            entry(Model { actor_name, actor_email, actor_id, ..empty() }).actor
        };
        assert_eq!(of(Some("Ann"), Some("ann@example.com"), Some("user_123")).as_deref(), Some("Ann"));
        assert_eq!(of(None, Some("ann@example.com"), Some("user_123")).as_deref(), Some("ann@example.com"));
        assert_eq!(of(None, None, Some("user_123")).as_deref(), Some("user_123"));
        assert_eq!(of(None, None, None), None);
    }

    #[test]
    fn identifiers_have_the_day_of_the_event() {
        let of = |timestamp: i64| entry(Model { timestamp, sequence: 7, ..empty() }).id;
        assert_eq!(of(1_737_801_000_000_000_000), "audit_20250125_7");
        assert_eq!(of(-1), "audit_19691231_7");
        assert_eq!(entry(Model { external_id: text("audit_20250125_001"), ..empty() }).id, "audit_20250125_001");
        // At its path there is something else.
        assert_eq!(entry(Model { external_id: text("stats"), sequence: 7, ..empty() }).id, "audit_19700101_7");
    }

    #[test]
    fn values_are_those_sent_or_those_of_the_changes() {
        let of = |before: Option<&str>, after: Option<&str>, changes: Option<&str>| {
            let [before, after, changes] = [before, after, changes].map(|it| it.map(str::to_owned));
            let printed = entry(Model { before, after, changes, ..empty() });
            [printed.before_value, printed.after_value].map(|value| value.map(|Any(value)| value))
        };
        let changes = r#"{"status":{"from":"A","to":"B"},"new":{"to":1}}"#;
        assert_eq!(
            of(None, None, Some(changes)),
            [Some(json!({"status": "A"})), Some(json!({"status": "B", "new": 1}))]
        );
        assert_eq!(of(Some("23.5"), None, Some(changes)), [Some(json!(23.5)), None]);
        assert_eq!(of(Some("null"), Some("[1]"), None), [None, Some(json!([1]))]);
        assert_eq!(of(None, None, Some("{}")), [None, None]);
        assert_eq!(of(None, None, None), [None, None]);
    }
}
