//! The file of a report, as it goes out.

use argus_audit_jobs::content::described;
use argus_audit_jobs::job::Model;
use argus_core::error::ApiError;
use poem::{IntoResponse, Request, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, Registry};

use crate::export::content::{self, Content};
use crate::job::Exporter;
use crate::model::ReportFormat;

/// The answer with a file, or with what a client has of it already.
pub struct ReportContent(Content);

impl ReportContent {
    /// The file of a job, as the request wants it.
    ///
    /// # Errors
    /// As that of an export.
    pub async fn of(caller: &Exporter, job: Model, request: &Request) -> Result<Self, ApiError> {
        content::of(caller, job, request).await.map(Self)
    }
}

impl IntoResponse for ReportContent {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl ApiResponse for ReportContent {
    fn meta() -> MetaResponses {
        let formats = [ReportFormat::Pdf, ReportFormat::Json, ReportFormat::Csv];
        described(&formats.map(|format| format.format().media_type()))
    }

    fn register(_: &mut Registry) {}
}
