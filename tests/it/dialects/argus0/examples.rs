//! The requests of the original's document, as they stand there, and what they are answered with.

use argus_testing::stores;
use serde_json::{Value, json};

use super::{LOGS, ids};
use crate::dialects::curl::curl;

/// The address in the examples.
const BASE: &str = "http://localhost:3001";

/// Makes an entry. S0-02, S0-10, S0-25, S0-27; without a credential (S0-03), by nothing but curl (S0-53).
const POST: &str = r#"curl -X POST http://localhost:3001/api/audit-logs \
-H "Content-Type: application/json" \
-d '{
"traceId": "550e8400-e29b-41d4-a716-446655440000",
"timestamp": "2024-01-20T10:00:00Z",
"eventType": "MANAGEMENT_EVENT",
"eventAction": "READ",
"status": "SUCCESS",
"actorType": "SERVICE",
"actorId": "my-service",
"targetType": "SERVICE",
"targetId": "target-service",
"requestMetadata": {"schemaId": "schema-123"},
"responseMetadata": {"decision": "ALLOWED"}
}'"#;

/// Finds it again (S0-40, S0-44, S0-52), with the page that each asks for. The last one has to be quoted: to a shell an
/// ampersand is the end of a command.
const GET: [(&str, i64); 4] = [
    ("curl http://localhost:3001/api/audit-logs", 100),
    ("curl http://localhost:3001/api/audit-logs?traceId=550e8400-e29b-41d4-a716-446655440000", 100),
    ("curl http://localhost:3001/api/audit-logs?eventType=MANAGEMENT_EVENT", 100),
    ("curl 'http://localhost:3001/api/audit-logs?eventType=MANAGEMENT_EVENT&status=SUCCESS&limit=20&offset=0'", 20),
];

#[tokio::test]
async fn an_entry_is_made_and_found_again() {
    stores(async |app| {
        let made = curl(app, BASE, POST).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let body = POST.split_once("-d '").unwrap().1.trim_end_matches('\'');
        let sent: Value = serde_json::from_str(body).unwrap();
        for (name, value) in sent.as_object().unwrap() {
            assert_eq!(made.json[name], *value, "{name}");
        }
        sea_orm::prelude::Uuid::parse_str(made.json["id"].as_str().unwrap()).unwrap();
        // The clock of the test: no fraction, so none is printed.
        assert_eq!(made.json["createdAt"], "2026-01-01T00:00:00Z");
        assert_eq!(made.json.as_object().unwrap().len(), sent.as_object().unwrap().len() + 2, "id and createdAt");
        for (example, limit) in GET {
            let list = curl(app, BASE, example).await;
            assert_eq!(list.json, json!({ "logs": [made.json], "total": 1, "limit": limit, "offset": 0 }), "{example}");
        }
        // S0-50, S0-51; at the root other dialects' members stand beside (C-09).
        let health = curl(app, BASE, "curl http://localhost:3001/health").await;
        assert_eq!((&health.json["service"], &health.json["status"]), (&json!("argus"), &json!("healthy")));
        assert_eq!(curl(app, BASE, "curl http://localhost:3001/version").await.json["service"], "argus");
        // S0-04
        let answer = app.anonymous().get(LOGS).await.expect(200);
        assert_eq!(answer.headers["content-type"], "application/json");
    })
    .await;
}

#[tokio::test]
async fn pages_follow_each_other() {
    stores(async |app| {
        let entries: Vec<Value> = (0..250)
            .map(|n| super::entry_with(&json!({ "timestamp": format!("2024-01-20T10:{:02}:{:02}Z", n / 60, n % 60) })))
            .collect();
        let made = app.anonymous().post(&format!("{LOGS}/bulk"), entries.into()).await.expect(201);
        let mut expected: Vec<&str> =
            made["succeeded"].as_array().unwrap().iter().map(|log| log["id"].as_str().unwrap()).collect();
        expected.reverse();
        let mut found = Vec::new();
        // S0-45, S0-46: page n is limit=L&offset=(n-1)*L; newest first.
        for (offset, size) in [(0, 100), (100, 100), (200, 50), (300, 0)] {
            let page = app.anonymous().get(&format!("{LOGS}?limit=100&offset={offset}")).await.expect(200);
            assert_eq!((page["total"].as_i64(), page["offset"].as_i64()), (Some(250), Some(offset)));
            assert_eq!(page["logs"].as_array().unwrap().len(), size);
            found.extend(ids(&page));
        }
        assert_eq!(found, expected);
    })
    .await;
}

