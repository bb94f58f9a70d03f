//! Every example of its document, as it stands but for address and token.

use argus_testing::{PASSWORD, stores};
use serde_json::json;

use super::{BASE, entry, example, operator, send};

#[tokio::test]
async fn the_examples_work_with_the_token_of_a_login() {
    stores(async |app| {
        let sender = operator(app).await;
        send(&sender, example()).await;
        send(
            &sender,
            json!({"action": "tag_read", "actorID": "user_9", "machineID": "machine_001", "status": "FAILURE"}),
        )
        .await;
        send(&sender, json!({"action": "tag_write", "actorID": "user_9", "machineID": "machine_002"})).await;
        app.new_user("reader", "root", &[("viewAuditEvents", "root")]).await;
        // S3-01, S3-02: `Authorization: Bearer` with any token of ours.
        let reader = app.by_password("reader", PASSWORD).await;

        // S3-10, S3-11: a bare list; eleven members and no more.
        let answer = reader.get("/api/v1/audit/machine_001?action=tag_write&limit=50").await.expect(200);
        assert_eq!(answer.json, json!([entry()]));
        assert_eq!(answer.headers["content-type"], "application/json");

        // S3-13
        let answer = reader.get("/api/v1/audit/machine_001/audit_20250125_001").await.expect(200);
        assert_eq!(answer.json, entry());

        // S3-14
        let answer = reader.get("/api/v1/audit/machine_001/stats").await.expect(200);
        let expected = json!({
            "total_events": 2, "success_rate": 50.0,
            "most_active_users": [{"user": "user_123", "count": 1}, {"user": "user_9", "count": 1}],
            "most_common_actions": [{"action": "tag_read", "count": 1}, {"action": "tag_write", "count": 1}],
        });
        assert_eq!(answer.json, expected);

        // S3-15: the address as it stands, and encoded.
        for actor in ["operator@example.com", "operator%40example.com"] {
            let answer = reader.get(&format!("/api/v1/audit/machine_001/actor/{actor}")).await.expect(200);
            assert_eq!(answer.json, json!([entry()]), "{actor}");
        }

        // S3-16
        let answer = reader.get("/api/v1/audit/machine_001/user/user_123").await.expect(200);
        assert_eq!(answer.json, json!([entry()]));

        // S3-17
        let answer = reader.get("/api/v1/audit/machine_001/errors").await.expect(200);
        assert_eq!(answer["total_errors"], 1);

        // S3-18
        let answer = reader.post("/api/v1/audit/machine_001/export", json!({"format": "CSV"})).await.expect(501);
        assert_eq!(answer.json, json!({"detail": "Audit log export is not yet implemented"}));
    })
    .await;
}

#[tokio::test]
async fn every_credential_of_argus_serves() {
    stores(async |app| {
        let key = operator(app).await;
        send(&key, example()).await;
        let session = app.by_password("operator", PASSWORD).await;
        for actor in [&key, &session, &app.admin()] {
            let answer = actor.get(&format!("{BASE}/machine_001")).await.expect(200);
            assert_eq!(answer.json, json!([entry()]));
        }
        // S3-19: there is nothing to write with.
        for (method, path) in
            [("POST", "/machine_001"), ("PUT", "/machine_001/audit_20250125_001"), ("DELETE", "/machine_001")]
        {
            let answer = argus_testing::Answer::of(key.request(method, &format!("{BASE}{path}"))).await.expect(405);
            assert!(answer["detail"].is_string(), "{}", answer.text);
        }
        assert_eq!(app.events(false).await, 1);
    })
    .await;
}

/// S3-03: what is asked about a machine is in the log, under its name, and is no event of its trail.
#[tokio::test]
async fn what_is_asked_about_a_machine_is_recorded() {
    stores(async |app| {
        let operator = operator(app).await;
        send(&operator, example()).await;
        operator.get("/api/v1/audit/machine_001").await.expect(200);
        operator.get("/api/v1/audit/machine_001/none").await.expect(404);
        operator.post("/api/v1/audit/machine_001/export", json!({})).await.expect(501);
        let path = format!(
            "{}?includeInternal=true&includeFlags=INTERNAL&machineID=machine_001&sortBy=sequence",
            super::EVENT
        );
        let records = crate::journeys::look(&app.admin(), &path, 3).await;
        let of = |member: &str| super::column(records.list(), member);
        assert_eq!(of("action"), ["dialect_machine_log_list", "dialect_machine_log_get", "dialect_machine_export_add"]);
        assert_eq!(of("outcome"), ["SUCCESS", "FAILURE", "FAILURE"]);
        assert_eq!(of("verb"), ["READ", "READ", "EXPORT"]);
        assert_eq!(of("targetID"), ["machine_001"; 3]);
        assert_eq!(super::list(&operator, "/machine_001").await.len(), 1);
        // The machine is known by its own events alone.
        let machines = operator.get("/audit/v1/machine").await.expect(200);
        assert_eq!(machines.list()[0]["count"], 1);
    })
    .await;
}
