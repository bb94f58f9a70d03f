//! Taking subscriptions away, with all that belongs to them.

use sea_orm::prelude::Uuid;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::{delivery, redelivery, subscription};

/// Takes these away; says how many rows of what there were.
///
/// # Errors
/// When the store fails.
pub async fn remove(db: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<Vec<(&'static str, u64)>, DbErr> {
    let of_them = redelivery::Column::SubscriptionId.is_in(ids.clone());
    let redeliveries = redelivery::Entity::delete_many().filter(of_them).exec(db).await?.rows_affected;
    let of_them = delivery::Column::SubscriptionId.is_in(ids.clone());
    let deliveries = delivery::Entity::delete_many().filter(of_them).exec(db).await?.rows_affected;
    let these = subscription::Column::Id.is_in(ids);
    let subscriptions = subscription::Entity::delete_many().filter(these).exec(db).await?.rows_affected;
    Ok(vec![
        ("webhookSubscriptions", subscriptions),
        ("webhookDeliveries", deliveries),
        ("webhookRedeliveries", redeliveries),
    ])
}

/// Takes those of a customer away.
///
/// # Errors
/// When the store fails.
pub async fn remove_of(db: &impl ConnectionTrait, customer: i64) -> Result<Vec<(&'static str, u64)>, DbErr> {
    use subscription::{Column, Entity};
    let ids = Entity::find().select_only().column(Column::Id).filter(Column::CustomerId.eq(customer));
    remove(db, ids.into_tuple().all(db).await?).await
}
