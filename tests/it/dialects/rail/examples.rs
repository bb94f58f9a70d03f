//! Every example answer of its document.

use argus_testing::{TestApp, stores};
use serde_json::{Value, json};

use super::{BASE, clerk, entry, example, get, send, send_all, until};

/// S4-01, S4-10, S4-11, S4-13, without a credential: from this machine everybody may read.
#[tokio::test]
async fn the_log_is_as_in_the_example() {
    stores(async |app| {
        send(&clerk(app).await, example()).await;
        let anonymous = app.anonymous();
        let logs = get(&anonymous, "/logs").await;
        assert_eq!(logs.json, json!({"data": [entry()], "pagination": {"page": 1, "total": 1}}));
        let filtered = "/logs?action=CONTRACT_CREATED&entityType=CONTRACT&entityId=con_xyz&actorId=user_123\
            &from=2025-01-15T10:00:00Z&to=2025-01-15T10:00:00Z&page=1&perPage=10";
        assert_eq!(get(&anonymous, filtered).await.json, logs.json);
        let mut detail = entry();
        for (name, value) in [
            ("changes", Value::Null),
            ("before", Value::Null),
            ("after", Value::Null),
            ("status", json!("SUCCESS")),
            ("severity", json!("info")),
            ("description", Value::Null),
            ("requestMetadata", Value::Null),
            ("responseMetadata", Value::Null),
            ("createdAt", json!("2026-01-01T00:00:00Z")),
        ] {
            detail[name] = value;
        }
        assert_eq!(get(&anonymous, "/logs/log_abc123").await.json, json!({ "data": detail }));
    })
    .await;
}

/// S4-15
#[tokio::test]
async fn a_history_is_as_in_the_example() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let event = |action: &str, time: &str, actor: &str| {
            json!({"action": action, "timestamp": time, "actorID": actor, "targetType": "CONTRACT", "targetID": "con_xyz"})
        };
        let mut updated = event("CONTRACT_UPDATED", "2025-01-15T11:00:00Z", "user_456");
        updated["before"] = json!({"status": "DRAFT", "amount": 1});
        updated["after"] = json!({"status": "PENDING_APPROVAL", "amount": 1});
        send(&clerk, updated).await;
        send(&clerk, event("CONTRACT_CREATED", "2025-01-15T10:00:00Z", "user_123")).await;
        send(&clerk, event("CONTRACT_READ", "2025-01-15T12:00:00Z", "user_123")).await;
        let expected = json!({"data": [
            {"timestamp": "2025-01-15T10:00:00Z", "action": "CREATED", "actor": "user_123", "changes": null},
            {
                "timestamp": "2025-01-15T11:00:00Z", "action": "UPDATED", "actor": "user_456",
                "changes": {"status": {"from": "DRAFT", "to": "PENDING_APPROVAL"}},
            },
        ]});
        assert_eq!(get(&app.anonymous(), "/entities/CONTRACT/con_xyz/history").await.json, expected);
    })
    .await;
}

/// S4-18, with the body of the example.
#[tokio::test]
async fn an_export_is_made_by_the_body_of_the_example() {
    stores(async |app| {
        let clerk = clerk(app).await;
        send(&clerk, example()).await;
        let body = json!({
            "format": "CSV",
            "filter": {"from": "2025-01-01T00:00:00Z", "to": "2025-01-31T23:59:59Z", "entityType": "CONTRACT"},
            "destination": {"type": "EMAIL", "email": "compliance@example.com"},
        });
        let made = clerk.post(&format!("{BASE}/export"), body).await.expect(202);
        let id = made["data"]["exportId"].as_str().unwrap();
        let expected = json!({"data": {
            "exportId": id, "status": "PENDING", "format": "CSV", "createdAt": "2026-01-01T00:00:00Z",
        }});
        assert_eq!(made.json, expected);
        assert!(id.starts_with("exp_"), "{id}");
        let done = until(&clerk, &format!("{BASE}/export/{id}"), "COMPLETED").await;
        assert_eq!(done["rows"], 1);
    })
    .await;
}

/// S4-21
#[tokio::test]
async fn a_login_is_as_in_the_example() {
    stores(async |app| {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";
        let event = json!({
            "action": "USER_LOGIN", "timestamp": "2025-01-15T10:00:00Z", "actorID": "user_123", "authMethod": "PASSWORD",
            "origin": "192.168.1.100", "userAgent": chrome, "location": "Riyadh, SA",
        });
        send(&clerk(app).await, event).await;
        let expected = json!({"data": [{
            "timestamp": "2025-01-15T10:00:00Z", "userId": "user_123", "status": "SUCCESS", "method": "PASSWORD",
            "ipAddress": "192.168.1.100", "location": "Riyadh, SA", "device": "Chrome on Windows",
        }]});
        assert_eq!(get(&app.anonymous(), "/login-history").await.json, expected);
        let filtered = "/login-history?userId=user_123&status=SUCCESS&from=2025-01-15";
        assert_eq!(get(&app.anonymous(), filtered).await.json, expected);
    })
    .await;
}

/// S4-23, with the body of the example.
#[tokio::test]
async fn a_report_is_made_by_the_body_of_the_example() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let body = json!({
            "reportType": "COMPLIANCE_SUMMARY", "period": {"from": "2025-01-01", "to": "2025-01-31"},
            "includeStats": true, "format": "PDF",
        });
        let made = clerk.post(&format!("{BASE}/reports"), body).await.expect(202);
        let id = made["data"]["reportId"].as_str().unwrap();
        let expected = json!({"data": {
            "reportId": id, "status": "PENDING", "reportType": "COMPLIANCE_SUMMARY", "format": "PDF",
        }});
        assert_eq!(made.json, expected);
        assert!(id.starts_with("rep_"), "{id}");
        until(&clerk, &format!("{BASE}/reports/{id}"), "COMPLETED").await;
    })
    .await;
}

/// S4-24, a ten-thousandth of it.
#[tokio::test]
async fn statistics_are_as_in_the_example() {
    stores(async |app| {
        let clerk = clerk(app).await;
        month(app, &clerk).await;
        let expected = json!({"data": {
            "period": "2025-01", "totalEvents": 15,
            "byAction": {"CREATE": 2, "UPDATE": 8, "DELETE": 1, "READ": 4},
            "byEntityType": {"CONTRACT": 3, "CUSTOMER": 4, "PAYMENT": 5},
            "uniqueActors": 3, "failedLogins": 0,
        }});
        assert_eq!(get(&app.anonymous(), "/stats?period=2025-01").await.json, expected);
    })
    .await;
}

async fn month(_: &TestApp, clerk: &argus_testing::Actor) {
    let verbs = [("CREATE", 2), ("UPDATE", 8), ("DELETE", 1), ("READ", 4)];
    let kinds = [(Some("CONTRACT"), 3), (Some("CUSTOMER"), 4), (Some("PAYMENT"), 5), (None, 3)];
    let actions = verbs.into_iter().flat_map(|(verb, number)| std::iter::repeat_n(verb, number));
    let kinds = kinds.into_iter().flat_map(|(kind, number)| std::iter::repeat_n(kind, number));
    let events = actions.zip(kinds).enumerate().map(|(n, (action, kind))| {
        json!({
            "action": action, "targetType": kind, "actorID": format!("user_{}", n % 3),
            "timestamp": format!("2025-01-{:02}T10:00:00Z", n * 2 + 1),
        })
    });
    send_all(clerk, events.collect()).await;
}
