//! The log's key, and its name.

use std::os::unix::fs::PermissionsExt;

use argus_core::clock::Clock;
use argus_core::config::Settings;
use argus_server::build;

use super::{head, keys};
use argus_testing::TestApp;

fn settings(folder: &std::path::Path) -> Settings {
    Settings { listen: "127.0.0.1:0".parse().unwrap(), data_dir: folder.to_owned(), ..Settings::default() }
}

/// What hinders a start.
async fn refused(settings: Settings) -> String {
    build(settings, Clock::system()).await.err().map(|error| error.to_string()).unwrap_or_default()
}

#[tokio::test]
async fn it_is_made_once_for_its_owner_alone_and_a_log_has_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.key");
    build(settings(folder.path()), Clock::system()).await.unwrap().finish().await;
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let key = std::fs::read_to_string(&file).unwrap();
    build(settings(folder.path()), Clock::system()).await.unwrap().finish().await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), key);
    // Gone, unreadable, another one.
    std::fs::remove_file(&file).unwrap();
    assert!(refused(settings(folder.path())).await.contains("log.key"));
    assert!(!file.exists(), "none is made in its place");
    std::fs::write(&file, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").unwrap();
    let said = refused(settings(folder.path())).await;
    assert!(said.contains("does not hold an Ed25519 key") && !said.contains("AAAA"), "{said}");
    let other = tempfile::tempdir().unwrap();
    build(settings(other.path()), Clock::system()).await.unwrap().finish().await;
    std::fs::copy(other.path().join("log.key"), &file).unwrap();
    assert!(refused(settings(folder.path())).await.contains("is not the key of this log"));
    std::fs::write(&file, key).unwrap();
    build(settings(folder.path()), Clock::system()).await.unwrap().finish().await;
}

#[tokio::test]
async fn the_log_keeps_its_name() {
    let app = TestApp::start_on(argus_testing::Store::Sqlite, &|settings| {
        settings.log.origin = "log.example.org/trail".to_owned();
    });
    let app = app.await.unwrap();
    let anybody = app.anonymous();
    let note = anybody.get("/audit/v1/log/checkpoint").await.expect(200);
    assert_eq!(note.headers["content-type"], "text/plain; charset=utf-8");
    assert!(note.text.starts_with("log.example.org/trail\n"));
    head(&note.text, &keys(&anybody).await);
    app.stop().await;
    let folder = tempfile::tempdir().unwrap();
    let named = |origin: &str| {
        let mut named = settings(folder.path());
        named.log.origin = origin.to_owned();
        named
    };
    for wrong in ["https://example.org/log", "example.org/log/", "example org", "a+b"] {
        assert!(refused(named(wrong)).await.contains("log.origin"), "{wrong}");
    }
    build(named("example.org/log"), Clock::system()).await.unwrap().finish().await;
    assert!(refused(named("example.com/log")).await.contains("for good"));
    // Not named, it keeps its name, wherever it listens.
    build(named(""), Clock::system()).await.unwrap().finish().await;
}
