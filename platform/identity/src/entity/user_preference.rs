//! What users want to find again: a text by a key, meant for user interfaces. The server reads nothing into it.

use sea_orm::entity::prelude::*;

/// A preference of a user.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_preference")]
pub struct Model {
    /// Number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose.
    pub user_id: i64,
    /// Its name, unique for a user.
    pub key: String,
    /// The text.
    pub value: String,
    /// When it was made.
    pub created_at: i64,
    /// Who made it.
    pub created_by: i64,
    /// When it was last changed; null while it never was.
    pub updated_at: Option<i64>,
    /// Who changed it last.
    pub updated_by: Option<i64>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
