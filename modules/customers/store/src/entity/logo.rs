//! Logos of customers.

use sea_orm::entity::prelude::*;

/// A logo.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_logo")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_id: i64,
    /// `image/png` or `image/jpeg`, as its first bytes say.
    pub mime_type: String,
    /// The image, as it was sent.
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
