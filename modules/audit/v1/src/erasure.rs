//! Erasing what callers name.

use argus_audit_jobs::{Jobs, export, forget};
use argus_audit_log::erasure::{Erasure, MOST, is_erasure};
use argus_audit_log::event::Model;
use argus_audit_log::proof::members::{SEALED, sealed};
use argus_audit_log::rows::Selection;
use argus_audit_log::stream::head;
use argus_audit_log::{AuditLog, search};
use argus_core::access::Caller;
use argus_core::audit::Record;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::wire::BodyDraft;
use serde_json::json;

use crate::model::Event;
use crate::model::erasure::{Erased, NewErasure, NewErasures};
use crate::{EraseAuditDetails, criteria, output};

/// The most events of one request.
const MOST_SELECTED: usize = 10_000;

/// Who erases, and with what.
#[derive(Clone, Copy)]
pub struct Eraser<'a> {
    /// The caller.
    pub caller: &'a Caller<EraseAuditDetails>,
    /// The log.
    pub log: &'a AuditLog,
    /// Whatever has files made of it.
    pub jobs: &'a Jobs,
}

impl Eraser<'_> {
    async fn erase(&self, rows: &[(i64, i64)], erasure: &Erasure, by: Record) -> Result<u64, ApiError> {
        let sequences: Vec<i64> = rows.iter().map(|(sequence, _)| *sequence).collect();
        let erased = self.log.erase(&sequences, erasure, by).await?;
        self.caller.mark_recorded();
        if let Some(first) = sequences.iter().min().filter(|_| erased > 0) {
            let mut customers: Vec<i64> = rows.iter().map(|(_, customer)| *customer).collect();
            customers.sort_unstable();
            customers.dedup();
            forget(&self.caller.platform, self.jobs, &customers, *first).await?;
        }
        Ok(erased)
    }
}

/// Erases values of one event; gives what is left of it.
///
/// # Errors
/// 404 when there is no such event; 412 for what cannot be erased of it; when the store fails.
pub async fn one(eraser: Eraser<'_>, id: &str, body: BodyDraft<NewErasure>) -> Result<Event, ApiError> {
    let (caller, db) = (eraser.caller, &eraser.caller.platform.db);
    let row = search::get(db, &caller.scope(), id).await?;
    let erasure = body
        .check(async |new, errors| {
            let erasure = read(&new.fields, new.reason, errors);
            check_values(&row, &erasure, errors)?;
            Ok(erasure)
        })
        .await?;
    if is_erasure(&row) {
        return Err(ApiError::unmet(
            "erasure.of.erasure",
            "An event that says what was erased cannot be erased itself",
        ));
    }
    let after = json!({ "fields": erasure.fields, "reason": erasure.reason });
    let by = caller.record().about("EVENT", row.id.to_string(), None, Some(after));
    eraser.erase(&[(row.sequence, row.customer_id)], &erasure, by).await?;
    output::one(caller, search::get(db, &caller.scope(), &row.id.to_string()).await?).await
}

/// Erases values of the events that criteria select.
///
/// # Errors
/// 412 for criteria and members that cannot be, and for too many events; 403 for deleted events where these are not for the
/// caller; when the store fails.
pub async fn many(eraser: Eraser<'_>, body: BodyDraft<NewErasures>) -> Result<Erased, ApiError> {
    let caller = eraser.caller;
    let (draft, erasure) = body
        .check(async |new, errors| {
            let spec = export::Spec { criteria: new.criteria.0, columns: None, face: None, with_proofs: false };
            let draft = spec.draft(caller.received);
            output::refuse_deleted(caller, &draft)?;
            criteria::check_member(&draft, &criteria::names(caller), errors).await?;
            Ok((draft, read(&new.fields, new.reason, errors)))
        })
        .await?;
    let resolved = draft.resolve(&criteria::names(caller)).await?;
    let db = &caller.platform.db;
    let selection = Selection { scope: caller.scope(), criteria: resolved, before: head(db).await? };
    let (mut pages, mut found) = (selection.read(db), Vec::new());
    while let Some(page) = pages.recv().await {
        found.extend(page?.into_iter().map(|row| (row.sequence, row.customer_id)));
        if found.len() > MOST_SELECTED {
            let text = format!("Selects more than {MOST_SELECTED} events");
            return Err(ApiError::field("criteria", "invalid.field.value", text));
        }
    }
    found.sort_unstable();
    let mut events = 0;
    for rows in found.chunks(MOST) {
        let after = json!({ "fields": erasure.fields, "reason": erasure.reason, "selected": rows.len() });
        let first = rows.first().map(|(sequence, _)| sequence.to_string()).unwrap_or_default();
        events += eraser.erase(rows, &erasure, caller.record().about("EVENTS", first, None, Some(after))).await?;
    }
    Ok(Erased { events: i64::try_from(events).unwrap_or(i64::MAX) })
}

fn read(fields: &[String], reason: String, errors: &mut FieldErrors) -> Erasure {
    let known = |name: &String| SEALED.into_iter().find(|known| known == name);
    let unknown: Vec<&str> = fields.iter().filter(|name| known(name).is_none()).map(String::as_str).collect();
    if !unknown.is_empty() {
        let text = format!("{} cannot be erased; what can be is {}", unknown.join(", "), SEALED.join(", "));
        errors.add("fields", "invalid.field.value", text);
    }
    if fields.is_empty() {
        errors.add("fields", "invalid.field.value", "Must name what is to be erased");
    }
    if reason.trim().is_empty() {
        errors.add("reason", "invalid.field.value", "Must say why");
    }
    Erasure { fields: fields.iter().filter_map(known).collect(), reason, deleted: false }
}

/// Notes members that the event has no value in.
fn check_values(row: &Model, erasure: &Erasure, errors: &mut FieldErrors) -> Result<(), ApiError> {
    let there = sealed(row).ok_or_else(|| ApiError::internal("a row holds what is no JSON"))?;
    let is_empty = |name: &&str| !there.iter().any(|(there, _)| there == name);
    let empty: Vec<&str> = erasure.fields.iter().copied().filter(is_empty).collect();
    if !empty.is_empty() {
        errors.add("fields", "invalid.field.value", format!("The event has no {}", empty.join(", ")));
    }
    Ok(())
}
