//! What became of messages, and what is to be delivered again.

use argus_core::db::text_column;
use sea_orm_migration::prelude::*;

/// The first form of the tables.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let text = |name| text_column(backend, name);
        let number = |name: &str| ColumnDef::new(Alias::new(name)).big_integer().to_owned();
        let small = |name: &str| ColumnDef::new(Alias::new(name)).integer().to_owned();
        let mut table = Table::create();
        table.table(Alias::new("webhook_delivery"));
        table.col(number("id").not_null().auto_increment().primary_key());
        table.col(ColumnDef::new("subscription_id").uuid().not_null());
        table.col(ColumnDef::new("event_id").uuid().not_null());
        table.col(text("kind").not_null());
        table.col(small("attempt").not_null());
        table.col(ColumnDef::new("again").boolean().not_null());
        table.col(text("state").not_null());
        table.col(small("response_status"));
        table.col(text("error"));
        table.col(number("created_at").not_null());
        table.col(number("next_at"));
        manager.create_table(table).await?;
        let mut of_one = Index::create();
        of_one.name("webhook_delivery_subscription").table("webhook_delivery");
        of_one.col(Alias::new("subscription_id")).col(Alias::new("id"));
        manager.create_index(of_one).await?;
        let mut old = Index::create();
        old.name("webhook_delivery_time").table("webhook_delivery").col(Alias::new("created_at"));
        manager.create_index(old).await?;
        let mut table = Table::create();
        table.table(Alias::new("webhook_redelivery"));
        table.col(ColumnDef::new("id").uuid().not_null().primary_key());
        table.col(ColumnDef::new("subscription_id").uuid().not_null());
        table.col(number("created_at").not_null());
        table.col(number("position").not_null());
        table.col(number("end_position").not_null());
        table.col(small("passed").not_null());
        table.col(small("attempts").not_null());
        table.col(number("failing_since"));
        table.col(number("next_at"));
        manager.create_table(table).await?;
        let mut waiting = Index::create();
        waiting.name("webhook_redelivery_subscription").table("webhook_redelivery").col(Alias::new("subscription_id"));
        manager.create_index(waiting).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("what was delivered is never taken away".into()))
    }
}
