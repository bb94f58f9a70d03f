//! Keywords on PostgreSQL.
//!
//! Asked for the newest of the events that contain a rare word, the planner likes to walk along the index of times and look
//! into each event. So the blocks are gathered first in which the word can be ([`words`]), and only when these are too many
//! is it left to walk.

use argus_core::search::{Criteria, Searchable};
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use super::words::{self, BLOCK};

/// So many blocks are looked through, event by event.
const FEW_BLOCKS: i64 = 32;

/// That an event can match, where few can.
///
/// # Errors
/// When the store fails.
pub async fn few<S: Searchable>(db: &DatabaseConnection, criteria: &Criteria<S>) -> Result<Option<Expr>, DbErr> {
    let Some(condition) = words::of_criteria(DbBackend::Postgres, criteria) else { return Ok(None) };
    let most = FEW_BLOCKS + 1;
    let sql = format!("SELECT count(*) FROM (SELECT FROM event_word WHERE {condition} LIMIT {most}) AS blocks");
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    let number: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    let last = BLOCK - 1;
    // The block that is being filled is not among them.
    let narrowed = format!(
        "event.sequence = ANY (ARRAY (SELECT block * {BLOCK} + place FROM event_word \
        CROSS JOIN generate_series(0, {last}) AS place WHERE {condition} \
        UNION ALL SELECT sequence FROM event AS filling \
        WHERE sequence >= (SELECT next_sequence / {BLOCK} * {BLOCK} FROM audit_head)))"
    );
    Ok((number <= FEW_BLOCKS).then(|| Expr::cust(narrowed)))
}
