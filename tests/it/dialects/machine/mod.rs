//! The dialect machine: trails of machines, with the paths, bodies, status codes and errors that its clients know.

mod examples;
mod lists;
mod numbers;
mod refused;
mod reserved;
mod shell;

use argus_testing::{Actor, TestApp};
use serde_json::{Value, json};

/// Where its clients look for it, and where it is found whatever the settings say.
const BASE: &str = "/api/v1/audit";
const HOME: &str = "/dialect/machine/api/v1/audit";

const EVENT: &str = "/audit/v1/event";

/// Somebody who sends events and sees them, by key.
async fn operator(app: &TestApp) -> Actor {
    app.user("operator", &[("submitAuditEvents", "root"), ("viewAuditEvents", "root")]).await
}

async fn send(actor: &Actor, event: Value) -> Value {
    actor.post(EVENT, event).await.expect(201)["data"].clone()
}

/// The answer to GET below the base, as a list.
async fn list(actor: &Actor, path: &str) -> Vec<Value> {
    let answer = actor.get(&format!("{BASE}{path}")).await.expect(200);
    // The same at its home.
    let home = actor.get(&format!("{HOME}{path}")).await.expect(200);
    assert_eq!(home.json, answer.json, "{path}");
    answer.json.as_array().unwrap_or_else(|| panic!("no bare list: {}", answer.text)).clone()
}

/// One member of each element.
fn column(list: &[Value], member: &str) -> Vec<Value> {
    list.iter().map(|entry| entry[member].clone()).collect()
}

/// The event of the example, as whoever has such clients sends it.
fn example() -> Value {
    json!({
        "externalID": "audit_20250125_001", "timestamp": "2025-01-25T10:30:00Z", "actorID": "user_123",
        "actorEmail": "operator@example.com", "action": "tag_write", "targetType": "tag",
        "targetID": "temperature_sensor_01", "machineID": "machine_001", "before": {"value": 23.5}, "after": {"value": 25.0},
    })
}

/// The entry of the example.
fn entry() -> Value {
    json!({
        "id": "audit_20250125_001", "timestamp": "2025-01-25T10:30:00Z", "actor": "operator@example.com",
        "action": "tag_write", "resource_type": "tag", "resource_id": "temperature_sensor_01", "machine_id": "machine_001",
        "before_value": {"value": 23.5}, "after_value": {"value": 25.0}, "severity": "info", "is_successful": true,
    })
}
