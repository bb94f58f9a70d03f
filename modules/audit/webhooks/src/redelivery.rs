//! What is to be delivered again: parts of the log, each with how far it is.

use argus_core::clock::Nanos;
use argus_core::db::Db;
use argus_core::error::ApiError;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::place;

/// Parts that one subscription may have waiting.
pub const MOST: u64 = 10;

/// A part of the log that is to be delivered again. Times are ns since the epoch.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_redelivery")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose it is.
    pub subscription_id: Uuid,
    /// When somebody asked for it.
    pub created_at: Nanos,
    /// The number of the next event that is looked at.
    pub position: i64,
    /// The number behind the last one.
    pub end_position: i64,
    /// As in a subscription.
    pub passed: i32,
    /// As in a subscription.
    pub attempts: i32,
    /// As in a subscription.
    pub failing_since: Option<Nanos>,
    /// As in a subscription.
    pub next_at: Option<Nanos>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What has waited longest.
pub(crate) async fn first(db: &impl ConnectionTrait, subscription: Uuid) -> Result<Option<Model>, DbErr> {
    let waiting = Entity::find().filter(Column::SubscriptionId.eq(subscription));
    waiting.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).one(db).await
}

/// Subscriptions that have something waiting.
pub(crate) async fn waiting(db: &impl ConnectionTrait) -> Result<Vec<Uuid>, DbErr> {
    Entity::find().select_only().column(Column::SubscriptionId).distinct().into_tuple().all(db).await
}

/// The numbers of the events that were received between two moments, both inclusive: of the first one, and behind the last.
///
/// # Errors
/// When the store fails.
pub async fn range(db: &Db, from: Nanos, to: Nanos) -> Result<std::ops::Range<i64>, ApiError> {
    let start = place::received_at(db, from).await?;
    Ok(start..place::received_at(db, to.saturating_add(1)).await?.max(start))
}
