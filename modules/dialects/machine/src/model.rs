//! What goes over the wire.

use poem_openapi::Object;
use poem_openapi::types::Any;
use serde_json::Value;

/// An entry of a machine's trail. Every member is there; null is what nobody said.
#[derive(Debug, Clone, Object)]
pub struct Entry {
    /// The sender's own identifier, or `audit_<day>_<number in the log>`.
    pub id: String,
    /// When it happened, UTC.
    pub timestamp: String,
    /// Who did it: the name, or the address of e-mail, or the identifier.
    pub actor: Option<String>,
    /// What was done.
    pub action: Option<String>,
    /// Kind of resource.
    pub resource_type: Option<String>,
    /// Which resource.
    pub resource_id: Option<String>,
    /// The machine.
    pub machine_id: Option<String>,
    /// The resource before.
    pub before_value: Option<Any<Value>>,
    /// The resource after.
    pub after_value: Option<Any<Value>>,
    /// `debug`, `info`, `warning`, `error`, `critical`, or what was sent.
    pub severity: String,
    /// Whether it did not fail.
    pub is_successful: bool,
}

/// A machine's trail in a few numbers.
#[derive(Debug, Clone, Object)]
pub struct Stats {
    /// All events.
    pub total_events: i64,
    /// Percent of events that did not fail, with one decimal; 0 where there is none.
    pub success_rate: f64,
    /// The ten with most events, by count and then by name.
    pub most_active_users: Vec<UserCount>,
    /// The ten that are most common, by count and then by name.
    pub most_common_actions: Vec<ActionCount>,
}

/// What went wrong at a machine: events that failed, or of severity error or critical.
#[derive(Debug, Clone, Object)]
pub struct Errors {
    /// The machine.
    pub machine_id: String,
    /// Errors.
    pub total_errors: i64,
    /// Percent of all events, with one decimal; 0 where there is none.
    pub error_rate: f64,
    /// The ten actions with most errors.
    pub errors_by_action: Vec<ActionCount>,
    /// The ten actors with most errors.
    pub errors_by_actor: Vec<UserCount>,
    /// Errors by severity, at most ten.
    pub errors_by_severity: Vec<SeverityCount>,
    /// The last ten errors, newest first.
    pub recent_errors: Vec<Entry>,
}

/// An actor, by its identifier.
#[derive(Debug, Clone, Object)]
pub struct UserCount {
    /// The identifier.
    pub user: String,
    /// Its events.
    pub count: i64,
}

/// An action.
#[derive(Debug, Clone, Object)]
pub struct ActionCount {
    /// As it was sent.
    pub action: String,
    /// Its events.
    pub count: i64,
}

/// A severity.
#[derive(Debug, Clone, Object)]
pub struct SeverityCount {
    /// As it was sent.
    pub severity: String,
    /// Its events.
    pub count: i64,
}

/// Why a request was refused.
#[derive(Debug, Clone, Object)]
pub struct ErrorBody {
    /// Text for a person; for bad parameters (422) a list of `{loc, msg, type}`.
    pub detail: Any<Value>,
}
