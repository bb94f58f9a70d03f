//! Descriptors of properties on the wire.

use std::collections::HashMap;

use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::info::{FunctionInfo, People, UserInfo};
use argus_core::texts::{Reader, localized};
use argus_customers_store::descriptor::{Kind, flag};
use argus_customers_store::entity::descriptor::Model;
use poem_openapi::Object;
use poem_openapi::types::Any;
use sea_orm::prelude::Uuid;
use serde_json::Value;

/// The sections in which user interfaces show properties.
pub const SECTIONS: &[&str] = &[
    "general",
    "sla",
    "analysis",
    "aer",
    "ama",
    "amq",
    "ala",
    "alc",
    "irt",
    "securedns",
    "policy",
    "integrations",
    "detections",
    "soar",
    "notification",
    "reporting",
    "services",
    "products",
    "authentication",
    "other",
    "hidden",
];

/// A descriptor to be made.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct PropertyDescriptorAdd {
    /// The key that it describes: letters, digits, `_`, `:`, `-` and `.`; neither a UUID nor `search`. No other descriptor
    /// has it.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub key: String,
    /// What the property is, by language: `english`, which has to be there, and `norwegian`.
    pub localized_descriptions: HashMap<String, String>,
    /// The section in which user interfaces show it: `general`, `sla`, `analysis`, `aer`, `ama`, `amq`, `ala`, `alc`, `irt`,
    /// `securedns`, `policy`, `integrations`, `detections`, `soar`, `notification`, `reporting`, `services`, `products`,
    /// `authentication`, `other` or `hidden`.
    #[oai(validator(max_length = 255))]
    pub section: String,
    /// What values are; stays so while the descriptor lists values.
    #[oai(rename = "type")]
    pub kind: Kind,
    /// What customers have that have no value; of the type, and of the schema where there is one.
    pub default_value: Option<Any<Value>>,
    /// Whether another system keeps it; false when absent. A mark only.
    pub externally_managed: Option<bool>,
    /// Whether user interfaces leave it out; false when absent. A mark only.
    pub hidden: Option<bool>,
    /// Names for people, by language; the key when absent.
    pub localized_names: Option<HashMap<String, String>>,
    /// Whether a descriptor that the key has already becomes this one; false when absent, which then is refused.
    pub overwrite_if_exists: Option<bool>,
    /// The function that is needed on a customer to see the property, by number or name; `viewCustomers` when absent.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub read_function: Option<String>,
    /// The function that is needed on a customer to set the property, beside `updateCustomer`, by number or name.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub write_function: Option<String>,
    /// The JSON schema of values, of draft 4, 6, 7, 2019-09 or 2020-12 as `$schema` says: at most 16 KiB, without
    /// references, with at most 20 patterns.
    pub schema: Option<Any<Value>>,
    /// What user interfaces make of the schema: an object of at most 16 KiB.
    pub ui_schema: Option<Any<Value>>,
    /// Its place in the section; 0 when absent: by name.
    pub section_index: Option<i32>,
    /// Whether a customer without a value has that of the nearest group above; true when absent.
    pub inherited: Option<bool>,
}

/// What may change about a descriptor. Only given members change. Values that customers have stay as they are.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct PropertyDescriptorUpdate {
    /// Other descriptions, all of them, by language.
    pub localized_descriptions: Option<HashMap<String, String>>,
    /// Other names for people, all of them, by language.
    pub localized_names: Option<HashMap<String, String>>,
    /// Another section.
    #[oai(validator(max_length = 255))]
    pub section: Option<String>,
    /// Another place there.
    pub section_index: Option<i32>,
    /// Another type; not while the descriptor lists values.
    #[oai(rename = "type")]
    pub kind: Option<Kind>,
    /// Another default.
    pub default_value: Option<Any<Value>>,
    /// Whether programs should not use it any more. A mark only.
    pub deprecated: Option<bool>,
    /// Whether another system keeps it.
    pub externally_managed: Option<bool>,
    /// Whether user interfaces leave it out.
    pub hidden: Option<bool>,
    /// Another function for seeing the property. You must have the one before, at the root.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub read_function: Option<String>,
    /// Another function for setting the property. You must have the one before, at the root.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub write_function: Option<String>,
    /// Another JSON schema of values.
    pub schema: Option<Any<Value>>,
    /// Something else for user interfaces to make of the schema.
    pub ui_schema: Option<Any<Value>>,
    /// The same, as the existing client writes it; without meaning beside `uiSchema`.
    pub uischema: Option<Any<Value>>,
    /// Whether a customer without a value has that of the nearest group above.
    pub inherited: Option<bool>,
}

