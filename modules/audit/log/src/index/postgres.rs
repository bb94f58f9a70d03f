//! Keywords on PostgreSQL.
//!
//! Asked for the newest of the events that contain a rare word, the planner likes to walk along the index of times and look
//! into each event. So the blocks are gathered first in which the word can be ([`words`]), and only when these are too many
//! is it left to walk.

use argus_core::search::{Criteria, Searchable};
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait};

use super::words::{self, BLOCK};

/// So many blocks are looked through, event by event.
const FEW_BLOCKS: usize = 32;

/// That an event can match, where few can.
///
/// # Errors
/// When the store fails.
pub async fn few<S: Searchable>(db: &DatabaseConnection, criteria: &Criteria<S>) -> Result<Option<Expr>, DbErr> {
    let Some(condition) = words::of_criteria(DbBackend::Postgres, criteria) else { return Ok(None) };
    let (blocks, filling) = blocks(db, &condition).await?;
    if blocks.len() > FEW_BLOCKS {
        return Ok(None);
    }
    // The block that is being filled is not among them.
    let ranges = blocks.into_iter().chain([filling]).map(|block| {
        let (first, next) = (block * BLOCK, (block + 1) * BLOCK);
        format!("(event.sequence >= {first} AND event.sequence < {next})")
    });
    Ok(Some(Expr::cust(format!("({})", ranges.collect::<Vec<_>>().join(" OR ")))))
}

/// The blocks in which the words can be, one more than few at most, and the one that is being filled.
async fn blocks(db: &DatabaseConnection, condition: &str) -> Result<(Vec<i64>, i64), DbErr> {
    let transaction = db.begin().await?;
    // The pieces lie beside the table, which is short therefore, and looks as if it were read quickly without the index.
    transaction.execute_unprepared("SET LOCAL enable_seqscan = off").await?;
    let most = FEW_BLOCKS + 1;
    let find = format!("SELECT block FROM event_word WHERE {condition} LIMIT {most}");
    // Looked at in one statement: a block that is completed between two would be in neither.
    let sql =
        format!("SELECT next_sequence / {BLOCK}, found.block FROM audit_head LEFT JOIN ({find}) AS found ON TRUE");
    let rows = transaction.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    transaction.rollback().await?;
    let filling = rows.first().map_or(Ok(0), |row| row.try_get_by_index(0))?;
    let blocks = rows.iter().map(|row| row.try_get_by_index::<Option<i64>>(1));
    Ok((blocks.filter_map(Result::transpose).collect::<Result<_, _>>()?, filling))
}
