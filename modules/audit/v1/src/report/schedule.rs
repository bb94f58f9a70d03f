//! Schedules of reports, as callers administer them.

use argus_audit_report::every::Every as Interval;
use argus_audit_report::schedule::{Model, Schedules, store};
use argus_core::access::Gate;
use argus_core::audit::Record;
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::envelope::Many;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::info::People;
use argus_core::search::Draft;
use serde_json::{Value, json};

use super::customer;
use crate::ExportAuditEvents;
use crate::criteria::names;
use crate::job::{self, Exporter};
use crate::model::{Every, NewSchedule, ReportFormat, ReportSchedule, ReportType, ScheduleUpdate};

/// The kind of object, in the words of the log.
const KIND: &str = "REPORTSCHEDULE";

/// A change that was understood.
pub struct Change {
    update: ScheduleUpdate,
    /// To whom files are sent from now on, if that changes.
    email: Option<Option<String>>,
}

/// The schedule that a body asks for.
///
/// # Errors
/// When the store fails. What is wrong with the body goes into `errors`.
pub async fn read(caller: &Exporter, new: NewSchedule, errors: &mut FieldErrors) -> Result<Model, ApiError> {
    let (principal, now) = (caller.principal()?, caller.received);
    let every = new.every.interval();
    Ok(Model {
        id: caller.platform.ids.uuid(),
        folded: store::folded(&new.name),
        name: new.name,
        report_type: new.report_type.as_str().to_owned(),
        format: new.format.format().as_str().to_owned(),
        include_stats: new.include_stats.unwrap_or(false),
        every: every.as_str().to_owned(),
        email: job::recipient(new.destination, errors),
        enabled: new.enabled.unwrap_or(true),
        target_customer: customer(caller, new.customer.as_ref(), errors).await?,
        scope: caller.scope().to_column(),
        customer_id: principal.customer_id,
        created_by: principal.user_id,
        created_at: now,
        updated_at: now,
        next_at: every.next(now),
    })
}

/// The change that a body asks for. What is wrong with it goes into `errors`.
///
/// # Errors
/// None.
pub fn check(mut update: ScheduleUpdate, errors: &mut FieldErrors) -> Result<Change, ApiError> {
    let email = update.destination.take().map(|destination| job::recipient(Some(destination), errors));
    Ok(Change { update, email })
}

/// Adds it, with the record of the request.
///
/// # Errors
/// 412 when its maker has as many as it may; when the store fails.
pub async fn add(caller: &Exporter, new: Model) -> Result<ReportSchedule, ApiError> {
    caller
        .change(async |transaction| {
            store::add(transaction, &new).await?;
            Ok(((), recorded(caller, None, Some(&new))))
        })
        .await?;
    one(caller, new).await
}

/// Changes it, with the record of the request.
///
/// # Errors
/// 404 when it was taken away meanwhile; when the store fails.
pub async fn update(caller: &Exporter, id: sea_orm::prelude::Uuid, change: Change) -> Result<ReportSchedule, ApiError> {
    let changed = caller
        .change(async |transaction| {
            let old = store::lock(transaction, id).await?;
            let new = changed(caller, &old, change)?;
            store::update(transaction, &new).await?;
            let record = recorded(caller, Some(&old), Some(&new));
            Ok((new, record))
        })
        .await?;
    one(caller, changed).await
}

fn changed(caller: &Exporter, old: &Model, Change { update, email }: Change) -> Result<Model, ApiError> {
    let mut new = old.clone();
    if let Some(name) = update.name {
        new.folded = store::folded(&name);
        new.name = name;
    }
    if let Some(format) = update.format {
        new.format = format.format().as_str().to_owned();
    }
    if let Some(every) = update.every {
        new.every = every.interval().as_str().to_owned();
    }
    new.include_stats = update.include_stats.unwrap_or(old.include_stats);
    new.enabled = update.enabled.unwrap_or(old.enabled);
    new.email = email.unwrap_or_else(|| old.email.clone());
    new.updated_at = caller.received;
    if new.every != old.every || (new.enabled && !old.enabled) {
        new.next_at = new.every()?.next(caller.received);
    }
    Ok(new)
}

/// Takes it away, with the record of the request; says how it was.
///
/// # Errors
/// 404 when it was taken away meanwhile; when the store fails.
pub async fn remove(caller: &Exporter, id: sea_orm::prelude::Uuid) -> Result<ReportSchedule, ApiError> {
    let removed = caller
        .change(async |transaction| {
            let old = store::lock(transaction, id).await?;
            store::remove(transaction, id).await?;
            let record = recorded(caller, Some(&old), None);
            Ok((old, record))
        })
        .await?;
    one(caller, removed).await
}

fn recorded(context: &RequestContext, before: Option<&Model>, after: Option<&Model>) -> Record {
    let print = |row: &Model| -> Value {
        json!({
            "name": row.name, "reportType": row.report_type, "format": row.format, "includeStats": row.include_stats,
            "every": row.every, "email": row.email, "enabled": row.enabled, "customer": row.target_customer,
        })
    };
    let id = after.or(before).map(|row| row.id.to_string()).unwrap_or_default();
    context.record().about(KIND, id, before.map(print), after.map(print))
}

/// A schedule of those that the caller may know of.
///
/// # Errors
/// 404.
pub async fn find(caller: &Exporter, id: &str) -> Result<Model, ApiError> {
    let visible = store::visible(caller, ExportAuditEvents::NAME)?;
    store::find(caller.platform.db.reader(), visible, id).await
}

/// Those of them that the criteria select.
///
/// # Errors
/// 412 as the criteria say.
pub async fn list(caller: &Exporter, draft: &Draft<Schedules>) -> Result<Many<ReportSchedule>, ApiError> {
    let criteria = draft.resolve(&names(caller)).await?;
    let mut page = caller.page(&criteria, store::visible(caller, ExportAuditEvents::NAME)?).await?;
    let data = shown(caller, std::mem::take(&mut page.rows)).await?;
    Ok(Many::of::<Model>(page, data))
}

/// One schedule, as it is printed.
///
/// # Errors
/// When the store fails.
pub async fn one(context: &RequestContext, row: Model) -> Result<ReportSchedule, ApiError> {
    let mut shown = shown(context, vec![row]).await?;
    shown.pop().ok_or_else(|| ApiError::internal("a schedule was lost"))
}

async fn shown(context: &RequestContext, rows: Vec<Model>) -> Result<Vec<ReportSchedule>, ApiError> {
    let people = People::of(&context.platform, rows.iter().map(|row| row.created_by).collect()).await?;
    rows.into_iter().map(|row| schedule(&people, row)).collect()
}

fn schedule(people: &People, row: Model) -> Result<ReportSchedule, ApiError> {
    let unknown = || ApiError::internal(format!("the schedule {} is of a later version", row.id));
    let every: Interval = row.every()?;
    Ok(ReportSchedule {
        id: row.id,
        report_type: ReportType::parse(&row.report_type).ok_or_else(unknown)?,
        format: ReportFormat::parse(&row.format).ok_or_else(unknown)?,
        include_stats: row.include_stats,
        customer: row.target_customer.and_then(|customer| people.tree.customer_info(customer)),
        every: Every::of(every),
        enabled: row.enabled,
        next_timestamp: row.enabled.then_some(millis(row.next_at)),
        created_by_user: people.info(Some(row.created_by)),
        created_timestamp: millis(row.created_at),
        last_updated_timestamp: millis(row.updated_at),
        destination: job::sent_to(row.email),
        name: row.name,
    })
}
