//! Both stores, fresh for each test.
#![allow(clippy::print_stderr, clippy::disallowed_macros, reason = "says what a run leaves out")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use argus_core::config::Settings;
use sea_orm::{ConnectOptions, ConnectionTrait, Database};

use crate::TestApp;

/// Which store a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// The embedded one, in a folder of its own.
    Sqlite,
    /// A database of its own on the server of `ARGUS_TEST_POSTGRES`.
    Postgres,
}

/// Runs a test on both stores, each with a server of its own. Where no PostgreSQL answers, that half is left out with a
/// word on standard error; with `CI=true` it fails instead.
pub async fn stores(test: impl AsyncFn(&TestApp)) {
    stores_with(|_| {}, test).await;
}

/// As [`stores`], with other settings.
pub async fn stores_with(change: impl Fn(&mut Settings), test: impl AsyncFn(&TestApp)) {
    for store in [Store::Sqlite, Store::Postgres] {
        let Some(app) = TestApp::start_on(store, &change).await else { continue };
        test(&app).await;
        app.stop().await;
    }
}

/// A database on the test server, or nothing where there is none.
pub(crate) async fn new_postgres() -> Option<(String, String)> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = server();
    let mut options = ConnectOptions::new(&server);
    options.acquire_timeout(Duration::from_secs(5)).sqlx_logging(false);
    let Ok(admin) = Database::connect(options).await else {
        assert!(std::env::var_os("CI").is_none(), "CI needs a PostgreSQL at {server}");
        eprintln!("left out: the PostgreSQL half, since nothing answers at {server} (ARGUS_TEST_POSTGRES)");
        return None;
    };
    let name = format!("argus_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    admin.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE template0")).await.unwrap();
    admin.close().await.unwrap();
    let base = server.rsplit_once('/').map_or(server.as_str(), |(base, _)| base);
    Some((format!("{base}/{name}"), name))
}

/// Takes a test's database away.
pub(crate) async fn drop_postgres(name: &str) {
    let admin = Database::connect(server()).await.unwrap();
    admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
    admin.close().await.unwrap();
}

fn server() -> String {
    std::env::var("ARGUS_TEST_POSTGRES").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/postgres".to_owned())
}
