//! Login histories.

use argus_audit_log::authentication::Authentications;
use argus_core::access::{Caller, Myself};
use argus_core::envelope::Many;
use argus_core::error::ApiError;
use argus_core::wire::{Path, Query, QueryCriteria};
use poem_openapi::OpenApi;

use crate::model::AuthenticationEvent;
use crate::sessions::user_of;
use crate::{ViewUserAuthenticationEvents, events};

/// Login histories.
#[derive(Clone, Copy)]
pub struct EventsApi;

#[OpenApi]
impl EventsApi {
    /// Your login history, newest first: logins and failed ones, keys made, being blocked and let in again.
    #[oai(path = "/events", method = "get", operation_id = "authentication_v1_event_list")]
    async fn own(
        &self,
        caller: Caller<Myself>,
        criteria: QueryCriteria<Authentications>,
    ) -> Result<Many<AuthenticationEvent>, ApiError> {
        events::of_user(&caller, caller.principal()?.user_id, &criteria.0).await
    }

    /// The login history of a user, newest first.
    #[oai(path = "/user/:user/events", method = "get", operation_id = "authentication_v1_user_event_list")]
    async fn of_user(
        &self,
        caller: Caller<ViewUserAuthenticationEvents>,
        /// The user, by number or short name.
        user: Path<String>,
        /// Domain of the short name, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        criteria: QueryCriteria<Authentications>,
    ) -> Result<Many<AuthenticationEvent>, ApiError> {
        let user = user_of(&caller, &user, domain.0.as_deref()).await?;
        events::of_user(&caller, user.id, &criteria.0).await
    }

    /// The login histories of the users of some customers, newest first.
    #[oai(path = "/customer/events", method = "get", operation_id = "authentication_v1_customer_event_list")]
    async fn of_customers(
        &self,
        caller: Caller<ViewUserAuthenticationEvents>,
        /// Exactly these customers, by number or short name; the caller's own when absent.
        customer: Query<Vec<String>>,
        /// Only customers of that domain, by number or name.
        domain: Query<Option<String>>,
        criteria: QueryCriteria<Authentications>,
    ) -> Result<Many<AuthenticationEvent>, ApiError> {
        events::of_customers(&caller, &caller.scope(), &customer.0, domain.0.as_deref(), &criteria.0).await
    }
}
