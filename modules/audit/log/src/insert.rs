//! Writing rows: many with one statement, since a statement costs more than a row.

use sea_orm::{DatabaseTransaction, DbErr, Value};

use crate::bulk::Bulk;
use crate::event::Model;
use crate::index::Kept;
use crate::{index, machine, metric, rollup};

/// Columns of an event.
const COLUMNS: usize = 59;

/// Their names, in the order of [`values`].
static EVENTS: Bulk<COLUMNS> = Bulk::new(
    r#"INSERT INTO event (
        "sequence", "id", "external_id", "customer_id", "timestamp", "created_at", "created_by_user",
        "created_by_key", "dialect", "trace_id", "series_id", "stage", "category", "application",
        "environment", "event_type", "event_name", "description", "action", "verb", "method", "status",
        "outcome", "severity", "actor_type", "actor_id", "actor_name", "actor_email", "origin",
        "client_ip", "user_agent", "actor_detail", "target_type", "target_id", "target_name",
        "target_detail", "auth_method", "location", "device", "machine_id", "before", "after", "changes",
        "request_metadata", "response_metadata", "metadata", "total_duration", "latency", "cpu_usage",
        "memory_usage", "affected_resources", "metrics", "event_detail", "access_type", "flags", "folded",
        "fingerprint", "auth_user", "metadata_list")"#,
    "",
);

/// Inserts events, with what they are found by and what is counted of them.
///
/// # Errors
/// When the store fails.
pub async fn insert(db: &DatabaseTransaction, rows: Vec<Model>, kept: &mut Kept) -> Result<(), DbErr> {
    index::add(db, &rows, kept).await?;
    machine::add(db, &rows).await?;
    rollup::add(db, &rows).await?;
    metric::add(db, &rows).await?;
    // The events last: their texts go into the statement, and need not be copied.
    EVENTS.write(db, rows.into_iter().map(values)).await
}

fn values(row: Model) -> [Value; COLUMNS] {
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
        row.metadata_list.into(),
    ]
}
