//! Delivering again.

use argus_audit_webhooks::redelivery;
use argus_audit_webhooks::subscription::Model;
use argus_core::clock::millis;
use argus_core::error::ApiError;
use argus_core::search::{Bound, parse_time};
use argus_core::wire::BodyDraft;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};
use serde_json::{Value, json};

use super::{Manager, changed, locked, wanted};
use crate::model::subscription::{Redelivery, RedeliveryWanted};

/// Has a part of the log delivered again.
///
/// # Errors
/// 412 naming every bad field, or when too much waits already; 403 for who may not see what the subscription delivers.
pub async fn redeliver(
    caller: &Manager,
    found: Model,
    body: BodyDraft<RedeliveryWanted>,
) -> Result<Redelivery, ApiError> {
    let (wanted, mut errors) = body.into_parts();
    let mut time = |field: &str, value: Option<Value>, bound| match value {
        None | Some(Value::Null) => caller.received,
        Some(value) => parse_time(&value, caller.received, bound).unwrap_or_else(|problem| {
            errors.add(field, "invalid.field.value", problem);
            caller.received
        }),
    };
    let from = time("from", Some(wanted.from.0), Bound::Start);
    let to = time("to", wanted.to.map(|to| to.0), Bound::End);
    if from > to && errors.is_empty() {
        errors.add("to", "invalid.field.value", "Before the beginning");
    }
    errors.finish()?;
    wanted::require_seen(caller, found.created_by, found.customer_id).await?;
    let (db, id) = (&caller.platform.db, caller.platform.ids.uuid());
    let range = redelivery::range(db, from, to).await?;
    let part = Redelivery { id: (!range.is_empty()).then_some(id), from: millis(from), to: millis(to) };
    let done = caller.change(async |transaction| {
        let row = locked(transaction, found.id).await?;
        if part.id.is_some() {
            let waiting = redelivery::Entity::find().filter(redelivery::Column::SubscriptionId.eq(row.id));
            if waiting.count(transaction).await? >= redelivery::MOST {
                let text = format!("{} parts of the log wait already to be delivered again", redelivery::MOST);
                return Err(ApiError::unmet("subscription.redelivery.too.many", text));
            }
            let new = redelivery::ActiveModel {
                id: Set(id),
                subscription_id: Set(row.id),
                created_at: Set(caller.platform.clock.now()),
                position: Set(range.start),
                end_position: Set(range.end),
                passed: Set(0),
                attempts: Set(0),
                failing_since: Set(None),
                next_at: Set(None),
            };
            new.insert(transaction).await?;
        }
        let what = json!({ "from": part.from, "to": part.to });
        Ok((part, caller.record().about("SUBSCRIPTION", row.id, None, Some(what))))
    });
    let done = done.await?;
    changed(caller)?;
    Ok(done)
}
