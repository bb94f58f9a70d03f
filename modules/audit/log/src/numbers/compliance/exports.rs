//! What left the log.

use argus_core::error::ApiError;
use argus_core::search::Snapshot;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Asterisk, Condition, Expr, ExprTrait, Order, Query, SelectStatement};

use super::{Export, Exports, LISTED};
use crate::event::{Column, Entity, flag};
use crate::numbers::selection::Selection;

/// The selected exports. They are told by their flag, which every index of events by time ends in, so that only those that
/// are listed are looked at themselves.
pub async fn exports(snapshot: &mut Snapshot, selection: &Selection) -> Result<Exports, ApiError> {
    let flagged = Expr::col((Entity, Column::Flags)).bit_and(flag::EXPORT).eq(flag::EXPORT);
    let events = selection.events(snapshot.backend(), selection.range(), true);
    let condition = Condition::all().add(events).add(flagged);
    let mut exports = Exports::default();
    let counted = Query::select().expr(Expr::col(Asterisk).count()).from(Entity).cond_where(condition.clone()).take();
    let statement = snapshot.backend().build(&counted);
    let rows = snapshot.each(statement, |row| {
        exports.count = row.try_get_by_index(0)?;
        Ok(())
    });
    rows.await?;
    if exports.count > 0 {
        let mut newest = Query::select();
        newest.column((Entity, Column::Sequence)).from(Entity).cond_where(condition);
        let newest = newest_first(newest).limit(LISTED).take();
        let columns =
            [Column::Timestamp, Column::ActorId, Column::Action, Column::TargetType, Column::TargetId, Column::Outcome];
        let mut rows = Query::select();
        rows.columns(columns.map(|column| (Entity, column))).from(Entity);
        rows.and_where(Column::Sequence.in_subquery(newest));
        let statement = snapshot.backend().build(&newest_first(rows));
        let rows = snapshot.each(statement, |row| {
            exports.latest.push(Export {
                timestamp: row.try_get_by_index(0)?,
                actor: row.try_get_by_index(1)?,
                action: row.try_get_by_index(2)?,
                target_type: row.try_get_by_index(3)?,
                target_id: row.try_get_by_index(4)?,
                outcome: row.try_get_by_index(5)?,
            });
            Ok(())
        });
        rows.await?;
    }
    Ok(exports)
}

fn newest_first(mut select: SelectStatement) -> SelectStatement {
    let (time, place) = ((Entity, Column::Timestamp), (Entity, Column::Sequence));
    select.order_by(time, Order::Desc).order_by(place, Order::Desc).take()
}
