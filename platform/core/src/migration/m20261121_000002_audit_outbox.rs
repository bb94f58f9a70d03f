//! Records committed with their changes, waiting for the log.

use argus_identity::migration::text;
use sea_orm_migration::prelude::*;

/// The first form of the outbox.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table.table(Alias::new("audit_outbox"));
        table.col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key());
        table.col(text(manager.get_database_backend(), Alias::new("record")).not_null());
        manager.create_table(table).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the outbox is never taken away".into()))
    }
}
