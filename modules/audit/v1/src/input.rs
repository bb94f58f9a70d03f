//! From what was sent to the row that is kept.

use argus_audit_log::derive;
use argus_audit_log::event::{Model, flag};
use argus_audit_log::record::{empty, folded};
use argus_core::access::CustomerSet;
use argus_core::clock::Nanos;
use argus_core::context::RequestContext;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::search::{Bound, parse_time};
use poem_openapi::types::ToJSON;
use ring::digest::{SHA256, digest};
use serde_json::Value;

use crate::model::{Json, NewEvent};

/// Numbers that an event may name.
const MOST_METRICS: usize = 1_000;

/// The row of a new event, and in `errors` what of it cannot be; another customer's `customer` is like an unknown one.
/// Sequence and receipt time are the writer's.
///
/// # Errors
/// When the store fails.
pub async fn row(
    context: &RequestContext,
    scope: &CustomerSet,
    new: NewEvent,
    errors: &mut FieldErrors,
) -> Result<Model, ApiError> {
    let fingerprint = new.external_id.is_some().then(|| fingerprint(&new));
    let customer_id = customer(context, scope, new.customer.as_ref().map(|customer| &customer.0), errors).await?;
    let timestamp = timestamp(new.timestamp.as_ref().map(|at| &at.0), context.received, errors);
    let client_ip = client_ip(&new, errors);
    check_metrics(&new, errors);
    let principal = context.principal().ok_or_else(|| ApiError::internal("an event without a sender"))?;
    let key = principal.key_prefix();
    let (actor_type, actor_id) = match new.actor_id {
        Some(id) => (new.actor_type, id),
        None => {
            let own = if key.is_some() { "API_KEY" } else { "USER" };
            (new.actor_type.or_else(|| Some(own.to_owned())), principal.user_name.clone())
        }
    };
    let verb = derive::verb(&new.action);
    let status = new.status.unwrap_or_else(|| "SUCCESS".to_owned());
    let changes = new.changes.map(|Json(sent)| sent);
    let changes = changes.or_else(|| derive::changes(new.before.0.as_ref(), new.after.0.as_ref()));
    let sent_access = new.access_type.map(|sent| sent.as_str().to_owned());
    let metrics = new.metrics.filter(|metrics| !metrics.is_empty());
    let mut row = Model {
        id: context.platform.ids.uuid(),
        customer_id,
        timestamp,
        created_by_user: Some(principal.user_id),
        created_by_key: key,
        verb: verb.map(str::to_owned),
        outcome: derive::outcome(&status).to_owned(),
        status: Some(status),
        severity: new.severity.unwrap_or_else(|| "info".to_owned()),
        actor_type,
        actor_email: new.actor_email.or_else(|| derive::email(&actor_id).map(str::to_owned)),
        actor_id: Some(actor_id),
        client_ip,
        access_type: sent_access.or_else(|| verb.and_then(derive::access_type).map(str::to_owned)),
        flags: flags(verb, metrics.is_some()),
        action: Some(new.action),
        before: new.before.0.as_ref().map(Value::to_string),
        after: new.after.0.as_ref().map(Value::to_string),
        changes: changes.as_ref().map(Value::to_string),
        metrics: metrics.to_json().filter(|metrics| !metrics.is_null()).map(|metrics| metrics.to_string()),
        fingerprint,
        external_id: new.external_id,
        trace_id: new.trace_id,
        category: new.category,
        application: new.application,
        environment: new.environment,
        event_type: new.event_type,
        event_name: new.event_name,
        description: new.description,
        method: new.method,
        actor_name: new.actor_name,
        origin: new.origin,
        user_agent: new.user_agent,
        target_type: new.target_type,
        target_id: new.target_id,
        target_name: new.target_name,
        auth_method: new.auth_method,
        location: new.location,
        device: new.device,
        machine_id: new.machine_id,
        actor_detail: text(new.actor_detail),
        target_detail: text(new.target_detail),
        request_metadata: text(new.request_metadata),
        response_metadata: text(new.response_metadata),
        metadata: text(new.metadata),
        event_detail: text(new.event_detail),
        series_id: new.series_id,
        stage: new.stage,
        total_duration: new.total_duration,
        latency: new.latency,
        cpu_usage: new.cpu_usage,
        memory_usage: new.memory_usage,
        affected_resources: new.affected_resources,
        ..empty()
    };
    row.folded = folded(&row);
    Ok(row)
}

/// The stored event, when what was sent now is the same.
///
/// # Errors
/// 412 on `externalID` when it is not.
pub fn same(sent: &Model, stored: Model) -> Result<Model, ApiError> {
    if sent.fingerprint == stored.fingerprint {
        return Ok(stored);
    }
    let text = "The log has another event of this identifier";
    Err(ApiError::field("externalID", "invalid.field.unique", text))
}

/// The same body gives the same fingerprint, whatever the order of its members.
fn fingerprint(new: &NewEvent) -> String {
    let body = new.to_json().unwrap_or_default().to_string();
    digest(&SHA256, body.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn customer(
    context: &RequestContext,
    scope: &CustomerSet,
    sent: Option<&Value>,
    errors: &mut FieldErrors,
) -> Result<i64, ApiError> {
    let named = match sent {
        None | Some(Value::Null) => context.principal().map(|principal| principal.customer_id.to_string()),
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(_) => None,
    };
    let tree = context.platform.directory.tree().await?;
    let found = named.and_then(|named| tree.find_customer(&named).filter(|customer| customer.deleted_at.is_none()));
    match found.filter(|customer| scope.contains(customer.id)) {
        Some(customer) => Ok(customer.id),
        None => {
            errors.add("customer", "invalid.field.value", "Unknown customer");
            Ok(0)
        }
    }
}

fn timestamp(sent: Option<&Value>, now: Nanos, errors: &mut FieldErrors) -> Nanos {
    match sent {
        None | Some(Value::Null) => now,
        Some(value) => {
            let read = parse_time(value, now, Bound::Start);
            // Criteria may say any year; what happened in a year that cannot be kept must not be kept as another one.
            let kept = read.and_then(|at| match at {
                Nanos::MIN | Nanos::MAX => Err("Not between the years 1678 and 2261, which is what can be kept"),
                at => Ok(at),
            });
            kept.unwrap_or_else(|problem| {
                errors.add("timestamp", "invalid.field.value", problem);
                now
            })
        }
    }
}

fn client_ip(new: &NewEvent, errors: &mut FieldErrors) -> Option<String> {
    let Some(sent) = &new.client_ip else { return new.origin.as_deref().and_then(derive::address) };
    let found = derive::address(sent);
    if found.is_none() {
        errors.add("clientIP", "invalid.field.value", "Must be an IP address");
    }
    found
}

fn check_metrics(new: &NewEvent, errors: &mut FieldErrors) {
    let metrics = new.metrics.iter().flatten();
    if metrics.clone().count() > MOST_METRICS {
        errors.add("metrics", "invalid.field.length", format!("Must have at most {MOST_METRICS} members"));
    }
    if metrics.clone().any(|(name, _)| name.is_empty() || name.chars().count() > 255) {
        errors.add("metrics", "invalid.field.length", "Names must be 1 to 255 characters long");
    }
}

fn flags(verb: Option<&str>, has_metrics: bool) -> i64 {
    let by_verb = match verb {
        Some("LOGIN") => flag::LOGIN,
        Some("EXPORT") => flag::EXPORT,
        _ => 0,
    };
    by_verb | if has_metrics { flag::METRIC } else { 0 }
}

fn text(object: Option<Json>) -> Option<String> {
    object.map(|Json(value)| value.to_string())
}
