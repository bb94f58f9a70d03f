//! What is taken out of the indexes by words is out of them at once, and not when they are next merged.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// A setting of these tables, which stays with them.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Sqlite {
            return Ok(());
        }
        for table in ["event_term", "event_word"] {
            let set = format!("INSERT INTO {table} ({table}, rank) VALUES ('secure-delete', 1)");
            manager.get_connection().execute_unprepared(&set).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the log is never taken away".into()))
    }
}
