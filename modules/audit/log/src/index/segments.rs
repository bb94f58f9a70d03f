//! Segments: stretches of the log, and between which times their events lie. Events mostly come in the order in which they
//! happened, but need not; with the bounds of each segment a page in the order of time is known to be right without reading
//! the others.
//!
//! Requests to Argus itself always happened just now, also those that bring events of long ago. So there are bounds of all
//! events, and bounds without those.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use argus_core::clock::Nanos;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement, Value};

use super::list;
use crate::event::{Model, flag};

/// Events of a segment, as a power of two.
const BITS: u32 = 12;

/// One segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromQueryResult)]
pub struct Segment {
    /// Its place in the log.
    pub id: i64,
    /// The earliest time of its events, in ns.
    pub first_timestamp: Nanos,
    /// The latest.
    pub last_timestamp: Nanos,
}

impl Segment {
    /// Sequences of the first and the last event that the segment has room for.
    #[must_use]
    pub fn sequences(self) -> (i64, i64) {
        (self.id << BITS, ((self.id + 1) << BITS) - 1)
    }
}

/// Which events the bounds of segments are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounds {
    /// All.
    All,
    /// Those that are no requests to Argus itself.
    Foreign,
}

impl Bounds {
    fn table(self) -> &'static str {
        match self {
            Self::All => "event_segment",
            Self::Foreign => "event_segment_foreign",
        }
    }
}

/// Widens the segments of events.
///
/// # Errors
/// When the store fails.
pub async fn add(transaction: &impl ConnectionTrait, rows: &[Model]) -> Result<(), DbErr> {
    for rows in rows.chunk_by(|a, b| a.sequence >> BITS == b.sequence >> BITS) {
        let foreign = rows.iter().filter(|row| row.flags & flag::INTERNAL == 0);
        widen(transaction, Bounds::All, rows.iter()).await?;
        widen(transaction, Bounds::Foreign, foreign).await?;
    }
    Ok(())
}

/// Widens one segment, if there are rows.
async fn widen<'r>(
    transaction: &impl ConnectionTrait,
    bounds: Bounds,
    rows: impl Iterator<Item = &'r Model> + Clone,
) -> Result<(), DbErr> {
    let times = || rows.clone().map(|row| row.timestamp);
    let (Some(row), Some(first), Some(last)) = (rows.clone().next(), times().min(), times().max()) else {
        return Ok(());
    };
    let sql = format!(
        "INSERT INTO {} (id, first_timestamp, last_timestamp) VALUES (?, ?, ?) \
        ON CONFLICT (id) DO UPDATE SET first_timestamp = min(first_timestamp, excluded.first_timestamp), \
        last_timestamp = max(last_timestamp, excluded.last_timestamp)",
        bounds.table()
    );
    let values = [row.sequence >> BITS, first, last].map(Value::from);
    let backend = transaction.get_database_backend();
    transaction.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.map(|_| ())
}

/// In which direction of time, and between which times.
#[derive(Debug, Clone, Copy)]
pub struct Course {
    /// Latest first.
    pub descending: bool,
    /// Not before, in ns.
    pub start: Nanos,
    /// Not after, in ns.
    pub end: Nanos,
    /// Which events are looked for.
    pub bounds: Bounds,
}

/// The next segments with events of those times, by their latest time (or by their earliest, ascending), after one of them.
///
/// # Errors
/// When the store fails.
pub async fn next(
    db: &impl ConnectionTrait,
    course: Course,
    after: Option<Segment>,
    most: u64,
) -> Result<Vec<Segment>, DbErr> {
    let (key, order, beyond) =
        if course.descending { ("last_timestamp", "DESC", "<") } else { ("first_timestamp", "ASC", ">") };
    let position = if after.is_some() { format!("AND ({key}, id) {beyond} (?, ?)") } else { String::new() };
    let sql = format!(
        "SELECT id, first_timestamp, last_timestamp FROM {} \
        WHERE last_timestamp >= ? AND first_timestamp <= ? {position} ORDER BY {key} {order}, id {order} LIMIT ?",
        course.bounds.table()
    );
    let mut values = vec![Value::from(course.start), Value::from(course.end)];
    if let Some(after) = after {
        let edge = if course.descending { after.last_timestamp } else { after.first_timestamp };
        values.extend([Value::from(edge), Value::from(after.id)]);
    }
    values.push(Value::from(most));
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Segment::find_by_statement(statement).all(db).await
}

/// The segments that have some of these events and events of those times, in the order of [`next`], each with its own.
///
/// # Errors
/// When the store fails.
pub async fn with(
    db: &impl ConnectionTrait,
    course: Course,
    sequences: &[i64],
) -> Result<Vec<(Segment, Vec<i64>)>, DbErr> {
    let mut by_segment: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for sequence in sequences {
        by_segment.entry(sequence >> BITS).or_default().push(*sequence);
    }
    let ids: Vec<i64> = by_segment.keys().copied().collect();
    let sql = format!(
        "SELECT json_group_array(json_array(id, first_timestamp, last_timestamp)) FROM {} \
        WHERE id IN (SELECT value FROM json_each(?)) AND last_timestamp >= ? AND first_timestamp <= ?",
        course.bounds.table()
    );
    let values = [Value::from(list::of(&ids)), Value::from(course.start), Value::from(course.end)];
    let found: Vec<(i64, Nanos, Nanos)> = list::read(db, &sql, values).await?;
    let found = found.into_iter();
    let mut segments: Vec<Segment> =
        found.map(|(id, first_timestamp, last_timestamp)| Segment { id, first_timestamp, last_timestamp }).collect();
    if course.descending {
        segments.sort_unstable_by_key(|segment| Reverse((segment.last_timestamp, segment.id)));
    } else {
        segments.sort_unstable_by_key(|segment| (segment.first_timestamp, segment.id));
    }
    let of = |segment: Segment| by_segment.remove(&segment.id).map(|sequences| (segment, sequences));
    Ok(segments.into_iter().filter_map(of).collect())
}
