//! Schedules of reports.

use argus_audit_report::schedule::Schedules;
use argus_core::access::Caller;
use argus_core::envelope::{Created, Many, One};
use argus_core::error::ApiError;
use argus_core::wire::{BodyCriteria, BodyDraft, Path, QueryCriteria};
use poem_openapi::OpenApi;

use crate::ExportAuditEvents;
use crate::model::{NewSchedule, ReportSchedule, ScheduleUpdate};
use crate::report::schedule;

/// Schedules of reports.
#[derive(Clone, Copy)]
pub struct ScheduleApi;

#[OpenApi]
impl ScheduleApi {
    /// Have reports made by themselves.
    ///
    /// When a day, a week (Monday to Sunday) or a month is over, in UTC, a report of it is made in your name, once, whatever
    /// number of nodes there is. It sees the customers for which you have the function now and still have it then; if you are
    /// blocked, or lose the function, it fails. After a standstill the last one that is over is made, and those before it
    /// are not made up for. One user has 100 schedules at most.
    #[oai(path = "/report/schedule", method = "post", operation_id = "audit_v1_report_schedule_add")]
    async fn add_schedule(
        &self,
        caller: Caller<ExportAuditEvents>,
        body: BodyDraft<NewSchedule>,
    ) -> Result<Created<ReportSchedule>, ApiError> {
        let new = body.check(async |new, errors| schedule::read(&caller, new, errors).await).await?;
        Ok(Created(schedule::add(&caller, new).await?))
    }

    /// List schedules, by name.
    ///
    /// Your own; all for whoever has the function at the root customer.
    #[oai(path = "/report/schedule", method = "get", operation_id = "audit_v1_report_schedule_list")]
    async fn list_schedules(
        &self,
        caller: Caller<ExportAuditEvents>,
        criteria: QueryCriteria<Schedules>,
    ) -> Result<Many<ReportSchedule>, ApiError> {
        schedule::list(&caller, &criteria.0).await
    }

    /// Search schedules.
    #[oai(path = "/report/schedule/search", method = "post", operation_id = "audit_v1_report_schedule_search")]
    async fn search_schedules(
        &self,
        caller: Caller<ExportAuditEvents>,
        criteria: BodyCriteria<Schedules>,
    ) -> Result<Many<ReportSchedule>, ApiError> {
        schedule::list(&caller, &criteria.0).await
    }

    /// Get a schedule.
    #[oai(path = "/report/schedule/:id", method = "get", operation_id = "audit_v1_report_schedule_get")]
    async fn get_schedule(
        &self,
        caller: Caller<ExportAuditEvents>,
        /// The schedule.
        id: Path<String>,
    ) -> Result<One<ReportSchedule>, ApiError> {
        let found = schedule::find(&caller, &id).await?;
        Ok(One(schedule::one(&caller, found).await?))
    }

    /// Change a schedule.
    ///
    /// With another interval, or enabled again, the next report is that of what goes on now.
    #[oai(path = "/report/schedule/:id", method = "put", operation_id = "audit_v1_report_schedule_update")]
    async fn update_schedule(
        &self,
        caller: Caller<ExportAuditEvents>,
        /// The schedule.
        id: Path<String>,
        body: BodyDraft<ScheduleUpdate>,
    ) -> Result<One<ReportSchedule>, ApiError> {
        let found = schedule::find(&caller, &id).await?;
        let change = body.check(async |change, errors| schedule::check(change, errors)).await?;
        Ok(One(schedule::update(&caller, found.id, change).await?))
    }

    /// Take a schedule away. Reports that it made stay.
    #[oai(path = "/report/schedule/:id", method = "delete", operation_id = "audit_v1_report_schedule_delete")]
    async fn delete_schedule(
        &self,
        caller: Caller<ExportAuditEvents>,
        /// The schedule.
        id: Path<String>,
    ) -> Result<One<ReportSchedule>, ApiError> {
        let found = schedule::find(&caller, &id).await?;
        Ok(One(schedule::remove(&caller, found.id).await?))
    }
}
