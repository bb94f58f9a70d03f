//! API keys. The secret itself is never stored.

use sea_orm::entity::prelude::*;

/// An API key.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub struct Model {
    /// Number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose.
    pub user_id: i64,
    /// Number among the user's keys, from 1.
    pub idx: i64,
    /// `<user>/<idx>`: what users see of a key.
    pub prefix: String,
    /// SHA-256 of the secret.
    pub secret_hash: Vec<u8>,
    /// SHA-256 of the secret before the last rotation.
    pub previous_hash: Option<Vec<u8>>,
    /// Until when the previous secret is still good.
    pub previous_until: Option<i64>,
    /// When the secret was last changed.
    pub rotated_at: Option<i64>,
    /// What it is for.
    pub description: String,
    /// When it was made.
    pub created_at: i64,
    /// By whom.
    pub created_by: i64,
    /// The last moment it is good; null for no end.
    pub valid_until: Option<i64>,
    /// JSON list of networks it may be used from; null for any.
    pub sources: Option<String>,
    /// JSON list of the functions it is cut to; null for all of the user's.
    pub functions: Option<String>,
    /// JSON list of the customer numbers it is cut to; null for all of the user's.
    pub customers: Option<String>,
    /// Cut to functions that only read.
    pub read_only: bool,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// The last use, to within the flush interval.
    pub last_used_at: Option<i64>,
    /// From where it was last used.
    pub last_used_ip: Option<String>,
    /// Folded texts for keyword search.
    pub folded: Option<String>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
