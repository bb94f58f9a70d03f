//! Customers.

use argus_core::access::Caller;
use argus_core::envelope::{Created, Many, One};
use argus_core::error::ApiError;
use argus_core::search::Draft;
use argus_core::wire::{BodyCriteria, BodyDraft, Path, Query, QueryCriteria};
use argus_customers_store::find::find;
use argus_customers_store::search::{Customers, customers};
use poem_openapi::OpenApi;

use crate::model::customer::{Customer, CustomerAdd, CustomerUpdate};
use crate::model::describe::{described, one};
use crate::store::customer as store;
use crate::{AddCustomer, UpdateCustomer, ViewCustomers};

/// Customers.
#[derive(Clone, Copy)]
pub struct CustomerApi;

#[OpenApi]
impl CustomerApi {
    /// List customers.
    #[oai(path = "/customer", method = "get", operation_id = "customeradmin_v2_customer_list")]
    async fn list_customers(
        &self,
        caller: Caller<ViewCustomers>,
        criteria: QueryCriteria<Customers>,
    ) -> Result<Many<Customer>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Search customers.
    #[oai(path = "/customer/search", method = "post", operation_id = "customeradmin_v2_customer_search")]
    async fn search_customers(
        &self,
        caller: Caller<ViewCustomers>,
        criteria: BodyCriteria<Customers>,
    ) -> Result<Many<Customer>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Make a customer below a group. Whoever has rights on that group or above it has them on the customer.
    #[oai(path = "/customer", method = "post", operation_id = "customeradmin_v2_customer_add")]
    async fn add_customer(
        &self,
        caller: Caller<AddCustomer>,
        body: BodyDraft<CustomerAdd>,
    ) -> Result<Created<Customer>, ApiError> {
        let scope = caller.scope();
        let new = body.check(async |add, errors| store::read(&caller, &scope, add, errors).await).await?;
        Ok(Created(one(&caller, store::create(&caller, new).await?).await?.0))
    }

    /// Get a customer; disabled ones too.
    #[oai(path = "/customer/:customer", method = "get", operation_id = "customeradmin_v2_customer_get")]
    async fn get_customer(
        &self,
        caller: Caller<ViewCustomers>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<Customer>, ApiError> {
        one(&caller, find(&caller, &caller.scope(), domain.0.as_deref(), &customer).await?).await
    }

    /// Change a customer.
    #[oai(path = "/customer/:customer", method = "put", operation_id = "customeradmin_v2_customer_update")]
    async fn update_customer(
        &self,
        caller: Caller<UpdateCustomer>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: BodyDraft<CustomerUpdate>,
    ) -> Result<One<Customer>, ApiError> {
        let found = find(&caller, &caller.scope(), domain.0.as_deref(), &customer).await?;
        let update = body.check(async |update, errors| store::check(&caller, &found, update, errors).await).await?;
        one(&caller, store::update(&caller, &found, update).await?).await
    }
}

async fn many(caller: &Caller<ViewCustomers>, draft: &Draft<Customers>) -> Result<Many<Customer>, ApiError> {
    let page = customers(caller, draft, caller.scope()).await?;
    let data = described(caller, &page.rows).await?;
    Ok(Many::of(page, data))
}
