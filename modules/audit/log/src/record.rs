//! Records of requests to Argus itself, as events (flag INTERNAL).

use argus_core::audit::Record;
use argus_core::clock::Ids;
use argus_core::context::RequestContext;
use argus_core::search::folded_column;
use serde_json::{Value, json};

use crate::authentication::Authentication;
use crate::derive;
use crate::event::{Model, flag};

/// The kind of object that a machine is, in the words of the log: what is asked about one has its name in the field of machines.
pub const MACHINE: &str = "MACHINE";

/// The event of a record. `root` is whose it is when the caller was nobody's. The writer fills in sequence and receipt
/// time.
pub fn event(record: Record, ids: &Ids, root: i64) -> Model {
    let request_metadata = record.request_metadata();
    let refused = record.error_status.is_some();
    let verb = record.verb.clone();
    let response_metadata =
        record.error_status.map(|status| json!({ "responseCode": status, "messages": record.error_templates }));
    let (before, after) = record.target.as_ref().map_or((None, None), |t| (t.before.as_ref(), t.after.as_ref()));
    let changes = derive::changes(before, after);
    let access_type = verb.as_deref().and_then(derive::access_type).map(str::to_owned);
    let auth_user = Authentication::user_of(&record);
    let actor_type = match record.key {
        Some(_) => "API_KEY",
        None if record.user_id.is_some() => "USER",
        None => "UNKNOWN",
    };
    let text = |value: Option<&Value>| value.map(Value::to_string);
    let machine = record.target.as_ref().filter(|target| target.kind == MACHINE);
    let mut row = Model {
        id: ids.uuid(),
        customer_id: record.customer_id.unwrap_or(root),
        timestamp: record.timestamp,
        created_by_user: record.user_id,
        created_by_key: record.key,
        dialect: "internal".to_owned(),
        trace_id: Some(record.request_id),
        category: Some("argus".to_owned()),
        event_type: Some("REQUEST".to_owned()),
        event_name: Some(record.operation.clone()).filter(|name| !name.is_empty()),
        action: Some(if record.operation.is_empty() { "unknown".to_owned() } else { record.operation }),
        access_type,
        method: Some(record.method),
        status: Some(if refused { "FAILURE" } else { "SUCCESS" }.to_owned()),
        outcome: if refused { "FAILURE" } else { "SUCCESS" }.to_owned(),
        actor_type: Some(actor_type.to_owned()),
        actor_id: record.actor_name.clone(),
        actor_name: record.actor_name,
        client_ip: derive::address(&record.client_ip),
        origin: Some(record.client_ip),
        user_agent: record.user_agent,
        target_type: record.target.as_ref().map(|target| target.kind.clone()),
        target_id: record.target.as_ref().map(|target| target.id.clone()),
        auth_method: record.auth_method,
        machine_id: machine.map(|machine| machine.id.clone()),
        before: text(before),
        after: text(after),
        changes: text(changes.as_ref()),
        request_metadata: Some(request_metadata.to_string()),
        response_metadata: text(response_metadata.as_ref()),
        flags: flag::INTERNAL | flag::of_verb(verb.as_deref()),
        verb,
        auth_user,
        ..empty()
    };
    row.folded = folded(&row);
    row
}

/// The record of a request that brings an event, unless the settings want none.
#[must_use]
pub fn wanted(context: &RequestContext, event: &Model) -> Option<Record> {
    let record = context.record().about("EVENT", event.id.to_string(), None, None);
    Some(record).filter(|record| record.is_wanted(context.platform.settings.audit.requests))
}

/// The record of a request that brings many events, by the first of them and their number; it stands behind them in the
/// log.
#[must_use]
pub fn wanted_of_many(context: &RequestContext, first: &Model, number: usize) -> Option<Record> {
    let record = context.record().about("EVENTS", first.id.to_string(), None, Some(json!({ "events": number })));
    Some(record).filter(|record| record.is_wanted(context.platform.settings.audit.requests))
}

/// The folded texts of a row's keyword fields.
#[must_use]
pub fn folded(row: &Model) -> Option<String> {
    folded_column(&keyword_texts(row))
}

/// A row's keyword fields, by their names.
#[must_use]
pub fn keyword_texts(row: &Model) -> [(&'static str, Option<&str>); 13] {
    [
        ("action", row.action.as_deref()),
        ("eventName", row.event_name.as_deref()),
        ("eventType", row.event_type.as_deref()),
        ("category", row.category.as_deref()),
        ("description", row.description.as_deref()),
        ("actorID", row.actor_id.as_deref()),
        ("actorName", row.actor_name.as_deref()),
        ("actorEmail", row.actor_email.as_deref()),
        ("targetID", row.target_id.as_deref()),
        ("targetName", row.target_name.as_deref()),
        ("origin", row.origin.as_deref()),
        ("userAgent", row.user_agent.as_deref()),
        ("machineID", row.machine_id.as_deref()),
    ]
}

/// A row without values.
#[must_use]
pub fn empty() -> Model {
    Model {
        sequence: 0,
        id: sea_orm::prelude::Uuid::nil(),
        external_id: None,
        customer_id: 0,
        timestamp: 0,
        created_at: 0,
        created_by_user: None,
        created_by_key: None,
        dialect: "native".to_owned(),
        trace_id: None,
        series_id: None,
        stage: None,
        category: None,
        application: None,
        environment: None,
        event_type: None,
        event_name: None,
        description: None,
        action: None,
        verb: None,
        method: None,
        status: None,
        outcome: "UNKNOWN".to_owned(),
        severity: "info".to_owned(),
        actor_type: None,
        actor_id: None,
        actor_name: None,
        actor_email: None,
        origin: None,
        client_ip: None,
        user_agent: None,
        actor_detail: None,
        target_type: None,
        target_id: None,
        target_name: None,
        target_detail: None,
        auth_method: None,
        location: None,
        device: None,
        machine_id: None,
        before: None,
        after: None,
        changes: None,
        request_metadata: None,
        response_metadata: None,
        metadata: None,
        total_duration: None,
        latency: None,
        cpu_usage: None,
        memory_usage: None,
        affected_resources: None,
        metrics: None,
        event_detail: None,
        access_type: None,
        flags: 0,
        folded: None,
        fingerprint: None,
        auth_user: None,
        metadata_list: None,
    }
}
