//! What went wrong, and the last of it.

use std::ops::Range;
use std::time::Duration;

use argus_core::access::CustomerSet;
use argus_core::clock::Nanos;
use argus_core::db::Db;
use argus_core::error::ApiError;
use argus_core::search::Snapshot;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Order, Query};
use sea_orm::{ColumnTrait, FromQueryResult, Iterable};

use super::selection::Selection;
use super::statistics::{self, Errors};
use crate::event::{Column, Entity, Model};
use crate::rollup::{self, ERROR_SEVERITIES, Field, HOUR};

/// How many of the last errors are shown.
const RECENT: u64 = 10;

/// Statistics of what went wrong among the selected events, and the last ten of it, newest first.
///
/// # Errors
/// 503 when it takes longer than `limit`, or the store cannot be asked.
pub async fn errors(db: &Db, selection: &Selection, limit: Duration) -> Result<(Errors, Vec<Model>), ApiError> {
    let mut snapshot = Snapshot::begin(db.reader(), limit).await?;
    let errors = statistics::errors(&mut snapshot, selection).await?;
    let mut recent = Vec::new();
    if errors.total > 0 {
        for part in places(&mut snapshot, selection).await? {
            let missing = RECENT - recent.len() as u64;
            if missing == 0 {
                break;
            }
            recent.extend(newest(&mut snapshot, selection, &part, missing).await?);
        }
    }
    Ok((errors, recent))
}

/// Where the last errors lie, newest part first. The counts know the hours that have any, so that rare errors are not
/// looked for among everything that went well since.
async fn places(snapshot: &mut Snapshot, selection: &Selection) -> Result<Vec<Range<Nanos>>, ApiError> {
    let parts = selection.settled_parts(snapshot).await?;
    let mut places = parts.rest;
    if !parts.hours.is_empty() {
        let customers = selection.customers(snapshot).await?;
        places.extend(hours(snapshot, &customers, &parts.hours).await?);
    }
    places.sort_unstable_by_key(|place| std::cmp::Reverse(place.start));
    Ok(places)
}

async fn hours(
    snapshot: &mut Snapshot,
    customers: &CustomerSet,
    within: &Range<Nanos>,
) -> Result<Vec<Range<Nanos>>, ApiError> {
    use rollup::{Column, Entity};
    let condition = customers
        .condition(Column::CustomerId)
        .add(Column::Field.eq(Field::Error as i32))
        .add(Column::Hour.gte(within.start))
        .add(Column::Hour.lt(within.end))
        .add(Column::Count.gt(0));
    let mut select = Query::select();
    select.column((Entity, Column::Hour)).distinct().from(Entity).cond_where(condition);
    select.order_by((Entity, Column::Hour), Order::Desc).limit(RECENT);
    let (statement, mut hours) = (snapshot.backend().build(&select), Vec::new());
    let rows = snapshot.each(statement, |row| {
        let hour: Nanos = row.try_get_by_index(0)?;
        hours.push(hour..hour.saturating_add(HOUR));
        Ok(())
    });
    rows.await?;
    Ok(hours)
}

async fn newest(
    snapshot: &mut Snapshot,
    selection: &Selection,
    part: &Range<Nanos>,
    most: u64,
) -> Result<Vec<Model>, ApiError> {
    let backend = snapshot.backend();
    let severity = Func::lower(Expr::col((Entity, Column::Severity)));
    let error = Column::Outcome.eq("FAILURE").or(severity.is_in(ERROR_SEVERITIES));
    let mut select = Query::select();
    select.columns(Column::iter().map(|column| (Entity, column)));
    select.from(Entity).cond_where(selection.events(backend, part, false)).and_where(error);
    let (time, place) = ((Entity, Column::Timestamp), (Entity, Column::Sequence));
    select.order_by(time, Order::Desc).order_by(place, Order::Desc).limit(most);
    let (statement, mut newest) = (backend.build(&select), Vec::new());
    let rows = snapshot.each(statement, |row| {
        newest.push(Model::from_query_result(row, "")?);
        Ok(())
    });
    rows.await?;
    Ok(newest)
}
