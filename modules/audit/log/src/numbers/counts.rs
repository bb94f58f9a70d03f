//! How often each value of a field stands in the events of each window.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use argus_core::access::CustomerSet;
use argus_core::clock::Nanos;
use argus_core::db::Db;
use argus_core::error::ApiError;
use argus_core::search::Snapshot;
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Statement};

use super::categorical::Categorical;
use super::interval::Interval;
use super::selection::{Parts, Selection};
use super::{MOST_CELLS, by_unit, clipped, too_many, unit_start};
use crate::event::Entity as Event;
use crate::rollup::{self, Field};

/// A window, and how many of its events have each value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowCounts {
    /// The window, within the range that was asked for.
    pub window: Range<Nanos>,
    /// By value.
    pub counts: BTreeMap<String, i64>,
}

/// The counts of a field's values, by window; windows without any are left out.
///
/// Where windows are made of hours, and the criteria say nothing but customers and times, whole hours are read from what
/// was counted when the events were written.
///
/// # Errors
/// 412 on `interval` when the windows have too many values together; 503 when it takes longer than `limit`, or the store
/// cannot be asked.
pub async fn counts(
    db: &Db,
    selection: &Selection,
    field: Categorical,
    interval: Interval,
    limit: Duration,
) -> Result<Vec<WindowCounts>, ApiError> {
    let mut snapshot = Snapshot::begin(db.reader(), limit).await?;
    counts_in(&mut snapshot, selection, field, interval).await
}

/// As [`counts`], of a state of the store that is looked at already.
pub(super) async fn counts_in(
    snapshot: &mut Snapshot,
    selection: &Selection,
    field: Categorical,
    interval: Interval,
) -> Result<Vec<WindowCounts>, ApiError> {
    let counted = field.counted.filter(|_| interval.is_of_hours());
    let parts = match counted {
        Some(_) => selection.settled_parts(snapshot).await?,
        None => Parts::from_the_log(selection.range()),
    };
    let mut grid = Grid { interval, cells: 0, windows: BTreeMap::new() };
    if let Some(counted) = counted.filter(|_| !parts.hours.is_empty()) {
        let customers = selection.customers(snapshot).await?;
        let statement = of_hours(snapshot, &customers, counted, &parts.hours);
        let rows = snapshot.each(statement, |row| {
            grid.add(row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?)
        });
        rows.await?;
    }
    for part in &parts.rest {
        let statement = of_log(snapshot, selection, field, interval, part);
        let rows = snapshot.each(statement, |row| {
            let start = unit_start(row.try_get_by_index(0)?, interval);
            grid.add(start, field.read(row, 1)?, row.try_get_by_index(2)?)
        });
        rows.await?;
    }
    let range = selection.range();
    let windows = grid.windows.into_iter();
    Ok(windows.map(|(start, counts)| WindowCounts { window: clipped(interval.window(start), range), counts }).collect())
}

fn of_hours(snapshot: &Snapshot, customers: &CustomerSet, field: Field, hours: &Range<Nanos>) -> Statement {
    use rollup::{Column, Entity};
    let condition = customers
        .condition(Column::CustomerId)
        .add(Column::Field.eq(field as i32))
        .add(Column::Hour.gte(hours.start))
        .add(Column::Hour.lt(hours.end));
    let (hour, value) = ((Entity, Column::Hour), (Entity, Column::Value));
    let count = || Expr::col((Entity, Column::Count)).sum().cast_as("int8");
    let mut select = Query::select();
    select.columns([hour, value]).expr(count()).from(Entity).cond_where(condition);
    snapshot.backend().build(select.group_by_columns([hour, value]).and_having(count().gt(0)))
}

fn of_log(
    snapshot: &Snapshot,
    selection: &Selection,
    field: Categorical,
    interval: Interval,
    part: &Range<Nanos>,
) -> Statement {
    let value = (Event, field.column);
    let mut select = Query::select();
    select.expr(by_unit("event", interval)).column(value).expr(Expr::col(Asterisk).count());
    let events = selection.events(snapshot.backend(), part, false);
    select.from(Event).cond_where(events).and_where(Expr::col(value).is_not_null());
    snapshot.backend().build(select.add_group_by([Expr::cust("1"), Expr::cust("2")]))
}

/// Windows by their starts, and their values.
struct Grid {
    interval: Interval,
    cells: usize,
    windows: BTreeMap<Nanos, BTreeMap<String, i64>>,
}

impl Grid {
    fn add(&mut self, at: Nanos, value: String, count: i64) -> Result<(), ApiError> {
        let window = self.windows.entry(self.interval.window(at).start).or_default();
        let (before, sum) = (window.len(), window.entry(value).or_default());
        *sum += count;
        self.cells += window.len() - before;
        if self.cells > MOST_CELLS { Err(too_many()) } else { Ok(()) }
    }
}
