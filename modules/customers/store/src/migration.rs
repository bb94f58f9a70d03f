//! Tables of what belongs to customers and no request is judged by. The customers themselves are identity tables.

use sea_orm_migration::MigrationTrait;

#[path = "migration/m20261122_000040_customer_belongings.rs"]
mod m20261122_000040_customer_belongings;

/// All migrations of the store.
#[must_use]
pub fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20261122_000040_customer_belongings::Migration)]
}
