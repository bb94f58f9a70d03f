//! The tables of rules.

use sea_orm_migration::MigrationTrait;

#[path = "migration/m20261126_000240_audit_rule.rs"]
mod m20261126_000240_audit_rule;

/// All migrations of rules.
#[must_use]
pub fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20261126_000240_audit_rule::Migration)]
}
