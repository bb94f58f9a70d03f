//! Mails on the wire.

use argus_core::info::CustomerInfo;
use poem_openapi::Object;
use sea_orm::prelude::Uuid;

pub use super::Delivery as MailState;

/// A mail that Argus sends, or sent. What it says is not shown.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Mail {
    /// Identifier.
    pub id: Uuid,
    /// The customer whose affair it is.
    pub customer: Option<CustomerInfo>,
    /// What it is sent for: `audit.export.completed`, ...
    pub purpose: String,
    /// To whom.
    pub recipient: String,
    /// Subject.
    pub subject: String,
    /// What became of it.
    pub state: MailState,
    /// How often it was tried to be sent.
    pub attempts: i32,
    /// When it was made, in ms since the epoch.
    pub created_timestamp: i64,
    /// When it is tried again, in ms since the epoch; null when it is not.
    pub next_timestamp: Option<i64>,
    /// When it was sent or given up, in ms since the epoch.
    pub done_timestamp: Option<i64>,
    /// Why the last try failed.
    pub error: Option<String>,
}
