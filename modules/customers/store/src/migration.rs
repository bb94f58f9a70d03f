//! Tables of what belongs to customers and no request is judged by. The customers themselves are identity tables.

use sea_orm_migration::MigrationTrait;

#[path = "migration/m20261122_000040_customer_belongings.rs"]
mod m20261122_000040_customer_belongings;
#[path = "migration/m20261126_000041_property_descriptors.rs"]
mod m20261126_000041_property_descriptors;

/// All migrations of the store.
#[must_use]
pub fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m20261122_000040_customer_belongings::Migration),
        Box::new(m20261126_000041_property_descriptors::Migration),
    ]
}
