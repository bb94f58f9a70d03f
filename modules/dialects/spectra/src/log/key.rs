//! Who may write: whoever shows an access key, or any credential of Argus (S1-50).

use argus_audit_log::access::SubmitAuditEvents;
use argus_core::access::{Function, Gate, Level};
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use poem::{FromRequest, Request, RequestBody};

/// The gate of writing. It lets in who shows nothing, so that [`Known`] can say what is missing in the original's words.
#[derive(Debug)]
pub struct SubmitByKey;

impl Gate for SubmitByKey {
    const NAME: &'static str = SubmitAuditEvents::NAME;
    const LEVEL: Level = SubmitAuditEvents::LEVEL;
    const READ_ONLY: bool = SubmitAuditEvents::READ_ONLY;
    const FUNCTION: Option<Function> = SubmitAuditEvents::FUNCTION;
    const ANONYMOUS: bool = true;
}

/// Somebody is asking. Stands right behind the gate, so that nothing is said of the input before.
pub struct Known;

impl<'a> FromRequest<'a> for Known {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        match RequestContext::of(request)?.principal() {
            Some(_) => Ok(Self),
            None => Err(ApiError::unauthorized("spectra.key.required", "API Key is required.").into()),
        }
    }
}
