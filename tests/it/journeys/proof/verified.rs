//! Whoever has the store's file and the public key finds out whether the log is what was signed, and what is not.

use std::path::{Path, PathBuf};

use argus_audit_verify::{Options, Report, database};
use argus_testing::{Store, TestApp, stores};
use rusqlite::Connection;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::events::full;
use super::{LOG, keys};

const EVENT: &str = "/audit/v1/event";

/// Events through several doors, requests and logins, and more than a tile of them. Gives the place of one that has a value
/// in every column that its door has.
async fn fill(app: &TestApp) -> i64 {
    let admin = app.admin();
    let made = admin.post(EVENT, full()).await.expect(201);
    app.by_password("admin", &app.admin_password).await;
    app.anonymous().with("Argus-API-Key", "1/0/wrong").get(EVENT).await.expect(401);
    admin.post("/dialect/argus0/api/audit-logs", json!({ "action": "tag_write" })).await;
    let events: Vec<Value> =
        (0..300).map(|number| json!({ "action": "read", "targetID": number.to_string() })).collect();
    admin.post(&format!("{EVENT}/bulk"), json!({ "events": events })).await.expect(201);
    made["data"]["sequence"].as_i64().unwrap()
}

async fn verify(url: String, options: Options) -> Report {
    tokio::task::spawn_blocking(move || database(&url, &options, |_, _| {}).unwrap()).await.unwrap()
}

/// What is known beforehand: the public keys, and the newest checkpoint.
async fn known(app: &TestApp) -> Options {
    let anybody = app.anonymous();
    let checkpoint = anybody.get(&format!("{LOG}/checkpoint")).await.expect(200).text;
    Options { checkpoints: vec![checkpoint], keys: keys(&anybody).await, ..Options::default() }
}

/// A store's file, and copies of it that are changed.
struct Copies {
    folder: TempDir,
    options: Options,
}

impl Copies {
    async fn of(app: &TestApp) -> Self {
        let copies = Self { folder: tempfile::tempdir().unwrap(), options: known(app).await };
        copies.take(app, "original.db").await;
        copies
    }

