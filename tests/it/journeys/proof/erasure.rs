//! What was erased is nowhere any more, and the log still proves itself.

use std::path::Path;

use argus_audit_verify::{Options, database};
use argus_core::directory::Changed;
use argus_testing::{Actor, Store, TestApp, stores};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::keys;
use crate::journeys::look;
use crate::refusals::support::bad_fields;

const EVENT: &str = "/audit/v1/event";

/// What nobody may find afterwards, whole or as a piece of something.
const MARK: &str = "zqxjkv";

/// An event that says something about somebody in every way.
fn telling(number: usize) -> Value {
    let text = |name: &str| format!("{MARK}-{name}-{number}");
    json!({
        "action": "view", "externalID": text("external"), "actorID": text("actor"), "actorName": text("name"),
        "actorEmail": format!("{MARK}{number}@example.org"), "description": text("description"), "machineID": text("machine"),
        "targetID": text("target"), "traceID": text("trace"), "userAgent": text("agent"), "status": text("status"),
        "metrics": { text("metric"): 1.5 }, "before": { "a": text("before") }, "after": { "a": text("after") },
        "metadata": { "a": text("metadata") }, "category": "kept", "origin": "10.0.0.7",
    })
}

const FIELDS: [&str; 15] = [
    "actorEmail",
    "actorID",
    "actorName",
    "after",
    "before",
    "changes",
    "description",
    "externalID",
    "machineID",
    "metadata",
    "metrics",
    "status",
    "targetID",
    "traceID",
    "userAgent",
];

/// Whether a file has it anywhere.
fn has(file: &Path, mark: &str) -> bool {
    let bytes = std::fs::read(file).unwrap_or_default();
    bytes.windows(mark.len()).any(|window| window.eq_ignore_ascii_case(mark.as_bytes()))
}

/// Fails unless the log holds, with the checkpoint that is given.
async fn assert_verified(app: &TestApp, checkpoint: &Value) {
    let url = match app.store {
        Store::Sqlite => format!("sqlite://{}", app.data_dir().join("argus.db").display()),
        Store::Postgres => app.platform.settings.database_url.reveal().to_owned(),
    };
    let options = Options {
        keys: keys(&app.anonymous()).await,
        checkpoints: vec![checkpoint.as_str().unwrap().to_owned()],
        ..Options::default()
    };
    let report = tokio::task::spawn_blocking(move || database(&url, &options, |_, _| {}).unwrap()).await.unwrap();
    assert!(report.holds(), "{report:?}");
}

/// Who logged in with a second factor, as far as the store knows.
async fn administrator(app: &TestApp) -> Actor {
    let admin = app.by_password("admin", &app.admin_password).await;
    app.platform.db.writer().execute_unprepared("UPDATE session SET level = 'administrative'").await.unwrap();
    app.platform.directory.forget(&Changed::Everything);
    admin
}

async fn erase(admin: &Actor, id: &str, fields: &[&str]) -> Value {
    let body = json!({ "fields": fields, "reason": "asked for by the person" });
    admin.post(&format!("{EVENT}/{id}/erase"), body).await.expect(200)["data"].clone()
}

