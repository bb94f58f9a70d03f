//! Values of descriptors that list them.

use sea_orm::entity::prelude::*;

/// A value that properties of a key may have.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "property_descriptor_value")]
pub struct Model {
    /// Number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Name for programs.
    pub uuid: Uuid,
    /// Of which descriptor.
    pub descriptor_id: i64,
    /// The value; the descriptor has it once.
    pub value: String,
    /// What people call it, by language, as JSON.
    pub localized_values: Option<String>,
    /// Descriptions by language, as JSON.
    pub localized_descriptions: Option<String>,
    /// All of what people call it, one a line: keywords are looked for here.
    pub names: String,
    /// All descriptions, one a line.
    pub descriptions: String,
    /// Its keyword fields, folded, where they are not plain ASCII.
    pub folded: Option<String>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
