//! Exports (S4-18, S4-19): the native jobs, with files as this face prints events.

use argus_audit_jobs::export::{EXPORT, Spec};
use argus_audit_jobs::job::Model;
use argus_audit_jobs::{Format, Jobs, asked, store};
use argus_core::error::{ApiError, FieldErrors};
use argus_dialects_common::time::micros;
use serde_json::Value;

use crate::NAME;
use crate::body::{Reading, members};
use crate::filter::Filter;
use crate::job::{self, Exporter, Told, printed_id};
use crate::model::{Export, MadeExport};

/// What identifiers of exports begin with.
const PREFIX: &str = "exp_";

/// Makes the export that a body asks for, with the record of the request.
///
/// # Errors
/// 412 with everything that is wrong with the body; 503 while too many wait; when the store fails.
pub async fn add(caller: &Exporter, jobs: &Jobs, body: &[u8]) -> Result<MadeExport, ApiError> {
    let job = asked::add(caller, jobs, read(caller, body)?).await?;
    Ok(MadeExport {
        export_id: printed_id(PREFIX, &job),
        status: job::status(&job.state).to_owned(),
        created_at: micros(job.created_at),
        format: job.format,
    })
}

fn read(caller: &Exporter, body: &[u8]) -> Result<store::New, ApiError> {
    let (members, mut errors) = (members(body)?, FieldErrors::default());
    let body = Reading::of(&members);
    let format = body.word("format", &["CSV", "JSON"], &mut errors);
    let criteria = criteria(&body, &mut errors);
    let email = job::recipient(&body, &mut errors);
    errors.finish()?;
    let spec = Spec { criteria, columns: None, face: Some(NAME.to_owned()), with_proofs: false };
    Ok(store::New {
        kind: EXPORT,
        format: format.and_then(Format::parse).unwrap_or(Format::Csv),
        customers: caller.scope(),
        email,
        request: serde_json::to_value(spec).map_err(ApiError::internal)?,
    })
}

/// Criteria of the native search: what jobs keep.
fn criteria(body: &Reading<'_>, errors: &mut FieldErrors) -> Value {
    let sent = body.object("filter", errors);
    let filter = Filter {
        action: sent.text("action", errors),
        entity_type: sent.text("entityType", errors),
        entity_id: sent.text("entityId", errors),
        actor_id: sent.text("actorId", errors),
        from: sent.text("from", errors),
        to: sent.text("to", errors),
    };
    filter.criteria(sent.within(), errors).into()
}

/// An export, by the identifier that is printed.
///
/// # Errors
/// 404.
pub async fn find(caller: &Exporter, id: &str) -> Result<Model, ApiError> {
    job::find(caller, EXPORT, PREFIX, id).await
}

/// How far an export is.
///
/// # Errors
/// 404; when the store fails.
pub async fn one(caller: &Exporter, id: &str) -> Result<Export, ApiError> {
    let job = find(caller, id).await?;
    let told = Told::of(caller, PREFIX, &job).await?;
    Ok(Export {
        export_id: printed_id(PREFIX, &job),
        status: told.status,
        created_at: told.created_at,
        completed_at: told.completed_at,
        expires_at: told.expires_at,
        rows: job.rows,
        size_bytes: job.size_bytes,
        delivery: told.delivery,
        download_url: told.download_url,
        error: told.error,
        format: job.format,
    })
}
