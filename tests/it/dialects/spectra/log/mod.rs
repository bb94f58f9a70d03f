//! Events: written, read back, and counted.

mod examples;
mod metrics;
mod property;
mod reading;
mod refused;
mod writing;

use std::time::Duration;

use argus_testing::{Actor, Answer, TestApp};
use serde_json::{Value, json};

/// What the document of these clients sends as an example.
pub fn example() -> Value {
    json!({
        "category": "event_name",
        "source_information": { "application": "app_name", "environment": "staging" },
        "method": "POST",
        "status": "success",
        "level": "info",
        "event": {
            "name": "Login",
            "type": "Authentication",
            "total_duration": 0.1,
            "affected_resources": 1,
            "latency": 0.05,
            "cpu_usage": 0.5,
            "memory_usage": 0.2,
            "detail": { "username": "johndoe" },
            "description": "User logged in successfully"
        },
        "actor": { "origin": "127.0.0.1", "detail": { "username": "johndoe" } },
        "resource": { "id": "1", "name": "User", "type": "User", "detail": { "username": "johndoe" } },
        "metadata": [ { "is_metric": true, "name": "login_time", "value": 0.1 } ]
    })
}

/// The example with another value at a place; without one where that is none.
pub fn with(pointer: &str, value: impl Into<Option<Value>>) -> Value {
    let mut event = example();
    let (above, name) = pointer.rsplit_once('/').unwrap();
    let above = event.pointer_mut(above).unwrap().as_object_mut().unwrap();
    match value.into() {
        Some(value) => above.insert(name.to_owned(), value),
        None => above.remove(name),
    };
    event
}

/// Somebody with a bucket of that name.
pub async fn owner(app: &TestApp, name: &str) -> Actor {
    app.customer(name, "root").await;
    app.user_of(name, name, &[("submitAuditEvents", name), ("viewAuditEvents", name)]).await
}

/// Sends events and lets a moment pass, so that they lie before now.
pub async fn send(app: &TestApp, actor: &Actor, events: Value) {
    let answer = actor.post("/audit/log", events).await.expect(204);
    assert_eq!(answer.text, "", "S1-51");
    app.advance(Duration::from_millis(1));
}

/// A list of one's events, with more in its query.
pub async fn list(actor: &Actor, more: &str) -> Answer {
    actor.get(&format!("/audit/log?category=event_name&app=app_name{more}")).await
}

/// The elements of a bare list.
pub fn bare(answer: &Answer) -> &Vec<Value> {
    answer.json.as_array().unwrap_or_else(|| panic!("no list: {}", answer.text))
}

/// The names of events, in order.
pub fn event_names(answer: &Answer) -> Vec<&str> {
    bare(answer).iter().map(|event| event["event"]["name"].as_str().unwrap()).collect()
}

/// The places that a 422 names, each with its parts joined.
#[track_caller]
pub fn places(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 422, "{}", answer.text);
    let part = |part: &Value| part.as_str().map_or_else(|| part.to_string(), str::to_owned);
    let place = |entry: &Value| {
        assert!(entry["msg"].is_string() && entry["type"].is_string(), "S1-03: {entry}");
        entry["loc"].as_array().unwrap().iter().map(part).collect::<Vec<_>>().join("/")
    };
    answer["detail"].as_array().unwrap_or_else(|| panic!("{}", answer.text)).iter().map(place).collect()
}
