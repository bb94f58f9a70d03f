//! All rows of a statement, page by page: for work in which no request waits, and that takes any number of rows.

use std::pin::pin;

use futures_util::{Stream, TryStreamExt};
use sea_orm::sqlx::{self, AssertSqlSafe};
use sea_orm::{DatabaseConnection, DbBackend, DbErr, FromQueryResult, QueryResult, Statement};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::count::SQLITE_STEPS;
use super::statement::{for_postgres, for_sqlite, from_sqlx, is_kept};

type Pages<M> = Sender<Result<Vec<M>, DbErr>>;

/// Reads what a statement gives to its end, `size` rows at a time; the next page is read while the one before is worked on. One
/// statement sees one state of the store, and holds a connection for as long as it goes on: when the receiver is dropped it
/// ends soon.
#[must_use]
pub fn pages<M>(db: &DatabaseConnection, statement: Statement, size: usize) -> Receiver<Result<Vec<M>, DbErr>>
where
    M: FromQueryResult + Send + 'static,
{
    let (sender, receiver) = channel(1);
    let db = db.clone();
    tokio::spawn(async move {
        let read = match statement.db_backend {
            DbBackend::Sqlite => sqlite(&db, statement, size, &sender).await,
            _ => postgres(&db, statement, size, &sender).await,
        };
        if let Err(error) = read {
            let _ = sender.send(Err(error)).await;
        }
    });
    receiver
}

async fn sqlite<M: FromQueryResult + Send + 'static>(
    db: &DatabaseConnection,
    statement: Statement,
    size: usize,
    pages: &Pages<M>,
) -> Result<(), DbErr> {
    let kept = is_kept(&statement);
    let (sql, arguments) = for_sqlite(statement)?;
    let mut connection = db.get_sqlite_connection_pool().acquire().await.map_err(from_sqlx)?;
    let wanted = pages.clone();
    // Sorting many rows takes long before there is the first.
    let goes_on = move || !wanted.is_closed();
    connection.lock_handle().await.map_err(from_sqlx)?.set_progress_handler(SQLITE_STEPS, goes_on);
    let query = sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(kept);
    let given = give(query.fetch(&mut *connection).map_ok(QueryResult::from), size, pages).await;
    connection.lock_handle().await.map_err(from_sqlx)?.remove_progress_handler();
    given
}

async fn postgres<M: FromQueryResult>(
    db: &DatabaseConnection,
    statement: Statement,
    size: usize,
    pages: &Pages<M>,
) -> Result<(), DbErr> {
    let kept = is_kept(&statement);
    let (sql, arguments) = for_postgres(statement)?;
    let mut connection = db.get_postgres_connection_pool().acquire().await.map_err(from_sqlx)?;
    let query = sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(kept);
    let given = give(query.fetch(&mut *connection).map_ok(QueryResult::from), size, pages).await;
    if given.is_err() || pages.is_closed() {
        // Whoever got the connection next would first have to take all the rows that nobody wants any more.
        connection.close_on_drop();
    }
    given
}

async fn give<M: FromQueryResult>(
    rows: impl Stream<Item = Result<QueryResult, sqlx::Error>>,
    size: usize,
    pages: &Pages<M>,
) -> Result<(), DbErr> {
    let (mut rows, mut page) = (pin!(rows), Vec::new());
    loop {
        let row = tokio::select! {
            row = rows.try_next() => row.map_err(from_sqlx)?,
            () = pages.closed() => return Ok(()),
        };
        let last = row.is_none();
        if let Some(row) = row {
            page.push(M::from_query_result(&row, "")?);
        }
        let full = page.len() >= size.max(1) || (last && !page.is_empty());
        if full && pages.send(Ok(std::mem::take(&mut page))).await.is_err() || last {
            return Ok(());
        }
    }
}
