//! What roles consist of, with names: a view of [`super::function_child`], for reading only.

use sea_orm::entity::prelude::*;

/// A child of a role.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "function_mapping")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The role.
    pub parent_id: i64,
    /// Its name now.
    pub parent_name: String,
    /// A function that whoever has the role has too.
    pub child_id: i64,
    /// Its name now.
    pub child_name: String,
    /// Since when.
    pub created_at: i64,
    /// Who added it; null for what a module made known.
    pub created_by: Option<i64>,
    /// Until when; null while it lasts.
    pub deleted_at: Option<i64>,
    /// Who took it away.
    pub deleted_by: Option<i64>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
