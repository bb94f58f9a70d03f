//! Exports and reports on the wire.

use poem_openapi::Object;

/// An export to be made.
#[derive(Debug, Clone, Object)]
pub struct NewExport {
    /// `CSV` or `JSON`.
    pub format: String,
    /// Which entries; all when absent.
    pub filter: Option<NewFilter>,
    /// Where the file goes; to be fetched when absent.
    pub destination: Option<NewDestination>,
}

/// Which entries an export has, as lists take it.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct NewFilter {
    /// The action as it was sent, or the verb.
    pub action: Option<String>,
    /// Kind of entity.
    pub entity_type: Option<String>,
    /// Which entity.
    pub entity_id: Option<String>,
    /// Who, by identifier.
    pub actor_id: Option<String>,
    /// Not before: ISO 8601; a day as a whole.
    pub from: Option<String>,
    /// Not after: ISO 8601; a day as a whole.
    pub to: Option<String>,
}

/// Where a file goes.
#[derive(Debug, Clone, Object)]
pub struct NewDestination {
    /// `EMAIL` or `DOWNLOAD`.
    #[oai(rename = "type")]
    pub kind: String,
    /// To whom, for `EMAIL`.
    pub email: Option<String>,
}

/// A report to be made.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct NewReport {
    /// `COMPLIANCE_SUMMARY`.
    pub report_type: String,
    /// The stretch of time that it is about.
    pub period: NewPeriod,
    /// Whether breakdowns are wanted; false when absent.
    pub include_stats: Option<bool>,
    /// `PDF`, `JSON` or `CSV`.
    pub format: String,
    /// Where the file goes; to be fetched when absent.
    pub destination: Option<NewDestination>,
}

/// A stretch of time.
#[derive(Debug, Clone, Object)]
pub struct NewPeriod {
    /// Its first day, or time.
    pub from: String,
    /// Its last day, or time, which belongs to it.
    pub to: String,
}

/// An export that was asked for.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct MadeExport {
    /// Its identifier.
    pub export_id: String,
    /// `PENDING`.
    pub status: String,
    /// What the file is to be.
    pub format: String,
    /// When it was asked for, UTC.
    pub created_at: String,
}

/// The same.
#[derive(Debug, Clone, Object)]
pub struct OneMadeExport {
    /// The export.
    pub data: MadeExport,
}

/// How far an export is.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Export {
    /// Its identifier.
    pub export_id: String,
    /// `PENDING`, `RUNNING`, `COMPLETED` or `FAILED`.
    pub status: String,
    /// What the file is.
    pub format: String,
    /// When it was asked for, UTC.
    pub created_at: String,
    /// When it came to its end, UTC.
    pub completed_at: Option<String>,
    /// When its file is taken away, or was, UTC.
    pub expires_at: Option<String>,
    /// Entries in the file so far.
    pub rows: i64,
    /// Bytes of the file.
    pub size_bytes: Option<i64>,
    /// What became of the mail: `QUEUED`, `SENT` or `FAILED`; null where there is none.
    pub delivery: Option<String>,
    /// The path at which the file is fetched; null as long as there is none.
    pub download_url: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
}

/// An export.
#[derive(Debug, Clone, Object)]
pub struct OneExport {
    /// How far it is.
    pub data: Export,
}

/// A report that was asked for.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct MadeReport {
    /// Its identifier.
    pub report_id: String,
    /// `PENDING`.
    pub status: String,
    /// `COMPLIANCE_SUMMARY`.
    pub report_type: String,
    /// What the file is to be.
    pub format: String,
}

/// The same.
#[derive(Debug, Clone, Object)]
pub struct OneMadeReport {
    /// The report.
    pub data: MadeReport,
}

/// How far a report is.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Report {
    /// Its identifier.
    pub report_id: String,
    /// `PENDING`, `RUNNING`, `COMPLETED` or `FAILED`.
    pub status: String,
    /// `COMPLIANCE_SUMMARY`.
    pub report_type: String,
    /// What the file is.
    pub format: String,
    /// Whether it has breakdowns.
    pub include_stats: bool,
    /// When it was asked for, UTC.
    pub created_at: String,
    /// When it came to its end, UTC.
    pub completed_at: Option<String>,
    /// When its file is taken away, or was, UTC.
    pub expires_at: Option<String>,
    /// Bytes of the file.
    pub size_bytes: Option<i64>,
    /// What became of the mail: `QUEUED`, `SENT` or `FAILED`; null where there is none.
    pub delivery: Option<String>,
    /// The path at which the file is fetched; null as long as there is none.
    pub download_url: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
}

/// A report.
#[derive(Debug, Clone, Object)]
pub struct OneReport {
    /// How far it is.
    pub data: Report,
}
