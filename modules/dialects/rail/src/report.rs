//! Reports (S4-23): the native jobs.

use argus_audit_jobs::job::Model;
use argus_audit_jobs::{Format, Jobs, asked, store};
use argus_audit_report::job::{REPORT, Spec};
use argus_audit_report::{Period, json};
use argus_core::error::{ApiError, FieldErrors};
use argus_dialects_common::bound::{Bound, bound};

use crate::body::{Reading, members};
use crate::filter::not_a_time;
use crate::job::{self, Exporter, Told, printed_id};
use crate::model::{MadeReport, Report};

/// What identifiers of reports begin with.
const PREFIX: &str = "rep_";

/// Makes the report that a body asks for, with the record of the request.
///
/// # Errors
/// 412 with everything that is wrong with the body; 503 while too many wait; when the store fails.
pub async fn add(caller: &Exporter, jobs: &Jobs, body: &[u8]) -> Result<MadeReport, ApiError> {
    let job = asked::add(caller, jobs, read(caller, body)?).await?;
    Ok(MadeReport {
        report_id: printed_id(PREFIX, &job),
        status: job::status(&job.state).to_owned(),
        report_type: Spec::of(&job)?.report_type,
        format: job.format,
    })
}

fn read(caller: &Exporter, body: &[u8]) -> Result<store::New, ApiError> {
    let (members, mut errors) = (members(body)?, FieldErrors::default());
    let body = Reading::of(&members);
    let report_type = body.word("reportType", &[json::TYPE], &mut errors);
    let period = period(&body, &mut errors);
    let include_stats = body.switch("includeStats", &mut errors);
    let format = body.word("format", &["PDF", "JSON", "CSV"], &mut errors);
    let email = job::recipient(&body, &mut errors);
    errors.finish()?;
    let spec = Spec {
        report_type: report_type.unwrap_or(json::TYPE).to_owned(),
        start: period.start,
        end: period.end,
        include_stats,
        customer: None,
        schedule: None,
    };
    Ok(store::New {
        kind: REPORT,
        format: format.and_then(Format::parse).unwrap_or(Format::Pdf),
        customers: spec.customers(&caller.scope()),
        email,
        request: serde_json::to_value(spec).map_err(ApiError::internal)?,
    })
}

/// The stretch of time; its last day belongs to it.
fn period(body: &Reading<'_>, errors: &mut FieldErrors) -> Period {
    let sent = body.object("period", errors);
    let time = |name: &str, end: Bound, errors: &mut FieldErrors| {
        let wrong = errors.len();
        let at = sent.text(name, errors).and_then(|text| bound(&text, end));
        if at.is_none() && errors.len() == wrong {
            not_a_time(&format!("{}{name}", sent.within()), errors);
        }
        at
    };
    let (start, last) = (time("from", Bound::Start, errors), time("to", Bound::End, errors));
    if let (Some(start), Some(last)) = (start, last)
        && start > last
    {
        sent.wrong("to", "Before the begin of the period", errors);
    }
    Period { start: start.unwrap_or_default(), end: last.unwrap_or_default().saturating_add(1) }
}

/// A report, by the identifier that is printed.
///
/// # Errors
/// 404.
pub async fn find(caller: &Exporter, id: &str) -> Result<Model, ApiError> {
    job::find(caller, REPORT, PREFIX, id).await
}

/// How far a report is.
///
/// # Errors
/// 404; when the store fails.
pub async fn one(caller: &Exporter, id: &str) -> Result<Report, ApiError> {
    let job = find(caller, id).await?;
    let (told, spec) = (Told::of(caller, PREFIX, &job).await?, Spec::of(&job)?);
    Ok(Report {
        report_id: printed_id(PREFIX, &job),
        status: told.status,
        report_type: spec.report_type,
        include_stats: spec.include_stats,
        created_at: told.created_at,
        completed_at: told.completed_at,
        expires_at: told.expires_at,
        size_bytes: job.size_bytes,
        delivery: told.delivery,
        download_url: told.download_url,
        error: told.error,
        format: job.format,
    })
}
