//! Writing into the log for a caller.

use argus_audit_log::event::Model;
use argus_audit_log::record::{empty, wanted, wanted_of_many};
use argus_audit_log::{AuditLog, Outcome, Submission, Written, derive};
use argus_core::context::RequestContext;
use argus_core::error::ApiError;

/// A row as it comes in with a request through a dialect: with an identifier, the caller's customer, and who sent it.
///
/// # Errors
/// 500 where nobody is asking.
pub fn new_row(context: &RequestContext, dialect: &str) -> Result<Model, ApiError> {
    let caller = context.caller()?;
    Ok(Model {
        id: context.platform.ids.uuid(),
        customer_id: caller.customer_id,
        timestamp: context.received,
        created_by_user: caller.user(),
        created_by_key: caller.key_prefix(),
        dialect: dialect.to_owned(),
        ..empty()
    })
}

/// Adds the events of a request, all of them or none, with the record of the request in the same transaction. They are complete
/// but for what follows from what they hold, and come back as they stand in the log: durable.
///
/// # Errors
/// 503 when they cannot be written now.
pub async fn submit(context: &RequestContext, log: &AuditLog, mut rows: Vec<Model>) -> Result<Vec<Model>, ApiError> {
    rows.iter_mut().for_each(derive::complete);
    let record = match rows.as_slice() {
        [] => return Ok(Vec::new()),
        [only] => wanted(context, only),
        [first, ..] => wanted_of_many(context, first, rows.len()),
    };
    let Outcome::Written(written) = log.submit(Submission::atomic(rows).recorded(record)).await? else {
        return Err(ApiError::internal("events without identifiers of their own were refused"));
    };
    // Its record is in the log beside them.
    context.mark_recorded();
    let rows = written.into_iter().map(|written| match written {
        Written::New(row, _) | Written::Known(row) => Ok(*row),
        Written::Other => Err(ApiError::internal("an event without an identifier of its own was refused")),
    });
    rows.collect()
}
