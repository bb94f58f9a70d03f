//! Databases for one test: an SQLite file, and a database of its own on PostgreSQL.

use argus_core::clock::{Clock, Ids};
use sea_orm::{
    ActiveModelTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, EntityTrait, IntoActiveModel,
};

use crate::table::{ActiveModel, Entity, Model};

/// Deleted when dropped, also after a panic.
pub struct Stores {
    pub all: Vec<DatabaseConnection>,
    _folder: tempfile::TempDir,
    postgres: Option<(String, String)>,
}

const COLUMNS: &str = "sequence BIGINT PRIMARY KEY, id UUID NOT NULL, label TEXT C NOT NULL, title TEXT C, note TEXT C, \
    kind TEXT C, amount INTEGER, score DOUBLE PRECISION, active BOOLEAN NOT NULL, customer_id BIGINT NOT NULL, \
    client_ip TEXT C, created BIGINT NOT NULL, updated BIGINT, created_by BIGINT NOT NULL, updated_by BIGINT, \
    expires BIGINT, deleted BIGINT, internal BOOLEAN, folded TEXT C";

impl Stores {
    /// Both stores with the empty table.
    pub async fn new() -> Self {
        Self::with_connections(1).await
    }

    pub async fn with_connections(connections: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("search.db");
        let sqlite = connect(format!("sqlite://{}?mode=rwc", path.display()), connections).await.unwrap();
        sqlite.execute_unprepared("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF").await.unwrap();
        let (mut all, mut postgres) = (vec![sqlite], None);
        let server = std::env::var("ARGUS_TEST_POSTGRES")
            .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/postgres".to_owned());
        match connect(server.clone(), 1).await {
            Ok(admin) => {
                let name = format!("argus_search_{}", Ids::new(Clock::system()).uuid().simple());
                admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
                postgres = Some((server.clone(), name.clone()));
                let (base, _) = server.rsplit_once('/').unwrap();
                all.push(connect(format!("{base}/{name}"), connections).await.unwrap());
            }
            Err(error) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("no PostgreSQL: {error}"),
            Err(error) => say(&format!("the PostgreSQL half is left out: {error}")),
        }
        let stores = Self { all, _folder: folder, postgres };
        for db in &stores.all {
            let collation = if is_postgres(db) { "TEXT COLLATE \"C\"" } else { "TEXT" };
            let columns = COLUMNS.replace("TEXT C", collation);
            db.execute_unprepared(&format!("CREATE TABLE search_item ({columns})")).await.unwrap();
        }
        stores
    }

    /// Replaces all rows.
    pub async fn fill(&self, rows: &[Model]) {
        for db in &self.all {
            Entity::delete_many().exec(db).await.unwrap();
            for part in rows.chunks(50) {
                let part = part.iter().map(|row| all_set(row.clone().with_folded()));
                Entity::insert_many(part).exec_without_returning(db).await.unwrap();
            }
        }
    }
}

fn all_set(row: Model) -> ActiveModel {
    row.into_active_model().reset_all()
}

pub fn is_postgres(db: &DatabaseConnection) -> bool {
    db.get_database_backend() == sea_orm::DbBackend::Postgres
}

async fn connect(url: String, connections: u32) -> Result<DatabaseConnection, sea_orm::DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).min_connections(1).sqlx_logging(false);
    options.connect_timeout(std::time::Duration::from_secs(5));
    Database::connect(options).await
}

#[allow(
    clippy::disallowed_macros,
    clippy::print_stderr,
    reason = "the reader of a test run must know what was left out"
)]
fn say(text: &str) {
    eprintln!("{text}");
}

impl Drop for Stores {
    fn drop(&mut self) {
        let Some((server, name)) = self.postgres.take() else { return };
        // The test's own runtime is busy running this.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let admin = connect(server, 1).await.unwrap();
                admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
            });
        });
        let dropped = dropping.join();
        // A second panic would hide the first one.
        assert!(std::thread::panicking() || dropped.is_ok(), "the database is left behind");
    }
}
