//! Events that belong together.

use argus_audit_log::views::{SeriesEvents, series};
use argus_core::access::Caller;
use argus_core::envelope::Many;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::wire::{Path, QueryCriteria};
use poem_openapi::OpenApi;
use sea_orm::prelude::Uuid;

use crate::model::Event;
use crate::{ViewAuditEvents, criteria, output, view};

/// Series of events.
#[derive(Clone, Copy)]
pub struct SeriesApi;

#[OpenApi]
impl SeriesApi {
    /// List the events of a series, newest first.
    ///
    /// Of a series that nobody knows there are none.
    #[oai(path = "/series/:seriesID", method = "get", operation_id = "audit_v1_series_list")]
    async fn list(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// The series, a UUID.
        series_id: Path<String>,
        criteria: QueryCriteria<SeriesEvents>,
    ) -> Result<Many<Event>, ApiError> {
        let (id, mut errors) = (Uuid::try_parse(&series_id).ok(), FieldErrors::default());
        if id.is_none() {
            errors.add("seriesID", "invalid.field.value", "Not a UUID");
        }
        let draft = criteria.0.bound_to(series_id.as_str());
        let criteria = errors.beside(criteria::resolved(&caller, &draft).await)?;
        let page = view::page(&caller, &criteria, series(id.unwrap_or_default())).await?;
        output::many(&caller, page).await
    }
}
