//! Events, one by one and in lists.

use argus_audit_log::search::Events;
use argus_audit_log::views::View;
use argus_audit_log::{AuditLog, search};
use argus_core::access::Caller;
use argus_core::app::Service;
use argus_core::envelope::{Added, Many, One};
use argus_core::error::ApiError;
use argus_core::search::Draft;
use argus_core::wire::{BodyCriteria, BodyDraft, IdempotencyKey, Path, Query, QueryCriteria};
use poem::Request;
use poem_openapi::OpenApi;

use crate::model::{EVENT_LIMIT, Event, NewEvent};
use crate::proof::{self, ProofAnswer};
use crate::{SubmitAuditEvents, ViewAuditEvents, add, criteria, output, view};

/// Events.
#[derive(Clone, Copy)]
pub struct EventApi;

#[OpenApi]
impl EventApi {
    /// Add an event.
    ///
    /// Answers when the event is durable on disk. An `externalID` that the customer's log has already answers 200 with
    /// the stored event when the body is the same, and 412 when it is not.
    ///
    /// A request that is sent again because its answer was lost adds its event once if it has an `externalID` or an
    /// `Idempotency-Key`; without either the event may be there twice.
    #[oai(path = "/event", method = "post", operation_id = "audit_v1_event_add")]
    async fn add_event(
        &self,
        caller: Caller<SubmitAuditEvents>,
        log: Service<AuditLog>,
        /// 1 to 255 visible characters, of the caller's choice: the same request with the same key is answered as the first
        /// time, for the life of the log, and adds nothing; with another body it is 412. What was refused is not remembered.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: BodyDraft<NewEvent, EVENT_LIMIT>,
    ) -> Result<Added<Event>, ApiError> {
        add::one(&caller, &log, &key, body).await
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

    /// Prove that an event is in the log as it is shown.
    ///
    /// With the event, the exact text of its leaf, the salts of its members, and that the leaf is in the tree of the newest
    /// checkpoint. `fields` discloses only these members (and what every leaf shows): the others can be left out without the
    /// proof losing anything. `Accept: text/plain` gives a proof in the form of C2SP tlog-proof, with the leaf in base64 as
    /// `extra`.
    #[oai(path = "/event/:id/proof", method = "get", operation_id = "audit_v1_event_proof_get")]
    async fn get_proof(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// The event's id, its `externalID`, or an id as another interface prints it.
        id: Path<String>,
        /// Names of members, with commas between them; all when absent.
        fields: Query<Option<String>>,
        request: &Request,
    ) -> Result<ProofAnswer, ApiError> {
        let row = search::get(&caller.platform.db, &caller.scope(), &id).await?;
        proof::of(&caller, row, fields.0.as_deref(), request.headers()).await
    }
}

async fn find(caller: &Caller<ViewAuditEvents>, draft: Draft<Events>) -> Result<Many<Event>, ApiError> {
    let criteria = criteria::resolved(caller, &draft).await?;
    let page = view::page(caller, &criteria, View::default()).await?;
    output::many(caller, page).await
}
