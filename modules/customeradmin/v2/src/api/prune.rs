//! Taking away what is kept for a customer.

use argus_core::access::Caller;
use argus_core::envelope::One;
use argus_core::error::ApiError;
use argus_core::wire::{Path, Query};
use argus_customers_store::find::find;
use poem_openapi::OpenApi;

use crate::PruneCustomerData;
use crate::model::customer::Customer;
use crate::model::describe::one;
use crate::store::prune::{authorized, prune};

/// Pruning.
#[derive(Clone, Copy)]
pub struct PruneApi;

#[OpenApi]
impl PruneApi {
    /// Take away, for good, what is kept for a disabled customer: its properties, logo and roles; of its users the contact
    /// data, preferences, pictures, passwords, second factors and sessions, while their keys are revoked. Names, rights and
    /// the audit log stay. Enabled again, its users have to be given ways to log in anew.
    #[oai(path = "/customer/:customer/data", method = "delete", operation_id = "customeradmin_v2_data_delete")]
    async fn prune_customer_data(
        &self,
        caller: Caller<PruneCustomerData>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        /// Your authorization, from a step-up, for `pruneCustomerData`, with the number of the customer as `customerID` in
        /// its context. Required.
        token: Query<Option<String>>,
    ) -> Result<One<Customer>, ApiError> {
        let found = find(&caller, &caller.scope(), domain.0.as_deref(), &customer).await?;
        let proof = authorized(&caller, &found, token.0.as_deref()).await?;
        one(&caller, prune(&caller, &found, proof).await?).await
    }
}
