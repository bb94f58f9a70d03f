//! What became of an object.

use argus_audit_log::views::{HistoryEvents, history};
use argus_core::access::Caller;
use argus_core::envelope::Many;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::wire::{Path, Query, QueryCriteria};
use poem_openapi::OpenApi;
use serde_json::json;

use crate::model::Event;
use crate::{ViewAuditEvents, criteria, output, view};

/// Histories of objects.
#[derive(Clone, Copy)]
pub struct HistoryApi;

#[OpenApi]
impl HistoryApi {
    /// List the changes of an object, oldest first.
    ///
    /// Events that do not change it (READ, EXPORT, LOGIN, LOGOUT) are left out, and so are requests to Argus itself unless
    /// `includeInternal=true`. `changes` has every field of the top level that changed, `{field: {from, to}}`: null for a
    /// creation; what was removed goes to null, and with a deletion every field does. With `asOf`, `metaData.state` is
    /// how the object was then: the last `after`; null before there was one and after a deletion. Of an object that
    /// nobody knows there are no changes.
    #[oai(path = "/history/:targetType/:targetID", method = "get", operation_id = "audit_v1_history_list")]
    async fn list(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// Kind of the object, as sent.
        target_type: Path<String>,
        /// Which object, as sent.
        target_id: Path<String>,
        /// Only what happened up to this time, itself included: ms since the epoch, ISO-8601 ending in Z, or relative.
        #[oai(name = "asOf")]
        as_of: Query<Option<String>>,
        criteria: QueryCriteria<HistoryEvents>,
    ) -> Result<Many<Event>, ApiError> {
        let (target, as_of) = ((target_type.as_str(), target_id.as_str()), as_of.0.as_deref());
        let mut errors = FieldErrors::default();
        view::check_as_of(&caller, as_of, &mut errors);
        let draft = criteria.0.bound_to(json!([target, as_of]).to_string());
        let criteria = errors.beside(criteria::resolved(&caller, &draft).await)?;
        // Relative to the first page, so that the end of the list stands still while a client pages.
        let as_of = as_of.and_then(|text| view::moment(text, criteria.now()).ok());
        let page = view::page(&caller, &criteria, history(target.0, target.1, as_of)).await?;
        let mut changes = output::many(&caller, page).await?;
        if let Some(as_of) = as_of {
            changes.extras.insert("state".to_owned(), view::state(&caller, &criteria, target, as_of).await?);
        }
        Ok(changes)
    }
}
