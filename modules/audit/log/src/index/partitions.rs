//! Partitions of the event table on PostgreSQL: one for each month in which events were received, so that an old month can
//! go without rewriting anything. By the time of receipt, which only goes on, and not by the time of the event, which a
//! sender may put anywhere: otherwise each strange time would want a partition of its own.

use argus_core::clock::Nanos;
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};

/// Makes the partition of a time of receipt, where it is not there yet, in the transaction that is going to write to it.
///
/// # Errors
/// When the store fails.
pub async fn ensure(transaction: &impl ConnectionTrait, received: Nanos) -> Result<(), DbErr> {
    let month = month(received);
    let next = month.checked_add_months(Months::new(1)).unwrap_or(month);
    let name = format!("event_{:04}_{:02}", month.year(), month.month());
    // Looked for first: making it locks the whole table, also where it then does nothing.
    let there = format!("SELECT to_regclass('{name}') IS NOT NULL");
    let there = sea_orm::Statement::from_string(DbBackend::Postgres, there);
    let there = transaction.query_one_raw(there).await?.map_or(Ok(false), |row| row.try_get_by_index(0))?;
    if there {
        return Ok(());
    }
    let (from, to) = (nanos(month), nanos(next));
    let sql = format!("CREATE TABLE IF NOT EXISTS {name} PARTITION OF event FOR VALUES FROM ({from}) TO ({to})");
    transaction.execute_unprepared(&sql).await.map(|_| ())
}

/// The first day of the month.
#[must_use]
pub fn month(received: Nanos) -> NaiveDate {
    let day = DateTime::<Utc>::from_timestamp_nanos(received).date_naive();
    day.with_day(1).unwrap_or(day)
}

fn nanos(day: NaiveDate) -> Nanos {
    let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc();
    midnight.timestamp_nanos_opt().unwrap_or(Nanos::MAX)
}
