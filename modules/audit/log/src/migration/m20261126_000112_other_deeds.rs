//! Counts of what was done without a verb that is known, of events that are there already.

use sea_orm_migration::prelude::*;

/// The first form of them.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (field, value, condition) in [(23, "action", ""), (24, "event_name", "action IS NULL AND ")] {
            manager.get_connection().execute_unprepared(&count(field, value, condition)).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the log is never taken away".into()))
    }
}

/// Requests to Argus itself (16) and what was taken away (32) do not count. The stores divide towards zero.
fn count(field: i32, value: &str, condition: &str) -> String {
    let hour = "\"timestamp\" - ((\"timestamp\" % 3600000000000) + 3600000000000) % 3600000000000";
    format!(
        "INSERT INTO event_rollup (customer_id, field, hour, value, count) \
         SELECT customer_id, {field}, {hour}, {value}, COUNT(*) FROM event \
         WHERE verb IS NULL AND {condition}{value} IS NOT NULL AND (flags & 48) = 0 GROUP BY 1, 3, 4"
    )
}
