//! The store: one SQLite file with one writer and several readers, or PostgreSQL.

mod checkpoint;
#[cfg(target_os = "linux")]
mod nodelay;

use std::time::Duration;

#[cfg(target_os = "linux")]
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::sqlx::sqlite::{SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, Connection};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use tokio_util::sync::CancellationToken;

/// Readers of an embedded store. Reads are answered from memory mostly; more readers than this only wait for cores.
const SQLITE_READERS: u32 = 4;

/// Connections to PostgreSQL a node.
const POSTGRES_CONNECTIONS: u32 = 16;

/// How long a request waits for a connection before it gets 503.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A connected store. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    checkpointer: Option<DatabaseConnection>,
}

impl Db {
    /// Connects to `sqlite://PATH` (made when it is not there) or `postgres://...`.
    ///
    /// SQLite runs with a write-ahead log, `synchronous=FULL` (what is committed is on disk) and foreign keys; it has
    /// exactly one writing connection, since a second could only wait for the first.
    ///
    /// # Errors
    /// When the address cannot be used or nothing answers there.
    pub async fn connect(url: &str) -> Result<Self, DbErr> {
        if !url.starts_with("sqlite:") {
            let mut options = options(url, POSTGRES_CONNECTIONS);
            // Compiling a search of many keywords takes PostgreSQL a minute, which no statement timeout interrupts.
            options.map_sqlx_postgres_opts(|postgres| postgres.options([("jit", "off")]));
            #[cfg(target_os = "linux")]
            // An address that cannot be read is told of when it is used.
            if let Ok(address) = url.parse::<PgConnectOptions>() {
                options.map_sqlx_postgres_pool_opts(send_at_once(address.get_port()));
            }
            let both = Database::connect(options).await?;
            return Ok(Self { reader: both.clone(), writer: both, checkpointer: None });
        }
        let writer = Database::connect(sqlite(url, 1, Use::Write)).await?;
        let reader = Database::connect(sqlite(url, SQLITE_READERS, Use::Read)).await?;
        let checkpointer = Some(Database::connect(sqlite(url, 1, Use::Checkpoint)).await?);
        Ok(Self { reader, writer, checkpointer })
    }

    /// For reading; on SQLite these connections refuse to write.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For migrations and statements outside a transaction.
    #[must_use]
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Which of the two stores it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// Begins a transaction that is going to write.
    ///
    /// # Errors
    /// When the store cannot be used now.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        // IMMEDIATE takes SQLite's write lock at once: a read that turns into a write can otherwise fail half-way.
        let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
        self.writer.begin_with_options(TransactionOptions { sqlite_transaction_mode, ..Default::default() }).await
    }

    /// Keeps the write-ahead log of an embedded store short, beside its writer, until it is stopped. To be run once for each
    /// store that much is written to; without it the writer does so itself, late.
    pub async fn keep_checkpointed(&self, stop: CancellationToken) {
        if let Some(db) = self.checkpointer() {
            checkpoint::run(db.clone(), stop).await;
        }
    }

    /// Takes what was deleted or overwritten out of the files, as far as the store can: an embedded one has it in its
    /// write-ahead log until that is copied and cut off, which is done when this returns unless somebody reads for too long.
    /// PostgreSQL begins to vacuum those tables.
    pub async fn scrub(&self, tables: &'static [&'static str]) {
        if let Some(db) = self.checkpointer() {
            return checkpoint::truncate(db).await;
        }
        let (db, vacuum) = (self.writer.clone(), format!("VACUUM (SKIP_LOCKED) {}", tables.join(", ")));
        tokio::spawn(async move {
            if let Err(error) = sea_orm::ConnectionTrait::execute_unprepared(&db, &vacuum).await {
                tracing::warn!(%error, "what was erased is not vacuumed away");
            }
        });
    }

    fn checkpointer(&self) -> Option<&DatabaseConnection> {
        self.checkpointer.as_ref()
    }

    /// Closes every connection; SQLite folds its write-ahead log into the file.
    pub async fn close(self) {
        let _ = self.reader.close().await;
        if let Some(checkpointer) = self.checkpointer {
            let _ = checkpointer.close().await;
        }
        let _ = self.writer.close().await;
    }
}

fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).min_connections(1).acquire_timeout(ACQUIRE_TIMEOUT).sqlx_logging(false);
    options.test_before_acquire(false);
    options
}

/// Statements do not wait for the acknowledgement of their first part.
#[cfg(target_os = "linux")]
fn send_at_once(port: u16) -> impl Fn(PgPoolOptions) -> PgPoolOptions + Send + Sync + 'static {
    move |pool| {
        pool.after_connect(move |_, _| {
            Box::pin(async move {
                if let Err(error) = nodelay::set_for_port(port) {
                    tracing::debug!(%error, "connections to PostgreSQL are as they are made");
                }
                Ok(())
            })
        })
    }
}

/// What a connection to an embedded store is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Write,
    Read,
    Checkpoint,
}

fn sqlite(url: &str, connections: u32, purpose: Use) -> ConnectOptions {
    let mut options = options(url, connections);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(if purpose == Use::Checkpoint { checkpoint::PATIENCE } else { ACQUIRE_TIMEOUT })
            .pragma("wal_autocheckpoint", checkpoint::LONGEST.to_string());
        match purpose {
            // What is deleted is overwritten: it may have been deleted so that nobody can read it.
            Use::Write => sqlite.pragma("cache_size", "-16000").pragma("secure_delete", "ON"),
            Use::Read => sqlite.pragma("cache_size", "-16000").pragma("query_only", "ON"),
            // It copies what it does not look at.
            Use::Checkpoint => sqlite.pragma("cache_size", "-100"),
        }
    });
    options.map_sqlx_sqlite_pool_opts(|pool| pool.after_release(|connection, _| Box::pin(has_ended(connection))));
    options
}

/// Whether no transaction is open on a connection that somebody gave back; if one is, the connection is closed.
///
/// A commit that SQLite cannot write, on a full disk, it undoes by itself. The driver then cannot undo it, takes it for open,
/// and would make savepoints in it of all that follow: committed in name, and gone with the process.
async fn has_ended(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // Whoever dropped a transaction does not wait for its end, which comes before the answer to this.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// A text column of a migration that sorts by code point on both stores.
#[must_use]
pub fn text_column(backend: DbBackend, name: &str) -> sea_orm_migration::prelude::ColumnDef {
    argus_identity::migration::text(backend, sea_orm_migration::prelude::Alias::new(name))
}
