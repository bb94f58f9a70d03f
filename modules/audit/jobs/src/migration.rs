//! The table of jobs.

use sea_orm_migration::MigrationTrait;

#[path = "migration/m20261126_000210_job.rs"]
mod m20261126_000210_job;

/// All migrations of jobs.
#[must_use]
pub fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20261126_000210_job::Migration)]
}
