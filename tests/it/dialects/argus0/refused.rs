//! What is wrong is said in the original's words (S0-10 to S0-42), and nothing of it is kept.

use argus_testing::{stores, stores_with};
use serde_json::{Value, json};

use super::{LOGS, entry, entry_with};

/// A member of an entry, and what it is refused with.
fn wrong() -> Vec<(Value, &'static str)> {
    let long = "x".repeat(256);
    vec![
        // S0-11
        (json!({ "timestamp": "2024-01-20 10:00:00" }), "invalid timestamp format, expected RFC3339"),
        (json!({ "timestamp": "2024-01-20" }), "invalid timestamp format, expected RFC3339"),
        (json!({ "timestamp": null }), "timestamp is required"),
        (json!({ "timestamp": 1_700_000_000 }), "timestamp must be a string"),
        (json!({ "timestamp": "1492-01-01T00:00:00Z" }), "invalid timestamp format, expected RFC3339"),
        // S0-12
        (json!({ "status": "success" }), "invalid status, must be one of SUCCESS, FAILURE"),
        (json!({ "status": "" }), "status is required"),
        // S0-13
        (json!({ "actorType": "ROBOT" }), "invalid actorType, must be one of SERVICE, ADMIN, MEMBER, SYSTEM"),
        // S0-14
        (json!({ "actorId": "" }), "actorId is required"),
        (json!({ "actorId": long }), "actorId is longer than 255 characters"),
        // S0-15
        (json!({ "targetType": "USER" }), "invalid targetType, must be one of SERVICE, RESOURCE"),
        // S0-16
        (json!({ "traceId": "abc" }), "invalid traceId format, expected UUID"),
        // S0-17, S0-29
        (json!({ "eventType": "x".repeat(51) }), "eventType is longer than 50 characters"),
        // S0-18
        (json!({ "eventAction": "LOGIN" }), "invalid eventAction, must be one of CREATE, READ, UPDATE, DELETE"),
        // S0-19, S0-29
        (json!({ "targetId": long }), "targetId is longer than 255 characters"),
        (json!({ "targetId": 7 }), "targetId must be a string"),
        // S0-20
        (json!({ "requestMetadata": [] }), "requestMetadata must be an object"),
        (json!({ "responseMetadata": "x" }), "responseMetadata must be an object"),
        (json!({ "additionalMetadata": 1 }), "additionalMetadata must be an object"),
    ]
}

#[tokio::test]
async fn a_wrong_member_is_named() {
    stores(async |app| {
        for (member, reason) in wrong() {
            let refused = app.anonymous().post(LOGS, entry_with(&member)).await.expect(400);
            // S0-30
            assert_eq!(refused.json, json!({ "error": format!("Validation error: {reason}") }), "{member}");
        }
        for name in ["timestamp", "status", "actorType", "actorId", "targetType"] {
            let mut sent = entry();
            sent.as_object_mut().unwrap().remove(name);
            let refused = app.anonymous().post(LOGS, sent).await.expect(400);
            assert_eq!(refused["error"], format!("Validation error: {name} is required"));
        }
        let all = app.anonymous().post(LOGS, json!({})).await.expect(400);
        assert_eq!(all["error"].as_str().unwrap().matches("is required").count(), 5, "all of them in one answer");
        assert_eq!(app.events(false).await, 0, "nothing is kept");
    })
    .await;
}

/// S0-28; also what two readers would read differently.
#[tokio::test]
async fn what_is_no_entry_is_no_body() {
    stores(async |app| {
        let twice = r#"{"status":"SUCCESS","status":"FAILURE"}"#;
        for body in ["", "{", "[]", "null", "\"x\"", "{} {}", twice, r#"{"a":1e999}"#, r#"{"a":"\u0000"}"#] {
            let refused = app.anonymous().post_raw(LOGS, "application/json", body).await.expect(400);
            assert_eq!(refused["error"], "Invalid request body", "{body}");
        }
        let large = entry_with(&json!({ "requestMetadata": { "x": "y".repeat(256 << 10) } }));
        assert!(app.anonymous().post(LOGS, large).await.expect(413)["error"].is_string());
        assert_eq!(app.events(false).await, 0);
        // Whatever its type is called, a body is read as JSON (C-26).
        app.anonymous().post_raw(LOGS, "text/plain", entry().to_string()).await.expect(201);
    })
    .await;
}

