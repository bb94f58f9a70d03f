//! Who is who at an OpenID provider.

use sea_orm::entity::prelude::*;

/// A user's name at a provider.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "openid_link")]
pub struct Model {
    /// The user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
    /// The provider, by short name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider: String,
    /// What the provider calls the user: the value of the claim that is configured.
    pub mapped_name: String,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
