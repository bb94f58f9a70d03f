//! Subscriptions to events.

use argus_audit_webhooks::delivery::Deliveries;
use argus_audit_webhooks::subscription::Subscriptions;
use argus_core::access::Caller;
use argus_core::envelope::{Created, Many, One};
use argus_core::error::ApiError;
use argus_core::wire::{BodyCriteria, BodyDraft, Path, QueryCriteria};
use poem_openapi::OpenApi;

use crate::ManageAuditSubscriptions;
use crate::model::subscription::{
    Delivery, NewSubscription, Redelivery, RedeliveryWanted, SecretRenewal, Subscription, SubscriptionUpdate,
};
use crate::subscriptions::{self as store, list};

/// Subscriptions: webhooks as Standard Webhooks 1.0 has them.
#[derive(Clone, Copy)]
pub struct SubscriptionApi;

#[OpenApi]
impl SubscriptionApi {
    /// List subscriptions.
    #[oai(path = "/subscription", method = "get", operation_id = "audit_v1_subscription_list")]
    async fn list_subscriptions(
        &self,
        caller: Caller<ManageAuditSubscriptions>,
        criteria: QueryCriteria<Subscriptions>,
    ) -> Result<Many<Subscription>, ApiError> {
        list::subscriptions(&caller, criteria.0).await
    }

    /// Search subscriptions.
    #[oai(path = "/subscription/search", method = "post", operation_id = "audit_v1_subscription_search")]
    async fn search_subscriptions(
        &self,
        caller: Caller<ManageAuditSubscriptions>,
        criteria: BodyCriteria<Subscriptions>,
    ) -> Result<Many<Subscription>, ApiError> {
        list::subscriptions(&caller, criteria.0).await
    }

    /// Subscribe to events.
    ///
    /// From now on events are sent, one message each, to the address: POST of `{type, timestamp, data}` with the event as
    /// `data`, and the headers `webhook-id`, `webhook-timestamp` and `webhook-signature` of Standard Webhooks 1.0. Messages
    /// come in the order of the log, each at least once; one that comes again has the same `webhook-id`. An answer 2xx within
    /// 30 seconds means that it was taken. Else it is tried again after 5 s, 5 min, 30 min, 2 h, 5 h and then every 10 h, about,
    /// or when `Retry-After` of 429 and 503 says; those behind it wait. After 5 days of that, or at once with 410, the
    /// subscription is ENDED. Redirects are not followed.
    ///
    /// You need viewAuditEvents on the customer. The secret is in this answer and in no other.
    #[oai(path = "/subscription", method = "post", operation_id = "audit_v1_subscription_add")]
    async fn add_subscription(
        &self,
        caller: Caller<ManageAuditSubscriptions>,
        body: BodyDraft<NewSubscription>,
    ) -> Result<Created<Subscription>, ApiError> {
        Ok(Created(store::add(&caller, body).await?))
    }

    /// Get a subscription.
    #[oai(path = "/subscription/:id", method = "get", operation_id = "audit_v1_subscription_get")]
    async fn get_subscription(
        &self,
        caller: Caller<ManageAuditSubscriptions>,
        /// The subscription's id.
        id: Path<String>,
    ) -> Result<One<Subscription>, ApiError> {
        let row = store::find(&caller, &id).await?;
        Ok(One(store::printed(&caller, row).await?))
    }

    /// Change a subscription.
    ///
    /// Of one that you bring back to ACTIVE, or send elsewhere, the message that waits is tried at once. You need to see
    /// whatever it delivers.
    #[oai(path = "/subscription/:id", method = "put", operation_id = "audit_v1_subscription_update")]
    async fn update_subscription(
        &self,
        caller: Caller<ManageAuditSubscriptions>,
        /// The subscription's id.
        id: Path<String>,
        body: BodyDraft<SubscriptionUpdate>,
    ) -> Result<One<Subscription>, ApiError> {
        let row = store::find(&caller, &id).await?;
        Ok(One(store::update(&caller, row, body).await?))
    }

    /// Remove a subscription for good, with the list of its deliveries.
    #[oai(path = "/subscription/:id", method = "delete", operation_id = "audit_v1_subscription_delete")]
    async fn delete_subscription(
        &self,
        caller: Caller<ManageAuditSubscriptions>,
        /// The subscription's id.
        id: Path<String>,
    ) -> Result<One<Subscription>, ApiError> {
        let row = store::find(&caller, &id).await?;
        Ok(One(store::delete(&caller, row).await?))
    }

    /// Give a subscription another secret, or another pair of keys.
    ///
    /// For `graceSeconds` messages are signed by both. The secret is in this answer and in no other.
    #[oai(path = "/subscription/:id/secret", method = "post", operation_id = "audit_v1_subscription_secret_add")]
    async fn renew_secret(
        &self,
        caller: Caller<ManageAuditSubscriptions>,
        /// The subscription's id.
        id: Path<String>,
        body: BodyDraft<SecretRenewal>,
    ) -> Result<One<Subscription>, ApiError> {
        let row = store::find(&caller, &id).await?;
        Ok(One(store::renew(&caller, row, body).await?))
    }

    /// List the tries to deliver messages, newest first: the last 1,000 of 30 days.
    #[oai(path = "/subscription/:id/delivery", method = "get", operation_id = "audit_v1_subscription_delivery_list")]
    async fn list_deliveries(
        &self,
        caller: Caller<ManageAuditSubscriptions>,
        /// The subscription's id.
        id: Path<String>,
        criteria: QueryCriteria<Deliveries>,
    ) -> Result<Many<Delivery>, ApiError> {
        let row = store::find(&caller, &id).await?;
        list::deliveries(&caller, row.id, criteria.0).await
    }

    /// Deliver events again, by the time at which they were received.
    ///
    /// They are sent beside the running order, which does not wait for them, in their own order, with the `webhook-id` that
    /// they had. What the running order has not come to yet is left to it. While the subscription is not ACTIVE they wait;
    /// ten parts of the log may wait at a time.
    #[oai(path = "/subscription/:id/redeliver", method = "post", operation_id = "audit_v1_subscription_redeliver")]
    async fn redeliver(
        &self,
        caller: Caller<ManageAuditSubscriptions>,
        /// The subscription's id.
        id: Path<String>,
        body: BodyDraft<RedeliveryWanted>,
    ) -> Result<One<Redelivery>, ApiError> {
        let row = store::find(&caller, &id).await?;
        Ok(One(store::redeliver(&caller, row, body).await?))
    }
}
