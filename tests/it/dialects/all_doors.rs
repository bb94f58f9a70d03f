//! One event written through each door is read through all others, each in its reader's words.

use argus_testing::{Actor, TestApp, stores};
use serde_json::{Value, json};

/// Everything that any of the readers looks at.
fn native() -> Value {
    json!({
        "timestamp": "2025-12-31T10:00:00.5Z", "action": "CONTRACT_UPDATED", "status": "ok", "severity": "warning",
        "category": "contracts", "application": "backoffice", "environment": "staging", "method": "PUT",
        "eventName": "contract-changed", "eventType": "write", "description": "changed",
        "actorType": "USER", "actorID": "user_7", "actorName": "jane", "actorEmail": "jane@example.org",
        "origin": "192.0.2.7", "userAgent": "Mozilla/5.0", "targetType": "CONTRACT", "targetID": "con_1", "targetName": "Lease",
        "traceID": "trace_abc", "machineID": "machine_001", "externalID": "audit_20251231_7",
        "before": { "state": "DRAFT" }, "after": { "state": "SIGNED" }, "metadata": { "amount": "500000.00" },
        "metrics": { "latency_x": 1.5 }, "totalDuration": 12.5, "affectedResources": 2,
    })
}

/// The administrator as a person whose bucket in `spectra` is the root customer.
async fn person(app: &TestApp) -> Actor {
    app.by_password("admin", &app.admin_password).await
}

/// The only element of a list that has a member of that value, at a place.
fn the<'l>(list: &'l Value, place: &str, value: &str) -> &'l Value {
    let list = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    let mut found = list.iter().filter(|it| it.pointer(place).is_some_and(|it| it == value));
    let one = found.next().unwrap_or_else(|| panic!("nothing has {value} at {place}: {list:?}"));
    assert!(found.next().is_none(), "one event, once");
    one
}

#[track_caller]
fn holds(printed: &Value, expected: &Value) {
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(printed[name], *value, "{name} of {printed:#}");
    }
}

#[tokio::test]
async fn a_native_event_is_read_everywhere() {
    stores(async |app| {
        app.admin().post("/audit/v1/event", native()).await.expect(201);

        let list = app.anonymous().get("/api/audit-logs").await.expect(200);
        holds(
            the(&list["logs"], "/actorId", "user_7"),
            &json!({
                "timestamp": "2025-12-31T10:00:00.5Z", "eventType": "write", "eventAction": "UPDATE", "status": "SUCCESS",
                "actorType": "MEMBER", "targetType": "RESOURCE", "targetId": "con_1", "traceId": null,
                "additionalMetadata": { "amount": "500000.00" },
            }),
        );

        let list = person(app).await.get("/audit/log?category=contracts&app=backoffice&start=30d").await.expect(200);
        let seen = the(&list.json, "/event/name", "contract-changed");
        holds(
            seen,
            &json!({
                "category": "contracts", "tags": { "application": "backoffice", "environment": "staging" }, "method": "PUT",
                "status": "ok", "level": "warning", "metadata": { "amount": "500000.00", "latency_x": 1.5 },
            }),
        );
        holds(&seen["event"], &json!({ "type": "write", "totalDuration": 12.5, "affectedResources": 2 }));
        holds(&seen["resource"], &json!({ "id": "con_1", "name": "Lease", "type": "CONTRACT" }));
        assert_eq!(seen["actor"]["origin"], "192.0.2.7");

        let list = app.admin().get("/api/v1/audit/machine_001").await.expect(200);
        holds(
            the(&list.json, "/id", "audit_20251231_7"),
            &json!({
                "actor": "jane", "action": "CONTRACT_UPDATED", "resource_type": "CONTRACT", "resource_id": "con_1",
                "machine_id": "machine_001", "before_value": { "state": "DRAFT" }, "after_value": { "state": "SIGNED" },
                "severity": "warning", "is_successful": true,
            }),
        );

        let list = app.anonymous().get("/api/v1/audit/logs").await.expect(200);
        holds(
            the(&list["data"], "/logId", "audit_20251231_7"),
            &json!({
                "action": "CONTRACT_UPDATED", "entityType": "CONTRACT", "entityId": "con_1",
                "actor": { "type": "USER", "id": "user_7", "email": "jane@example.org" }, "ipAddress": "192.0.2.7",
                "userAgent": "Mozilla/5.0", "traceId": "trace_abc", "metadata": { "amount": "500000.00" },
            }),
        );
        let history = app.anonymous().get("/api/v1/audit/entities/CONTRACT/con_1/history").await.expect(200);
        holds(
            &history["data"][0],
            &json!({ "action": "UPDATED", "actor": "user_7", "changes": { "state": { "from": "DRAFT", "to": "SIGNED" } } }),
        );
    })
    .await;
}

