//! Events, and the head of the log.

use argus_core::db::text_column;
use sea_orm_migration::prelude::*;

/// The first form of the log.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TEXTS: [&str; 43] = [
    "external_id",
    "created_by_key",
    "trace_id",
    "category",
    "application",
    "environment",
    "event_type",
    "event_name",
    "description",
    "action",
    "verb",
    "method",
    "status",
    "actor_type",
    "actor_id",
    "actor_name",
    "actor_email",
    "origin",
    "client_ip",
    "user_agent",
    "actor_detail",
    "target_type",
    "target_id",
    "target_name",
    "target_detail",
    "auth_method",
    "location",
    "device",
    "machine_id",
    "before",
    "after",
    "changes",
    "request_metadata",
    "response_metadata",
    "metadata",
    "metrics",
    "event_detail",
    "access_type",
    "folded",
    "dialect",
    "outcome",
    "severity",
    "fingerprint",
];

/// Texts that every event has.
const REQUIRED: [&str; 3] = ["dialect", "outcome", "severity"];

/// What each index is for: see ARCHITECTURE.md. Every one costs on ingest, so there is none without a question. Flags and
/// customer stand at the end for counting: every list leaves out some flags and other people's customers, and a count
/// that had to look into the rows for them would cost as much as reading them all.
const INDEXES: [(&str, &[&str]); 5] = [
    ("event_customer_time", &["customer_id", "timestamp", "sequence", "flags"]),
    ("event_actor_time", &["actor_id", "timestamp", "sequence", "flags", "customer_id"]),
    ("event_target_time", &["target_id", "target_type", "timestamp", "sequence", "flags", "customer_id"]),
    ("event_trace", &["trace_id"]),
    ("event_time", &["timestamp", "sequence", "flags", "customer_id"]),
];

/// Of login histories: only events that belong to one are in them, so that others cost nothing.
const HISTORIES: [(&str, &[&str]); 2] = [
    ("event_auth_user_time", &["auth_user", "timestamp", "sequence", "flags"]),
    ("event_auth_time", &["timestamp", "sequence", "flags", "auth_user"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(event(manager)).await?;
        let unique = |name: &str| Index::create().name(name).table("event").unique().to_owned();
        manager.create_index(unique("event_id").col("id").to_owned()).await?;
        manager.create_index(unique("event_external").col("customer_id").col("external_id").to_owned()).await?;
        for (name, columns) in INDEXES {
            manager.create_index(index(name, columns)).await?;
        }
        for (name, columns) in HISTORIES {
            let only = Expr::col("auth_user").is_not_null();
            manager.create_index(index(name, columns).and_where(only).to_owned()).await?;
        }
        manager.create_table(head()).await?;
        let first =
            Query::insert().into_table("audit_head").columns(["id", "next_sequence", "last_created"]).to_owned();
        let first = first.clone().values_panic([1.into(), 0.into(), 0.into()]).to_owned();
        manager.execute(first).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the log is never taken away".into()))
    }
}

fn index(name: &str, columns: &[&str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table("event");
    for column in columns {
        index.col(Alias::new(*column));
    }
    index
}

fn event(manager: &SchemaManager) -> TableCreateStatement {
    let number = |name: &str| ColumnDef::new(Alias::new(name)).big_integer().null().to_owned();
    let float = |name: &str| ColumnDef::new(Alias::new(name)).double().null().to_owned();
    let mut table = Table::create();
    table.table("event").col(ColumnDef::new("sequence").big_integer().not_null().primary_key());
    table.col(ColumnDef::new("id").uuid().not_null());
    for name in ["customer_id", "timestamp", "created_at", "flags"] {
        table.col(number(name).not_null());
    }
    for name in ["created_by_user", "stage", "affected_resources", "auth_user"] {
        table.col(number(name));
    }
    table.col(ColumnDef::new("series_id").uuid().null());
    for name in ["total_duration", "latency", "cpu_usage", "memory_usage"] {
        table.col(float(name));
    }
    for name in TEXTS {
        let mut column = text_column(manager.get_database_backend(), name);
        let column = if REQUIRED.contains(&name) { column.not_null() } else { column.null() };
        table.col(column.to_owned());
    }
    table.to_owned()
}

/// One row: the next sequence and the last receipt time. A writer holds it for the length of a batch, so that several
/// nodes on one PostgreSQL write one order.
fn head() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("audit_head").col(ColumnDef::new("id").integer().not_null().primary_key());
    table.col(ColumnDef::new("next_sequence").big_integer().not_null());
    table.col(ColumnDef::new("last_created").big_integer().not_null());
    table.to_owned()
}
