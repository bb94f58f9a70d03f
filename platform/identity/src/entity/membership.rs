//! Memberships of users and groups in groups.

use sea_orm::entity::prelude::*;

/// A membership.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The group.
    pub group_id: i64,
    /// The user or group in it.
    pub member_id: i64,
    /// Since when.
    pub added_at: i64,
    /// Until when; null while it lasts.
    pub removed_at: Option<i64>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
