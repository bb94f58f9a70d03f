//! Many events with one request.

use argus_audit_log::AuditLog;
use argus_core::access::Caller;
use argus_core::app::Service;
use argus_core::envelope::AddedMany;
use argus_core::error::ApiError;
use argus_core::wire::{IdempotencyKey, Query};
use poem_openapi::OpenApi;

use crate::SubmitAuditEvents;
use crate::bulk::{self, BulkBody};
use crate::model::{AddedEvents, BulkMode};

/// Many events with one request.
#[derive(Clone, Copy)]
pub struct BulkApi;

#[OpenApi]
impl BulkApi {
    /// Add many events.
    ///
    /// At most 10,000 in at most 16 MiB, as a JSON document or as lines of JSON. Answers when all of them are durable on
    /// disk. In mode `atomic` one event that cannot be refuses all of them: 412 with its fields as `events[3].action`, or 413
    /// when it is larger than 256 KiB. In mode `partial` it is among the failed ones, and the answer is 207 when there are
    /// any. An `externalID` that the customer's log has already, also from an earlier element, succeeds with the stored
    /// event when the body is the same, and fails when it is not. An answer has at most 1,000 messages, and one for each
    /// failed event.
    #[oai(path = "/event/bulk", method = "post", operation_id = "audit_v1_event_bulk_add")]
    async fn add_events(
        &self,
        caller: Caller<SubmitAuditEvents>,
        log: Service<AuditLog>,
        /// As of a single event, for all events of the request together.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        /// For lines of JSON: what one event that cannot be means for the others; atomic when absent. A JSON document has it
        /// inside.
        mode: Query<Option<BulkMode>>,
        body: BulkBody,
    ) -> Result<AddedMany<AddedEvents>, ApiError> {
        bulk::add(&caller, &log, &key, mode.0, body).await
    }
}
