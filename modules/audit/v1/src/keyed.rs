//! Requests that carry an `Idempotency-Key`.

use argus_audit_log::AuditLog;
use argus_audit_log::idempotency::{Key, Remembered};
use argus_core::context::RequestContext;
use argus_core::error::{ApiError, FieldErrors};

/// The key of a request with a body of that fingerprint.
///
/// # Errors
/// When the caller is not known.
pub fn key(context: &RequestContext, sent: &str, fingerprint: String) -> Result<Key, ApiError> {
    let user = context.caller()?.user_id;
    Ok(Key::new(user, context.method.as_str(), &context.path, sent, fingerprint))
}

/// What came of the same request before, and 412 in `errors` when the key is that of another one. Asked before what was
/// sent is judged: that it could not come in any more does not undo that it did.
///
/// # Errors
/// When the store fails.
pub async fn earlier(
    log: &AuditLog,
    key: Option<&Key>,
    errors: &mut FieldErrors,
) -> Result<Option<Remembered>, ApiError> {
    let Some(key) = key else { return Ok(None) };
    let earlier = log.remembered(key).await?;
    if earlier.as_ref().is_some_and(|earlier| !earlier.is_of(key)) {
        errors.merge(taken());
        return Ok(None);
    }
    Ok(earlier)
}

/// 412: the key came with another body before.
#[must_use]
pub fn taken() -> ApiError {
    ApiError::field("Idempotency-Key", "invalid.field.unique", "The key came with another body before")
}
