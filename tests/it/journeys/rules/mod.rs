//! Rules: suspicious activity, found as it is written.

mod built_in;
mod crud;
mod nodes;
mod own;

use std::time::Instant;

use argus_testing::TestApp;
use serde_json::{Value, json};

use super::{PATIENCE, look};

/// Findings of everybody, newest first, once there are so many.
async fn findings(app: &TestApp, count: usize) -> Vec<Value> {
    let answer = look(&app.admin(), "/audit/v1/event?includeFlags=SUSPICIOUS", count).await;
    answer["data"].as_array().unwrap().clone()
}

/// Waits until the engine has looked at everything that is there: an event of its own that makes a finding by a rule of its
/// own, behind all others. Gives the number of findings before that one.
async fn settled(app: &TestApp, mark: &str) -> usize {
    let rule =
        json!({ "name": mark, "criteria": { "action": mark }, "groupBy": ["action"], "threshold": 1, "window": "1s" });
    app.admin().post("/audit/v1/rule", rule).await.expect(201);
    app.admin().post("/audit/v1/event", json!({ "action": mark })).await.expect(201);
    let started = Instant::now();
    loop {
        let answer = app.admin().get("/audit/v1/event?includeFlags=SUSPICIOUS&limit=0").await.expect(200);
        let found = answer["data"].as_array().unwrap();
        if found.iter().any(|event| event["eventName"] == mark) {
            return found.iter().filter(|event| !event["eventName"].as_str().unwrap().starts_with("mark")).count();
        }
        assert!(started.elapsed() < PATIENCE, "the engine does not get there");
    }
}

/// A failed login as another service tells of it.
fn failed(actor: &str, address: &str, timestamp: i64) -> Value {
    json!({
        "action": "login", "status": "FAILURE", "actorID": actor, "clientIP": address, "timestamp": timestamp,
    })
}
