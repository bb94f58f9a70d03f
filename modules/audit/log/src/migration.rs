//! The log's tables.

use sea_orm_migration::MigrationTrait;
use sea_orm_migration::prelude::{Alias, Index, IndexCreateStatement};

#[path = "migration/m20261121_000010_audit_event.rs"]
mod m20261121_000010_audit_event;
#[path = "migration/m20261126_000011_audit_numbers.rs"]
mod m20261126_000011_audit_numbers;
#[path = "migration/m20261126_000060_event_views.rs"]
mod m20261126_000060_event_views;
#[path = "migration/m20261126_000061_event_metadata_list.rs"]
mod m20261126_000061_event_metadata_list;
#[path = "migration/m20261126_000062_foreign_segments.rs"]
mod m20261126_000062_foreign_segments;
#[path = "migration/m20261126_000110_idempotency_key.rs"]
mod m20261126_000110_idempotency_key;
#[path = "migration/m20261126_000111_audit_import.rs"]
mod m20261126_000111_audit_import;
#[path = "migration/m20261126_000112_other_deeds.rs"]
mod m20261126_000112_other_deeds;
#[path = "migration/m20261127_000063_event_leaf.rs"]
mod m20261127_000063_event_leaf;
#[path = "migration/m20261127_000064_nothing_left.rs"]
mod m20261127_000064_nothing_left;

/// All migrations of the log.
#[must_use]
pub fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m20261121_000010_audit_event::Migration),
        Box::new(m20261126_000011_audit_numbers::Migration),
        Box::new(m20261126_000060_event_views::Migration),
        Box::new(m20261126_000061_event_metadata_list::Migration),
        Box::new(m20261126_000062_foreign_segments::Migration),
        Box::new(m20261126_000110_idempotency_key::Migration),
        Box::new(m20261126_000111_audit_import::Migration),
        Box::new(m20261126_000112_other_deeds::Migration),
        Box::new(m20261127_000063_event_leaf::Migration),
        Box::new(m20261127_000064_nothing_left::Migration),
    ]
}

/// An index of the event table.
fn index(name: &str, columns: &[&str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table("event");
    for column in columns {
        index.col(Alias::new(*column));
    }
    index
}
