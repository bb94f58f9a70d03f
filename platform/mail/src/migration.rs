//! The outbox's table.

use sea_orm_migration::MigrationTrait;

#[path = "migration/m20261126_000200_mail.rs"]
mod m20261126_000200_mail;

/// All migrations of the outbox.
#[must_use]
pub fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20261126_000200_mail::Migration)]
}
