//! Exports and reports.

use argus_audit_jobs::Jobs;
use argus_audit_log::access::ExportAuditEvents;
use argus_core::access::Caller;
use argus_core::app::Service;
use argus_core::wire::Path;
use argus_dialects_common::{Answer, RawBody};
use poem::Request;
use poem_openapi::OpenApi;

use super::Failure;
use crate::job::{BODY_BYTES, Content};
use crate::model::{NewExport, NewReport, OneExport, OneMadeExport, OneMadeReport, OneReport};
use crate::{export, report};

/// Exports and reports.
#[derive(Clone, Copy)]
pub struct JobApi;

#[OpenApi]
impl JobApi {
    /// Have a file made of the log.
    ///
    /// It has every entry that the filter lets through, newest first, as the log is now. CSV has a header and the columns
    /// `logId`, `timestamp`, `action`, `entityType`, `entityId`, `actorType`, `actorId`, `actorEmail`, `status`, `ipAddress`,
    /// `userAgent`, `traceId`, `metadata` and `changes`, the last two as JSON; a text that a spreadsheet would take for a formula
    /// has a `'` before it. JSON is a list of entries. The log gets the event `audit.export.completed` when the file is there.
    #[oai(path = "/api/v1/audit/export", method = "post", operation_id = "dialect_rail_export_add")]
    async fn add_export(
        &self,
        caller: Caller<ExportAuditEvents>,
        jobs: Service<Jobs>,
        body: RawBody<NewExport, BODY_BYTES>,
    ) -> Result<Answer<OneMadeExport, 202>, Failure> {
        Ok(Answer(OneMadeExport { data: export::add(&caller, &jobs, &body.0).await? }))
    }

    /// Get an export: how far it is.
    #[oai(path = "/api/v1/audit/export/:export_id", method = "get", operation_id = "dialect_rail_export_get")]
    async fn get_export(
        &self,
        caller: Caller<ExportAuditEvents>,
        /// The export.
        export_id: Path<String>,
    ) -> Result<Answer<OneExport>, Failure> {
        Ok(Answer(OneExport { data: export::one(&caller, &export_id).await? }))
    }

    /// Get the file of an export.
    #[oai(
        path = "/api/v1/audit/export/:export_id/download",
        method = "get",
        operation_id = "dialect_rail_export_download"
    )]
    async fn get_export_file(
        &self,
        caller: Caller<ExportAuditEvents>,
        /// The export.
        export_id: Path<String>,
        request: &Request,
    ) -> Result<Content, Failure> {
        let job = export::find(&caller, &export_id).await?;
        Ok(Content::of(&caller, job, request).await?)
    }

    /// Have a report made.
    ///
    /// It says what happened in the period, with breakdowns if `includeStats` asks for them. The last day belongs to it.
    #[oai(path = "/api/v1/audit/reports", method = "post", operation_id = "dialect_rail_report_add")]
    async fn add_report(
        &self,
        caller: Caller<ExportAuditEvents>,
        jobs: Service<Jobs>,
        body: RawBody<NewReport, BODY_BYTES>,
    ) -> Result<Answer<OneMadeReport, 202>, Failure> {
        Ok(Answer(OneMadeReport { data: report::add(&caller, &jobs, &body.0).await? }))
    }

    /// Get a report: how far it is.
    #[oai(path = "/api/v1/audit/reports/:report_id", method = "get", operation_id = "dialect_rail_report_get")]
    async fn get_report(
        &self,
        caller: Caller<ExportAuditEvents>,
        /// The report.
        report_id: Path<String>,
    ) -> Result<Answer<OneReport>, Failure> {
        Ok(Answer(OneReport { data: report::one(&caller, &report_id).await? }))
    }

    /// Get the file of a report.
    #[oai(
        path = "/api/v1/audit/reports/:report_id/download",
        method = "get",
        operation_id = "dialect_rail_report_download"
    )]
    async fn get_report_file(
        &self,
        caller: Caller<ExportAuditEvents>,
        /// The report.
        report_id: Path<String>,
        request: &Request,
    ) -> Result<Content, Failure> {
        let job = report::find(&caller, &report_id).await?;
        Ok(Content::of(&caller, job, request).await?)
    }
}
