//! What the log holds at all.

use argus_core::access::CustomerSet;
use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use argus_core::search::Snapshot;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Statement};

use super::Kept;
use crate::event;
use crate::numbers::selection::{Selection, plain_events};
use crate::rollup::{self, Field, HOUR};

/// What the log holds of the selection's customers. The counts know how many events there are, and in which hours the
/// first and the last of them lie.
pub async fn kept(snapshot: &mut Snapshot, selection: &Selection) -> Result<Kept, ApiError> {
    let customers = selection.customers(snapshot).await?;
    let mut kept = Kept::default();
    let (mut ends, statement) = (None, counted(snapshot, &customers));
    let rows = snapshot.each(statement, |row| {
        kept.events = row.try_get_by_index::<Option<i64>>(0)?.unwrap_or(0);
        let first: Option<Nanos> = row.try_get_by_index(1)?;
        let last: Option<Nanos> = row.try_get_by_index(2)?;
        ends = first.zip(last);
        Ok(())
    });
    rows.await?;
    if let Some((first, last)) = ends {
        kept.oldest = ends_of(snapshot, &customers, first).await?.0;
        kept.newest = ends_of(snapshot, &customers, last).await?.1;
    }
    Ok(kept)
}

fn counted(snapshot: &Snapshot, customers: &CustomerSet) -> Statement {
    use rollup::{Column, Entity};
    let condition = customers.condition(Column::CustomerId);
    let condition = condition.add(Column::Field.eq(Field::Total as i32)).add(Column::Count.gt(0));
    let hour = || Expr::col((Entity, Column::Hour));
    let mut select = Query::select();
    select.expr(Expr::col((Entity, Column::Count)).sum().cast_as("int8")).expr(hour().min()).expr(hour().max());
    snapshot.backend().build(select.from(Entity).cond_where(condition))
}

/// The first and the last time in an hour.
async fn ends_of(
    snapshot: &mut Snapshot,
    customers: &CustomerSet,
    hour: Nanos,
) -> Result<(Option<Nanos>, Option<Nanos>), ApiError> {
    let time = || Expr::col((event::Entity, event::Column::Timestamp));
    let events = plain_events(customers, &(hour..hour.saturating_add(HOUR)), false);
    let mut select = Query::select();
    select.expr(time().min()).expr(time().max()).from(event::Entity).cond_where(events);
    let (mut ends, statement) = ((None, None), snapshot.backend().build(&select));
    let rows = snapshot.each(statement, |row| {
        ends = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        Ok(())
    });
    rows.await?;
    Ok(ends)
}
