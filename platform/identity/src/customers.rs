//! Reads and writes of the customer tree.

use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, NotSet, QueryOrder, Set};

use crate::entity::{customer, domain};

/// A customer to be made.
#[derive(Debug, Clone)]
pub struct NewCustomer {
    /// Its domain.
    pub domain_id: i64,
    /// The group it goes under; none for the root.
    pub parent_id: Option<i64>,
    /// Whether it can have members.
    pub group: bool,
    /// Name for programs, unique in the domain.
    pub short_name: String,
    /// Name for people.
    pub name: String,
}

/// Adds a customer.
///
/// # Errors
/// When the short name is taken, or the store fails.
pub async fn insert(db: &impl ConnectionTrait, new: NewCustomer, now: i64) -> Result<customer::Model, DbErr> {
    let kind = if new.group { "group" } else { "leaf" };
    customer::ActiveModel {
        id: NotSet,
        domain_id: Set(new.domain_id),
        parent_id: Set(new.parent_id),
        kind: Set(kind.into()),
        short_name: Set(new.short_name),
        name: Set(new.name),
        created_at: Set(now),
        deleted_at: Set(None),
    }
    .insert(db)
    .await
}

/// Every customer, parents and children alike; the tree is kept in memory (see `argus_core::directory`).
///
/// # Errors
/// When the store fails.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<customer::Model>, DbErr> {
    customer::Entity::find().order_by_asc(customer::Column::Id).all(db).await
}

/// Every domain.
///
/// # Errors
/// When the store fails.
pub async fn domains(db: &impl ConnectionTrait) -> Result<Vec<domain::Model>, DbErr> {
    domain::Entity::find().order_by_asc(domain::Column::Id).all(db).await
}

/// Adds a domain.
///
/// # Errors
/// When the name is taken, or the store fails.
pub async fn insert_domain(db: &impl ConnectionTrait, name: &str) -> Result<domain::Model, DbErr> {
    domain::ActiveModel { id: NotSet, name: Set(name.into()) }.insert(db).await
}
