//! From rows to what is printed.

use argus_audit_webhooks::{Kind, delivery, kind, message_id, subscription};
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::info::People;

use super::{Delivery, MessageType, SignatureKind, Subscription, SubscriptionState};
use crate::model::Json;

/// The bits of types.
#[must_use]
pub fn bits(types: &[MessageType]) -> i32 {
    types.iter().filter_map(|it| Kind::parse(it.name())).fold(0, |bits, kind| bits | kind.bit())
}

/// The types of bits, in their order.
#[must_use]
pub fn types(bits: i32) -> Vec<MessageType> {
    kind::of(bits).filter_map(|kind| MessageType::parse(kind.name())).collect()
}

/// Subscriptions as they are printed.
///
/// # Errors
/// When the store fails.
pub async fn printed_all(
    context: &RequestContext,
    rows: Vec<subscription::Model>,
) -> Result<Vec<Subscription>, ApiError> {
    let by = rows.iter().flat_map(|row| [Some(row.created_by), row.updated_by]).flatten();
    let people = People::of(&context.platform, by.collect()).await?;
    rows.into_iter().map(|row| printed(row, &people)).collect()
}

fn printed(row: subscription::Model, people: &People) -> Result<Subscription, ApiError> {
    let unknown = || ApiError::internal("a subscription with an unknown word");
    Ok(Subscription {
        id: row.id,
        customer: people.tree.customer_info(row.customer_id),
        name: row.name,
        url: row.url,
        events: types(row.events),
        criteria: Json(serde_json::from_str(&row.criteria).map_err(ApiError::internal)?),
        state: SubscriptionState::parse(&row.state).ok_or_else(unknown)?,
        reason: row.reason,
        signature: SignatureKind::parse(&row.signature).ok_or_else(unknown)?,
        public_key: row.public_key,
        secret: None,
        previous_secret_valid_until: row.previous_until.map(millis),
        last_delivery_timestamp: row.last_delivery_at.map(millis),
        last_error_timestamp: row.last_error_at.map(millis),
        last_error: row.last_error,
        attempts: row.attempts,
        next_timestamp: row.next_at.map(millis),
        created_timestamp: millis(row.created_at),
        created_by_user: people.info(Some(row.created_by)),
        last_updated_timestamp: row.updated_at.map(millis),
        last_updated_by_user: people.info(row.updated_by),
    })
}

impl From<delivery::Model> for Delivery {
    fn from(row: delivery::Model) -> Self {
        let message_id = Kind::parse(&row.kind).map(|kind| message_id(row.event_id, kind)).unwrap_or_default();
        Self {
            id: row.id,
            event_id: row.event_id,
            message_id,
            kind: row.kind,
            attempt: row.attempt,
            redelivery: row.again,
            state: row.state,
            response_status: row.response_status,
            error: row.error,
            created_timestamp: millis(row.created_at),
            next_timestamp: row.next_at.map(millis),
        }
    }
}
