//! Every format holds what `GET /event` prints.

use argus_testing::{TestApp, stores};
use serde_json::{Value, json};

use super::{ask, file, listed, until};

/// What a spreadsheet would run, in every text.
const PAYLOADS: [&str; 10] = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1"];

/// Events with all that an event can have.
async fn seed(app: &TestApp) {
    let admin = app.admin();
    for (number, payload) in PAYLOADS.iter().enumerate() {
        let text = format!("{payload} \"quoted\", and\r\nmore {number} ä");
        let mut event = json!({
            "before": { "a": [1, 2.5, null], "text": text }, "after": null, "metadata": { "=x": payload },
            "actorDetail": { "role": payload }, "requestMetadata": {}, "latency": 0.1, "totalDuration": -1.5,
            "cpuUsage": 1e300, "affectedResources": -7, "metrics": { "size": 1.5 }, "stage": number,
            "seriesID": "01890a5d-ac96-774b-bcce-b302099a8057", "clientIP": "2001:db8::1",
            "timestamp": 1_700_000_000_000_i64 + number as i64, "action": payload,
        });
        let texts = [
            "externalID",
            "category",
            "application",
            "environment",
            "eventType",
            "eventName",
            "description",
            "actorID",
            "actorName",
            "actorEmail",
            "origin",
            "userAgent",
            "targetType",
            "targetID",
            "targetName",
            "authMethod",
            "location",
            "device",
            "machineID",
            "traceID",
            "actorType",
            "method",
        ];
        for name in texts {
            let short: String = text.chars().take(40).collect();
            event[name] = json!(short);
        }
        admin.post("/audit/v1/event", event).await.expect(201);
    }
    admin.post("/audit/v1/event", json!({ "action": "plain", "description": "", "before": 5 })).await.expect(201);
}

/// A cell of CSV, as an event's member is written there.
fn cell(member: &Value, name: &str) -> String {
    match member {
        Value::Null if ["before", "after"].contains(&name) => "null".to_owned(),
        Value::Null => String::new(),
        Value::Object(info) if ["customer", "createdByUser", "createdByKey"].contains(&name) => cell(&info["id"], "id"),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) => {
            format!("'{text}")
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[tokio::test]
async fn every_format_holds_what_a_list_shows() {
    stores(async |app| {
        seed(app).await;
        let admin = app.admin();
        let events = listed(&admin, "").await;
        assert_eq!(events.len(), PAYLOADS.len() + 1);

        let (_, text) = file(&admin, json!({ "format": "JSON" })).await;
        assert_eq!(serde_json::from_str::<Vec<Value>>(&text).unwrap(), events);
        let (_, text) = file(&admin, json!({ "format": "NDJSON", "criteria": {} })).await;
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines, events);

        let (path, text) = file(&admin, json!({ "format": "CSV" })).await;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        assert!(text.contains("\r\n") && names.len() == 60, "{names:?}");
        for event in &events {
            for name in event.as_object().unwrap().keys() {
                assert!(names.contains(name), "{name} is no column");
            }
        }
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), events.len());
        for (row, event) in rows.iter().zip(&events) {
            for (name, found) in names.iter().zip(row) {
                let expected = event.get(name).map_or(String::new(), |member| cell(member, name));
                let holds_json = expected.starts_with(['{', '[']);
                let same = match holds_json {
                    // Members of JSON have no order, and are written as they came.
                    true => {
                        serde_json::from_str::<Value>(found).unwrap()
                            == serde_json::from_str::<Value>(&expected).unwrap()
                    }
                    false => found == expected,
                };
                assert!(same, "{name}: {found:?}, not {expected:?}");
            }
        }
        let done = admin.get(&path).await.expect(200);
        assert_eq!((&done["data"]["rows"], &done["data"]["percent"]), (&json!(events.len()), &json!(100)));
        assert_eq!(done["data"]["sizeBytes"], text.len());
        assert_eq!(done["data"]["sha256"], sha256(text.as_bytes()));
    })
    .await;
}

fn sha256(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    argus_audit_log::idempotency::hex(digest.as_ref())
}

#[tokio::test]
async fn columns_and_the_order_are_as_asked_for() {
    stores(async |app| {
        seed(app).await;
        let admin = app.admin();
        let columns = json!(["targetID", "sequence", "before", "flags"]);
        let asked = |format: &str, sort: &str| {
            json!({ "format": format, "columns": columns, "criteria": { "sortBy": [sort], "limit": 1, "offset": 3, "cursor": "x", "excludeFlags": ["SUSPICIOUS"] } })
        };
        for sort in ["-timestamp", "timestamp", "sequence", "-sequence", "action", "-targetID", "createdTimestamp"] {
            let events = listed(&admin, &format!("sortBy={sort}&excludeFlag=SUSPICIOUS")).await;
            let (_, text) = file(&admin, asked("JSON", sort)).await;
            let shown: Vec<Value> = serde_json::from_str(&text).unwrap();
            assert_eq!(shown.len(), events.len());
            for (shown, event) in shown.iter().zip(&events) {
                let wanted = ["targetID", "sequence", "before", "flags"].into_iter();
                let wanted: serde_json::Map<_, _> =
                    wanted.filter_map(|name| Some((name.to_owned(), event.get(name)?.clone()))).collect();
                assert_eq!(*shown, Value::Object(wanted), "by {sort}");
            }
        }
        let (_, text) = file(&admin, asked("CSV", "sequence")).await;
        assert!(text.starts_with("targetID,sequence,before,flags\r\n"), "{text}");
        let found = admin.get(&ask(&admin, asked("CSV", "sequence")).await).await.expect(200);
        assert_eq!(found["data"]["columns"], columns);
    })
    .await;
}

/// More than a page, so that places between pages neither lose nor repeat anything; of some events alone.
#[tokio::test]
async fn many_events_come_once_each() {
    stores(async |app| {
        let admin = app.admin();
        for (action, number) in [("created", 2_000), ("deleted", 150), ("created", 1_000)] {
            super::add(&admin, action, number).await;
        }
        for (sort, action, number) in [
            ("-timestamp", "created", 3_000),
            ("timestamp", "created", 3_000),
            ("sequence", "created", 3_000),
            ("-targetID", "created", 3_000),
            ("-timestamp", "deleted", 150),
            ("-action", "nothing", 0),
            ("timestamp", "nothing", 0),
        ] {
            let criteria = json!({ "action": action, "sortBy": sort });
            let body = json!({ "format": "NDJSON", "columns": ["sequence"], "criteria": criteria });
            let path = ask(&admin, body).await;
            let done = until(&admin, &path, "COMPLETED").await;
            assert_eq!((&done["rows"], &done["rowsTotal"]), (&json!(number), &json!(number)), "{sort} {action}");
            let text = admin.get(&format!("{path}/content")).await.text;
            let listed = listed(&admin, &format!("action={action}&sortBy={sort}")).await;
            let expected: String =
                listed.iter().map(|event| format!("{{\"sequence\":{}}}\n", event["sequence"])).collect();
            assert!(text == expected, "{sort} {action}: {} and {} bytes", text.len(), expected.len());
        }
    })
    .await;
}
