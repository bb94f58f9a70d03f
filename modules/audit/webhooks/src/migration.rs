//! The tables of webhooks.

use sea_orm_migration::MigrationTrait;

#[path = "migration/m20261126_000220_webhook_subscription.rs"]
mod m20261126_000220_webhook_subscription;
#[path = "migration/m20261126_000221_webhook_delivery.rs"]
mod m20261126_000221_webhook_delivery;

/// All migrations of webhooks.
#[must_use]
pub fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m20261126_000220_webhook_subscription::Migration),
        Box::new(m20261126_000221_webhook_delivery::Migration),
    ]
}
