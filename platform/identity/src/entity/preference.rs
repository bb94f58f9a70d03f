//! What users set for themselves.

use sea_orm::entity::prelude::*;

/// A preference.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "preference")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: i64,
    /// Name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Value.
    pub value: String,
    /// When it was made.
    pub created_at: i64,
    /// Who made it.
    pub created_by: Option<i64>,
    /// When it was last changed.
    pub updated_at: Option<i64>,
    /// Who changed it last.
    pub updated_by: Option<i64>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
