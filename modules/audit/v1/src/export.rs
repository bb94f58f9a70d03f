//! Exports, as callers have them made and look at them.

pub mod content;

use std::collections::{HashMap, HashSet};

use argus_audit_jobs::export::{EXPORT, Spec, columns};
use argus_audit_jobs::job::{Model, destination};
use argus_audit_jobs::search::Exports;
use argus_audit_jobs::{Jobs, file, store};
use argus_core::access::{Caller, Gate};
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::envelope::Many;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::info::People;
use argus_core::names::CallerNames;
use argus_core::search::Draft;
use argus_mail::outbox;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::{Value, json};

use crate::model::{Delivery, Destination, DestinationType, Export, ExportFormat, ExportState, Json, NewExport};
use crate::{ExportAuditEvents, mail, output};

type Exporter = Caller<ExportAuditEvents>;

/// The job that a body asks for.
///
/// # Errors
/// 403 when deleted events are asked for by whoever may not see them; when the store fails. What is wrong with the body goes
/// into `errors`.
pub async fn read(caller: &Exporter, new: NewExport, errors: &mut FieldErrors) -> Result<store::New, ApiError> {
    let criteria = new.criteria.map_or_else(|| json!({}), |Json(criteria)| criteria);
    let spec = Spec { criteria, columns: new.columns.filter(|columns| !columns.is_empty()) };
    let draft = spec.draft(caller.received);
    output::refuse_deleted(caller, &draft)?;
    match draft.resolve(&names(caller)).await {
        Ok(_) => {}
        Err(refused) if refused.status.as_u16() == 412 => errors.merge(within_criteria(refused)),
        Err(failed) => return Err(failed),
    }
    check_columns(spec.columns.as_deref(), errors);
    if new.with_proofs == Some(true) {
        errors.add("withProofs", "invalid.field.value", "There are no proofs in exports yet");
    }
    Ok(store::New {
        kind: EXPORT,
        format: new.format.format(),
        customers: caller.scope(),
        email: recipient(new.destination, errors),
        request: serde_json::to_value(spec).map_err(ApiError::internal)?,
    })
}

fn names(caller: &Exporter) -> CallerNames<'_> {
    let domain = caller.principal().map(|principal| principal.domain_id).ok();
    CallerNames { platform: &caller.platform, scope: caller.scope(), domain }
}

/// Fields are named as they stand in the body.
fn within_criteria(mut refused: ApiError) -> ApiError {
    for message in &mut refused.messages {
        message.field = Some(match message.field.take() {
            Some(field) => format!("criteria.{field}"),
            None => "criteria".to_owned(),
        });
    }
    refused
}

fn check_columns(names: Option<&[String]>, errors: &mut FieldErrors) {
    let names = names.unwrap_or_default();
    let known: HashSet<&str> = names.iter().map(String::as_str).filter(|name| columns::find(name).is_some()).collect();
    if names.iter().any(|name| !known.contains(name.as_str())) {
        let all = columns::COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
        errors.add("columns", "invalid.field.value", format!("Unknown column; known are {all}"));
    } else if known.len() != names.len() {
        errors.add("columns", "invalid.field.value", "A column stands twice");
    }
}

/// To whom the file is sent, if it is.
fn recipient(sent: Option<Destination>, errors: &mut FieldErrors) -> Option<String> {
    let sent = sent?;
    if sent.kind.unwrap_or_default() != DestinationType::Email {
        return None;
    }
    let email = sent.email.unwrap_or_default();
    if !argus_mail::check(&email) && !errors.has("destination.email") {
        errors.add("destination.email", "invalid.field.value", "Must be one address of e-mail");
    }
    Some(email)
}

/// Makes it, with the record of the request.
///
/// # Errors
/// 503 while too many wait; when the store fails.
pub async fn add(caller: &Exporter, jobs: &Jobs, new: store::New) -> Result<Export, ApiError> {
    let made = caller.change(async |transaction| {
        let made = store::add(transaction, caller, new).await?;
        let after = json!({ "format": made.format, "destination": made.destination, "email": made.email,
            "request": serde_json::from_str::<Value>(&made.request).unwrap_or_default() });
        let record = caller.record().about(EXPORT, made.id.to_string(), None, Some(after));
        Ok((made, record))
    });
    let made = made.await?;
    jobs.wake();
    one(caller, made).await
}

fn visible(caller: &Exporter) -> Result<Condition, ApiError> {
    store::visible(caller, EXPORT, ExportAuditEvents::NAME)
}

/// An export of those that the caller may know of.
///
/// # Errors
/// 404.
pub async fn find(caller: &Exporter, id: &str) -> Result<Model, ApiError> {
    store::find(caller.platform.db.reader(), visible(caller)?, id, "export").await
}

