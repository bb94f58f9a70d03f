//! Statements of any length.
//!
//! A connection keeps what it prepared, to be quick the next time. Criteria can make statements of a megabyte, each one
//! different: a hundred of them, kept by every connection, would fill the memory of the store. So long ones are not kept,
//! which sea-orm has no way to say; here they go to sqlx directly.

use std::sync::Arc;

use sea_orm::sea_query::{OptionEnum, Value};
use sea_orm::sqlx::postgres::PgArguments;
use sea_orm::sqlx::sqlite::SqliteArguments;
use sea_orm::sqlx::{self, Arguments, AssertSqlSafe, PgPool, Postgres, Transaction};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, FromQueryResult, QueryResult,
    QueryTrait, RuntimeErr, Select, Statement,
};

/// The longest statement that connections keep, in bytes.
const MAX_KEPT: usize = 16_384;

/// Fetches the rows of a statement that may be as long as criteria make it.
///
/// # Errors
/// As the store's; a long statement must not bind other types than integers, floats, booleans, texts, bytes, UUIDs and
/// JSON.
pub async fn fetch_rows(db: &DatabaseConnection, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
    if is_kept(&statement) {
        return db.query_all_raw(statement).await;
    }
    Ok(match statement.db_backend {
        DbBackend::Sqlite => {
            let (sql, arguments) = for_sqlite(statement)?;
            let query = sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(false);
            let rows = query.fetch_all(db.get_sqlite_connection_pool()).await.map_err(from_sqlx)?;
            rows.into_iter().map(QueryResult::from).collect()
        }
        _ => {
            let (sql, arguments) = for_postgres(statement)?;
            let pool = db.get_postgres_connection_pool();
            let mut transaction = postgres_transaction(pool, "").await.map_err(from_sqlx)?;
            let query = sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(false);
            let rows = query.fetch_all(&mut *transaction).await.map_err(from_sqlx)?;
            // It is also what makes the server forget a statement without a name.
            transaction.rollback().await.map_err(from_sqlx)?;
            rows.into_iter().map(QueryResult::from).collect()
        }
    })
}

/// Fetches the models of a selection (see [`fetch_rows`]).
///
/// # Errors
/// As [`fetch_rows`].
pub async fn fetch<E: EntityTrait>(db: &DatabaseConnection, select: Select<E>) -> Result<Vec<E::Model>, DbErr> {
    let rows = fetch_rows(db, select.build(db.get_database_backend())).await?;
    rows.iter().map(|row| E::Model::from_query_result(row, "")).collect()
}

/// Whether a connection may keep the statement.
pub(super) fn is_kept(statement: &Statement) -> bool {
    statement.sql.len() <= MAX_KEPT
}

/// A transaction for a statement that may be long, with more settings for it alone.
///
/// PostgreSQL compiles expensive expressions to machine code. For long criteria that takes minutes, and cannot be
/// interrupted.
pub(super) async fn postgres_transaction(
    pool: &PgPool,
    settings: &str,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    let settings = AssertSqlSafe(format!("SET LOCAL jit = off; {settings}"));
    sqlx::raw_sql(settings).execute(&mut *transaction).await?;
    Ok(transaction)
}

/// Binds as sea-orm does, except that small and unsigned integers become signed ones that both stores have.
macro_rules! arguments_for {
    ($name:ident, $arguments:ty) => {
        pub(super) fn $name(statement: Statement) -> Result<(String, $arguments), DbErr> {
            let mut arguments = <$arguments>::default();
            for value in statement.values.into_iter().flat_map(|values| values.0) {
                match value {
                    Value::Bool(value) => arguments.add(value),
                    Value::TinyInt(value) => arguments.add(value.map(i16::from)),
                    Value::SmallInt(value) => arguments.add(value),
                    Value::Int(value) => arguments.add(value),
                    Value::BigInt(value) => arguments.add(value),
                    Value::TinyUnsigned(value) => arguments.add(value.map(i16::from)),
                    Value::SmallUnsigned(value) => arguments.add(value.map(i32::from)),
                    Value::Unsigned(value) => arguments.add(value.map(i64::from)),
                    Value::BigUnsigned(value) => match value.map(i64::try_from).transpose() {
                        Ok(value) => arguments.add(value),
                        Err(error) => Err(error.into()),
                    },
                    Value::Float(value) => arguments.add(value),
                    Value::Double(value) => arguments.add(value),
                    Value::String(value) => arguments.add(value),
                    Value::Char(value) => arguments.add(value.map(String::from)),
                    Value::Bytes(value) => arguments.add(value),
                    Value::Json(value) => arguments.add(value),
                    Value::Uuid(value) => arguments.add(value),
                    Value::Enum(OptionEnum::Some(value)) => arguments.add(value.value.into_owned()),
                    Value::Enum(OptionEnum::None(_)) => arguments.add(None::<String>),
                    #[allow(unreachable_patterns, reason = "which values there are depends on features")]
                    other => Err(format!("{other:?} cannot be bound").into()),
                }
                .map_err(|error| from_sqlx(sqlx::Error::Encode(error)))?;
            }
            Ok((statement.sql, arguments))
        }
    };
}
arguments_for!(for_sqlite, SqliteArguments);
arguments_for!(for_postgres, PgArguments);

/// Tells apart what the error type tells apart: no connection, or a failed statement.
pub(super) fn from_sqlx(error: sqlx::Error) -> DbErr {
    match error {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))),
    }
}
