//! Somebody has a file made of events, and fetches it.

mod content;
mod ends;
mod formats;
mod mail;
mod proofs;
mod refused;
pub mod sink;
mod snapshot;

use std::time::Instant;

use argus_testing::{Actor, Answer, TestApp};
use serde_json::{Value, json};

use super::PATIENCE;

const EXPORT: &str = "/audit/v1/export";

/// Asks for an export; gives its path.
async fn ask(actor: &Actor, body: Value) -> String {
    let made = actor.post(EXPORT, body).await.expect(201);
    format!("{EXPORT}/{}", made["data"]["id"].as_str().unwrap())
}

/// Looks at an export until it is in that state. The job goes on beside the looks, each of which takes a round trip.
async fn until(actor: &Actor, path: &str, state: &str) -> Value {
    let began = Instant::now();
    loop {
        let answer = actor.get(path).await.expect(200);
        let now = answer["data"]["state"].as_str().unwrap();
        if now == state {
            return answer["data"].clone();
        }
        let over = !["PENDING", "RUNNING", "COMPLETED"].contains(&now);
        assert!(!over && began.elapsed() < PATIENCE, "not {state}: {}", answer.text);
    }
}

/// Has a file made, and gives its path and text.
async fn file(actor: &Actor, body: Value) -> (String, String) {
    let path = ask(actor, body).await;
    until(actor, &path, "COMPLETED").await;
    let content = actor.get(&format!("{path}/content")).await;
    assert_eq!(content.status, 200, "{}", content.text);
    (path, content.text)
}

/// The events of a list, in its order.
async fn listed(actor: &Actor, query: &str) -> Vec<Value> {
    actor.get(&format!("/audit/v1/event?limit=0&{query}")).await.expect(200).list().clone()
}

/// Adds so many events of an action, with one request.
async fn add(actor: &Actor, action: &str, number: usize) -> Answer {
    let events: Vec<Value> = (0..number).map(|n| json!({ "action": action, "targetID": n.to_string() })).collect();
    actor.post("/audit/v1/event/bulk", json!({ "events": events })).await.expect(201)
}

/// Looks at an export until an attempt at it has failed, which is to be tried again.
async fn held_up(actor: &Actor, path: &str) -> Value {
    let began = Instant::now();
    loop {
        let answer = actor.get(path).await.expect(200);
        if answer["data"]["state"] == "PENDING" && !answer["data"]["error"].is_null() {
            return answer["data"].clone();
        }
        assert!(began.elapsed() < PATIENCE, "not held up: {}", answer.text);
    }
}

/// A folder of exports that is none, so that every attempt fails and is to be tried again.
fn no_folder(app: &TestApp) -> std::path::PathBuf {
    let folder = app.platform.settings.exports_folder();
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "a file").unwrap();
    folder
}
