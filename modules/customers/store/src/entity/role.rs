//! Who has which role for a customer. It tells people whom to ask, and gives no rights.

use sea_orm::entity::prelude::*;

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_role")]
pub struct Model {
    /// Number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// For whom.
    pub customer_id: i64,
    /// The role; a customer has each at most once.
    pub role: String,
    /// Who has it.
    pub user_id: i64,
    /// Since when.
    pub given_at: i64,
    /// Who gave it.
    pub given_by: i64,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
