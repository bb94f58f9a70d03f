//! How far the clocks of signing clients are from ours.

use sea_orm::entity::prelude::*;

/// The pinned skew of one key.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signature_pin")]
pub struct Model {
    /// The key, by row number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_id: i64,
    /// The client's clock less ours, in ns; null until a request is accepted, and after an eviction.
    pub skew: Option<i64>,
    /// When the skew was last set or moved.
    pub moved_at: i64,
    /// When an administrator last took the pin away; 0 for never.
    pub evicted_at: i64,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
