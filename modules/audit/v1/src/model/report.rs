//! Reports on the wire.

use argus_audit_jobs::Format;
use argus_audit_report::every::Every as Interval;
use argus_core::info::{CustomerInfo, UserInfo};
use poem_openapi::types::Any;
use poem_openapi::{Enum, Object};
use sea_orm::prelude::Uuid;
use serde_json::Value;

use super::{Delivery, Destination, ExportState};

/// Which report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReportType {
    /// What happened, who failed to come in, what went out, which keys there are.
    ComplianceSummary,
}

/// What the file of a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "UPPERCASE")]
pub enum ReportFormat {
    /// For people: A4, with charts and tables, bookmarks and tags (PDF/UA-1, PDF/A-2a).
    Pdf,
    /// One object, with the names of `GET /statistics`.
    Json,
    /// Rows of `section`, `name` and `value` (RFC 4180).
    Csv,
}

impl ReportFormat {
    /// The format of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Pdf, Self::Json, Self::Csv].into_iter().find(|it| it.format().as_str() == name)
    }

    /// As jobs know it.
    #[must_use]
    pub fn format(self) -> Format {
        match self {
            Self::Pdf => Format::Pdf,
            Self::Json => Format::Json,
            Self::Csv => Format::Csv,
        }
    }
}

/// A stretch of time, as it is asked for.
#[derive(Debug, Clone, Object)]
pub struct NewPeriod {
    /// Its begin: a day (`2026-01-31`, in UTC), or a time as criteria take it: ms since the epoch, ISO-8601 ending in Z, or
    /// relative.
    pub from: Any<Value>,
    /// Its end, which belongs to it: a day as a whole, or a time.
    pub to: Any<Value>,
}

/// A report to be made.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct NewReport {
    /// Which report.
    pub report_type: ReportType,
    /// The stretch of time that it is about. Events belong to it by `timestamp`.
    pub period: NewPeriod,
    /// Whether breakdowns are wanted: by day, verb, kind of object, actor, action, and source of failed logins; false when
    /// absent.
    pub include_stats: Option<bool>,
    /// What the file is to be.
    pub format: ReportFormat,
    /// Exactly this customer, by number or short name; all of your customers when absent.
    pub customer: Option<Any<Value>>,
    /// Where the file goes; DOWNLOAD when absent.
    pub destination: Option<Destination>,
}

/// A stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct ReportPeriod {
    /// Its first millisecond, since the epoch.
    pub from: i64,
    /// Its last millisecond, since the epoch.
    pub to: i64,
}

/// A report.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Report {
    /// Identifier.
    pub id: Uuid,
    /// How far it is.
    pub state: ExportState,
    /// Which report.
    pub report_type: ReportType,
    /// What the file is.
    pub format: ReportFormat,
    /// The stretch of time that it is about.
    pub period: ReportPeriod,
    /// Whether it has breakdowns.
    pub include_stats: bool,
    /// The customer that it is about; null for all that its maker may see.
    pub customer: Option<CustomerInfo>,
    /// The schedule that it was made by; null where somebody asked for it.
    #[oai(rename = "scheduleID")]
    pub schedule_id: Option<Uuid>,
    /// Where the file goes.
    pub destination: Destination,
    /// What became of the mail with the file; null where there is none.
    pub delivery: Option<Delivery>,
    /// Who made it.
    pub created_by_user: Option<UserInfo>,
    /// Events that it is about; 0 before it is completed.
    pub rows: i64,
    /// The same; null while that is not known.
    pub rows_total: Option<i64>,
    /// How much of it is done, in percent; null while that is not known.
    pub percent: Option<i64>,
    /// Bytes of the file; null before it is there.
    pub size_bytes: Option<i64>,
    /// SHA-256 of the file, as hexadecimal; null before it is there.
    pub sha256: Option<String>,
    /// When it was made, in ms since the epoch.
    pub created_timestamp: i64,
    /// When it came to its end, whichever that was, in ms since the epoch.
    pub completed_timestamp: Option<i64>,
    /// When its file is taken away, or was, in ms since the epoch.
    pub expires_timestamp: Option<i64>,
    /// Why it failed, or why the last attempt did.
    pub error: Option<String>,
}

/// How often, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "UPPERCASE")]
pub enum Every {
    /// Of each day, when it is over.
    Daily,
    /// Of each week, Monday to Sunday, when it is over.
    Weekly,
    /// Of each month, when it is over.
    Monthly,
}

impl Every {
    /// As schedules know it.
    #[must_use]
    pub fn interval(self) -> Interval {
        match self {
            Self::Daily => Interval::Daily,
            Self::Weekly => Interval::Weekly,
            Self::Monthly => Interval::Monthly,
        }
    }

    /// The one that schedules know.
    #[must_use]
    pub fn of(interval: Interval) -> Self {
        match interval {
            Interval::Daily => Self::Daily,
            Interval::Weekly => Self::Weekly,
            Interval::Monthly => Self::Monthly,
        }
    }
}

/// A schedule to be made.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct NewSchedule {
    /// What it is called.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub name: String,
    /// Which report.
    pub report_type: ReportType,
    /// What the files are.
    pub format: ReportFormat,
    /// Whether breakdowns are wanted; false when absent.
    pub include_stats: Option<bool>,
    /// Exactly this customer, by number or short name; all of your customers when absent.
    pub customer: Option<Any<Value>>,
    /// How often.
    pub every: Every,
    /// Where the files go; DOWNLOAD when absent.
    pub destination: Option<Destination>,
    /// Whether reports are made; true when absent.
    pub enabled: Option<bool>,
}

/// What changes about a schedule. Only given members change.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct ScheduleUpdate {
    /// What it is called.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub name: Option<String>,
    /// What the files are.
    pub format: Option<ReportFormat>,
    /// Whether breakdowns are wanted.
    pub include_stats: Option<bool>,
    /// How often.
    pub every: Option<Every>,
    /// Where the files go.
    pub destination: Option<Destination>,
    /// Whether reports are made. What was over while they were not is not made up for.
    pub enabled: Option<bool>,
}

/// A schedule.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct ReportSchedule {
    /// Identifier.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// Which report.
    pub report_type: ReportType,
    /// What the files are.
    pub format: ReportFormat,
    /// Whether they have breakdowns.
    pub include_stats: bool,
    /// The customer that they are about; null for all that whoever made it may see.
    pub customer: Option<CustomerInfo>,
    /// How often.
    pub every: Every,
    /// Where the files go.
    pub destination: Destination,
    /// Whether reports are made.
    pub enabled: bool,
    /// When the next one is made, in ms since the epoch; null where none are.
    pub next_timestamp: Option<i64>,
    /// Who made it.
    pub created_by_user: Option<UserInfo>,
    /// When it was made, in ms since the epoch.
    pub created_timestamp: i64,
    /// When it was last changed, in ms since the epoch.
    pub last_updated_timestamp: i64,
}
