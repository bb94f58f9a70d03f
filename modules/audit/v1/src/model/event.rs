//! An event, as everybody sees it.

use std::collections::HashMap;

use argus_core::info::{CustomerInfo, UserInfo};
use poem_openapi::Object;
use sea_orm::prelude::Uuid;

use super::{AccessType, Json, Receipt, Sent};

/// An event as it is kept.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Event {
    /// Identifier, time-ordered.
    pub id: Uuid,
    /// Place in the log, from 0.
    pub sequence: i64,
    /// The sender's own identifier, unique per customer.
    #[oai(rename = "externalID")]
    pub external_id: Option<String>,
    /// Whose event it is.
    pub customer: Option<CustomerInfo>,
    /// When it happened, in ms since the epoch.
    pub timestamp: i64,
    /// The same with up to 9 digits of fraction.
    #[oai(rename = "timestampISO")]
    pub timestamp_iso: String,
    /// When it was received, in ms since the epoch.
    pub created_timestamp: i64,
    /// The same with up to 9 digits of fraction.
    #[oai(rename = "createdTimestampISO")]
    pub created_timestamp_iso: String,
    /// The user who sent it.
    pub created_by_user: Option<UserInfo>,
    /// The API key it was sent with.
    pub created_by_key: Option<KeyInfo>,
    /// The door it came through.
    pub dialect: String,
    /// The distributed flow it belongs to.
    #[oai(rename = "traceID")]
    pub trace_id: Option<String>,
    /// The series it belongs to.
    #[oai(rename = "seriesID")]
    pub series_id: Option<Uuid>,
    /// Its place in the series.
    pub stage: Option<i64>,
    /// Category.
    pub category: Option<String>,
    /// Application.
    pub application: Option<String>,
    /// Environment.
    pub environment: Option<String>,
    /// Type of event.
    pub event_type: Option<String>,
    /// Name of the event.
    pub event_name: Option<String>,
    /// Free text.
    pub description: Option<String>,
    /// What was done, as sent.
    pub action: Option<String>,
    /// What was done, derived: CREATE, READ, UPDATE, DELETE, EXPORT, LOGIN, LOGOUT, APPROVE, REJECT or null.
    pub verb: Option<String>,
    /// Method.
    pub method: Option<String>,
    /// How it ended, as sent.
    pub status: Option<String>,
    /// How it ended, derived: SUCCESS, FAILURE or UNKNOWN.
    pub outcome: String,
    /// Severity; info when absent.
    pub severity: String,
    /// Kind of actor; the caller's when absent.
    pub actor_type: Option<String>,
    /// Who did it, by identifier; the caller when absent.
    #[oai(rename = "actorID")]
    pub actor_id: Option<String>,
    /// Who did it, by name.
    pub actor_name: Option<String>,
    /// Who did it, by address; taken from actorID when that is one.
    pub actor_email: Option<String>,
    /// Where it came from.
    pub origin: Option<String>,
    /// The client's address; taken from origin when that is one.
    #[oai(rename = "clientIP")]
    pub client_ip: Option<String>,
    /// The client's name for itself.
    pub user_agent: Option<String>,
    /// More of the actor.
    pub actor_detail: Option<Json>,
    /// Kind of object.
    pub target_type: Option<String>,
    /// Which object.
    #[oai(rename = "targetID")]
    pub target_id: Option<String>,
    /// The object's name.
    pub target_name: Option<String>,
    /// More of the object.
    pub target_detail: Option<Json>,
    /// How a login was proved.
    pub auth_method: Option<String>,
    /// Where a login came from.
    pub location: Option<String>,
    /// With what a login was made.
    pub device: Option<String>,
    /// The machine it is about.
    #[oai(rename = "machineID")]
    pub machine_id: Option<String>,
    /// The object before. Null is a value, other than absent.
    #[oai(default, skip_serializing_if_is_none)]
    pub before: Sent,
    /// The object after. Null is a value, other than absent.
    #[oai(default, skip_serializing_if_is_none)]
    pub after: Sent,
    /// What changed, `{field: {from, to}}`; derived from before and after when absent.
    pub changes: Option<Json>,
    /// Of the request.
    pub request_metadata: Option<Json>,
    /// Of the response.
    pub response_metadata: Option<Json>,
    /// Further context.
    pub metadata: Option<Json>,
    /// Milliseconds.
    pub total_duration: Option<f64>,
    /// Milliseconds.
    pub latency: Option<f64>,
    /// Percent.
    pub cpu_usage: Option<f64>,
    /// Percent.
    pub memory_usage: Option<f64>,
    /// Objects acted on.
    pub affected_resources: Option<i64>,
    /// Numbers by name.
    pub metrics: Option<HashMap<String, f64>>,
    /// More of the event.
    pub event_detail: Option<Json>,
    /// READ, WRITE or DELETE; derived from the verb when absent.
    pub access_type: Option<AccessType>,
    /// SUSPICIOUS, LOGIN, EXPORT, METRIC, INTERNAL, DELETED, ERASED.
    pub flags: Vec<String>,
    /// The metadata of an event of the dialect `spectra`, as it was sent: a list.
    #[oai(default, skip_serializing_if_is_none)]
    pub metadata_list: Sent,
    /// The user, by number, to whose login history the event belongs.
    #[oai(skip_serializing_if_is_none)]
    pub auth_user: Option<i64>,
    /// Of the body of an event with an `externalID`: by it a body that is sent again is known. Nobody can tell the body from it.
    #[oai(skip_serializing_if_is_none)]
    pub fingerprint: Option<String>,
    /// The names of members whose values were erased.
    #[oai(skip_serializing_if_is_none)]
    pub erased_fields: Option<Vec<String>>,
    /// That the event is in the log: for whoever adds it.
    #[oai(skip_serializing_if_is_none)]
    pub receipt: Option<Receipt>,
}

/// An API key, by reference.
#[derive(Debug, Clone, Object)]
pub struct KeyInfo {
    /// Its prefix, `<user>/<idx>`.
    pub id: String,
}