/// A descriptor of properties, the same for all customers.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct PropertyDescriptor {
    /// Identifier.
    pub id: Uuid,
    /// The key that it describes.
    pub key: String,
    /// `stringType`, `floatType`, `integerType`, `jsonType`, `booleanType` or `enumType`.
    #[oai(rename = "type")]
    pub kind: String,
    /// The section in which user interfaces show it.
    pub section: String,
    /// Its place there; 0: by name.
    pub section_index: i32,
    /// What the property is, in English.
    pub description: Option<String>,
    /// Its name in your language, or else in English, or else the key.
    pub localized_name: String,
    /// What it is, in your language, or else in English.
    pub localized_description: Option<String>,
    /// Names by language.
    pub localized_names: HashMap<String, String>,
    /// Descriptions by language.
    pub localized_descriptions: HashMap<String, String>,
    /// The default: a text as it is, anything else as JSON; null without one.
    pub default_value: Option<String>,
    /// The default as it was given.
    pub default_json_value: Option<Any<Value>>,
    /// The JSON schema of values, where that is asked for and there is one.
    pub json_schema: Option<Any<Value>>,
    /// What user interfaces make of it, where that is asked for and there is something.
    pub ui_schema: Option<Any<Value>>,
    /// The function that is needed on a customer to see the property.
    pub read_function: Option<FunctionInfo>,
    /// The function that is needed on a customer to set it, beside `updateCustomer`.
    pub write_function: Option<FunctionInfo>,
    /// Whether a customer without a value has that of the nearest group above.
    pub inherited: bool,
    /// Of `deleted`, `deprecated`, `externallyManaged`, `hidden`, `hasUISchema`.
    pub flags: Vec<String>,
    /// When it was made, in ms.
    pub created_timestamp: i64,
    /// By whom.
    pub created_by_user: Option<UserInfo>,
    /// When it was last changed, in ms.
    pub last_updated_timestamp: Option<i64>,
    /// By whom.
    pub last_updated_by_user: Option<UserInfo>,
    /// When it was deleted, in ms.
    pub deleted_timestamp: Option<i64>,
    /// By whom.
    pub deleted_by_user: Option<UserInfo>,
}

/// Which of the longer members are shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown {
    /// `jsonSchema`.
    pub schema: bool,
    /// `uiSchema`.
    pub ui_schema: bool,
}

/// JSON from a column.
#[must_use]
pub fn json_of(text: Option<&String>) -> Option<Value> {
    serde_json::from_str(text?).ok()
}

/// The flags of a descriptor.
#[must_use]
pub fn flags(row: &Model) -> Vec<String> {
    let all = [
        ("deleted", row.deleted_at.is_some()),
        ("deprecated", row.flags & flag::DEPRECATED != 0),
        ("externallyManaged", row.flags & flag::EXTERNALLY_MANAGED != 0),
        ("hidden", row.flags & flag::HIDDEN != 0),
        ("hasUISchema", row.ui_schema.is_some()),
    ];
    all.into_iter().filter(|(_, set)| *set).map(|(name, _)| name.to_owned()).collect()
}

fn print(row: &Model, people: &People, reader: &Reader, shown: Shown) -> PropertyDescriptor {
    let descriptions = localized(row.localized_descriptions.as_deref());
    let default = json_of(row.default_value.as_ref());
    let function = |id| people.tree.function(id).map(FunctionInfo::from);
    PropertyDescriptor {
        id: row.uuid,
        key: row.name.clone(),
        kind: row.kind.clone(),
        section: row.section.clone(),
        section_index: row.section_index,
        description: descriptions.get("english").cloned(),
        localized_name: reader.text(row.localized_names.as_deref()).unwrap_or_else(|| row.name.clone()),
        localized_description: reader.text(row.localized_descriptions.as_deref()),
        localized_names: localized(row.localized_names.as_deref()),
        localized_descriptions: descriptions,
        default_value: default.as_ref().map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned)),
        default_json_value: default.map(Any),
        json_schema: json_of(row.json_schema.as_ref()).filter(|_| shown.schema).map(Any),
        ui_schema: json_of(row.ui_schema.as_ref()).filter(|_| shown.ui_schema).map(Any),
        read_function: function(row.read_function_id),
        write_function: function(row.write_function_id),
        inherited: row.inherited,
        flags: flags(row),
        created_timestamp: millis(row.created_at),
        created_by_user: people.info(row.created_by),
        last_updated_timestamp: row.updated_at.map(millis),
        last_updated_by_user: people.info(row.updated_by),
        deleted_timestamp: row.deleted_at.map(millis),
        deleted_by_user: people.info(row.deleted_by),
    }
}

/// Descriptors as they are printed.
///
/// # Errors
/// When the store fails.
pub async fn printed_all(
    context: &RequestContext,
    rows: &[Model],
    shown: Shown,
) -> Result<Vec<PropertyDescriptor>, ApiError> {
    let by = rows.iter().flat_map(|row| [row.created_by, row.updated_by, row.deleted_by]).flatten();
    let people = People::of(&context.platform, by.collect()).await?;
    let reader = Reader::of(context).await?;
    Ok(rows.iter().map(|row| print(row, &people, &reader, shown)).collect())
}

/// One descriptor as it is printed.
///
/// # Errors
/// When the store fails.
pub async fn printed(context: &RequestContext, row: &Model, shown: Shown) -> Result<PropertyDescriptor, ApiError> {
    let mut data = printed_all(context, std::slice::from_ref(row), shown).await?;
    data.pop().ok_or_else(|| ApiError::internal("a row that was not printed"))
}