/// Failed operations are entries too; what they say of it is kept as it is (S0-20 to S0-24).
#[tokio::test]
async fn what_metadata_say_is_kept_as_it_is() {
    stores(async |app| {
        let metadata = json!({
            "error": "operation_failed", "errorMessage": "Resource not found", "errorCode": "404",
            "nested": { "list": [1, 2.5, -0.1, 1e300, null, true, "é\u{1F525}\n"], "": {} },
        });
        for member in ["requestMetadata", "responseMetadata", "additionalMetadata"] {
            let made = super::made(app, super::entry_with(&json!({ "status": "FAILURE", member: metadata }))).await;
            assert_eq!(made[member], metadata, "{member}");
            assert_eq!(made["status"], "FAILURE");
        }
        let list = app.anonymous().get(&format!("{LOGS}?status=FAILURE")).await.expect(200);
        assert_eq!(list["total"], 3);
    })
    .await;
}

#[tokio::test]
async fn the_service_tells_of_itself() {
    stores(async |app| {
        let nobody = app.anonymous();
        // S0-50, at its own place; at the root other dialects' members stand beside (C-09).
        let health = nobody.get("/dialect/argus0/health").await.expect(200);
        assert_eq!(health.json, json!({ "service": "argus", "status": "healthy" }));
        let shared = nobody.get("/health").await.expect(200);
        assert_eq!((&shared["service"], &shared["status"]), (&health["service"], &health["status"]));
        // S0-51.
        for path in ["/dialect/argus0/version", "/version"] {
            let version = nobody.get(path).await.expect(200);
            assert_eq!(version["service"], "argus");
            for member in ["version", "buildTime", "gitCommit"] {
                assert!(version[member].is_string(), "{path} {member}");
            }
            assert_eq!(version.json.as_object().unwrap().len(), 4, "{path}");
        }
    })
    .await;
}

/// Members without a value are left out (S0-26), and which of them have none is up to the sender (S0-16, S0-19).
#[tokio::test]
async fn what_has_no_value_is_left_out() {
    stores(async |app| {
        let bare = ["id", "timestamp", "status", "actorType", "actorId", "targetType", "createdAt"];
        let none = json!({
            "traceId": "", "eventType": null, "eventAction": "", "targetId": "", "requestMetadata": null,
            "additionalMetadata": {}, "unknown": { "ignored": true },
        });
        for sent in [super::entry(), super::entry_with(&none), super::entry_with(&json!({ "traceId": null }))] {
            let made = super::made(app, sent).await;
            let mut names: Vec<&str> = made.json.as_object().unwrap().keys().map(String::as_str).collect();
            let mut expected = bare.to_vec();
            names.sort_unstable();
            expected.sort_unstable();
            assert_eq!(names, expected);
        }
    })
    .await;
}

/// Any offset is taken and told in UTC, to the microsecond (S0-11, S0-27).
#[tokio::test]
async fn times_are_told_in_utc() {
    stores(async |app| {
        for (sent, told) in [
            ("2024-01-20T10:00:00.123456Z", "2024-01-20T10:00:00.123456Z"),
            ("2024-01-20T10:00:00.100000Z", "2024-01-20T10:00:00.1Z"),
            ("2024-01-20T10:00:00+05:30", "2024-01-20T04:30:00Z"),
            ("2024-01-20T10:00:00.123456789-01:00", "2024-01-20T11:00:00.123456Z"),
        ] {
            let made = super::made(app, super::entry_with(&json!({ "timestamp": sent }))).await;
            assert_eq!(made["timestamp"], told, "{sent}");
        }
        app.advance(std::time::Duration::from_micros(1_500));
        assert_eq!(super::made(app, super::entry()).await["createdAt"], "2026-01-01T00:00:00.0015Z");
    })
    .await;
}
