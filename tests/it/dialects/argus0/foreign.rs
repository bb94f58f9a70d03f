//! One log, many doors: what came in here is read natively, what came in natively is read here, each in its reader's words.

use argus_testing::stores;
use serde_json::{Value, json};

use super::{LOGS, entry_with};

#[tokio::test]
async fn what_came_in_here_is_read_natively() {
    stores(async |app| {
        let sent = json!({
            "timestamp": "2024-01-20T10:00:00.123456789Z", "traceId": "550e8400-e29b-41d4-a716-446655440000",
            "eventType": "USER_MANAGEMENT", "eventAction": "DELETE", "status": "FAILURE", "actorType": "ADMIN",
            "actorId": "root@example.org", "targetType": "RESOURCE", "targetId": "user-7", "requestMetadata": { "a": 1 },
            "responseMetadata": { "b": [2] }, "additionalMetadata": { "c": null },
        });
        let made = super::made(app, sent.clone()).await;
        let event = app.admin().get(&format!("/audit/v1/event/{}", made["id"].as_str().unwrap())).await.expect(200);
        let event = &event["data"];
        for (native, value) in [
            ("dialect", json!("argus0")),
            ("timestampISO", json!("2024-01-20T10:00:00.123456789Z")),
            ("traceID", sent["traceId"].clone()),
            ("eventType", sent["eventType"].clone()),
            ("category", sent["eventType"].clone()),
            ("action", json!("DELETE")),
            ("verb", json!("DELETE")),
            ("accessType", json!("DELETE")),
            ("status", json!("FAILURE")),
            ("outcome", json!("FAILURE")),
            ("actorType", json!("ADMIN")),
            ("actorID", json!("root@example.org")),
            ("actorEmail", json!("root@example.org")),
            ("targetType", json!("RESOURCE")),
            ("targetID", json!("user-7")),
            ("requestMetadata", sent["requestMetadata"].clone()),
            ("responseMetadata", sent["responseMetadata"].clone()),
            ("metadata", sent["additionalMetadata"].clone()),
            ("createdByUser", Value::Null),
        ] {
            assert_eq!(event[native], value, "{native}");
        }
        assert_eq!(event["customer"]["shortName"], "root");
    })
    .await;
}

#[tokio::test]
async fn what_came_in_natively_is_read_here() {
    stores(async |app| {
        let admin = app.admin();
        for (native, expected) in [
            (
                json!({ "action": "tag_write", "actorID": "user_1", "actorType": "USER", "targetType": "tag", "status": "ok" }),
                json!({ "eventAction": "UPDATE", "actorType": "MEMBER", "actorId": "user_1", "targetType": "RESOURCE", "status": "SUCCESS" }),
            ),
            (
                json!({ "action": "login", "actorID": "k", "actorType": "API_KEY", "status": "denied", "traceID": "trace_abc" }),
                json!({ "eventAction": null, "actorType": "SERVICE", "status": "FAILURE", "traceId": null }),
            ),
            (
                json!({ "action": "CONTRACT_CREATED", "actorID": "x", "actorType": "SYSTEM", "status": "pending", "metadata": { "amount": "500000.00" } }),
                json!({ "eventAction": "CREATE", "actorType": "SYSTEM", "status": "SUCCESS", "additionalMetadata": { "amount": "500000.00" } }),
            ),
        ] {
            let event = admin.post("/audit/v1/event", native).await.expect(201);
            let list = app.anonymous().get(&format!("{LOGS}?limit=1000")).await.expect(200);
            let id = &event["data"]["id"];
            let printed = list["logs"].as_array().unwrap().iter().find(|log| log["id"] == *id).unwrap().clone();
            for (name, value) in expected.as_object().unwrap() {
                assert_eq!(printed[name], *value, "{name} of {printed}");
            }
        }
        // Filters match what is printed, and what Argus was asked for is no entry.
        for (query, total) in [
            ("eventAction=UPDATE", 1),
            ("eventAction=CREATE", 1),
            ("eventAction=tag_write", 0),
            ("status=FAILURE", 1),
            ("status=SUCCESS", 2),
            ("", 3),
        ] {
            let list = app.anonymous().get(&format!("{LOGS}?{query}")).await.expect(200);
            assert_eq!(list["total"], total, "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn other_doors_can_be_left_out() {
    let change = |settings: &mut argus_core::config::Settings| settings.dialects.argus0.own_events_only = true;
    argus_testing::stores_with(change, async |app| {
        app.admin().post("/audit/v1/event", json!({ "action": "created" })).await.expect(201);
        super::made(app, entry_with(&json!({}))).await;
        assert_eq!(app.anonymous().get(LOGS).await.expect(200)["total"], 1);
    })
    .await;
}

/// The summary of the day: by UTC, newest first.
#[tokio::test]
async fn the_day_is_summed_up() {
    stores(async |app| {
        for (at, status) in [
            ("2025-12-31T23:59:59Z", "SUCCESS"),
            ("2026-01-01T00:00:00Z", "FAILURE"),
            ("2026-01-01T12:00:00Z", "SUCCESS"),
        ] {
            super::made(app, entry_with(&json!({ "timestamp": at, "status": status, "eventAction": "READ" }))).await;
        }
        let summary = app.anonymous().get("/api/audit-summary").await.expect(200);
        assert_eq!(summary["date"], "2026-01-01");
        let activity = summary["runtimeActivity"].as_array().unwrap();
        assert_eq!(
            activity.iter().map(|it| it["timestamp"].as_str().unwrap()).collect::<Vec<_>>(),
            ["2026-01-01T12:00:00Z", "2026-01-01T00:00:00Z"]
        );
        assert_eq!(activity[1]["status"], "FAILURE");
        assert_eq!(
            (&activity[0]["actor"], &activity[0]["action"], &activity[0]["eventType"]),
            (&json!("my-service"), &json!("READ"), &json!(""))
        );
        assert_eq!(summary["summary"], "2 events on 2026-01-01, 1 of them failed");
    })
    .await;
}
