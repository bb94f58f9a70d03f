//! What belongs to a customer.

use argus_core::access::Caller;
use argus_core::envelope::Many;
use argus_core::error::ApiError;
use argus_core::wire::{Path, Query, QueryCriteria};
use argus_customers_store::find::find;
use argus_customers_store::property::{Properties, Property};
use argus_customers_store::role::{UserRole, UserRoles, roles};
use poem_openapi::OpenApi;

use crate::ViewBasicCustomer;

/// Properties and roles.
#[derive(Clone, Copy)]
pub struct BelongingsApi;

#[OpenApi]
impl BelongingsApi {
    /// A customer's properties: its own, and of other keys what the nearest group above has. All of them, by key.
    #[oai(path = "/customer/:customer/properties", method = "get", operation_id = "customers_v2_property_list")]
    async fn list_properties(
        &self,
        caller: Caller<ViewBasicCustomer>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        /// Only these keys; all when absent.
        key: Query<Vec<String>>,
    ) -> Result<Many<Property>, ApiError> {
        let found = find(&caller, &caller.scope(), domain.0.as_deref(), &customer).await?;
        let properties = Properties::of(&caller, std::iter::once(found.id), &key, None).await?;
        Ok(Many::whole(properties.list(found.id, false)))
    }

    /// List who has which role for a customer.
    #[oai(path = "/customer/:customer/userroles", method = "get", operation_id = "customers_v2_customer_roles_list")]
    async fn roles_of_customer(
        &self,
        caller: Caller<ViewBasicCustomer>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        criteria: QueryCriteria<UserRoles>,
    ) -> Result<Many<UserRole>, ApiError> {
        let found = find(&caller, &caller.scope(), domain.0.as_deref(), &customer).await?;
        roles(&caller, &criteria.0, caller.scope(), Some(found.id)).await
    }
}
