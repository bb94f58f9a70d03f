//! Keys of links that are good once, for a short time, and for one purpose.

use sea_orm::entity::prelude::*;

/// A key, as its hash.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_key")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// SHA-256 of the key.
    pub key_hash: Vec<u8>,
    /// Whose.
    pub user_id: i64,
    /// One of [`crate::one_time_keys::purpose`].
    pub purpose: String,
    /// When it was made.
    pub created_at: i64,
    /// From then on it is late.
    pub expires_at: i64,
    /// When it was used; null until then.
    pub used_at: Option<i64>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
