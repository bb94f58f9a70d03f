//! Numbers about events: statistics, and metrics by window.
//!
//! What was counted when the events were written (`rollup`) answers for whole hours wherever nothing but customers and times
//! is asked; the log answers for the rest. Both are read from one state of the store, so that an answer is exact to an
//! event, and under one time limit.

mod accumulator;
mod activity;
mod categorical;
mod compliance;
mod counts;
mod errors;
mod interval;
mod selection;
mod series;
mod statistics;
mod tally;
mod total;

use std::ops::Range;

use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use sea_orm::sea_query::Expr;

pub use accumulator::Aggregate;
pub use activity::{Activity, activity};
pub use categorical::{CATEGORICAL, Categorical};
pub use compliance::{Compliance, Day, Export, Exports, Kept, LISTED, Source, Sources, compliance};
pub use counts::{WindowCounts, counts};
pub use errors::errors;
pub use interval::Interval;
pub use selection::Selection;
pub use series::{BUILT_IN, Metric, Series, Window, series};
pub use statistics::{Count, Errors, Statistics, percent, statistics};
pub(crate) use total::total;

/// Windows of an answer, times their groups or values.
pub const MOST_CELLS: usize = 100_000;

/// 412: an answer would have too many windows.
pub fn too_many() -> ApiError {
    let text = format!("Gives more than {MOST_CELLS} windows and values; take a longer one, or a shorter time");
    ApiError::field("interval", "invalid.field.value", text)
}

/// What of a window lies in a range.
fn clipped(window: Range<Nanos>, range: &Range<Nanos>) -> Range<Nanos> {
    window.start.max(range.start)..window.end.min(range.end)
}

/// In which stretch of an interval's unit a row's timestamp lies, counted from the epoch. The stores divide towards zero.
fn by_unit(table: &str, interval: Interval) -> Expr {
    let (at, unit) = (format!("{table}.\"timestamp\""), interval.unit());
    Expr::cust(format!("{at} / {unit} - (CASE WHEN {at} % {unit} < 0 THEN 1 ELSE 0 END)"))
}

/// Some time in that stretch which is in the windows that it is in.
fn unit_start(stretch: i64, interval: Interval) -> Nanos {
    stretch.saturating_mul(interval.unit())
}
