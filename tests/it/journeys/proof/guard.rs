//! A store that is older than what was signed is not started with, until somebody says to.

mod safe;

use std::path::Path;
use std::time::Instant;

use argus_core::audit::Record;
use argus_core::clock::Clock;
use argus_core::config::{Secret, Settings};
use argus_server::{build, guard, log_key};
use argus_testing::{Store, TestApp};
use serde_json::{Value, json};

use self::safe::Safe;
use super::{assert_holds, head, keys, newest};
use crate::journeys::PATIENCE;

const EVENT: &str = "/audit/v1/event";

fn settings(folder: &Path) -> Settings {
    Settings { listen: "127.0.0.1:0".parse().unwrap(), data_dir: folder.to_owned(), ..Settings::default() }
}

/// Starts on a store, adds an event and stops.
async fn grow(settings: Settings) {
    let argus = build(settings, Clock::system()).await.unwrap();
    let platform = argus.app.platform().clone();
    let root = platform.directory.tree().await.unwrap().root();
    let record = Record::of_argus(platform.clock.now(), root, "argus_test", "UPDATE");
    platform.trail.record_durably(record).await.unwrap();
    drop(platform);
    argus.finish().await;
}

/// What hinders a start.
async fn refused(settings: &Settings) -> String {
    build(settings.clone(), Clock::system()).await.err().map(|error| error.to_string()).unwrap_or_default()
}

/// The records of an operation, as a server that starts now shows them.
async fn records(settings: &Settings, operation: &str) -> Vec<Value> {
    let argus = build(settings.clone(), Clock::system()).await.unwrap();
    argus.finish().await;
    let connection = rusqlite::Connection::open(settings.data_dir.join("argus.db")).unwrap();
    let mut found = connection.prepare("SELECT after FROM event WHERE action = ? ORDER BY sequence").unwrap();
    let found = found.query_map([operation], |row| row.get::<_, String>(0)).unwrap();
    found.map(|text| serde_json::from_str(&text.unwrap()).unwrap()).collect()
}

#[tokio::test]
async fn an_older_store_is_refused_until_somebody_says_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let (store, old) = (folder.path().join("argus.db"), folder.path().join("old.db"));
    grow(settings.clone()).await;
    std::fs::copy(&store, &old).unwrap();
    grow(settings.clone()).await;
    let kept = std::fs::read_to_string(folder.path().join("log.checkpoint")).unwrap();
    std::fs::copy(&old, &store).unwrap();
    for _ in 0..2 {
        let why = refused(&settings).await;
        assert!(why.contains("older copy") && why.contains("accept-rollback"), "{why}");
        // Nor is the log changed in other ways.
        assert!(log_key::rotate(&settings, &Clock::system()).await.is_err());
    }
    assert_eq!(std::fs::read_to_string(folder.path().join("log.checkpoint")).unwrap(), kept);
    assert!(guard::accept(&settings, &Clock::system(), "the disk broke").await.unwrap());
    assert!(!guard::accept(&settings, &Clock::system(), "again").await.unwrap());
    let said = records(&settings, "argus_log_rollback_accept").await;
    assert_eq!(said.len(), 1);
    assert_eq!(said[0]["reason"], "the disk broke");
    grow(settings.clone()).await;
    grow(settings).await;
}

#[tokio::test]
async fn a_store_with_another_past_and_another_log_are_refused() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [one, other] = [settings(folders[0].path()), settings(folders[1].path())];
    let file = |name: &str| (folders[0].path().join(name), folders[1].path().join(name));
    grow(one.clone()).await;
    grow(other.clone()).await;
    let (kept, foreign) = file("log.checkpoint");
    let own = std::fs::read(&kept).unwrap();
    std::fs::copy(&foreign, &kept).unwrap();
    let why = refused(&one).await;
    assert!(why.contains("no key of this log"), "{why}");
    std::fs::write(&kept, "nonsense").unwrap();
    assert!(refused(&one).await.contains("no key of this log"));
    std::fs::write(&kept, own).unwrap();
    // The same key, as many events and more, but not the same ones.
    std::fs::copy(folders[0].path().join("log.key"), folders[1].path().join("log.key")).unwrap();
    std::fs::remove_file(&foreign).unwrap();
    std::fs::remove_file(folders[1].path().join("argus.db")).unwrap();
    grow(other.clone()).await;
    grow(other).await;
    let (store, changed) = file("argus.db");
    std::fs::copy(changed, store).unwrap();
    let why = refused(&one).await;
    assert!(why.contains("are not those that were signed"), "{why}");
}

#[tokio::test]
async fn nodes_keep_their_checkpoints_behind_one_address() {
    let safe = Safe::start("secret").await;
    let at = |settings: &mut Settings| {
        settings.log.guard = safe.url();
        settings.log.guard_token = Secret::new("secret");
    };
    let Some(app) = TestApp::start_on(Store::Postgres, &at).await else { return };
    let other = app.another_node().await;
    let keys = keys(&app.anonymous()).await;
    for round in 0..5 {
        for node in [&app, &other] {
            let body = json!({ "action": "read", "targetID": round.to_string() });
            let made = node.admin().post(EVENT, body).await.expect(201);
            assert_holds(&made["data"]["receipt"], &keys);
        }
    }
    let size = newest(&app.anonymous()).await.size;
    let began = Instant::now();
    while safe.note().is_none_or(|note| head(&note, &keys).size < size) {
        assert!(began.elapsed() < PATIENCE, "{:?}", safe.note());
        // A round trip, which is time enough for others.
        app.anonymous().get("/audit/v1/log/checkpoint").await.expect(200);
    }
    other.stop().await;
    let settings = app.platform.settings.clone();
    let anybody = app.anonymous();
    assert_eq!(head(&safe.note().unwrap(), &keys).size, newest(&anybody).await.size);
    app.stop().await;
    // Who does not know the word, or finds nobody, does not start.
    let mut wrong = (*settings).clone();
    wrong.data_dir = tempfile::tempdir().unwrap().path().join("data");
    wrong.database_url = Secret::default();
    wrong.log.guard_token = Secret::new("wrong");
    assert!(refused(&wrong).await.contains("401"));
    wrong.log.guard = "http://127.0.0.1:1/".to_owned();
    assert!(refused(&wrong).await.contains("127.0.0.1:1"));
    for address in ["ftp://example.org/", "https://a:b@example.org/", "http://"] {
        wrong.log.guard = address.to_owned();
        assert!(refused(&wrong).await.contains("log.guard"), "{address}");
    }
}
