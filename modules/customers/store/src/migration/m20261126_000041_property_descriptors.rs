//! Descriptors of properties, and the values that some of them list.

use argus_core::db::text_column;
use sea_orm_migration::prelude::*;

/// The first form of the tables.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// A key has one descriptor at a time, and can get another after that was deleted. Both stores have partial indexes.
const ONCE: &str =
    "CREATE UNIQUE INDEX property_descriptor_once ON property_descriptor (name) WHERE deleted_at IS NULL";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let words = |name: &str| text_column(backend, name).not_null().to_owned();
        let words_or_null = |name: &str| text_column(backend, name).null().to_owned();
        let mut descriptor = Table::create().table("property_descriptor").to_owned();
        for column in [id(), uuid(), words("name"), words("kind"), words("section")] {
            descriptor.col(column);
        }
        descriptor.col(ColumnDef::new("section_index").integer().not_null());
        for name in ["localized_names", "localized_descriptions", "default_value", "json_schema", "ui_schema", "folded"]
        {
            descriptor.col(words_or_null(name));
        }
        descriptor.col(ColumnDef::new("inherited").boolean().not_null());
        for name in ["read_function_id", "write_function_id", "flags", "created_at"] {
            descriptor.col(number(name));
        }
        for name in ["created_by", "updated_at", "updated_by", "deleted_at", "deleted_by"] {
            descriptor.col(ColumnDef::new(Alias::new(name)).big_integer().null());
        }
        manager.create_table(descriptor).await?;
        manager.get_connection().execute_unprepared(ONCE).await?;
        let mut value = Table::create().table("property_descriptor_value").to_owned();
        for column in [id(), uuid(), number("descriptor_id"), words("value"), words("names"), words("descriptions")] {
            value.col(column);
        }
        for name in ["localized_values", "localized_descriptions", "folded"] {
            value.col(words_or_null(name));
        }
        manager.create_table(value).await?;
        let once = Index::create().name("property_descriptor_value_once").table("property_descriptor_value").to_owned();
        manager.create_index(once.clone().col("descriptor_id").col("value").unique().to_owned()).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("descriptors of properties are never taken away".into()))
    }
}

fn id() -> ColumnDef {
    ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key().to_owned()
}

fn uuid() -> ColumnDef {
    ColumnDef::new("uuid").uuid().not_null().unique_key().to_owned()
}

fn number(name: &str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).big_integer().not_null().to_owned()
}
