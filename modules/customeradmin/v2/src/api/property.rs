//! Properties of customers.

use argus_core::access::{Caller, Gate};
use argus_core::context::RequestContext;
use argus_core::envelope::Many;
use argus_core::error::ApiError;
use argus_core::wire::{BodyDraft, Path, Query};
use argus_customers_store::find::find;
use argus_customers_store::property::{Properties, PropertiesUpdate, Property, check, remove, set};
use argus_identity::entity::customer;
use poem_openapi::OpenApi;

use crate::{UpdateCustomer, ViewCustomers};

/// Properties.
#[derive(Clone, Copy)]
pub struct PropertyApi;

#[OpenApi]
impl PropertyApi {
    /// A customer's properties: its own, of other keys what the nearest group above has, and of further ones the default in
    /// the descriptor. All that you may see, by key.
    #[oai(path = "/customer/:customer/properties", method = "get", operation_id = "customeradmin_v2_property_list")]
    async fn list_properties(
        &self,
        caller: Caller<ViewCustomers>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        /// Only these keys; all when absent.
        key: Query<Vec<String>>,
        /// Only those whose descriptors are of these sections; all when absent, also those without a descriptor.
        section: Query<Vec<String>>,
    ) -> Result<Many<Property>, ApiError> {
        let found = find(&caller, &caller.scope(), domain.0.as_deref(), &customer).await?;
        list(&caller, &found, &key, &section).await
    }

    /// Set properties of a customer, where a key is described to what its descriptor says. Whatever is below inherits them, and
    /// shows them to whoever may see it, unless the descriptor says otherwise.
    #[oai(path = "/customer/:customer/properties", method = "put", operation_id = "customeradmin_v2_property_update")]
    async fn set_properties(
        &self,
        caller: Caller<UpdateCustomer>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: BodyDraft<PropertiesUpdate>,
    ) -> Result<Many<Property>, ApiError> {
        let found = find(&caller, &caller.scope(), domain.0.as_deref(), &customer).await?;
        let given = body.check(async |update, errors| check(&caller, &found, &update, errors).await).await?;
        set(&caller, &found, given).await?;
        list(&caller, &found, &[], &[]).await
    }

    /// Take properties away from a customer; what it inherits by those keys shows again.
    #[oai(
        path = "/customer/:customer/properties",
        method = "delete",
        operation_id = "customeradmin_v2_property_delete"
    )]
    async fn remove_properties(
        &self,
        caller: Caller<UpdateCustomer>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        /// The keys; at least one, all of them the customer's own.
        key: Query<Vec<String>>,
    ) -> Result<Many<Property>, ApiError> {
        let found = find(&caller, &caller.scope(), domain.0.as_deref(), &customer).await?;
        remove(&caller, &found, &key).await?;
        list(&caller, &found, &[], &[]).await
    }
}

async fn list(
    context: &RequestContext,
    customer: &customer::Model,
    keys: &[String],
    sections: &[String],
) -> Result<Many<Property>, ApiError> {
    let write = context.caller()?.customers_for(UpdateCustomer::NAME).contains(customer.id);
    let properties = Properties::of(context, std::iter::once(customer.id), keys, None).await?;
    Ok(Many::whole(properties.of_sections(sections).list(customer.id, write)))
}
