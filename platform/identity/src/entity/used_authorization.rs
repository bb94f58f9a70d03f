//! Authorizations that were used, until they would have expired.

use sea_orm::entity::prelude::*;

/// A used authorization.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "used_authorization")]
pub struct Model {
    /// The identifier in the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// When the token expires.
    pub until: i64,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
