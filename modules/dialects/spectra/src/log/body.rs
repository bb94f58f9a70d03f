//! The body of a request that brings events: one of them, or a list (S1-51).

use argus_core::error::ApiError;
use argus_core::wire::{parse, read_bytes};
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde_json::Value;

use super::model::AuditEventInput;
use super::problems::{Place, only};

/// Bytes that a request, and an event of it, may have.
const BATCH_BYTES: usize = 16 << 20;
const EVENT_BYTES: usize = 256 << 10;

/// The document that was sent.
///
/// Errors: 413 beyond the limits; 422 for another content type than JSON (none at all is JSON), and for what is not JSON.
pub struct Sent(pub Value);

impl<'a> ApiExtractor<'a> for Sent {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        AuditEventInput::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let any_of = vec![AuditEventInput::schema_ref(), Vec::<AuditEventInput>::schema_ref()];
        let schema = MetaSchemaRef::Inline(Box::new(MetaSchema { any_of, ..MetaSchema::ANY }));
        let content = vec![MetaMediaType { content_type: "application/json", schema }];
        Some(MetaRequest { description: Some("One event, or a list of up to 10,000"), content, required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let bytes = read_bytes(body, BATCH_BYTES).await?;
        let unreadable = |text: String| only(Place::Root("body"), ("value_error.jsondecode", text.into()));
        if !is_json(request.content_type()) {
            return Err(unreadable("The content type must be application/json".to_owned()).into());
        }
        let text = |error: &ApiError| error.messages.first().map(|message| message.text.to_string());
        let document = parse(&bytes).map_err(|error| unreadable(text(&error).unwrap_or_default()))?;
        // Only what is long as a whole can have an event that is too long.
        let is_long = |event: &Value| event.to_string().len() > EVENT_BYTES;
        let long = match &document {
            _ if bytes.len() <= EVENT_BYTES => false,
            Value::Array(events) => events.iter().any(is_long),
            _ => true,
        };
        if long { Err(ApiError::too_large(EVENT_BYTES).into()) } else { Ok(Self(document)) }
    }
}

/// Whether a content type is one of JSON: `application/json`, `application/<something>+json`.
fn is_json(content_type: Option<&str>) -> bool {
    let Some(content_type) = content_type else { return true };
    let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media.strip_prefix("application/").is_some_and(|kind| kind == "json" || kind.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_several_names() {
        for good in
            [None, Some("application/json"), Some("Application/JSON; charset=utf-8"), Some("application/x+json")]
        {
            assert!(is_json(good), "{good:?}");
        }
        for bad in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json", ""] {
            assert!(!is_json(Some(bad)), "{bad}");
        }
    }
}
