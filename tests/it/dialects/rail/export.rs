//! Exports, asked for, waited for and read back (S4-18, S4-19).

use std::time::Duration;

use argus_testing::{Actor, Answer, stores};
use serde_json::{Value, json};

use super::{BASE, HOME, clerk, column, entry, example, get, members, refused, send, send_all, until};
use crate::journeys::look;

const HEADER: [&str; 14] = [
    "logId",
    "timestamp",
    "action",
    "entityType",
    "entityId",
    "actorType",
    "actorId",
    "actorEmail",
    "status",
    "ipAddress",
    "userAgent",
    "traceId",
    "metadata",
    "changes",
];

/// Asks for an export; gives its path.
async fn ask(clerk: &Actor, body: Value) -> String {
    let made = clerk.post(&format!("{BASE}/export"), body).await.expect(202);
    format!("{BASE}/export/{}", made["data"]["exportId"].as_str().unwrap())
}

/// Has a file made; gives how it is told, and the file.
async fn made(clerk: &Actor, body: Value) -> (Value, Answer) {
    let path = ask(clerk, body).await;
    let done = until(clerk, &path, "COMPLETED").await;
    assert_eq!(done["downloadUrl"], format!("{path}/download"));
    let file = clerk.get(done["downloadUrl"].as_str().unwrap()).await.expect(200);
    (done, file)
}

fn rows(file: &Answer) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(file.text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn csv_has_the_columns_of_the_dialect() {
    stores(async |app| {
        let clerk = clerk(app).await;
        send(&clerk, example()).await;
        let odd = json!({
            "externalID": "=1+1", "action": "=cmd|'/c calc'!A0", "targetType": "@x", "targetID": "a \"b\",\r\nc", "actorID": "+1",
            "actorType": "-2", "status": "FAILED", "timestamp": "2025-01-14T10:00:00.25Z",
            "before": {"a": 1}, "after": {"a": 2}, "userAgent": "\tx",
        });
        send(&clerk, odd).await;
        let (told, file) = made(&clerk, json!({"format": "CSV"})).await;
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8; header=present");
        assert!(file.headers["content-disposition"].to_str().unwrap().contains("attachment"));
        let rows = rows(&file);
        assert_eq!(rows[0], HEADER);
        let metadata = r#"{"amount":"500000.00","contractType":"MURABAHA"}"#;
        let first = [
            "log_abc123", "2025-01-15T10:00:00Z", "CONTRACT_CREATED", "CONTRACT", "con_xyz", "USER", "user_123",
            "user@example.com", "SUCCESS", "192.168.1.100", "Mozilla/5.0...", "trace_abc",
        ];
        assert_eq!(rows[1][..12], first);
        assert_eq!(serde_json::from_str::<Value>(&rows[1][12]).unwrap(), serde_json::from_str::<Value>(metadata).unwrap());
        assert_eq!(rows[1][13], "");
        // No text is a formula, whatever it looked like; JSON stays JSON.
        let second = [
            "'=1+1", "2025-01-14T10:00:00.25Z", "'=cmd|'/c calc'!A0", "'@x", "a \"b\",\r\nc", "'-2", "'+1", "", "FAILED", "",
            "'\tx", "", "{}", r#"{"a":{"from":1,"to":2}}"#,
        ];
        assert_eq!(rows[2], second);
        assert_eq!(rows.len(), 3);
        let names = [
            "completedAt", "createdAt", "delivery", "downloadUrl", "error", "expiresAt", "exportId", "format", "rows",
            "sizeBytes", "status",
        ];
        assert_eq!(members(&told), names);
        assert_eq!((&told["rows"], &told["sizeBytes"]), (&json!(2), &json!(file.text.len())));
    })
    .await;
}

#[tokio::test]
async fn json_is_a_list_of_entries() {
    stores(async |app| {
        let clerk = clerk(app).await;
        send(&clerk, example()).await;
        let (_, file) = made(&clerk, json!({"format": "JSON"})).await;
        assert_eq!(file.json, json!([entry()]));
        assert_eq!(file.headers["content-type"], "application/json");
        send(&clerk, json!({"action": "x"})).await;
        let (_, file) =
            made(&clerk, json!({"format": "JSON", "filter": null, "destination": {"type": "DOWNLOAD"}})).await;
        assert_eq!(file.json, get(&clerk, "/logs").await["data"]);
        let (_, file) = made(&clerk, json!({"format": "JSON", "filter": {"actorId": "nobody"}})).await;
        assert_eq!(file.json, json!([]));
    })
    .await;
}

/// Every filter of lists; no page.
#[tokio::test]
async fn files_have_every_entry_that_the_filter_lets_through() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let event = |n: usize| {
            let action = ["CREATE", "CONTRACT_CREATED", "odd"][n % 3];
            json!({"action": action, "actorID": format!("u{}", n % 2), "targetType": "T", "targetID": n.to_string(),
                "timestamp": format!("2025-01-{:02}T10:00:00Z", n % 28 + 1)})
        };
        send_all(&clerk, (0..1_200).map(event).collect()).await;
        for (filter, query, expected) in [
            (json!({}), "", 1_200),
            (json!({"action": "CREATE"}), "action=CREATE", 800),
            (json!({"action": "odd", "actorId": "u1"}), "action=odd&actorId=u1", 200),
            (json!({"entityType": "T", "entityId": "77"}), "entityType=T&entityId=77", 1),
            (
                json!({"from": "2025-01-28", "to": "2025-01-28T10:00:00Z"}),
                "from=2025-01-28&to=2025-01-28T10:00:00Z",
                42,
            ),
            (json!({"to": "2024-12-31"}), "to=2024-12-31", 0),
        ] {
            let (told, file) = made(&clerk, json!({"format": "CSV", "filter": filter})).await;
            let (rows, listed) = (rows(&file), get(&clerk, &format!("/logs?perPage=1000&{query}")).await);
            assert_eq!((rows.len() - 1, &told["rows"]), (expected, &json!(expected)), "{filter}");
            assert_eq!(listed["pagination"]["total"], expected, "{filter}");
            let ids: Vec<Value> = rows[1..].iter().take(1_000).map(|row| json!(row[0])).collect();
            assert_eq!(ids, column(&listed, "logId"), "{filter}");
        }
    })
    .await;
}

