//! The body of a request with many events: one JSON document, or a line of JSON an event.

use argus_core::error::ApiError;
use argus_core::wire::{BodyStream, is_media_type};
use poem::http::{StatusCode, header};
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use crate::model::{NewEvent, NewEvents};

/// Bytes of a body with many events.
pub const BULK_LIMIT: usize = 16 << 20;

const JSON: &str = "application/json";
const LINES: &str = "application/x-ndjson";

/// A body that nobody has read yet.
///
/// Errors: 405 for another content type, 413 when it says that it is larger than [`BULK_LIMIT`].
pub struct BulkBody {
    /// In which form it is.
    pub form: Form,
    /// Bytes that it may have: those that the client announced, or all there can be.
    pub announced: usize,
    /// The body.
    pub stream: BodyStream,
}

/// In which form events come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One JSON document.
    Json,
    /// A line of JSON each.
    Lines,
    /// Not said, which only a request without body may do.
    Unknown,
}

/// 405: the content type is none of those that can be read.
pub fn other_type() -> ApiError {
    let text = "The content type must be application/json or application/x-ndjson";
    ApiError::action(StatusCode::METHOD_NOT_ALLOWED, "unsupported.content.type", text)
}

impl<'a> ApiExtractor<'a> for BulkBody {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        NewEvents::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let document = MetaMediaType { content_type: JSON, schema: NewEvents::schema_ref() };
        let lines = MetaMediaType { content_type: LINES, schema: NewEvent::schema_ref() };
        let description = "A JSON document, or a line of JSON an event (then with the mode in the query)";
        Some(MetaRequest { description: Some(description), content: vec![document, lines], required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let form = match request.content_type() {
            _ if is_media_type(request, JSON) => Form::Json,
            _ if is_media_type(request, LINES) => Form::Lines,
            None => Form::Unknown,
            Some(_) => return Err(other_type().into()),
        };
        let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        let announced = length.and_then(|length| length.parse().ok()).unwrap_or(BULK_LIMIT);
        if announced > BULK_LIMIT {
            return Err(ApiError::too_large(BULK_LIMIT).into());
        }
        Ok(Self { form, announced, stream: BodyStream::of(body, BULK_LIMIT)? })
    }
}
