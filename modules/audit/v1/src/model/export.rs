//! Exports on the wire.

use argus_audit_jobs::Format;
use argus_core::info::{CustomerInfo, UserInfo};
use poem_openapi::{Enum, Object};
use sea_orm::prelude::Uuid;

use super::Json;

/// What the file of an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "UPPERCASE")]
pub enum ExportFormat {
    /// Comma-separated values (RFC 4180).
    Csv,
    /// One array of events.
    Json,
    /// An event a line.
    Ndjson,
    /// Apache Parquet.
    Parquet,
}

impl ExportFormat {
    /// The format of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Csv, Self::Json, Self::Ndjson, Self::Parquet].into_iter().find(|it| it.format().as_str() == name)
    }

    /// As jobs know it.
    #[must_use]
    pub fn format(self) -> Format {
        match self {
            Self::Csv => Format::Csv,
            Self::Json => Format::Json,
            Self::Ndjson => Format::Ndjson,
            Self::Parquet => Format::Parquet,
        }
    }
}

/// An export to be made.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct NewExport {
    /// What the file is to be.
    pub format: ExportFormat,
    /// Criteria as of `POST /event/search`; all events of your customers when absent. `sortBy` is the order of the file;
    /// limit, offset, cursor and count mean nothing.
    pub criteria: Option<Json>,
    /// Members of events, by name, in the order in which the file is to have them; all when absent or empty.
    pub columns: Option<Vec<String>>,
    /// Where the file goes; DOWNLOAD when absent.
    pub destination: Option<Destination>,
    /// Whether each event comes with the proof that it is in the log, as `GET /event/{id}/proof` gives it, and the file ends
    /// with the log's keys and the checkpoint that all the proofs are of; false when absent. For JSON and NDJSON. Not
    /// together with `columns`.
    pub with_proofs: Option<bool>,
}

/// Where the file of an export goes.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct Destination {
    /// DOWNLOAD when absent.
    #[oai(rename = "type")]
    pub kind: Option<DestinationType>,
    /// To whom it is sent, for EMAIL: one address.
    pub email: Option<String>,
}

/// How a file goes where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Enum)]
#[oai(rename_all = "UPPERCASE")]
pub enum DestinationType {
    /// It is fetched.
    #[default]
    Download,
    /// It is sent, and can be fetched.
    Email,
}

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "UPPERCASE")]
pub enum ExportState {
    /// It waits for its turn.
    Pending,
    /// The file is being made.
    Running,
    /// The file is there.
    Completed,
    /// There is no file: see `error`.
    Failed,
    /// It was cancelled before there was a file.
    Cancelled,
    /// The file was taken away.
    Expired,
}

impl ExportState {
    /// The state of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        use argus_audit_jobs::job::state;
        Some(match name {
            state::PENDING => Self::Pending,
            state::RUNNING => Self::Running,
            state::COMPLETED => Self::Completed,
            state::FAILED => Self::Failed,
            state::CANCELLED => Self::Cancelled,
            state::EXPIRED => Self::Expired,
            _ => return None,
        })
    }
}

/// What became of the mail with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "UPPERCASE", rename = "MailState")]
pub enum Delivery {
    /// It waits to be sent; without a mail server in the settings, until there is one.
    Queued,
    /// The mail server took it.
    Sent,
    /// The mail server refused it for good, or did not take it for days.
    Failed,
}

/// An export.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Export {
    /// Identifier.
    pub id: Uuid,
    /// How far it is.
    pub state: ExportState,
    /// What the file is.
    pub format: ExportFormat,
    /// Criteria, as they were sent.
    pub criteria: Json,
    /// Members of events that the file has; null for all.
    pub columns: Option<Vec<String>>,
    /// Whether each event comes with its proof.
    pub with_proofs: bool,
    /// Where the file goes.
    pub destination: Destination,
    /// What became of the mail with the file; null where there is none.
    pub delivery: Option<Delivery>,
    /// The maker's customer.
    pub customer: Option<CustomerInfo>,
    /// Who made it.
    pub created_by_user: Option<UserInfo>,
    /// Events in the file so far.
    pub rows: i64,
    /// Events that it will have; null while that is not known.
    pub rows_total: Option<i64>,
    /// How much of it is done, in percent; null while that is not known.
    pub percent: Option<i64>,
    /// Bytes of the file; null before it is there.
    pub size_bytes: Option<i64>,
    /// SHA-256 of the file, as hexadecimal; null before it is there.
    pub sha256: Option<String>,
    /// The number (`sequence`) of the first event that it does not see: the log as it was when the export was asked for.
    pub snapshot: i64,
    /// When it was made, in ms since the epoch.
    pub created_timestamp: i64,
    /// When it came to its end, whichever that was, in ms since the epoch.
    pub completed_timestamp: Option<i64>,
    /// When its file is taken away, or was, in ms since the epoch.
    pub expires_timestamp: Option<i64>,
    /// Why it failed, or why the last attempt did.
    pub error: Option<String>,
}
