//! Pictures of users.

use sea_orm::entity::prelude::*;

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subject_picture")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: i64,
    /// `image/png` or `image/jpeg`, as its first bytes say.
    pub mime_type: String,
    /// The picture, as it was sent.
    pub bytes: Vec<u8>,
    /// When it was set.
    pub updated_at: i64,
    /// Who set it.
    pub updated_by: i64,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
