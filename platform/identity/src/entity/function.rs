//! Functions: named permissions, made known by the modules; a role is a function with children.

use sea_orm::entity::prelude::*;

/// A function.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "function")]
pub struct Model {
    /// Number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Name, unique.
    pub name: String,
    /// `external`, `standard` or `administrative`.
    pub minimum_level: String,
    /// Whether it only reads; what a read-only key may use.
    pub read_only: bool,
    /// Whether it stands for its children.
    pub role: bool,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
