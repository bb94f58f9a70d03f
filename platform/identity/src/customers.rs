//! Reads and writes of the customer tree.

use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, NotSet, QueryOrder, Set};

use crate::entity::{customer, domain};

/// Marks as bits of [`customer::Model::flags`].
pub mod flag {
    /// Anonymous users cannot submit.
    pub const DENY_SUBMIT_FOR_ANONYMOUS_USER: i64 = 1;
    /// Data of all customers may be used for it.
    pub const ALLOW_GLOBAL_DATA: i64 = 2;
    /// Not in production.
    pub const EXCLUDE_FROM_PRODUCTION: i64 = 4;
    /// Has networks of its own.
    pub const NETWORK_BASE_CUSTOMER: i64 = 8;
    /// All its networks are one domain.
    pub const SINGLE_NETWORK_DOMAIN: i64 = 16;
    /// Its data were removed.
    pub const DATA_DELETED: i64 = 32;
}

/// A customer to be made.
#[derive(Debug, Clone, Default)]
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
    /// `english` when none is given.
    pub language: Option<String>,
    /// `Europe/Oslo` when none is given, as the interface has it.
    pub time_zone: Option<String>,
    /// Bits of [`flag`].
    pub flags: i64,
    /// Who makes it.
    pub created_by: Option<i64>,
    /// The keyword fields, folded.
    pub folded: Option<String>,
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
        language: Set(new.language.unwrap_or_else(|| "english".into())),
        time_zone: Set(new.time_zone.unwrap_or_else(|| "Europe/Oslo".into())),
        flags: Set(new.flags),
        created_at: Set(now),
        created_by: Set(new.created_by),
        updated_at: Set(None),
        updated_by: Set(None),
        deleted_at: Set(None),
        deleted_by: Set(None),
        folded: Set(new.folded),
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
