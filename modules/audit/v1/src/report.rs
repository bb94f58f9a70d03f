//! Reports, as callers have them made and look at them.

pub mod content;
mod period;
pub mod schedule;

use std::sync::LazyLock;

use argus_audit_jobs::job::{Entity, Model};
use argus_audit_jobs::{Jobs, search, store};
use argus_audit_report::job::{REPORT, Spec};
use argus_audit_report::json;
use argus_core::access::Gate;
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::envelope::Many;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::info::People;
use argus_core::names::name_in;
use argus_core::search::{Draft, Fields, Names, Searchable};
use poem_openapi::types::Any;
use sea_orm::sea_query::Condition;
use serde_json::Value;

use crate::ExportAuditEvents;
use crate::criteria::names;
use crate::job::{self, Deliveries, Exporter};
use crate::mail::state_of;
use crate::model::{Delivery, ExportState, NewReport, Report, ReportFormat, ReportPeriod, ReportType};

/// Reports, as the search criteria see them.
pub struct Reports;

impl Searchable for Reports {
    type Entity = Entity;
    const NAME: &'static str = "Report";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| search::fields(&["PDF", "JSON", "CSV"]));
        &FIELDS
    }
}

impl ReportType {
    /// As it is stored and written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ComplianceSummary => json::TYPE,
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Some(Self::ComplianceSummary).filter(|known| known.as_str() == name)
    }
}

/// The job that a body asks for.
///
/// # Errors
/// When the store fails. What is wrong with the body goes into `errors`.
pub async fn read(caller: &Exporter, new: NewReport, errors: &mut FieldErrors) -> Result<store::New, ApiError> {
    let period = period::read(&new.period, caller.received, errors);
    let spec = Spec {
        report_type: new.report_type.as_str().to_owned(),
        start: period.start,
        end: period.end,
        include_stats: new.include_stats.unwrap_or(false),
        customer: customer(caller, new.customer.as_ref(), errors).await?,
        schedule: None,
    };
    Ok(store::New {
        kind: REPORT,
        format: new.format.format(),
        customers: spec.customers(&caller.scope()),
        email: job::recipient(new.destination, errors),
        request: serde_json::to_value(spec).map_err(ApiError::internal)?,
    })
}

/// The customer that a body names.
async fn customer(
    caller: &Exporter,
    named: Option<&Any<Value>>,
    errors: &mut FieldErrors,
) -> Result<Option<i64>, ApiError> {
    let Some(name) = name_in(named.map(|Any(named)| named)) else { return Ok(None) };
    let found = names(caller).customer(&name).await?;
    if found.is_none() {
        errors.add("customer", "invalid.field.value", "Unknown, or not visible to you");
    }
    Ok(found)
}

/// Makes it, with the record of the request.
///
/// # Errors
/// 503 while too many wait; when the store fails.
pub async fn add(caller: &Exporter, jobs: &Jobs, new: store::New) -> Result<Report, ApiError> {
    let made = job::add(caller, jobs, new).await?;
    one(caller, made).await
}

fn visible(caller: &Exporter) -> Result<Condition, ApiError> {
    store::visible(caller, REPORT, ExportAuditEvents::NAME)
}

/// A report of those that the caller may know of.
///
/// # Errors
/// 404.
pub async fn find(caller: &Exporter, id: &str) -> Result<Model, ApiError> {
    store::find(caller.platform.db.reader(), visible(caller)?, id, "report").await
}

/// Those of them that the criteria select.
///
/// # Errors
/// 412 as the criteria say.
pub async fn list(caller: &Exporter, draft: &Draft<Reports>) -> Result<Many<Report>, ApiError> {
    let criteria = draft.resolve(&names(caller)).await?;
    let mut page = caller.page(&criteria, visible(caller)?).await?;
    let data = shown(caller, std::mem::take(&mut page.rows)).await?;
    Ok(Many::of::<Model>(page, data))
}

/// One report, as it is printed.
///
/// # Errors
/// When the store fails.
pub async fn one(context: &RequestContext, job: Model) -> Result<Report, ApiError> {
    let mut shown = shown(context, vec![job]).await?;
    shown.pop().ok_or_else(|| ApiError::internal("a report was lost"))
}

async fn shown(context: &RequestContext, jobs: Vec<Model>) -> Result<Vec<Report>, ApiError> {
    let people = People::of(&context.platform, jobs.iter().map(|job| job.created_by).collect()).await?;
    let deliveries = Deliveries::of(&context.platform, &jobs).await?;
    jobs.into_iter().map(|job| report(&people, deliveries.get(&job).map(state_of), job)).collect()
}

fn report(people: &People, delivery: Option<Delivery>, job: Model) -> Result<Report, ApiError> {
    let spec = Spec::of(&job)?;
    let unknown = || ApiError::internal(format!("the report {} is of a later version", job.id));
    let (from, to) = spec.period().bounds();
    Ok(Report {
        id: job.id,
        state: ExportState::parse(&job.state).ok_or_else(unknown)?,
        report_type: ReportType::parse(&spec.report_type).ok_or_else(unknown)?,
        format: ReportFormat::parse(&job.format).ok_or_else(unknown)?,
        period: ReportPeriod { from, to },
        include_stats: spec.include_stats,
        customer: spec.customer.and_then(|customer| people.tree.customer_info(customer)),
        schedule_id: spec.schedule,
        delivery,
        created_by_user: people.info(Some(job.created_by)),
        rows: job.rows,
        rows_total: job.rows_total,
        percent: job.percent(),
        size_bytes: job.size_bytes,
        created_timestamp: millis(job.created_at),
        completed_timestamp: job.completed_at.map(millis),
        expires_timestamp: job.expires_at.map(millis),
        destination: job::sent_to(job.email),
        sha256: job.sha256,
        error: job.error,
    })
}
