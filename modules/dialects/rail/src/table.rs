//! What files of exports have of events: a table with columns of its own, or the entries that lists print.

use std::borrow::Cow;
use std::sync::Arc;

use argus_audit_jobs::columns;
use argus_audit_jobs::export::Face;
use argus_audit_jobs::export::columns::{Cell, Column};
use argus_audit_log::EventPrinter;
use argus_audit_log::event::Model;
use argus_core::error::ApiError;
use argus_dialects_common::time::micros;
use poem_openapi::types::ToJSON;

use crate::NAME;
use crate::output::{actor_type, address, changes, log, log_id, metadata};

/// This face of the log, for the jobs that are asked for here.
#[must_use]
pub fn face() -> Face {
    Face { name: NAME, printer: Arc::new(Logs), columns: COLUMNS }
}

/// Prints events as entries of a list.
struct Logs;

#[async_trait::async_trait]
impl EventPrinter for Logs {
    async fn print(&self, rows: Vec<Model>) -> Result<Vec<String>, ApiError> {
        Ok(rows.iter().map(|row| log(row).to_json_string()).collect())
    }
}

/// All of them.
static COLUMNS: &[Column] = columns! {
    "logId" Text |row| Cell::Text(log_id(row));
    "timestamp" Text |row| micros(row.timestamp);
    "action" Text |row| row.action.as_ref();
    "entityType" Text |row| row.target_type.as_ref();
    "entityId" Text |row| row.target_id.as_ref();
    "actorType" Text |row| actor_type(row).map_or(Cell::Null, |kind| Cell::Text(Cow::Borrowed(kind)));
    "actorId" Text |row| row.actor_id.as_ref();
    "actorEmail" Text |row| row.actor_email.as_ref();
    "status" Text |row| row.status.as_ref();
    "ipAddress" Text |row| address(row);
    "userAgent" Text |row| row.user_agent.as_ref();
    "traceId" Text |row| row.trace_id.as_ref();
    "metadata" Json |row| metadata(row).to_string();
    "changes" Json |row| changes(row).map(|changes| changes.to_string());
};
