//! A machine's trail in a few numbers (S3-14, S3-17).

use argus_audit_log::access::ViewAuditEvents;
use argus_audit_log::numbers::{self, Count, Selection};
use argus_audit_log::search::Events;
use argus_core::access::Caller;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::search::Criteria;
use argus_dialects_common::names;
use serde_json::Value;

use crate::list::{Wanted, about};
use crate::model::{ActionCount, Errors, SeverityCount, Stats, UserCount};
use crate::output::entry;

/// What happened.
///
/// # Errors
/// 412 for bounds that are none; 503 when it takes too long; when the store fails.
pub async fn stats(caller: &Caller<ViewAuditEvents>, machine: &str, wanted: &Wanted) -> Result<Stats, ApiError> {
    let selection = selection(caller, machine, wanted).await?;
    let limit = caller.platform.settings.statistics_timeout.duration();
    let of = numbers::statistics(&caller.platform.db, &selection, limit).await?;
    Ok(Stats {
        total_events: of.total,
        success_rate: of.success_rate(),
        most_active_users: users(of.most_active_actors),
        most_common_actions: actions(of.most_common_actions),
    })
}

/// What went wrong.
///
/// # Errors
/// As [`stats`].
pub async fn errors(caller: &Caller<ViewAuditEvents>, machine: &str, wanted: &Wanted) -> Result<Errors, ApiError> {
    let selection = selection(caller, machine, wanted).await?;
    let limit = caller.platform.settings.statistics_timeout.duration();
    let (of, recent) = numbers::errors(&caller.platform.db, &selection, limit).await?;
    let severity = |(severity, count)| SeverityCount { severity, count };
    Ok(Errors {
        machine_id: machine.to_owned(),
        total_errors: of.total,
        error_rate: numbers::percent(of.total, of.events),
        errors_by_action: actions(of.by_action),
        errors_by_actor: users(of.by_actor),
        errors_by_severity: of.by_severity.into_iter().map(severity).collect(),
        recent_errors: recent.into_iter().map(entry).collect(),
    })
}

async fn selection(caller: &Caller<ViewAuditEvents>, machine: &str, wanted: &Wanted) -> Result<Selection, ApiError> {
    about(caller, machine);
    let mut errors = FieldErrors::default();
    let criteria = Value::from(wanted.selection(machine, &mut errors));
    errors.finish()?;
    let criteria = Criteria::<Events>::from_json(&criteria, caller.received).resolve(&names(caller)).await?;
    Ok(Selection::of(&caller.scope(), criteria))
}

fn users(counts: Vec<Count>) -> Vec<UserCount> {
    counts.into_iter().map(|(user, count)| UserCount { user, count }).collect()
}

fn actions(counts: Vec<Count>) -> Vec<ActionCount> {
    counts.into_iter().map(|(action, count)| ActionCount { action, count }).collect()
}
