//! Places in the log.

use argus_audit_log::event::{Column, Entity};
use argus_core::clock::Nanos;
use argus_core::db::Db;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement};

/// The number of the next event of the log.
///
/// # Errors
/// When the store fails.
pub async fn head(db: &Db) -> Result<i64, DbErr> {
    head_on(db.reader()).await
}

/// The same, as a transaction sees it.
///
/// # Errors
/// When the store fails.
pub async fn head_on(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let head = Statement::from_string(db.get_database_backend(), "SELECT next_sequence FROM audit_head WHERE id = 1");
    let row = db.query_one_raw(head).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("the head of the log".to_owned()))?.try_get_by_index(0)
}

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
