//! What exports and reports have in common: both are jobs that make a file.

use argus_audit_jobs::asked::Deliveries;
use argus_audit_jobs::content::{self, described};
use argus_audit_jobs::job::{Model, state};
use argus_audit_jobs::{Format, store};
use argus_audit_log::access::ExportAuditEvents;
use argus_core::access::{Caller, Gate};
use argus_core::error::{ApiError, FieldErrors};
use argus_dialects_common::time::micros;
use poem::{IntoResponse, Request, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, Registry};

use crate::body::Reading;
use crate::error::render;

/// Whoever may have files made.
pub type Exporter = Caller<ExportAuditEvents>;

/// Bytes that a body may have.
pub const BODY_BYTES: usize = 64 << 10;

/// To whom the file is sent, if it is. What is wrong with it goes into `errors`.
pub fn recipient(body: &Reading<'_>, errors: &mut FieldErrors) -> Option<String> {
    let destination = body.object("destination", errors);
    if !destination.is_there() || destination.word("type", &["EMAIL", "DOWNLOAD"], errors)? == "DOWNLOAD" {
        return None;
    }
    let email = destination.text("email", errors).unwrap_or_default();
    if !argus_mail::check(&email) && !errors.has("destination.email") {
        destination.wrong("email", "Must be one address of e-mail", errors);
    }
    Some(email)
}

/// A job of a kind, of those that the caller may know of, by the identifier that is printed.
///
/// # Errors
/// 404.
pub async fn find(caller: &Exporter, kind: &str, prefix: &str, id: &str) -> Result<Model, ApiError> {
    let visible = store::visible(caller, kind, ExportAuditEvents::NAME)?;
    let what = kind.to_lowercase();
    let id = id.strip_prefix(prefix).ok_or_else(|| ApiError::not_found(&what))?;
    store::find(caller.platform.db.reader(), visible, id, &what).await
}

/// The identifier of a job, as it is printed.
pub fn printed_id(prefix: &str, job: &Model) -> String {
    format!("{prefix}{}", job.id.simple())
}

/// How far a job is, told in both kinds alike.
pub struct Told {
    pub status: String,
    pub created_at: String,
    pub completed_at: Option<String>,
    pub expires_at: Option<String>,
    pub delivery: Option<String>,
    pub download_url: Option<String>,
    pub error: Option<String>,
}

impl Told {
    /// Of a job whose path the request has.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(caller: &Exporter, prefix: &str, job: &Model) -> Result<Self, ApiError> {
        let deliveries = Deliveries::of(&caller.platform, std::slice::from_ref(job)).await?;
        let path = caller.path.trim_end_matches('/');
        let above = path.rsplit_once('/').map_or(path, |(above, _)| above);
        let url = || format!("{above}/{}/download", printed_id(prefix, job));
        let cancelled = (job.state == state::CANCELLED).then(|| "Somebody did not want it any more".to_owned());
        Ok(Self {
            status: status(&job.state).to_owned(),
            created_at: micros(job.created_at),
            completed_at: job.completed_at.map(micros),
            expires_at: job.expires_at.map(micros),
            delivery: deliveries.get(job).map(str::to_owned),
            download_url: (job.state == state::COMPLETED).then(url),
            error: job.error.clone().or(cancelled),
        })
    }
}

/// The states that these clients know. A file that was taken away was there.
pub fn status(known: &str) -> &str {
    match known {
        state::CANCELLED => state::FAILED,
        state::EXPIRED => state::COMPLETED,
        known => known,
    }
}

/// The answer with a file, or with what a client has of it already.
pub struct Content(Response);

impl Content {
    /// The file of a job, as the request wants it.
    ///
    /// # Errors
    /// 412 where there is no file, 403 where the credential does not reach all that is in it, 404 where it was lost.
    pub async fn of(caller: &Exporter, job: Model, request: &Request) -> Result<Self, ApiError> {
        caller.note_target(&job.kind, job.id.to_string());
        content::of(caller, &caller.scope(), job, request, |error, _| render(error)).await.map(Self)
    }
}

impl IntoResponse for Content {
    fn into_response(self) -> Response {
        self.0
    }
}

impl ApiResponse for Content {
    fn meta() -> MetaResponses {
        described(&[Format::Csv, Format::Json, Format::Pdf].map(Format::media_type))
    }

    fn register(_: &mut Registry) {}
}
