//! Permissions: a subject may use a function on a customer and all below it.

use sea_orm::entity::prelude::*;

/// A permission.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "permission")]
pub struct Model {
    /// Number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Who.
    pub subject_id: i64,
    /// May do what.
    pub function_id: i64,
    /// On whom.
    pub customer_id: i64,
    /// Since when.
    pub granted_at: i64,
    /// Who granted it; null for the first administrator's.
    pub granted_by: Option<i64>,
    /// Why.
    pub grant_comment: Option<String>,
    /// Until when; null while it lasts.
    pub revoked_at: Option<i64>,
    /// Who revoked it.
    pub revoked_by: Option<i64>,
    /// Why.
    pub revoke_comment: Option<String>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
