//! Between which times the events of a stretch of the log lie that are no requests to Argus itself.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// The first form of it.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Of stretches that are there already the bounds are those of all events: wider than they need be, and right.
const TABLE: [&str; 4] = [
    "CREATE TABLE event_segment_foreign \
        (id INTEGER PRIMARY KEY, first_timestamp BIGINT NOT NULL, last_timestamp BIGINT NOT NULL)",
    "INSERT INTO event_segment_foreign SELECT id, first_timestamp, last_timestamp FROM event_segment",
    "CREATE INDEX event_segment_foreign_last ON event_segment_foreign (last_timestamp, id)",
    "CREATE INDEX event_segment_foreign_first ON event_segment_foreign (first_timestamp, id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Sqlite {
            return Ok(());
        }
        for statement in TABLE {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the log is never taken away".into()))
    }
}