    async fn take(&self, app: &TestApp, name: &str) {
        let copy = format!("VACUUM INTO '{}'", self.path(name).display());
        app.platform.db.writer().execute_unprepared(&copy).await.unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn verified(&self, path: &Path) -> Vec<String> {
        let report = verify(format!("sqlite://{}", path.display()), self.options.clone()).await;
        report.faults.iter().map(ToString::to_string).collect()
    }

    /// What is said of a copy after a change.
    async fn after(&self, sql: &str) -> Vec<String> {
        let path = self.path("changed.db");
        std::fs::copy(self.path("original.db"), &path).unwrap();
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        self.verified(&path).await
    }

    fn columns(&self) -> Vec<(String, String)> {
        let connection = Connection::open(self.path("original.db")).unwrap();
        let mut columns = connection.prepare("SELECT name, type FROM pragma_table_info('event')").unwrap();
        let columns = columns.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        columns.collect::<Result<_, _>>().unwrap()
    }
}

#[tokio::test]
async fn a_log_that_was_left_alone_holds_on_both_stores() {
    stores(async |app| {
        fill(app).await;
        let options = known(app).await;
        let url = match app.store {
            Store::Sqlite => format!("sqlite://{}", app.data_dir().join("argus.db").display()),
            Store::Postgres => app.platform.settings.database_url.reveal().to_owned(),
        };
        // While the server runs.
        let report = verify(url, options).await;
        assert!(report.holds() && report.leaves > 300, "{report:?}");
        assert_eq!(report.warnings, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn every_column_of_an_event_is_proved() {
    let app = TestApp::start().await;
    let place = fill(&app).await;
    let copies = Copies::of(&app).await;
    assert_eq!(copies.after("").await, Vec::<String>::new());
    for (column, kind) in copies.columns() {
        let other = match (column.as_str(), kind.to_uppercase().as_str()) {
            ("sequence", _) => "100000".to_owned(),
            ("flags", _) => "flags | 2".to_owned(),
            ("id" | "series_id", _) => "randomblob(16)".to_owned(),
            ("client_ip", _) => "'00000000000000000000ffffc0000202'".to_owned(),
            (_, "BIGINT" | "INTEGER") => format!("coalesce(\"{column}\", 0) + 1"),
            (_, kind) if kind.contains("DOUBLE") || kind.contains("REAL") => format!("coalesce(\"{column}\", 0) + 0.5"),
            _ => "'{\"other\":1}'".to_owned(),
        };
        let change = format!("UPDATE event SET \"{column}\" = {other} WHERE sequence = {place}");
        let told = copies.after(&change).await;
        let found = told.iter().any(|line| line.starts_with(&format!("leaf {place}: ")));
        assert!(found, "{change}: {told:?}");
    }
    app.stop().await;
}

#[tokio::test]
async fn what_was_done_to_a_log_is_found_and_named() {
    let app = TestApp::start().await;
    fill(&app).await;
    let copies = Copies::of(&app).await;
    for (change, said) in [
        ("DELETE FROM event WHERE sequence = 50", "leaf 50: "),
        ("DELETE FROM event_leaf WHERE sequence = 50", "leaf 50: "),
        ("DELETE FROM event WHERE sequence = 50; DELETE FROM event_leaf WHERE sequence = 50", "leaf 50: "),
        (
            "CREATE TEMP TABLE t AS SELECT * FROM event WHERE sequence = 50; UPDATE t SET sequence = 100000, id = randomblob(16), \
          external_id = NULL; INSERT INTO event SELECT * FROM t",
            "leaf 100000: ",
        ),
        (
            "UPDATE event SET sequence = -1 WHERE sequence = 50; UPDATE event SET sequence = 50 WHERE sequence = 51; \
          UPDATE event SET sequence = 51 WHERE sequence = -1",
            "leaf 50: ",
        ),
        (
            "UPDATE event SET action = 'write' WHERE sequence = 50; UPDATE event_leaf SET leaf = replace(leaf, 'SUCCESS', 'FAILURE') \
          WHERE sequence = 50; UPDATE event SET outcome = 'FAILURE' WHERE sequence = 50",
            "checkpoint ",
        ),
        (
            "DELETE FROM event WHERE sequence > 100; DELETE FROM event_leaf WHERE sequence > 100; \
          DELETE FROM log_checkpoint WHERE size > 100; DELETE FROM log_tile; UPDATE audit_head SET next_sequence = 101",
            "given checkpoint ",
        ),
        ("UPDATE log_tile SET hashes = zeroblob(8192)", "leaf 0: "),
        ("UPDATE log_checkpoint SET note = replace(note, substr(note, -9, 4), 'AAAA')", "checkpoint "),
    ] {
        let told = copies.after(change).await;
        assert!(told.iter().any(|line| line.starts_with(said)), "{change}: {told:?}");
    }
    // All of it as it was before more was added: only somebody who kept a checkpoint can tell.
    app.admin().post(EVENT, json!({ "action": "read" })).await.expect(201);
    let later = known(&app).await;
    let old = copies.path("original.db");
    let report = verify(format!("sqlite://{}", old.display()), later).await;
    assert!(!report.holds(), "{report:?}");
    let alone = Options { checkpoints: Vec::new(), ..copies.options.clone() };
    let report = verify(format!("sqlite://{}", old.display()), alone).await;
    assert!(report.holds() && !report.warnings.is_empty(), "{report:?}");
    app.stop().await;
}

#[tokio::test]
async fn what_was_signed_with_an_earlier_key_stays_good() {
    let folder = tempfile::tempdir().unwrap();
    let settings = || argus_core::config::Settings {
        listen: "127.0.0.1:0".parse().unwrap(),
        data_dir: folder.path().to_owned(),
        ..argus_core::config::Settings::default()
    };
    let clock = argus_core::clock::Clock::system();
    argus_server::build(settings(), clock.clone()).await.unwrap().finish().await;
    let first = std::fs::read_to_string(folder.path().join("log.key")).unwrap();
    let public = argus_server::log_key::rotate(&settings(), &clock).await.unwrap();
    assert_ne!(std::fs::read_to_string(folder.path().join("log.key")).unwrap(), first);
    let argus = argus_server::build(settings(), clock.clone()).await.unwrap();
    let known = argus_audit_log::proof::keys(argus.app.platform().db.reader()).await.unwrap();
    assert_eq!((known.len(), &known[0]), (2, &public));
    argus.finish().await;
    let url = format!("sqlite://{}", folder.path().join("argus.db").display());
    let report = verify(url.clone(), Options { keys: known, ..Options::default() }).await;
    assert!(report.holds() && report.leaves > 1, "{report:?}");
    // A rotation that was cut off behind its commit.
    argus_server::log_key::rotate(&settings(), &clock).await.unwrap();
    let (file, waiting) = (folder.path().join("log.key"), folder.path().join("log.key.new"));
    std::fs::rename(&file, &waiting).unwrap();
    std::fs::write(&file, &first).unwrap();
    argus_server::build(settings(), clock).await.unwrap().finish().await;
    assert!(!waiting.exists());
    assert!(verify(url, Options::default()).await.holds());
}
