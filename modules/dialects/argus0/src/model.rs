//! What goes over the wire.

use poem_openapi::Object;
use poem_openapi::types::Any;
use serde_json::Value;

/// An entry to be made. Members that are not listed are ignored.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct NewLog {
    /// When it happened: RFC 3339, with any offset.
    pub timestamp: String,
    /// `SUCCESS` or `FAILURE`.
    #[oai(validator(max_length = 20))]
    pub status: String,
    /// `SERVICE`, `ADMIN`, `MEMBER`, `SYSTEM`, or what the settings add.
    #[oai(validator(max_length = 50))]
    pub actor_type: String,
    /// Who did it: an address of e-mail, a UUID, the name of a service.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub actor_id: String,
    /// `SERVICE`, `RESOURCE`, or what the settings add.
    #[oai(validator(max_length = 50))]
    pub target_type: String,
    /// What it was done to.
    #[oai(validator(max_length = 255))]
    pub target_id: Option<String>,
    /// The flow it belongs to, a UUID; null for an event that stands alone.
    pub trace_id: Option<String>,
    /// The type of event: any, unless the settings name those that are taken.
    #[oai(validator(max_length = 50))]
    pub event_type: Option<String>,
    /// `CREATE`, `READ`, `UPDATE`, `DELETE`, or what the settings add. Also taken under the name `action`.
    #[oai(validator(max_length = 50))]
    pub event_action: Option<String>,
    /// What was asked for, without secrets.
    pub request_metadata: Option<Any<Value>>,
    /// What was answered, without secrets.
    pub response_metadata: Option<Any<Value>>,
    /// Further context. Also taken under the name `metadata`.
    pub additional_metadata: Option<Any<Value>>,
}

/// An entry. Members without a value are left out.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct Log {
    /// Its identifier, a UUID.
    pub id: String,
    /// The flow it belongs to.
    pub trace_id: Option<String>,
    /// When it happened, UTC.
    pub timestamp: String,
    /// Type of event.
    pub event_type: Option<String>,
    /// What was done.
    pub event_action: Option<String>,
    /// `SUCCESS` or `FAILURE`.
    pub status: String,
    /// Kind of actor.
    pub actor_type: String,
    /// Who did it.
    pub actor_id: String,
    /// Kind of target.
    pub target_type: String,
    /// What it was done to.
    pub target_id: Option<String>,
    /// What was asked for.
    pub request_metadata: Option<Any<Value>>,
    /// What was answered.
    pub response_metadata: Option<Any<Value>>,
    /// Further context.
    pub additional_metadata: Option<Any<Value>>,
    /// When it was received, UTC.
    pub created_at: String,
}

/// A page of entries, newest first.
#[derive(Debug, Clone, Object)]
pub struct Logs {
    /// The entries.
    pub logs: Vec<Log>,
    /// All that match, whatever the page.
    pub total: i64,
    /// The most that the page may have.
    pub limit: i64,
    /// How many were left out before it.
    pub offset: i64,
}

/// What became of many entries.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Batch {
    /// Those that were made, in their order.
    pub succeeded: Vec<Log>,
    /// Those that were not; left out where there are none.
    pub failed: Option<Vec<Failed>>,
}

/// An entry that was not made.
#[derive(Debug, Clone, Object)]
pub struct Failed {
    /// Its place among those that were sent, from 0.
    pub index: i64,
    /// Why.
    pub error: String,
    /// Its action, as it was sent.
    pub action: String,
}

/// What happened today, by UTC.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Summary {
    /// The day: `2024-01-20`.
    pub date: String,
    /// In a sentence.
    pub summary: String,
    /// The newest hundred of its events.
    pub runtime_activity: Vec<Activity>,
}

/// An event of a summary.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Activity {
    /// Who did it.
    pub actor: String,
    /// Kind of actor.
    pub actor_type: String,
    /// What was done; empty where nobody said.
    pub action: String,
    /// Type of event; empty where nobody said.
    pub event_type: String,
    /// `SUCCESS` or `FAILURE`.
    pub status: String,
    /// When, UTC.
    pub timestamp: String,
    /// Its identifier.
    pub id: String,
}

/// Whether the service runs.
#[derive(Debug, Clone, Object)]
pub struct Health {
    /// `argus`.
    pub service: String,
    /// `healthy`.
    pub status: String,
}

/// What it was built from.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Version {
    /// `argus`.
    pub service: String,
    /// Version.
    pub version: String,
    /// When it was built, or `unknown`.
    pub build_time: String,
    /// From which commit, or `unknown`.
    pub git_commit: String,
}

/// Why a request was refused.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ErrorBody {
    /// Text for a person.
    pub error: String,
    /// More of it.
    pub details: Option<String>,
}
