//! Counting, which must not hold a connection for longer than it is worth.

use std::time::{Duration, Instant};

use sea_orm::sea_query::{Alias, Asterisk, Condition, Expr, Func, Query, SelectStatement};
use sea_orm::sqlx::{self, AssertSqlSafe, PgPool, SqlitePool};
use sea_orm::{DatabaseConnection, DbBackend, DbErr, QuerySelect, QueryTrait, RuntimeErr, Select, Statement};

use super::Searchable;
use super::run::read_from;
use super::statement::{fetch_rows, for_postgres, for_sqlite, from_sqlx, is_kept, postgres_transaction};
use crate::error::ApiError;

/// Instructions of SQLite between two looks at the clock: some tens of microseconds.
pub(super) const SQLITE_STEPS: i32 = 1_000;

/// How many rows match, of the entity's table or of those that `source` makes; `None` when that was not known in time.
pub(super) async fn count<S: Searchable>(
    db: &DatabaseConnection,
    condition: Condition,
    source: Option<SelectStatement>,
    timeout: Duration,
) -> Result<Option<i64>, ApiError> {
    let backend = db.get_database_backend();
    let mut statement =
        Query::select().expr(Func::count(Expr::col(Asterisk))).from(S::Entity::default()).cond_where(condition).take();
    if let Some(source) = source {
        read_from::<S>(&mut statement, source);
    }
    count_by(db, backend.build(&statement), timeout).await
}

/// What a statement of one row and one number says; `None` when that was not known in time.
///
/// # Errors
/// 503 and 500 as for any store function.
pub async fn count_by(
    db: &DatabaseConnection,
    statement: Statement,
    timeout: Duration,
) -> Result<Option<i64>, ApiError> {
    // In a task of its own: it goes to its end, and leaves the connection as it was, also when nobody waits any more.
    let counted = match db.get_database_backend() {
        DbBackend::Sqlite => {
            tokio::spawn(count_sqlite(db.get_sqlite_connection_pool().clone(), statement, timeout)).await
        }
        _ => tokio::spawn(count_postgres(db.get_postgres_connection_pool().clone(), statement, timeout)).await,
    };
    match counted.map_err(ApiError::internal)? {
        Ok(count) => Ok(Some(count)),
        Err(error) if is_interrupted(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// How many rows a limited selection gives.
pub(super) async fn count_at_most<S: Searchable>(
    db: &DatabaseConnection,
    select: Select<S::Entity>,
) -> Result<u64, ApiError> {
    let mut inner = select.select_only().expr(Expr::val(1)).into_query();
    inner.clear_order_by();
    let statement =
        Query::select().expr(Func::count(Expr::col(Asterisk))).from_subquery(inner, Alias::new("matching")).take();
    let rows = fetch_rows(db, db.get_database_backend().build(&statement)).await?;
    let count: i64 = rows.first().map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(count.unsigned_abs())
}

async fn count_postgres(pool: PgPool, statement: Statement, timeout: Duration) -> Result<i64, DbErr> {
    // 0 would mean no limit at all.
    let millis = timeout.as_millis().clamp(1, i32::MAX.unsigned_abs().into());
    let limit = format!("SET LOCAL statement_timeout = {millis}");
    let kept = is_kept(&statement);
    let (sql, arguments) = for_postgres(statement)?;
    let mut transaction = postgres_transaction(&pool, &limit).await.map_err(from_sqlx)?;
    let query = sqlx::query_scalar_with(AssertSqlSafe(sql), arguments).persistent(kept);
    let counted = query.fetch_one(&mut *transaction).await.map_err(from_sqlx);
    transaction.rollback().await.map_err(from_sqlx)?;
    counted
}

async fn count_sqlite(pool: SqlitePool, statement: Statement, timeout: Duration) -> Result<i64, DbErr> {
    let kept = is_kept(&statement);
    let (sql, arguments) = for_sqlite(statement)?;
    let mut connection = pool.acquire().await.map_err(from_sqlx)?;
    let started = Instant::now();
    let in_time = move || started.elapsed() < timeout;
    connection.lock_handle().await.map_err(from_sqlx)?.set_progress_handler(SQLITE_STEPS, in_time);
    let query = sqlx::query_scalar_with(AssertSqlSafe(sql), arguments).persistent(kept);
    let counted = query.fetch_one(&mut *connection).await.map_err(from_sqlx);
    connection.lock_handle().await.map_err(from_sqlx)?.remove_progress_handler();
    counted
}

/// SQLite's SQLITE_INTERRUPT and PostgreSQL's query_canceled.
pub(super) fn is_interrupted(error: &DbErr) -> bool {
    let DbErr::Query(RuntimeErr::SqlxError(error)) = error else { return false };
    let code = error.as_database_error().and_then(|error| error.code());
    matches!(code.as_deref(), Some("9" | "57014"))
}
