//! Many entries with one request: those that are sound are made, all in one transaction, the others are named.

use argus_audit_log::AuditLog;
use argus_audit_log::access::SubmitAuditEvents;
use argus_core::access::Caller;
use argus_core::error::ApiError;
use argus_core::wire::parse;
use argus_dialects_common::{new_row, submit};
use poem::http::StatusCode;
use poem_openapi::types::ToJSON;
use serde_json::Value;

use crate::error::UNREADABLE;
use crate::model::{Batch, Failed};
use crate::output::log;
use crate::{NAME, input};

/// Entries that one request may bring.
const MOST: usize = 10_000;

/// Adds the entries of a document.
///
/// # Errors
/// 412 for what is no list, an empty one or too long a one; 400 with a [`Batch`] where no entry is sound; when they cannot be
/// written.
pub async fn add(caller: &Caller<SubmitAuditEvents>, audit: &AuditLog, bytes: &[u8]) -> Result<Batch, ApiError> {
    let Value::Array(sent) = parse(bytes)? else {
        return Err(ApiError::unmet(UNREADABLE, "The body must be a list"));
    };
    if sent.is_empty() || sent.len() > MOST {
        return Err(ApiError::unmet("argus0.batch", format!("A batch must have 1 to {MOST} entries")));
    }
    let settings = &caller.platform.settings.dialects.argus0;
    let (mut rows, mut failed) = (Vec::new(), Vec::new());
    for (index, sent) in sent.into_iter().enumerate() {
        let action =
            sent.as_object().and_then(input::sent_action).and_then(Value::as_str).unwrap_or_default().to_owned();
        let row = new_row(caller, NAME)?;
        match input::members(sent).and_then(|members| input::fill(row, &members, settings)) {
            Ok(row) => rows.push(row),
            Err(error) => {
                let index = i64::try_from(index).unwrap_or(i64::MAX);
                failed.push(Failed { index, error: error.texts(), action });
            }
        }
    }
    let nothing = rows.is_empty();
    let succeeded = submit(caller, audit, rows).await?.into_iter().map(log).collect();
    let batch = Batch { succeeded, failed: Some(failed).filter(|failed| !failed.is_empty()) };
    if nothing {
        let refused = ApiError::action(StatusCode::BAD_REQUEST, "argus0.batch", "No entry of the batch can be made");
        return Err(ApiError { data: batch.to_json(), ..refused });
    }
    Ok(batch)
}
