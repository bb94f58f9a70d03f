//! Descriptors of properties.

use argus_core::access::{AtRoot, Caller};
use argus_core::envelope::{Created, Many, One, Updated};
use argus_core::error::{ApiError, FieldErrors};
use argus_core::search::Draft;
use argus_core::wire::{BodyCriteria, BodyDraft, Path, Query, QueryCriteria, Switch};
use argus_customers_store::descriptor::{Kind, one, values_of};
use argus_customers_store::search::page;
use poem_openapi::OpenApi;
use poem_openapi::types::Any;
use sea_orm::sea_query::Condition;
use serde_json::Value;

use crate::model::descriptor::{
    PropertyDescriptor, PropertyDescriptorAdd, PropertyDescriptorUpdate, Shown, json_of, printed, printed_all,
};
use crate::search::PropertyDescriptors;
use crate::store::descriptor as store;
use crate::{
    AddCustomerPropertyDescriptor, DeleteCustomerPropertyDescriptor, UpdateCustomerPropertyDescriptor,
    ViewCustomerPropertyDescriptors,
};

/// Descriptors. They are the same for all customers: to change one, its function is needed at the root.
#[derive(Clone, Copy)]
pub struct DescriptorApi;

#[OpenApi]
impl DescriptorApi {
    /// List descriptors of properties.
    #[oai(path = "/propertydescriptor", method = "get", operation_id = "customeradmin_v2_propertydescriptor_list")]
    async fn list_descriptors(
        &self,
        caller: Caller<ViewCustomerPropertyDescriptors>,
        criteria: QueryCriteria<PropertyDescriptors>,
    ) -> Result<Many<PropertyDescriptor>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Search descriptors of properties.
    #[oai(
        path = "/propertydescriptor/search",
        method = "post",
        operation_id = "customeradmin_v2_propertydescriptor_search"
    )]
    async fn search_descriptors(
        &self,
        caller: Caller<ViewCustomerPropertyDescriptors>,
        criteria: BodyCriteria<PropertyDescriptors>,
    ) -> Result<Many<PropertyDescriptor>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Describe the properties of a key: what values are, what is there without one, who sees and sets them. Values that
    /// customers have already stay as they are.
    #[oai(path = "/propertydescriptor", method = "post", operation_id = "customeradmin_v2_propertydescriptor_add")]
    async fn add_descriptor(
        &self,
        caller: Caller<AtRoot<AddCustomerPropertyDescriptor>>,
        body: BodyDraft<PropertyDescriptorAdd>,
    ) -> Result<Created<PropertyDescriptor>, ApiError> {
        let add = body.check(async |add, errors| store::read(&caller, add, errors).await).await?;
        let made = store::create(&caller, add).await?;
        Ok(Created(printed(&caller, &made, WHOLE).await?))
    }

    /// Get a descriptor; by identifier, deleted ones too.
    #[oai(
        path = "/propertydescriptor/:descriptor",
        method = "get",
        operation_id = "customeradmin_v2_propertydescriptor_get"
    )]
    async fn get_descriptor(
        &self,
        caller: Caller<ViewCustomerPropertyDescriptors>,
        /// The descriptor, by identifier or key.
        descriptor: Path<String>,
        /// Whether `jsonSchema` is shown; false when absent.
        #[oai(name = "includeSchema")]
        schema: Query<Option<Switch>>,
        /// Whether `uiSchema` is shown; false when absent.
        #[oai(name = "includeUISchema")]
        ui_schema: Query<Option<Switch>>,
    ) -> Result<One<PropertyDescriptor>, ApiError> {
        let mut errors = FieldErrors::default();
        let schema = schema.read("includeSchema", false, &mut errors);
        let ui_schema = ui_schema.read("includeUISchema", false, &mut errors);
        let found = errors.beside(one(caller.platform.db.reader(), &descriptor).await)?;
        Ok(One(printed(&caller, &found, Shown { schema, ui_schema }).await?))
    }

    /// Get the JSON schema of a descriptor's values: its own, or else that of its type.
    #[oai(
        path = "/propertydescriptor/:descriptor/jsonschema",
        method = "get",
        operation_id = "customeradmin_v2_propertydescriptor_schema_get"
    )]
    async fn get_schema(
        &self,
        caller: Caller<ViewCustomerPropertyDescriptors>,
        /// The descriptor, by identifier or key.
        descriptor: Path<String>,
    ) -> Result<One<Any<Value>>, ApiError> {
        let reader = caller.platform.db.reader();
        let found = one(reader, &descriptor).await?;
        if let Some(own) = json_of(found.json_schema.as_ref()) {
            return Ok(One(Any(own)));
        }
        let kind = Kind::parse(&found.kind).ok_or_else(|| ApiError::internal("a descriptor of an unknown kind"))?;
        Ok(One(Any(kind.schema(&values_of(reader, found.id).await?))))
    }

    /// Change a descriptor. Values that customers have stay as they are.
    #[oai(
        path = "/propertydescriptor/:descriptor",
        method = "put",
        operation_id = "customeradmin_v2_propertydescriptor_update"
    )]
    async fn update_descriptor(
        &self,
        caller: Caller<AtRoot<UpdateCustomerPropertyDescriptor>>,
        /// The descriptor, by identifier or key.
        descriptor: Path<String>,
        body: BodyDraft<PropertyDescriptorUpdate>,
    ) -> Result<Updated<PropertyDescriptor>, ApiError> {
        let found = one(caller.platform.db.reader(), &descriptor).await?;
        let update = body.check(async |update, errors| store::check(&caller, &found, update, errors).await).await?;
        let (after, changed) = store::update(&caller, &found, &update).await?;
        let data = printed(&caller, &after, WHOLE).await?;
        Ok(Updated::of(data, changed))
    }

    /// Delete a descriptor. Properties of its key stay, and go on without; you must have the functions by which they were
    /// seen and set, at the root.
    #[oai(
        path = "/propertydescriptor/:descriptor",
        method = "delete",
        operation_id = "customeradmin_v2_propertydescriptor_delete"
    )]
    async fn delete_descriptor(
        &self,
        caller: Caller<AtRoot<DeleteCustomerPropertyDescriptor>>,
        /// The descriptor, by identifier or key.
        descriptor: Path<String>,
    ) -> Result<One<PropertyDescriptor>, ApiError> {
        let found = one(caller.platform.db.reader(), &descriptor).await?;
        let gone = store::delete(&caller, &found).await?;
        Ok(One(printed(&caller, &gone, WHOLE).await?))
    }
}

/// All of it: what was just written is shown.
pub const WHOLE: Shown = Shown { schema: true, ui_schema: true };

async fn many(
    caller: &Caller<ViewCustomerPropertyDescriptors>,
    draft: &Draft<PropertyDescriptors>,
) -> Result<Many<PropertyDescriptor>, ApiError> {
    let page = page(caller, draft, caller.scope(), Condition::all()).await?;
    let shown = Shown { schema: draft.wants("includeSchema"), ui_schema: draft.wants("includeUISchema") };
    let data = printed_all(caller, &page.rows, shown).await?;
    Ok(Many::of(page, data))
}
