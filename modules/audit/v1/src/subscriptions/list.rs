//! Lists.

use argus_audit_webhooks::delivery::{self, Deliveries};
use argus_audit_webhooks::subscription::{Column, Subscriptions};
use argus_core::access::Caller;
use argus_core::envelope::Many;
use argus_core::error::ApiError;
use argus_core::search::Draft;
use sea_orm::ColumnTrait;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Condition;

use crate::ManageAuditSubscriptions;
use crate::criteria::names;
use crate::model::subscription::{Delivery, Subscription, printed_all};

/// The subscriptions that criteria select.
///
/// # Errors
/// 412 as the criteria say.
pub async fn subscriptions(
    caller: &Caller<ManageAuditSubscriptions>,
    draft: Draft<Subscriptions>,
) -> Result<Many<Subscription>, ApiError> {
    let criteria = draft.resolve(&names(caller)).await?;
    let mut page = caller.page(&criteria, caller.scope().condition(Column::CustomerId)).await?;
    let data = printed_all(caller, std::mem::take(&mut page.rows)).await?;
    Ok(Many::of(page, data))
}

/// The tries of a subscription that criteria select.
///
/// # Errors
/// 412 as the criteria say.
pub async fn deliveries(
    caller: &Caller<ManageAuditSubscriptions>,
    subscription: Uuid,
    draft: Draft<Deliveries>,
) -> Result<Many<Delivery>, ApiError> {
    let criteria = draft.bound_to(subscription.to_string()).resolve(&()).await?;
    let rows = Condition::all().add(delivery::Column::SubscriptionId.eq(subscription));
    let mut page = caller.page(&criteria, rows).await?;
    let data = std::mem::take(&mut page.rows).into_iter().map(Delivery::from).collect();
    Ok(Many::of(page, data))
}
