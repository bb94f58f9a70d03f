//! What is refused, in the words of its clients, and that nothing is stored (S4-02).

use argus_testing::{Answer, stores};
use serde_json::{Value, json};

use super::{BASE, HOME, clerk, example, refused, send};
use crate::access::untouched::{assert_same, state};

#[tokio::test]
async fn bad_parameters_are_named() {
    stores(async |app| {
        let clerk = clerk(app).await;
        for (path, fields) in [
            ("/logs?page=0", &["page"][..]),
            ("/logs?page=-1", &["page"]),
            ("/logs?page=x", &["page"]),
            ("/logs?page=1.5", &["page"]),
            ("/logs?perPage=0", &["perPage"]),
            ("/logs?perPage=1001", &["perPage"]),
            ("/logs?perPage=", &["perPage"]),
            ("/logs?from=yesterday", &["from"]),
            ("/logs?from=1736935200", &["from"]),
            ("/logs?to=2025-02-30", &["to"]),
            ("/logs?to=", &["to"]),
            ("/logs?from=x&to=y&page=z&perPage=w", &["from", "to", "page", "perPage"]),
            ("/logs?entityType=%ff", &["entityType"]),
            ("/access-logs?accessType=read", &["accessType"]),
            ("/access-logs?accessType=LOGIN", &["accessType"]),
            ("/access-logs?accessType=&from=x", &["from", "accessType"]),
            ("/access-logs?perPage=5000", &["perPage"]),
            ("/login-history?status=FAILURE", &["status"]),
            ("/login-history?status=success&from=x", &["from", "status"]),
            ("/login-history?page=0", &["page"]),
            ("/stats?period=2025-13", &["period"]),
        ] {
            for base in [BASE, HOME] {
                let answer = clerk.get(&format!("{base}{path}")).await;
                assert_eq!(refused(answer, 400, "VALIDATION_ERROR"), fields, "{path}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn bad_bodies_are_named_and_nothing_is_made() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let before = state(app).await;
        let period = json!({"from": "2025-01-01", "to": "2025-01-31"});
        for (path, body, fields) in [
            ("/export", json!({}), &["format"][..]),
            ("/export", json!({"format": "XML"}), &["format"]),
            ("/export", json!({"format": "csv"}), &["format"]),
            ("/export", json!({"format": "PARQUET"}), &["format"]),
            ("/export", json!({"format": 1}), &["format"]),
            ("/export", json!({"format": null, "filter": [], "destination": 1}), &["format", "filter", "destination"]),
            ("/export", json!({"format": "CSV", "filter": {"from": "x", "to": "2025-13-01"}}), &["filter.from", "filter.to"]),
            ("/export", json!({"format": "CSV", "filter": {"entityType": 1, "action": []}}), &["filter.action", "filter.entityType"]),
            ("/export", json!({"format": "CSV", "destination": {}}), &["destination.type"]),
            ("/export", json!({"format": "CSV", "destination": {"type": "FTP"}}), &["destination.type"]),
            ("/export", json!({"format": "CSV", "destination": {"type": "EMAIL"}}), &["destination.email"]),
            ("/export", json!({"format": "CSV", "destination": {"type": "EMAIL", "email": "nobody"}}), &["destination.email"]),
            ("/export", json!({"format": "CSV", "destination": {"type": "EMAIL", "email": "a@b.io, c@d.io"}}), &["destination.email"]),
            ("/export", json!({"format": "CSV", "destination": {"type": "EMAIL", "email": 1}}), &["destination.email"]),
            ("/reports", json!({}), &["reportType", "period.from", "period.to", "format"]),
            (
                "/reports",
                json!({"reportType": "OTHER", "period": period, "includeStats": "yes", "format": "XML"}),
                &["reportType", "includeStats", "format"],
            ),
            (
                "/reports",
                json!({"reportType": "COMPLIANCE_SUMMARY", "period": {"from": "2025-02-01", "to": "2025-01-31"}, "format": "PDF"}),
                &["period.to"],
            ),
            (
                "/reports",
                json!({"reportType": "COMPLIANCE_SUMMARY", "period": {"from": 1, "to": "now"}, "format": "PDF"}),
                &["period.from", "period.to"],
            ),
            (
                "/reports",
                json!({"reportType": "COMPLIANCE_SUMMARY", "period": period, "format": "PDF", "destination": {"type": "EMAIL"}}),
                &["destination.email"],
            ),
        ] {
            let answer = clerk.post(&format!("{BASE}{path}"), body.clone()).await;
            assert_eq!(refused(answer, 400, "VALIDATION_ERROR"), fields, "{path} {body}");
        }
        for path in ["/export", "/reports"] {
            for body in ["", "{", "[]", "null", "\"CSV\"", r#"{"format":"CSV","format":"JSON"}"#, r#"{"format":"CSV\u0000"}"#] {
                let answer = clerk.post_raw(&format!("{BASE}{path}"), "application/json", body).await;
                assert_eq!(refused(answer, 400, "VALIDATION_ERROR"), [""; 0], "{path} {body}");
            }
            let large = format!("{{\"format\":\"CSV\",\"x\":\"{}\"}}", "x".repeat(70_000));
            let answer = clerk.post_raw(&format!("{BASE}{path}"), "application/json", large).await;
            refused(answer, 413, "PAYLOAD_TOO_LARGE");
        }
        assert_same(&before, &state(app).await);
    })
    .await;
}

/// C-26: whatever it says it is, it is read as JSON.
#[tokio::test]
async fn any_type_of_content_is_json() {
    stores(async |app| {
        let clerk = clerk(app).await;
        for kind in ["text/plain", "application/x-www-form-urlencoded"] {
            clerk.post_raw(&format!("{BASE}/export"), kind, r#"{"format":"JSON"}"#).await.expect(202);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_is_told_in_its_words() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let sent = send(&clerk, example()).await;
        let id = sent["id"].as_str().unwrap().replace('-', "");
        for path in [
            "/logs/none".to_owned(),
            "/logs/stats".to_owned(),
            format!("/export/exp_{id}"),
            format!("/export/exp_{id}/download"),
            "/export/exp_".to_owned(),
            "/export/none".to_owned(),
            format!("/reports/rep_{id}"),
            "/reports/none/download".to_owned(),
            "/entities".to_owned(),
            "/entities/CONTRACT".to_owned(),
            "/entities/CONTRACT/con_xyz".to_owned(),
            "/logs/a/b".to_owned(),
        ] {
            for base in [BASE, HOME] {
                assert_eq!(refused(clerk.get(&format!("{base}{path}")).await, 404, "NOT_FOUND"), [""; 0], "{path}");
            }
        }
        // At its home everything is its own, also what is a machine's at the root.
        for path in ["/machine_001", "", "/nowhere/at/all"] {
            refused(clerk.get(&format!("{HOME}{path}")).await, 404, "NOT_FOUND");
        }
        // S4-28: there is nothing to write with.
        for (method, path, allow) in [
            ("POST", "/logs", "GET, HEAD"),
            ("PUT", "/logs/log_abc123", "GET, HEAD"),
            ("DELETE", "/logs/log_abc123", "GET, HEAD"),
            ("GET", "/export", "POST"),
            ("GET", "/reports", "POST"),
            ("DELETE", "/stats", "GET, HEAD"),
        ] {
            let answer = Answer::of(clerk.request(method, &format!("{BASE}{path}"))).await;
            assert_eq!(answer.headers["allow"], allow, "{method} {path}");
            refused(answer, 405, "METHOD_NOT_ALLOWED");
        }
        assert_eq!(app.events(false).await, 1);
        let logs: Value = clerk.get(&format!("{BASE}/logs")).await.json;
        assert_eq!(logs["pagination"]["total"], 1);
    })
    .await;
}
