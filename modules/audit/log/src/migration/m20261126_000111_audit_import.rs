//! How far imports of files are.

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
        table.table("audit_import");
        table.col(ColumnDef::new("id").uuid().not_null().primary_key());
        table.col(text("scope").not_null());
        table.col(text("digest").not_null());
        for name in ["position", "lines", "created_at", "updated_at"] {
            table.col(ColumnDef::new(Alias::new(name)).big_integer().not_null());
        }
        manager.create_table(table).await?;
        let index = Index::create().name("audit_import_scope").table("audit_import").to_owned();
        manager.create_index(index.clone().col("scope").col("position").to_owned()).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("what was imported is part of the log's past".into()))
    }
}
