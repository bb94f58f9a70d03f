//! Descriptors of properties.

use sea_orm::entity::prelude::*;

/// What is known of the properties of one key, the same for all customers.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "property_descriptor")]
pub struct Model {
    /// Number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Name for programs.
    pub uuid: Uuid,
    /// The key; one descriptor that is not deleted has it.
    pub name: String,
    /// A [`crate::descriptor::Kind`], by name.
    pub kind: String,
    /// The section in which user interfaces show it.
    pub section: String,
    /// Its place there.
    pub section_index: i32,
    /// Names by language, as JSON.
    pub localized_names: Option<String>,
    /// Descriptions by language, as JSON.
    pub localized_descriptions: Option<String>,
    /// What customers have that have no value, as JSON.
    pub default_value: Option<String>,
    /// The JSON schema of values, as JSON.
    pub json_schema: Option<String>,
    /// What user interfaces make of that, as JSON.
    pub ui_schema: Option<String>,
    /// The function by which somebody may see the property of a customer.
    pub read_function_id: i64,
    /// The function by which somebody may set it.
    pub write_function_id: i64,
    /// Whether customers have what the nearest group above has.
    pub inherited: bool,
    /// Bits of [`crate::descriptor::flag`].
    pub flags: i64,
    /// When it was made.
    pub created_at: i64,
    /// Who made it.
    pub created_by: Option<i64>,
    /// When it was last changed; null while it never was.
    pub updated_at: Option<i64>,
    /// Who changed it last.
    pub updated_by: Option<i64>,
    /// When it was deleted; null while it stands.
    pub deleted_at: Option<i64>,
    /// Who deleted it.
    pub deleted_by: Option<i64>,
    /// Its keyword fields, folded, where they are not plain ASCII.
    pub folded: Option<String>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
