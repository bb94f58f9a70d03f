//! The log, and what follows from it.

use argus_audit_log::access::ViewAuditEvents;
use argus_core::access::Caller;
use argus_core::wire::{Path, Query};
use argus_dialects_common::Answer;
use poem_openapi::OpenApi;

use super::Failure;
use crate::filter::{Filter, Paging};
use crate::model::{Accesses, History, Logins, Logs, OneLog, OneStats};
use crate::{list, login, stats};

/// The log.
#[derive(Clone, Copy)]
pub struct LogApi;

#[OpenApi]
impl LogApi {
    /// List entries, newest first.
    ///
    /// Filters are exact, and all of them hold.
    #[oai(path = "/api/v1/audit/logs", method = "get", operation_id = "dialect_rail_log_list")]
    #[allow(clippy::too_many_arguments, reason = "one for each parameter")]
    async fn list(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// What was done: the action as it was sent, or the verb.
        action: Query<Option<String>>,
        /// Kind of entity.
        #[oai(name = "entityType")]
        entity_type: Query<Option<String>>,
        /// Which entity.
        #[oai(name = "entityId")]
        entity_id: Query<Option<String>>,
        /// Who, by identifier.
        #[oai(name = "actorId")]
        actor_id: Query<Option<String>>,
        /// Not before: ISO 8601; a day as a whole.
        from: Query<Option<String>>,
        /// Not after: ISO 8601; a day as a whole.
        to: Query<Option<String>>,
        /// Which page, from 1.
        page: Query<Option<String>>,
        /// Entries of a page, 1 to 1,000; 25 where nothing is said.
        #[oai(name = "perPage")]
        per_page: Query<Option<String>>,
    ) -> Result<Answer<Logs>, Failure> {
        let (entity_type, entity_id, actor_id) = (entity_type.0, entity_id.0, actor_id.0);
        let filter = Filter { action: action.0, entity_type, entity_id, actor_id, from: from.0, to: to.0 };
        Ok(Answer(list::logs(&caller, &filter, &Paging { page: page.0, per_page: per_page.0 }).await?))
    }

    /// Get an entry with all that is known of it.
    #[oai(path = "/api/v1/audit/logs/:log_id", method = "get", operation_id = "dialect_rail_log_get")]
    async fn get(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// The entry.
        log_id: Path<String>,
    ) -> Result<Answer<OneLog>, Failure> {
        Ok(Answer(OneLog { data: list::one(&caller, &log_id).await? }))
    }

    /// List the changes of an entity, oldest first.
    ///
    /// What does not change it (READ, EXPORT, LOGIN, LOGOUT) is left out. Of an entity that nobody knows there are none.
    #[oai(
        path = "/api/v1/audit/entities/:entity_type/:entity_id/history",
        method = "get",
        operation_id = "dialect_rail_history_list"
    )]
    async fn history(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// Kind of entity.
        entity_type: Path<String>,
        /// Which entity.
        entity_id: Path<String>,
    ) -> Result<Answer<History>, Failure> {
        Ok(Answer(list::changes(&caller, &entity_type, &entity_id).await?))
    }

    /// List who accessed what, newest first.
    #[oai(path = "/api/v1/audit/access-logs", method = "get", operation_id = "dialect_rail_access_list")]
    #[allow(clippy::too_many_arguments, reason = "one for each parameter")]
    async fn accesses(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// Kind of resource.
        #[oai(name = "resourceType")]
        resource_type: Query<Option<String>>,
        /// `READ`, `WRITE` or `DELETE`.
        #[oai(name = "accessType")]
        access_type: Query<Option<String>>,
        /// Who, by identifier.
        #[oai(name = "actorId")]
        actor_id: Query<Option<String>>,
        /// Not before: ISO 8601; a day as a whole.
        from: Query<Option<String>>,
        /// Not after: ISO 8601; a day as a whole.
        to: Query<Option<String>>,
        /// Which page, from 1.
        page: Query<Option<String>>,
        /// Entries of a page, 1 to 1,000; 25 where nothing is said.
        #[oai(name = "perPage")]
        per_page: Query<Option<String>>,
    ) -> Result<Answer<Accesses>, Failure> {
        let (entity_type, actor_id) = (resource_type.0, actor_id.0);
        let filter = Filter { entity_type, actor_id, from: from.0, to: to.0, ..Filter::default() };
        let paging = Paging { page: page.0, per_page: per_page.0 };
        Ok(Answer(list::accesses(&caller, &filter, access_type.0.as_deref(), &paging).await?))
    }

    /// List logins and tries, newest first, those into Argus itself too.
    #[oai(path = "/api/v1/audit/login-history", method = "get", operation_id = "dialect_rail_login_list")]
    #[allow(clippy::too_many_arguments, reason = "one for each parameter")]
    async fn logins(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// Who: the identifier, or the name as it was tried.
        #[oai(name = "userId")]
        user_id: Query<Option<String>>,
        /// `SUCCESS` or `FAILED`.
        status: Query<Option<String>>,
        /// Not before: ISO 8601; a day as a whole.
        from: Query<Option<String>>,
        /// Not after: ISO 8601; a day as a whole.
        to: Query<Option<String>>,
        /// Which page, from 1.
        page: Query<Option<String>>,
        /// Logins of a page, 1 to 1,000; 25 where nothing is said.
        #[oai(name = "perPage")]
        per_page: Query<Option<String>>,
    ) -> Result<Answer<Logins>, Failure> {
        let filter = Filter { actor_id: user_id.0, from: from.0, to: to.0, ..Filter::default() };
        let paging = Paging { page: page.0, per_page: per_page.0 };
        Ok(Answer(login::logins(&caller, &filter, status.0.as_deref(), &paging).await?))
    }

    /// Get a month in numbers.
    #[oai(path = "/api/v1/audit/stats", method = "get", operation_id = "dialect_rail_stats_get")]
    async fn stats(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// The month, by UTC: `2025-01`; the one that goes on where nothing is said.
        period: Query<Option<String>>,
    ) -> Result<Answer<OneStats>, Failure> {
        Ok(Answer(OneStats { data: stats::month(&caller, period.0.as_deref()).await? }))
    }
}
