//! Signatures that were accepted and could be presented again.

use sea_orm::entity::prelude::*;

/// A nonce that is used up.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signature_nonce")]
pub struct Model {
    /// The key, by row number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_id: i64,
    /// The client's timestamp, in ms as it was signed. Before the digest, so that new rows lie side by side.
    #[sea_orm(primary_key, auto_increment = false)]
    pub stamp: i64,
    /// The first 16 bytes of the nonce's SHA-256, as base64url.
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: String,
    /// When it was accepted.
    pub accepted_at: i64,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
