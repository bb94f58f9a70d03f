//! Mails.

use argus_core::access::Caller;
use argus_core::envelope::Many;
use argus_core::error::ApiError;
use argus_core::wire::QueryCriteria;
use poem_openapi::OpenApi;

use crate::ExportAuditEvents;
use crate::mail::{self, Mails};
use crate::model::Mail;

/// Mails.
#[derive(Clone, Copy)]
pub struct MailApi;

#[OpenApi]
impl MailApi {
    /// List mails, newest first: those that wait, and for 30 days those that were sent or given up.
    ///
    /// What they say is not shown. Without a mail server in the settings they wait until there is one.
    #[oai(path = "/mail", method = "get", operation_id = "audit_v1_mail_list")]
    async fn list(
        &self,
        caller: Caller<ExportAuditEvents>,
        criteria: QueryCriteria<Mails>,
    ) -> Result<Many<Mail>, ApiError> {
        mail::list(&caller, &criteria.0).await
    }
}
