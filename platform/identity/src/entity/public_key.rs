//! Public keys with which requests are signed. Private keys are never stored.

use sea_orm::entity::prelude::*;

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "public_key")]
pub struct Model {
    /// Row number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose.
    pub user_id: i64,
    /// Which of the user's: the last part of the key's name. 0 is the default key.
    pub idx: i64,
    /// `argus` for keys made here, `upload` for keys that came from outside.
    pub kind: String,
    /// `ES256` or `RS256`: what the key's type allows, whatever a token says.
    pub algorithm: String,
    /// SubjectPublicKeyInfo, DER (RFC 5280, 4.1.2.7).
    pub public_key: Vec<u8>,
    /// For people.
    pub description: String,
    /// When it was made.
    pub created_at: i64,
    /// Who made it.
    pub created_by: i64,
    /// The last moment of its life; null for no end.
    pub valid_until: Option<i64>,
    /// Networks it may be used from, as a JSON list; null for any.
    pub sources: Option<String>,
    /// Names of the functions it is cut to, as a JSON list; null without a cut.
    pub functions: Option<String>,
    /// Numbers of the customers it is cut to, as a JSON list; null without a cut.
    pub customers: Option<String>,
    /// Whether only functions that read can be used.
    pub read_only: bool,
    /// When it was revoked; null while it is not.
    pub revoked_at: Option<i64>,
    /// The last request, to within the flush interval.
    pub last_used_at: Option<i64>,
    /// From where that came.
    pub last_used_ip: Option<String>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
