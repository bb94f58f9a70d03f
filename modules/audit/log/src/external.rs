//! The senders' own identifiers: one event each, for the life of the log.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::event::{Column, Entity, Model};
use crate::find::LOOK_FOR;

/// Customer and the sender's identifier.
pub type Identifier = (i64, String);

/// The identifier of an event, if its sender gave one.
pub fn identifier(event: &Model) -> Option<Identifier> {
    event.external_id.clone().map(|id| (event.customer_id, id))
}

/// Whether two events of one identifier were sent as the same.
pub fn is_same(sent: &Model, known: &Model) -> bool {
    sent.fingerprint == known.fingerprint
}

/// The events that are in the log already under the identifiers of `events`.
///
/// # Errors
/// When the store fails.
pub async fn known(
    db: &impl ConnectionTrait,
    events: impl Iterator<Item = &Model>,
) -> Result<HashMap<Identifier, Model>, DbErr> {
    let mut wanted: HashMap<i64, Vec<&str>> = HashMap::new();
    for event in events {
        if let Some(id) = &event.external_id {
            wanted.entry(event.customer_id).or_default().push(id);
        }
    }
    let mut known = HashMap::new();
    for (customer, ids) in wanted {
        for ids in ids.chunks(LOOK_FOR) {
            let named = Column::ExternalId.is_in(ids.iter().copied());
            let found = Entity::find().filter(Column::CustomerId.eq(customer)).filter(named).all(db).await?;
            known.extend(found.into_iter().filter_map(|event| Some((identifier(&event)?, event))));
        }
    }
    Ok(known)
}
