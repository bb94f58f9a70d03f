//! Who accessed what.

use argus_audit_log::views::{AccessEvents, access};
use argus_core::access::Caller;
use argus_core::envelope::Many;
use argus_core::error::ApiError;
use argus_core::wire::QueryCriteria;
use poem_openapi::OpenApi;

use crate::model::Event;
use crate::{ViewAuditEvents, criteria, output, view};

/// Accesses.
#[derive(Clone, Copy)]
pub struct AccessApi;

#[OpenApi]
impl AccessApi {
    /// List who accessed what, newest first.
    ///
    /// Events that have an `accessType`, requests to Argus itself (flag INTERNAL) among them. Logins are no accesses.
    #[oai(path = "/access", method = "get", operation_id = "audit_v1_access_list")]
    async fn list(
        &self,
        caller: Caller<ViewAuditEvents>,
        criteria: QueryCriteria<AccessEvents>,
    ) -> Result<Many<Event>, ApiError> {
        let criteria = criteria::resolved(&caller, &criteria.0).await?;
        let page = view::page(&caller, &criteria, access()).await?;
        output::many(&caller, page).await
    }
}
