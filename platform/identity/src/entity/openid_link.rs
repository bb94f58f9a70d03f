//! Who users are at OpenID providers.

use sea_orm::entity::prelude::*;

/// A user's name at a provider.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "openid_link")]
pub struct Model {
    /// Whose: a user has one at most.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
    /// Short name of the provider.
    pub provider: String,
    /// The name there, as its tokens have it.
    pub name: String,
    /// When it was set.
    pub created_at: i64,
    /// Who set it.
    pub created_by: i64,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
