//! Signatures that were accepted and could be presented again.

use sea_orm::entity::prelude::*;

/// A nonce that is used up.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signature_nonce")]
pub struct Model {
    /// The key, by row number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_id: i64,
    /// The first 16 bytes of the nonce's SHA-256.
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Vec<u8>,
    /// From then on its timestamp is refused anyway.
    pub until: i64,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
