//! The dialect rail: logs, histories, accesses, logins, statistics, exports and reports, as its clients know them.

mod examples;
mod export;
mod history;
mod lists;
mod login;
mod refused;
mod report;
mod stats;
mod who;

use std::time::Instant;

use argus_testing::{Actor, Answer, TestApp};
use serde_json::{Value, json};

use crate::journeys::PATIENCE;

/// Where its clients look for it, and where it is found whatever the settings say.
const BASE: &str = "/api/v1/audit";
const HOME: &str = "/dialect/rail/api/v1/audit";

/// Somebody who sends events, sees them and has files made of them, by key.
async fn clerk(app: &TestApp) -> Actor {
    let rights = [("submitAuditEvents", "root"), ("viewAuditEvents", "root"), ("exportAuditEvents", "root")];
    app.user("clerk", &rights).await
}

async fn send(actor: &Actor, event: Value) -> Value {
    actor.post("/audit/v1/event", event).await.expect(201)["data"].clone()
}

async fn send_all(actor: &Actor, events: Vec<Value>) {
    actor.post("/audit/v1/event/bulk", json!({ "events": events })).await.expect(201);
}

/// The answer to GET below the base, which is the same at its home.
async fn get(actor: &Actor, path: &str) -> Answer {
    let answer = actor.get(&format!("{BASE}{path}")).await.expect(200);
    let home = actor.get(&format!("{HOME}{path}")).await.expect(200);
    assert_eq!(home.json, answer.json, "{path}");
    answer
}

/// One member of each element of `data`.
fn column(answer: &Answer, member: &str) -> Vec<Value> {
    answer.list().iter().map(|entry| entry[member].clone()).collect()
}

/// The names of an object's members, in order.
fn members(object: &Value) -> Vec<&str> {
    object.as_object().unwrap_or_else(|| panic!("no object: {object}")).keys().map(String::as_str).collect()
}

/// A refusal with that status and code; gives the fields that it names.
#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) -> Vec<String> {
    let answer = answer.expect(status);
    assert_eq!(members(&answer.json), ["error"], "{}", answer.text);
    let error = &answer["error"];
    assert_eq!(members(error), ["code", "details", "message"], "{}", answer.text);
    assert_eq!(error["code"], code, "{}", answer.text);
    assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{}", answer.text);
    let details = error["details"].as_array().unwrap().iter();
    let field = |detail: &Value| {
        assert!(detail["message"].as_str().is_some_and(|text| !text.is_empty()), "{detail}");
        detail["field"].as_str().unwrap().to_owned()
    };
    details.map(field).collect()
}

/// Looks at an export or a report until it is in that state; gives how it is told.
async fn until(actor: &Actor, path: &str, status: &str) -> Value {
    let began = Instant::now();
    loop {
        let answer = actor.get(path).await.expect(200);
        if answer["data"]["status"] == status {
            return answer["data"].clone();
        }
        assert!(answer["data"]["status"] != "FAILED" && began.elapsed() < PATIENCE, "not {status}: {}", answer.text);
    }
}

/// The event of the example, as whoever has such clients sends it.
fn example() -> Value {
    json!({
        "externalID": "log_abc123", "timestamp": "2025-01-15T10:00:00Z", "action": "CONTRACT_CREATED",
        "targetType": "CONTRACT", "targetID": "con_xyz", "actorType": "USER", "actorID": "user_123",
        "actorEmail": "user@example.com", "metadata": {"contractType": "MURABAHA", "amount": "500000.00"},
        "origin": "192.168.1.100", "userAgent": "Mozilla/5.0...", "traceID": "trace_abc",
    })
}

/// The entry of the example.
fn entry() -> Value {
    json!({
        "logId": "log_abc123", "timestamp": "2025-01-15T10:00:00Z", "action": "CONTRACT_CREATED",
        "entityType": "CONTRACT", "entityId": "con_xyz",
        "actor": {"type": "USER", "id": "user_123", "email": "user@example.com"},
        "metadata": {"contractType": "MURABAHA", "amount": "500000.00"},
        "ipAddress": "192.168.1.100", "userAgent": "Mozilla/5.0...", "traceId": "trace_abc",
    })
}
