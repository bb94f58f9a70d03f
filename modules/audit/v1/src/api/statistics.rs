//! What happened and what went wrong, in a few numbers.

use argus_audit_log::numbers::{self, Selection};
use argus_audit_log::search::Events;
use argus_core::access::Caller;
use argus_core::envelope::One;
use argus_core::error::ApiError;
use argus_core::wire::QueryCriteria;
use poem_openapi::OpenApi;

use crate::numbers::{ErrorStatistics, Statistics};
use crate::{ViewAuditEvents, criteria, output};

/// Statistics.
#[derive(Clone, Copy)]
pub struct StatisticsApi;

#[OpenApi]
impl StatisticsApi {
    /// Statistics of events.
    ///
    /// Of all events that the criteria of a list select; `limit`, `offset`, `sortBy` and `cursor` are of no weight. Requests
    /// to Argus itself are left out unless `includeInternal=true`, except in `failedLogins`. Quick for any length of time when
    /// nothing but customers and times is asked; whatever takes too long is 503.
    #[oai(path = "/statistics", method = "get", operation_id = "audit_v1_statistics_get")]
    async fn statistics(
        &self,
        caller: Caller<ViewAuditEvents>,
        criteria: QueryCriteria<Events>,
    ) -> Result<One<Statistics>, ApiError> {
        let selection = Selection::of(&caller.scope(), criteria::resolved(&caller, &criteria.0).await?);
        let limit = caller.platform.settings.statistics_timeout.duration();
        Ok(One(numbers::statistics(&caller.platform.db, &selection, limit).await?.into()))
    }

    /// Statistics of errors.
    ///
    /// Errors are events with outcome FAILURE, or of severity error or critical. The rest is as for all statistics.
    #[oai(path = "/statistics/errors", method = "get", operation_id = "audit_v1_statistics_errors")]
    async fn errors(
        &self,
        caller: Caller<ViewAuditEvents>,
        criteria: QueryCriteria<Events>,
    ) -> Result<One<ErrorStatistics>, ApiError> {
        let selection = Selection::of(&caller.scope(), criteria::resolved(&caller, &criteria.0).await?);
        let limit = caller.platform.settings.statistics_timeout.duration();
        let (errors, recent) = numbers::errors(&caller.platform.db, &selection, limit).await?;
        Ok(One(ErrorStatistics::of(errors, output::print(&caller, recent).await?)))
    }
}
