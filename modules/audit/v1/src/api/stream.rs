//! Listening to events.

use argus_audit_log::Hub;
use argus_audit_log::search::Events;
use argus_core::access::Caller;
use argus_core::app::Service;
use argus_core::authentication::Standing;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::wire::{QueryCriteria, ServerSentEvents};
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaParamIn, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions, OpenApi};

use crate::ViewAuditEvents;
use crate::listen::{Wanted, pieces};
use crate::model::Event;
use crate::{criteria, output};

/// Where a listener goes on.
const LAST_EVENT_ID: &str = "Last-Event-ID";

/// The stream of events.
#[derive(Clone, Copy)]
pub struct StreamApi;

#[OpenApi]
impl StreamApi {
    /// Listen to events.
    ///
    /// Server-sent events: each has the event's `sequence` as `id` and the event as `data`, in the order of the log, from now
    /// on or behind `Last-Event-ID`, without a gap. The filters are those of the list; limit, offset, sortBy, cursor and
    /// count mean nothing here. A comment comes every 15 seconds. The stream ends when the caller's rights do, when the
    /// client is too slow, and when the server stops; whoever comes back with `Last-Event-ID` misses nothing.
    #[oai(path = "/event/stream", method = "get", operation_id = "audit_v1_event_stream")]
    async fn stream_events(
        &self,
        caller: Caller<ViewAuditEvents>,
        criteria: QueryCriteria<Events>,
        hub: Service<Hub>,
        request: &Request,
        /// The `id` of the last event that was received. Browsers send it by themselves when they come back.
        #[oai(name = "Last-Event-ID")]
        after: LastEventId,
    ) -> Result<ServerSentEvents<Event>, ApiError> {
        output::refuse_deleted(&caller, &criteria.0)?;
        let mut errors = FieldErrors::default();
        let after = after.read(&mut errors);
        let criteria = errors.beside(criteria::resolved(&caller, &criteria.0).await)?;
        let standing = Standing::of(&caller, request.headers()).await?;
        let listener = hub.shared().listen(after).await?;
        Ok(ServerSentEvents::new(pieces(caller, standing, listener, Wanted::of(criteria)?)))
    }
}

/// The header `Last-Event-ID` as it came, if it did; an empty one is none.
struct LastEventId(Option<String>);

impl LastEventId {
    fn read(self, errors: &mut FieldErrors) -> Option<i64> {
        let text = self.0?;
        let number = text.parse().ok().filter(|number: &i64| *number >= 0 && number.to_string() == text);
        if number.is_none() {
            errors.add(LAST_EVENT_ID, "invalid.field.value", "Not the id of an event of this stream");
        }
        number
    }
}

impl<'a> ApiExtractor<'a> for LastEventId {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];

    type ParamType = ();
    type ParamRawType = ();

    fn register(_: &mut Registry) {}

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Header)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("integer", "int64"))))
    }

    async fn from_request(request: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<()>) -> poem::Result<Self> {
        let given = request.headers().get(LAST_EVENT_ID);
        // What is not even text is no number either.
        let text = given.map(|value| value.to_str().unwrap_or("?").to_owned());
        Ok(Self(text.filter(|text| !text.is_empty())))
    }
}
