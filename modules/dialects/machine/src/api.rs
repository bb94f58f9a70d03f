//! The operations.

use argus_audit_log::access::ViewAuditEvents;
use argus_core::access::Caller;
use argus_core::error::ApiError;
use argus_core::wire::{Path, Query};
use argus_dialects_common::{Answer, Fault};
use poem::http::StatusCode;
use poem_openapi::OpenApi;

use crate::list::{self, Wanted, about};
use crate::model::{Entry, ErrorBody, Errors, Stats};
use crate::numbers;

type Failure = Fault<ErrorBody>;

/// Trails.
#[derive(Clone, Copy)]
pub struct TrailApi;

#[OpenApi]
impl TrailApi {
    /// List a machine's entries, newest first.
    ///
    /// Filters are exact, and all of them hold; both bounds of time belong to the range. A machine that nobody knows has
    /// none. There are no pages: the next ones end at the time of the last entry (`end_time`).
    #[oai(path = "/api/v1/audit/:machine_id", method = "get", operation_id = "dialect_machine_log_list")]
    #[allow(clippy::too_many_arguments, reason = "one for each parameter")]
    async fn list(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// The machine.
        machine_id: Path<String>,
        /// Not before: ISO 8601; a day as a whole.
        start_time: Query<Option<String>>,
        /// Not after: ISO 8601; a day as a whole.
        end_time: Query<Option<String>>,
        /// Who did it: name, address of e-mail or identifier.
        actor: Query<Option<String>>,
        /// What was done.
        action: Query<Option<String>>,
        /// The most entries, 1 to 1,000; 100 where nothing is said.
        limit: Query<Option<String>>,
    ) -> Result<Answer<Vec<Entry>>, Failure> {
        let (start_time, end_time, action, limit) = (start_time.0, end_time.0, action.0, limit.0);
        let wanted = Wanted { start_time, end_time, actor: actor.0, action, limit, user: None };
        Ok(Answer(list::entries(&caller, &machine_id, &wanted).await?))
    }

    /// Get a machine's events in a few numbers.
    #[oai(path = "/api/v1/audit/:machine_id/stats", method = "get", operation_id = "dialect_machine_stats_get")]
    async fn stats(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// The machine.
        machine_id: Path<String>,
        /// Not before: ISO 8601; a day as a whole.
        start_time: Query<Option<String>>,
        /// Not after: ISO 8601; a day as a whole.
        end_time: Query<Option<String>>,
    ) -> Result<Answer<Stats>, Failure> {
        let wanted = Wanted { start_time: start_time.0, end_time: end_time.0, ..Wanted::default() };
        Ok(Answer(numbers::stats(&caller, &machine_id, &wanted).await?))
    }

    /// Get what went wrong at a machine.
    #[oai(path = "/api/v1/audit/:machine_id/errors", method = "get", operation_id = "dialect_machine_errors_get")]
    async fn errors(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// The machine.
        machine_id: Path<String>,
        /// Not before: ISO 8601; a day as a whole.
        start_time: Query<Option<String>>,
        /// Not after: ISO 8601; a day as a whole.
        end_time: Query<Option<String>>,
    ) -> Result<Answer<Errors>, Failure> {
        let wanted = Wanted { start_time: start_time.0, end_time: end_time.0, ..Wanted::default() };
        Ok(Answer(numbers::errors(&caller, &machine_id, &wanted).await?))
    }

    /// Get one entry of a machine, by the identifier that lists print.
    #[oai(path = "/api/v1/audit/:machine_id/:audit_id", method = "get", operation_id = "dialect_machine_log_get")]
    async fn get(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// The machine.
        machine_id: Path<String>,
        /// The entry.
        audit_id: Path<String>,
    ) -> Result<Answer<Entry>, Failure> {
        Ok(Answer(list::one(&caller, &machine_id, &audit_id).await?))
    }

    /// List a machine's entries of an actor: by name, address of e-mail or identifier.
    #[oai(path = "/api/v1/audit/:machine_id/actor/:actor", method = "get", operation_id = "dialect_machine_actor_list")]
    #[allow(clippy::too_many_arguments, reason = "one for each parameter")]
    async fn of_actor(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// The machine.
        machine_id: Path<String>,
        /// The actor.
        actor: Path<String>,
        /// Not before: ISO 8601; a day as a whole.
        start_time: Query<Option<String>>,
        /// Not after: ISO 8601; a day as a whole.
        end_time: Query<Option<String>>,
        /// What was done.
        action: Query<Option<String>>,
        /// The most entries, 1 to 1,000; 100 where nothing is said.
        limit: Query<Option<String>>,
    ) -> Result<Answer<Vec<Entry>>, Failure> {
        let (start_time, end_time, action, limit) = (start_time.0, end_time.0, action.0, limit.0);
        let wanted = Wanted { start_time, end_time, actor: Some(actor.0), action, limit, user: None };
        Ok(Answer(list::entries(&caller, &machine_id, &wanted).await?))
    }

    /// List a machine's entries of a user: by the identifier alone.
    #[oai(path = "/api/v1/audit/:machine_id/user/:user_id", method = "get", operation_id = "dialect_machine_user_list")]
    #[allow(clippy::too_many_arguments, reason = "one for each parameter")]
    async fn of_user(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// The machine.
        machine_id: Path<String>,
        /// The user.
        user_id: Path<String>,
        /// Not before: ISO 8601; a day as a whole.
        start_time: Query<Option<String>>,
        /// Not after: ISO 8601; a day as a whole.
        end_time: Query<Option<String>>,
        /// Who did it: name, address of e-mail or identifier.
        actor: Query<Option<String>>,
        /// What was done.
        action: Query<Option<String>>,
        /// The most entries, 1 to 1,000; 100 where nothing is said.
        limit: Query<Option<String>>,
    ) -> Result<Answer<Vec<Entry>>, Failure> {
        let (start_time, end_time, action, limit) = (start_time.0, end_time.0, action.0, limit.0);
        let wanted = Wanted { start_time, end_time, actor: actor.0, action, limit, user: Some(user_id.0) };
        Ok(Answer(list::entries(&caller, &machine_id, &wanted).await?))
    }
}

/// Exports, which the original announces and does not have.
#[derive(Clone, Copy)]
pub struct ExportApi;

#[OpenApi]
impl ExportApi {
    /// Export a machine's entries: not there yet, as in the original.
    #[oai(path = "/api/v1/audit/:machine_id/export", method = "post", operation_id = "dialect_machine_export_add")]
    async fn export(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// The machine.
        machine_id: Path<String>,
    ) -> Result<Answer<Errors>, Failure> {
        about(&caller, &machine_id);
        let text = "Audit log export is not yet implemented";
        Err(ApiError::action(StatusCode::NOT_IMPLEMENTED, "machine.not.implemented", text).into())
    }
}
