//! Partitions of the event table on PostgreSQL: one for each month in which events were received, so that an old month can
//! go without rewriting anything. By the time of receipt, which only goes on, and not by the time of the event, which a
//! sender may put anywhere: otherwise each strange time would want a partition of its own.

use argus_core::clock::Nanos;
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, DbErr};

/// Makes the partition of a time of receipt, in the transaction that is the first to write to it. That locks the whole table
/// for a moment, so it is asked for only when a month begins.
///
/// # Errors
/// When the store fails.
pub async fn ensure(transaction: &impl ConnectionTrait, received: Nanos) -> Result<(), DbErr> {
    let month = month(received);
    let next = month.checked_add_months(Months::new(1)).unwrap_or(month);
    let name = format!("event_{:04}_{:02}", month.year(), month.month());
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
