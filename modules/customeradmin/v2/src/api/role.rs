//! Who has which role for a customer.

use argus_core::access::Caller;
use argus_core::envelope::Many;
use argus_core::error::ApiError;
use argus_core::wire::{BodyCriteria, BodyDraft, Path, Query, QueryCriteria};
use argus_customers_store::find::find;
use argus_customers_store::role::{UserRole, UserRoles, UserRolesUpdate, read, roles, set};
use poem_openapi::OpenApi;

use crate::{UpdateCustomer, ViewCustomers};

/// Roles.
#[derive(Clone, Copy)]
pub struct RoleApi;

#[OpenApi]
impl RoleApi {
    /// List who has which role for a customer.
    #[oai(
        path = "/customer/:customer/userroles",
        method = "get",
        operation_id = "customeradmin_v2_customer_roles_list"
    )]
    async fn roles_of_customer(
        &self,
        caller: Caller<ViewCustomers>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        criteria: QueryCriteria<UserRoles>,
    ) -> Result<Many<UserRole>, ApiError> {
        let found = find(&caller, &caller.scope(), domain.0.as_deref(), &customer).await?;
        roles(&caller, &criteria.0, caller.scope(), Some(found.id)).await
    }

    /// Say who has which role for a customer, all of them. A role tells whom to ask; it gives no rights.
    #[oai(
        path = "/customer/:customer/userroles",
        method = "put",
        operation_id = "customeradmin_v2_customer_roles_update"
    )]
    async fn set_roles(
        &self,
        caller: Caller<UpdateCustomer>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: BodyDraft<UserRolesUpdate>,
    ) -> Result<Many<UserRole>, ApiError> {
        let scope = caller.scope();
        let found = find(&caller, &scope, domain.0.as_deref(), &customer).await?;
        let wanted = body.check(async |update, errors| read(&caller, &scope, &found, &update, errors).await).await?;
        set(&caller, &found, wanted).await
    }

    /// List who has which role, for all customers that you may see.
    #[oai(path = "/userrole", method = "get", operation_id = "customeradmin_v2_role_list")]
    async fn list_roles(
        &self,
        caller: Caller<ViewCustomers>,
        criteria: QueryCriteria<UserRoles>,
    ) -> Result<Many<UserRole>, ApiError> {
        roles(&caller, &criteria.0, caller.scope(), None).await
    }

    /// Search who has which role.
    #[oai(path = "/userrole/search", method = "post", operation_id = "customeradmin_v2_role_search")]
    async fn search_roles(
        &self,
        caller: Caller<ViewCustomers>,
        criteria: BodyCriteria<UserRoles>,
    ) -> Result<Many<UserRole>, ApiError> {
        roles(&caller, &criteria.0, caller.scope(), None).await
    }
}
