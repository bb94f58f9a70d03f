//! Where statements over many events read from.

use std::ops::Range;

use argus_core::clock::Nanos;
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};

use crate::event::{Column, Entity};
use crate::metric;

/// Makes a statement read events, to which it refers as `event.<column>`. All that it wants have a timestamp in `within`,
/// the end not included; that is a hint for how the table lies on disk, and no condition.
pub fn events<'s>(select: &'s mut SelectStatement, _within: &Range<Nanos>) -> &'s mut SelectStatement {
    select.from(Entity)
}

/// Makes a statement read numbers that events name, as `event_metric.<column>`, each with its event. The numbers come first
/// and events are looked up by their key.
pub fn events_of_metrics(select: &mut SelectStatement) -> &mut SelectStatement {
    // SQLite takes a cross join in the order in which it is written; sea-query leaves out what would stand behind its ON.
    let same = Expr::col((Entity, Column::Sequence)).equals((metric::Entity, metric::Column::Sequence));
    select.from(metric::Entity).cross_join(Entity).and_where(same)
}