/// Those of them that the criteria select.
///
/// # Errors
/// 412 as the criteria say.
pub async fn list(caller: &Exporter, draft: &Draft<Exports>) -> Result<Many<Export>, ApiError> {
    // People and customers are named as far as whoever asks may see them; oneself in any case.
    let criteria = draft.resolve(&names(caller)).await?;
    let mut page = caller.page(&criteria, visible(caller)?).await?;
    let data = shown(caller, std::mem::take(&mut page.rows)).await?;
    Ok(Many::of::<Model>(page, data))
}

/// Ends it, with the record of the request.
///
/// # Errors
/// 412 when there is nothing left to end; when the store fails.
pub async fn end(caller: &Exporter, jobs: &Jobs, job: Model) -> Result<Model, ApiError> {
    let ended = caller.change(async |transaction| {
        let ended = store::end(transaction, job.id, caller.platform.clock.now()).await?;
        let (before, after) = (json!({ "state": job.state }), json!({ "state": ended.state }));
        let record = caller.record().about(EXPORT, job.id.to_string(), Some(before), Some(after));
        Ok((ended, record))
    });
    let ended = ended.await?;
    jobs.cancel(ended.id);
    file::take_away(&caller.platform.settings.exports_folder(), ended.id, ended.format()?).await;
    Ok(ended)
}

/// One export, as it is printed.
///
/// # Errors
/// When the store fails.
pub async fn one(context: &RequestContext, job: Model) -> Result<Export, ApiError> {
    let mut shown = shown(context, vec![job]).await?;
    shown.pop().ok_or_else(|| ApiError::internal("an export was lost"))
}

async fn shown(context: &RequestContext, jobs: Vec<Model>) -> Result<Vec<Export>, ApiError> {
    let people = People::of(&context.platform, jobs.iter().map(|job| job.created_by).collect()).await?;
    let mails = jobs.iter().filter_map(|job| job.mail_id).collect::<Vec<_>>();
    let mut states: HashMap<Uuid, String> = HashMap::new();
    for mails in mails.chunks(1_000) {
        let find = outbox::Entity::find().select_only().column(outbox::Column::Id).column(outbox::Column::State);
        let find = find.filter(outbox::Column::Id.is_in(mails.iter().copied()));
        states.extend(find.into_tuple::<(Uuid, String)>().all(context.platform.db.reader()).await?);
    }
    let delivery = |job: &Model| states.get(&job.mail_id?).map(|state| mail::state_of(state));
    jobs.into_iter().map(|job| export(&people, delivery(&job), job)).collect()
}

fn export(people: &People, delivery: Option<Delivery>, job: Model) -> Result<Export, ApiError> {
    let spec = Spec::of(&job)?;
    let unknown = || ApiError::internal(format!("the export {} is of a later version", job.id));
    Ok(Export {
        id: job.id,
        state: ExportState::parse(&job.state).ok_or_else(unknown)?,
        format: ExportFormat::parse(&job.format).ok_or_else(unknown)?,
        criteria: Json(spec.criteria),
        columns: spec.columns,
        delivery,
        customer: people.tree.customer_info(job.customer_id),
        created_by_user: people.info(Some(job.created_by)),
        rows: job.rows,
        rows_total: job.rows_total,
        percent: job.percent(),
        size_bytes: job.size_bytes,
        sha256: job.sha256,
        snapshot: job.snapshot,
        created_timestamp: millis(job.created_at),
        completed_timestamp: job.completed_at.map(millis),
        expires_timestamp: job.expires_at.map(millis),
        error: job.error,
        destination: Destination {
            kind: Some(match job.destination.as_str() {
                destination::EMAIL => DestinationType::Email,
                _ => DestinationType::Download,
            }),
            email: job.email,
        },
    })
}

#[cfg(test)]
mod tests {
    use argus_audit_jobs::export::columns::{COLUMNS, Holds};
    use poem_openapi::registry::{MetaSchemaRef, Registry};
    use poem_openapi::types::Type;

    use crate::model::Event;

    #[test]
    fn columns_are_the_members_of_events() {
        let mut registry = Registry::new();
        Event::register(&mut registry);
        let schema = registry.schemas.remove(Event::name().as_ref()).unwrap();
        let members: Vec<&str> = schema.properties.iter().map(|(name, _)| *name).collect();
        assert_eq!(members, COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>());
        for ((name, schema), column) in schema.properties.iter().zip(COLUMNS) {
            let MetaSchemaRef::Inline(schema) = schema else { continue };
            let expected: &[Holds] = match schema.ty {
                "integer" => &[Holds::Integer, Holds::Time],
                "number" => &[Holds::Number],
                "string" => &[Holds::Text],
                _ => &[Holds::Json],
            };
            assert!(expected.contains(&column.holds), "{name} is {:?}", column.holds);
        }
    }
}
