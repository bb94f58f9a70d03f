//! Pictures of users and logos of customers.

use sea_orm::entity::prelude::*;

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "picture")]
pub struct Model {
    /// `user` or `customer`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub owner_kind: String,
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub owner_id: i64,
    /// `image/png` or `image/jpeg`.
    pub mime_type: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// When it was set.
    pub updated_at: i64,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
