//! Where a customer stands in the tree, and whether it is in use.

use argus_core::access::Caller;
use argus_core::envelope::One;
use argus_core::error::ApiError;
use argus_core::wire::{BodyDraft, Path, Query};
use argus_customers_store::find::find;
use poem_openapi::OpenApi;

use crate::model::customer::{Customer, CustomerMove};
use crate::model::describe::one;
use crate::store::place::{destination, relocate};
use crate::store::state::{disable, reenable};
use crate::{AddCustomer, DeleteCustomer, MoveCustomer};

/// Disabling, enabling and moving.
#[derive(Clone, Copy)]
pub struct StateApi;

#[OpenApi]
impl StateApi {
    /// Disable a customer: it is hidden, nothing new belongs to it, and its users are out at once. Their sessions end, their
    /// keys and passwords are refused until it is enabled again. Refused while customers below it are enabled.
    #[oai(path = "/customer/:customer/disable", method = "put", operation_id = "customeradmin_v2_customer_disable")]
    async fn disable_customer(
        &self,
        caller: Caller<DeleteCustomer>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<Customer>, ApiError> {
        let found = find(&caller, &caller.scope(), domain.0.as_deref(), &customer).await?;
        one(&caller, disable(&caller, &found).await?).await
    }

    /// Enable a disabled customer again. Its users come back with all that they can do; you must hold that too.
    #[oai(path = "/customer/:customer/reenable", method = "put", operation_id = "customeradmin_v2_customer_reenable")]
    async fn reenable_customer(
        &self,
        caller: Caller<AddCustomer>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<Customer>, ApiError> {
        let found = find(&caller, &caller.scope(), domain.0.as_deref(), &customer).await?;
        one(&caller, reenable(&caller, &found).await?).await
    }

    /// Move a customer, with all below it, to another group. Who has rights on that group has them on the customer then: you
    /// must hold whatever anybody gets by it, and may move on every group that the customer leaves.
    #[oai(path = "/customer/:customer/move", method = "put", operation_id = "customeradmin_v2_customer_move")]
    async fn move_customer(
        &self,
        caller: Caller<MoveCustomer>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: BodyDraft<CustomerMove>,
    ) -> Result<One<Customer>, ApiError> {
        let scope = caller.scope();
        let found = find(&caller, &scope, domain.0.as_deref(), &customer).await?;
        let to = body.check(async |body, errors| destination(&caller, &scope, &found, &body, errors).await).await?;
        one(&caller, relocate(&caller, &scope, &found, &to).await?).await
    }
}
