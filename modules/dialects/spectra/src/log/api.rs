//! The operations.

use argus_audit_log::AuditLog;
use argus_audit_log::access::{SubmitAuditEvents, ViewAuditEvents};
use argus_core::access::Caller;
use argus_core::app::Service;
use argus_core::wire::Path;
use argus_dialects_common::{Answer, Fault, new_row, submit};
use poem_openapi::{ApiResponse, OpenApi};

use super::body::Sent;
use super::model::{AuditEvent, CountQuery, LogQuery, MetricCounts, MetricGroup, MetricQuery};
use super::query::QueryOf;
use super::{bucket, event, list, metrics};
use crate::NAME;
use crate::error::ErrorBody;

type Failure = Fault<ErrorBody>;

/// What becomes of events that were sent.
#[derive(ApiResponse)]
pub enum Stored {
    /// They are durable on disk.
    #[oai(status = 204)]
    Done,
}

/// Events and metrics.
#[derive(Clone, Copy)]
pub struct LogApi;

#[OpenApi]
impl LogApi {
    /// Keep an event, or many.
    ///
    /// The header `api-key` says whose they are. All of a list are kept or none, as one series, in their order; the answer comes
    /// when they are durable on disk.
    #[oai(path = "/audit/log", method = "post", operation_id = "dialect_spectra_log_add")]
    async fn add(
        &self,
        caller: Caller<SubmitAuditEvents>,
        audit: Service<AuditLog>,
        sent: Sent,
    ) -> Result<Stored, Failure> {
        bucket::require(&caller)?;
        let lenient = caller.platform.settings.dialects.spectra.lenient;
        let (base, series) = (new_row(&caller, NAME)?, caller.platform.ids.uuid());
        let mut rows = event::rows(&sent.0, &base, lenient)?;
        for (stage, row) in (1..).zip(&mut rows) {
            (row.id, row.series_id, row.stage) = (caller.platform.ids.uuid(), Some(series), Some(stage));
        }
        submit(&caller, &audit, rows).await?;
        Ok(Stored::Done)
    }

    /// List one's own events, newest first.
    ///
    /// Filters are exact, and all of them hold. Beyond the last page there are none.
    #[oai(path = "/audit/log", method = "get", operation_id = "dialect_spectra_log_list")]
    async fn list(
        &self,
        caller: Caller<ViewAuditEvents>,
        query: QueryOf<LogQuery>,
    ) -> Result<Answer<Vec<AuditEvent>>, Failure> {
        Ok(Answer(list::page(&caller, &query).await?))
    }

    /// The events that were sent together, newest first.
    #[oai(path = "/audit/log/:event_id", method = "get", operation_id = "dialect_spectra_series_get")]
    async fn series(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// The series, a UUID: `event.id` of any of its events.
        event_id: Path<String>,
    ) -> Result<Answer<Vec<AuditEvent>>, Failure> {
        Ok(Answer(list::series(&caller, &event_id).await?))
    }

    /// List the names of metrics.
    ///
    /// First those that one's own events have named, then those that every event has.
    #[oai(path = "/audit/metrics", method = "get", operation_id = "dialect_spectra_metric_list")]
    async fn metrics(&self, caller: Caller<ViewAuditEvents>) -> Result<Answer<Vec<String>>, Failure> {
        Ok(Answer(metrics::list(&caller).await?))
    }

    /// A metric of one's own events, by windows of time.
    ///
    /// Windows are whole ones since the epoch, cut to the range; those without a value are left out.
    #[oai(path = "/audit/metrics/:metric_name", method = "get", operation_id = "dialect_spectra_metric_get")]
    async fn metric(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// One of the listed names.
        metric_name: Path<String>,
        query: QueryOf<MetricQuery>,
    ) -> Result<Answer<Vec<MetricGroup>>, Failure> {
        Ok(Answer(metrics::series(&caller, &metric_name, &query).await?))
    }

    /// How many of one's own events have which value of a field, by windows of time.
    #[oai(path = "/audit/metrics/:metric_name/count", method = "get", operation_id = "dialect_spectra_metric_count")]
    async fn counts(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// A field with names for values, such as status.
        metric_name: Path<String>,
        query: QueryOf<CountQuery>,
    ) -> Result<Answer<Vec<MetricCounts>>, Failure> {
        Ok(Answer(metrics::counts(&caller, &metric_name, &query).await?))
    }
}
