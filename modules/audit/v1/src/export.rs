//! Exports, as callers have them made and look at them.

pub mod content;

use std::collections::HashSet;

use argus_audit_jobs::export::{EXPORT, Spec, columns};
use argus_audit_jobs::job::Model;
use argus_audit_jobs::search::Exports;
use argus_audit_jobs::{Jobs, store};
use argus_core::access::Gate;
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::envelope::Many;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::info::People;
use argus_core::search::Draft;
use sea_orm::sea_query::Condition;
use serde_json::json;

use crate::job::{self, Deliveries, Exporter};
use crate::mail::state_of;
use crate::model::{Delivery, Export, ExportFormat, ExportState, Json, NewExport};
use crate::{ExportAuditEvents, criteria, output};

/// The job that a body asks for.
///
/// # Errors
/// 403 when deleted events are asked for by whoever may not see them; when the store fails. What is wrong with the body goes
/// into `errors`.
pub async fn read(caller: &Exporter, new: NewExport, errors: &mut FieldErrors) -> Result<store::New, ApiError> {
    let wanted = new.criteria.map_or_else(|| json!({}), |Json(criteria)| criteria);
    let spec = Spec {
        criteria: wanted,
        columns: new.columns.filter(|columns| !columns.is_empty()),
        face: None,
        with_proofs: new.with_proofs.unwrap_or_default(),
    };
    let draft = spec.draft(caller.received);
    output::refuse_deleted(caller, &draft)?;
    criteria::check_member(&draft, &criteria::names(caller), errors).await?;
    check_columns(spec.columns.as_deref(), errors);
    if spec.with_proofs && !matches!(new.format, ExportFormat::Json | ExportFormat::Ndjson) {
        errors.add("withProofs", "invalid.field.value", "Proofs go into files of the formats JSON and NDJSON alone");
    } else if spec.with_proofs && spec.columns.is_some() {
        errors.add("columns", "invalid.field.value", "Proofs are of whole events: leave it out, or withProofs");
    }
    Ok(store::New {
        kind: EXPORT,
        format: new.format.format(),
        customers: caller.scope(),
        email: job::recipient(new.destination, errors),
        request: serde_json::to_value(spec).map_err(ApiError::internal)?,
    })
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

/// Makes it, with the record of the request.
///
/// # Errors
/// 503 while too many wait; when the store fails.
pub async fn add(caller: &Exporter, jobs: &Jobs, new: store::New) -> Result<Export, ApiError> {
    one(caller, job::add(caller, jobs, new).await?).await
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
    let criteria = draft.resolve(&criteria::names(caller)).await?;
    let mut page = caller.page(&criteria, visible(caller)?).await?;
    let data = shown(caller, std::mem::take(&mut page.rows)).await?;
    Ok(Many::of::<Model>(page, data))
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
    let deliveries = Deliveries::of(&context.platform, &jobs).await?;
    jobs.into_iter().map(|job| export(&people, deliveries.get(&job).map(state_of), job)).collect()
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
        with_proofs: spec.with_proofs,
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
        destination: job::sent_to(job.email),
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
        // A receipt is for whoever adds an event, and what was erased is told of it, and none of its values.
        let (others, properties) = (&schema.properties[schema.properties.len() - 2..], &schema.properties);
        assert_eq!((others[0].0, others[1].0), ("erasedFields", "receipt"));
        let properties = &properties[..properties.len() - 2];
        let members: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
        assert_eq!(members, COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>());
        for ((name, schema), column) in properties.iter().zip(COLUMNS) {
            // Objects that others know too stand by reference, and their columns have their numbers.
            let MetaSchemaRef::Inline(schema) = schema else { continue };
            if !schema.all_of.is_empty() {
                continue;
            }
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
