//! Checkpoints of an embedded store: what its write-ahead log holds is copied into the file, beside the writer.
//!
//! Left to itself SQLite does it in the commit that makes the log long enough, and whoever waits for that commit waits for
//! the copying too. Here another connection does it while commits go on (PASSIVE). So that the log can begin anew it has to
//! be copied to its end, which holds up the writer; this is done right after the rest was copied, when little is left
//! (RESTART), and given up when a reader still needs the log.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use tokio_util::sync::CancellationToken;

/// How often the log is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// So many pages of the log are worth copying.
const COPY: i64 = 4_000;

/// So many pages are enough: the log is to begin anew. 64 MiB.
const LONG: i64 = 16_000;

/// So many pages are too many, and the writer copies them itself. 512 MiB.
pub const LONGEST: i64 = 128_000;

/// How long the writer is held up at most, and a reader waited for.
pub const PATIENCE: Duration = Duration::from_millis(50);

/// Keeps the write-ahead log short until it is stopped.
pub async fn run(db: DatabaseConnection, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
        if let Err(error) = look(&db).await {
            // A full disk, for one: the writer hears of that itself.
            tracing::debug!(%error, "no checkpoint");
        }
    }
}

async fn look(db: &DatabaseConnection) -> Result<(), DbErr> {
    let Log { pages, copied } = checkpoint(db, "NOOP").await?;
    if pages - copied < COPY && pages < LONG {
        return Ok(());
    }
    let Log { pages, .. } = checkpoint(db, "PASSIVE").await?;
    if pages >= LONG {
        checkpoint(db, "RESTART").await?;
    }
    Ok(())
}

/// How often it is tried to cut the log off.
const TRIES: usize = 40;

/// Copies all of the log and cuts it off, so that nothing is left in it.
pub async fn truncate(db: &DatabaseConnection) {
    for _ in 0..TRIES {
        // Each waits for the writer, and for readers.
        match checkpoint(db, "TRUNCATE").await {
            Ok(Log { pages: 0, .. }) => return,
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "no checkpoint"),
        }
        tokio::time::sleep(PATIENCE).await;
    }
    tracing::warn!("somebody reads for so long that what was erased is still in the write-ahead log");
}

/// The log, in pages.
#[derive(Debug, PartialEq, Eq)]
struct Log {
    pages: i64,
    /// Those of them that are in the file.
    copied: i64,
}

async fn checkpoint(db: &DatabaseConnection, mode: &str) -> Result<Log, DbErr> {
    let statement = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA wal_checkpoint({mode})"));
    let row = db.query_one_raw(statement).await?.ok_or_else(|| DbErr::Custom("no checkpoint".to_owned()))?;
    Ok(Log { pages: row.try_get_by_index::<i32>(1)?.into(), copied: row.try_get_by_index::<i32>(2)?.into() })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::db::Db;

    /// A store with a table, and the connection beside its writer.
    async fn open(folder: &Path) -> (Db, DatabaseConnection) {
        let url = format!("sqlite://{}", folder.join("checkpoint.db").display());
        let db = Db::connect(&url).await.unwrap();
        db.writer().execute_unprepared("CREATE TABLE page (bytes BLOB)").await.unwrap();
        let beside = db.checkpointer().unwrap().clone();
        (db, beside)
    }

    async fn fill(db: &Db, rows: usize) {
        let sql = "INSERT INTO page WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) \
            SELECT randomblob(4000) FROM n";
        for _ in 0..rows / 1_000 {
            db.writer().execute_unprepared(sql).await.unwrap();
        }
    }

    #[tokio::test]
    async fn the_log_is_copied_and_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let (db, beside) = open(folder.path()).await;

        fill(&db, 1_000).await;
        look(&beside).await.unwrap();
        let log = checkpoint(&beside, "NOOP").await.unwrap();
        assert!(log.pages >= 1_000 && log.copied == 0, "short enough to be left: {log:?}");

        fill(&db, 5_000).await;
        look(&beside).await.unwrap();
        let log = checkpoint(&beside, "NOOP").await.unwrap();
        assert!(log.pages >= 6_000 && log.copied == log.pages, "copied, by nobody but us: {log:?}");

        fill(&db, 15_000).await;
        look(&beside).await.unwrap();
        fill(&db, 1_000).await;
        let log = checkpoint(&beside, "NOOP").await.unwrap();
        assert!(log.pages < 4_000, "begun anew: {log:?}");
        db.close().await;
    }

    #[tokio::test]
    async fn a_reader_that_needs_the_log_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (db, beside) = open(folder.path()).await;
        fill(&db, 1_000).await;
        let reader = sea_orm::TransactionTrait::begin(db.reader()).await.unwrap();
        let count = Statement::from_string(DbBackend::Sqlite, "SELECT count(*) FROM page");
        reader.query_one_raw(count).await.unwrap();

        fill(&db, 20_000).await;
        look(&beside).await.unwrap();
        fill(&db, 1_000).await;
        reader.rollback().await.unwrap();
        look(&beside).await.unwrap();
        fill(&db, 1_000).await;
        let log = checkpoint(&beside, "NOOP").await.unwrap();
        assert!(log.pages < 4_000, "begun anew once the reader was gone: {log:?}");
        db.close().await;
    }
}
