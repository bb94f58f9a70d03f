//! What happened today.

use argus_audit_log::access::ViewAuditEvents;
use argus_core::access::Caller;
use argus_core::clock::millis;
use argus_core::error::ApiError;
use argus_dialects_common::{Page, find};
use chrono::DateTime;
use serde_json::{Value, json};

use crate::model::{Activity, Log, Summary};
use crate::output::log;

/// Events that a summary lists.
const LISTED: i64 = 100;

const DAY_MS: i64 = 86_400_000;

/// The summary of the day, by UTC.
///
/// # Errors
/// When the store fails.
pub async fn today(caller: &Caller<ViewAuditEvents>) -> Result<Summary, ApiError> {
    let now = millis(caller.received);
    let start = now - now.rem_euclid(DAY_MS);
    let of = |more: Value| {
        let mut criteria = json!({
            "startTimestamp": start, "endTimestamp": start + DAY_MS - 1, "sortBy": "-timestamp", "limit": LISTED,
        });
        criteria
            .as_object_mut()
            .into_iter()
            .for_each(|members| members.extend(more.as_object().cloned().unwrap_or_default()));
        criteria
    };
    let Page { rows, total } = find(caller, &of(json!({}))).await?;
    let failed = find(caller, &of(json!({ "outcome": ["FAILURE"], "limit": 1 }))).await?.total;
    let date = DateTime::from_timestamp_millis(now).map(|at| at.format("%Y-%m-%d").to_string()).unwrap_or_default();
    let summary = format!("{total} events on {date}, {failed} of them failed");
    Ok(Summary { date, summary, runtime_activity: rows.into_iter().map(|row| activity(log(row))).collect() })
}

fn activity(log: Log) -> Activity {
    Activity {
        actor: log.actor_id,
        actor_type: log.actor_type,
        action: log.event_action.unwrap_or_default(),
        event_type: log.event_type.unwrap_or_default(),
        status: log.status,
        timestamp: log.timestamp,
        id: log.id,
    }
}
