//! Who came in, or tried to.

use argus_audit_log::views::{LoginEvents, login};
use argus_core::access::Caller;
use argus_core::envelope::Many;
use argus_core::error::ApiError;
use argus_core::wire::QueryCriteria;
use poem_openapi::OpenApi;

use crate::model::Event;
use crate::{ViewAuditEvents, criteria, output, view};

/// Logins.
#[derive(Clone, Copy)]
pub struct LoginApi;

#[OpenApi]
impl LoginApi {
    /// List logins and failed ones, newest first.
    ///
    /// Events whose verb is LOGIN: those of services, and Argus' own (flag INTERNAL), which have the name as tried in
    /// `actorName`. A key or signature that was refused is a failed login; one that was good is none, for it makes no
    /// session. `device` and `location` are found out from `userAgent` and `clientIP` where the sender did not say them.
    #[oai(path = "/login", method = "get", operation_id = "audit_v1_login_list")]
    async fn list(
        &self,
        caller: Caller<ViewAuditEvents>,
        criteria: QueryCriteria<LoginEvents>,
    ) -> Result<Many<Event>, ApiError> {
        let criteria = criteria::resolved(&caller, &criteria.0).await?;
        let page = view::page(&caller, &criteria, login()).await?;
        output::many(&caller, page).await
    }
}