#[tokio::test]
async fn an_entry_of_argus0_is_read_everywhere() {
    stores(async |app| {
        let entry = json!({
            "timestamp": "2025-12-31T10:00:00Z", "status": "FAILURE", "actorType": "ADMIN", "actorId": "root@example.org",
            "targetType": "RESOURCE", "targetId": "r-1", "eventType": "USER_MANAGEMENT", "eventAction": "DELETE",
            "traceId": "550e8400-e29b-41d4-a716-446655440000", "additionalMetadata": { "a": 1 },
        });
        let made = app.anonymous().post("/api/audit-logs", entry).await.expect(201);
        let list = app.anonymous().get("/api/v1/audit/logs").await.expect(200);
        let id = format!("log_{}", made["id"].as_str().unwrap().replace('-', ""));
        holds(
            the(&list["data"], "/logId", &id),
            &json!({
                "action": "DELETE", "entityType": "RESOURCE", "entityId": "r-1", "metadata": { "a": 1 },
                "actor": { "type": "USER", "id": "root@example.org", "email": "root@example.org" },
                "traceId": "550e8400-e29b-41d4-a716-446655440000",
            }),
        );
        // It is about no machine and of no application.
        assert_eq!(app.admin().get("/api/v1/audit/any").await.expect(200).json, json!([]));
        let events = person(app).await.get("/audit/log?category=USER_MANAGEMENT&app=any&start=30d").await.expect(200);
        assert_eq!(events.json, json!([]));
        // Each printed id is one natively.
        for id in [made["id"].as_str().unwrap(), &id] {
            let event = app.admin().get(&format!("/audit/v1/event/{id}")).await.expect(200);
            assert_eq!(event["data"]["id"], made["id"]);
        }
    })
    .await;
}

#[tokio::test]
async fn an_event_of_spectra_is_read_everywhere() {
    stores(async |app| {
        let event = json!({
            "category": "access", "source_information": { "application": "shop", "environment": "live" }, "method": "DELETE",
            "status": "error", "level": "error",
            "event": {
                "name": "item-removed", "type": "http", "total_duration": 0.1, "affected_resources": 1, "latency": 0.05,
                "cpu_usage": 0.5, "memory_usage": 0.2,
            },
            "actor": { "origin": "192.0.2.9", "detail": { "username": "johndoe" } },
            "resource": { "id": "9", "name": "Item", "type": "ITEM" },
            "metadata": [{ "is_metric": false, "name": "shelf", "value": "b" }],
        });
        person(app).await.post("/audit/log", event).await.expect(204);
        let list = app.anonymous().get("/api/audit-logs").await.expect(200);
        holds(
            the(&list["logs"], "/targetId", "9"),
            &json!({
                "eventType": "http", "eventAction": "DELETE", "status": "FAILURE", "actorId": "johndoe", "targetType": "RESOURCE",
                "additionalMetadata": { "shelf": "b" },
            }),
        );
        let list = app.anonymous().get("/api/v1/audit/logs").await.expect(200);
        let seen = the(&list["data"], "/entityId", "9");
        holds(seen, &json!({ "entityType": "ITEM", "ipAddress": "192.0.2.9" }));
        assert_eq!(seen["actor"]["id"], "johndoe");
        let native = app.admin().get("/audit/v1/event?dialect=spectra").await.expect(200);
        holds(
            &native.list()[0],
            &json!({
                "category": "access", "application": "shop", "environment": "live", "method": "DELETE", "verb": "DELETE",
                "status": "error", "outcome": "FAILURE", "severity": "error", "eventName": "item-removed", "clientIP": "192.0.2.9",
                "actorID": "johndoe", "targetID": "9", "stage": 1, "affectedResources": 1,
            }),
        );
    })
    .await;
}
