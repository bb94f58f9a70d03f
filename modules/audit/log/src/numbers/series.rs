//! A metric by windows of time.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use argus_core::access::CustomerSet;
use argus_core::clock::Nanos;
use argus_core::db::Db;
use argus_core::error::ApiError;
use argus_core::search::Snapshot;
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ColumnTrait, QueryResult};

use super::accumulator::{Accumulator, Aggregate};
use super::categorical::Categorical;
use super::interval::Interval;
use super::selection::Selection;
use super::{MOST_CELLS, by_unit, clipped, too_many, unit_start};
use crate::event::{Column, Entity as Event};
use crate::metric;

/// Values that are held for medians: those of one window. Eight megabytes.
const MOST_HELD: usize = 1_000_000;

/// The group of everything, where there are no groups.
const ALL: &str = "all";

/// Numbers that are fields of events.
const FIELDS: [(&str, Column); 5] = [
    ("totalDuration", Column::TotalDuration),
    ("latency", Column::Latency),
    ("cpuUsage", Column::CpuUsage),
    ("memoryUsage", Column::MemoryUsage),
    ("affectedResources", Column::AffectedResources),
];

/// The names of metrics that every event may have.
pub const BUILT_IN: [&str; 5] = [FIELDS[0].0, FIELDS[1].0, FIELDS[2].0, FIELDS[3].0, FIELDS[4].0];

/// A number of events.
#[derive(Debug, Clone)]
pub enum Metric {
    /// A field of events. It stands before a name that an event gives to a number of its own.
    Field(&'static str),
    /// A number that events name themselves.
    Named(String),
}

impl Metric {
    /// The metric of that name, whether anybody has used it or not.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let field = BUILT_IN.into_iter().find(|known| *known == name);
        field.map_or_else(|| Self::Named(name.to_owned()), Self::Field)
    }
}

/// How a metric is put together.
#[derive(Debug, Clone)]
pub struct Series {
    /// Which.
    pub metric: Metric,
    /// The length of windows.
    pub interval: Interval,
    /// How the values of a window become one.
    pub aggregate: Aggregate,
    /// What each group has one value of; events without one are in no group.
    pub group_by: Option<Categorical>,
}

/// A window, and the one number of its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// The window, within the range that was asked for.
    pub window: Range<Nanos>,
    /// The number; none where the values give none.
    pub value: Option<f64>,
}

/// The windows of each group, in order of time; those without a value are left out. Without groups the one is `all`.
///
/// Values come in the order of time and are taken one by one, so that an answer is the same on both stores, and only the
/// open window is in memory.
///
/// # Errors
/// 412 on `interval` when there are too many windows and groups, or more values in a window than a median may hold; 503 when
/// it takes longer than `limit`, or the store cannot be asked.
pub async fn series(
    db: &Db,
    selection: &Selection,
    series: &Series,
    limit: Duration,
) -> Result<BTreeMap<String, Vec<Window>>, ApiError> {
    let mut snapshot = Snapshot::begin(db.reader(), limit).await?;
    let customers = match series.metric {
        Metric::Named(_) => selection.customers(&mut snapshot).await?,
        Metric::Field(_) => CustomerSet::none(),
    };
    let mut output =
        Output { range: selection.range(), series, open: None, closed: BTreeMap::new(), cells: 0, held: 0 };
    let read = Read { snapshot: &snapshot, selection, series, customers: &customers };
    let select = if series.aggregate.is_of_extremes() { read.extremes() } else { read.values() };
    let statement = snapshot.backend().build(&select);
    snapshot.each(statement, |row| output.take(row)).await?;
    output.close();
    Ok(output.closed)
}

/// The statements.
struct Read<'a> {
    snapshot: &'a Snapshot,
    selection: &'a Selection,
    series: &'a Series,
    customers: &'a CustomerSet,
}

