//! What the envelope is, and what no answer shows.

use std::collections::BTreeSet;

use argus_testing::{Answer, TestApp};
use serde_json::Value;

const MEMBERS: [&str; 9] =
    ["count", "currentPage", "data", "limit", "messages", "metaData", "offset", "responseCode", "size"];

/// Operations that answer as C2SP says.
const RAW: [&str; 4] =
    ["audit_v1_log_checkpoint_get", "audit_v1_log_key_get", "audit_v1_log_entries_get", "audit_v1_log_tile_get"];

const MESSAGE: [&str; 6] = ["field", "message", "messageTemplate", "parameter", "timestamp", "type"];

/// Traces of the inside: panics, SQL, files.
const INSIDE: [&str; 14] = [
    "panicked",
    "RUST_BACKTRACE",
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE FROM",
    "no such table",
    "does not exist",
    "relation \"",
    "sqlx",
    "sqlite",
    "/src/",
    ".rs:",
    "argus.db",
];

/// Fails unless an answer wears the envelope, whole and truthful, and gives the status back.
#[track_caller]
pub fn assert_worn(app: &TestApp, answer: &Answer, what: &str) -> u16 {
    let (status, text) = (answer.status, &answer.text);
    assert_closed(app, answer, what);
    let kind = answer.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.starts_with("image/") {
        // An image has no envelope, and no browser may guess that it is something else.
        assert_eq!((status, &answer.headers["x-content-type-options"]), (200, &"nosniff".parse().unwrap()), "{what}");
        return status;
    }
    if kind == "text/event-stream" {
        // Events, and no end in which an envelope could close.
        assert_eq!((status, &answer.headers["cache-control"]), (200, &"no-store".parse().unwrap()), "{what}");
        return status;
    }
    if RAW.contains(&what) && status == 200 {
        // C2SP says what these are, down to the byte.
        assert!(["text/plain; charset=utf-8", "application/octet-stream"].contains(&kind), "{what}: {kind}");
        assert!(answer.headers.contains_key("cache-control"), "{what}");
        return status;
    }
    assert_eq!(kind, "application/json", "{what}: {text}");
    let members = answer.json.as_object().unwrap_or_else(|| panic!("{what}: {text}"));
    assert!(members.keys().map(String::as_str).eq(MEMBERS), "{what}: {:?}", members.keys());
    assert_eq!(answer["responseCode"], status, "{what}");
    assert_eq!(answer["currentPage"], 0, "{what}");
    assert!(answer["metaData"].is_object(), "{what}: {text}");
    for number in ["limit", "offset", "count", "size"] {
        assert!(answer[number].is_i64(), "{what}: {number} in {text}");
    }
    let messages = answer["messages"].as_array().unwrap_or_else(|| panic!("{what}: no list of messages in {text}"));
    assert_eq!(messages.is_empty(), status < 400, "{what}: {text}");
    for message in messages {
        assert_message(message, app.clock.now_millis(), what);
    }
    if [429, 503].contains(&status) {
        let seconds = answer.headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
        assert!(seconds.is_some(), "{what}: no Retry-After");
    }
    status
}

fn assert_message(message: &Value, now: i64, what: &str) {
    let members: BTreeSet<&str> = message.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, BTreeSet::from(MESSAGE), "{what}");
    assert!(message["message"].as_str().is_some_and(|text| !text.is_empty()), "{what}: {message}");
    assert!(message["messageTemplate"].as_str().is_some_and(|key| key.contains('.')), "{what}: {message}");
    assert_eq!(message["timestamp"], now, "{what}: {message}");
    assert!(message["parameter"].is_null(), "{what}: {message}");
    match message["type"].as_str() {
        Some("FIELD_ERROR") => assert!(message["field"].is_string(), "{what}: {message}"),
        Some("ACTION_ERROR") => assert!(message["field"].is_null(), "{what}: {message}"),
        _ => panic!("{what}: {message}"),
    }
}

/// Fails if an answer shows the inside.
#[track_caller]
pub fn assert_closed(app: &TestApp, answer: &Answer, what: &str) {
    let folder = app.data_dir().display().to_string();
    for trace in INSIDE.into_iter().chain([folder.as_str()]) {
        assert!(!answer.text.contains(trace), "{what}: {trace:?} in {}", answer.text);
    }
}
