//! Generators of time-based codes (RFC 6238).

use sea_orm::entity::prelude::*;

/// A generator.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "totp")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub user_id: i64,
    /// The seed, encrypted with the server's own key.
    pub seed: Vec<u8>,
    /// SHA-256 of what the user presents with the first code; null once it is verified.
    pub cookie_hash: Option<Vec<u8>>,
    /// When it was made.
    pub created_at: i64,
    /// The last time step whose code was accepted: none up to it is accepted again.
    pub last_step: i64,
    /// The session in which it was taken into use.
    pub verified_in: Option<String>,
    /// When the first of the wrong codes came that are counted in `window_failed`.
    pub window_began: i64,
    /// Wrong codes since then.
    pub window_failed: i32,
    /// Wrong codes since the last right one.
    pub failed: i32,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
