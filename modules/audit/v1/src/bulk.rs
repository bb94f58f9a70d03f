//! Adding many events with one request.

mod body;
mod document;
mod gather;
mod lines;
mod result;

use argus_audit_log::{AuditLog, Mode, Outcome, Submission, Written, record};
use argus_core::access::Caller;
use argus_core::clock::millis;
use argus_core::envelope::AddedMany;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::wire::IdempotencyKey;
use poem_openapi::types::ParseFromJSON;
use serde_json::Value;

use crate::input::{Sender, taken};
use crate::model::{AddedEvents, BulkMode, EVENT_LIMIT};
use crate::{SubmitAuditEvents, keyed};

use document::{Document, Events};
use gather::{Gathered, Gathering};

pub use body::{BulkBody, Form};

/// Events that one request may bring.
const MOST: usize = 10_000;

/// Events that are read in a row before others have their turn.
const TURN: usize = 32;

/// Adds the events of a request, or finds what the same request came to before. `mode` is the query's; a document has its
/// own.
///
/// # Errors
/// 412 naming every bad field, 413 for a body or, in an atomic request, an event that is too large; 503 when they cannot be
/// written now. Then none was.
pub async fn add(
    caller: &Caller<SubmitAuditEvents>,
    log: &AuditLog,
    key: &IdempotencyKey,
    mode: Option<BulkMode>,
    body: BulkBody,
) -> Result<AddedMany<AddedEvents>, ApiError> {
    // Until the answer is made: what is read is kept until then.
    let _place = log.bulk_place(body.announced).await?;
    let mut errors = FieldErrors::default();
    let key = key.read(&mut errors);
    let sender = Sender::of(caller, caller.scope()).await?;
    let at = millis(caller.received);
    let begin = |mode| Gathering::new(sender, at, mode, key.is_some());
    let read = match body.form {
        Form::Lines => read_lines(body, mode.unwrap_or_default(), begin).await,
        Form::Json | Form::Unknown => read_document(body, &mut errors, begin).await,
    };
    let (mode, gathered) = match read {
        Ok(read) => read,
        Err(refused) => return errors.beside(Err(refused)),
    };
    let Gathered { rows, failed, errors: of_events, print } = gathered;
    let key = key.zip(print).filter(|_| errors.is_empty());
    let key = key.map(|(key, print)| keyed::key(caller, key, print)).transpose()?;
    if let Some(earlier) = keyed::earlier(log, key.as_ref(), &mut errors).await? {
        return result::again(&caller.platform.db, earlier).await;
    }
    errors.beside(of_events.finish())?;
    let note = (mode == BulkMode::Partial).then(|| result::note(&failed, at));
    if rows.is_empty() && key.is_none() {
        return result::first(&caller.platform.db, failed, &[], at).await;
    }
    let record = rows.first().and_then(|first| record::wanted_of_many(caller, first, rows.len()));
    let mode = if mode == BulkMode::Atomic { Mode::Atomic } else { Mode::Partial };
    let submission = Submission { mode, ..Submission::atomic(rows) };
    match log.submit(submission.recorded(record).under(key.map(|key| key.with_note(note)))).await? {
        Outcome::Written(written) => {
            // Their record is in the log beside them; a request that wrote nothing is recorded by the platform.
            if written.iter().any(|event| matches!(event, Written::New(..))) {
                caller.mark_recorded();
            }
            result::first(&caller.platform.db, failed, &written, at).await
        }
        Outcome::Conflict(places) => Err(conflict(&places)),
        Outcome::Replay(earlier) => result::again(&caller.platform.db, earlier).await,
        Outcome::KeyTaken => Err(keyed::taken()),
    }
}

fn conflict(places: &[usize]) -> ApiError {
    let mut errors = FieldErrors::default();
    for place in places {
        errors.merge(taken(format!("events[{place}].externalID")));
    }
    errors.into()
}

/// Each line is read as soon as it is there.
async fn read_lines(
    mut body: BulkBody,
    mode: BulkMode,
    begin: impl FnOnce(BulkMode) -> Gathering,
) -> Result<(BulkMode, Gathered), ApiError> {
    let (mut gathering, mut lines) = (begin(mode), lines::Lines::new(EVENT_LIMIT));
    while let Some(piece) = body.stream.next().await? {
        lines.push(&piece, |line| gathering.line(line))?;
        tokio::task::yield_now().await;
    }
    lines.finish(|line| gathering.line(line))?;
    Ok((mode, gathering.finish()))
}

/// The text of a document is read to its end, and then each event of it on its own.
async fn read_document(
    mut body: BulkBody,
    errors: &mut FieldErrors,
    begin: impl FnOnce(BulkMode) -> Gathering,
) -> Result<(BulkMode, Gathered), ApiError> {
    let text = body.stream.rest().await?;
    let document = match body.form {
        Form::Unknown if text.is_empty() => Document::default(),
        Form::Unknown => return Err(body::other_type()),
        Form::Json | Form::Lines => Document::cut(&text)?,
    };
    let mode = mode_of(document.mode, errors);
    let mut gathering = begin(mode);
    let events = match document.events {
        Some(Events::List(events)) => events,
        Some(Events::TooMany) => return Err(gather::too_many()),
        Some(Events::NoList) => return Err(ApiError::field("events", "invalid.field.type", "Must be a list")),
        None => return Err(ApiError::field("events", "missing.field.value", "This field is required")),
    };
    for turn in events.chunks(TURN) {
        for event in turn {
            gathering.event(event.get().as_bytes())?;
        }
        tokio::task::yield_now().await;
    }
    Ok((mode, gathering.finish()))
}

fn mode_of(sent: Option<Value>, errors: &mut FieldErrors) -> BulkMode {
    let Some(sent) = sent.filter(|sent| !sent.is_null()) else { return BulkMode::default() };
    BulkMode::parse_from_json(Some(sent)).unwrap_or_else(|_| {
        errors.add("mode", "invalid.field.value", "Must be one of atomic, partial");
        BulkMode::default()
    })
}
