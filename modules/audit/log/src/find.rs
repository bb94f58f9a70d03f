//! Events by their places in the log.

use std::collections::{HashMap, HashSet};

use argus_core::access::CustomerSet;
use argus_core::db::Db;
use argus_core::error::ApiError;
use sea_orm::prelude::Uuid;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::entry::Entry;
use crate::event::{Column, Entity, Model};
use crate::idempotency::{Kind, Run};

/// Identifiers that one statement looks for.
pub const LOOK_FOR: usize = 1_000;

/// The event at a place.
///
/// # Errors
/// 404 when there is none of those customers.
pub async fn at(db: &Db, scope: &CustomerSet, sequence: i64) -> Result<Model, ApiError> {
    let find = Entity::find().filter(scope.condition(Column::CustomerId)).filter(Column::Sequence.eq(sequence));
    find.one(db.reader()).await?.ok_or_else(|| ApiError::not_found("event"))
}

/// The identifiers of events by their places. They were given to whoever asks when the events came in.
///
/// # Errors
/// When the store fails.
pub async fn ids(db: &Db, runs: &[Run]) -> Result<HashMap<i64, Uuid>, ApiError> {
    let mut found = HashMap::new();
    for run in runs.iter().filter(|run| run.kind != Kind::Other) {
        let last = run.first.saturating_add(run.count - 1);
        let find = Entity::find().select_only().column(Column::Sequence).column(Column::Id);
        let find = find.filter(Column::Sequence.between(run.first, last));
        found.extend(find.into_tuple::<(i64, Uuid)>().all(db.reader()).await?);
    }
    Ok(found)
}

/// Those of the events' identifiers that are in the log.
///
/// # Errors
/// When the store fails.
pub async fn known(db: &impl ConnectionTrait, events: &[Entry]) -> Result<HashSet<Uuid>, DbErr> {
    let mut known = HashSet::new();
    for events in events.chunks(LOOK_FOR) {
        let ids = Column::Id.is_in(events.iter().map(|event| event.row.id));
        known.extend(Entity::find().select_only().column(Column::Id).filter(ids).into_tuple::<Uuid>().all(db).await?);
    }
    Ok(known)
}
