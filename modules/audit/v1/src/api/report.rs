//! Reports.

use argus_audit_jobs::Jobs;
use argus_core::access::Caller;
use argus_core::app::Service;
use argus_core::envelope::{Created, Many, One};
use argus_core::error::ApiError;
use argus_core::wire::{BodyCriteria, BodyDraft, Path, QueryCriteria};
use poem::Request;
use poem_openapi::OpenApi;

use crate::model::{NewReport, Report};
use crate::report::content::ReportContent;
use crate::report::{self, Reports};
use crate::{ExportAuditEvents, job};

/// Reports.
#[derive(Clone, Copy)]
pub struct ReportApi;

#[OpenApi]
impl ReportApi {
    /// Have a report made.
    ///
    /// A job, as an export is one, with the same states, files and mails. It says what happened in the period, with the very
    /// figures that `GET /statistics` gives for the same customers and time, and beside them the exports, the API keys that
    /// were created, revoked, or end within 30 days after, and what the log holds. Times are in UTC. Requests to Argus itself
    /// are not among the events; failed logins and exports count them.
    ///
    /// Without `includeStats` there are no breakdowns by day, verb, kind of object, actor, action and source. Lists have 20
    /// elements at most, but for days, verbs and kinds of objects. In CSV a cell that a spreadsheet would take for a formula
    /// has a `'` before it. The log gets the event `audit.report.completed` when the file is there.
    #[oai(path = "/report", method = "post", operation_id = "audit_v1_report_add")]
    async fn add_report(
        &self,
        caller: Caller<ExportAuditEvents>,
        jobs: Service<Jobs>,
        body: BodyDraft<NewReport>,
    ) -> Result<Created<Report>, ApiError> {
        let made = body.check(async |new, errors| report::read(&caller, new, errors).await).await?;
        Ok(Created(report::add(&caller, &jobs, made).await?))
    }

    /// List reports, newest first.
    ///
    /// Your own; all for whoever has the function at the root customer.
    #[oai(path = "/report", method = "get", operation_id = "audit_v1_report_list")]
    async fn list_reports(
        &self,
        caller: Caller<ExportAuditEvents>,
        criteria: QueryCriteria<Reports>,
    ) -> Result<Many<Report>, ApiError> {
        report::list(&caller, &criteria.0).await
    }

    /// Search reports.
    #[oai(path = "/report/search", method = "post", operation_id = "audit_v1_report_search")]
    async fn search_reports(
        &self,
        caller: Caller<ExportAuditEvents>,
        criteria: BodyCriteria<Reports>,
    ) -> Result<Many<Report>, ApiError> {
        report::list(&caller, &criteria.0).await
    }

    /// Get a report: how far it is.
    #[oai(path = "/report/:id", method = "get", operation_id = "audit_v1_report_get")]
    async fn get_report(
        &self,
        caller: Caller<ExportAuditEvents>,
        /// The report.
        id: Path<String>,
    ) -> Result<One<Report>, ApiError> {
        let job = report::find(&caller, &id).await?;
        Ok(One(report::one(&caller, job).await?))
    }

    /// Get the file of a report; no envelope. As that of an export.
    #[oai(path = "/report/:id/content", method = "get", operation_id = "audit_v1_report_download")]
    async fn get_content(
        &self,
        caller: Caller<ExportAuditEvents>,
        /// The report.
        id: Path<String>,
        request: &Request,
    ) -> Result<ReportContent, ApiError> {
        let job = report::find(&caller, &id).await?;
        caller.note_target(argus_audit_report::job::REPORT, job.id.to_string());
        ReportContent::of(&caller, job, request).await
    }

    /// End a report.
    ///
    /// One that waits or runs is CANCELLED. The file of a completed one is taken away, and it is EXPIRED. 412 when there is
    /// nothing left to end.
    #[oai(path = "/report/:id", method = "delete", operation_id = "audit_v1_report_delete")]
    async fn delete_report(
        &self,
        caller: Caller<ExportAuditEvents>,
        jobs: Service<Jobs>,
        /// The report.
        id: Path<String>,
    ) -> Result<One<Report>, ApiError> {
        let found = report::find(&caller, &id).await?;
        let ended = job::end(&caller, &jobs, found).await?;
        Ok(One(report::one(&caller, ended).await?))
    }
}
