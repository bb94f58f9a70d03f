//! Reports, asked for, waited for and read back (S4-23).

use argus_testing::{Actor, Answer, stores};
use serde_json::{Value, json};

use super::{BASE, HOME, clerk, members, send, until};
use crate::journeys::look;

fn asked(format: &str, include_stats: Option<bool>) -> Value {
    json!({
        "reportType": "COMPLIANCE_SUMMARY", "period": {"from": "2025-01-01", "to": "2025-01-31"},
        "includeStats": include_stats, "format": format,
    })
}

/// Has a report made; gives how it is told, and its file.
async fn made(clerk: &Actor, body: Value) -> (Value, Vec<u8>, String) {
    let made = clerk.post(&format!("{BASE}/reports"), body).await.expect(202);
    let path = format!("{BASE}/reports/{}", made["data"]["reportId"].as_str().unwrap());
    let done = until(clerk, &path, "COMPLETED").await;
    assert_eq!(done["downloadUrl"], format!("{path}/download"));
    let file = clerk.request("GET", done["downloadUrl"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(file.status(), 200);
    let kind = file.headers()["content-type"].to_str().unwrap().to_owned();
    (done, file.bytes().await.unwrap().to_vec(), kind)
}

#[tokio::test]
async fn reports_are_files_of_three_kinds() {
    stores(async |app| {
        let clerk = clerk(app).await;
        // The last day belongs to the period, the next one does not.
        for time in ["2025-01-01T00:00:00Z", "2025-01-31T23:59:59.999Z", "2025-02-01T00:00:00Z"] {
            send(&clerk, json!({"action": "create", "timestamp": time, "targetType": "CONTRACT"})).await;
        }
        let (told, file, kind) = made(&clerk, asked("PDF", Some(true))).await;
        assert!(file.starts_with(b"%PDF-") && kind == "application/pdf");
        let names = [
            "completedAt",
            "createdAt",
            "delivery",
            "downloadUrl",
            "error",
            "expiresAt",
            "format",
            "includeStats",
            "reportId",
            "reportType",
            "sizeBytes",
            "status",
        ];
        assert_eq!(members(&told), names);
        assert_eq!((&told["format"], &told["includeStats"]), (&json!("PDF"), &json!(true)));
        assert_eq!(told["sizeBytes"], file.len());
        assert_eq!((&told["delivery"], &told["error"]), (&Value::Null, &Value::Null));

        let (_, file, kind) = made(&clerk, asked("JSON", Some(true))).await;
        let report: Value = serde_json::from_slice(&file).unwrap();
        assert_eq!(kind, "application/json");
        assert_eq!((&report["totalEvents"], &report["byVerb"]), (&json!(2), &json!({"CREATE": 2})));
        assert_eq!(report["period"]["fromISO"], "2025-01-01T00:00:00.000Z");
        assert_eq!(report["period"]["toISO"], "2025-01-31T23:59:59.999Z");
        // Breakdowns only where they are asked for.
        for without in [Some(false), None] {
            let (told, file, _) = made(&clerk, asked("JSON", without)).await;
            let report: Value = serde_json::from_slice(&file).unwrap();
            assert_eq!((&report["totalEvents"], report.get("byVerb")), (&json!(2), None));
            assert_eq!(told["includeStats"], false);
        }
        let (_, file, kind) = made(&clerk, asked("CSV", Some(true))).await;
        assert!(kind.starts_with("text/csv"));
        let mut reader = csv::Reader::from_reader(&*file);
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert!(rows.iter().any(|row| row == vec!["totals", "totalEvents", "2"]), "{rows:?}");
    })
    .await;
}

/// As what leaves the log: who asked for it, that it is there, and who fetched it.
#[tokio::test]
async fn reports_leave_their_traces() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let (told, ..) = made(&clerk, asked("CSV", None)).await;
        let path = "/audit/v1/event?includeInternal=true&verb=EXPORT&targetType=REPORT&sortBy=sequence";
        let records = look(&app.admin(), path, 3).await;
        let actions: Vec<&Value> = records.list().iter().map(|it| &it["action"]).collect();
        assert_eq!(actions, ["dialect_rail_report_add", "audit.report.completed", "dialect_rail_report_download"]);
        // The native interface knows it too.
        let id = told["reportId"].as_str().unwrap().strip_prefix("rep_").unwrap().to_owned();
        let native = clerk.get(&format!("/audit/v1/report/{id}")).await.expect(200);
        assert_eq!(native["data"]["state"], "COMPLETED");
        let other = app.user("other", &[("exportAuditEvents", "root"), ("viewAuditEvents", "root")]).await;
        // Whoever holds the function at the root sees all; others see their own.
        other.get(&format!("{BASE}/reports/rep_{id}")).await.expect(200);
        app.customer("red", "root").await;
        let red = app.user_of("red-one", "red", &[("exportAuditEvents", "red")]).await;
        for path in [format!("{BASE}/reports/rep_{id}"), format!("{HOME}/reports/rep_{id}/download")] {
            let answer = Answer::of(red.request("GET", &path)).await;
            super::refused(answer, 404, "NOT_FOUND");
        }
    })
    .await;
}
