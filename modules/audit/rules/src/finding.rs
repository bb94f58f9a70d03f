//! The event that a finding is.

use argus_audit_log::event::{Model as Event, flag};
use argus_audit_log::idempotency::Key;
use argus_audit_log::{derive, record};
use argus_core::clock::{Ids, millis};
use serde_json::{Map, Value, json};

use crate::burst::Burst;
use crate::group::value;
use crate::rule::Model as Rule;
use crate::window::Window;

/// Action and type of findings.
pub const ACTION: &str = "audit.suspicious.detected";

/// Under what the log takes the finding of a burst once: the rule, what the events have in common, and when it began. No
/// client can name such a key, for theirs have a method and a path.
pub fn key(rule: &Rule, group: &str, burst: &Burst) -> Key {
    let place = format!("{} {} {group}", rule.id, burst.found_at);
    // The same burst may have more events by the time that it is found again, and is the same all the same.
    Key::new(0, "", ACTION, &place, String::new())
}

/// The event of a burst that was just found; `last` is the newest of its events.
pub fn event(rule: &Rule, fields: &[String], burst: &Burst, last: &Event, ids: &Ids) -> Event {
    let has = |field: &str| fields.iter().any(|name| name == field);
    let common: Map<String, Value> = fields.iter().map(|field| (field.clone(), printed(last, field))).collect();
    let metadata = json!({
        "rule": { "id": rule.id, "name": rule.name },
        "count": burst.count,
        "threshold": rule.threshold,
        "window": Window::of(rule.window).to_string(),
        "groupBy": common,
        "firstTimestamp": millis(burst.first),
        "lastTimestamp": millis(burst.last),
    });
    let mut row = Event {
        id: ids.uuid(),
        customer_id: burst.customer.unwrap_or(rule.customer_id),
        timestamp: burst.last,
        dialect: "internal".to_owned(),
        category: Some("security".to_owned()),
        event_type: Some(ACTION.to_owned()),
        event_name: Some(rule.name.clone()),
        action: Some(ACTION.to_owned()),
        severity: rule.severity.clone(),
        description: Some(description(rule, &common, burst)),
        actor_id: last.actor_id.clone().filter(|_| has("actorID")),
        actor_name: last.actor_name.clone().filter(|_| has("actorID") || has("actorName")),
        actor_type: last.actor_type.clone().filter(|_| has("actorID") || has("actorName")),
        actor_email: last.actor_email.clone().filter(|_| has("actorID") || has("actorEmail")),
        client_ip: last.client_ip.clone().filter(|_| has("clientIP")),
        origin: last.origin.clone().filter(|_| has("origin")),
        machine_id: last.machine_id.clone().filter(|_| has("machineID")),
        target_type: Some("RULE".to_owned()),
        target_id: Some(rule.id.to_string()),
        target_name: Some(rule.name.clone()),
        metadata: Some(metadata.to_string()),
        flags: flag::SUSPICIOUS,
        ..record::empty()
    };
    row.folded = record::folded(&row);
    row
}

fn printed(event: &Event, field: &str) -> Value {
    let text = value(event, field);
    match field {
        "clientIP" => text.and_then(|text| derive::address_of(&text)).map_or(Value::Null, |ip| json!(ip.to_string())),
        _ => json!(text),
    }
}

fn description(rule: &Rule, common: &Map<String, Value>, burst: &Burst) -> String {
    let common = common.iter().map(|(field, value)| format!("{field} {}", value.as_str().unwrap_or("?")));
    let common = common.collect::<Vec<_>>().join(", ");
    format!("{}: {} within {}, {common}", rule.name, burst.count, Window::of(rule.window))
}
