//! What the views of the log need: machines with their counts, and indexes of series and of logins.

use argus_core::db::text_column;
use sea_orm_migration::prelude::*;

use super::index;

/// The first form of them.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Machines of events that are there already; requests to Argus itself (16) are about none.
const COUNT: &str = "INSERT INTO event_machine (customer_id, machine_id, events, first_timestamp, last_timestamp) \
                     SELECT customer_id, machine_id, COUNT(*), MIN(\"timestamp\"), MAX(\"timestamp\") FROM event \
                     WHERE machine_id IS NOT NULL AND (flags & 16) = 0 GROUP BY customer_id, machine_id";

/// Only events of a series are in it, so that others cost nothing. The customer comes before the time: SQLite would take a
/// customer's events one by one otherwise, and a series is short enough to be sorted.
const SERIES: [(&str, &[&str]); 1] =
    [("event_series_time", &["series_id", "customer_id", "timestamp", "sequence", "flags"])];

/// Only logins are in these: of one customer, and of all. The verb stands in front so that SQLite prefers them to the
/// indexes of all events.
const LOGINS: [(&str, &[&str]); 2] = [
    ("event_login_customer_time", &["verb", "customer_id", "timestamp", "sequence", "flags"]),
    ("event_login_time", &["verb", "timestamp", "sequence", "flags", "customer_id"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let number = |name: &str| ColumnDef::new(Alias::new(name)).big_integer().not_null().to_owned();
        let mut machine = Table::create().table("event_machine").to_owned();
        machine.col(number("customer_id"));
        machine.col(text_column(manager.get_database_backend(), "machine_id").not_null());
        machine.col(number("events")).col(number("first_timestamp")).col(number("last_timestamp"));
        machine.primary_key(Index::create().col("customer_id").col("machine_id"));
        manager.create_table(machine).await?;
        manager.get_connection().execute_unprepared(COUNT).await?;
        for (name, columns) in SERIES {
            let only = Expr::col("series_id").is_not_null();
            manager.create_index(index(name, columns).and_where(only).to_owned()).await?;
        }
        for (name, columns) in LOGINS {
            let only = Expr::col("verb").eq(Expr::Constant("LOGIN".into()));
            manager.create_index(index(name, columns).and_where(only).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the log is never taken away".into()))
    }
}
