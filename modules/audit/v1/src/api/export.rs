//! Exports.

use argus_audit_jobs::Jobs;
use argus_audit_jobs::search::Exports;
use argus_core::access::Caller;
use argus_core::app::Service;
use argus_core::envelope::{Created, Many, One};
use argus_core::error::ApiError;
use argus_core::wire::{BodyCriteria, BodyDraft, Path, QueryCriteria};
use poem::Request;
use poem_openapi::OpenApi;

use crate::export::content::Content;
use crate::export::{self, content};
use crate::model::{Export, NewExport};
use crate::{ExportAuditEvents, job};

/// Exports.
#[derive(Clone, Copy)]
pub struct ExportApi;

#[OpenApi]
impl ExportApi {
    /// Have a file made of events.
    ///
    /// A job that goes on beside requests, also through a restart. It sees the log as it is now: all that was acknowledged
    /// before, nothing that comes later; of the customers for which you have the function; relative times count from now.
    /// If you are blocked, or lose the function, before it is done, it fails. The file is kept for a while (`exports.kept`).
    ///
    /// The columns are the members of an event. JSON and NDJSON have events as `GET /event` prints them. In CSV and PARQUET
    /// `customer`, `createdByUser` and `createdByKey` are ids, `flags` and whatever is JSON is JSON text. CSV (RFC 4180, UTF-8)
    /// has a header; null is an empty cell, an empty text `""`; a text that a spreadsheet would take for a formula (it begins
    /// with = + - @, their full-width forms, TAB or CR) has a `'` before it, numbers and JSON do not. In PARQUET times are
    /// timestamps (ms, UTC), and what is JSON has that logical type.
    ///
    /// To have it sent, give the destination type EMAIL and an address. A file too large for the mail is not attached; where
    /// it is fetched stands in the mail. The log gets the event `audit.export.completed` when the file is there.
    #[oai(path = "/export", method = "post", operation_id = "audit_v1_export_add")]
    async fn add_export(
        &self,
        caller: Caller<ExportAuditEvents>,
        jobs: Service<Jobs>,
        body: BodyDraft<NewExport>,
    ) -> Result<Created<Export>, ApiError> {
        let made = body.check(async |new, errors| export::read(&caller, new, errors).await).await?;
        Ok(Created(export::add(&caller, &jobs, made).await?))
    }

    /// List exports, newest first.
    ///
    /// Your own; all for whoever has the function at the root customer.
    #[oai(path = "/export", method = "get", operation_id = "audit_v1_export_list")]
    async fn list_exports(
        &self,
        caller: Caller<ExportAuditEvents>,
        criteria: QueryCriteria<Exports>,
    ) -> Result<Many<Export>, ApiError> {
        export::list(&caller, &criteria.0).await
    }

    /// Search exports.
    #[oai(path = "/export/search", method = "post", operation_id = "audit_v1_export_search")]
    async fn search_exports(
        &self,
        caller: Caller<ExportAuditEvents>,
        criteria: BodyCriteria<Exports>,
    ) -> Result<Many<Export>, ApiError> {
        export::list(&caller, &criteria.0).await
    }

    /// Get an export: how far it is.
    #[oai(path = "/export/:id", method = "get", operation_id = "audit_v1_export_get")]
    async fn get_export(
        &self,
        caller: Caller<ExportAuditEvents>,
        /// The export.
        id: Path<String>,
    ) -> Result<One<Export>, ApiError> {
        let job = export::find(&caller, &id).await?;
        Ok(One(export::one(&caller, job).await?))
    }

    /// Get the file of an export; no envelope.
    ///
    /// 412 while there is no file, and when it was taken away. The ETag is the SHA-256 of the file. A single `Range` is
    /// answered with 206, and with `If-Range` only as long as the file is the same; without one, CSV, JSON and NDJSON are
    /// compressed on their way where `Accept-Encoding` has gzip or zstd. Your credential has to reach all customers that the
    /// export does. Each download is in the log.
    #[oai(path = "/export/:id/content", method = "get", operation_id = "audit_v1_export_download")]
    async fn get_content(
        &self,
        caller: Caller<ExportAuditEvents>,
        /// The export.
        id: Path<String>,
        request: &Request,
    ) -> Result<Content, ApiError> {
        let job = export::find(&caller, &id).await?;
        caller.note_target(argus_audit_jobs::export::EXPORT, job.id.to_string());
        content::of(&caller, job, request).await
    }

    /// End an export.
    ///
    /// One that waits or runs is CANCELLED. The file of a completed one is taken away, and it is EXPIRED. 412 when there is
    /// nothing left to end.
    #[oai(path = "/export/:id", method = "delete", operation_id = "audit_v1_export_delete")]
    async fn delete_export(
        &self,
        caller: Caller<ExportAuditEvents>,
        jobs: Service<Jobs>,
        /// The export.
        id: Path<String>,
    ) -> Result<One<Export>, ApiError> {
        let found = export::find(&caller, &id).await?;
        let ended = job::end(&caller, &jobs, found).await?;
        Ok(One(export::one(&caller, ended).await?))
    }
}
