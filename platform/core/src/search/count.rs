//! Counting, which must not hold a connection for longer than it is worth.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::sea_query::{Alias, Asterisk, Condition, Expr, Func, OptionEnum, Query, SelectStatement, Value};
use sea_orm::sqlx::sqlite::SqliteArguments;
use sea_orm::sqlx::{self, Arguments, SqlitePool};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QuerySelect, QueryTrait, RuntimeErr, Select, Statement,
    TransactionTrait,
};

use super::Searchable;
use crate::error::ApiError;

/// Instructions of SQLite between two looks at the clock: some tens of microseconds.
const SQLITE_STEPS: i32 = 1_000;

/// How many rows match, or `None` when that was not known in time.
pub(super) async fn count<S: Searchable>(
    db: &DatabaseConnection,
    condition: Condition,
    timeout: Duration,
) -> Result<Option<i64>, ApiError> {
    let statement =
        Query::select().expr(Func::count(Expr::col(Asterisk))).from(S::Entity::default()).cond_where(condition).take();
    let counted = match db.get_database_backend() {
        DbBackend::Sqlite => count_sqlite(db, &statement, timeout).await,
        _ => count_postgres(db, &statement, timeout).await,
    };
    match counted {
        Ok(count) => Ok(Some(count)),
        Err(error) if is_interrupted(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// How many rows a limited statement gives.
pub(super) async fn count_at_most<S: Searchable>(
    db: &DatabaseConnection,
    select: Select<S::Entity>,
) -> Result<u64, ApiError> {
    let mut inner = select.select_only().expr(Expr::val(1)).into_query();
    inner.clear_order_by();
    let statement =
        Query::select().expr(Func::count(Expr::col(Asterisk))).from_subquery(inner, Alias::new("matching")).take();
    let row = db.query_one(&statement).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(count.unsigned_abs())
}

async fn count_postgres(db: &DatabaseConnection, statement: &SelectStatement, timeout: Duration) -> Result<i64, DbErr> {
    let transaction = db.begin().await?;
    // 0 would mean no limit at all.
    let millis = timeout.as_millis().clamp(1, i32::MAX.unsigned_abs().into());
    // The compiler of expressions works for minutes on long criteria, and does not look at the time.
    let limits = format!("SET LOCAL jit = off; SET LOCAL statement_timeout = {millis}");
    transaction.execute_unprepared(&limits).await?;
    let row = transaction.query_one(statement).await;
    transaction.rollback().await?;
    row?.map_or(Ok(0), |row| row.try_get_by_index(0))
}

/// In a task of its own: it goes to its end, and takes the handler off the connection, also when nobody waits for it
/// any more.
async fn count_sqlite(db: &DatabaseConnection, statement: &SelectStatement, timeout: Duration) -> Result<i64, DbErr> {
    let pool = db.get_sqlite_connection_pool().clone();
    let statement = DbBackend::Sqlite.build(statement);
    let counting = tokio::spawn(async move { count_interruptibly(&pool, statement, timeout).await });
    counting.await.map_err(|error| DbErr::Custom(error.to_string()))?.map_err(from_sqlx)
}

async fn count_interruptibly(pool: &SqlitePool, statement: Statement, timeout: Duration) -> Result<i64, sqlx::Error> {
    let arguments = arguments(statement.values.map(|values| values.0).unwrap_or_default())?;
    let mut connection = pool.acquire().await?;
    let deadline = Instant::now() + timeout;
    connection.lock_handle().await?.set_progress_handler(SQLITE_STEPS, move || Instant::now() < deadline);
    let counted =
        sqlx::query_scalar_with(sqlx::AssertSqlSafe(statement.sql), arguments).fetch_one(&mut *connection).await;
    connection.lock_handle().await?.remove_progress_handler();
    counted
}

/// Binds as sea-orm does, whose own way does not reach a connection that was prepared like this.
fn arguments(values: Vec<Value>) -> Result<SqliteArguments, sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        match value {
            Value::Bool(value) => arguments.add(value),
            Value::TinyInt(value) => arguments.add(value),
            Value::SmallInt(value) => arguments.add(value),
            Value::Int(value) => arguments.add(value),
            Value::BigInt(value) => arguments.add(value),
            Value::TinyUnsigned(value) => arguments.add(value),
            Value::SmallUnsigned(value) => arguments.add(value),
            Value::Unsigned(value) => arguments.add(value),
            Value::BigUnsigned(value) => arguments.add(value.and_then(|value| i64::try_from(value).ok())),
            Value::Float(value) => arguments.add(value),
            Value::Double(value) => arguments.add(value),
            Value::String(value) => arguments.add(value),
            Value::Char(value) => arguments.add(value.map(String::from)),
            Value::Bytes(value) => arguments.add(value),
            Value::Json(value) => arguments.add(value),
            Value::Uuid(value) => arguments.add(value),
            Value::Enum(OptionEnum::Some(value)) => arguments.add(value.value.into_owned()),
            Value::Enum(OptionEnum::None(_)) => arguments.add(None::<String>),
            other => Err(format!("{other:?} cannot be bound").into()),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn from_sqlx(error: sqlx::Error) -> DbErr {
    let error = RuntimeErr::SqlxError(Arc::new(error));
    match &error {
        RuntimeErr::SqlxError(inner) if matches!(**inner, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) => {
            DbErr::Conn(error)
        }
        _ => DbErr::Query(error),
    }
}

/// SQLite's SQLITE_INTERRUPT and PostgreSQL's query_canceled.
fn is_interrupted(error: &DbErr) -> bool {
    let DbErr::Query(RuntimeErr::SqlxError(error)) = error else { return false };
    let code = error.as_database_error().and_then(|error| error.code());
    matches!(code.as_deref(), Some("9" | "57014"))
}
