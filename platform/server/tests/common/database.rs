//! Both stores, for the program.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr};

use super::{Place, left_out};

/// Where the PostgreSQL for tests is, unless `ARGUS_TEST_POSTGRES` says otherwise.
const USUAL: &str = "postgres://postgres@127.0.0.1:5432/postgres";

/// A PostgreSQL database of its own, dropped with this.
pub struct Database {
    name: String,
    /// `postgres://...`.
    pub url: String,
}

impl Database {
    /// An empty database; nothing, and a word, where no PostgreSQL answers.
    pub async fn new() -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = server();
        let name = format!("argus_process_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        if connect().await.is_err() {
            left_out(&format!("the PostgreSQL half, since nothing answers at {server} (ARGUS_TEST_POSTGRES)"));
            return None;
        }
        execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        let base = server.rsplit_once('/').map_or(server.as_str(), |(base, _)| base);
        Some(Self { url: format!("{base}/{name}"), name })
    }

    /// Changes the database: `ALTER DATABASE <its name> ...`.
    pub async fn alter(&self, change: &str) {
        execute(&format!("ALTER DATABASE {} {change}", self.name)).await;
    }

    /// Ends so many of the connections to it, whatever they are doing.
    pub async fn hang_up(&self, most: u32) {
        let those = format!("FROM pg_stat_activity WHERE datname = '{}' ORDER BY random() LIMIT {most}", self.name);
        execute(&format!("SELECT pg_terminate_backend(pid) FROM (SELECT pid {those}) AS those")).await;
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // The test's own runtime cannot be waited on from here.
        let work = move || tokio::runtime::Runtime::new().unwrap().block_on(execute(&drop));
        let _ = std::thread::spawn(work).join();
    }
}

/// Places for both stores: the embedded one, and PostgreSQL where there is one. The database goes when its guard does.
pub async fn stores() -> Vec<(Place, Option<Database>)> {
    let mut stores = vec![(Place::new(), None)];
    if let Some(database) = Database::new().await {
        stores.push((Place::new().with("ARGUS_DATABASE_URL", &database.url), Some(database)));
    }
    stores
}

async fn execute(statement: &str) {
    let admin = connect().await.unwrap();
    admin.execute_unprepared(statement).await.unwrap();
    admin.close().await.unwrap();
}

async fn connect() -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(server());
    // One that is not there is not waited for long; one that is may be busy.
    options.acquire_timeout(Duration::from_secs(5)).sqlx_logging(false);
    sea_orm::Database::connect(options).await
}

fn server() -> String {
    std::env::var("ARGUS_TEST_POSTGRES").unwrap_or_else(|_| USUAL.to_owned())
}