/// Numbers that are none are the defaults, never an error; a flow that is none is one (S0-41, S0-42, S0-43).
#[tokio::test]
async fn pages_that_cannot_be_read_are_the_first() {
    stores(async |app| {
        super::made(app, entry()).await;
        let refused = app.anonymous().get(&format!("{LOGS}?traceId=abc")).await.expect(400);
        assert_eq!(refused.json, json!({ "error": "Invalid traceId format: expected UUID" }));
        for (query, limit, offset) in [
            ("limit=0", 100, 0),
            ("limit=-1", 100, 0),
            ("limit=abc", 100, 0),
            ("limit=1000", 1_000, 0),
            ("limit=1001", 1_000, 0),
            ("offset=-5", 100, 0),
            ("offset=x&limit=", 100, 0),
            ("offset=7&limit=1", 1, 7),
        ] {
            let list = app.anonymous().get(&format!("{LOGS}?{query}")).await.expect(200);
            assert_eq!((list["limit"].as_i64(), list["offset"].as_i64()), (Some(limit), Some(offset)), "{query}");
            assert_eq!(list["total"], 1, "{query}");
        }
        for query in ["status=success", "status=OTHER", "eventAction=OTHER", "eventType=OTHER"] {
            let none = app.anonymous().get(&format!("{LOGS}?{query}")).await.expect(200);
            assert_eq!((&none["logs"], &none["total"]), (&json!([]), &json!(0)), "{query}");
        }
    })
    .await;
}

/// Nothing changes or takes away an entry (S0-06); other methods are refused as the original's router does it (S0-04).
#[tokio::test]
async fn entries_stay_as_they_are() {
    stores(async |app| {
        let made = super::made(app, entry()).await;
        for method in ["PUT", "PATCH", "DELETE"] {
            let refused = argus_testing::Answer::of(app.anonymous().request(method, LOGS)).await.expect(405);
            assert_eq!(refused.text.trim(), "Method not allowed");
            assert_eq!(refused.headers["allow"], "GET, POST, HEAD");
        }
        let path = format!("{LOGS}/{}", made["id"].as_str().unwrap());
        let refused = app.anonymous().delete(&path).await.expect(404);
        assert!(refused["error"].is_string(), "{}", refused.text);
        assert_eq!(app.anonymous().get(LOGS).await.expect(200)["total"], 1);
    })
    .await;
}

/// What the settings add is taken beside what is always taken (S0-13, S0-15, S0-17, S0-18).
#[tokio::test]
async fn words_can_be_added() {
    let change = |settings: &mut argus_core::config::Settings| {
        let argus0 = &mut settings.dialects.argus0;
        argus0.actor_types = vec!["ROBOT".to_owned()];
        argus0.target_types = vec!["USER".to_owned(), "ORDER".to_owned()];
        argus0.event_actions = vec!["ADDED".to_owned()];
        argus0.event_types = vec!["ORDER_EVENT".to_owned()];
    };
    stores_with(change, async |app| {
        let own =
            json!({ "actorType": "ROBOT", "targetType": "ORDER", "eventAction": "ADDED", "eventType": "ORDER_EVENT" });
        let made = super::made(app, entry_with(&own)).await;
        for (name, value) in own.as_object().unwrap() {
            assert_eq!(made[name], *value);
        }
        super::made(app, entry_with(&json!({ "eventType": "DATA_FETCH", "eventAction": "CREATE" }))).await;
        app.anonymous().post(LOGS, entry_with(&json!({ "eventType": "ANY" }))).await.expect(400);
        // An action that counts as creation is still another one than CREATE.
        for (action, total) in [("ADDED", 1), ("CREATE", 1)] {
            let list = app.anonymous().get(&format!("{LOGS}?eventAction={action}")).await.expect(200);
            assert_eq!(list["total"], total, "{action}");
        }
    })
    .await;
}

/// A store that fails is told as the original tells it (S0-31, S0-47).
#[tokio::test]
async fn a_store_that_fails_is_told() {
    use sea_orm::ConnectionTrait;
    let change = |settings: &mut argus_core::config::Settings| {
        settings.audit.requests = argus_core::audit::Requests::Off;
    };
    stores_with(change, async |app| {
        let db = app.platform.db.writer();
        db.execute_unprepared("ALTER TABLE event RENAME TO event_gone").await.unwrap();
        let refused = app.anonymous().post(LOGS, entry()).await.expect(500);
        assert_eq!(refused.json, json!({ "error": "Failed to create audit log" }));
        let refused = app.anonymous().get(LOGS).await.expect(500);
        assert_eq!(refused.json, json!({ "error": "Failed to retrieve audit logs" }));
        db.execute_unprepared("ALTER TABLE event_gone RENAME TO event").await.unwrap();
        super::made(app, entry()).await;
    })
    .await;
}