/// S4-18: without a mail server it is kept in the outbox.
#[tokio::test]
async fn what_cannot_be_sent_yet_is_queued() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let destination = json!({"type": "EMAIL", "email": "compliance@example.com"});
        let (told, _) = made(&clerk, json!({"format": "CSV", "destination": destination})).await;
        assert_eq!(told["delivery"], "QUEUED");
        let mails = clerk.get("/audit/v1/mail").await.expect(200);
        assert_eq!(mails.list()[0]["recipient"], "compliance@example.com");
        assert_eq!(mails.list()[0]["purpose"], "audit.export.completed");
    })
    .await;
}

/// S4-19, S4-25: asking, completion and fetching are events with the verb EXPORT.
#[tokio::test]
async fn exports_leave_their_traces() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let (told, _) = made(&clerk, json!({"format": "CSV", "filter": {"action": "x"}})).await;
        let id = told["exportId"].as_str().unwrap().strip_prefix("exp_").unwrap().to_owned();
        let path = "/audit/v1/event?includeInternal=true&verb=EXPORT&sortBy=sequence";
        let records = look(&app.admin(), path, 3).await;
        let of = |member: &str| records.list().iter().map(|it| it[member].clone()).collect::<Vec<_>>();
        // S4-19, S4-27
        assert_eq!(of("action"), ["dialect_rail_export_add", "audit.export.completed", "dialect_rail_export_download"]);
        assert_eq!(of("targetType"), ["EXPORT"; 3]);
        let native = clerk.get(&format!("/audit/v1/export/{id}")).await.expect(200);
        assert_eq!((&native["data"]["state"], &native["data"]["id"]), (&json!("COMPLETED"), &of("targetID")[0]));
        assert_eq!(of("actorID"), ["clerk"; 3]);
    })
    .await;
}

