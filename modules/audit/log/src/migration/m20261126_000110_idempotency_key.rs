//! What was submitted under a key.

use argus_core::db::text_column;
use sea_orm_migration::prelude::*;

/// The first form of the table.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let text = |name: &str| text_column(manager.get_database_backend(), name);
        let mut table = Table::create();
        table.table("idempotency_key");
        table.col(text("id").not_null().primary_key());
        table.col(text("fingerprint").not_null());
        table.col(ColumnDef::new("created_at").big_integer().not_null());
        table.col(text("events").not_null());
        table.col(text("note").null());
        manager.create_table(table).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("keys are remembered for the life of the log".into()))
    }
}
