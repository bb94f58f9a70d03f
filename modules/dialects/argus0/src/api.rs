//! The operations.

use argus_audit_log::AuditLog;
use argus_audit_log::access::{SubmitAuditEvents, ViewAuditEvents};
use argus_core::access::{Caller, Public};
use argus_core::app::Service;
use argus_core::build;
use argus_core::error::ApiError;
use argus_core::wire::{Query, parse};
use argus_dialects_common::{Answer, Either, Fault, RawBody, new_row, submit};
use poem_openapi::OpenApi;

use crate::error::told_as;
use crate::list::{Wanted, page};
use crate::model::{Batch, ErrorBody, Health, Log, Logs, NewLog, Summary, Version};
use crate::{NAME, bulk, input, output, summary};

/// Bytes that an entry, and a batch of them, may have.
const LOG_BYTES: usize = 256 << 10;
const BATCH_BYTES: usize = 16 << 20;

type Failure = Fault<ErrorBody>;

const NOT_MADE: &str = "Failed to create audit log";
const NONE_MADE: &str = "Failed to create audit log batch";
const NOT_READ: &str = "Failed to retrieve audit logs";
const NO_SUMMARY: &str = "Failed to generate audit summary";

/// Entries.
#[derive(Clone, Copy)]
pub struct LogApi;

#[OpenApi]
impl LogApi {
    /// Make an entry.
    ///
    /// Answers when it is durable on disk. Members that are not listed are ignored; null and an empty text are the same as nothing.
    #[oai(path = "/api/audit-logs", method = "post", operation_id = "dialect_argus0_log_add")]
    async fn add(
        &self,
        caller: Caller<SubmitAuditEvents>,
        audit: Service<AuditLog>,
        body: RawBody<NewLog, LOG_BYTES>,
    ) -> Result<Answer<Log, 201>, Failure> {
        let members = input::members(parse(&body.0)?)?;
        let row = input::fill(new_row(&caller, NAME)?, &members, &caller.platform.settings.dialects.argus0)?;
        let made = submit(&caller, &audit, vec![row]).await.map_err(|error| told_as(error, NOT_MADE))?.pop();
        let made = made.ok_or_else(|| ApiError::internal("an entry was lost"))?;
        Ok(Answer(output::log(made)))
    }

    /// Make many entries.
    ///
    /// Up to 10,000, as a list. Those that are not sound are named, the others are made: all of these or, where the answer is an
    /// error, none.
    #[oai(path = "/api/audit-logs/bulk", method = "post", operation_id = "dialect_argus0_log_bulk_add")]
    async fn add_many(
        &self,
        caller: Caller<SubmitAuditEvents>,
        audit: Service<AuditLog>,
        body: RawBody<Vec<NewLog>, BATCH_BYTES>,
    ) -> Result<Either<Answer<Batch, 201>, Answer<Batch, 207>>, Failure> {
        let batch = bulk::add(&caller, &audit, &body.0).await.map_err(|error| told_as(error, NONE_MADE))?;
        Ok(if batch.failed.is_none() { Either::One(Answer(batch)) } else { Either::Other(Answer(batch)) })
    }

    /// List entries, newest first.
    ///
    /// Filters are exact, and all of them hold. A `limit` or `offset` that cannot be read is the default.
    #[oai(path = "/api/audit-logs", method = "get", operation_id = "dialect_argus0_log_list")]
    #[allow(clippy::too_many_arguments, reason = "one for each parameter")]
    async fn list(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// The flow, a UUID.
        #[oai(name = "traceId")]
        trace_id: Query<Option<String>>,
        /// The type of event.
        #[oai(name = "eventType")]
        event_type: Query<Option<String>>,
        /// What was done.
        #[oai(name = "eventAction")]
        event_action: Query<Option<String>>,
        /// `SUCCESS` or `FAILURE`.
        status: Query<Option<String>>,
        /// The most entries, 1 to 1,000; 100 where nothing is said.
        limit: Query<Option<String>>,
        /// How many to leave out before the page.
        offset: Query<Option<String>>,
    ) -> Result<Answer<Logs>, Failure> {
        let (trace_id, event_type, event_action) = (trace_id.0, event_type.0, event_action.0);
        let wanted = Wanted { trace_id, event_type, event_action, status: status.0, limit: limit.0, offset: offset.0 };
        Ok(Answer(page(&caller, &wanted).await.map_err(|error| told_as(error, NOT_READ))?))
    }

    /// What happened today, by UTC.
    #[oai(path = "/api/audit-summary", method = "get", operation_id = "dialect_argus0_summary_get")]
    async fn summary(&self, caller: Caller<ViewAuditEvents>) -> Result<Answer<Summary>, Failure> {
        Ok(Answer(summary::today(&caller).await.map_err(|error| told_as(error, NO_SUMMARY))?))
    }
}

/// The service itself.
#[derive(Clone, Copy)]
pub struct SystemApi;

#[OpenApi]
impl SystemApi {
    /// Whether the service runs.
    #[oai(path = "/health", method = "get", operation_id = "dialect_argus0_health_get")]
    async fn health(&self, _caller: Caller<Public>) -> Result<Answer<Health>, Failure> {
        Ok(Answer(Health { service: "argus".to_owned(), status: "healthy".to_owned() }))
    }

    /// What it was built from.
    #[oai(path = "/version", method = "get", operation_id = "dialect_argus0_version_get")]
    async fn version(&self, _caller: Caller<Public>) -> Result<Answer<Version>, Failure> {
        let [service, version, build_time, git_commit] =
            ["argus", build::VERSION, build::TIME, build::COMMIT].map(str::to_owned);
        Ok(Answer(Version { service, version, build_time, git_commit }))
    }
}
