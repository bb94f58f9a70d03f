//! What goes over the wire. Members without a value are null.

mod job;

use std::collections::BTreeMap;

use poem_openapi::Object;
use poem_openapi::types::Any;
use serde_json::Value;

pub use job::*;

/// Who did it.
#[derive(Debug, Clone, Object)]
#[oai(rename = "LogActor")]
pub struct Actor {
    /// `USER`, `API_KEY`, `SYSTEM`, `WEBHOOK`, or what was sent.
    #[oai(rename = "type")]
    pub kind: Option<String>,
    /// Identifier.
    pub id: Option<String>,
    /// Address of e-mail.
    pub email: Option<String>,
}

/// An entry of the log.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Log {
    /// Its identifier.
    pub log_id: String,
    /// When it happened, UTC.
    pub timestamp: String,
    /// What was done, as it was sent.
    pub action: Option<String>,
    /// Kind of entity.
    pub entity_type: Option<String>,
    /// Which entity.
    pub entity_id: Option<String>,
    /// Who did it.
    pub actor: Actor,
    /// Further context, as it was sent; an empty object where there is none.
    pub metadata: Any<Value>,
    /// The client's address.
    pub ip_address: Option<String>,
    /// The client's name for itself.
    pub user_agent: Option<String>,
    /// The flow it belongs to.
    pub trace_id: Option<String>,
}

/// An entry of the log with all that is known of it.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Detail {
    /// Its identifier.
    pub log_id: String,
    /// When it happened, UTC.
    pub timestamp: String,
    /// What was done, as it was sent.
    pub action: Option<String>,
    /// Kind of entity.
    pub entity_type: Option<String>,
    /// Which entity.
    pub entity_id: Option<String>,
    /// Who did it.
    pub actor: Actor,
    /// Further context, as it was sent; an empty object where there is none.
    pub metadata: Any<Value>,
    /// The client's address.
    pub ip_address: Option<String>,
    /// The client's name for itself.
    pub user_agent: Option<String>,
    /// The flow it belongs to.
    pub trace_id: Option<String>,
    /// What changed: `{field: {from, to}}`.
    pub changes: Option<Any<Value>>,
    /// The entity before.
    pub before: Option<Any<Value>>,
    /// The entity after.
    pub after: Option<Any<Value>>,
    /// Status, as it was sent.
    pub status: Option<String>,
    /// Severity, as it was sent.
    pub severity: String,
    /// Free text.
    pub description: Option<String>,
    /// What was asked for.
    pub request_metadata: Option<Any<Value>>,
    /// What was answered.
    pub response_metadata: Option<Any<Value>>,
    /// When it was received, UTC.
    pub created_at: String,
}

/// Which page it is.
#[derive(Debug, Clone, Object)]
pub struct Pagination {
    /// Its number, from 1.
    pub page: i64,
    /// All that match, whatever the page.
    pub total: i64,
}

/// A page of the log, newest first.
#[derive(Debug, Clone, Object)]
pub struct Logs {
    /// The entries.
    pub data: Vec<Log>,
    /// Which page it is.
    pub pagination: Pagination,
}

/// One entry of the log.
#[derive(Debug, Clone, Object)]
pub struct OneLog {
    /// The entry.
    pub data: Detail,
}

/// A change of an entity.
#[derive(Debug, Clone, Object)]
pub struct Change {
    /// When, UTC.
    pub timestamp: String,
    /// `CREATED`, `UPDATED`, `DELETED`, `APPROVED`, `REJECTED`, or the action as it was sent.
    pub action: Option<String>,
    /// Who, by identifier.
    pub actor: Option<String>,
    /// `{field: {from, to}}`; null for a creation.
    pub changes: Option<Any<Value>>,
}

/// What became of an entity, oldest first.
#[derive(Debug, Clone, Object)]
pub struct History {
    /// Its changes.
    pub data: Vec<Change>,
}

/// Who accessed what.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Access {
    /// The identifier of the entry.
    pub log_id: String,
    /// When, UTC.
    pub timestamp: String,
    /// Who.
    pub actor: Actor,
    /// Kind of resource.
    pub resource_type: Option<String>,
    /// Which resource.
    pub resource_id: Option<String>,
    /// `READ`, `WRITE` or `DELETE`.
    pub access_type: Option<String>,
    /// The client's address.
    pub ip_address: Option<String>,
    /// The client's name for itself.
    pub user_agent: Option<String>,
    /// The flow it belongs to.
    pub trace_id: Option<String>,
}

/// A page of accesses, newest first.
#[derive(Debug, Clone, Object)]
pub struct Accesses {
    /// The accesses.
    pub data: Vec<Access>,
    /// Which page it is.
    pub pagination: Pagination,
}

/// A login, or a try.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Login {
    /// When, UTC.
    pub timestamp: String,
    /// Who: the identifier, or the name as it was tried.
    pub user_id: Option<String>,
    /// `SUCCESS` or `FAILED`.
    pub status: String,
    /// How: `PASSWORD` and the like.
    pub method: Option<String>,
    /// The client's address.
    pub ip_address: Option<String>,
    /// `City, CC`, where it is known.
    pub location: Option<String>,
    /// `Browser on system`, where it is known.
    pub device: Option<String>,
}

/// Logins, newest first.
#[derive(Debug, Clone, Object)]
pub struct Logins {
    /// The logins.
    pub data: Vec<Login>,
}

/// A month in numbers.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Stats {
    /// The month: `2025-01`.
    pub period: String,
    /// All events.
    pub total_events: i64,
    /// By verb, or else action, or else name in upper case, or else `OTHER`: they add up to the total.
    pub by_action: BTreeMap<String, i64>,
    /// By kind of entity; events without one are left out.
    pub by_entity_type: BTreeMap<String, i64>,
    /// Different actors, by identifier.
    pub unique_actors: i64,
    /// Logins that failed, those into Argus itself too.
    pub failed_logins: i64,
}

/// Statistics.
#[derive(Debug, Clone, Object)]
pub struct OneStats {
    /// Of a month.
    pub data: Stats,
}

/// Why a request was refused.
#[derive(Debug, Clone, Object)]
pub struct ErrorBody {
    /// What was wrong.
    pub error: Refusal,
}

/// What was wrong with a request.
#[derive(Debug, Clone, Object)]
pub struct Refusal {
    /// `VALIDATION_ERROR`, `NOT_FOUND`, `UNAUTHORIZED`, `FORBIDDEN` and the like.
    pub code: String,
    /// Text for a person.
    pub message: String,
    /// One for each bad field.
    pub details: Vec<RefusedField>,
}

/// What was wrong with a field.
#[derive(Debug, Clone, Object)]
pub struct RefusedField {
    /// Its name.
    pub field: String,
    /// Text for a person.
    pub message: String,
}