impl Read<'_> {
    /// Rows (time, value, group) in order of time.
    fn values(&self) -> SelectStatement {
        let (table, value) = self.value();
        let mut select = self.from();
        select.column((table, Column::Timestamp)).expr(value);
        if let Some(field) = self.series.group_by {
            select.column((Event, field.column));
        }
        let (time, place) = ((table, Column::Timestamp), (table, Column::Sequence));
        select.order_by(time, Order::Asc).order_by(place, Order::Asc).take()
    }

    /// Rows (stretch of the interval's unit, number of values, least, greatest, group) in order of time.
    fn extremes(&self) -> SelectStatement {
        let (table, value) = self.value();
        let mut select = self.from();
        select.expr(by_unit(table, self.series.interval)).expr(Expr::col(Asterisk).count());
        select.exprs([value.clone().min(), value.max()]).add_group_by([Expr::cust("1")]);
        if let Some(field) = self.series.group_by {
            select.column((Event, field.column)).add_group_by([Expr::cust("5")]);
        }
        select.order_by_expr(Expr::cust("1"), Order::Asc).take()
    }

    /// The table of the values' times, and a value.
    fn value(&self) -> (&'static str, Expr) {
        let field = match self.series.metric {
            Metric::Field(name) => FIELDS.into_iter().find(|(known, _)| *known == name),
            Metric::Named(_) => None,
        };
        match field {
            Some((_, column)) => ("event", Expr::col((Event, column)).cast_as("float8")),
            None => ("event_metric", Expr::col((metric::Entity, metric::Column::Value))),
        }
    }

    fn from(&self) -> SelectStatement {
        let (selection, range, backend) = (self.selection, self.selection.range(), self.snapshot.backend());
        let events = selection.events(backend, range, false);
        let mut select = Query::select();
        match &self.series.metric {
            Metric::Field(_) => {
                let (_, value) = self.value();
                select.from(Event).cond_where(events).and_where(value.is_not_null());
            }
            Metric::Named(name) => {
                let own = self.customers.condition(metric::Column::CustomerId);
                select.cond_where(own.add(metric::Column::Name.eq(name.as_str())));
                select.and_where(metric::Column::Timestamp.gte(range.start));
                select.and_where(metric::Column::Timestamp.lt(range.end));
                // What is not on the number itself is on its event.
                if selection.is_plain() && self.series.group_by.is_none() {
                    select.from(metric::Entity);
                } else {
                    metric::with_events(&mut select).cond_where(events);
                }
            }
        }
        if let Some(field) = self.series.group_by {
            select.and_where(Expr::col((Event, field.column)).is_not_null());
        }
        select
    }
}

/// What has been put together so far.
struct Output<'a> {
    range: &'a Range<Nanos>,
    series: &'a Series,
    /// The window of the last row, and what its groups have so far.
    open: Option<(Range<Nanos>, BTreeMap<String, Accumulator>)>,
    closed: BTreeMap<String, Vec<Window>>,
    cells: usize,
    held: usize,
}

impl Output<'_> {
    fn take(&mut self, row: &QueryResult) -> Result<(), ApiError> {
        let (interval, aggregate) = (self.series.interval, self.series.aggregate);
        let of_extremes = aggregate.is_of_extremes();
        let at: i64 = row.try_get_by_index(0)?;
        let at = if of_extremes { unit_start(at, interval) } else { at };
        let group = match self.series.group_by {
            Some(field) => field.read(row, if of_extremes { 4 } else { 2 })?,
            None => ALL.to_owned(),
        };
        if of_extremes {
            let count: i64 = row.try_get_by_index(1)?;
            let (least, greatest) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
            self.group(at, group)?.take_extremes(count.unsigned_abs(), least, greatest);
        } else {
            self.group(at, group)?.take(row.try_get_by_index(1)?, aggregate);
            self.held += usize::from(aggregate == Aggregate::Median);
        }
        if self.held > MOST_HELD {
            let text = format!("A median holds at most {MOST_HELD} values of a window; take a shorter one");
            return Err(ApiError::field("interval", "invalid.field.value", text));
        }
        Ok(())
    }

    /// The group of that name in the window of that time, which ends the one before.
    fn group(&mut self, at: Nanos, group: String) -> Result<&mut Accumulator, ApiError> {
        if self.open.as_ref().is_none_or(|(window, _)| !window.contains(&at)) {
            self.close();
        }
        let interval = self.series.interval;
        let (_, groups) = self.open.get_or_insert_with(|| (interval.window(at), BTreeMap::new()));
        if self.cells + groups.len() > MOST_CELLS {
            return Err(too_many());
        }
        Ok(groups.entry(group).or_default())
    }

    fn close(&mut self) {
        let Some((window, groups)) = self.open.take() else { return };
        let window = clipped(window, self.range);
        self.cells += groups.len();
        self.held = 0;
        for (group, values) in groups {
            let value = values.result(self.series.aggregate);
            self.closed.entry(group).or_default().push(Window { window: window.clone(), value });
        }
    }
}
