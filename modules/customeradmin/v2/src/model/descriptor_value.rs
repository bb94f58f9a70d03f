//! Values that descriptors list, on the wire.

use std::collections::HashMap;

use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::texts::{Reader, localized};
use argus_customers_store::entity::descriptor;
use argus_customers_store::entity::descriptor_value::Model;
use poem_openapi::Object;
use sea_orm::prelude::Uuid;

/// A value to be listed.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct DescriptorValueAdd {
    /// The value: letters, digits, `_`, `:`, `-` and `.`; neither a UUID nor `search`. The descriptor lists it once.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub value: String,
    /// What people call it, by language: `english`, which has to be there, and `norwegian`.
    pub localized_values: HashMap<String, String>,
    /// What it means, by language: `english`, which has to be there, and `norwegian`.
    pub localized_descriptions: HashMap<String, String>,
}

/// What may change about a value that is listed. Only given members change.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct DescriptorValueUpdate {
    /// Other names for people, all of them, by language; the value itself stays.
    pub localized_values: Option<HashMap<String, String>>,
    /// Other descriptions, all of them, by language.
    pub localized_descriptions: Option<HashMap<String, String>>,
}

/// A value that a descriptor lists.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct DescriptorValue {
    /// Identifier.
    pub id: Uuid,
    /// The value.
    pub value: String,
    /// The descriptor that lists it.
    pub property_descriptor_id: Uuid,
    /// What it means, in English.
    pub description: Option<String>,
    /// What people call it, in your language, or else in English.
    pub localized_value: Option<String>,
    /// What it means, in your language, or else in English.
    pub localized_description: Option<String>,
    /// What people call it, by language.
    pub localized_values: HashMap<String, String>,
    /// What it means, by language.
    pub localized_descriptions: HashMap<String, String>,
}

/// Values of a descriptor as they are printed.
///
/// # Errors
/// When the store fails.
pub async fn printed_all(
    context: &RequestContext,
    of: &descriptor::Model,
    rows: &[Model],
) -> Result<Vec<DescriptorValue>, ApiError> {
    let reader = Reader::of(context).await?;
    let printed = rows.iter().map(|row| {
        let descriptions = localized(row.localized_descriptions.as_deref());
        DescriptorValue {
            id: row.uuid,
            value: row.value.clone(),
            property_descriptor_id: of.uuid,
            description: descriptions.get("english").cloned(),
            localized_value: reader.text(row.localized_values.as_deref()),
            localized_description: reader.text(row.localized_descriptions.as_deref()),
            localized_values: localized(row.localized_values.as_deref()),
            localized_descriptions: descriptions,
        }
    });
    Ok(printed.collect())
}

/// One value as it is printed.
///
/// # Errors
/// When the store fails.
pub async fn printed(
    context: &RequestContext,
    of: &descriptor::Model,
    row: &Model,
) -> Result<DescriptorValue, ApiError> {
    let mut data = printed_all(context, of, std::slice::from_ref(row)).await?;
    data.pop().ok_or_else(|| ApiError::internal("a row that was not printed"))
}
