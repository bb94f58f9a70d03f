//! Jobs that make a file of the log, and what became of them.

use argus_core::db::text_column;
use sea_orm_migration::prelude::*;

/// The first form of jobs.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let text = |name| text_column(backend, name);
        let number = |name: &str| ColumnDef::new(Alias::new(name)).big_integer().take();
        let mut table = Table::create();
        table.table(Alias::new("job"));
        table.col(ColumnDef::new("id").uuid().not_null().primary_key());
        table.col(text("kind").not_null());
        table.col(text("state").not_null());
        table.col(text("format").not_null());
        table.col(number("customer_id").not_null());
        table.col(number("created_by").not_null());
        table.col(number("created_at").not_null());
        table.col(text("destination").not_null());
        table.col(text("email"));
        table.col(text("request").not_null());
        table.col(text("scope"));
        table.col(number("snapshot").not_null());
        table.col(ColumnDef::new("attempts").integer().not_null());
        table.col(number("due_at").not_null());
        table.col(ColumnDef::new("holder").uuid());
        table.col(number("lease_until"));
        table.col(number("rows").not_null());
        table.col(number("rows_total"));
        table.col(number("size_bytes"));
        table.col(text("sha256"));
        table.col(number("completed_at"));
        table.col(number("expires_at"));
        table.col(text("error"));
        table.col(ColumnDef::new("mail_id").uuid());
        table.col(ColumnDef::new("told").boolean().not_null());
        manager.create_table(table).await?;
        for (name, column) in [("job_due", "due_at"), ("job_ended", "expires_at"), ("job_made", "created_at")] {
            let mut index = Index::create();
            index.name(name).table("job").col(Alias::new("state")).col(Alias::new(column));
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("jobs are never taken away".into()))
    }
}
