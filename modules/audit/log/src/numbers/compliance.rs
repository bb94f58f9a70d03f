//! What whoever answers for a log is asked about a stretch of time, beside statistics: day by day, from where logins
//! failed, what left the log, and what the log holds at all. All of it is read from one state of the store.

mod days;
mod exports;
mod kept;
mod sources;

use std::time::Duration;

use argus_core::clock::Nanos;
use argus_core::db::Db;
use argus_core::error::ApiError;
use argus_core::search::Snapshot;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ColumnTrait, DbBackend, IntoSimpleExpr};

use super::selection::Selection;
use super::statistics::{Statistics, statistics_in};
use crate::event::Column;

/// The most elements of a list.
pub const LISTED: u64 = 20;

/// What happened in a stretch of time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Compliance {
    /// The same as statistics of the same selection.
    pub statistics: Statistics,
    /// Days with events or failed logins, in their order; none unless they were asked for.
    pub days: Vec<Day>,
    /// From where logins failed; none unless it was asked for.
    pub sources: Option<Sources>,
    /// What left the log.
    pub exports: Exports,
    /// What the log holds, whatever the stretch of time.
    pub kept: Kept,
}

/// A day, in UTC, as far as it lies in the stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Day {
    /// Midnight, in ns.
    pub start: Nanos,
    /// Events.
    pub events: i64,
    /// Those with outcome FAILURE.
    pub failed: i64,
    /// Logins that failed, those into Argus itself too.
    pub failed_logins: i64,
}

/// From where logins failed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// How many addresses there are; logins without one count as one.
    pub count: i64,
    /// The [`LISTED`] with most tries, then by address.
    pub most: Vec<Source>,
}

/// An address from which logins failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The address; none where it is not known.
    pub address: Option<std::net::IpAddr>,
    /// Where that is, if it is known. Of several places the last one by code point.
    pub location: Option<String>,
    /// Logins that failed.
    pub count: i64,
    /// The last of them, in ns.
    pub last: Nanos,
}

/// What left the log: events with verb EXPORT, those of Argus itself too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exports {
    /// How many there are.
    pub count: i64,
    /// The last [`LISTED`], newest first.
    pub latest: Vec<Export>,
}

/// An export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// When, in ns.
    pub timestamp: Nanos,
    /// Who.
    pub actor: Option<String>,
    /// What was done, as sent.
    pub action: Option<String>,
    /// The kind of what was exported.
    pub target_type: Option<String>,
    /// What was exported.
    pub target_id: Option<String>,
    /// SUCCESS, FAILURE or UNKNOWN.
    pub outcome: String,
}

/// What the log holds of those customers at all, without records of requests to Argus itself and events that retention
/// took away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// Events.
    pub events: i64,
    /// When the first of them happened, in ns; none where there is none.
    pub oldest: Option<Nanos>,
    /// When the last of them happened.
    pub newest: Option<Nanos>,
}

/// What happened among the selected events; `details` are days and sources.
///
/// Whole hours are read from what was counted when the events were written. Beside that, logins are looked at one by one,
/// and of other events the flags, which an index has.
///
/// # Errors
/// 412 when there are more kinds of objects, or days, than an answer holds; 503 when it takes longer than `limit`, or the
/// store cannot be asked.
pub async fn compliance(
    db: &Db,
    selection: &Selection,
    details: bool,
    limit: Duration,
) -> Result<Compliance, ApiError> {
    let mut snapshot = Snapshot::begin(db.reader(), limit).await?;
    let statistics = statistics_in(&mut snapshot, selection).await?;
    let (mut days, mut found) = (Vec::new(), None);
    if details {
        days = days::days(&mut snapshot, selection).await?;
        found = Some(sources::sources(&mut snapshot, selection).await?);
    }
    let exports = exports::exports(&mut snapshot, selection).await?;
    let kept = kept::kept(&mut snapshot, selection).await?;
    Ok(Compliance { statistics, days, sources: found, exports, kept })
}

/// The condition of the selected logins that failed, those into Argus itself too.
fn failed_logins(backend: DbBackend, selection: &Selection) -> Condition {
    // The word stands in the statement itself: SQLite uses the index of logins for no other.
    let login = Column::Verb.into_simple_expr().eq(Expr::Constant("LOGIN".into()));
    let events = selection.events(backend, selection.range(), true);
    Condition::all().add(events).add(login).add(Column::Outcome.eq("FAILURE"))
}
