//! Values that descriptors list.

use argus_core::access::{AtRoot, Caller};
use argus_core::envelope::{Created, Many, One, Updated};
use argus_core::error::ApiError;
use argus_core::search::Draft;
use argus_core::wire::{BodyCriteria, BodyDraft, Path, QueryCriteria};
use argus_customers_store::descriptor::one;
use argus_customers_store::entity::descriptor_value::Column;
use argus_customers_store::search::page;
use poem_openapi::OpenApi;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::Condition;

use super::descriptor::WHOLE;
use crate::model::descriptor::{PropertyDescriptor, printed as printed_descriptor};
use crate::model::descriptor_value::{
    DescriptorValue, DescriptorValueAdd, DescriptorValueUpdate, printed, printed_all,
};
use crate::search::DescriptorValues;
use crate::store::descriptor_value as store;
use crate::{UpdateCustomerPropertyDescriptor, ViewCustomerPropertyDescriptors};

/// Values. To change the list, a function is needed at the root.
#[derive(Clone, Copy)]
pub struct DescriptorValueApi;

#[OpenApi]
impl DescriptorValueApi {
    /// List the values that a descriptor of `enumType` has.
    #[oai(
        path = "/propertydescriptor/:descriptor/values",
        method = "get",
        operation_id = "customeradmin_v2_propertydescriptor_value_list"
    )]
    async fn list_values(
        &self,
        caller: Caller<ViewCustomerPropertyDescriptors>,
        /// The descriptor, by identifier or key.
        descriptor: Path<String>,
        criteria: QueryCriteria<DescriptorValues>,
    ) -> Result<Many<DescriptorValue>, ApiError> {
        many(&caller, &descriptor, &criteria.0).await
    }

    /// Search the values that a descriptor of `enumType` has.
    #[oai(
        path = "/propertydescriptor/:descriptor/values/search",
        method = "post",
        operation_id = "customeradmin_v2_propertydescriptor_value_search"
    )]
    async fn search_values(
        &self,
        caller: Caller<ViewCustomerPropertyDescriptors>,
        /// The descriptor, by identifier or key.
        descriptor: Path<String>,
        criteria: BodyCriteria<DescriptorValues>,
    ) -> Result<Many<DescriptorValue>, ApiError> {
        many(&caller, &descriptor, &criteria.0).await
    }

    /// Add a value to the list of a descriptor of `enumType`.
    #[oai(
        path = "/propertydescriptor/:descriptor/values",
        method = "post",
        operation_id = "customeradmin_v2_propertydescriptor_value_add"
    )]
    async fn add_value(
        &self,
        caller: Caller<AtRoot<UpdateCustomerPropertyDescriptor>>,
        /// The descriptor, by identifier or key.
        descriptor: Path<String>,
        body: BodyDraft<DescriptorValueAdd>,
    ) -> Result<Created<DescriptorValue>, ApiError> {
        let of = one(caller.platform.db.reader(), &descriptor).await?;
        let add = body.check(async |add, errors| Ok(store::check(add, errors))).await?;
        let made = store::create(&caller, &of, add).await?;
        Ok(Created(printed(&caller, &of, &made).await?))
    }

    /// Change what people read of a value; the value itself stays.
    #[oai(
        path = "/propertydescriptor/:descriptor/values/:value",
        method = "put",
        operation_id = "customeradmin_v2_propertydescriptor_value_update"
    )]
    async fn update_value(
        &self,
        caller: Caller<AtRoot<UpdateCustomerPropertyDescriptor>>,
        /// The descriptor, by identifier or key.
        descriptor: Path<String>,
        /// The value, by identifier or itself.
        value: Path<String>,
        body: BodyDraft<DescriptorValueUpdate>,
    ) -> Result<Updated<DescriptorValue>, ApiError> {
        let of = one(caller.platform.db.reader(), &descriptor).await?;
        let found = store::find(caller.platform.db.reader(), of.id, &value).await?;
        let update = body.check(async |update, errors| Ok(store::check_update(update, errors))).await?;
        let (after, changed) = store::update(&caller, &of, &found, update).await?;
        let data = printed(&caller, &of, &after).await?;
        Ok(Updated::of(data, changed))
    }

    /// Take a value from the list; customers that have it keep it. Refused while it is the default. Gives the descriptor.
    #[oai(
        path = "/propertydescriptor/:descriptor/values/:value",
        method = "delete",
        operation_id = "customeradmin_v2_propertydescriptor_value_delete"
    )]
    async fn delete_value(
        &self,
        caller: Caller<AtRoot<UpdateCustomerPropertyDescriptor>>,
        /// The descriptor, by identifier or key.
        descriptor: Path<String>,
        /// The value, by identifier or itself.
        value: Path<String>,
    ) -> Result<One<PropertyDescriptor>, ApiError> {
        let of = one(caller.platform.db.reader(), &descriptor).await?;
        let found = store::find(caller.platform.db.reader(), of.id, &value).await?;
        let after = store::delete(&caller, &of, &found).await?;
        Ok(One(printed_descriptor(&caller, &after, WHOLE).await?))
    }
}

async fn many(
    caller: &Caller<ViewCustomerPropertyDescriptors>,
    descriptor: &str,
    draft: &Draft<DescriptorValues>,
) -> Result<Many<DescriptorValue>, ApiError> {
    let of = one(caller.platform.db.reader(), descriptor).await?;
    let rows = Condition::all().add(Column::DescriptorId.eq(of.id));
    let page = page(caller, draft, caller.scope(), rows).await?;
    let data = printed_all(caller, &of, &page.rows).await?;
    Ok(Many::of(page, data))
}
