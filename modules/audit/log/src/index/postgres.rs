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
    let blocks = blocks(db, &condition).await?;
    if blocks.len() > FEW_BLOCKS {
        return Ok(None);
    }
    let (last, blocks) = (BLOCK - 1, blocks.iter().map(i64::to_string).collect::<Vec<_>>().join(","));
    // As an array, of which the planner expects little: of ranges it thinks that many events are in them. The block that is
    // being filled is not among them.
    Ok(Some(Expr::cust(format!(
        "event.sequence = ANY (ARRAY (SELECT block * {BLOCK} + place FROM unnest('{{{blocks}}}'::bigint[]) AS block \
        CROSS JOIN generate_series(0, {last}) AS place \
        UNION ALL SELECT sequence FROM event AS filling \
        WHERE sequence >= (SELECT next_sequence / {BLOCK} * {BLOCK} FROM audit_head)))"
    ))))
}

/// The blocks in which the words can be, one more than few at most.
async fn blocks(db: &DatabaseConnection, condition: &str) -> Result<Vec<i64>, DbErr> {
    let transaction = db.begin().await?;
    // The pieces lie beside the table, which is short therefore, and looks as if it were read quickly without the index.
    transaction.execute_unprepared("SET LOCAL enable_seqscan = off").await?;
    let most = FEW_BLOCKS + 1;
    let sql = format!("SELECT block FROM event_word WHERE {condition} LIMIT {most}");
    let rows = transaction.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    let blocks = rows.iter().map(|row| row.try_get_by_index(0)).collect();
    transaction.rollback().await?;
    blocks
}
