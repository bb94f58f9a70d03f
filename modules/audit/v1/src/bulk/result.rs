//! What a request with many events came to, told the first time and every further time.

use std::collections::{HashMap, HashSet};

use argus_audit_log::idempotency::{Kind, Remembered};
use argus_audit_log::proof::{Inclusion, inclusions};
use argus_audit_log::{Written, find};
use argus_core::db::Db;
use argus_core::envelope::{AddedMany, WireMessage};
use argus_core::error::ApiError;
use poem_openapi::types::{ParseFromJSON, ToJSON};
use sea_orm::prelude::Uuid;
use serde_json::{Value, json};

use crate::input::taken;
use crate::model::{AddedEvent, AddedEvents, FailedEvent, Receipt};

use super::TURN;

/// What of a partial request has to be remembered besides its events: what failed before the log was asked, and when that
/// was said.
pub fn note(failed: &Vec<FailedEvent>, at: i64) -> String {
    json!({ "at": at, "failed": failed.to_json() }).to_string()
}

/// What an earlier request came to.
///
/// # Errors
/// When the store fails.
pub async fn again(db: &Db, earlier: Remembered) -> Result<AddedMany<AddedEvents>, ApiError> {
    let ids = find::ids(db, &earlier.runs).await?;
    let events = earlier.runs.iter().flat_map(|run| {
        // Of what was refused there is no place.
        let place = move |nth: i64| if run.kind == Kind::Other { None } else { Some(run.first + nth) };
        (0..run.count).map(place)
    });
    let note: Value = match &earlier.note {
        Some(note) => serde_json::from_str(note).map_err(ApiError::internal)?,
        None => Value::Null,
    };
    let failed = note.get("failed").cloned().filter(|failed| !failed.is_null());
    let failed = failed.map(|failed| Vec::parse_from_json(Some(failed))).transpose();
    let failed = failed.map_err(|error| ApiError::internal(error.into_message()))?;
    let at = note.get("at").and_then(Value::as_i64).unwrap_or_default();
    let mut places: Vec<i64> = ids.keys().copied().collect();
    places.sort_unstable();
    let mut receipts = inclusions(db, &places).await?;
    let events = events.map(|place| match place {
        Some(place) => match ids.get(&place).zip(receipts.remove(&place)) {
            Some((id, receipt)) => Told::In(*id, receipt.into()),
            None => Told::Gone,
        },
        None => Told::Other,
    });
    Ok(answer(failed.unwrap_or_default(), events, at))
}

/// The receipts of events that were in the log before, by their places.
async fn known_receipts(db: &Db, written: &[Written]) -> Result<HashMap<i64, Inclusion>, ApiError> {
    let mut places = Vec::new();
    for written in written {
        if let Written::Known(row) = written {
            places.push(row.sequence);
        }
    }
    inclusions(db, &places).await
}

/// What a request came to just now.
///
/// # Errors
/// When the store fails.
pub async fn first(
    db: &Db,
    failed: Vec<FailedEvent>,
    written: &[Written],
    at: i64,
) -> Result<AddedMany<AddedEvents>, ApiError> {
    let known = known_receipts(db, written).await?;
    let mut events = Vec::with_capacity(written.len());
    for (place, written) in written.iter().enumerate() {
        if place % TURN == TURN - 1 {
            tokio::task::yield_now().await;
        }
        events.push(match written {
            Written::New(row, receipt) => Told::In(row.id, receipt.inclusion()?.into()),
            Written::Known(row) => match known.get(&row.sequence) {
                Some(receipt) => Told::In(row.id, receipt.clone().into()),
                None => Told::Gone,
            },
            Written::Other => Told::Other,
        });
    }
    Ok(answer(failed, events.into_iter(), at))
}

/// What is told of an event that the log was asked for.
enum Told {
    /// It is in the log.
    In(Uuid, Receipt),
    /// The log has another one under its identifier.
    Other,
    /// It was in the log, and is gone for good.
    Gone,
}

/// `events` are those that the log was asked for, in their order, between those that failed before.
fn answer(mut failed: Vec<FailedEvent>, events: impl Iterator<Item = Told>, at: i64) -> AddedMany<AddedEvents> {
    let before: HashSet<i64> = failed.iter().map(|event| event.index).collect();
    let places = (0..).filter(|place| !before.contains(place));
    let mut succeeded = Vec::new();
    for (index, event) in places.zip(events) {
        match event {
            Told::In(id, receipt) => succeeded.push(AddedEvent { index, id, receipt }),
            Told::Gone => {}
            Told::Other => {
                let error = taken(format!("events[{index}].externalID"));
                let messages = error.messages.iter().map(|message| WireMessage::of(message, at)).collect();
                failed.push(FailedEvent { index, messages });
            }
        }
    }
    failed.sort_by_key(|event| event.index);
    let whole = failed.is_empty();
    let result = AddedEvents { succeeded, failed };
    if whole { AddedMany::All(result) } else { AddedMany::Some(result) }
}
