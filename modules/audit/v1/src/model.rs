//! Wire types. The names are the native ones of the unified event model.

use std::collections::HashMap;

use poem_openapi::Object;
use poem_openapi::types::Any;
use sea_orm::prelude::Uuid;
use serde_json::Value;

mod bulk;
pub mod erasure;
mod event;
mod export;
mod mail;
mod proof;
mod report;
pub mod rule;
pub mod subscription;

pub use crate::access::AccessType;
pub use crate::json::{Json, Sent};
pub use crate::machine::Machine;
pub use bulk::{AddedEvent, AddedEvents, BulkMode, FailedEvent, NewEvents};
pub use event::{Event, KeyInfo};
pub use export::{Delivery, Destination, DestinationType, Export, ExportFormat, ExportState, NewExport};
pub use mail::{Mail, MailState};
pub use proof::{Consistency, EventProof, Receipt};
pub use report::{
    Every, NewPeriod, NewReport, NewSchedule, Report, ReportFormat, ReportPeriod, ReportSchedule, ReportType,
    ScheduleUpdate,
};

/// Bytes that one event may have on the wire.
pub const EVENT_LIMIT: usize = 256 * 1024;

/// An event to be added. Members that the server makes are ignored.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct NewEvent {
    /// The sender's own identifier, unique per customer.
    #[oai(rename = "externalID", validator(max_length = 255))]
    pub external_id: Option<String>,
    /// Whose event it is, by number or short name; the caller's customer when absent.
    pub customer: Option<Any<Value>>,
    /// When it happened: ms since the epoch, ISO-8601 ending in Z (up to 9 digits of fraction), or relative; now when absent.
    pub timestamp: Option<Any<Value>>,
    /// The distributed flow it belongs to.
    #[oai(rename = "traceID", validator(max_length = 255))]
    pub trace_id: Option<String>,
    /// The series it belongs to.
    #[oai(rename = "seriesID")]
    pub series_id: Option<Uuid>,
    /// Its place in the series.
    pub stage: Option<i64>,
    /// Category.
    #[oai(validator(max_length = 255))]
    pub category: Option<String>,
    /// Application.
    #[oai(validator(max_length = 255))]
    pub application: Option<String>,
    /// Environment.
    #[oai(validator(max_length = 255))]
    pub environment: Option<String>,
    /// Type of event.
    #[oai(validator(max_length = 50))]
    pub event_type: Option<String>,
    /// Name of the event.
    #[oai(validator(max_length = 255))]
    pub event_name: Option<String>,
    /// Free text.
    #[oai(validator(max_length = 65536))]
    pub description: Option<String>,
    /// What was done.
    #[oai(validator(min_length = 1, max_length = 50))]
    pub action: String,
    /// Method.
    #[oai(validator(max_length = 50))]
    pub method: Option<String>,
    /// How it ended; SUCCESS when absent.
    #[oai(validator(max_length = 20))]
    pub status: Option<String>,
    /// Severity; info when absent.
    #[oai(validator(max_length = 20))]
    pub severity: Option<String>,
    /// Kind of actor; the caller's when absent.
    #[oai(validator(max_length = 50))]
    pub actor_type: Option<String>,
    /// Who did it, by identifier; the caller when absent.
    #[oai(rename = "actorID", validator(max_length = 255))]
    pub actor_id: Option<String>,
    /// Who did it, by name.
    #[oai(validator(max_length = 255))]
    pub actor_name: Option<String>,
    /// Who did it, by address; taken from actorID when that is one.
    #[oai(validator(max_length = 255))]
    pub actor_email: Option<String>,
    /// Where it came from.
    #[oai(validator(max_length = 255))]
    pub origin: Option<String>,
    /// The client's address; taken from origin when that is one.
    #[oai(rename = "clientIP", validator(max_length = 64))]
    pub client_ip: Option<String>,
    /// The client's name for itself.
    #[oai(validator(max_length = 65536))]
    pub user_agent: Option<String>,
    /// More of the actor.
    pub actor_detail: Option<Json>,
    /// Kind of object.
    #[oai(validator(max_length = 50))]
    pub target_type: Option<String>,
    /// Which object.
    #[oai(rename = "targetID", validator(max_length = 255))]
    pub target_id: Option<String>,
    /// The object's name.
    #[oai(validator(max_length = 255))]
    pub target_name: Option<String>,
    /// More of the object.
    pub target_detail: Option<Json>,
    /// How a login was proved.
    #[oai(validator(max_length = 50))]
    pub auth_method: Option<String>,
    /// Where a login came from.
    #[oai(validator(max_length = 255))]
    pub location: Option<String>,
    /// With what a login was made.
    #[oai(validator(max_length = 255))]
    pub device: Option<String>,
    /// The machine it is about.
    #[oai(rename = "machineID", validator(max_length = 255))]
    pub machine_id: Option<String>,
    /// The object before. Null is a value, other than absent.
    pub before: Sent,
    /// The object after. Null is a value, other than absent.
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
}
