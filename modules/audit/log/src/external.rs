//! The senders' own identifiers: one event each, for the life of the log.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::entry::{Entry, EventSalt};
use crate::event::{Column, Entity, Model};
use crate::find::LOOK_FOR;
use crate::proof::stored_leaves;

/// Customer and the sender's identifier.
pub type Identifier = (i64, String);

/// The identifier of an event, if its sender gave one.
pub fn identifier(event: &Model) -> Option<Identifier> {
    event.external_id.clone().map(|id| (event.customer_id, id))
}

/// An event that is in the log under an identifier.
pub struct Known {
    /// It.
    pub row: Model,
    /// What its fields are salted with; none after an erasure.
    salt: Option<EventSalt>,
}

impl Known {
    /// Whether an event of the same identifier was sent as the same. Of what was erased, nobody can say any more that it was
    /// another.
    pub fn is_same(&self, sent: &Entry) -> bool {
        let Some(salt) = &self.salt else { return true };
        sent.body.as_ref().map(|body| salt.fingerprint(body)) == self.row.fingerprint
    }
}

/// The events that are in the log already under the identifiers of `events`.
///
/// # Errors
/// When the store fails.
pub async fn known(
    db: &impl ConnectionTrait,
    events: impl Iterator<Item = &Model>,
) -> Result<HashMap<Identifier, Known>, DbErr> {
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
            let places: Vec<i64> = found.iter().map(|event| event.sequence).collect();
            let mut leaves = stored_leaves(db, &places).await?;
            let found = found.into_iter().filter_map(|row| {
                let salt = leaves.remove(&row.sequence).and_then(|stored| stored.salt);
                Some((identifier(&row)?, Known { row, salt }))
            });
            known.extend(found);
        }
    }
    Ok(known)
}
