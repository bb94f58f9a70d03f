//! What a role consists of.

use sea_orm::entity::prelude::*;

/// A child of a role.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "function_child")]
pub struct Model {
    /// The role.
    #[sea_orm(primary_key, auto_increment = false)]
    pub parent_id: i64,
    /// A function that whoever has the role has too.
    #[sea_orm(primary_key, auto_increment = false)]
    pub child_id: i64,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
