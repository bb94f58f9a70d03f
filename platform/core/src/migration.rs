//! The platform's own tables beside the identity tables.

use sea_orm_migration::MigrationTrait;

#[path = "migration/m20261121_000002_audit_outbox.rs"]
mod m20261121_000002_audit_outbox;

/// All migrations of the platform: identity first, then its own.
#[must_use]
pub fn all() -> Vec<Box<dyn MigrationTrait>> {
    let mut all = argus_identity::migration::all();
    all.push(Box::new(m20261121_000002_audit_outbox::Migration));
    all
}
