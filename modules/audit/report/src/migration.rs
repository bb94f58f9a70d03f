//! The table of schedules.

use sea_orm_migration::MigrationTrait;

#[path = "migration/m20261126_000230_report_schedule.rs"]
mod m20261126_000230_report_schedule;

/// All migrations of reports.
#[must_use]
pub fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20261126_000230_report_schedule::Migration)]
}
