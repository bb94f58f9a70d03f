//! Reports that are made by themselves.

use argus_core::db::text_column;
use sea_orm_migration::prelude::*;

/// The first form of schedules.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let text = |name| text_column(backend, name);
        let number = |name: &str| ColumnDef::new(Alias::new(name)).big_integer().take();
        let flag = |name: &str| ColumnDef::new(Alias::new(name)).boolean().not_null().take();
        let mut table = Table::create();
        table.table(Alias::new("report_schedule"));
        table.col(ColumnDef::new("id").uuid().not_null().primary_key());
        table.col(text("name").not_null());
        table.col(text("report_type").not_null());
        table.col(text("format").not_null());
        table.col(flag("include_stats"));
        table.col(text("every").not_null());
        table.col(text("email"));
        table.col(flag("enabled"));
        table.col(number("target_customer"));
        table.col(text("scope"));
        table.col(number("customer_id").not_null());
        table.col(number("created_by").not_null());
        table.col(number("created_at").not_null());
        table.col(number("updated_at").not_null());
        table.col(number("next_at").not_null());
        table.col(text("folded"));
        manager.create_table(table).await?;
        let mut index = Index::create();
        index.name("report_schedule_due").table("report_schedule");
        manager.create_index(index.col(Alias::new("enabled")).col(Alias::new("next_at")).take()).await?;
        let mut index = Index::create();
        index.name("report_schedule_made").table("report_schedule");
        manager.create_index(index.col(Alias::new("created_by")).take()).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("schedules are never taken away".into()))
    }
}
