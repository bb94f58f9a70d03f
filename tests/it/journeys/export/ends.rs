//! How exports end: as somebody wants, by their time, and not by a restart.

use std::time::Duration;

use argus_core::config::Span;
use argus_testing::{Store, TestApp, stores, stores_with};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{EXPORT, add, ask, file, held_up, no_folder, until};
use crate::journeys::look;

fn files(app: &TestApp) -> usize {
    std::fs::read_dir(app.platform.settings.exports_folder()).unwrap().count()
}

#[tokio::test]
async fn what_nobody_wants_any_more_is_gone() {
    stores(async |app| {
        let admin = app.admin();
        add(&admin, "created", 10).await;
        let (done, _) = file(&admin, json!({ "format": "CSV" })).await;
        assert_eq!(files(app), 1);
        let ended = admin.delete(&done).await.expect(200);
        assert_eq!((&ended["data"]["state"], files(app)), (&json!("EXPIRED"), 0));
        let gone = admin.get(&format!("{done}/content")).await.expect(412);
        assert_eq!((gone.template(), gone["messages"][0]["type"].as_str()), ("action.error", Some("ACTION_ERROR")));
        assert_eq!(admin.delete(&done).await.expect(412).template(), "action.error");

        let folder = no_folder(app);
        let waits = ask(&admin, json!({ "format": "CSV" })).await;
        held_up(&admin, &waits).await;
        assert_eq!(admin.get(&format!("{waits}/content")).await.expect(412).template(), "action.error");
        let ended = admin.delete(&waits).await.expect(200);
        assert_eq!((&ended["data"]["state"], &ended["data"]["sha256"]), (&json!("CANCELLED"), &json!(null)));
        std::fs::remove_file(&folder).unwrap();

        // One that another node runs, as far as this one knows.
        let runs = ask(&admin, json!({ "format": "CSV" })).await;
        until(&admin, &runs, "COMPLETED").await;
        let id = runs.rsplit('/').next().unwrap();
        let id = if app.store == Store::Sqlite { format!("x'{}'", id.replace('-', "")) } else { format!("'{id}'") };
        let sql = format!("UPDATE job SET state = 'RUNNING', lease_until = 9000000000000000000 WHERE id = {id}");
        assert_eq!(app.platform.db.writer().execute_unprepared(&sql).await.unwrap().rows_affected(), 1);
        assert_eq!(admin.delete(&runs).await.expect(200)["data"]["state"], "CANCELLED");
        admin.get(&format!("{runs}/content")).await.expect(412);

        for (query, count) in [("state=CANCELLED", 2), ("state=EXPIRED&format=CSV", 1), ("format=JSON", 0), ("", 3)] {
            assert_eq!(admin.get(&format!("{EXPORT}?{query}")).await.expect(200)["count"], count, "{query}");
        }
        let found = json!({ "state": ["EXPIRED", "CANCELLED"], "sortBy": ["-rows"], "startTimestamp": 1 });
        let found = admin.post(&format!("{EXPORT}/search"), found).await.expect(200);
        assert_eq!((found.list().len(), &found.list()[0]["rows"]), (3, &json!(10)));
    })
    .await;
}

#[tokio::test]
async fn files_are_kept_for_a_while() {
    stores_with(
        |settings| settings.exports.kept = Span::seconds(3_600),
        async |app| {
            let admin = app.admin();
            let (path, _) = file(&admin, json!({ "format": "CSV" })).await;
            let done = admin.get(&path).await.expect(200);
            let at = |name: &str| done["data"][name].as_i64().unwrap();
            assert_eq!(at("expiresTimestamp") - at("completedTimestamp"), 3_600_000);
            app.advance(Duration::from_secs(3_590));
            admin.get(&format!("{path}/content")).await;
            assert_eq!((files(app), &admin.get(&path).await["data"]["state"]), (1, &json!("COMPLETED")));
            let began = std::time::Instant::now();
            while admin.get(&path).await["data"]["state"] == "COMPLETED" {
                app.advance(Duration::from_secs(10));
                assert!(began.elapsed() < super::PATIENCE);
            }
            assert_eq!(admin.get(&path).await["data"]["state"], "EXPIRED");
            assert_eq!(admin.get(&format!("{path}/content")).await.expect(412).template(), "action.error");
            let began = std::time::Instant::now();
            while files(app) > 0 {
                assert!(began.elapsed() < super::PATIENCE);
                tokio::task::yield_now().await;
            }
        },
    )
    .await;
}

/// A server that stops, or is gone without a word, leaves its jobs to the next one.
#[tokio::test]
async fn a_restart_ends_no_export() {
    for store in [Store::Sqlite, Store::Postgres] {
        let Some(app) = TestApp::start_on(store, &|_| {}).await else { continue };
        let admin = app.admin();
        add(&admin, "created", 700).await;
        let folder = no_folder(&app);
        let waits = ask(&admin, json!({ "format": "CSV" })).await;
        held_up(&admin, &waits).await;
        let (done, text) = {
            std::fs::remove_file(&folder).unwrap();
            file(&admin, json!({ "format": "CSV" })).await
        };
        // As a node leaves it that is killed: in the midst of the second attempt, and once before the log was told.
        let run = "UPDATE job SET state = 'RUNNING', lease_until = 1, attempts = 2, due_at = 1 WHERE state = 'PENDING'";
        let told = "UPDATE job SET told = false WHERE state = 'COMPLETED'";
        let path = app.platform.settings.exports_folder();
        app.platform.tasks.finish().await;
        for sql in [run, told] {
            assert_eq!(app.platform.db.writer().execute_unprepared(sql).await.unwrap().rows_affected(), 1, "{sql}");
        }
        let id = waits.rsplit('/').next().unwrap();
        std::fs::write(path.join(format!("{id}.{id}.part")), "half of it").unwrap();
        let app = app.restarted().await;
        let admin = app.admin();
        let again = until(&admin, &waits, "COMPLETED").await;
        assert_eq!(again["rows"], 700);
        assert_eq!(admin.get(&format!("{done}/content")).await.text, text);
        assert_eq!(files(&app), 2);
        for job in [&waits, &done] {
            let id = job.rsplit('/').next().unwrap();
            let events = format!("/audit/v1/event?includeInternal=true&action=audit.export.completed&targetID={id}");
            look(&admin, &events, 1).await;
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn what_never_comes_to_its_end_fails() {
    stores(async |app| {
        let admin = app.admin();
        let folder = no_folder(app);
        let path = ask(&admin, json!({ "format": "JSON" })).await;
        held_up(&admin, &path).await;
        let began = std::time::Instant::now();
        while admin.get(&path).await["data"]["state"] != "FAILED" {
            app.advance(Duration::from_secs(30));
            assert!(began.elapsed() < super::PATIENCE);
        }
        let failed = admin.get(&path).await["data"].clone();
        assert!(failed["error"].as_str().unwrap().contains("cannot be written"), "{failed}");
        assert!(!failed["completedTimestamp"].is_null());
        let content = admin.get(&format!("{path}/content")).await.expect(412);
        assert!(content.text.contains("cannot be written"));
        std::fs::remove_file(&folder).unwrap();
    })
    .await;
}
