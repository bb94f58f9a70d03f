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
    /// Whether a directory server decides about it.
    pub externally_managed: bool,
    /// Since when.
    pub added_at: i64,
    /// Who added it.
    pub added_by: Option<i64>,
    /// Why.
    pub add_comment: Option<String>,
    /// Until when; null while it lasts. A pair lasts at most once.
    pub removed_at: Option<i64>,
    /// Who ended it.
    pub removed_by: Option<i64>,
    /// Why.
    pub remove_comment: Option<String>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
