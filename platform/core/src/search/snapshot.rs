//! Several statements that see one state of the store, under one time limit for all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use poem::http::StatusCode;
use sea_orm::sqlx::{self, AssertSqlSafe, Postgres, Sqlite, Transaction};
use sea_orm::{DatabaseConnection, DbBackend, DbErr, QueryResult, Statement};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::count::{SQLITE_STEPS, is_interrupted};
use super::statement::{for_postgres, for_sqlite, from_sqlx, is_kept, postgres_transaction};
use crate::error::ApiError;

/// Snapshots at the same time in a process: long work must not take every connection from those who want a list.
const AT_ONCE: usize = 2;

static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);

/// One state of the store. Its statements are interrupted when the time is up, wherever they are.
pub struct Snapshot {
    transaction: Store,
    deadline: Instant,
    _place: SemaphorePermit<'static>,
}

enum Store {
    Sqlite {
        transaction: Transaction<'static, Sqlite>,
        /// Set at the end, after which the connection is for others and nothing interrupts it.
        over: Arc<AtomicBool>,
    },
    Postgres(Transaction<'static, Postgres>),
}

impl Snapshot {
    /// Takes a connection, for `limit` at most.
    ///
    /// # Errors
    /// 503 when there is none in that time.
    pub async fn begin(db: &DatabaseConnection, limit: Duration) -> Result<Self, ApiError> {
        let deadline = Instant::now() + limit;
        let place = tokio::time::timeout(limit, PLACES.acquire()).await.map_err(|_| out_of_time())?;
        let place = place.map_err(ApiError::internal)?;
        let transaction = match db.get_database_backend() {
            DbBackend::Sqlite => sqlite(db, deadline).await,
            _ => {
                let one_state = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
                postgres_transaction(db.get_postgres_connection_pool(), one_state).await.map(Store::Postgres)
            }
        };
        Ok(Self { transaction: transaction.map_err(from_sqlx)?, deadline, _place: place })
    }

    /// Which of the two stores it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        match self.transaction {
            Store::Sqlite { .. } => DbBackend::Sqlite,
            Store::Postgres(_) => DbBackend::Postgres,
        }
    }

    /// Gives each row of a statement to `take`, one after the other, so that only one is in memory.
    ///
    /// # Errors
    /// What `take` fails with, which ends the statement; 503 when the time is up; as the store's.
    pub async fn each(
        &mut self,
        statement: Statement,
        mut take: impl FnMut(&QueryResult) -> Result<(), ApiError>,
    ) -> Result<(), ApiError> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(out_of_time());
        }
        let mut rows = self.rows(statement, left).await.map_err(failed)?;
        while let Some(row) = rows.try_next().await.map_err(|error| failed(from_sqlx(error)))? {
            take(&row)?;
        }
        Ok(())
    }

    async fn rows(
        &mut self,
        statement: Statement,
        left: Duration,
    ) -> Result<BoxStream<'_, Result<QueryResult, sqlx::Error>>, DbErr> {
        let kept = is_kept(&statement);
        Ok(match &mut self.transaction {
            Store::Sqlite { transaction, .. } => {
                let (sql, arguments) = for_sqlite(statement)?;
                let query = sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(kept);
                Box::pin(query.fetch(&mut **transaction).map_ok(QueryResult::from))
            }
            Store::Postgres(transaction) => {
                // 0 would mean no limit at all.
                let millis = left.as_millis().clamp(1, i32::MAX.unsigned_abs().into());
                let limit = AssertSqlSafe(format!("SET LOCAL statement_timeout = {millis}"));
                sqlx::raw_sql(limit).execute(&mut **transaction).await.map_err(from_sqlx)?;
                let (sql, arguments) = for_postgres(statement)?;
                let query = sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(kept);
                Box::pin(query.fetch(&mut **transaction).map_ok(QueryResult::from))
            }
        })
    }
}

impl Drop for Snapshot {
    /// The transaction rolls itself back.
    fn drop(&mut self) {
        if let Store::Sqlite { over, .. } = &self.transaction {
            over.store(true, Ordering::Relaxed);
        }
    }
}

async fn sqlite(db: &DatabaseConnection, deadline: Instant) -> Result<Store, sqlx::Error> {
    let mut transaction = db.get_sqlite_connection_pool().begin().await?;
    let over = Arc::new(AtomicBool::new(false));
    let goes_on = {
        let over = over.clone();
        move || over.load(Ordering::Relaxed) || Instant::now() < deadline
    };
    transaction.lock_handle().await?.set_progress_handler(SQLITE_STEPS, goes_on);
    Ok(Store::Sqlite { transaction, over })
}

fn failed(error: DbErr) -> ApiError {
    if is_interrupted(&error) { out_of_time() } else { error.into() }
}

fn out_of_time() -> ApiError {
    let text = "This takes longer than it may; narrow the criteria, by time above all";
    let error = ApiError::action(StatusCode::SERVICE_UNAVAILABLE, "service.too.slow", text);
    ApiError { retry_after: Some(1), ..error }
}
