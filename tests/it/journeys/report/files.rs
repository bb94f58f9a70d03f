//! What is in the files, and what the log knows of them.

use std::time::Duration;

use argus_testing::{Actor, PASSWORD, stores};
use serde_json::{Value, json};

use super::super::look;
use super::{asked, content, made};

const EVENT: &str = "/audit/v1/event";

/// Some events of two days, one of which failed.
async fn happen(admin: &Actor) {
    for (at, action, status) in [
        ("2026-01-01T08:00:00Z", "created", "SUCCESS"),
        ("2026-01-01T09:00:00Z", "created", "FAILED"),
        ("2026-01-02T08:00:00Z", "deleted", "SUCCESS"),
        ("2025-12-31T23:59:59.999Z", "created", "SUCCESS"),
    ] {
        let body =
            json!({ "action": action, "timestamp": at, "status": status, "targetType": "ORDER", "actorID": "anna" });
        admin.post(EVENT, body).await.expect(201);
    }
}

#[tokio::test]
async fn every_format_says_what_statistics_say() {
    stores(async |app| {
        let admin = app.admin();
        happen(&admin).await;
        let path = "/audit/v1/statistics?startTimestamp=2026-01-01T00:00:00Z&endTimestamp=2026-01-31T23:59:59.999Z";
        let statistics = admin.get(path).await.expect(200)["data"].clone();
        assert_eq!(statistics["totalEvents"], 3);

        let report = made(&admin, asked("JSON", json!({}))).await;
        let file = content(&admin, &report).await;
        assert_eq!((file.status, file.headers["content-type"].to_str().unwrap()), (200, "application/json"));
        assert_eq!(file.headers["etag"], format!("\"{}\"", report["sha256"].as_str().unwrap()));
        for (name, value) in statistics.as_object().unwrap() {
            assert_eq!(file.json[name], *value, "{name}");
        }
        assert_eq!(
            file.json["activityByDay"][1],
            json!({ "day": "2026-01-02", "events": 1, "failed": 0, "failedLogins": 0 })
        );
        assert_eq!(report["rows"], 3);
        assert_eq!(report["period"], json!({ "from": 1_767_225_600_000_i64, "to": 1_769_903_999_999_i64 }));

        let report = made(&admin, asked("CSV", json!({}))).await;
        let file = content(&admin, &report).await;
        for row in [
            "totals,totalEvents,3\r\n",
            "totals,successRate,66.7\r\n",
            "byVerb,CREATE,2\r\n",
            "byTargetType,ORDER,3\r\n",
        ] {
            assert!(file.text.contains(row), "{row}: {}", file.text);
        }

        let report = made(&admin, asked("PDF", json!({}))).await;
        let file = content(&admin, &report).await;
        assert_eq!(file.headers["content-type"], "application/pdf");
        let name = file.headers["content-disposition"].to_str().unwrap();
        assert!(name.starts_with("attachment; filename=\"argus-report-") && name.ends_with(".pdf\""), "{name}");
        assert!(file.text.starts_with("%PDF-1.7"));

        let plain = made(&admin, asked("JSON", json!({ "includeStats": null }))).await;
        let file = content(&admin, &plain).await;
        assert_eq!((&file.json["totalEvents"], &file.json["byVerb"]), (&json!(3), &Value::Null));
    })
    .await;
}

#[tokio::test]
async fn the_log_knows_who_had_reports_made_and_who_fetched_them() {
    stores(async |app| {
        let auditor = app.user("auditor", &[("exportAuditEvents", "root")]).await;
        let report = made(&auditor, asked("PDF", json!({}))).await;
        content(&auditor, &report).await;
        let id = report["id"].as_str().unwrap();
        let path = format!("{EVENT}?includeInternal=true&verb=EXPORT&targetType=REPORT&targetID={id}&sortBy=sequence");
        let events = look(&app.admin(), &path, 3).await;
        let actions: Vec<&str> = events.list().iter().map(|event| event["action"].as_str().unwrap()).collect();
        assert_eq!(actions.len(), 3);
        for action in ["audit_v1_report_add", "audit.report.completed", "audit_v1_report_download"] {
            assert!(actions.contains(&action), "{actions:?}");
        }
        let done = events.list().iter().find(|event| event["action"] == "audit.report.completed").unwrap();
        assert_eq!((&done["metadata"]["sha256"], &done["actorID"]), (&report["sha256"], &json!("auditor")));
        // And a report that is made later counts them.
        app.advance(Duration::from_secs(1));
        let report = made(&app.admin(), asked("JSON", json!({}))).await;
        let file = content(&app.admin(), &report).await;
        assert!(file.json["exports"]["count"].as_i64().unwrap() >= 3, "{}", file.text);
        assert_eq!(
            file.json["exports"]["latest"].as_array().unwrap().len() as i64,
            file.json["exports"]["count"].as_i64().unwrap()
        );
    })
    .await;
}

#[tokio::test]
async fn keys_are_told_of() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        app.advance(Duration::from_secs(86_400));
        let anna = app.by_password("anna", PASSWORD).await;
        let make = async |days: i64| {
            let body = json!({ "description": format!("{days} days"), "expirationDays": days, "validSources": ["127.0.0.0/8"], "password": PASSWORD });
            let made = anna.post("/apikey/v1/apikey", body).await.expect(201);
            made["data"]["keyDescriptor"]["prefix"].as_str().unwrap().to_owned()
        };
        // Made on the second of January: of these, one ends in January, two within thirty days after, one is revoked.
        let (_, soon, later, gone) = (make(10).await, make(31).await, make(59).await, make(40).await);
        make(61).await;
        app.advance(Duration::from_secs(60));
        anna.delete(&format!("/apikey/v1/apikey/{gone}")).await.expect(200);
        let report = made(&app.admin(), asked("JSON", json!({ "period": { "from": "2026-01-02", "to": "2026-01-31" } }))).await;
        let file = content(&app.admin(), &report).await;
        let names = |list: &str| -> Vec<String> {
            let keys = file.json[list]["keys"].as_array().unwrap().iter();
            keys.map(|key| key["prefix"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!((&file.json["keysCreated"]["count"], names("keysRevoked")), (&json!(5), vec![gone]), "{}", file.text);
        assert_eq!(names("keysExpiring"), vec![soon, later], "{}", file.text);
        assert_eq!(file.json["keysExpiring"]["keys"][0]["user"], "anna");
        let before = made(&app.admin(), asked("JSON", json!({ "period": { "from": "2025-12-01", "to": "2026-01-01" } }))).await;
        let file = content(&app.admin(), &before).await;
        assert_eq!(file.json["keysCreated"]["keys"].as_array().unwrap().iter().filter(|key| key["user"] == "anna").count(), 0);
    })
    .await;
}
