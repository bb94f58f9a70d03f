//! From rows to what is printed (S1-69).

use argus_audit_log::event::Model;
use poem_openapi::types::Any;
use serde_json::{Map, Value};

use super::event::merged;
use super::model::{Actor, AuditEvent, Event, Resource, Tags};
use crate::time::isoformat;

/// An event: as it was sent where it came in here, else by what follows from it.
pub fn event(row: Model) -> AuditEvent {
    AuditEvent {
        metadata: Any(Value::Object(merged(&row))),
        category: row.category,
        tags: Tags { application: row.application, environment: row.environment },
        method: row.method,
        status: row.status.unwrap_or_else(|| row.outcome.to_ascii_lowercase()),
        level: row.severity,
        event: Event {
            id: row.series_id.map(|id| id.to_string()),
            name: row.event_name,
            kind: row.event_type,
            stage: row.stage,
            total_duration: row.total_duration,
            affected_resources: row.affected_resources,
            latency: row.latency,
            cpu_usage: row.cpu_usage,
            memory_usage: row.memory_usage,
            detail: detail(row.event_detail.as_deref()),
            description: row.description,
        },
        actor: Actor { origin: row.origin, detail: detail(row.actor_detail.as_deref()) },
        resource: Resource {
            id: row.target_id,
            name: row.target_name,
            kind: row.target_type,
            detail: detail(row.target_detail.as_deref()),
        },
        timestamp: isoformat(row.timestamp, 'T'),
    }
}

/// An object; the empty one where there is none.
fn detail(text: Option<&str>) -> Any<Value> {
    let value = text.and_then(|text| serde_json::from_str(text).ok());
    Any(value.filter(Value::is_object).unwrap_or_else(|| Value::Object(Map::new())))
}

#[cfg(test)]
mod tests {
    use argus_audit_log::record::empty;
    use poem_openapi::types::ToJSON;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_there_is_null_or_an_empty_object() {
        let printed = event(Model { outcome: "FAILURE".to_owned(), ..empty() }).to_json().unwrap();
        let expected = json!({
            "category": null,
            "tags": {"application": null, "environment": null},
            "method": null, "status": "failure", "level": "info",
            "event": {
                "id": null, "name": null, "type": null, "stage": null, "totalDuration": null, "affectedResources": null,
                "latency": null, "cpuUsage": null, "memoryUsage": null, "detail": {}, "description": null,
            },
            "actor": {"origin": null, "detail": {}},
            "resource": {"id": null, "name": null, "type": null, "detail": {}},
            "metadata": {},
            "timestamp": "1970-01-01T00:00:00+00:00",
        });
        assert_eq!(printed, expected);
    }

    #[test]
    fn details_of_other_kinds_are_left_out() {
        let row =
            Model { actor_detail: Some("[1]".to_owned()), target_detail: Some("{\"a\":1}".to_owned()), ..empty() };
        let printed = event(row);
        assert_eq!((printed.actor.detail.0, printed.resource.detail.0), (json!({}), json!({"a": 1})));
    }
}
