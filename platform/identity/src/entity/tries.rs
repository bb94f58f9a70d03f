//! Failed tries that must be remembered through a restart.

use sea_orm::entity::prelude::*;

/// Tries on one account.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tries")]
pub struct Model {
    /// What was tried.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: String,
    /// On what.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// When the window began.
    pub began: i64,
    /// Failed tries in it.
    pub failed: i32,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
