//! Erasing what events say of people.

use argus_audit_jobs::Jobs;
use argus_audit_log::AuditLog;
use argus_core::access::Caller;
use argus_core::app::Service;
use argus_core::envelope::One;
use argus_core::error::ApiError;
use argus_core::wire::{BodyDraft, Path};
use poem_openapi::OpenApi;

use crate::EraseAuditDetails;
use crate::erasure::{self, Eraser};
use crate::model::Event;
use crate::model::erasure::{Erased, NewErasure, NewErasures};

/// Erasures.
#[derive(Clone, Copy)]
pub struct ErasureApi;

#[OpenApi]
impl ErasureApi {
    /// Erase values of an event.
    ///
    /// They are gone for good, also from search, counts, files of exports and reports, and from the store's own files. The log
    /// still proves itself: an event of type ERASURE says what was erased of which event, and why, and can itself not be erased.
    /// Mind that `changes` repeats values of `before` and `after`, and that `actorEmail` and `clientIP` may have been taken from
    /// `actorID` and `origin`: name all that has to go. Copies that others have, such as backups and what webhooks sent, are
    /// not reached.
    #[oai(path = "/event/:id/erase", method = "post", operation_id = "audit_v1_event_erase")]
    async fn erase_event(
        &self,
        caller: Caller<EraseAuditDetails>,
        log: Service<AuditLog>,
        jobs: Service<Jobs>,
        /// The event's id, its `externalID`, or an id as another interface prints it.
        id: Path<String>,
        body: BodyDraft<NewErasure>,
    ) -> Result<One<Event>, ApiError> {
        let eraser = Eraser { caller: &caller, log: &log, jobs: &jobs };
        Ok(One(erasure::one(eraser, &id, body).await?))
    }

    /// Erase values of all events that criteria select.
    ///
    /// As of one event. They go in portions, each whole: where it breaks down, the same request goes on.
    #[oai(path = "/erasure", method = "post", operation_id = "audit_v1_erasure_add")]
    async fn erase_events(
        &self,
        caller: Caller<EraseAuditDetails>,
        log: Service<AuditLog>,
        jobs: Service<Jobs>,
        body: BodyDraft<NewErasures>,
    ) -> Result<One<Erased>, ApiError> {
        let eraser = Eraser { caller: &caller, log: &log, jobs: &jobs };
        Ok(One(erasure::many(eraser, body).await?))
    }
}