/// Jobs go on after a restart: the job itself says in which words its file is written.
#[tokio::test]
async fn a_job_is_begun_anew_in_the_same_words() {
    let app = argus_testing::TestApp::start().await;
    let clerk = clerk(&app).await;
    send(&clerk, example()).await;
    // A folder that is none: the first attempts fail.
    let folder = app.platform.settings.exports_folder();
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "a file").unwrap();
    let path = ask(&clerk, json!({"format": "JSON"})).await;
    let began = std::time::Instant::now();
    while clerk.get(&path).await.expect(200)["data"]["error"].is_null() {
        assert!(began.elapsed() < crate::journeys::PATIENCE);
    }
    std::fs::remove_file(&folder).unwrap();
    let app = app.restarted().await;
    let admin = app.admin();
    while admin.get(&path).await.expect(200)["data"]["status"] != "COMPLETED" {
        assert!(began.elapsed() < crate::journeys::PATIENCE);
        app.advance(Duration::from_secs(5));
    }
    assert_eq!(admin.get(&format!("{path}/download")).await.expect(200).json, json!([entry()]));
    app.stop().await;
}

/// Before there is a file, after it is gone, and where nobody wants it any more.
#[tokio::test]
async fn a_file_is_there_for_a_while() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let folder = app.platform.settings.exports_folder();
        std::fs::remove_dir_all(&folder).unwrap();
        std::fs::write(&folder, "a file").unwrap();
        let path = ask(&clerk, json!({"format": "CSV"})).await;
        refused(clerk.get(&format!("{path}/download")).await, 404, "NOT_FOUND");
        assert_eq!(clerk.get(&path).await.expect(200)["data"]["downloadUrl"], Value::Null);
        let id = path.rsplit_once("exp_").unwrap().1.to_owned();
        clerk.delete(&format!("/audit/v1/export/{id}")).await.expect(200);
        let told = clerk.get(&path).await.expect(200);
        assert_eq!((&told["data"]["status"], &told["data"]["downloadUrl"]), (&json!("FAILED"), &Value::Null));
        assert!(told["data"]["error"].is_string());
        std::fs::remove_file(&folder).unwrap();

        let (told, _) = made(&clerk, json!({"format": "CSV"})).await;
        let path = format!("{HOME}/export/{}", told["exportId"].as_str().unwrap());
        let at_home = clerk.get(&path).await.expect(200);
        assert_eq!(at_home["data"]["downloadUrl"], format!("{path}/download"));
        let head = Answer::of(clerk.request("HEAD", &format!("{path}/download/"))).await.expect(200);
        assert_eq!(head.text, "");
        let part = Answer::of(clerk.request("GET", &format!("{path}/download")).header("range", "bytes=0-4")).await;
        assert_eq!((part.status, part.text.as_str()), (206, "logId"));
        let none = Answer::of(clerk.request("GET", &format!("{path}/download")).header("range", "bytes=9999-")).await;
        refused(none, 416, "RANGE_NOT_SATISFIABLE");
        let id = told["exportId"].as_str().unwrap().strip_prefix("exp_").unwrap().to_owned();
        clerk.delete(&format!("/audit/v1/export/{id}")).await.expect(200);
        let gone = clerk.get(&path).await.expect(200);
        assert_eq!((&gone["data"]["status"], &gone["data"]["downloadUrl"]), (&json!("COMPLETED"), &Value::Null));
        refused(clerk.get(&format!("{path}/download")).await, 404, "NOT_FOUND");
    })
    .await;
}
