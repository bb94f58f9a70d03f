//! Reading events that give messages.

use argus_audit_log::event::{Column, Entity, Model};
use argus_core::db::Db;
use argus_core::search::fetch;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::filter::Filter;

/// Events that are looked at with one statement: however few match, none takes long.
const WINDOW: i64 = 10_000;

/// Events that one statement gives.
const PAGE: u64 = 32;

/// Bytes of events that a subscription has in memory at a time; one event may be larger.
const WEIGHT: usize = 256 * 1024;

/// Some events, and the number of the first one that was not looked at.
pub(crate) struct Found {
    /// In order.
    pub(crate) events: Vec<Model>,
    /// All before were looked at.
    pub(crate) looked: i64,
}

/// Looks at some of the events from `next` on, and before `end`.
///
/// # Errors
/// When the store fails.
pub(crate) async fn read(db: &Db, filter: &Filter, next: i64, end: i64) -> Result<Found, DbErr> {
    let end = end.min(next.saturating_add(WINDOW));
    if next >= end {
        return Ok(Found { events: Vec::new(), looked: next });
    }
    let select = Entity::find()
        .filter(Column::Sequence.gte(next))
        .filter(Column::Sequence.lt(end))
        .filter(filter.condition(db.backend()))
        .order_by_asc(Column::Sequence)
        .limit(PAGE);
    let mut events = fetch(db.reader(), select).await?;
    let mut weight = 0;
    let light = events.iter().take_while(|event| {
        let fits = weight < WEIGHT;
        weight += event.weight();
        fits
    });
    let light = light.count();
    let all = light == events.len() && (light as u64) < PAGE;
    events.truncate(light);
    let looked = match events.last() {
        Some(last) if !all => last.sequence + 1,
        _ => end,
    };
    Ok(Found { events, looked })
}
