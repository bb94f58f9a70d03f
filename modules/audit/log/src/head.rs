//! The head of the log: one row, which whoever writes holds. So the order of the log is one, on however many nodes.

use argus_core::clock::Nanos;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement, Value};

use crate::index::partitions;

/// The head of the log, held for one transaction.
pub struct Head {
    /// The place of the next event.
    pub next_sequence: i64,
    /// When the batch is received, in ns: never before the one that was before it.
    pub created_at: Nanos,
    /// Whether no batch before this one was received in its month.
    pub begins_month: bool,
}

impl Head {
    /// Takes it; `now` is the clock's time.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn lock(transaction: &DatabaseTransaction, now: Nanos) -> Result<Self, DbErr> {
        let backend = transaction.get_database_backend();
        let sql = match backend {
            DbBackend::Postgres => "SELECT next_sequence, last_created FROM audit_head WHERE id = 1 FOR UPDATE",
            _ => "SELECT next_sequence, last_created FROM audit_head WHERE id = 1",
        };
        let row = transaction.query_one_raw(Statement::from_string(backend, sql)).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("the head of the log".to_owned()))?;
        let last_created: i64 = row.try_get_by_index(1)?;
        let created_at = now.max(last_created);
        let next_sequence = row.try_get_by_index(0)?;
        let begins_month = next_sequence == 0 || partitions::month(created_at) != partitions::month(last_created);
        Ok(Self { next_sequence, created_at, begins_month })
    }

    /// Writes where the log goes on.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn advance(&self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        let backend = transaction.get_database_backend();
        let sql = match backend {
            DbBackend::Postgres => "UPDATE audit_head SET next_sequence = $1, last_created = $2 WHERE id = 1",
            _ => "UPDATE audit_head SET next_sequence = ?, last_created = ? WHERE id = 1",
        };
        let values = [Value::from(self.next_sequence), Value::from(self.created_at)];
        transaction.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.map(|_| ())
    }
}
