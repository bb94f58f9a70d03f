//! The dialect `argus0`, by the examples of its document and the rules S0-01 to S0-54.

mod apart;
mod batch;
mod examples;
mod filters;
mod foreign;
mod refused;
mod who;

use argus_testing::{Answer, TestApp};
use serde_json::{Value, json};

/// Where its clients post and ask.
const LOGS: &str = "/api/audit-logs";

/// An entry with what every entry has to have.
fn entry() -> Value {
    json!({
        "timestamp": "2024-01-20T10:00:00Z", "status": "SUCCESS", "actorType": "SERVICE", "actorId": "my-service",
        "targetType": "RESOURCE",
    })
}

/// The same with other members.
fn entry_with(more: &Value) -> Value {
    let mut entry = entry();
    entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    entry
}

/// Makes an entry, as its clients do: without a credential.
async fn made(app: &TestApp, entry: Value) -> Answer {
    app.anonymous().post(LOGS, entry).await.expect(201)
}

/// The ids of the entries of a list.
fn ids(list: &Answer) -> Vec<String> {
    list["logs"].as_array().unwrap().iter().map(|log| log["id"].as_str().unwrap().to_owned()).collect()
}
