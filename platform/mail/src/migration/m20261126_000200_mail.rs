//! Mails that wait to be sent, and those that were.

use argus_core::db::text_column;
use sea_orm_migration::prelude::*;

/// The first form of the outbox.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let text = |name| text_column(backend, name);
        let mut table = Table::create();
        table.table(Alias::new("mail"));
        table.col(ColumnDef::new("id").uuid().not_null().primary_key());
        table.col(ColumnDef::new("customer_id").big_integer().not_null());
        table.col(ColumnDef::new("created_at").big_integer().not_null());
        table.col(text("purpose").not_null());
        table.col(text("recipient").not_null());
        table.col(text("subject").not_null());
        table.col(text("body").not_null());
        table.col(text("attachment_path"));
        table.col(text("attachment_name"));
        table.col(text("attachment_type"));
        table.col(text("state").not_null());
        table.col(ColumnDef::new("attempts").integer().not_null());
        table.col(ColumnDef::new("next_at").big_integer().not_null());
        table.col(ColumnDef::new("done_at").big_integer());
        table.col(text("error"));
        manager.create_table(table).await?;
        let mut due = Index::create();
        due.name("mail_due").table("mail").col(Alias::new("state")).col(Alias::new("next_at"));
        manager.create_index(due).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("mails are never taken away".into()))
    }
}
