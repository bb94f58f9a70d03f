//! Properties, roles and logos of customers.

use argus_core::db::text_column;
use sea_orm_migration::prelude::*;

/// The first form of the tables.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let number = |name: &str| ColumnDef::new(Alias::new(name)).big_integer().not_null().to_owned();
        let words = |name: &str| text_column(backend, name).not_null().to_owned();
        let mut property = Table::create().table("customer_property").to_owned();
        for column in [number("customer_id"), words("name"), words("value"), number("updated_at"), number("updated_by")]
        {
            property.col(column);
        }
        property.primary_key(Index::create().col("customer_id").col("name"));
        manager.create_table(property).await?;
        let mut role = Table::create().table("customer_role").to_owned();
        role.col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key());
        for column in [number("customer_id"), words("role"), number("user_id"), number("given_at"), number("given_by")]
        {
            role.col(column);
        }
        manager.create_table(role).await?;
        let once = Index::create().name("customer_role_once").table("customer_role").unique().to_owned();
        manager.create_index(once.clone().col("customer_id").col("role").to_owned()).await?;
        let mut logo = Table::create().table("customer_logo").to_owned();
        logo.col(ColumnDef::new("customer_id").big_integer().not_null().primary_key());
        let bytes = ColumnDef::new("bytes").blob().not_null().to_owned();
        for column in [words("mime_type"), bytes, number("updated_at"), number("updated_by")] {
            logo.col(column);
        }
        manager.create_table(logo).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("what belongs to customers is never taken away".into()))
    }
}
