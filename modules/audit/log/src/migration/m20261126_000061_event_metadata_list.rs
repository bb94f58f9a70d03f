//! Where the metadata of a dialect's events stays as it was sent: a list.

use argus_core::db::text_column;
use sea_orm_migration::prelude::*;

/// One more column. What is there already has none.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut column = text_column(manager.get_database_backend(), "metadata_list");
        manager.alter_table(Table::alter().table("event").add_column(column.null()).to_owned()).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the log is never taken away".into()))
    }
}
