//! Reports: asked for, waited for, fetched, and made by themselves.

mod files;
mod refused;
mod schedules;
mod seen;

use std::time::Instant;

use argus_testing::{Actor, Answer};
use serde_json::{Value, json};

use super::PATIENCE;

const REPORT: &str = "/audit/v1/report";
const SCHEDULE: &str = "/audit/v1/report/schedule";

/// A report of January 2026 in a format, with breakdowns, and with changes.
fn asked(format: &str, changes: Value) -> Value {
    let mut body = json!({
        "reportType": "COMPLIANCE_SUMMARY", "period": { "from": "2026-01-01", "to": "2026-01-31" },
        "includeStats": true, "format": format,
    });
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// Waits until a report came to its end.
async fn ended(actor: &Actor, id: &Value) -> Value {
    let (began, path) = (Instant::now(), format!("{REPORT}/{}", id.as_str().unwrap()));
    loop {
        let answer = actor.get(&path).await.expect(200);
        if !["PENDING", "RUNNING"].contains(&answer["data"]["state"].as_str().unwrap()) {
            return answer["data"].clone();
        }
        assert!(began.elapsed() < PATIENCE, "{}", answer.text);
    }
}

/// A report that is completed.
async fn made(actor: &Actor, body: Value) -> Value {
    let made = actor.post(REPORT, body).await.expect(201);
    assert_eq!(made["data"]["state"], "PENDING");
    let ended = ended(actor, &made["data"]["id"]).await;
    assert_eq!(ended["state"], "COMPLETED", "{ended}");
    ended
}

/// The file of a report.
async fn content(actor: &Actor, report: &Value) -> Answer {
    actor.get(&format!("{REPORT}/{}/content", report["id"].as_str().unwrap())).await
}

/// Waits until there are so many reports.
async fn reports(actor: &Actor, number: usize) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let answer = actor.get(&format!("{REPORT}?limit=100")).await.expect(200);
        // Files of long ago are gone already.
        let ended = |report: &Value| ["COMPLETED", "EXPIRED"].contains(&report["state"].as_str().unwrap());
        if answer["count"] == number && answer.list().iter().all(ended) {
            return answer.list().clone();
        }
        assert!(began.elapsed() < PATIENCE, "not {number}: {}", answer.text);
    }
}
