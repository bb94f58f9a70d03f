//! Logos of customers.

use argus_core::access::Caller;
use argus_core::envelope::One;
use argus_core::error::ApiError;
use argus_core::wire::image::{IMAGE_BODY, Image, ImageUpload};
use argus_core::wire::{BodyDraft, Path, Query};
use argus_customers_store::find::find;
use argus_customers_store::logo::{own, set};
use poem_openapi::OpenApi;

use crate::model::customer::Customer;
use crate::model::describe::one;
use crate::{UpdateCustomer, ViewCustomers};

/// Logos.
#[derive(Clone, Copy)]
pub struct LogoApi;

#[OpenApi]
impl LogoApi {
    /// The logo that a customer has of its own, as it was stored; no envelope. 404 without one: what stands for it then is
    /// at customers/v2.
    #[oai(path = "/customer/:customer/logo", method = "get", operation_id = "customeradmin_v2_logo_get")]
    async fn get_logo(
        &self,
        caller: Caller<ViewCustomers>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<Image, ApiError> {
        own(&caller, find(&caller, &caller.scope(), domain.0.as_deref(), &customer).await?.id).await
    }

    /// Set the logo of a customer, in the place of the one before. Customers below that have none show it.
    #[oai(path = "/customer/:customer/logo", method = "put", operation_id = "customeradmin_v2_logo_update")]
    async fn set_logo(
        &self,
        caller: Caller<UpdateCustomer>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: BodyDraft<ImageUpload, IMAGE_BODY>,
    ) -> Result<One<Customer>, ApiError> {
        let found = find(&caller, &caller.scope(), domain.0.as_deref(), &customer).await?;
        let read = body.check(async |upload, errors| Ok(Image::of(&upload, errors))).await?;
        let image = read.ok_or_else(|| ApiError::internal("an image that was neither read nor refused"))?;
        set(&caller, &found, image).await?;
        one(&caller, found).await
    }
}
