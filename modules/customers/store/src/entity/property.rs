//! Properties of customers.

use sea_orm::entity::prelude::*;

/// A property that a customer has of its own.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_property")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_id: i64,
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// Its value, as JSON.
    pub value: String,
    /// When it was set.
    pub updated_at: i64,
    /// Who set it.
    pub updated_by: i64,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
