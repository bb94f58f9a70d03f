//! Sessions of people. The token itself is never stored.

use sea_orm::entity::prelude::*;

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Identifier; safe to show, unlike the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// Whose.
    pub user_id: i64,
    /// How it was proved: `PASSWORD`, ...
    pub method: String,
    /// `external`, `standard` or `administrative`.
    pub level: String,
    /// Whether only functions that read can be used.
    pub read_only: bool,
    /// Names of the functions it is cut to, as a JSON list; null without a cut.
    pub functions: Option<String>,
    /// Numbers of the customers it is cut to, as a JSON list; null without a cut.
    pub customers: Option<String>,
    /// Who acts as the user; null for the user itself.
    pub impersonator_id: Option<i64>,
    /// SHA-256 of the credential it was made from, where it was made from another: of a session's token, or, with
    /// `parent_key`, of a key's secret.
    pub parent_hash: Option<Vec<u8>>,
    /// `<user>/<idx>` of the API key it was made from.
    pub parent_key: Option<String>,
    /// From where it was made.
    pub client_ip: String,
    /// When it was made.
    pub created_at: i64,
    /// The last request, to within the flush interval.
    pub last_seen_at: i64,
    /// The hard end.
    pub valid_until: i64,
    /// When it was ended by its owner or an administrator.
    pub ended_at: Option<i64>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
