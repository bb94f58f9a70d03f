//! Places in the log.

use argus_audit_log::event::{Column, Entity};
pub use argus_audit_log::stream::{head, head_on};
use argus_core::clock::Nanos;
use argus_core::db::Db;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The number of the first event that was received at a moment or later. The time of receipt never goes back along the log,
/// so it is found by halves.
pub(crate) async fn received_at(db: &Db, at: Nanos) -> Result<i64, DbErr> {
    let (mut low, mut high) = (0, head(db).await?);
    while low < high {
        let middle = low + (high - low) / 2;
        let find = Entity::find().select_only().column(Column::CreatedAt).filter(Column::Sequence.gte(middle));
        let received: Option<Nanos> =
            find.order_by_asc(Column::Sequence).limit(1).into_tuple().one(db.reader()).await?;
        match received {
            Some(received) if received < at => low = middle + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}
