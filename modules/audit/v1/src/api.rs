//! The operations.

pub mod access;
pub mod history;
pub mod login;
pub mod machine;
pub mod metrics;
pub mod series;
pub mod statistics;
pub mod stream;

use argus_audit_log::search::Events;
use argus_audit_log::{AuditLog, Written, search};
use argus_core::access::Caller;
use argus_core::app::Service;
use argus_core::envelope::{Added, Many, One};
use argus_core::error::ApiError;
use argus_core::search::{Draft, Options};
use argus_core::wire::{BodyCriteria, BodyDraft, Path, QueryCriteria};
use poem_openapi::OpenApi;

use crate::model::{EVENT_LIMIT, Event, NewEvent};
use crate::{SubmitAuditEvents, ViewAuditEvents, criteria, input, output};

/// audit/v1.
#[derive(Clone, Copy)]
pub struct AuditApi;

#[OpenApi]
impl AuditApi {
    /// Add an event.
    ///
    /// Answers when the event is durable on disk. An `externalID` that the customer's log has already answers 200 with
    /// the stored event when the body is the same, and 412 when it is not.
    #[oai(path = "/event", method = "post", operation_id = "audit_v1_event_add")]
    async fn add_event(
        &self,
        caller: Caller<SubmitAuditEvents>,
        log: Service<AuditLog>,
        body: BodyDraft<NewEvent, EVENT_LIMIT>,
    ) -> Result<Added<Event>, ApiError> {
        let scope = caller.scope();
        let row = body.check(async |new, errors| input::row(&caller, &scope, new, errors).await).await?;
        let written = log.submit(row.clone(), output::wanted_record(&caller, &row)).await?;
        Ok(match written {
            Written::New(durable) => {
                // Its record is in the log beside it; a request that wrote nothing is recorded by the platform.
                caller.mark_recorded();
                Added::New(output::one(&caller, output::placed(row, durable)).await?)
            }
            Written::Known(known) => Added::Known(output::one(&caller, input::same(&row, *known)?).await?),
        })
    }

    /// List events, newest first.
    ///
    /// Requests to Argus itself (flag INTERNAL) are left out unless `includeInternal=true`.
    #[oai(path = "/event", method = "get", operation_id = "audit_v1_event_list")]
    async fn list_events(
        &self,
        caller: Caller<ViewAuditEvents>,
        criteria: QueryCriteria<Events>,
    ) -> Result<Many<Event>, ApiError> {
        find(&caller, criteria.0).await
    }

    /// Search events.
    #[oai(path = "/event/search", method = "post", operation_id = "audit_v1_event_search")]
    async fn search_events(
        &self,
        caller: Caller<ViewAuditEvents>,
        criteria: BodyCriteria<Events>,
    ) -> Result<Many<Event>, ApiError> {
        find(&caller, criteria.0).await
    }

    /// Get one event.
    ///
    /// By its id, its `externalID`, or an id as another interface prints it.
    #[oai(path = "/event/:id", method = "get", operation_id = "audit_v1_event_get")]
    async fn get_event(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// The event's id, its `externalID`, or an id as another interface prints it.
        id: Path<String>,
    ) -> Result<One<Event>, ApiError> {
        let row = search::get(&caller.platform.db, &caller.scope(), &id).await?;
        Ok(One(output::one(&caller, row).await?))
    }
}

async fn find(caller: &Caller<ViewAuditEvents>, draft: Draft<Events>) -> Result<Many<Event>, ApiError> {
    let criteria = criteria::resolved(caller, &draft).await?;
    let (platform, scope) = (&*caller.platform, caller.scope());
    let options = Options { count_timeout: platform.settings.count_timeout.duration() };
    let page = search::list(&platform.db, &scope, &criteria, &options).await?;
    output::many(caller, page).await
}
