//! The file of an export, as it goes out.

use argus_audit_jobs::content;
use argus_audit_jobs::job::Model;
use argus_core::access::Caller;
use argus_core::envelope::error_response;
use argus_core::error::ApiError;
use poem::{IntoResponse, Request, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, Registry};

use crate::ExportAuditEvents;
use crate::model::ExportFormat;

/// The answer with a file, or with what a client has of it already.
pub struct Content(Response);

/// The file of a job, as the request wants it.
///
/// # Errors
/// 412 where there is no file, 403 where the credential does not reach all that is in it, 404 where it was lost.
pub async fn of(caller: &Caller<ExportAuditEvents>, job: Model, request: &Request) -> Result<Content, ApiError> {
    content::of(caller, &caller.scope(), job, request, error_response).await.map(Content)
}

impl IntoResponse for Content {
    fn into_response(self) -> Response {
        self.0
    }
}

impl ApiResponse for Content {
    fn meta() -> MetaResponses {
        let formats = [ExportFormat::Csv, ExportFormat::Json, ExportFormat::Ndjson, ExportFormat::Parquet];
        content::described(&formats.map(|format| format.format().media_type()))
    }

    fn register(_: &mut Registry) {}
}
