//! What belongs to a customer.

use argus_core::access::Caller;
use argus_core::envelope::Many;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::wire::image::Image;
use argus_core::wire::{Path, Query, QueryCriteria, Switch};
use argus_customers_store::find::find;
use argus_customers_store::logo;
use argus_customers_store::property::{Properties, Property};
use argus_customers_store::role::{UserRole, UserRoles, roles};
use poem_openapi::{Enum, OpenApi};

use crate::ViewBasicCustomer;

/// How large a logo is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum LogoSize {
    /// Small.
    Small,
    /// Middling.
    Medium,
    /// Large.
    Large,
    /// As large as there is.
    Xlarge,
}

/// Properties, roles and logo.
#[derive(Clone, Copy)]
pub struct BelongingsApi;

#[OpenApi]
impl BelongingsApi {
    /// A customer's properties: its own, of other keys what the nearest group above has, and of further ones the default in
    /// the descriptor. All that you may see, by key.
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

    /// A customer's logo, as it was stored; no envelope.
    #[oai(path = "/customer/:customer/logo", method = "get", operation_id = "customers_v2_logo_get")]
    async fn get_logo(
        &self,
        caller: Caller<ViewBasicCustomer>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        /// Where the customer has none: that of the nearest group above that has one, else something neutral, instead of
        /// 404. True when absent.
        #[oai(name = "includeDefault")]
        default: Query<Option<Switch>>,
        /// Without effect: the image is given as it was stored.
        #[oai(name = "size")]
        _size: Query<Option<LogoSize>>,
    ) -> Result<Image, ApiError> {
        let mut errors = FieldErrors::default();
        let default = default.read("includeDefault", true, &mut errors);
        let found = errors.beside(find(&caller, &caller.scope(), domain.0.as_deref(), &customer).await)?;
        if default { logo::or_default(&caller, found.id).await } else { logo::own(&caller, found.id).await }
    }
}
