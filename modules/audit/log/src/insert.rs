//! Writing rows: many with one statement, since a statement costs more than a row.

use std::sync::OnceLock;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement, Value};

use crate::event::Model;
use crate::index::{self, partitions};
use crate::{machine, metric, rollup};

/// Names of the columns, in the order of [`values`].
const COLUMNS: [&str; 58] = [
    "sequence",
    "id",
    "external_id",
    "customer_id",
    "timestamp",
    "created_at",
    "created_by_user",
    "created_by_key",
    "dialect",
    "trace_id",
    "series_id",
    "stage",
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
    "outcome",
    "severity",
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
    "total_duration",
    "latency",
    "cpu_usage",
    "memory_usage",
    "affected_resources",
    "metrics",
    "event_detail",
    "access_type",
    "flags",
    "folded",
    "fingerprint",
    "auth_user",
];

/// Rows of one statement: powers of two, so that few statements serve every batch and all stay prepared. 256 rows stay
/// below the 32,766 (SQLite) and 65,535 (PostgreSQL) values that a statement can have.
const SIZES: [usize; 9] = [256, 128, 64, 32, 16, 8, 4, 2, 1];

/// Inserts events, with what they are found by and what is counted of them.
///
/// # Errors
/// When the store fails.
pub async fn insert(db: &DatabaseTransaction, rows: Vec<Model>) -> Result<(), DbErr> {
    let Some(first) = rows.first() else { return Ok(()) };
    if db.get_database_backend() == DbBackend::Postgres {
        // All rows of a batch were received at one time.
        partitions::ensure(db, first.created_at).await?;
    }
    // The events first: where these cannot be written, nothing else need be tried.
    let mut left = rows.as_slice();
    while !left.is_empty() {
        let (index, size) = fitting(left.len());
        let (now, later) = left.split_at(size);
        let values: Vec<Value> = now.iter().cloned().flat_map(values).collect();
        db.execute_raw(statement(db.get_database_backend(), index, size, values)).await?;
        left = later;
    }
    index::add(db, &rows).await?;
    machine::add(db, &rows).await?;
    rollup::add(db, &rows).await?;
    metric::add(db, &rows).await?;
    Ok(())
}

fn fitting(rows: usize) -> (usize, usize) {
    SIZES.into_iter().enumerate().find(|(_, size)| *size <= rows).unwrap_or((SIZES.len() - 1, 1))
}

/// One text for each store and size, written once.
fn statement(backend: DbBackend, index: usize, size: usize, values: Vec<Value>) -> Statement {
    static TEXTS: [[OnceLock<String>; SIZES.len()]; 2] = [const { [const { OnceLock::new() }; SIZES.len()] }; 2];
    let store = usize::from(backend == DbBackend::Postgres);
    let known = TEXTS.get(store).and_then(|texts| texts.get(index));
    let sql = known.map_or_else(|| text(backend, size), |known| known.get_or_init(|| text(backend, size)).clone());
    Statement::from_sql_and_values(backend, sql, values)
}

fn text(backend: DbBackend, size: usize) -> String {
    let row = |row: usize| {
        let places = (1..=COLUMNS.len()).map(|column| match backend {
            DbBackend::Postgres => format!("${}", row * COLUMNS.len() + column),
            _ => "?".to_owned(),
        });
        format!("({})", places.collect::<Vec<_>>().join(","))
    };
    let rows = (0..size).map(row).collect::<Vec<_>>().join(",");
    let columns = COLUMNS.map(|column| format!("\"{column}\"")).join(",");
    format!("INSERT INTO event ({columns}) VALUES {rows}")
}

fn values(row: Model) -> [Value; COLUMNS.len()] {
    [
        row.sequence.into(),
        row.id.into(),
        row.external_id.into(),
        row.customer_id.into(),
        row.timestamp.into(),
        row.created_at.into(),
        row.created_by_user.into(),
        row.created_by_key.into(),
        row.dialect.into(),
        row.trace_id.into(),
        row.series_id.into(),
        row.stage.into(),
        row.category.into(),
        row.application.into(),
        row.environment.into(),
        row.event_type.into(),
        row.event_name.into(),
        row.description.into(),
        row.action.into(),
        row.verb.into(),
        row.method.into(),
        row.status.into(),
        row.outcome.into(),
        row.severity.into(),
        row.actor_type.into(),
        row.actor_id.into(),
        row.actor_name.into(),
        row.actor_email.into(),
        row.origin.into(),
        row.client_ip.into(),
        row.user_agent.into(),
        row.actor_detail.into(),
        row.target_type.into(),
        row.target_id.into(),
        row.target_name.into(),
        row.target_detail.into(),
        row.auth_method.into(),
        row.location.into(),
        row.device.into(),
        row.machine_id.into(),
        row.before.into(),
        row.after.into(),
        row.changes.into(),
        row.request_metadata.into(),
        row.response_metadata.into(),
        row.metadata.into(),
        row.total_duration.into(),
        row.latency.into(),
        row.cpu_usage.into(),
        row.memory_usage.into(),
        row.affected_resources.into(),
        row.metrics.into(),
        row.event_detail.into(),
        row.access_type.into(),
        row.flags.into(),
        row.folded.into(),
        row.fingerprint.into(),
        row.auth_user.into(),
    ]
}
