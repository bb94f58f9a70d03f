//! What statistics and metrics are read from: counts by hour, and the numbers of events by name.

use argus_core::db::text_column;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// The first form of the numbers.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns, key) in tables(manager.get_database_backend()) {
            let mut create = Table::create();
            create.table(table);
            for column in columns {
                create.col(column);
            }
            let mut primary = Index::create();
            for column in key {
                primary.col(Alias::new(*column));
            }
            create.primary_key(&mut primary);
            if manager.get_database_backend() == DbBackend::Sqlite {
                // The key is most of the row: without this it would be kept twice.
                create.extra("WITHOUT ROWID");
            }
            manager.create_table(create).await?;
        }
        // For whoever sees every customer, and asks for a name.
        let names = Index::create().name("event_metric_name_of").table("event_metric_name").col("name").to_owned();
        manager.create_index(names).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the log is never taken away".into()))
    }
}

type Layout = (&'static str, Vec<ColumnDef>, &'static [&'static str]);

fn tables(backend: DbBackend) -> [Layout; 3] {
    let number = |name: &str| ColumnDef::new(Alias::new(name)).big_integer().not_null().to_owned();
    let text = |name: &str| text_column(backend, name).not_null().to_owned();
    let field = ColumnDef::new("field").integer().not_null().to_owned();
    let value = ColumnDef::new("value").double().not_null().to_owned();
    let counts = vec![number("customer_id"), field, number("hour"), text("value"), number("count")];
    let metrics = vec![text("name"), number("customer_id"), number("timestamp"), number("sequence"), value];
    let names = vec![number("customer_id"), text("name")];
    [
        ("event_rollup", counts, &["customer_id", "field", "hour", "value"]),
        ("event_metric", metrics, &["name", "customer_id", "timestamp", "sequence"]),
        ("event_metric_name", names, &["customer_id", "name"]),
    ]
}
