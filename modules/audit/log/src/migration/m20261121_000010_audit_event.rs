//! Events, and the head of the log.

use argus_core::db::text_column;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use super::index;

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
const INDEXES: [(&str, &[&str]); 2] = [
    ("event_customer_time", &["customer_id", "timestamp", "sequence", "flags"]),
    ("event_time", &["timestamp", "sequence", "flags", "customer_id"]),
];

/// Of fields with many values: what an embedded store finds by its terms instead (see `index`).
const LOOK_UPS: [(&str, &[&str]); 4] = [
    ("event_actor_time", &["actor_id", "timestamp", "sequence", "flags", "customer_id"]),
    ("event_target_time", &["target_id", "target_type", "timestamp", "sequence", "flags", "customer_id"]),
    ("event_trace", &["trace_id"]),
    ("event_machine_time", &["machine_id", "timestamp", "sequence", "flags", "customer_id"]),
];

/// Without contents of their own: what they would hold stands in the table of events.
const TERMS: &str = "CREATE VIRTUAL TABLE event_term USING fts5 \
    (terms, tokenize = 'ascii', content = '', columnsize = 0, detail = none)";
const WORDS: &str = "CREATE VIRTUAL TABLE event_word USING fts5 \
    (text, tokenize = 'ascii', content = '', columnsize = 0, detail = none)";
/// What GIN has not sorted in yet is sorted in by an insert: in small portions, for commits wait for it.
const BLOCKS: [&str; 2] = [
    "CREATE TABLE event_word (block BIGINT PRIMARY KEY, pieces INT[] NOT NULL)",
    "CREATE INDEX event_word_pieces ON event_word USING gin (pieces) WITH (gin_pending_list_limit = 512)",
];
const SEGMENTS: [&str; 3] = [
    "CREATE TABLE event_segment (id INTEGER PRIMARY KEY, first_timestamp BIGINT NOT NULL, last_timestamp BIGINT NOT NULL)",
    "CREATE INDEX event_segment_last ON event_segment (last_timestamp, id)",
    "CREATE INDEX event_segment_first ON event_segment (first_timestamp, id)",
];

/// Of login histories: only events that belong to one are in them, so that others cost nothing.
const HISTORIES: [(&str, &[&str]); 2] = [
    ("event_auth_user_time", &["auth_user", "timestamp", "sequence", "flags"]),
    ("event_auth_time", &["timestamp", "sequence", "flags", "auth_user"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        manager.create_table(event(manager)).await?;
        for (name, columns) in INDEXES {
            manager.create_index(index(name, columns)).await?;
        }
        for (name, columns) in HISTORIES {
            let only = Expr::col("auth_user").is_not_null();
            manager.create_index(index(name, columns).and_where(only).to_owned()).await?;
        }
        if postgres {
            partitioned(manager).await?
        } else {
            embedded(manager).await?
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

/// What only the embedded store has.
async fn embedded(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_index(index("event_id", &["id"]).unique().to_owned()).await?;
    let external = index("event_external", &["external_id", "customer_id"]).unique().to_owned();
    manager.create_index(external.clone().and_where(Expr::col("external_id").is_not_null()).to_owned()).await?;
    for statement in [TERMS, WORDS].into_iter().chain(SEGMENTS) {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// What only PostgreSQL has. What is unique there is so by the writers, who take turns: an index of a partitioned table can
/// see to it in each partition only.
async fn partitioned(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_index(index("event_id", &["id"])).await?;
    let external = index("event_external", &["external_id", "customer_id"]);
    manager.create_index(external.clone().and_where(Expr::col("external_id").is_not_null()).to_owned()).await?;
    for (name, columns) in LOOK_UPS {
        manager.create_index(index(name, columns)).await?;
    }
    let connection = manager.get_connection();
    for statement in BLOCKS {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}

fn event(manager: &SchemaManager) -> TableCreateStatement {
    let number = |name: &str| ColumnDef::new(Alias::new(name)).big_integer().null().to_owned();
    let float = |name: &str| ColumnDef::new(Alias::new(name)).double().null().to_owned();
    let mut table = Table::create();
    let postgres = manager.get_database_backend() == DbBackend::Postgres;
    let mut sequence = ColumnDef::new("sequence").big_integer().not_null().to_owned();
    table.table("event");
    if postgres {
        // The key of a partitioned table names what it is partitioned by.
        table.col(sequence).primary_key(Index::create().col("sequence").col("created_at"));
        table.extra("PARTITION BY RANGE (created_at)");
    } else {
        table.col(sequence.primary_key());
    }
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
