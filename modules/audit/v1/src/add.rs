//! Adding one event.

use argus_audit_log::idempotency::{Kind, Remembered};
use argus_audit_log::proof::known_receipt;
use argus_audit_log::{AuditLog, Outcome, Submission, Written, find, record};
use argus_core::access::Caller;
use argus_core::envelope::Added;
use argus_core::error::ApiError;
use argus_core::wire::{BodyDraft, IdempotencyKey};

use crate::input::{Sender, fingerprint, taken};
use crate::model::{EVENT_LIMIT, Event, NewEvent};
use crate::{SubmitAuditEvents, keyed, output};

/// Adds the event of a request, or finds what the same request came to before.
///
/// # Errors
/// 412 naming every bad field; 503 when it cannot be written now.
pub async fn one(
    caller: &Caller<SubmitAuditEvents>,
    log: &AuditLog,
    key: &IdempotencyKey,
    body: BodyDraft<NewEvent, EVENT_LIMIT>,
) -> Result<Added<Event>, ApiError> {
    let (new, mut errors) = body.into_parts();
    let key = key.read(&mut errors);
    let print = (key.is_some() || new.external_id.is_some()).then(|| fingerprint(&new));
    // What is not of the schema never came in, under no key.
    let key = key.zip(print.clone()).filter(|_| errors.is_empty());
    let key = key.map(|(key, print)| keyed::key(caller, key, print)).transpose()?;
    if let Some(earlier) = keyed::earlier(log, key.as_ref(), &mut errors).await? {
        return again(caller, &earlier).await;
    }
    let row = Sender::of(caller, caller.scope()).await?.row_as(new, print, &mut errors);
    errors.finish()?;
    let record = record::wanted(caller, &row);
    match log.submit(Submission::atomic(vec![row]).recorded(record).under(key)).await? {
        Outcome::Written(mut written) => match written.pop() {
            Some(Written::New(row, receipt)) => {
                // Its record is in the log beside it; a request that wrote nothing is recorded by the platform.
                caller.mark_recorded();
                Ok(Added::New(output::added(caller, *row, receipt.inclusion()?).await?))
            }
            Some(Written::Known(row)) => {
                let receipt = known_receipt(&caller.platform.db, row.sequence).await?;
                Ok(Added::Known(output::added(caller, *row, receipt).await?))
            }
            Some(Written::Other) | None => Err(taken("externalID")),
        },
        Outcome::Conflict(_) => Err(taken("externalID")),
        Outcome::Replay(earlier) => again(caller, &earlier).await,
        Outcome::KeyTaken => Err(keyed::taken()),
    }
}

/// The answer that the first of equal requests got.
async fn again(caller: &Caller<SubmitAuditEvents>, earlier: &Remembered) -> Result<Added<Event>, ApiError> {
    let run = earlier.runs.first().ok_or_else(|| ApiError::internal("a key without an event"))?;
    let row = find::at(&caller.platform.db, &caller.scope(), run.first).await?;
    let receipt = known_receipt(&caller.platform.db, row.sequence).await?;
    let event = output::added(caller, row, receipt).await?;
    Ok(if run.kind == Kind::New { Added::New(event) } else { Added::Known(event) })
}