#[tokio::test]
async fn values_go_and_the_log_holds() {
    stores(async |app| {
        let admin = administrator(app).await;
        let sent: Vec<Value> = (0..600).map(|_| json!({ "action": "view", "actorID": "other" })).collect();
        admin.post(&format!("{EVENT}/bulk"), json!({ "events": sent })).await.expect(201);
        let made = admin.with("Idempotency-Key", "k").post(EVENT, telling(1)).await.expect(201)["data"].clone();
        admin.post(&format!("{EVENT}/bulk"), json!({ "events": sent })).await.expect(201);
        let id = made["id"].as_str().unwrap();
        assert_eq!(look(&admin, &format!("{EVENT}?keywords={MARK}"), 1).await.list()[0]["id"], made["id"]);

        let some = erase(&admin, id, &["actorID", "metadata", "metrics"]).await;
        assert_eq!(some["erasedFields"], json!(["actorID", "metadata", "metrics"]));
        assert!(some["actorID"].is_null() && some["metadata"].is_null() && some["targetID"] == made["targetID"]);
        assert!(some["flags"].as_array().unwrap().contains(&json!("ERASED")));
        let proof = admin.get(&format!("{EVENT}/{id}/proof")).await.expect(200)["data"].clone();
        assert_eq!(proof["event"], some);
        assert!(proof["salts"].get("actorID").is_none() && proof["salts"]["targetID"].is_string());
        assert_verified(app, &made["receipt"]["checkpoint"]).await;

        let left: Vec<&str> =
            FIELDS.into_iter().filter(|name| some.get(name).is_some_and(|it| !it.is_null())).collect();
        let rest = erase(&admin, id, &left).await;
        assert_eq!(rest["erasedFields"].as_array().unwrap().len(), left.len() + 3);
        assert!(!rest.to_string().to_lowercase().contains(MARK), "{rest}");
        assert_verified(app, &made["receipt"]["checkpoint"]).await;
        // Nobody finds it by what it said, and nothing counts under that.
        for query in
            [format!("keywords={MARK}"), format!("actorID={MARK}-actor-1"), format!("targetID={MARK}-target-1")]
        {
            assert_eq!(admin.get(&format!("{EVENT}?{query}")).await.expect(200)["count"], 0, "{query}");
        }
        for path in ["/audit/v1/statistics", "/audit/v1/machine", "/audit/v1/metric"] {
            let shown = admin.get(&format!("{path}?limit=0")).await.expect(200);
            assert!(!shown.text.contains(MARK), "{path}: {}", shown.text);
        }
        // The request that brought it is answered as it was, as far as it can be.
        let again = admin.with("Idempotency-Key", "k").post(EVENT, telling(1)).await;
        assert_eq!((again.status, &again["data"]["id"]), (201, &made["id"]), "{}", again.text);
        assert_eq!(again["data"]["receipt"], made["receipt"]);
        // What was erased, and why, is in the log.
        let said =
            admin.get(&format!("{EVENT}?includeInternal=true&eventType=ERASURE&targetID={id}")).await.expect(200);
        assert_eq!(said["count"], 2);
        assert!(said.list().iter().all(|event| event["metadata"]["reason"] == "asked for by the person"));
        if app.store == Store::Sqlite {
            for file in ["argus.db", "argus.db-wal"] {
                assert!(!has(&app.data_dir().join(file), MARK), "{file}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn many_go_by_criteria_and_files_with_them() {
    stores(async |app| {
        let admin = administrator(app).await;
        let events: Vec<Value> = (0..700).map(telling).collect();
        let made = admin.post(&format!("{EVENT}/bulk"), json!({ "events": events })).await.expect(201);
        let checkpoint = made["data"]["succeeded"][0]["receipt"]["checkpoint"].clone();
        let export = admin.post("/audit/v1/export", json!({ "format": "CSV" })).await.expect(201);
        let export = format!("/audit/v1/export/{}", export["data"]["id"].as_str().unwrap());
        let began = std::time::Instant::now();
        while admin.get(&export).await.expect(200)["data"]["state"] != "COMPLETED" {
            assert!(began.elapsed() < crate::journeys::PATIENCE);
        }
        let body = json!({ "criteria": { "category": "kept" }, "fields": FIELDS, "reason": "too old" });
        assert_eq!(admin.post("/audit/v1/erasure", body.clone()).await.expect(200)["data"]["events"], 700);
        assert_eq!(admin.post("/audit/v1/erasure", body).await.expect(200)["data"]["events"], 0);
        assert_eq!(admin.get(&format!("{EVENT}?keywords={MARK}")).await.expect(200)["count"], 0);
        assert_eq!(admin.get(&export).await.expect(200)["data"]["state"], "EXPIRED");
        admin.get(&format!("{export}/content")).await.expect(412);
        assert_verified(app, &checkpoint).await;
        if app.store == Store::Sqlite {
            for file in ["argus.db", "argus.db-wal"] {
                assert!(!has(&app.data_dir().join(file), MARK), "{file}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_erased_is_refused() {
    stores(async |app| {
        let admin = administrator(app).await;
        let made = admin.post(EVENT, telling(1)).await.expect(201)["data"].clone();
        let path = format!("{EVENT}/{}/erase", made["id"].as_str().unwrap());
        for (body, fields) in [
            (json!({ "fields": ["verb"], "reason": "r" }), &["fields"][..]),
            (json!({ "fields": ["nothing"], "reason": "r" }), &["fields"]),
            (json!({ "fields": ["location"], "reason": "r" }), &["fields"]),
            (json!({ "fields": [], "reason": "r" }), &["fields"]),
            (json!({ "fields": ["actorID"] }), &["reason"]),
            (json!({ "fields": ["flags"], "reason": " " }), &["fields", "reason"]),
        ] {
            bad_fields(admin.post(&path, body.clone()).await, fields, &body.to_string());
        }
        erase(&admin, made["id"].as_str().unwrap(), &["actorID"]).await;
        // Not twice, and not what says so.
        bad_fields(admin.post(&path, json!({ "fields": ["actorID"], "reason": "r" })).await, &["fields"], "twice");
        let said = admin.get(&format!("{EVENT}?includeInternal=true&eventType=ERASURE")).await.expect(200);
        let said = said.list()[0]["id"].as_str().unwrap().to_owned();
        let body = json!({ "fields": ["metadata"], "reason": "r" });
        admin.post(&format!("{EVENT}/{said}/erase"), body.clone()).await.expect(412);
        let all = json!({ "criteria": { "includeInternal": true, "eventType": "ERASURE" }, "fields": ["metadata"], "reason": "r" });
        assert_eq!(admin.post("/audit/v1/erasure", all).await.expect(200)["data"]["events"], 0);
        let bad = json!({ "criteria": { "verb": "SING" }, "fields": ["x"], "reason": "r" });
        bad_fields(admin.post("/audit/v1/erasure", bad).await, &["criteria.verb", "fields"], "criteria");
        // Who may only look, and who has other customers.
        app.customer("red", "root").await;
        let red = app.user_of("eraser", "red", &[("eraseAuditDetails", "red"), ("viewAuditEvents", "red")]).await;
        let answer = red.post(&path, body.clone()).await;
        assert!([403, 404].contains(&answer.status), "{}", answer.text);
        let viewer = app.user("viewer", &[("viewAuditEvents", "root")]).await;
        viewer.post(&path, body).await.expect(403);
        assert_eq!(admin.get(&format!("{EVENT}/{}", made["id"].as_str().unwrap())).await.expect(200)["data"]["targetID"], made["targetID"]);
    })
    .await;
}
