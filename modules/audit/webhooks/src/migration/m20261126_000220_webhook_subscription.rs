//! Who gets which events, and how far each is.

use argus_core::db::text_column;
use sea_orm_migration::prelude::*;

/// The first form of the table.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let text = |name| text_column(backend, name);
        let number = |name: &str| ColumnDef::new(Alias::new(name)).big_integer().to_owned();
        let small = |name: &str| ColumnDef::new(Alias::new(name)).integer().to_owned();
        let bytes = |name: &str| ColumnDef::new(Alias::new(name)).blob().to_owned();
        let mut table = Table::create();
        table.table(Alias::new("webhook_subscription"));
        table.col(ColumnDef::new("id").uuid().not_null().primary_key());
        table.col(number("customer_id").not_null());
        table.col(text("name").not_null());
        table.col(text("url").not_null());
        table.col(small("events").not_null());
        table.col(text("criteria").not_null());
        table.col(text("signature").not_null());
        table.col(bytes("secret").not_null());
        table.col(text("public_key"));
        table.col(bytes("previous_secret"));
        table.col(number("previous_until"));
        table.col(text("state").not_null());
        table.col(text("reason"));
        table.col(number("version").not_null());
        table.col(number("created_at").not_null());
        table.col(number("created_by").not_null());
        table.col(number("updated_at"));
        table.col(number("updated_by"));
        table.col(number("position").not_null());
        table.col(small("passed").not_null());
        table.col(small("attempts").not_null());
        table.col(number("failing_since"));
        table.col(number("next_at"));
        table.col(number("last_delivery_at"));
        table.col(number("last_error_at"));
        table.col(text("last_error"));
        table.col(text("lease_node"));
        table.col(number("lease_until"));
        table.col(text("folded"));
        manager.create_table(table).await?;
        for (name, column) in
            [("webhook_subscription_customer", "customer_id"), ("webhook_subscription_state", "state")]
        {
            let mut index = Index::create();
            index.name(name).table("webhook_subscription").col(Alias::new(column));
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("subscriptions are never taken away".into()))
    }
}
